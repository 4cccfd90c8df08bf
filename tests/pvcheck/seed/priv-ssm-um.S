/* SPDX-License-Identifier: MIT */
/* Several bits of PSR, by number. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	ssm 0x2010		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
