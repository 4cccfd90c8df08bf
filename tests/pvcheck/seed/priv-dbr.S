/* SPDX-License-Identifier: MIT */
/* A breakpoint register. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	mov dbr[r32]=r33		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
