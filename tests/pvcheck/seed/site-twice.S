/* SPDX-License-Identifier: MIT */
/* Two records of one instruction. */
#include "seed.h"
	.text
	.global	seed
	.proc	seed
seed:
	pv_site	PV_OP_rsm_i, rsm 0x4000	// FIND site-twice
	.xdata8 ".pv_sites", 997b, PV_OP_rsm_i
	;;
	br.ret.sptk.many b0
	.endp	seed
