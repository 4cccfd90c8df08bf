/* SPDX-License-Identifier: MIT */
/* Two compares of different kinds. */
	.text
	.explicit
	.global	seed
	.proc	seed
seed:
{ .mii
	cmp.eq	p6,p0=r32,r33
	cmp.eq.or p6,p0=r32,r34	// FIND group-waw
	nop.i	0
	;;
}
{ .mfb
	br.ret.sptk.many b0
	;;
}
	.endp	seed
