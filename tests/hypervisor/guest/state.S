/* SPDX-License-Identifier: MIT */
/*
 * state.S - code whose interruptions are looked at: what they must keep, where they happen.
 */
	.explicit
	.text

.macro	WRONG_IF_NE value, reg
	adds	r9 = \value, r0
	;;
	cmp.ne	p6, p0 = r9, \reg
	;;
(p6)	adds	r8 = 1, r8
	;;
.endm
.macro	WRONG_IF_NOT_NAT reg
	tnat.z	p6, p0 = \reg
	;;
(p6)	adds	r8 = 1, r8
	;;
.endm

	.section .bss
	.align	16
words:	.skip	64

	.text
/*
 * state_check - registers of every kind, NaTs, rotation and predicates, across a break that
 * is reflected (and whose handler returns behind it). Returns how many are wrong.
 */
	.global	state_check
	.proc	state_check
state_check:
	alloc	r2 = ar.pfs, 0, 96, 0, 48
	mov	r3 = ar.lc
	mov	r14 = pr
	mov	r15 = ar.unat
	mov	r16 = b1
	mov	r17 = ar.fpsr
	;;
	mov	ar.lc = 1
	mov	ar.ec = 1
	;;
	br.ctop.sptk 1f			// rotates by one
	;;
1:	mov	r80 = r2
	mov	r81 = r3
	mov	r82 = r14
	mov	r83 = r15
	mov	r84 = r4
	mov	r85 = r5
	mov	r86 = b1
	movl	r11 = words
	mov	r9 = -1
	;;
	mov	ar.unat = r9
	.irp n, 2, 3, 4, 10, 14, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	adds	r\n = \n + 100, r0
	.endr
	;;
	.irp n, 32, 33, 50, 70, 79, 90, 100, 101, 110, 120, 126
	adds	r\n = \n + 100, r0
	.endr
	ld8.fill r20 = [r11]
	ld8.fill r31 = [r11]
	ld8.fill r5 = [r11]
	ld8.fill r60 = [r11]
	ld8.fill r127 = [r11]
	movl	r9 = 0x5a5a5a5a5a5a5a40
	;;
	mov	pr = r9, -1
	mov	b1 = r9
	mov	b6 = r9
	mov	b7 = r9
	mov	ar.ccv = r9
	mov	ar.lc = r9
	setf.sig f6 = r9
	setf.sig f11 = r9
	setf.sig f31 = r9
	setf.sig f127 = r9
	mov	r8 = 0
	;;
	break	0x42
	;;
	mov	r11 = pr
	movl	r10 = 0x5a5a5a5a5a5a5a40
	;;
	adds	r9 = 1, r10			// p0 reads 1
	;;
	cmp.ne	p6, p0 = r9, r11
	;;
(p6)	adds	r8 = 1, r8
	;;
	.irp r, b1, b6, b7, ar.ccv, ar.lc
	mov	r11 = \r
	;;
	cmp.ne	p6, p0 = r10, r11
	;;
(p6)	adds	r8 = 1, r8
	;;
	.endr
	.irp r, f6, f11, f31, f127
	getf.sig r11 = \r
	;;
	cmp.ne	p6, p0 = r10, r11
	;;
(p6)	adds	r8 = 1, r8
	;;
	.endr
	mov	r11 = ar.unat
	mov	r9 = -1
	;;
	cmp.ne	p6, p0 = r9, r11
	;;
(p6)	adds	r8 = 1, r8
	;;
	.irp n, 2, 3, 4, 14, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	WRONG_IF_NE \n + 100, r\n
	.endr
	.irp n, 32, 33, 50, 70, 79, 90, 100, 101, 110, 120, 126
	WRONG_IF_NE \n + 100, r\n
	.endr
	.irp n, 5, 20, 31, 60, 127
	WRONG_IF_NOT_NAT r\n
	.endr
	mov	ar.pfs = r80
	mov	ar.lc = r81
	mov	pr = r82, -1
	mov	ar.unat = r83
	mov	r4 = r84
	mov	r5 = r85
	mov	b1 = r86
	br.ret.sptk b0
	.endp	state_check

/* Stacked and rotating registers as operands of an instruction that is emulated. */
	.global	stacked_operand
	.proc	stacked_operand
stacked_operand:
	alloc	r31 = ar.pfs, 0, 24, 0, 16
	mov	r3 = ar.lc
	mov	r2 = pr
	;;
	mov	ar.lc = 1
	mov	ar.ec = 1
	;;
	br.ctop.sptk 1f
	;;
1:	mov	r33 = 0x1000
	;;
	mov	cr.dcr = r33
	;;
	srlz.d
	mov	r40 = cr.dcr
	mov	r55 = cr.dcr
	;;
	add	r8 = r40, r55
	mov	ar.lc = r3
	mov	pr = r2, -1
	mov	ar.pfs = r31
	br.ret.sptk b0
	.endp	stacked_operand

/*
 * call_on - f(arg) on another backing store: in0 = f's descriptor, in1 = arg, in2 = store
 */
	.global	call_on
	.proc	call_on
call_on:
	alloc	r35 = ar.pfs, 3, 8, 1, 0
	mov	r36 = b0
	mov	r37 = gp
	ld8	r14 = [in0], 8
	;;
	flushrs
	;;
	mov	r38 = ar.rsc
	mov	r39 = ar.bspstore
	mov	r40 = ar.rnat
	;;
	mov	ar.rsc = 0
	;;
	mov	ar.bspstore = in2
	;;
	mov	ar.rnat = r0
	ld8	gp = [in0]
	mov	b6 = r14
	mov	out0 = in1
	br.call.sptk b0 = b6
	;;
	// nothing of ours is dirty on that store but this frame's callers': drop and go back
	mov	ar.rsc = 0
	;;
	mov	gp = r37
	mov	b0 = r36
	mov	r14 = r35
	mov	r15 = r38
	mov	r16 = r39
	mov	r17 = r40
	alloc	r18 = ar.pfs, 0, 0, 0, 0
	;;
	loadrs				// rsc.loadrs = 0: forget what is not ours
	;;
	mov	ar.bspstore = r16
	;;
	mov	ar.rnat = r17
	mov	ar.pfs = r14
	mov	ar.rsc = r15
	br.ret.sptk b0
	.endp	call_on

/*
 * run_at - f(arg) at another PSR, entered by rfi: in0 = f's descriptor, in1 = arg,
 * in2 = psr, in3 = address of the mapped registers. `break 0x99` comes back: to run_back.
 */
	.global	run_at
	.proc	run_at
run_at:
	alloc	r36 = ar.pfs, 4, 8, 1, 0
	mov	r37 = b0
	mov	r38 = gp
	mov	r39 = ar.rsc
	ld8	r14 = [in0], 8
	movl	r15 = 0x898			// iip
	movl	r16 = 0x880			// ipsr
	movl	r17 = 0x8b8			// ifs
	;;
	ld8	r18 = [in0]
	add	r15 = r15, in3
	add	r16 = r16, in3
	add	r17 = r17, in3
	movl	r19 = 1f
	mov	b6 = r14
	mov	r20 = 0xc			// rsc.pl 3, lazy
	;;
	st8	[r15] = r19
	st8	[r16] = in2
	st8	[r17] = r0
	mov	gp = r18
	mov	out0 = in1
	mov	ar.rsc = r20
	break	1
	;;
1:	br.call.sptk b0 = b6
	;;
	break	0x99
	;;
	.global	run_back
run_back:				// the break's handler comes here, at the old level
	mov	ar.pfs = r36
	mov	b0 = r37
	mov	gp = r38
	mov	ar.rsc = r39
	br.ret.sptk b0
	.endp	run_at

/* Instructions that fault in their own ways; the handler skips them. in0: an address */
.macro	FAULTS name
	.global	\name
	.proc	\name
\name:
	alloc	r31 = ar.pfs, 1, 0, 0, 0
	mov	r8 = -1
	;;
.endm
.macro	END name
	;;
	br.ret.sptk b0
	.endp	\name
.endm

	FAULTS	do_load
	ld8	r8 = [in0]
	END	do_load

	FAULTS	do_store
	st8	[in0] = in0
	END	do_store

	FAULTS	do_unaligned
	adds	r14 = 7, in0
	;;
	ld8	r8 = [r14]
	END	do_unaligned

	FAULTS	do_break
	break.m	0x1234
	END	do_break

	FAULTS	do_break_b
	break.b	0x4321
	END	do_break_b

	FAULTS	do_nat
	adds	r14 = 0, r0
	mov	r15 = ar.unat
	mov	r16 = -1
	;;
	mov	ar.unat = r16
	;;
	ld8.fill r14 = [in0]
	;;
	mov	ar.unat = r15
	st8	[in0] = r14
	END	do_nat

	FAULTS	do_fp_low
	setf.sig f6 = in0
	END	do_fp_low

	FAULTS	do_fp_high
	setf.sig f40 = in0
	;;
	getf.sig r8 = f40
	END	do_fp_high

/* 1.0 / 0.0 with the zero divide trap enabled: a floating-point fault */
	FAULTS	do_fp_fault
	mov	r15 = ar.fpsr
	;;
	and	r16 = -5, r15			// traps.zd = 0
	;;
	mov	ar.fpsr = r16
	;;
	frcpa.s0 f6, p6 = f1, f0
	;;
	mov	ar.fpsr = r15
	END	do_fp_fault

	FAULTS	do_semaphore
	mov	ar.ccv = r0
	;;
	xchg8	r8 = [in0], r0
	END	do_semaphore

	FAULTS	do_branch
	br.sptk	1f
	;;
1:	nop	0
	END	do_branch

	FAULTS	do_privileged
	mov	r8 = psr
	END	do_privileged
