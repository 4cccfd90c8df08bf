/* SPDX-License-Identifier: MIT */
/*
 * fast-event.S - the guest's timer and its events, without C: SET_ITM, the interrupt of the
 * timer that was set, SSM_I.
 *
 * See fast.inc. What else a processor's interval timer is for is the scheduler's: it leaves the
 * next such time in itm_limit, which only C passes. Twins: sched.c, evtchn.c, vlsapic.c.
 */
#include "fast.inc"

/* The words of the shared page are others' to change, too: r16 = address, r17 = bits. */
.macro	ATOMIC_OR
	ld8	r18 = [r16]
	;;
1:	mov	ar.ccv = r18
	or	r19 = r17, r18
	mov	r20 = r18
	;;
	cmpxchg8.acq r18 = [r16], r19, ar.ccv
	;;
	cmp.ne	p6, p0 = r18, r20
(p6)	br.cond.spnt 1b
	;;
.endm

/*
 * SET_ITM: r8; r20 = b0. Not here: no timer (0, or cr.itv is masked), a value that has been,
 * or is too near.
 */
	.global	fast_SET_ITM
fast_SET_ITM:				// r16: itm_limit, r17: itm_fired
	adds	r18 = XMR_ITV, r31
	mov	r19 = ar.itc
	cmp.eq	p6, p0 = r0, r8
	;;
	ld8	r21 = [r16]
	ld8	r17 = [r17]
	adds	r16 = VCPU_ITM, r30
	adds	r19 = ITM_LEAD, r19
	;;
	ld8	r18 = [r18]
	sub	r22 = r8, r21
	cmp.eq.or p6, p0 = r8, r17
	;;
	cmp.eq.or p6, p0 = r0, r18
	tbit.nz.or p6, p0 = r18, 16
	cmp.gt	p7, p0 = r0, r22
	;;
(p7)	mov	r21 = r8			// it comes first
	;;
	sub	r22 = r21, r19
	;;
	cmp.gt.or p6, p0 = r0, r22
	adds	r17 = XMR_ITM, r31
(p6)	br.cond.spnt slow_b0
	;;
	st8	[r16] = r8
	st8	[r17] = r8
	mov	cr.itm = r21
	COUNT	COUNT_PRIVOP_SET_ITM, r16, r17
	srlz.d
	br.sptk	done_b0
	;;

/*
 * An external interrupt: r24 = cr.irr3, r26 = cr.ipsr, r28 = pr. Here if it is the timer that the
 * guest that runs has set, and waits for by an event channel; in virtual mode, bank 1.
 */
	.align	32
	.global	fast_interrupt
fast_interrupt:
	adds	r16 = VCPU_ITM, r30
	adds	r17 = VCPU_ITM_LIMIT, r30
	adds	r18 = VCPU_CALLBACK, r30
	adds	r19 = XMR_METAPHYSICAL, r31
	mov	r27 = ar.itc
	extr.u	r24 = r24, TIMER_VECTOR - 192, 256 - TIMER_VECTOR
	;;
	ld8	r21 = [r16], VCPU_ITM_FIRED - VCPU_ITM
	ld8	r22 = [r17], VCPU_FAST_IVA - VCPU_ITM_LIMIT
	cmp.ne	p6, p0 = 1, r24			// a higher one, or none of the timer
	;;
	ld8	r23 = [r18]			// callback
	ld8	r19 = [r19]
	dep.z	r20 = 1, 32, 1			// bank 1, not metaphysical
	adds	r18 = XMR_ITV, r31
	sub	r24 = r27, r21
	adds	r27 = ITM_LEAD, r27
	;;
	ld8	r16 = [r16]			// itm_fired
	ld8	r17 = [r17]			// iva
	adds	r25 = VCPU_TIMER_PORT, r30
	cmp.eq.or p6, p0 = r0, r21
	cmp.eq.or p6, p0 = r0, r23
	cmp.gt.or p6, p0 = r0, r24		// not due
	;;
	ld8	r18 = [r18]
	ld2	r25 = [r25]
	cmp.ne.or p6, p0 = r19, r20
	cmp.eq.or p6, p0 = r16, r21
	cmp.eq.or p6, p0 = r0, r17
	sub	r24 = r22, r27
	;;
	mov	r20 = cr.isr
	adds	r16 = VCPU_DOMAIN, r30
	extr.u	r19 = r26, PSR_cpl_BIT, 2
	cmp.gt.or p6, p0 = r0, r24		// the scheduler's turn
	cmp.eq.or p6, p0 = r0, r18		// cr.itv
	cmp.eq.or p6, p0 = r0, r25		// no port
	;;
	ld8	r16 = [r16]
	tbit.nz.or p6, p0 = r18, 16
	tbit.nz.or p6, p0 = r20, 38		// isr.ir: an incomplete frame
	cmp.eq	p7, p0 = r0, r19
	sub	r24 = r23, r17			// callback - iva
	mov	r23 = 1
	;;
	adds	r16 = DOMAIN_SHARED, r16
	extr.u	r27 = r25, 6, 6
	dep	r25 = 0, r25, 6, 10
(p6)	br.cond.spnt slow_interrupt
	;;
	ld8	r16 = [r16]
	shl	r17 = r23, r25
(p7)	br.cond.spnt slow_interrupt
	;;
	shladd	r16 = r27, 3, r16
	shl	r27 = r23, r27
	mov	r23 = ar.ccv
	;;
	adds	r18 = XSI_EVTCHN_MASK, r16
	adds	r16 = XSI_EVTCHN_PENDING, r16
	;;
	ld8	r18 = [r18]
	;;
	and	r18 = r18, r17
	;;
	cmp.ne	p6, p0 = r0, r18
(p6)	br.cond.spnt slow_interrupt		// masked
	;;
	ATOMIC_OR
	adds	r16 = XSI_PENDING_SEL - XSI_UPCALL_MASK, r29
	mov	r17 = r27
	;;
	ATOMIC_OR
	adds	r16 = XSI_UPCALL_PENDING - XSI_UPCALL_MASK, r29
	adds	r17 = VCPU_ITM_FIRED, r30
	adds	r18 = COUNT_INTERRUPT, r30
	mov	r20 = 1
	mov	ar.ccv = r23
	mov	cr.itm = r22
	;;
	st1.rel	[r16] = r20
	st8	[r17] = r21
	ld8	r19 = [r18]
	adds	r20 = XMR_IC, r31
	mov	r16 = cr.ivr
	;;
	ld1	r16 = [r29]			// upcall_mask
	ld4	r20 = [r20]
	adds	r19 = 1, r19
	extr.u	r21 = r26, PSR_ri_BIT, 2
	srlz.d
	;;
	st8	[r18] = r19
	mov	cr.eoi = r0
	cmp.eq	p6, p0 = r0, r16
	;;
	srlz.d
	dep.z	r21 = r21, PSR_ri_BIT, 2
(p6)	cmp.ne.unc p6, p0 = r0, r20
	mov	r25 = r24
	adds	r22 = COUNT_EVENT, r30
	;;
(p6)	mov	cr.isr = r21
(p6)	br.cond.dptk fast_reflect
	mov	pr = r28, -1
	;;
	rfi
	;;

slow_interrupt:
	mov	r25 = VEC_external_interrupt
(p7)	br.cond.spnt own_fault
	br.sptk	save_guest
	;;

/*
 * SSM_I; r20 = b0. Not here: an event that is to be delivered in physical mode, in bank 0 or
 * to a big-endian handler.
 */
	.global	fast_SSM_I
fast_SSM_I:				// r17: callback, r18: mr.metaphysical
	adds	r16 = XSI_UPCALL_PENDING - XSI_UPCALL_MASK, r29
	adds	r19 = VCPU_FAST_IVA, r30
	dep.z	r21 = 1, 32, 1
	;;
	ld1	r16 = [r16]
	ld8	r17 = [r17]
	mov	r22 = 1
	;;
	ld8	r18 = [r18]
	ld8	r19 = [r19]
	cmp.ne	p6, p0 = r0, r16
	;;
(p6)	cmp.ne.unc p6, p0 = r0, r17		// to be delivered
	adds	r23 = XMR_IC, r31
	sub	r25 = r17, r19
	;;
(p6)	cmp.ne.unc p7, p0 = r18, r21
(p6)	cmp.eq.unc p8, p0 = r0, r19
(p7)	br.cond.spnt slow_b0
(p8)	br.cond.spnt slow_b0
	;;
	st4	[r23] = r22
	st1	[r29] = r0
	COUNT	COUNT_PRIVOP_SSM_I, r16, r17
(p6)	br.cond.dptk 1f
	br.sptk	done_b0
	;;
1:	mov	b0 = r20
	NEXT_SLOT
	extr.u	r16 = r26, PSR_ri_BIT, 2
	adds	r22 = COUNT_EVENT, r30
	;;
	dep.z	r16 = r16, PSR_ri_BIT, 2
	;;
	mov	cr.isr = r16
	br.sptk	fast_reflect
	;;
