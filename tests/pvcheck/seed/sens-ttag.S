/* SPDX-License-Identifier: MIT */
/* The host's page table tag. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	ttag r8=r32		// FIND unrecorded-sensitive
	;;
	br.ret.sptk.many b0
	.endp	seed
