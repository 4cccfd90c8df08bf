/* SPDX-License-Identifier: MIT */
/* The base register that a load updates. */
	.text
	.explicit
	.global	seed
	.proc	seed
seed:
{ .mmi
	ld8	r14=[r32],8
	ld8	r15=[r32]	// FIND group-raw
	nop.i	0
	;;
}
{ .mfb
	br.ret.sptk.many b0
	;;
}
	.endp	seed
