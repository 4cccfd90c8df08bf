/* SPDX-License-Identifier: GPL-2.0-only */
/* The audit flavour's gate page, mapped instead of the native one. */

#include <asm/page.h>

	.section .data..gate.audit, "aw"
	.align PAGE_SIZE
	.global audit_gate
audit_gate:
	.incbin "arch/ia64/paravirt/audit/gate.so"
	.align PAGE_SIZE
