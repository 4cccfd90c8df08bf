/* SPDX-License-Identifier: MIT */
/*
 * short.S - what stands for the hot sites of a Xen/ia64 guest (pvops/short.h), and the way
 * from a site to a hyperprivop that is shorter than through C.
 *
 * The bundles are data: they are copied to where a site's bundle was moved.
 */
#include <pvops/short.h>

#include "privop.h"

	.text
	.explicit

#define SHORT(name)							\
	.align 16;							\
	.global name;							\
name:

/* The mask byte's address is odd: as a value it says that events are masked. */
SHORT(xen_short_rsm_i)
{ .mmi
	addl	r1 = XEN_REG(MASK_ADDR), r0
	;;
	ld8	r1 = [r1]
	nop.i	0
	;;
}
{ .mlx
	st1	[r1] = r1
	movl	r1 = PV_GP
	;;
}

/* Not masked: 0 - 1 has bit i, and masked - 1 has not, as a byte is below 2^14. */
SHORT(xen_short_get_psr_i)
{ .mmi
	addl	PV_TARGET = XEN_REG(MASK_ADDR), r0
	;;
	ld8	PV_TARGET = [PV_TARGET]
	nop.i	0
	;;
}
{ .mmi
	ld1	PV_TARGET = [PV_TARGET]
	;;
	adds	PV_TARGET = -1, PV_TARGET
	nop.i	0
	;;
}

/* For (p6) ssm psr.i of local_irq_restore where p6 is 1: the other part's p7 is 0. */
SHORT(xen_short_restore_on)
{ .mmi
	addl	r1 = XEN_REG(MASK_ADDR), r0
	;;
	ld8	r1 = [r1]
	nop.i	0
	;;
}
{ .mmi
	st1	[r1] = r0, -1
	;;
	ld1	r1 = [r1]
	nop.i	0
	;;
}
{ .mii
	cmp.ne	p7, p0 = r1, r0
	nop.i	0
	;;
(p7)	break.i	XEN_PRIVOP_SSM_I	// not slot 1: inst.h, SSM_PSR_I
	;;
}
{ .mlx
	cmp.ne	p7, p0 = r0, r0
	movl	r1 = PV_GP
	;;
}

/* Any other ssm psr.i: a predicate has to be borrowed, and the predicates kept. */
SHORT(xen_short_ssm_i)
{ .mmi
	adds	r12 = -16, r12
	nop.m	0
	mov	r1 = pr
	;;
}
{ .mmi
	st8	[r12] = r1
	addl	r1 = XEN_REG(MASK_ADDR), r0
	nop.i	0
	;;
}
{ .mmi
	ld8	r1 = [r1]
	;;
	st1	[r1] = r0, -1
	nop.i	0
	;;
}
{ .mmi
	ld1	r1 = [r1]
	;;
	cmp.ne	p6, p0 = r1, r0
	nop.i	0
	;;
}
{ .mmi
(p6)	break.m	XEN_PRIVOP_SSM_I
	;;
	ld8	r1 = [r12], 16
	nop.i	0
	;;
}
{ .mii
	nop.m	0
	mov	pr = r1, -1
	nop.i	0
}
{ .mlx
	nop.m	0
	movl	r1 = PV_GP
	;;
}

SHORT(xen_short_get_ar_itc)
{ .mmi
	addl	r1 = XEN_REG(ITC_OFFSET), r0
	;;
	ld8	r1 = [r1]
	nop.i	0
	;;
}
{ .mmi
	mov.m	PV_TARGET = ar.itc
	;;
	add	PV_TARGET = PV_TARGET, r1
	nop.i	0
}
{ .mlx
	nop.m	0
	movl	r1 = PV_GP
	;;
}

/*
 * In place of pv_thunk (pvops/thunk.S): argument n is at r12 + 48 + 16 n, a result goes to
 * the first one; at r12 + 16 is what r1 is to be on return. The site may have 16 registers
 * above its locals; what is destroyed is kept in stacked ones.
 */
#define OUTS 16
#define VIA(name, locals)						\
	.align	32;							\
	.global	name;							\
	.proc	name;							\
name:									\
	.prologue;							\
	.body;								\
	alloc	r48 = ar.pfs, OUTS, locals, 0, 0;			\
	adds	r49 = 48, r12;						\
	adds	r50 = 16, r12;						\
	mov	r51 = r8;						\
	mov	r52 = r9

#define VIA_END(name)							\
	mov	r8 = r51;						\
	mov	r9 = r52;						\
	br.ret.sptk.many b0;						\
	.endp	name

/* f(a, b), of a hyperprivop that takes r8, r9 */
#define VIA_PAIR(name, op)						\
VIA(name, 5)								\
	;;								\
	ld8	r8 = [r49], 16;						\
	;;								\
	ld8	r9 = [r49];						\
	ld8	r1 = [r50];						\
	;;								\
	break.m	XEN_PRIVOP_##op;					\
	;;								\
VIA_END(name)

/* r8 = f(a), of a hyperprivop that takes r8 */
#define VIA_MAP(name, op)						\
VIA(name, 5)								\
	;;								\
	ld8	r8 = [r49];						\
	ld8	r1 = [r50];						\
	;;								\
	break.m	XEN_PRIVOP_##op;					\
	;;								\
	st8	[r49] = r8;						\
VIA_END(name)

VIA_PAIR(xen_via_ptc, PTC_GA)
VIA_PAIR(xen_via_set_rr, SET_RR)
VIA_MAP(xen_via_thash, THASH)
VIA_MAP(xen_via_fc, FC)

/* ar.k<n> = a: SET_KR takes the number in r8 */
#define VIA_SET_KR(name, n)						\
VIA(name, 5)								\
	;;								\
	ld8	r9 = [r49];						\
	ld8	r1 = [r50];						\
	mov	r8 = n;							\
	;;								\
	break.m	XEN_PRIVOP_SET_KR;					\
	;;								\
VIA_END(name)

VIA_SET_KR(xen_via_set_k3, 3)
VIA_SET_KR(xen_via_set_k5, 5)
VIA_SET_KR(xen_via_set_k7, 7)

/* cr.itm, which the hypervisor wants in the units of the machine's ar.itc */
VIA(xen_via_set_itm, 6)
	addl	r53 = XEN_REG(ITC_OFFSET), r0
	;;
	ld8	r8 = [r49]
	ld8	r9 = [r53]
	mov	r53 = XEN_REG(ITM)
	;;
	st8	[r53] = r8
	ld8	r1 = [r50]
	sub	r8 = r8, r9
	;;
	break.m	XEN_PRIVOP_SET_ITM
	;;
VIA_END(xen_via_set_itm)

/* The region registers of a process: r8, r9, r10, r11, r14 */
VIA(xen_via_set_rrs, 8)
	mov	r53 = r10
	mov	r54 = r11
	mov	r55 = r14
	;;
	ld8	r8 = [r49], 16
	;;
	ld8	r9 = [r49], 16
	;;
	ld8	r10 = [r49], 16
	;;
	ld8	r11 = [r49], 16
	;;
	ld8	r14 = [r49]
	ld8	r1 = [r50]
	;;
	break.m	XEN_PRIVOP_SET_RR0_TO_RR4
	;;
	mov	r10 = r53
	mov	r11 = r54
	mov	r14 = r55
VIA_END(xen_via_set_rrs)
