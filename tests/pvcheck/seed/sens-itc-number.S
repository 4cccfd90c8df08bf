/* SPDX-License-Identifier: MIT */
/* The host's time, by number. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	mov r8=ar44		// FIND unrecorded-sensitive
	;;
	br.ret.sptk.many b0
	.endp	seed
