/* SPDX-License-Identifier: MIT */
/* Executable code outside of .text counts as well. */
	.section .init.odd,"ax",@progbits
	.global	seed
	.proc	seed
seed:
	ssm	0x4000		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
