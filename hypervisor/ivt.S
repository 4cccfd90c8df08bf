/* SPDX-License-Identifier: MIT */
/*
 * ivt.S - the interruption vector table (SDM vol 2 chapter 8).
 *
 * An interruption of a guest (ipsr.cpl != 0) goes to C by way of save_guest. One of the
 * hypervisor itself is a miss of its identity mapping, a guarded look at guest memory
 * (guest_tpa.S), or the end: hv_died. At entry psr.ic = 0, bank 0 (entry.h says what r29
 * to r31 hold); handlers use r16 to r28 and p6 to p15, whose old values r28 holds.
 */
#include "layout.h"
#include "offsets.h"
#include "xen.h"

	.explicit
	.section .text.ivt, "ax"

/* Anything of a guest that has no shorter way; of ourselves, it goes to \own. */
.macro	VECTOR table, offset, own = own_fault
	.org	\table + \offset
	mov	r26 = cr.ipsr
	mov	r28 = pr
	mov	r25 = \offset
	;;
	extr.u	r27 = r26, PSR_cpl_BIT, 2
	;;
	cmp.eq	p6, p0 = r0, r27
(p6)	br.cond.spnt \own
	br.sptk	save_guest
.endm

/* A fault that fast.S hands on to the guest. */
.macro	FAULT table, offset, counter
	.org	\table + \offset
	mov	r26 = cr.ipsr
	mov	r22 = \counter
	mov	r28 = pr
	;;
	mov	r25 = \offset
	br.sptk	fast_fault
.endm

/* Those that have no other way in any table. */
.macro	COMMON table
	.org	\table + 0x1400
	mov	r25 = 0x1400		// Data Nested TLB: psr.ic was 0, it is ours
	br.sptk	hv_died

	VECTOR	\table, 0x1800
	VECTOR	\table, 0x1c00
.endm
.macro	REST table
	.set	at, 0x3400
	.rept	7			// to 0x4c00: 1 KiB each
	VECTOR	\table, at
	.set	at, at + 0x400
	.endr
	VECTOR	\table, 0x5000
	VECTOR	\table, 0x5100
.endm
.macro	LAST table
	.set	at, 0x5700
	.rept	40			// to 0x7e00: 256 bytes each
	VECTOR	\table, at
	.set	at, at + 0x100
	.endr
	.org	\table + 0x8000
.endm

	.align	32768
	.global	ivt
ivt:
	.org	ivt + 0x0000
	VECTOR	ivt, 0x0000, own_data_miss
	.org	ivt + 0x0400
	mov	r26 = cr.ipsr
	mov	r24 = cr.ifa
	mov	r28 = pr
	br.sptk	fast_inst_miss
	.org	ivt + 0x0800
	mov	r26 = cr.ipsr
	mov	r24 = cr.ifa
	mov	r28 = pr
	br.sptk	fast_data_miss
	VECTOR	ivt, 0x0c00, own_inst_miss
	VECTOR	ivt, 0x1000, own_data_miss
	COMMON	ivt
	FAULT	ivt, 0x2000, COUNT_REFLECT_dirty_bit
	FAULT	ivt, 0x2400, COUNT_REFLECT_inst_access_bit
	FAULT	ivt, 0x2800, COUNT_REFLECT_data_access_bit
	.org	ivt + 0x2c00
	{ .mmi
	mov	r26 = cr.ipsr
	mov	r24 = cr.iim
	mov	r28 = pr
	;;
	}
	{ .mii
	cmp.eq	p6, p0 = XEN_PRIVOP_RFI, r24
	extr.u	r27 = r26, PSR_cpl_BIT, 2
	tbit.nz	p10, p0 = r26, PSR_cpl_BIT + 1	// a user
	;;
	}
	{ .mbb
	cmp.eq.and p6, p0 = 1, r27
(p10)	br.cond.dptk fast_syscall
(p6)	br.cond.dptk fast_RFI
	;;
	}
	/* A hyperprivop, by its number; r20 = b0. Else it is C's. */
	{ .mlx
	adds	r23 = -1, r24
	movl	r21 = privop_table - 16
	;;
	}
	{ .mii
	shladd	r21 = r24, 4, r21
	cmp.gtu	p11, p0 = XEN_HYPERPRIVOP_MAX, r23
	mov	r20 = b0
	;;
	}
	{ .mib
	cmp.eq.and p11, p0 = 1, r27
	mov	b0 = r21
	nop.b	0
	;;
	}
	{ .bbb
	nop.b	0
(p11)	br.cond.dptk b0
	br.cond.sptk slow_break_b0
	}
	.org	ivt + 0x3000
	mov	r24 = cr.irr3
	mov	r26 = cr.ipsr
	mov	r28 = pr
	br.sptk	fast_interrupt
	REST	ivt
	FAULT	ivt, 0x5200, COUNT_REFLECT_inst_access_rights
	FAULT	ivt, 0x5300, COUNT_REFLECT_data_access_rights
	VECTOR	ivt, 0x5400
	VECTOR	ivt, 0x5500
	/* NaT Consumption: nested, it is the operand of a hyperprivop, whose b0 r20 has, and r28 pr */
	.org	ivt + 0x5600
	mov	r26 = cr.ipsr
	mov	r16 = cr.isr
	mov	r17 = pr
	;;
	extr.u	r27 = r26, PSR_cpl_BIT, 2
	tbit.nz	p7, p8 = r16, 39		// isr.ni: psr.ic was 0
	mov	r25 = VEC_nat_consumption
	;;
	cmp.eq	p6, p0 = r0, r27
(p8)	mov	r28 = r17
(p6)	br.cond.spnt own_fault
	;;
(p7)	mov	b0 = r20
	br.sptk	save_guest
	LAST	ivt

/* The argument `nofast`: everything in C. */
	.global	slow_ivt
slow_ivt:
	VECTOR	slow_ivt, 0x0000, own_data_miss
	VECTOR	slow_ivt, 0x0400, own_inst_miss
	VECTOR	slow_ivt, 0x0800, own_data_miss
	VECTOR	slow_ivt, 0x0c00, own_inst_miss
	VECTOR	slow_ivt, 0x1000, own_data_miss
	COMMON	slow_ivt
	VECTOR	slow_ivt, 0x2000
	VECTOR	slow_ivt, 0x2400
	VECTOR	slow_ivt, 0x2800
	VECTOR	slow_ivt, 0x2c00
	VECTOR	slow_ivt, 0x3000
	REST	slow_ivt
	VECTOR	slow_ivt, 0x5200
	VECTOR	slow_ivt, 0x5300
	VECTOR	slow_ivt, 0x5400
	VECTOR	slow_ivt, 0x5500
	VECTOR	slow_ivt, 0x5600
	LAST	slow_ivt

/* ---- misses of the hypervisor itself ---- */

	.global	own_data_miss, own_inst_miss, own_fault, save_guest

#define OWN_PTE	  (0x1 | 1 << 5 | 1 << 6 | 3 << 9) /* present, accessed, dirty, RWX, PL 0 */
#define OWN_SHIFT 24

/* 0xf0.. and 0xf2.. (bit 57: UC), below 2^50. */
own_data_miss:
	mov	r16 = cr.ifa
	mov	r21 = OWN_SHIFT << 2
	movl	r20 = (1 << 50) - (1 << OWN_SHIFT)
	;;
	extr.u	r17 = r16, 58, 6
	tbit.nz	p8, p0 = r16, 57
	and	r20 = r20, r16
	addl	r22 = OWN_PTE, r0
	mov	cr.itir = r21
	;;
	cmp.ne	p7, p0 = 0x3c, r17		// 1111 00: the identity mappings
(p8)	addl	r22 = OWN_PTE | 4 << 2, r0
(p7)	br.cond.spnt own_fault
	;;
	or	r22 = r22, r20
	;;
	itc.d	r22
	mov	pr = r28, -1
	;;
	rfi
	;;

/* An interruption at CPL 0: of a guarded bundle, behind which it goes on, or the end. */
own_fault:
	mov	r18 = cr.iip
	movl	r19 = guarded
	;;
	sub	r19 = r18, r19
	adds	r18 = 16, r18
	dep	r26 = r0, r26, PSR_ri_BIT, 2
	;;
	dep	r19 = r0, r19, 5, 1		// there are two
	;;
	cmp.ne	p6, p0 = r0, r19
(p6)	br.cond.spnt hv_died
	;;
	mov	cr.iip = r18
	mov	cr.ipsr = r26
	mov	pr = r28, -1
	;;
	rfi
	;;

/* Code in the identity mapping: the firmware's. */
own_inst_miss:
	mov	r16 = cr.ifa
	movl	r20 = (1 << 50) - (1 << OWN_SHIFT)
	;;
	extr.u	r17 = r16, 58, 6
	and	r20 = r20, r16
	mov	r21 = OWN_SHIFT << 2
	;;
	cmp.ne	p6, p0 = 0x3c, r17
	mov	cr.itir = r21
	addl	r22 = OWN_PTE, r0
(p6)	br.cond.spnt hv_died
	;;
	or	r22 = r22, r20
	;;
	itc.i	r22
	mov	pr = r28, -1
	;;
	rfi
	;;

/*
 * hv_died - an interruption of the hypervisor that it has no use for: r25 = vector
 *
 * Its registers go where the panic handler prints them; what is left of the register stack
 * (in whose memory nothing is written but by mandatory stores) is not looked at.
 */
	.global	hv_died
hv_died:
	movl	r29 = died_stack + STACK_TO_REGS
	br.sptk	save_at_r29		// which calls trap(): ipsr.cpl = 0 tells

	.section .bss
	.align	512
	.global	died_stack
died_stack:
	.skip	32768
