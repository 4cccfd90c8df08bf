/* SPDX-License-Identifier: MIT */
/* A predicate of a compare guards an instruction of the same group. */
	.text
	.explicit
	.global	seed
	.proc	seed
seed:
{ .mii
	cmp.eq	p6,p7=r32,r33
(p6)	add	r15=r32,r33	// FIND group-raw
	nop.i	0
	;;
}
{ .mfb
	br.ret.sptk.many b0
	;;
}
	.endp	seed
