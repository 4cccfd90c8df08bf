/* SPDX-License-Identifier: MIT */
/*
 * switch.S - from one vcpu's C context to another's, and what is pinned for it.
 *
 * switch_stacks() is a call that returns somewhere else: registers that a call preserves, and
 * those of the guest that C does not touch, are put in struct switch_frame, the register stack is
 * flushed. repin() runs physically.
 */
#include "layout.h"
#include "offsets.h"

	.explicit
	.text

	.global	switch_stacks
	.proc	switch_stacks
switch_stacks:				// in0 = where to put sp, in1 = sp to load
	alloc	r31 = ar.pfs, 2, 0, 0, 0
	flushrs
	movl	r14 = SWITCH_SIZE
	mov	r30 = ar.unat
	mov	r2 = in0
	mov	r3 = in1
	;;
	sub	r12 = r12, r14
	;;
	st8	[r2] = r12
	adds	r16 = SWITCH_FR, r12
	adds	r17 = SWITCH_FR + 16, r12
	;;
.macro	FPUT a, b
	stf.spill [r16] = \a, 32
	stf.spill [r17] = \b, 32
	;;
.endm
	FPUT	f2, f3
	FPUT	f4, f5
	FPUT	f12, f13		// no call preserves these, and no C uses them: the guest's
	FPUT	f14, f15
	FPUT	f16, f17
	FPUT	f18, f19
	FPUT	f20, f21
	FPUT	f22, f23
	FPUT	f24, f25
	FPUT	f26, f27
	FPUT	f28, f29
	FPUT	f30, f31
	adds	r16 = SWITCH_GR, r12
	adds	r17 = SWITCH_GR + 8, r12
	;;
	.mem.offset 0, 0
	st8.spill [r16] = r4, 16
	.mem.offset 8, 0
	st8.spill [r17] = r5, 16
	;;
	.mem.offset 0, 0
	st8.spill [r16] = r6, 16
	.mem.offset 8, 0
	st8.spill [r17] = r7, 16
	;;
	mov	r18 = ar.unat
	mov	r19 = b0
	adds	r17 = 8, r16
	;;
	st8	[r16] = r18, 16
	st8	[r17] = r19, 16
	mov	r18 = b1
	mov	r19 = b2
	;;
	st8	[r16] = r18, 16
	st8	[r17] = r19, 16
	mov	r18 = b3
	mov	r19 = b4
	;;
	st8	[r16] = r18, 16
	st8	[r17] = r19, 16
	mov	r18 = b5
	mov	r20 = ar.rnat
	mov	r21 = ar.bsp
	;;
	st8	[r16] = r18, 16
	st8	[r17] = r31, 16		// pfs
	mov	r22 = ar.lc
	mov	r23 = pr
	;;
	st8	[r16] = r30, 16		// unat
	st8	[r17] = r20, 16		// rnat
	;;
	st8	[r16] = r21, 16		// bsp
	st8	[r17] = r22, 16		// lc
	;;
	st8	[r16] = r23		// pr

	mov	r12 = r3
	adds	r16 = SWITCH_PFS, r3
	adds	r17 = SWITCH_PFS + 8, r3
	invala
	;;
	ld8	r31 = [r16], 16		// pfs
	ld8	r30 = [r17], 16		// unat
	;;
	ld8	r20 = [r16], 16		// rnat
	ld8	r21 = [r17], 16		// bsp
	;;
	ld8	r22 = [r16], 16		// lc
	ld8	r23 = [r17]		// pr
	mov	ar.rsc = 0
	;;
	mov	ar.bspstore = r21
	mov	ar.pfs = r31
	;;
	mov	ar.rnat = r20
	mov	ar.lc = r22
	mov	pr = r23, -1
	adds	r16 = SWITCH_BR, r12
	adds	r17 = SWITCH_BR + 8, r12
	;;
	ld8	r18 = [r16], 16
	ld8	r19 = [r17], 16
	;;
	mov	b0 = r18
	mov	b1 = r19
	ld8	r18 = [r16], 16
	ld8	r19 = [r17], 16
	;;
	mov	b2 = r18
	mov	b3 = r19
	ld8	r18 = [r16]
	ld8	r19 = [r17]
	adds	r14 = SWITCH_GR_NAT, r12
	;;
	mov	b4 = r18
	mov	b5 = r19
	ld8	r14 = [r14]
	adds	r16 = SWITCH_GR, r12
	adds	r17 = SWITCH_GR + 8, r12
	;;
	mov	ar.unat = r14
	;;
	ld8.fill r4 = [r16], 16
	ld8.fill r5 = [r17], 16
	;;
	ld8.fill r6 = [r16]
	ld8.fill r7 = [r17]
	adds	r16 = SWITCH_FR, r12
	adds	r17 = SWITCH_FR + 16, r12
	;;
	mov	ar.unat = r30
.macro	FGET a, b
	ldf.fill \a = [r16], 32
	ldf.fill \b = [r17], 32
	;;
.endm
	FGET	f2, f3
	FGET	f4, f5
	FGET	f12, f13
	FGET	f14, f15
	FGET	f16, f17
	FGET	f18, f19
	FGET	f20, f21
	FGET	f22, f23
	FGET	f24, f25
	FGET	f26, f27
	FGET	f28, f29
	FGET	f30, f31
	movl	r14 = SWITCH_SIZE
	;;
	add	r12 = r14, r12
	br.ret.sptk b0
	.endp	switch_stacks

/* ---- repin(old, new, rr7) ---- */

#define PTE_OFFSET 16

/* Slot 0 is an itr, too. r14: struct pin (physical), r15: count down, r16: slot */
	.global	repin
	.proc	repin
repin:
	alloc	r31 = ar.pfs, 3, 0, 0, 0
	movl	r8 = 0xf400000000000000	// virtual minus physical, also of the code
	movl	r18 = PSR_dt | PSR_rt | PSR_it | PSR_ri | PSR_i | PSR_ic
	mov	r19 = psr
	;;
	rsm	PSR_ic
	;;
	srlz.i
	andcm	r20 = r19, r18
	movl	r21 = PSR_bn
	movl	r22 = 1f - 0xf400000000000000
	;;
	or	r20 = r20, r21		// mov r=psr does not tell the bank: C's is 1
	or	r19 = r19, r21
	sub	r23 = in0, r8
	;;
	mov	cr.ipsr = r20
	mov	cr.iip = r22
	mov	cr.ifs = r0
	sub	r24 = in1, r8
	;;
	rfi				// to physical mode
	;;
1:	mov	r14 = r23
	mov	r15 = 4
	mov	r16 = r0
	;;
2:	ld8	r2 = [r14], 8		// va
	;;
	ld8	r3 = [r14], 16		// itir; over pte
	adds	r15 = -1, r15
	;;
	cmp.eq	p6, p0 = r0, r16
	cmp.ne	p7, p0 = r0, r15
	cmp.ne	p8, p0 = r0, r3		// none there
	;;
(p8)	ptr.d	r2, r3
(p6)	ptr.i	r2, r3
	adds	r16 = 1, r16
(p7)	br.cond.dptk 2b
	;;
	srlz.i
	movl	r9 = 7 << 61
	;;
	mov	rr[r9] = in2
	mov	r14 = r24
	mov	r15 = 4
	mov	r16 = r0
	;;
	srlz.d
	;;
	srlz.i
	;;
3:	ld8	r2 = [r14], 8
	;;
	ld8	r3 = [r14], 8
	;;
	ld8	r17 = [r14], 8		// pte
	adds	r15 = -1, r15
	cmp.eq	p6, p0 = r0, r16
	cmp.ne	p8, p0 = r0, r3
	mov	cr.ifa = r2
	mov	cr.itir = r3
	;;
	cmp.ne	p7, p0 = r0, r15
(p8)	itr.d	dtr[r16] = r17
	;;
	srlz.d
(p6)	itr.i	itr[r16] = r17
	adds	r16 = 1, r16
(p7)	br.cond.dptk 3b
	;;
	srlz.i
	movl	r22 = 4f
	mov	cr.ipsr = r19
	;;
	mov	cr.iip = r22
	mov	cr.ifs = r0
	;;
	rfi				// and back; psr.ic as before
	;;
4:	br.ret.sptk b0
	.endp	repin
