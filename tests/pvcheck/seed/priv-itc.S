/* SPDX-License-Identifier: MIT */
/* A translation is inserted. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	itc.d r32		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
