/* SPDX-License-Identifier: MIT */
/*
 * head.S - from the machine's loader to hv_main(): physical mode, r28 = boot parameters.
 *
 * Pins the image and the per-processor area, empties the region registers, and goes to
 * virtual mode on the boot stack, which stays the idle vcpu's (SDM vol 2 §4.1, §5.8). Other
 * processors come from SAL's boot rendezvous, also in physical mode, and go to ap_main().
 */
#include "layout.h"
#include "offsets.h"

#define PTE_PIN (0x1 + (1 << 5) + (1 << 6) + (3 << 9)) /* present, accessed, dirty, RWX, PL 0, WB */ /* present, accessed, dirty, RWX, PL 0, WB */
#define RR_NONE (14 << 2 | 1)		 /* region id 0, 16 KiB, walker on */
#define PTA_OFF (15 << 2) /* the smallest size, no walker */
#define PSR_C	(PSR_ic | PSR_dt | PSR_rt | PSR_it | PSR_bn)
/* speculative loads defer all but TLB misses; bus locks are as they are (SDM vol 2 §3.3.4.1) */
#define DCR_HV	0x7e00 | 1 << 2
#define PHYS(sym) (sym - 0xf400000000000000)

	.explicit
	.section .bss
	.align	65536
	.global	percpu_area
percpu_area:	.skip	65536
	.align	512
	.global	boot_stack
boot_stack:	.skip	65536
boot_stack_end:

	.text
	.global	ap_start
	.proc	ap_start
ap_start:
	movl	r2 = PHYS(ap_boot)	// its area, its stack
	movl	r27 = ap_main
	;;
	ld8	r24 = [r2], 8
	;;
	ld8	r25 = [r2], 8
	;;
	ld8	r26 = [r2]
	br.sptk	1f
	.endp	ap_start

	.global	_start
	.proc	_start
_start:
	movl	r24 = PHYS(percpu_area)
	movl	r25 = boot_stack
	movl	r26 = boot_stack_end
	movl	r27 = hv_main
	;;
/* r24 = physical address of its area, r25, r26: its stack, r27: where to go, r28: for that */
1:	rsm	PSR_i | PSR_ic
	;;
	srlz.i
	mov	ar.rsc = 0
	;;
	loadrs
	mov	r8 = RR_NONE
	mov	r9 = r0
	;;
	movl	r10 = 1 << 61
1:	mov	rr[r9] = r8
	;;
	add	r9 = r10, r9
	;;
	cmp.ne	p6, p0 = r0, r9
(p6)	br.cond.dptk 1b
	;;
	srlz.i
	mov	r9 = PTA_OFF
	;;
	mov	cr.pta = r9
	movl	r8 = DCR_HV
	movl	r9 = ivt
	;;
	mov	cr.dcr = r8
	mov	cr.iva = r9

	mov	r8 = HV_SHIFT << 2
	movl	r9 = HV_BASE
	movl	r10 = HV_PHYS + PTE_PIN
	;;
	mov	cr.itir = r8
	mov	cr.ifa = r9
	;;
	itr.i	itr[r0] = r10
	;;
	srlz.i
	itr.d	dtr[r0] = r10
	mov	r8 = PERCPU_SHIFT << 2
	movl	r9 = PERCPU_BASE
	adds	r10 = PTE_PIN, r24
	mov	r11 = 1
	;;
	mov	cr.itir = r8
	mov	cr.ifa = r9
	;;
	itr.d	dtr[r11] = r10
	;;
	srlz.d

	mov	r8 = r25
	movl	r9 = PSR_C
	movl	r10 = 1f
	;;
	mov	ar.bspstore = r8
	mov	cr.ipsr = r9
	mov	cr.iip = r10
	mov	cr.ifs = r0
	;;
	mov	ar.rnat = r0
	rfi
	;;
1:	movl	gp = __gp
	adds	r12 = -16, r26
	mov	b6 = r27
	movl	r8 = 0x9804c0270033f	// ar.fpsr of the software conventions
	mov	r13 = r0
	;;
	mov	ar.fpsr = r8
	alloc	r9 = ar.pfs, 0, 0, 1, 0
	;;
	mov	out0 = r28
	br.call.sptk b0 = b6
	;;
	break	0			// it does not return
	.endp	_start
