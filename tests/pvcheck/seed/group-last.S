/* SPDX-License-Identifier: MIT */
/* clrrrb is not the last of its group, which the assembler would refuse. */
	.text
	.global	seed
	.proc	seed
seed:
	br.ret.sptk.many b0	// FIND group-last (data has no line of its own)
	;;
	.endp	seed
	.align	16
	/* { .bbb clrrrb ; nop.b 0 ; nop.b 0 ;; } */
	data8	0x400000017, 0x2000000000100000
