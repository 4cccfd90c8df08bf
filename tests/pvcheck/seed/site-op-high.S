/* SPDX-License-Identifier: MIT */
/* One more than there are. */
#include "seed.h"
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	pv_site	PV_OP_COUNT, rsm 0x4000	// FIND site-op
	;;
	br.ret.sptk.many b0
	.endp	seed
