/* SPDX-License-Identifier: MIT */
/* Reading PSR. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	mov r8=psr		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
