/* SPDX-License-Identifier: MIT */
/* A record that names no slot. */
#include "seed.h"
	.text
	.global	seed
	.proc	seed
seed:
	br.ret.sptk.many b0	// FIND site-slot
	.endp	seed
	.section ".pv_sites"
	data8	seed+7, PV_OP_rsm_i
