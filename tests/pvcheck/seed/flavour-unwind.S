/* SPDX-License-Identifier: MIT */
/* A flavour's procedure lost its unwind directives. */
	.text
	.global	ia64_leave_kernel
	.proc	ia64_leave_kernel
ia64_leave_kernel:
	.prologue
	.save	ar.pfs, r2
	alloc	r2=ar.pfs,0,0,0,0
	.body
	;;
	br.ret.sptk.many b0
	.endp	ia64_leave_kernel
	.section .text..pv_asm,"ax",@progbits
	.global	audit_leave_kernel
audit_leave_kernel:
	alloc	r2=ar.pfs,0,0,0,0	// FIND flavour-unwind
	;;
	br.ret.sptk.many b0
	.type	audit_leave_kernel,@function
	.size	audit_leave_kernel,32
