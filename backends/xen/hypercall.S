/* SPDX-License-Identifier: MIT */
/*
 * hypercall.S - calls of the hypervisor that need particular registers (abi/xen.def).
 *
 * What the hypervisor destroys is what a C function may destroy; the arguments lie in the
 * stacked registers of the frame that executes the break, which is the C caller's outputs.
 */
#include <abi/xen.h>

#define PAL_HALT_LIGHT 29 /* SDM vol 2 §11.10 */

	.text

/* long xen_call(a, b, c, d, e, number) */
	.align	32
	.global	xen_call
	.proc	xen_call
xen_call:
	.prologue
	.body
	mov	r2 = r37
	;;
	break	XEN_HYPERCALL_BREAK
	;;
	br.ret.sptk.many b0
	.endp	xen_call

/* long xen_send_ipi(vcpu, vector) */
	.align	32
	.global	xen_send_ipi
	.proc	xen_send_ipi
xen_send_ipi:
	.prologue
	.body
	mov	r14 = r32
	mov	r15 = r33
	mov	r2 = XEN_CLASS_send_ipi
	;;
	break	XEN_HYPERCALL_BREAK
	;;
	br.ret.sptk.many b0
	.endp	xen_send_ipi

/* long xen_map_shared(va) */
	.align	32
	.global	xen_map_shared
	.proc	xen_map_shared
xen_map_shared:
	.prologue
	.body
	mov	r28 = r32
	mov	r2 = XEN_CLASS_set_shared_info_va
	;;
	break	XEN_HYPERCALL_BREAK
	;;
	br.ret.sptk.many b0
	.endp	xen_map_shared

/* void xen_halt(void) */
	.align	32
	.global	xen_halt
	.proc	xen_halt
xen_halt:
	.prologue
	.body
	mov	r28 = PAL_HALT_LIGHT
	mov	r2 = XEN_CLASS_pal
	;;
	break	XEN_HYPERCALL_BREAK
	;;
	br.ret.sptk.many b0
	.endp	xen_halt
