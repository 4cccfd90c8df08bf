/* SPDX-License-Identifier: MIT */
/* A record of something harmless. */
#include "seed.h"
	.text
	.global	seed
	.proc	seed
seed:
	nop.m	0
	;;
	pv_site	PV_OP_ssm_i, add r8=r32,r33	// FIND site-mismatch
	;;
	br.ret.sptk.many b0
	.endp	seed
