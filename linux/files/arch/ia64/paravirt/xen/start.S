/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a Xen/ia64 hypervisor starts the kernel: the ELF notes tell it. It runs at
 * privilege level 1, in what it takes for physical mode, with the boot parameters in
 * r28, as on bare metal. Nothing is touched here but who it was that came in.
 */
#include <linux/elfnote.h>
#include <linux/init.h>

#include <asm/asmmacro.h>
#include <asm/page.h>
#include <asm/pgtable.h>

#include <abi/xen.h>

#include "../start.h"

	ELFNOTE(Xen, XEN_NOTE_GUEST_OS, .asciz "linux")
	ELFNOTE(Xen, XEN_NOTE_GUEST_VERSION, .asciz "2.6")
	ELFNOTE(Xen, XEN_NOTE_XEN_VERSION, .asciz "xen-3.0")
	ELFNOTE(Xen, XEN_NOTE_ENTRY, data8.ua startup_xen - KERNEL_START + KERNEL_TR_PAGE_SIZE)

	.section .text..pv_asm,"ax"

GLOBAL_ENTRY(startup_xen)
	.prologue
	.save rp, r0
	.body
1:	mov r2 = ip
	movl r3 = 1b
	movl r9 = pv_environment
	mov r10 = PV_ENV_XEN
	;;
	sub r2 = r2, r3			// physical minus virtual
	;;
	add r9 = r9, r2
	;;
	st4 [r9] = r10
	brl.sptk.many _start
END(startup_xen)
