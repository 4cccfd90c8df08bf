/* SPDX-License-Identifier: MIT */
/* Recorded as another operation. */
#include "seed.h"
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	pv_site	PV_OP_thash, ttag r8=r32	// FIND site-mismatch
	;;
	br.ret.sptk.many b0
	.endp	seed
