/* SPDX-License-Identifier: MIT */
/* A control register by number, as the historic rules did not know. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	mov r8=cr20		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
