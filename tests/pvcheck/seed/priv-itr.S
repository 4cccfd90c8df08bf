/* SPDX-License-Identifier: MIT */
/* A translation register is written. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	itr.i itr[r32]=r33		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
