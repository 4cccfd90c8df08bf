/* SPDX-License-Identifier: MIT */
/*
 * fast.S - what guests ask for most, without C: hyperprivops, system calls, TLB misses.
 *
 * All of it runs with psr.ic = 0 in bank 0 on pinned memory, keeps every register of the guest
 * but the results, and does exactly what its twin in C does (the argument `nofast` shows).
 * What is rare or wrong goes to C before anything has changed: r25 = vector, r26 = cr.ipsr,
 * r28 = pr, then save_guest. A NaT in an operand faults with psr.ic = 0: cr.iip is the
 * guest's still, so that the guest gets the fault.
 */
#include "layout.h"
#include "offsets.h"
#include "xen.h"

/* Bits of the virtual PSR that are the processor's; see vpsr.c */
#define REAL	  (PSR_be | PSR_up | PSR_ac | PSR_mfl | PSR_mfh | PSR_dfl | PSR_sp | PSR_db | \
		   PSR_lp | PSR_tb | PSR_id | PSR_da | PSR_dd | PSR_ss | PSR_ri | PSR_ed | PSR_ia)
#define TRANSLATE (PSR_dt | PSR_rt | PSR_it)
#define RR_16K	  (14 << 2 | 1)

	.explicit
	.text

.macro	COUNT what, reg, address
	adds	\address = \what, r30
	;;
	ld8	\reg = [\address]
	;;
	adds	\reg = 1, \reg
	;;
	st8	[\address] = \reg
.endm

/* Into C, nothing done. */
.macro	SLOW vector
	mov	r25 = \vector
	br.sptk	save_guest
	;;
.endm

/* ---- break, not RFI, not of a user: r24 = cr.iim, r26 = cr.ipsr, r27 = its cpl, r28 = pr ---- */

	.align	32
	.global	fast_break
fast_break:
	cmp.eq	p8, p0 = XEN_PRIVOP_COVER, r24
	cmp.eq	p12, p0 = 1, r27
	adds	r23 = -1, r24
	movl	r21 = privop_table - 16
	;;
	cmp.eq.and p8, p0 = 1, r27
(p12)	cmp.gtu.unc p11, p0 = XEN_HYPERPRIVOP_MAX, r23
	cmp.eq	p14, p0 = r0, r27
	shladd	r21 = r24, 4, r21
	mov	r20 = b0
(p8)	br.cond.dptk fast_COVER
(p11)	br.cond.dptk 1f
	mov	r25 = VEC_break_inst
(p14)	br.cond.spnt own_fault
	;;
slow_break:
	SLOW	VEC_break_inst
1:	mov	b0 = r21
	;;
	br.sptk	b0
	;;

/* By number; r20 = b0. */
.macro	ENTRY target
	{ .mib
	nop	0
	nop	0
	br.sptk	\target
	}
.endm
	.align	16
privop_table:
	ENTRY	slow_b0		// RFI, COVER: above
	ENTRY	fast_RSM_DT
	ENTRY	fast_SSM_DT
	ENTRY	slow_b0
	ENTRY	fast_ITC_D
	ENTRY	fast_ITC_I
	ENTRY	slow_b0		// SSM_I: delivers an event
	ENTRY	slow_b0		// GET_IVR
	ENTRY	slow_b0		// GET_TPR
	ENTRY	slow_b0		// SET_TPR
	ENTRY	slow_b0		// EOI
	ENTRY	slow_b0		// SET_ITM
	ENTRY	fast_THASH
	ENTRY	fast_PTC_GA
	ENTRY	slow_b0		// ITR_D
	ENTRY	fast_GET_RR
	ENTRY	slow_b0		// SET_RR
	ENTRY	fast_SET_KR
	ENTRY	slow_b0		// FC
	ENTRY	slow_b0		// GET_CPUID
	ENTRY	slow_b0		// GET_PMD
	ENTRY	slow_b0		// GET_EFLAG
	ENTRY	slow_b0		// SET_EFLAG
	ENTRY	slow_b0		// RSM_BE
	ENTRY	fast_GET_PSR
	ENTRY	fast_SET_RR0_TO_RR4

slow_b0:
	mov	b0 = r20
	br.sptk	slow_break
	;;

/* Behind the break: r26 = cr.ipsr, r28 = pr; the first gives b0 back from r20. */
done_b0:
	mov	b0 = r20
done:
	extr.u	r16 = r26, PSR_ri_BIT, 2
	mov	r17 = cr.iip
	;;
	cmp.eq	p6, p0 = 2, r16
	adds	r16 = 1, r16
	adds	r17 = 16, r17
	;;
(p6)	mov	cr.iip = r17
(p6)	mov	r16 = r0
	;;
	dep	r26 = r16, r26, PSR_ri_BIT, 2
	;;
	mov	cr.ipsr = r26
	mov	pr = r28, -1
	;;
	rfi
	;;

fast_COVER:
	cover
	;;
	mov	r16 = cr.ifs
	adds	r17 = XMR_IFS, r31
	adds	r18 = COUNT_PRIVOP_COVER, r30
	;;
	ld8	r19 = [r18]
	st8	[r17] = r16
	;;
	mov	cr.ifs = r0
	adds	r19 = 1, r19
	;;
	st8	[r18] = r19
	br.sptk	done
	;;

/*
 * RFI: mr.ipsr, iip, ifs. Not here: to physical mode, with an event to deliver, protection
 * keys.
 */
	.align	32
	.global	fast_RFI
fast_RFI:
	adds	r16 = XMR_IPSR, r31
	adds	r17 = XMR_METAPHYSICAL, r31
	adds	r18 = XMR_IFS, r31
	adds	r19 = VCPU_HANDLER_PSR, r30
	adds	r20 = -1, r29			// upcall_pending
	cmp.ne	p7, p0 = r0, r0
	;;
	ld8	r21 = [r16], XMR_IIP - XMR_IPSR
	movl	r22 = TRANSLATE
	ld4	r23 = [r17], XMR_BANKNUM - XMR_METAPHYSICAL
	ld8	r18 = [r18]
	adds	r25 = XMR_VPSR_PP, r31		// and vpsr_dfh
	ld1	r20 = [r20]
	adds	r27 = XMR_IC, r31
	;;
	ld8	r16 = [r16]
	movl	r24 = REAL | PSR_cpl | PSR_dfh
	ld8	r19 = [r19]
	tbit.nz	p8, p9 = r21, PSR_i_BIT
	tbit.nz.or p7, p0 = r21, PSR_pk_BIT
	ld4	r17 = [r17]			// banknum
	andcm	r22 = r22, r21			// 0: all set
	;;
	cmp.ne.or p7, p0 = r0, r22
	extr.u	r22 = r21, PSR_dfh_BIT, 1
(p8)	cmp.ne.or p7, p0 = r0, r20		// an event
	extr.u	r20 = r21, PSR_pp_BIT, 1
	and	r24 = r21, r24
	tbit.nz	p13, p14 = r18, 63
	cmp.ne	p6, p0 = r0, r23		// in physical mode now
(p7)	br.cond.spnt slow_break
	;;
	mov	cr.iip = r16
	or	r24 = r24, r19
	dep	r22 = r22, r20, 8, 8
	adds	r19 = COUNT_PRIVOP_RFI, r30
	extr.u	r21 = r21, PSR_ic_BIT, 1
	dep	r18 = 0, r18, 38, 25
	mov	r16 = 1
	cmp.eq	p15, p0 = r0, r17		// bank 0
	;;
	mov	cr.ipsr = r24
	st2	[r25] = r22
(p14)	mov	r18 = r0
	st4	[r27] = r21
	ld8	r20 = [r19]
(p6)	br.cond.spnt fast_RFI_from_physical
	;;
2:
(p8)	st1	[r29] = r0			// upcall_mask = !i
(p9)	st1	[r29] = r16
	adds	r20 = 1, r20
	mov	cr.ifs = r18
	;;
	st8	[r19] = r20
(p15)	br.cond.dptk 1f
	mov	pr = r28, -1
	rfi
	;;

/* The guest leaves physical mode: rr0 has its own region id again. */
fast_RFI_from_physical:
	adds	r22 = VCPU_MMU, r30
	adds	r23 = XMR_METAPHYSICAL, r31
	movl	r24 = VMMU_RR
	;;
	ld8	r22 = [r22]
	st4	[r23] = r0
	;;
	add	r22 = r22, r24
	;;
	ld8	r22 = [r22]
	;;
	mov	rr[r0] = r22
	;;
	srlz.d
	br.sptk	2b
	;;

/* r16 to r31 of bank 1 from memory; r2 and r3 are the pointers meanwhile. */
1:	adds	r22 = XMR_VNAT, r31
	adds	r23 = XMR_BANKNUM, r31
	mov	r27 = ar.unat
	mov	r24 = r2
	mov	r25 = r3
	;;
	ld8	r22 = [r22]
	mov	r16 = 1
	adds	r2 = XMR_BANK1, r31
	adds	r3 = XMR_BANK1 + 8, r31
	mov	pr = r28, -1
	;;
	st4	[r23] = r16
	mov	ar.unat = r22
	bsw.1
	;;
.macro	BANK1 a, b
	ld8.fill \a = [r2], 16
	ld8.fill \b = [r3], 16
	;;
.endm
	BANK1	r16, r17
	BANK1	r18, r19
	BANK1	r20, r21
	BANK1	r22, r23
	BANK1	r24, r25
	BANK1	r26, r27
	BANK1	r28, r29
	ld8.fill r30 = [r2]
	ld8.fill r31 = [r3]
	bsw.0
	;;
	mov	r2 = r24
	mov	ar.unat = r27
	mov	r3 = r25
	rfi
	;;

/* ---- a system call of the guest's user: its break vector ---- */

	.global	fast_syscall
fast_syscall:
	adds	r23 = XMR_IIM, r31
	mov	r25 = VEC_break_inst
	adds	r22 = COUNT_REFLECT_break_inst, r30
	;;
	st8	[r23] = r24

/*
 * An interruption for the guest: r25 = vector, r26 = cr.ipsr, r28 = pr, r22 = its counter;
 * mr.ifa and the like are stored. Not here: with psr.ic = 0, bank 0, in physical mode, to a
 * big-endian handler. The twin is reflect.c, interrupt(). The real PSR has ic,
 * dt, rt, it and bn set, as has the virtual one now.
 */
fast_reflect:
	adds	r16 = XMR_METAPHYSICAL, r31
	adds	r17 = XMR_IC, r31
	adds	r18 = XMR_VPSR_PP, r31
	adds	r19 = VCPU_FAST_IVA, r30
	cmp.ne	p6, p0 = r0, r0
	;;
	ld8	r16 = [r16]
	ld4	r20 = [r17]
	dep.z	r21 = 1, 32, 1			// bank 1, not metaphysical
	ld2	r24 = [r18], 1			// vpsr_pp, vpsr_dfh
	ld8	r27 = [r19], 8
	tbit.nz	p12, p13 = r26, PSR_cpl_BIT + 1	// a user
	ld1	r23 = [r29]			// upcall_mask
	;;
	cmp.ne.or p6, p0 = r16, r21
	cmp.eq.or p6, p0 = r0, r20
	cmp.eq.or p6, p0 = r0, r27
	ld8	r19 = [r19]			// handler_psr
	cmp.eq	p9, p0 = r0, r23
(p6)	br.cond.spnt save_guest
	;;
	st4	[r17] = r0			// psr.ic
	movl	r16 = REAL | PSR_ic | TRANSLATE | PSR_bn
	st1	[r18] = r0			// vpsr_dfh
	mov	r20 = 1
	extr.u	r23 = r24, 8, 1
	dep.z	r24 = r24, PSR_pp_BIT, 1
	add	r25 = r27, r25			// the handler
	adds	r17 = XMR_IPSR, r31
	dep.z	r21 = 3, PSR_cpl_BIT, 2
	;;
	and	r16 = r26, r16
	st1	[r29] = r20			// psr.i
(p13)	mov	r21 = r0
	mov	r27 = cr.iip
	mov	r18 = cr.isr
	addl	r20 = PSR_i, r0
	dep	r24 = r23, r24, PSR_dfh_BIT, 1
	and	r26 = PSR_up | PSR_mfl | PSR_mfh, r26
	;;
	ld8	r23 = [r22]
	or	r16 = r16, r24
(p9)	or	r21 = r21, r20
	or	r26 = r26, r19
	mov	cr.iip = r25
	adds	r19 = XMR_ISR, r31
	adds	r20 = XMR_IFS, r31
	;;
	mov	cr.ipsr = r26
	or	r16 = r16, r21
	adds	r21 = XMR_IIP, r31
	st8	[r19] = r18
	st8	[r20] = r0
	adds	r23 = 1, r23
	mov	r24 = r2
	mov	r25 = r3
	adds	r18 = XMR_VNAT, r31
	;;
	st8	[r17] = r16
	st8	[r21] = r27
	adds	r2 = XMR_BANK1, r31
	st8	[r22] = r23
	mov	r27 = ar.unat
	adds	r3 = XMR_BANK1 + 8, r31
	adds	r17 = XMR_PRECOVER_IFS, r31
	adds	r19 = XMR_BANKNUM, r31
	cover
	;;
	mov	r16 = cr.ifs
	st4	[r19] = r0
	mov	pr = r28, -1
	;;
	st8	[r17] = r16
	bsw.1
	;;
.macro	MEM1 a, b
	.mem.offset 0, 0
	st8.spill [r2] = \a, 16
	.mem.offset 8, 0
	st8.spill [r3] = \b, 16
	;;
.endm
	MEM1	r16, r17
	MEM1	r18, r19
	MEM1	r20, r21
	MEM1	r22, r23
	MEM1	r24, r25
	MEM1	r26, r27
	MEM1	r28, r29
	.mem.offset 0, 0
	st8.spill [r2] = r30
	.mem.offset 8, 0
	st8.spill [r3] = r31
	bsw.0
	;;
	mov	r16 = ar.unat
	mov	r2 = r24
	mov	r3 = r25
	;;
	st8	[r18] = r16
	mov	ar.unat = r27
	rfi
	;;

/* ---- small hyperprivops: r20 = b0 ---- */

fast_THASH:
	extr.u	r16 = r8, 61, 3
	adds	r17 = XMR_RRS, r31
	adds	r18 = XMR_PTA, r31
	;;
	shladd	r17 = r16, 3, r17
	ld8	r18 = [r18]
	;;
	ld8	r17 = [r17]
	extr.u	r19 = r18, 2, 6			// pta.size
	dep	r22 = 0, r8, 61, 3
	mov	r21 = -1
	;;
	extr.u	r17 = r17, 2, 6			// rr.ps
	shl	r21 = r21, r19			// the bits of the base
	cmp.gtu	p6, p0 = 15, r19
	cmp.ltu	p7, p0 = 61, r19
(p6)	br.cond.spnt slow_b0
(p7)	br.cond.spnt slow_b0
	;;
	shr.u	r22 = r22, r17
	and	r18 = r18, r21
	;;
	shl	r22 = r22, 3
	dep	r18 = r16, r18, 61, 3
	;;
	andcm	r22 = r22, r21
	;;
	or	r8 = r18, r22
	COUNT	COUNT_PRIVOP_THASH, r16, r17
	br.sptk	done_b0
	;;

fast_GET_RR:
	extr.u	r16 = r8, 61, 3
	adds	r17 = XMR_RRS, r31
	;;
	shladd	r17 = r16, 3, r17
	;;
	ld8	r8 = [r17]
	COUNT	COUNT_PRIVOP_GET_RR, r16, r17
	br.sptk	done_b0
	;;

/* Nat bits of r8 and r9 fault at the stores, before anything has changed. */
fast_SET_KR:
	adds	r16 = XMR_KRS, r31
	adds	r17 = VCPU_KRS, r30
	cmp.ltu	p6, p0 = 7, r8
	;;
	shladd	r16 = r8, 3, r16
	shladd	r17 = r8, 3, r17
(p6)	br.cond.spnt slow_b0
	;;
	st8	[r16] = r9
	st8	[r17] = r9
	adds	r17 = COUNT_PRIVOP_SET_KR, r30
	cmp.eq	p6, p0 = 0, r8
	cmp.eq	p7, p0 = 1, r8
	cmp.eq	p8, p0 = 2, r8
	cmp.eq	p9, p0 = 3, r8
	cmp.eq	p10, p0 = 4, r8
	cmp.eq	p11, p0 = 5, r8
	cmp.eq	p12, p0 = 6, r8
	cmp.eq	p13, p0 = 7, r8
	;;
	ld8	r16 = [r17]
(p6)	mov	ar.k0 = r9
(p7)	mov	ar.k1 = r9
(p8)	mov	ar.k2 = r9
(p9)	mov	ar.k3 = r9
(p10)	mov	ar.k4 = r9
(p11)	mov	ar.k5 = r9
(p12)	mov	ar.k6 = r9
(p13)	mov	ar.k7 = r9
	;;
	adds	r16 = 1, r16
	;;
	st8	[r17] = r16
	br.sptk	done_b0
	;;

/* Bits 31:0, and 36:35 of what vpsr_get() has. */
fast_GET_PSR:
	adds	r16 = XMR_METAPHYSICAL, r31
	adds	r17 = XMR_IC, r31
	adds	r18 = XMR_VPSR_PP, r31
	movl	r21 = REAL & 0xffffffff
	;;
	ld4	r16 = [r16]
	ld4	r17 = [r17]
	ld1	r19 = [r29]
	ld2	r18 = [r18]
	and	r21 = r26, r21
	;;
	cmp.eq	p6, p0 = r0, r16
	cmp.ne	p7, p0 = r0, r17
	tbit.nz	p8, p0 = r18, 0
	tbit.nz	p9, p0 = r18, 8
	;;
(p7)	dep	r21 = -1, r21, PSR_ic_BIT, 1
	movl	r22 = TRANSLATE
	;;
(p6)	or	r21 = r21, r22
	cmp.eq	p7, p0 = r0, r19
	;;
(p7)	dep	r21 = -1, r21, PSR_i_BIT, 1
	;;
(p8)	dep	r21 = -1, r21, PSR_pp_BIT, 1
	;;
(p9)	dep	r21 = -1, r21, PSR_dfh_BIT, 1
	;;
	mov	r8 = r21
	COUNT	COUNT_PRIVOP_GET_PSR, r16, r17
	br.sptk	done_b0
	;;

fast_RSM_DT:
	adds	r16 = VCPU_MMU, r30
	adds	r17 = XMR_METAPHYSICAL, r31
	mov	r19 = 1
	;;
	ld8	r16 = [r16]
	st4	[r17] = r19
	movl	r18 = VMMU_META_RR
	;;
	add	r16 = r16, r18
	;;
	ld8	r16 = [r16]
	;;
	COUNT	COUNT_PRIVOP_RSM_DT, r18, r17
	mov	rr[r0] = r16
	;;
	srlz.d
	br.sptk	done_b0
	;;

fast_SSM_DT:
	adds	r16 = VCPU_MMU, r30
	adds	r17 = XMR_METAPHYSICAL, r31
	movl	r18 = VMMU_RR
	;;
	ld8	r16 = [r16]
	st4	[r17] = r0
	;;
	add	r16 = r16, r18
	;;
	ld8	r16 = [r16]
	;;
	COUNT	COUNT_PRIVOP_SSM_DT, r18, r17
	mov	rr[r0] = r16
	;;
	srlz.d
	br.sptk	done_b0
	;;

/*
 * Five region registers, if all ask for 16 KiB and the walker, and have a region id of 18
 * bits. r21 to r23, r25, r27: machine's values.
 */
fast_SET_RR0_TO_RR4:
	adds	r16 = VCPU_RID_BASE, r30
	adds	r17 = XMR_METAPHYSICAL, r31
	mov	r18 = RR_16K
	movl	r19 = 0x3ffff00
	;;
	ld8	r16 = [r16]
	ld4	r17 = [r17]
	andcm	r21 = r8, r19
	andcm	r22 = r9, r19
	andcm	r23 = r10, r19
	andcm	r25 = r11, r19
	andcm	r27 = r14, r19
	;;
	cmp.ne	p6, p0 = r18, r21
	cmp.ne	p7, p0 = r18, r22
	cmp.ne	p8, p0 = r18, r23
	cmp.ne	p9, p0 = r18, r25
	cmp.ne	p10, p0 = r18, r27
	cmp.ne	p11, p0 = r0, r17
(p6)	br.cond.spnt slow_b0
(p7)	br.cond.spnt slow_b0
(p8)	br.cond.spnt slow_b0
(p9)	br.cond.spnt slow_b0
(p10)	br.cond.spnt slow_b0
(p11)	br.cond.spnt slow_b0
	;;
	or	r21 = r8, r16
	or	r22 = r9, r16
	or	r23 = r10, r16
	or	r25 = r11, r16
	or	r27 = r14, r16
	adds	r17 = VCPU_MMU, r30
	movl	r18 = VMMU_RR
	;;
	ld8	r17 = [r17]
	adds	r16 = XMR_RRS, r31
	movl	r19 = 1 << 61
	;;
	add	r17 = r17, r18
	st8	[r16] = r8, 8
	;;
	st8	[r17] = r21, 8
	st8	[r16] = r9, 8
	;;
	st8	[r17] = r22, 8
	st8	[r16] = r10, 8
	;;
	st8	[r17] = r23, 8
	st8	[r16] = r11, 8
	;;
	st8	[r17] = r25, 8
	st8	[r16] = r14
	;;
	st8	[r17] = r27
	COUNT	COUNT_PRIVOP_SET_RR0_TO_RR4, r16, r17
	mov	r18 = r19
	;;
	mov	rr[r0] = r21
	;;
	mov	rr[r18] = r22
	add	r18 = r18, r19
	;;
	mov	rr[r18] = r23
	add	r18 = r18, r19
	;;
	mov	rr[r18] = r25
	add	r18 = r18, r19
	;;
	mov	rr[r18] = r27
	;;
	srlz.d
	br.sptk	done_b0
	;;

/* ---- translations ---- */

/*
 * From a guest's pte in r16, address r24, rr or itir in r19 (ps, key), to the machine's: out
 * r16 = pte, r19 = itir; goes to \bad unless the page is present, plain WB memory of the
 * guest, of 16 KiB or of a size whose piece has the same place on the machine. Uses r17,
 * r18, r21, r22, r23, p6 to p10. p12: not 16 KiB.
 */
.macro	TRANSLATE_PTE bad
	movl	r17 = 1 | 2 | 7 << 2 | 3 << 50	// p, reserved, ma, reserved
	extr.u	r18 = r19, 2, 6			// ps
	adds	r22 = VCPU_BASE, r30
	adds	r23 = VCPU_BYTES, r30
	;;
	and	r17 = r17, r16
	ld8	r22 = [r22]
	ld8	r23 = [r23]
	movl	r21 = 0x15554000		// 14, 16, 18 ... 28
	;;
	cmp.ne	p6, p0 = 1, r17
	shr.u	r21 = r21, r18
	mov	r17 = -1
	cmp.ltu	p7, p0 = 28, r18
	cmp.ne	p12, p0 = 14, r18
	;;
	tbit.z	p8, p0 = r21, 0
	shl	r17 = r17, r18			// an address within pages: its page
(p6)	br.cond.spnt \bad
(p7)	br.cond.spnt \bad
	movl	r21 = (1 << 50) - (1 << 12)
	;;
	and	r21 = r21, r16
	andcm	r18 = r22, r17			// 0: the base is at the start of a page
	and	r23 = r23, r17			// the last page ends with the memory
(p8)	br.cond.spnt \bad
	;;
	and	r21 = r21, r17			// gpa
	cmp.ne	p9, p0 = r0, r18
	movl	r18 = 1 | 1 << 5 | 1 << 6 | 3 << 7 | 7 << 9 | 1 << 52
	;;
	cmp.geu	p10, p0 = r21, r23
	add	r22 = r22, r21			// mpa
	and	r16 = r16, r18
(p9)	br.cond.spnt \bad
	;;
	extr.u	r17 = r16, 7, 2			// pl
	zxt4	r19 = r19
(p10)	br.cond.spnt \bad
	;;
	cmp.eq	p6, p0 = r0, r17
	or	r16 = r16, r22
	dep	r19 = 0, r19, 0, 2
	;;
(p6)	dep	r16 = -1, r16, 7, 1		// level 0 becomes 1
	;;
.endm

/* Data or instruction TLB miss: r24 = cr.ifa, r26 = cr.ipsr, r28 = pr; p13: instruction, p15: data */
	.align	32
	.global	fast_data_miss
fast_data_miss:
	cmp.ne	p13, p15 = r0, r0
	br.sptk	1f
	.global	fast_inst_miss
fast_inst_miss:
	cmp.eq	p13, p15 = r0, r0
	;;
1:	extr.u	r27 = r26, PSR_cpl_BIT, 2
	extr.u	r16 = r24, 61, 3
	adds	r17 = XMR_RRS, r31
	adds	r18 = XMR_PTA, r31
	adds	r20 = XMR_METAPHYSICAL, r31
	adds	r21 = VCPU_TR_FILTER, r30
	;;
	cmp.eq	p6, p0 = r0, r27
(p6)	br.cond.spnt own_miss
	;;
	shladd	r17 = r16, 3, r17
	ld8	r18 = [r18]
	ld4	r20 = [r20]
	;;
	ld8	r19 = [r17]			// rr
	ld8	r21 = [r21]
	mov	r22 = cr.isr
	extr.u	r23 = r18, 2, 6			// pta.size
	movl	r27 = 0x103
	;;
	extr.u	r25 = r19, 8, 6
	and	r27 = r27, r18
	extr.u	r17 = r19, 0, 8
	mov	r16 = RR_16K
	;;
	shr.u	r21 = r21, r25
	cmp.ne	p6, p0 = r16, r17		// rr: 16 KiB, walker on
	cmp.ne	p7, p0 = 1, r27			// pta: on, short format
	cmp.ne	p8, p0 = r0, r20		// physical mode
	tbit.nz	p9, p0 = r22, 38		// isr.ir: an incomplete frame
	;;
	tbit.nz	p10, p0 = r21, 0		// a translation register, perhaps
	cmp.gtu	p11, p0 = 15, r23
	cmp.ltu	p12, p0 = 60, r23
(p6)	br.cond.spnt slow_miss
(p7)	br.cond.spnt slow_miss
(p8)	br.cond.spnt slow_miss
	;;
(p9)	br.cond.spnt slow_miss
(p10)	br.cond.spnt slow_miss
(p11)	br.cond.spnt slow_miss
	extr.u	r16 = r24, 14, 47
	mov	r17 = -1
(p12)	br.cond.spnt slow_miss
	;;
	shl	r17 = r17, r23			// the guest's thash, r21
	shl	r16 = r16, 3
	extr.u	r20 = r24, 61, 3
	;;
	and	r21 = r18, r17
	andcm	r16 = r16, r17
	;;
	dep	r21 = r20, r21, 61, 3
	;;
	or	r21 = r21, r16
	;;
	extr.u	r17 = r21, 59, 5
	;;
	cmp.eq	p6, p0 = 0x1e, r17		// the hole: not the guest's
(p6)	br.cond.spnt slow_miss
	;;
	ld8.s	r16 = [r21]			// psr.ic = 0: deferred whatever is wrong
	;;
	tnat.nz	p6, p7 = r16
	mov	r27 = r21			// iha
(p6)	br.cond.spnt miss_vhpt
	;;
	tbit.z	p6, p0 = r16, 0
(p6)	br.cond.dpnt miss_not_present
	;;
	TRANSLATE_PTE slow_miss
	thash	r17 = r24
	ttag	r18 = r24
	mov	cr.itir = r19
	;;
	adds	r20 = 8, r17
	adds	r21 = 16, r17
	st8	[r17] = r16
	;;
	st8	[r20] = r19
	st8	[r21] = r18
	COUNT	COUNT_TLB_WALK, r22, r17
	;;
(p13)	itc.i	r16
	;;
(p15)	itc.d	r16
	mov	pr = r28, -1
	;;
	rfi
	;;

own_miss:
(p13)	br.cond.spnt own_inst_miss
	br.sptk	own_data_miss

slow_miss:
(p13)	mov	r25 = VEC_inst_tlb
(p13)	br.cond.spnt save_guest
	mov	r25 = VEC_data_tlb
	br.sptk	save_guest
	;;

/* The guest's table has no translation, or says that there is none: r27 = iha, r19 = rr */
miss_vhpt:
	mov	r25 = VEC_vhpt_translation
	adds	r22 = COUNT_REFLECT_vhpt_translation, r30
	br.sptk	1f
miss_not_present:
	mov	r25 = VEC_page_not_present
	adds	r22 = COUNT_REFLECT_page_not_present, r30
	;;
1:	zxt4	r20 = r19
	adds	r17 = XMR_IC, r31
	adds	r18 = XMR_IFA, r31
	;;
	ld4	r17 = [r17]
	dep	r20 = 0, r20, 0, 2
	adds	r19 = XMR_ITIR, r31
	adds	r23 = XMR_IHA, r31
	;;
	cmp.eq	p6, p0 = r0, r17		// nested, or wrong: C tells the vector by isr
(p6)	br.cond.spnt slow_miss
	;;
	st8	[r18] = r24
	st8	[r19] = r20
	st8	[r23] = r27
	br.sptk	fast_reflect
	;;

/*
 * A fault of a reference whose translation is there: r25 = vector, r22 = its counter - r30,
 * r26 = cr.ipsr, r28 = pr. Those of incomplete frames, and with psr.ic = 0, are C's.
 */
	.global	fast_fault
fast_fault:
	extr.u	r27 = r26, PSR_cpl_BIT, 2
	mov	r24 = cr.ifa
	mov	r16 = cr.isr
	add	r22 = r22, r30
	;;
	cmp.eq	p6, p0 = r0, r27
	extr.u	r17 = r24, 61, 3
	adds	r18 = XMR_RRS, r31
	tbit.nz	p7, p0 = r16, 38
(p6)	br.cond.spnt own_fault
(p7)	br.cond.spnt save_guest
	;;
	shladd	r18 = r17, 3, r18
	adds	r17 = XMR_IC, r31
	adds	r23 = XMR_IFA, r31
	;;
	ld8	r20 = [r18]
	ld4	r17 = [r17]
	adds	r18 = XMR_ITIR, r31
	;;
	cmp.eq	p6, p0 = r0, r17
	zxt4	r20 = r20
(p6)	br.cond.spnt save_guest
	;;
	dep	r20 = 0, r20, 0, 2
	st8	[r23] = r24
	;;
	st8	[r18] = r20
	br.sptk	fast_reflect
	;;

/* ITC_D, ITC_I: r8 = pte, mr.ifa, mr.itir; r20 = b0 */
fast_ITC_I:
	cmp.eq	p13, p15 = r0, r0
	br.sptk	1f
fast_ITC_D:
	cmp.ne	p13, p15 = r0, r0
	;;
1:	adds	r16 = XMR_IFA, r31
	adds	r17 = XMR_ITIR, r31
	adds	r18 = XMR_METAPHYSICAL, r31
	adds	r21 = VCPU_XSI_VA, r30
	;;
	ld8	r24 = [r16]
	ld8	r19 = [r17]
	ld4	r18 = [r18]
	ld8	r21 = [r21]
	;;
	shr.u	r17 = r19, 32
	extr.u	r22 = r19, 2, 6
	extr.u	r23 = r24, 59, 5
	tbit.nz	p6, p0 = r19, 0			// itir: reserved bits
	tbit.nz	p7, p0 = r19, 1
	movl	r25 = XEN_MAPPED_REGS_OFS
	;;
	cmp.ne	p8, p0 = r0, r17
	cmp.ne	p9, p0 = r0, r18
	cmp.eq	p10, p0 = 0x1e, r23
	shr.u	r23 = r23, 2			// region 0 in physical mode: its rr is another one
	xor	r18 = r21, r24
	add	r21 = r21, r25
	;;
	shr.u	r18 = r18, r22			// 0: the shared page is in it
	xor	r21 = r21, r24
(p9)	cmp.eq.unc p9, p0 = r0, r23
(p6)	br.cond.spnt slow_b0
(p7)	br.cond.spnt slow_b0
(p8)	br.cond.spnt slow_b0
	;;
	shr.u	r21 = r21, r22
	cmp.eq	p6, p0 = r0, r18
(p9)	br.cond.spnt slow_b0
(p10)	br.cond.spnt slow_b0
	;;
	cmp.eq	p7, p0 = r0, r21
	mov	r16 = r8
(p6)	br.cond.spnt slow_b0
(p7)	br.cond.spnt slow_b0
	;;
	TRANSLATE_PTE slow_b0
	thash	r17 = r24
	ttag	r18 = r24
	adds	r23 = COUNT_PRIVOP_ITC_D, r30
	;;
(p13)	adds	r23 = COUNT_PRIVOP_ITC_I, r30
	adds	r21 = 8, r17
	adds	r22 = 16, r17
(p12)	br.cond.dpnt 2f				// only 16 KiB are in the VHPT
	;;
	st8	[r17] = r16
	st8	[r21] = r19
	;;
	st8	[r22] = r18
2:	ld8	r17 = [r23]
	mov	cr.ifa = r24
	mov	cr.itir = r19
	;;
	adds	r17 = 1, r17
	;;
	st8	[r23] = r17
	;;
(p13)	itc.i	r16
	;;
(p15)	itc.d	r16
	br.sptk	done_b0
	;;

/*
 * PTC_GA: r8 = va, r9 = size << 2; r20 = b0. Up to sixteen of our pages, virtual mode,
 * a guest with one processor.
 */
fast_PTC_GA:
	extr.u	r18 = r9, 2, 6
	adds	r16 = XMR_METAPHYSICAL, r31
	adds	r17 = VCPU_ALONE, r30
	;;
	ld4	r16 = [r16]
	ld8	r17 = [r17]
	adds	r19 = -12, r18
	adds	r22 = -14, r18
	mov	r21 = 1
	mov	r23 = -1
	;;
	cmp.ltu	p6, p0 = 6, r19			// 4 KiB to 256 KiB
	cmp.gt	p9, p0 = r0, r22
	;;
(p9)	mov	r22 = r0
	cmp.ne	p7, p0 = r0, r16
	cmp.eq	p8, p0 = r0, r17
	;;
	shl	r21 = r21, r22			// our pages
(p6)	br.cond.spnt slow_b0
(p7)	br.cond.spnt slow_b0
(p8)	br.cond.spnt slow_b0
	;;
	shl	r23 = r23, r18
	movl	r25 = 1 << 63			// TAG_INVALID
	movl	r27 = PAGE_SIZE
	;;
	and	r23 = r23, r8
	;;
1:	thash	r16 = r23
	adds	r21 = -1, r21
	add	r23 = r23, r27
	;;
	adds	r16 = 16, r16
	cmp.ne	p6, p0 = r0, r21
	;;
	st8	[r16] = r25
(p6)	br.cond.dptk 1b
	;;
	COUNT	COUNT_PRIVOP_PTC_GA, r16, r17
	ptc.l	r8, r9
	;;
	srlz.i
	br.sptk	done_b0
	;;
