/* SPDX-License-Identifier: MIT */
/* A flavour saves its caller in another register than the native procedure. */
	.macro	procedure name, kept
	.global	\name
	.proc	\name
\name:
	.prologue
	.save	ar.pfs, \kept
	alloc	\kept=ar.pfs,0,4,0,0
	.save	rp, r33
	mov	r33=b0
	.body
	;;
	.endm
	.macro	procedure_end name
	mov	ar.pfs=r32
	;;
	br.ret.sptk.many b0
	.endp	\name
	.endm

	.text
	procedure ia64_leave_kernel, r32
	procedure_end ia64_leave_kernel
	procedure ia64_switch_to, r32
	procedure_end ia64_switch_to
	.section .text..pv_asm,"ax",@progbits
	// longer, as flavours are: the same all the same
	procedure xen_leave_kernel, r32
	nop.m	0
	;;
	nop.m	0
	;;
	procedure_end xen_leave_kernel
	procedure xen_switch_to, r34	// FIND flavour-unwind
	procedure_end xen_switch_to
