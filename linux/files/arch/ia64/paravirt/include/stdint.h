/* SPDX-License-Identifier: GPL-2.0-only */
/* The freestanding sources below arch/ia64/paravirt ask for <stdint.h>: the kernel's types. */
#ifndef _PARAVIRT_STDINT_H
#define _PARAVIRT_STDINT_H

#include <linux/types.h>
#include <linux/stddef.h>
#include <linux/limits.h>
#include <linux/const.h>

#define UINT64_C(value)	_AC(value, ULL)
#define INT64_C(value)	_AC(value, LL)
#define UINT64_MAX	U64_MAX
#define UINT32_MAX	U32_MAX
#define INT64_MAX	S64_MAX
#define INT64_MIN	S64_MIN

#endif
