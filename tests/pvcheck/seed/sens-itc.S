/* SPDX-License-Identifier: MIT */
/* The host's time. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	mov r8=ar.itc		// FIND unrecorded-sensitive
	;;
	br.ret.sptk.many b0
	.endp	seed
