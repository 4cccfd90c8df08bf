/* SPDX-License-Identifier: MIT */
/* An application register. */
	.text
	.explicit
	.global	seed
	.proc	seed
seed:
{ .mmi
	mov	ar.ccv=r32
	cmpxchg8.acq r8=[r33],r34,ar.ccv	// FIND group-raw
	nop.i	0
	;;
}
{ .mfb
	br.ret.sptk.many b0
	;;
}
	.endp	seed
