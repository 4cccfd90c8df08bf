// SPDX-License-Identifier: MIT
/* The same, recorded. */
#include "op.h"
#include "site.h"

PV_SITE_DECLARE;

unsigned long seed(unsigned long address)
{
	unsigned long entry;

	asm volatile(PV_SITE("thash %0=%1") : "=r"(entry) : "r"(address), PV_SITE_OP(PV_OP_thash));
	return entry;
}
