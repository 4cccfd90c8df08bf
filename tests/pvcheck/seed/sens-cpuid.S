/* SPDX-License-Identifier: MIT */
/* The host's CPUID. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	mov r8=cpuid[r32]		// FIND unrecorded-sensitive
	;;
	br.ret.sptk.many b0
	.endp	seed
