/* SPDX-License-Identifier: MIT */
/*
 * entry.S - from a guest into C and back: everything the guest has is saved, then restored.
 *
 * save_guest comes from the vector table: psr.ic = 0, bank 0, r25 = vector, r26 = cr.ipsr,
 * r28 = pr, r30 = struct vcpu. The guest's frame is covered; its dirty registers pass to our
 * backing store (SDM vol 2 §6.11), and come back by loadrs. Nothing here refers to memory
 * that is not pinned while psr.ic is 0.
 */
#include "layout.h"
#include "offsets.h"

	.explicit
	.text

/* Store two registers at p and p + 8, p += 16 - for the pointers r16 and r17, r16 + 8 == r17. */
.macro	SPILL2 p, q, a, b
	.mem.offset 0, 0
	st8.spill [\p] = \a, 16
	.mem.offset 8, 0
	st8.spill [\q] = \b, 16
	;;
.endm
.macro	FILL2 p, q, a, b
	ld8.fill \a = [\p], 16
	ld8.fill \b = [\q], 16
	;;
.endm
.macro	PUT2 p, q, a, b
	;;
	st8	[\p] = \a, 16
	st8	[\q] = \b, 16
	;;
.endm
.macro	GET2 p, q, a, b
	ld8	\a = [\p], 16
	ld8	\b = [\q], 16
	;;
.endm

.macro	CLEAR n
	mov	r\n = r0
.endm
.macro	CLEAR_STACKED			// r32 to r127
	.altmacro
	.set	n, 32
	.rept	96
	CLEAR	%n
	.set	n, n + 1
	.endr
	.noaltmacro
.endm
	.global	save_guest
	.align	64
save_guest:
	adds	r29 = VCPU_REGS, r30
	;;
	ld8	r29 = [r29]
	.global	save_at_r29
save_at_r29:
	mov	r18 = ar.unat
	;;
	adds	r16 = 8, r29		// r1
	adds	r17 = 16, r29		// r2
	;;
	SPILL2	r16, r17, r1, r2
	SPILL2	r16, r17, r3, r4
	SPILL2	r16, r17, r5, r6
	SPILL2	r16, r17, r7, r8
	SPILL2	r16, r17, r9, r10
	SPILL2	r16, r17, r11, r12
	SPILL2	r16, r17, r13, r14
	st8.spill [r16] = r15
	adds	r16 = REGS_BR, r29
	adds	r17 = REGS_BR + 8, r29
	;;
	mov	r19 = ar.unat		// NaT bits of r1 to r15
	mov	r20 = b0
	mov	r21 = b1
	;;
	PUT2	r16, r17, r20, r21
	mov	r20 = b2
	mov	r21 = b3
	;;
	PUT2	r16, r17, r20, r21
	mov	r20 = b4
	mov	r21 = b5
	;;
	PUT2	r16, r17, r20, r21
	mov	r20 = b6
	mov	r21 = b7
	;;
	PUT2	r16, r17, r20, r21
	cover
	;;
	mov	r20 = cr.iip
	mov	r21 = cr.ifs
	PUT2	r16, r17, r26, r20	// ipsr, iip
	mov	r22 = cr.isr
	mov	r23 = cr.ifa
	PUT2	r16, r17, r21, r22	// ifs, isr
	mov	r24 = cr.itir
	mov	r20 = cr.iim
	PUT2	r16, r17, r23, r24	// ifa, itir
	mov	r21 = ar.pfs
	mov	r22 = ar.rsc
	PUT2	r16, r17, r20, r28	// iim, pr
	mov	ar.rsc = 0
	PUT2	r16, r17, r18, r21	// unat, pfs
	mov	r23 = ar.rnat
	mov	r24 = ar.bspstore
	movl	r20 = STACK_TO_REGS
	;;
	sub	r20 = r29, r20		// our backing store
	PUT2	r16, r17, r22, r23	// rsc, rnat
	mov	ar.bspstore = r20
	mov	r21 = ar.ccv
	;;
	mov	r18 = ar.bsp
	PUT2	r16, r17, r24, r21	// bspstore, ccv
	mov	r22 = ar.csd
	mov	r23 = ar.ssd
	;;
	PUT2	r16, r17, r22, r23	// csd, ssd
	mov	r22 = ar.fpsr
	mov	r23 = ar.lc
	sub	r18 = r18, r20
	;;
	PUT2	r16, r17, r22, r23	// fpsr, lc
	mov	r22 = ar.ec
	shl	r18 = r18, 16
	;;
	PUT2	r16, r17, r22, r18	// ec, loadrs
	PUT2	r16, r17, r25, r0	// vector, discard

	// A stack pointer and the other bank, which has no pointers of ours yet: r2, r3, r14
	mov	r3 = r29
	mov	r2 = r19
	bsw.1
	;;
	mov	ar.unat = r2
	adds	r14 = 128, r3		// r16
	adds	r15 = 136, r3
	;;
	SPILL2	r14, r15, r16, r17
	SPILL2	r14, r15, r18, r19
	SPILL2	r14, r15, r20, r21
	SPILL2	r14, r15, r22, r23
	SPILL2	r14, r15, r24, r25
	SPILL2	r14, r15, r26, r27
	SPILL2	r14, r15, r28, r29
	SPILL2	r14, r15, r30, r31
	mov	r16 = ar.unat
	adds	r14 = REGS_FR, r3
	adds	r15 = REGS_FR + 16, r3
	;;
	st8	[r3] = r16
	stf.spill [r14] = f6, 32
	stf.spill [r15] = f7, 32
	;;
	stf.spill [r14] = f8, 32
	stf.spill [r15] = f9, 32
	;;
	stf.spill [r14] = f10
	stf.spill [r15] = f11
	ssm	PSR_ic
	movl	gp = __gp
	;;
	srlz.i
	alloc	r17 = ar.pfs, 0, 0, 1, 0
	movl	r18 = 0x9804c0270033f	// ar.fpsr of the software conventions
	adds	r12 = -16, r3
	;;
	mov	ar.fpsr = r18
	mov	out0 = r3
	br.call.sptk b0 = trap
	;;
	adds	r3 = 16, r12

/* ---- back to the guest: r3 = struct hv_regs, on its own stack, only our first frame ---- */

restore_guest:
	alloc	r2 = ar.pfs, 0, 96, 0, 0
	;;
	CLEAR_STACKED			// what we and other guests left there is not for this one
	;;
	alloc	r2 = ar.pfs, 0, 0, 0, 0
	;;
	ld8	r2 = [r3]		// NaT bits
	adds	r14 = 128, r3
	adds	r15 = 136, r3
	;;
	mov	ar.unat = r2
	;;
	FILL2	r14, r15, r16, r17
	FILL2	r14, r15, r18, r19
	FILL2	r14, r15, r20, r21
	FILL2	r14, r15, r22, r23
	FILL2	r14, r15, r24, r25
	FILL2	r14, r15, r26, r27
	FILL2	r14, r15, r28, r29
	FILL2	r14, r15, r30, r31
	adds	r14 = REGS_FR, r3
	adds	r15 = REGS_FR + 16, r3
	;;
	ldf.fill f6 = [r14], 32
	ldf.fill f7 = [r15], 32
	;;
	ldf.fill f8 = [r14], 32
	ldf.fill f9 = [r15], 32
	;;
	ldf.fill f10 = [r14]
	ldf.fill f11 = [r15]
	rsm	PSR_ic
	;;
	srlz.i
	bsw.0
	;;
	invala
	movl	r16 = PERCPU_BASE + PERCPU_CURRENT
	mov	r29 = r3
	;;
	ld8	r30 = [r16]
	adds	r16 = REGS_BR, r29
	adds	r17 = REGS_BR + 8, r29
	;;
	adds	r31 = VCPU_MREGS, r30
	GET2	r16, r17, r20, r21
	ld8	r31 = [r31]
	mov	b0 = r20
	mov	b1 = r21
	GET2	r16, r17, r20, r21
	mov	b2 = r20
	mov	b3 = r21
	GET2	r16, r17, r20, r21
	mov	b4 = r20
	mov	b5 = r21
	GET2	r16, r17, r20, r21
	mov	b6 = r20
	mov	b7 = r21
	GET2	r16, r17, r26, r25	// ipsr, iip
	ld8	r24 = [r16]		// ifs
	adds	r18 = REGS_PR, r29
	adds	r16 = REGS_UNAT, r29
	adds	r17 = REGS_PFS, r29
	;;
	ld8	r28 = [r18]
	GET2	r16, r17, r18, r20	// unat, pfs
	mov	ar.pfs = r20
	GET2	r16, r17, r22, r23	// rsc, rnat
	GET2	r16, r17, r19, r20	// bspstore, ccv
	mov	ar.ccv = r20
	GET2	r16, r17, r20, r21	// csd, ssd
	mov	ar.csd = r20
	mov	ar.ssd = r21
	GET2	r16, r17, r20, r21	// fpsr, lc
	mov	ar.fpsr = r20
	mov	ar.lc = r21
	GET2	r16, r17, r20, r21	// ec, loadrs
	mov	ar.ec = r20
	mov	ar.rsc = r21
	adds	r17 = REGS_DISCARD, r29
	;;
	ld8	r27 = [r17]
	loadrs
	;;
	mov	ar.bspstore = r19
	;;
	mov	ar.rnat = r23
	mov	ar.rsc = r22
	adds	r16 = 8, r29		// r1
	adds	r17 = 16, r29
	;;
	FILL2	r16, r17, r1, r2
	FILL2	r16, r17, r3, r4
	FILL2	r16, r17, r5, r6
	FILL2	r16, r17, r7, r8
	FILL2	r16, r17, r9, r10
	FILL2	r16, r17, r11, r12
	FILL2	r16, r17, r13, r14
	ld8.fill r15 = [r16]
	cmp.ne	p6, p0 = r0, r27
	adds	r29 = VCPU_INFO, r30
	;;
	mov	ar.unat = r18
(p6)	br.cond.spnt restore_discard
restore_rfi:
	ld8	r29 = [r29]
	mov	cr.ipsr = r26
	mov	cr.iip = r25
	mov	cr.ifs = r24
	mov	pr = r28, -1
	;;
	adds	r29 = 1, r29
	rfi
	;;

/*
 * A virtual rfi replaces the current frame, which was covered at the entry: it is taken back
 * by an rfi of our own (it is all in registers), so that the next one drops it.
 */
restore_discard:
	mov	r20 = psr
	movl	r21 = 1f
	movl	r22 = ~(PSR_ri | PSR_bn)
	;;
	and	r20 = r20, r22
	;;
	mov	cr.ipsr = r20		// as now: bank 0, psr.ic = 0
	mov	cr.iip = r21
	mov	cr.ifs = r27
	;;
	rfi
	;;
1:	br.sptk	restore_rfi

/* A vcpu that has never run begins here, on its own stack, with an empty backing store. */
	.global	first_entry
first_entry:
	alloc	r14 = ar.pfs, 0, 0, 0, 0
	movl	gp = __gp
	;;
	br.call.sptk b0 = vcpu_enter
	;;
	adds	r3 = 16, r12
	br.sptk	restore_guest

/* ---- for C ---- */

	.global	flush_register_stack
	.proc	flush_register_stack
flush_register_stack:
	flushrs
	;;
	br.ret.sptk b0
	.endp	flush_register_stack

/* Writing ar.bspstore forgets the clean partition (SDM vol 2 §6.5.4); ar.rnat with it. */
	.global	drop_clean_partition
	.proc	drop_clean_partition
drop_clean_partition:
	flushrs
	;;
	mov	r14 = ar.rnat
	mov	r15 = ar.bspstore
	;;
	mov	ar.bspstore = r15
	;;
	mov	ar.rnat = r14
	br.ret.sptk b0
	.endp	drop_clean_partition

/*
 * Looks at guest memory by its present translations. A fault in a guarded bundle goes on at
 * the next one (ivt.S); nothing else in C refers to a guest's virtual address.
 */
	.global	guarded
	.align	64
guarded:
	{ .mib
	tpa	r8 = r8
	nop	0
	br.ret.sptk b0
	}
	{ .mib
	mov	r8 = -1
	nop	0
	br.ret.sptk b0
	}
	{ .mib
	probe.w	r8 = r8, 1
	nop	0
	br.ret.sptk b0
	}
	{ .mib
	mov	r8 = -1
	nop	0
	br.ret.sptk b0
	}

	.global	guest_tpa
	.proc	guest_tpa
guest_tpa:
	alloc	r14 = ar.pfs, 1, 0, 0, 0
	mov	r8 = r32
	br.sptk	guarded
	.endp	guest_tpa

	.global	guest_probe_w
	.proc	guest_probe_w
guest_probe_w:
	alloc	r14 = ar.pfs, 1, 0, 0, 0
	mov	r8 = r32
	br.sptk	guarded + 32
	.endp	guest_probe_w
