/* SPDX-License-Identifier: MIT */
/* cover, whose effect on cr.ifs depends on the real psr.ic. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	cover		// FIND unrecorded-sensitive
	;;
	br.ret.sptk.many b0
	.endp	seed
