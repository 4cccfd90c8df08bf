/* SPDX-License-Identifier: MIT */
/*
 * start.S - a bare guest: start, an interruption vector table, and the whole processor's
 * state in and out (state.h).
 *
 * The single-step handler does what any handler may do, after each instruction of the code
 * under test: it overwrites all that is below r12.
 */
#include "state.h"

#define PSR_STEP (1 << 40)

	.explicit
	.section .bss
	.align	512
	.global	state_in, state_out
state_in:	.skip	S_BYTES
	.align	512
state_out:	.skip	S_BYTES
	.align	512
context:	.skip	S_BYTES		// what C keeps, across run_scratch()
	.align	64
	.global	steps, seen, calls, link_seen, gp_seen, other_word
steps:		.skip	8
calls:		.skip	8
seen:		.skip	40
link_seen:	.skip	8
gp_seen:	.skip	8
other_word:	.skip	8
	.align	4096
backing_store:	.skip	65536
stack:		.skip	65536
stack_end:

	.text
	.global	_start
	.proc	_start
_start:
	rsm	0x6000			// psr.i, psr.ic
	;;
	srlz.i
	movl	r2 = ivt
	movl	r3 = backing_store
	mov	ar.rsc = 0
	;;
	loadrs
	;;
	mov	ar.bspstore = r3
	mov	cr.iva = r2
	;;
	mov	ar.rnat = r0
	mov	ar.rsc = 3
	movl	gp = __gp
	movl	r12 = stack_end - 16
	movl	r2 = 0x9804c0270033f	// FPSR as software conventions have it
	mov	r13 = r0
	;;
	mov	ar.fpsr = r2
	ssm	0x2000
	;;
	srlz.i
	;;
	br.call.sptk.many b0 = guest_main
	;;
	movl	r14 = 0x80000000fed00000	// exit device
	;;
	st8	[r14] = r8
2:	br.cond.sptk 2b
	.endp	_start

/* ---- the state of the processor ---- */

	.global	run_scratch, dump, scratch, copies
	.proc	run_scratch
run_scratch:
	alloc	r31 = ar.pfs, 0, LOCALS, OUTS, 0
	movl	r2 = context
	movl	r3 = context + S_FR + 16 * 2
	mov	r30 = b0
	mov	r29 = pr
	;;
	mov	r28 = ar.lc
	mov	r27 = ar.unat
	mov	r26 = ar.fpsr
	;;
	.irp	reg, r1, r4, r5, r6, r7, r12, r13, r26, r27, r28, r29, r30, r31
	st8	[r2] = \reg, 8
	;;
	.endr
	.irp	reg, b1, b2, b3, b4, b5
	mov	r14 = \reg
	;;
	st8	[r2] = r14, 8
	;;
	.endr
	.irp	reg, f2, f3, f4, f5, f16, f17, f18, f19, f20, f21, f22, f23, f24, f25, f26, f27, f28, f29, f30, f31
	stf.spill [r3] = \reg, 16
	;;
	.endr
	/* Load the state, maybe with a trap after each instruction from here on. */
	movl	r2 = state_in + S_STEP
	mov	r3 = psr
	;;
	ld8	r2 = [r2]
	;;
	cmp.eq	p6, p7 = r2, r0
	;;
(p6)	br.cond.dptk load
	rsm	0x6000
	;;
	srlz.i
	movl	r14 = PSR_STEP | 0x100000000000	// psr.ss, psr.bn
	movl	r15 = load
	;;
	or	r3 = r3, r14
	mov	cr.iip = r15
	mov	cr.ifs = r0
	;;
	mov	cr.ipsr = r3
	;;
	rfi
	;;
load:
	movl	r1 = state_in + S_FR + 16 * 2
	movl	r13 = state_in + S_BR
	;;
	.irp	reg, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	ldf.fill f\reg = [r1], 16
	;;
	.endr
	.irp	reg, b0, b1, b2, b3, b4, b5, b6, b7
	ld8	r1 = [r13], 8
	;;
	mov	\reg = r1
	;;
	.endr
	ld8	r1 = [r13], 8
	;;
	mov	pr = r1, -1
	;;
	ld8	r1 = [r13], 8		// unat comes last
	;;
	.irp	reg, ar.pfs, ar.ccv, ar.lc, ar.fpsr, ar.csd, ar.ssd
	ld8	r1 = [r13], 8
	;;
	mov	\reg = r1
	;;
	.endr
	movl	r1 = state_in + S_NAT0
	;;
	ld8	r13 = [r1], 8
	;;
	mov	ar.unat = r13
	movl	r13 = state_in + 16
	;;
	.irp	reg, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	ld8.fill r\reg = [r13], 8
	;;
	.endr
	adds	r13 = 16, r13
	;;
	.irp	reg, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63
	ld8.fill r\reg = [r13], 8
	;;
	.endr
	ld8	r1 = [r1]
	;;
	mov	ar.unat = r1
	;;
	.irp	reg, 64, 65, 66, 67, 68, 69, 70, 71
	ld8.fill r\reg = [r13], 8
	;;
	.endr
	movl	r1 = state_in + S_UNAT
	;;
	ld8	r1 = [r1]
	;;
	mov	ar.unat = r1
	movl	r1 = state_in + 8 * 13
	;;
	ld8	r13 = [r1], -96
	;;
	ld8	r1 = [r1]
	;;
	brl.cond.sptk scratch
	;;
dump:
	mov	ar.k1 = r1
	mov	ar.k2 = r13
	;;
	mov	r13 = ar.unat
	movl	r1 = state_out + S_UNAT
	;;
	st8	[r1] = r13
	movl	r13 = state_out + 16
	;;
	.irp	reg, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
	st8.spill [r13] = r\reg, 8
	;;
	.endr
	adds	r13 = 8, r13
	;;
	.irp	reg, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63
	st8.spill [r13] = r\reg, 8
	;;
	.endr
	mov	r2 = ar.unat
	movl	r1 = state_out + S_NAT0
	;;
	st8	[r1] = r2, 8
	;;
	.irp	reg, 64, 65, 66, 67, 68, 69, 70, 71
	st8.spill [r13] = r\reg, 8
	;;
	.endr
	mov	r2 = ar.unat
	;;
	st8	[r1] = r2, 8
	;;
	.irp	reg, b0, b1, b2, b3, b4, b5, b6, b7, pr
	mov	r2 = \reg
	;;
	st8	[r1] = r2, 8
	;;
	.endr
	adds	r1 = 8, r1		// unat
	;;
	.irp	reg, ar.pfs, ar.ccv, ar.lc, ar.fpsr, ar.csd, ar.ssd, psr
	mov	r2 = \reg
	;;
	st8	[r1] = r2, 8
	;;
	.endr
	movl	r1 = state_out + 8
	movl	r13 = state_out + 8 * 13
	mov	r2 = ar.k1
	mov	r3 = ar.k2
	;;
	st8	[r1] = r2
	st8	[r13] = r3
	movl	r13 = state_out + S_FR + 16 * 2
	;;
	.irp	reg, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	stf.spill [r13] = f\reg, 16
	;;
	.endr
	/* Back to C. */
	movl	r2 = context
	movl	r3 = context + S_FR + 16 * 2
	;;
	.irp	reg, r1, r4, r5, r6, r7, r12, r13, r26, r27, r28, r29, r30, r31
	ld8	\reg = [r2], 8
	;;
	.endr
	.irp	reg, b1, b2, b3, b4, b5
	ld8	r14 = [r2], 8
	;;
	mov	\reg = r14
	;;
	.endr
	.irp	reg, f2, f3, f4, f5, f16, f17, f18, f19, f20, f21, f22, f23, f24, f25, f26, f27, f28, f29, f30, f31
	ldf.fill \reg = [r3], 16
	;;
	.endr
	mov	ar.fpsr = r26
	mov	ar.unat = r27
	mov	ar.lc = r28
	mov	pr = r29, -1
	mov	b0 = r30
	mov	ar.pfs = r31
	;;
	br.ret.sptk.many b0
	.endp	run_scratch

/* ---- what sites are made to call ---- */

	/* Destroys whatever a C function may, and makes the register stack go to memory. */
	.global	clobber
	.proc	clobber
clobber:
	alloc	r40 = ar.pfs, 5, 4, 8, 0
	movl	r14 = seen
	movl	r15 = calls
	;;
	mov	r41 = b0
	ld8	r16 = [r15]
	.irp	reg, r32, r33, r34, r35, r36
	st8	[r14] = \reg, 8
	;;
	.endr
	adds	r16 = 1, r16
	movl	r17 = gp_seen
	;;
	st8	[r15] = r16
	st8	[r17] = r1
	movl	r17 = 0xdeadbeefbaadf00d
	;;
	.irp	reg, b6, b7
	mov	\reg = r17
	.endr
	mov	ar.ccv = r17
	mov	ar.csd = r17
	mov	ar.ssd = r17
	mov	r18 = ar.fpsr
	movl	r19 = 0x7e000			// flags of status field 0
	;;
	or	r18 = r18, r19
	;;
	mov	ar.fpsr = r18
	.irp	reg, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15
	setf.sig \reg = r17
	.endr
	adds	r18 = 8, r12
	st8	[r12] = r17
	;;
	st8	[r18] = r17
	mov	pr = r17, 0xffc0		// p6 to p15
	movl	r15 = other_word
	;;
	ld8.a	r14 = [r15]
	.irp	reg, r2, r3, r9, r10, r11, r15, r16, r18, r19, r20, r21, r22, r23, r24, r25, r26, r27, r28, r29, r30, r31
	mov	\reg = r17
	.endr
	.irp	reg, r32, r33, r34, r35, r36, r42, r43, r44, r45, r46, r47, r48
	mov	\reg = r17
	.endr
	;;
	mov	ar.rsc = 0
	;;
	flushrs
	;;
	loadrs
	;;
	mov	ar.rsc = 3
	mov	ar.pfs = r40
	mov	b0 = r41
	movl	r8 = RESULT
	movl	r1 = 0xdeadbeefbaadf00d
	;;
	br.ret.sptk.many b0
	.endp	clobber

	/* Notes where it will return to, and changes nothing. */
	.global	callee
	.proc	callee
callee:
	mov	ar.k3 = r1
	mov	ar.k4 = r13
	;;
	mov	r1 = b0
	movl	r13 = link_seen
	;;
	st8	[r13] = r1
	mov	r1 = ar.k3
	mov	r13 = ar.k4
	br.ret.sptk.many b0
	.endp	callee

/* ---- interruptions ---- */

	.section .text.ivt, "ax"
	.align	32768
ivt:
	.rept	0x6000 / 0x100
	.align	256
	brl.cond.sptk unexpected
	;;
	.endr
	.align	256
	brl.cond.sptk single_step	// 0x6000
	;;
	.rept	0x1f
	.align	256
	brl.cond.sptk unexpected
	;;
	.endr
	.align	256
single_step:
	/* The handler's registers are those of bank 0. */
	mov	r16 = cr.iip
	mov	r17 = cr.ipsr
	mov	r18 = pr
	movl	r19 = dump
	;;
	movl	r22 = steps
	cmp.eq	p6, p7 = r16, r19
	;;
	ld8	r23 = [r22]
	movl	r24 = 1 << 40
	;;
(p6)	andcm	r17 = r17, r24
	adds	r23 = 1, r23
	;;
	mov	cr.ipsr = r17
	st8	[r22] = r23
	adds	r20 = -512, r12
	mov	r21 = r12
	movl	r25 = 0xbadbadbadbadbad0
	;;
1:	st8	[r20] = r25, 8
	;;
	cmp.ltu	p6, p7 = r20, r21
	;;
(p6)	br.cond.dptk 1b
	;;
	mov	pr = r18, -1
	rfi
	;;
unexpected:
	bsw.1
	;;
	mov	r32 = cr.iip
	mov	r33 = cr.isr
	movl	r12 = stack_end - 16
	movl	gp = __gp
	;;
	alloc	r2 = ar.pfs, 0, 0, 3, 0
	mov	r32 = cr.iip
	mov	r33 = cr.isr
	mov	r34 = cr.ifa
	ssm	0x2000
	;;
	srlz.i
	br.call.sptk.many b0 = guest_unexpected
	;;
	movl	r14 = 0x80000000fed00000
	mov	r15 = 2
	;;
	st8	[r14] = r15
3:	br.cond.sptk 3b

/* ---- where the code under test is written ---- */

	.section .scratch, "awx", @progbits
	.align	64
scratch:	.skip	SCRATCH_BYTES
copies:		.skip	COPY_BYTES
