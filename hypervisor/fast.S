/* SPDX-License-Identifier: MIT */
/*
 * fast.S - what guests ask for most, without C: hyperprivops, system calls, faults of theirs.
 *
 * See fast.inc. Comes from the vector table (ivt.S); fast-mmu.S has what is about translations,
 * fast-event.S timer and events.
 */
#include "fast.inc"

/* ---- hyperprivops: from ivt.S by number; r20 = b0, r26 = cr.ipsr, r27 = its cpl, r28 = pr ---- */

/* A bundle of the table, with two instructions that @target begins with. */
#define ENTRY(target, a, b)	{ .mib; a; b; br.sptk target;; }
#define SLOWLY			ENTRY(slow_b0, nop.m 0, nop.i 0)
#define MR(reg, what)		adds reg = XMR_##what, r31
#define VCPU(reg, what)		adds reg = VCPU_##what, r30
#define COUNTER(reg, what)	adds reg = COUNT_##what, r30
#define REGION(reg)		extr.u reg = r8, 61, 3
#define SIZE(reg)		extr.u reg = r9, 2, 6
	.align	16
	.global	privop_table
privop_table:
	SLOWLY			// RFI does not come here
	ENTRY(fast_RSM_DT, VCPU(r16, MMU), MR(r17, METAPHYSICAL))
	ENTRY(fast_SSM_DT, VCPU(r16, MMU), MR(r17, METAPHYSICAL))
	ENTRY(fast_COVER, MR(r17, IFS), COUNTER(r18, PRIVOP_COVER))
	ENTRY(fast_ITC_D, MR(r16, IFA), MR(r17, ITIR))
	ENTRY(fast_ITC_I, MR(r16, IFA), MR(r17, ITIR))
	ENTRY(fast_SSM_I, VCPU(r17, CALLBACK), MR(r18, METAPHYSICAL))
	SLOWLY			// GET_IVR
	SLOWLY			// GET_TPR
	SLOWLY			// SET_TPR
	SLOWLY			// EOI
	ENTRY(fast_SET_ITM, VCPU(r16, ITM_LIMIT), VCPU(r17, ITM_FIRED))
	ENTRY(fast_THASH, MR(r17, RRS), REGION(r16))
	ENTRY(fast_PTC_GA, MR(r16, METAPHYSICAL), SIZE(r18))
	SLOWLY			// ITR_D
	ENTRY(fast_GET_RR, MR(r17, RRS), REGION(r16))
	SLOWLY			// SET_RR
	ENTRY(fast_SET_KR, MR(r16, KRS), VCPU(r17, KRS))
	SLOWLY			// FC
	SLOWLY			// GET_CPUID
	SLOWLY			// GET_PMD
	SLOWLY			// GET_EFLAG
	SLOWLY			// SET_EFLAG
	SLOWLY			// RSM_BE
	ENTRY(fast_GET_PSR, MR(r16, METAPHYSICAL), MR(r17, IC))
	ENTRY(fast_SET_RR0_TO_RR4, VCPU(r16, RID_BASE), MR(r17, METAPHYSICAL))

/* No hyperprivop, or one of nobody's who may: r27 = cpl. */
	.global	slow_break_b0
slow_break_b0:
	cmp.eq	p14, p0 = r0, r27
	mov	b0 = r20
	mov	r25 = VEC_break_inst
(p14)	br.cond.spnt own_fault
	br.sptk	save_guest
	;;

	.global	slow_b0
slow_b0:
	mov	b0 = r20
	;;
slow_break:
	SLOW	VEC_break_inst

/* Behind the break: r20 = b0, r26 = cr.ipsr, r28 = pr */
	.align	32
	.global	done_b0
done_b0:
	{ .mii
	mov	r17 = cr.iip
	mov	b0 = r20
	tbit.nz	p6, p7 = r26, PSR_ri_BIT + 1	// slot 2
	;;
	}
	{ .mii
	adds	r17 = 16, r17
(p6)	dep	r26 = 0, r26, PSR_ri_BIT, 2
	dep.z	r18 = 1, PSR_ri_BIT, 1
	;;
	}
	{ .mmi
(p7)	add	r26 = r18, r26
(p6)	mov	cr.iip = r17
	mov	pr = r28, -1
	;;
	}
	mov	cr.ipsr = r26
	;;
	rfi
	;;

fast_COVER:
	{ .mib
	ld8	r19 = [r18]
	nop.i	0
	cover
	;;
	}
	mov	r16 = cr.ifs
	adds	r19 = 1, r19
	;;
	st8	[r17] = r16
	st8	[r18] = r19
	;;
	mov	cr.ifs = r0
	br.sptk	done_b0
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
	.global	fast_reflect
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

/* ---- small hyperprivops; r16 to r18 as the table says ---- */

fast_THASH:				// r16: region, r17: mr.rrs
	adds	r18 = XMR_PTA, r31
	shladd	r17 = r16, 3, r17
	;;
	ld8	r18 = [r18]
	ld8	r17 = [r17]
	;;
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

fast_GET_RR:				// r16: region, r17: mr.rrs
	shladd	r17 = r16, 3, r17
	;;
	ld8	r8 = [r17]
	COUNT	COUNT_PRIVOP_GET_RR, r16, r17
	br.sptk	done_b0
	;;

/* Nat bits of r8 and r9 fault at the stores, before anything has changed. r16: mr.krs, r17: krs */
fast_SET_KR:
	{ .mlx
	cmp.ltu	p6, p0 = 7, r8
	movl	r18 = kr_table
	;;
	}
	{ .mii
	adds	r19 = COUNT_PRIVOP_SET_KR, r30
	shladd	r16 = r8, 3, r16
	shladd	r17 = r8, 3, r17
	}
	{ .mib
	shladd	r18 = r8, 4, r18
	nop.i	0
(p6)	br.cond.spnt slow_b0
	;;
	}
	{ .mmi
	st8	[r16] = r9
	ld8	r21 = [r19]
	mov	b0 = r18
	;;
	}
	{ .mib
	st8	[r17] = r9
	adds	r21 = 1, r21
	br.sptk	b0
	;;
	}
.macro	KR ar
	{ .mmb
	mov	\ar = r9
	st8	[r19] = r21
	br.sptk	done_b0
	;;
	}
.endm
	.align	16
kr_table:
	KR	ar.k0
	KR	ar.k1
	KR	ar.k2
	KR	ar.k3
	KR	ar.k4
	KR	ar.k5
	KR	ar.k6
	KR	ar.k7

/* Bits 31:0, and 36:35 of what vpsr_get() has. */
fast_GET_PSR:				// r16: mr.metaphysical, r17: mr.ic
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

fast_RSM_DT:				// r16: mmu, r17: mr.metaphysical
	ld8	r16 = [r16]
	movl	r18 = VMMU_META_RR
	mov	r19 = 1
	;;
	add	r16 = r16, r18
	st4	[r17] = r19
	;;
	ld8	r16 = [r16]
	;;
	COUNT	COUNT_PRIVOP_RSM_DT, r18, r17
	mov	rr[r0] = r16
	;;
	srlz.d
	br.sptk	done_b0
	;;

fast_SSM_DT:				// r16: mmu, r17: mr.metaphysical
	ld8	r16 = [r16]
	movl	r18 = VMMU_RR
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
fast_SET_RR0_TO_RR4:			// r16: rid_base, r17: mr.metaphysical
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
