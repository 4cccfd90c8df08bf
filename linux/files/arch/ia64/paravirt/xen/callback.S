/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the hypervisor delivers events: as an interruption, in the state that a
 * vector of the table finds.
 */
#define __IA64_ASM_PARAVIRTUALIZED_XEN

#include <asm/asmmacro.h>
#include <asm/asm-offsets.h>
#include <asm/kregs.h>
#include <asm/processor.h>
#include <asm/ptrace.h>
#include <asm/thread_info.h>

#define PSR_DEFAULT_BITS 0

#include "../../kernel/minstate.h"

	.section .text..pv_asm,"ax"

GLOBAL_ENTRY(xen_event_callback)
	.prologue
	.body
	mov r31 = pr
	;;
	SAVE_MIN_WITH_COVER
	SSM_PSR_IC_AND_DEFAULT_BITS_AND_SRLZ_I(r3, r14)
	adds r3 = 8, r2
	;;
	SAVE_REST
	;;
	alloc r14 = ar.pfs, 0, 0, 1, 0
	;;
	add out0 = 16, sp
	movl r14 = ia64_leave_kernel
	;;
	mov rp = r14
	br.call.sptk.many b6 = xen_evtchn_upcall
END(xen_event_callback)
