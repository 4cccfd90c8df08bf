/* SPDX-License-Identifier: MIT */
/* The mask is part of the operation. */
#include "seed.h"
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	pv_site	PV_OP_rsm_i, rsm 0x6000	// FIND site-mismatch
	;;
	br.ret.sptk.many b0
	.endp	seed
