/* SPDX-License-Identifier: MIT */
/* Data where instructions are. */
	.text
	.global	seed
	.proc	seed
seed:
	br.ret.sptk.many b0	// FIND reserved-encoding (data has no line of its own)
	;;
	.endp	seed
	.align	16
	.global	junk
junk:
	data8	0x06, 0
