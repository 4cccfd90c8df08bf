/* SPDX-License-Identifier: MIT */
/* Four of the five parts of a composite operation. */
#include "seed.h"
	.text
	.global	seed
	.proc	seed
seed:
	pv_site	PV_OP_set_rr0_to_rr4, mov rr[r14]=r20	// FIND site-parts
	pv_site	PV_OP_set_rr0_to_rr4, mov rr[r15]=r21
	pv_site	PV_OP_set_rr0_to_rr4, mov rr[r16]=r22
	pv_site	PV_OP_set_rr0_to_rr4, mov rr[r17]=r23
	;;
	br.ret.sptk.many b0
	.endp	seed
