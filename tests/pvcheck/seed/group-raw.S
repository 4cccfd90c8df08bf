/* SPDX-License-Identifier: MIT */
/* A general register is read in the group that writes it. */
	.text
	.explicit
	.global	seed
	.proc	seed
seed:
{ .mii
	add	r14=r32,r33
	add	r15=r14,r33	// FIND group-raw
	nop.i	0
	;;
}
{ .mfb
	br.ret.sptk.many b0
	;;
}
	.endp	seed
