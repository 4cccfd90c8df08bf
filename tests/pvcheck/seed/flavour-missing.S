/* SPDX-License-Identifier: MIT */
/* A flavour of the assembly sources lacks one of its entries. */
	.text
	.global	ia64_leave_kernel
	.proc	ia64_leave_kernel
ia64_leave_kernel:
	br.ret.sptk.many b0
	.endp	ia64_leave_kernel
	.global	ia64_switch_to
	.proc	ia64_switch_to
ia64_switch_to:
	br.ret.sptk.many b0	// FIND flavour-missing
	.endp	ia64_switch_to
	.section .text..pv_asm,"ax",@progbits
	.global	xen_leave_kernel
	.proc	xen_leave_kernel
xen_leave_kernel:
	br.ret.sptk.many b0
	.endp	xen_leave_kernel
