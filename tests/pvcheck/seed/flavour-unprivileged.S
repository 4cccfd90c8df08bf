/* SPDX-License-Identifier: MIT */
/* A flavour for a guest holds the native instruction. */
	.text
	.global	ia64_leave_kernel
	.proc	ia64_leave_kernel
ia64_leave_kernel:
	rsm	0x4000
	br.ret.sptk.many b0
	.endp	ia64_leave_kernel
	.section .text..pv_asm,"ax",@progbits
	.global	xen_leave_kernel
	.proc	xen_leave_kernel
xen_leave_kernel:
	rsm	0x4000		// FIND unrecorded-privileged
	br.ret.sptk.many b0
	.endp	xen_leave_kernel
