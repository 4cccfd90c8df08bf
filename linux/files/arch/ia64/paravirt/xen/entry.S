/* SPDX-License-Identifier: GPL-2.0-only */
/* kernel/entry.S once more, with the macros and names of the Xen flavour. */

#define __IA64_ASM_PARAVIRTUALIZED_XEN

	.section .text..pv_asm,"ax"
#include "../../kernel/entry.S"
