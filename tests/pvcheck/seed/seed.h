/* SPDX-License-Identifier: MIT */
/* The operations' numbers as assembler symbols, for sources in assembly, and the pv_site macro. */
#include "site.h"

	.set PV_OP_none, 0
	.set PV_OP_COUNT, 1
#define PV_OP(name, ...)                                                                           \
	.set PV_OP_##name, PV_OP_COUNT;                                                            \
	.set PV_OP_COUNT, PV_OP_COUNT + 1;
#include "ops.def"
