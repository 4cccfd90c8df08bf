// SPDX-License-Identifier: MIT
/* A copy of a site whose operation was forgotten. */
#include "op.h"
#include "site.h"

PV_SITE_DECLARE;

void seed(unsigned long value)
{
	asm volatile(PV_SITE("mov cr.itm=%0") ::"r"(value), PV_SITE_OP(PV_OP_set_cr_tpr)); /* FIND site-mismatch */
}
