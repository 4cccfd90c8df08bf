/* SPDX-License-Identifier: MIT */
/* Another register bank. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	bsw.0		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
