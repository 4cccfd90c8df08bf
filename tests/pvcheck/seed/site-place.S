/* SPDX-License-Identifier: MIT */
/* FIND@ site-place: a record that points to data. */
#include "seed.h"
	.text
	.global	seed
	.proc	seed
seed:
	br.ret.sptk.many b0
	.endp	seed
	.data
	.align	16
here:	data8	0, 0
	.section ".pv_sites"
	data8	here, PV_OP_rsm_i
