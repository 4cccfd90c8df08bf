/* SPDX-License-Identifier: MIT */
/* The group goes on in the next bundle. */
	.text
	.explicit
	.global	seed
	.proc	seed
seed:
{ .mmi
	nop.m	0
	mov	r14=r32
	nop.i	0
}
{ .mmi
	st8	[r33]=r14	// FIND group-raw
	nop.m	0
	nop.i	0
	;;
}
{ .mfb
	br.ret.sptk.many b0
	;;
}
	.endp	seed
