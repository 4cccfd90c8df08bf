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

	.explicit
	.section .text.ivt, "ax"
	.align	32768
	.global	ivt
ivt:

/* Anything of a guest that has no shorter way. */
.macro	VECTOR offset, name
	.org	ivt + \offset
v_\name:
	mov	r26 = cr.ipsr
	mov	r28 = pr
	mov	r25 = \offset
	;;
	extr.u	r27 = r26, PSR_cpl_BIT, 2
	;;
	cmp.eq	p6, p0 = r0, r27
(p6)	br.cond.spnt own_fault
	br.sptk	save_guest
.endm

/* A translation is missing: the hypervisor itself may lack it. */
.macro	MISS offset, name, own
	.org	ivt + \offset
v_\name:
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

	MISS	0x0000, vhpt_translation, own_data_miss
	MISS	0x0400, inst_tlb, own_inst_miss
	MISS	0x0800, data_tlb, own_data_miss
	MISS	0x0c00, alt_inst_tlb, own_inst_miss
	MISS	0x1000, alt_data_tlb, own_data_miss

	.org	ivt + 0x1400
v_data_nested_tlb:		// psr.ic was 0: ours, always
	mov	r25 = 0x1400
	br.sptk	hv_died

	VECTOR	0x1800, inst_key_miss
	VECTOR	0x1c00, data_key_miss
	VECTOR	0x2000, dirty_bit
	VECTOR	0x2400, inst_access_bit
	VECTOR	0x2800, data_access_bit
	VECTOR	0x2c00, break_inst
	VECTOR	0x3000, external_interrupt
	VECTOR	0x3400, virtual_external_interrupt
	VECTOR	0x5000, page_not_present
	VECTOR	0x5100, key_permission
	VECTOR	0x5200, inst_access_rights
	VECTOR	0x5300, data_access_rights
	VECTOR	0x5400, general_exception
	VECTOR	0x5500, disabled_fp
	VECTOR	0x5600, nat_consumption
	VECTOR	0x5700, speculation
	VECTOR	0x5900, debug
	VECTOR	0x5a00, unaligned
	VECTOR	0x5b00, unsupported_data
	VECTOR	0x5c00, fp_fault
	VECTOR	0x5d00, fp_trap
	VECTOR	0x5e00, lower_privilege
	VECTOR	0x5f00, taken_branch
	VECTOR	0x6000, single_step
	VECTOR	0x6100, virtualization
	VECTOR	0x6900, ia32_exception
	VECTOR	0x6a00, ia32_intercept
	VECTOR	0x6b00, ia32_interrupt

	.org	ivt + 0x7f00

/* ---- misses of the hypervisor itself ---- */

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
	br.sptk	save_guest		// which calls trap(): ipsr.cpl = 0 tells

	.section .bss
	.align	512
	.global	died_stack
died_stack:
	.skip	32768
