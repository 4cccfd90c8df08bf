/* SPDX-License-Identifier: MIT */
/* A kernel register is written. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	mov ar.k6=r32		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
