/* SPDX-License-Identifier: MIT */
/* Return from interruption. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	rfi		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
