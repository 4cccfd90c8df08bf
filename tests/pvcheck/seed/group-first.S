/* SPDX-License-Identifier: MIT */
/* alloc is not the first of its group; the assembler would put a stop before it. */
	.text
	.global	seed
	.proc	seed
seed:
	br.ret.sptk.many b0	// FIND group-first (data has no line of its own)
	;;
	.endp	seed
	.align	16
	/* { .mmi nop.m 0 ; alloc r2=ar.pfs,2,0,0,0 ; nop.i 0 ;; } */
	data8	0x1020000100000009, 0x00040000000b0008
