/* SPDX-License-Identifier: MIT */
/* Native entry code is native-only; what it shares with a guest is not. */
	.text
	.global	ia64_leave_kernel
	.proc	ia64_leave_kernel
ia64_leave_kernel:
	rsm	0x4000
	;;
	br.cond.sptk.many common
	.endp	ia64_leave_kernel
	.global	common
	.proc	common
common:
	rsm	0x2000		// FIND unrecorded-privileged
	;;
	br.cond.sptk.many ia64_leave_kernel
	.endp	common
	.section .text..pv_asm,"ax",@progbits
	.global	audit_leave_kernel
	.proc	audit_leave_kernel
audit_leave_kernel:
	rsm	0x4000
	br.cond.sptk.many common
	.endp	audit_leave_kernel
