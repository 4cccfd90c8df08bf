/* SPDX-License-Identifier: MIT */
/* A translation to physical. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	tpa r8=r32		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
