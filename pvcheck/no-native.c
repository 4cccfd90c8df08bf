// SPDX-License-Identifier: MIT
/*
 * no-native.c - what pvops.c's tables name and only a kernel has.
 *
 * pvcheck uses pvops/ for its rows and its checks; it never calls through the tables.
 */
#include <stdlib.h>

#include "pvops.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

#define PV_OP(name, shape, ...)                                                                    \
	PV_DECLARE_##shape(pv_native_##name)                                                       \
	{                                                                                          \
		abort();                                                                           \
	}
#define PV_FN(table, name, kind, ret, args, ...)                                                   \
	ret pv_native_##table##_##name args                                                        \
	{                                                                                          \
		abort();                                                                           \
	}
#include "ops.def"
