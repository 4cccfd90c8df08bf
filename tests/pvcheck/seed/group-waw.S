/* SPDX-License-Identifier: MIT */
/* Two writes of one register. */
	.text
	.explicit
	.global	seed
	.proc	seed
seed:
{ .mii
	add	r14=r32,r33
	sub	r14=r32,r33	// FIND group-waw
	nop.i	0
	;;
}
{ .mfb
	br.ret.sptk.many b0
	;;
}
	.endp	seed
