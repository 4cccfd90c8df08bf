/* SPDX-License-Identifier: MIT */
/* Performance monitor data. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	mov r8=pmd[r32]		// FIND unrecorded-sensitive
	;;
	br.ret.sptk.many b0
	.endp	seed
