/* SPDX-License-Identifier: MIT */
/* FIND@ site-table: an address that is a plain number. */
#include "seed.h"
	.text
	.global	seed
	.proc	seed
seed:
	br.ret.sptk.many b0
	.endp	seed
	.section ".pv_sites"
	data8	0, PV_OP_rsm_i
