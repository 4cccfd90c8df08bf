/* SPDX-License-Identifier: MIT */
/* Masking interrupts without a record. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	rsm 0x4000		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
