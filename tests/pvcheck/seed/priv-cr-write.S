/* SPDX-License-Identifier: MIT */
/* A write that the historic rules did not list. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	mov cr.tpr=r32		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
