/* SPDX-License-Identifier: MIT */
/* Another control register. */
#include "seed.h"
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	pv_site	PV_OP_get_cr_ifa, mov r8=cr.itir	// FIND site-mismatch
	;;
	br.ret.sptk.many b0
	.endp	seed
