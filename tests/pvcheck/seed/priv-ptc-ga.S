/* SPDX-License-Identifier: MIT */
/* A global purge. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	ptc.ga r32,r33		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
