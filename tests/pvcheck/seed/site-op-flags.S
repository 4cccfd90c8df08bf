/* SPDX-License-Identifier: MIT */
/* Undefined flags. */
#include "seed.h"
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	pv_site	PV_OP_rsm_i+(1<<40), rsm 0x4000	// FIND site-op
	;;
	br.ret.sptk.many b0
	.endp	seed
