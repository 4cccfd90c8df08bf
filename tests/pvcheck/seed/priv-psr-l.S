/* SPDX-License-Identifier: MIT */
/* Writing PSR. */
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	mov psr.l=r32		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
