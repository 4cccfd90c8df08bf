/* SPDX-License-Identifier: MIT */
/* Performance monitoring. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	mov pmc[r32]=r33		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
