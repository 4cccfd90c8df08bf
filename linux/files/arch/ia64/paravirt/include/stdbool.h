/* SPDX-License-Identifier: GPL-2.0-only */
/* The freestanding sources below arch/ia64/paravirt ask for <stdbool.h>: the kernel's types. */
#ifndef _PARAVIRT_STDBOOL_H
#define _PARAVIRT_STDBOOL_H

#include <linux/types.h>
#include <linux/stddef.h>
#include <linux/limits.h>

#endif
