/* SPDX-License-Identifier: MIT */
/*
 * no_native.h - the native functions that pvops.c's tables name, for tests of the patcher:
 * nothing calls them. To be included once.
 */
#ifndef TESTS_PVOPS_NO_NATIVE_H
#define TESTS_PVOPS_NO_NATIVE_H

#include "pvops.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

#define PV_OP(name, shape, ...)                                                                    \
	PV_DECLARE_##shape(pv_native_##name)                                                       \
	{                                                                                          \
		__builtin_trap();                                                                  \
	}
#define PV_FN(table, name, kind, ret, args, ...)                                                   \
	ret pv_native_##table##_##name args                                                        \
	{                                                                                          \
		__builtin_trap();                                                                  \
	}
#include "ops.def"

#endif
