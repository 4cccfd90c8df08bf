/* SPDX-License-Identifier: MIT */
/* A frame is allocated and given up in one group. */
	.text
	.explicit
	.global	seed
	.proc	seed
seed:
{ .mib
	alloc	r2=ar.pfs,2,0,0,0
	nop.i	0
	br.ret.sptk.many b0	// FIND group-waw
	;;
}
	.endp	seed
