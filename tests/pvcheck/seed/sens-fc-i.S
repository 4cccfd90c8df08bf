/* SPDX-License-Identifier: MIT */
/* A cache flush. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	fc.i r32		// FIND unrecorded-sensitive
	;;
	br.ret.sptk.many b0
	.endp	seed
