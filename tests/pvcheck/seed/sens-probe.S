/* SPDX-License-Identifier: MIT */
/* A probe for level 0, which is compressed in a guest. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	probe.w r8=r32,0		// FIND unrecorded-sensitive
	;;
	br.ret.sptk.many b0
	.endp	seed
