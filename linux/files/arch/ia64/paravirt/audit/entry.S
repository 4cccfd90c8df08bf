/* SPDX-License-Identifier: GPL-2.0-only */
/* kernel/entry.S once more, with the macros and names of the audit flavour. */

#define __IA64_ASM_PARAVIRTUALIZED_AUDIT

	.section .text..pv_asm,"ax"
#include "../../kernel/entry.S"
