/* SPDX-License-Identifier: GPL-2.0-only */
/* kernel/ivt.S once more, with the macros and names of the audit flavour. */

#define __IA64_ASM_PARAVIRTUALIZED_AUDIT
#define PV_ASM_OUT_OF_LINE

#include "../../kernel/ivt.S"
