/* SPDX-License-Identifier: MIT */
/* Operation 0. */
#include "seed.h"
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	pv_site	0, rsm 0x4000	// FIND site-op
	;;
	br.ret.sptk.many b0
	.endp	seed
