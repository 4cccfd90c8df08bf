/* SPDX-License-Identifier: MIT */
/* A region register is written. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	mov rr[r32]=r33		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
