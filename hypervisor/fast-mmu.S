/* SPDX-License-Identifier: MIT */
/*
 * fast-mmu.S - TLB misses that the guest's page table answers, insertions, purges, without C.
 *
 * See fast.inc; the twins are in vmmu.c.
 */
#include "fast.inc"

/*
 * From a guest's pte in r16, address r24, rr or itir in r19 (ps, key), to the machine's: out
 * r16 = pte, r19 = itir; goes to \bad unless the page is present, plain WB memory of the
 * guest, of 16 KiB or of a size whose piece has the same place on the machine. Uses r17,
 * r18, r21, r22, r23, p6 to p10. p12: not 16 KiB; p11: other vcpus of the guest run meanwhile.
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
	tbit.nz	p11, p0 = r23, 0
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
	extr.u	r20 = r24, 59, 5
	;;
	extr.u	r17 = r21, 59, 5
	cmp.eq	p6, p0 = 0x1e, r20		// the hole is not the guest's (C ends it),
	;;
	cmp.eq.or p6, p0 = 0x1e, r17		// nor is its table there
(p6)	br.cond.spnt slow_miss
	;;
	ld8.s	r16 = [r21]			// psr.ic = 0: deferred whatever is wrong
	;;
	tnat.nz	p6, p7 = r16
	mov	r27 = r21			// iha
	mov	r25 = r16
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
(p11)	br.cond.spnt insert_shared
	;;
(p13)	itc.i	r16
	;;
(p15)	itc.d	r16
	mov	pr = r28, -1
	;;
	rfi
	;;

/*
 * The same where another vcpu may have changed the entry (r27), and purged, since it was read
 * (r25): then it goes out again, and the reference misses once more. vmmu.c: recheck().
 */
insert_shared:
(p13)	itc.i	r16
	;;
(p15)	itc.d	r16
	;;
	srlz.d
	;;
	ld8.s	r17 = [r27]
	adds	r20 = 8, r20			// the slot's tag
	movl	r18 = 1 << 63			// TAG_INVALID
	;;
	cmp.eq	p6, p0 = r17, r25		// neither, if it has gone itself
(p6)	br.cond.dptk 1f
	;;
	st8	[r20] = r18
	ptc.l	r24, r19
	;;
	srlz.i
1:	mov	pr = r28, -1
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

/* ITC_D, ITC_I: r8 = pte, mr.ifa, mr.itir; r20 = b0. r16 to r18: the table in fast.S */
	.global	fast_ITC_I
fast_ITC_I:				// r16: mr.ifa, r17: mr.itir
	cmp.eq	p13, p15 = r0, r0
	br.sptk	1f
	;;
	.global	fast_ITC_D
fast_ITC_D:
	cmp.ne	p13, p15 = r0, r0
1:	adds	r18 = XMR_METAPHYSICAL, r31
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
	.global	fast_PTC_GA
fast_PTC_GA:				// r16: mr.metaphysical, r18: log2 of the size
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
