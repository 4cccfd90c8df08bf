/* SPDX-License-Identifier: GPL-2.0-only */
/* The Xen flavour's gate page, mapped instead of the native one. */

#include <asm/page.h>

	.section .data..gate.xen, "aw"
	.align PAGE_SIZE
	.global xen_gate
xen_gate:
	.incbin "arch/ia64/paravirt/xen/gate.so"
	.align PAGE_SIZE
