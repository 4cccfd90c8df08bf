/* SPDX-License-Identifier: MIT */
/*
 * fuzz.S - the loop of the hostile guest: any register, any bundle, and a way back.
 *
 * Nothing is expected to be whole after an attempt: whatever happened - the bundle went
 * through, a fault, an event - fuzz_resume makes a stack, a register stack and a frame
 * anew, each processor its own, and calls fuzz_next(), which keeps what it must know in memory.
 */
#include "fuzz.h"
#include "xen.h"

#define MR (XEN_XSI_LINUX + XEN_MAPPED_REGS_OFS)

	.explicit

/* A stack, a register stack and an empty frame for the processor; its number to out0 */
.macro	STACK
	clrrrb
	;;
	alloc	r2 = ar.pfs, 0, 0, 1, 0
	mov	r3 = cr.lid
	;;
	mov	ar.rsc = 0
	extr.u	r3 = r3, 24, FUZZ_CPU_BITS
	movl	r2 = fuzz_stack
	;;
	shl	r14 = r3, 16
	movl	r12 = 65536 - 16
	;;
	add	r2 = r2, r14
	loadrs
	invala
	;;
	add	r12 = r2, r12
	mov	ar.bspstore = r2
	movl	gp = __gp
	;;
	movl	r14 = 0x9804c0270033f
	mov	ar.rnat = r0
	mov	out0 = r3
	;;
	mov	ar.fpsr = r14
	mov	r13 = r0
	mov	ar.unat = r0
	;;
	mov	ar.lc = r0
	mov	ar.ec = r0
	;;
.endm

	.text
	.align	32768
	.global	fuzz_ivt
fuzz_ivt:
	.set	vec, 0
	.rept	128
	.org	fuzz_ivt + vec
	br.sptk	fuzz_fault
	.set	vec, vec + 0x100
	.endr
	.org	fuzz_ivt + 0x8000

	.global	fuzz_fault
fuzz_fault:
	.global	fuzz_resume
fuzz_resume:
	rum	0xe // be, up, ac
	;;
	movl	r16 = MR + XMR_IC
	mov	r18 = 1
	movl	r17 = MR + XMR_BANKNUM
	;;
	st4	[r16] = r18
	st4	[r17] = r18
	;;
	break	XEN_PRIVOP_RSM_DT
	;;
	STACK
	br.call.sptk b0 = fuzz_next
	;;

	// a further processor begins, from SAL
	.global	fuzz_start
fuzz_start:
	STACK
	br.call.sptk b0 = fuzz_begin
	;;

	// fuzz_go(struct fuzz_regs *, code): r32 to r39, r2, r8 to r11, r14 to r31, b6; then the code
	.global	fuzz_go
	.proc	fuzz_go
fuzz_go:
	alloc	r2 = ar.pfs, 2, 6, 0, 0
	mov	b7 = r33
	;;
	mov	r3 = r32
	;;
	.irp	r, r32, r33, r34, r35, r36, r37, r38, r39, r2
	ld8	\r = [r3], 8
	;;
	.endr
	mov	b6 = r2
	.irp	r, r2, r8, r9, r10, r11, r14, r15, r16, r17, r18, r19, r20, r21, r22, r23
	ld8	\r = [r3], 8
	;;
	.endr
	.irp	r, r24, r25, r26, r27, r28, r29, r30, r31
	ld8	\r = [r3], 8
	;;
	.endr
	br.sptk	b7
	.endp	fuzz_go

	// for each processor two bundles that fuzz_next() writes, and the way back
	.align	64
	.global	fuzz_code
fuzz_code:
	.rept	FUZZ_CPUS
	{ .mib
	nop.m	0
	nop.i	0
	nop.b	0
	}
	{ .mib
	nop.m	0
	nop.i	0
	nop.b	0
	}
	br.sptk	fuzz_resume
	;;
	.align	64
	.endr

	.section .bss
	.align	65536
fuzz_stack:
	.skip	65536 * FUZZ_CPUS
