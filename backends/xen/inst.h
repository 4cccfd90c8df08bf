/* SPDX-License-Identifier: MIT */
/*
 * The Xen/ia64 flavour of the assembly macros (pvops/ops.def). The interruption
 * registers, psr.ic and psr.i are words of the shared pages (abi/xen.h), which
 * are mapped at an address that `mov r = imm22` can make and whose translation
 * never misses: reading one is two instructions and no trap. What remains are
 * hyperprivops, which take r8 and r9 and change nothing else: a macro puts those
 * two away in its clobbers, or in the register of an operand, never in memory,
 * since either may be a NaT.
 *
 * The guest runs on register bank 1 only. Bank 0 is an idea: when an interruption
 * is delivered r16 to r31 are in the mapped registers, bsw.1 is fetching them,
 * bsw.0 putting them back, which is where the hypervisor takes them from at RFI.
 * The real psr.ic is always 1. So cover stays native: it does not write cr.ifs,
 * and nobody looks there: what an interruption handler needs is the frame that
 * the hypervisor covered (precover_ifs).
 *
 * What is a load or a store has one stop, between its instructions, as the native
 * instruction shares its group with others; hyperprivops stop before and behind.
 */
#ifndef BACKENDS_XEN_INST_H
#define BACKENDS_XEN_INST_H

#include "privop.h"

/* What this flavour calls the labels that others see. */
#define PARAVIRT_IVT_SECTION .text..pv_asm.ivt
#define ia64_ivt xen_ivt
#define fsyscall_table xen_fsyscall_table
#define fsys_bubble_down xen_fsys_bubble_down
#define ia64_switch_to xen_switch_to
#define ia64_trace_syscall xen_trace_syscall
#define ia64_strace_leave_kernel xen_strace_leave_kernel
#define ia64_ret_from_clone xen_ret_from_clone
#define ia64_ret_from_syscall xen_ret_from_syscall
#define ia64_leave_syscall xen_leave_syscall
#define ia64_work_processed_syscall xen_work_processed_syscall
#define ia64_work_pending_syscall_end xen_work_pending_syscall_end
#define ia64_leave_kernel xen_leave_kernel

#define XEN_READ(pred, name, reg)					\
(pred)	mov reg = XEN_REG(name);					\
	;;								\
(pred)	ld8 reg = [reg]

#define XEN_WRITE(pred, name, reg, clob)				\
(pred)	mov clob = XEN_REG(name);					\
	;;								\
(pred)	st8 [clob] = reg

#define MOV_FROM_IFA(reg)		XEN_READ(p0, IFA, reg)
#define MOV_FROM_ITIR(reg)		XEN_READ(p0, ITIR, reg)
#define MOV_FROM_ISR(reg)		XEN_READ(p0, ISR, reg)
#define MOV_FROM_IHA(reg)		XEN_READ(p0, IHA, reg)
#define MOV_FROM_IPSR(pred, reg)	XEN_READ(pred, IPSR, reg)
#define MOV_FROM_IIM(reg)		XEN_READ(p0, IIM, reg)
#define MOV_FROM_IIP(reg)		XEN_READ(p0, IIP, reg)

/* Only behind the cover of an interruption handler. */
#define MOV_FROM_IFS(reg)		XEN_READ(p0, PRECOVER_IFS, reg)

#define MOV_TO_IFA(reg, clob)		XEN_WRITE(p0, IFA, reg, clob)
#define MOV_TO_ITIR(pred, reg, clob)	XEN_WRITE(pred, ITIR, reg, clob)
#define MOV_TO_IHA(pred, reg, clob)	XEN_WRITE(pred, IHA, reg, clob)
#define MOV_TO_IPSR(pred, reg, clob)	XEN_WRITE(pred, IPSR, reg, clob)
#define MOV_TO_IFS(pred, reg, clob)	XEN_WRITE(pred, IFS, reg, clob)
#define MOV_TO_IIP(reg, clob)		XEN_WRITE(p0, IIP, reg, clob)

/* A hyperprivop that delivers to r8. */
#define XEN_GET(pred, op, reg, clob)					\
	;;								\
(pred)	mov clob = r8;							\
	;;								\
(pred)	break XEN_PRIVOP_##op;						\
	;;								\
(pred)	mov reg = r8;							\
	;;								\
(pred)	mov r8 = clob;							\
	;;

/* A hyperprivop that takes r8. */
#define XEN_PUT(pred, op, reg, clob)					\
	;;								\
(pred)	mov clob = r8;							\
	;;								\
(pred)	mov r8 = reg;							\
	;;								\
(pred)	break XEN_PRIVOP_##op;						\
	;;								\
(pred)	mov r8 = clob;							\
	;;

/* A hyperprivop that takes r8 and r9. */
#define XEN_PUT2(op, first, second, clob0, clob1)			\
	;;								\
	mov clob0 = r8;							\
	;;								\
	mov clob1 = r9;							\
	;;								\
	mov r9 = second;						\
	mov r8 = first;							\
	;;								\
	break XEN_PRIVOP_##op;						\
	;;								\
	mov r9 = clob1;							\
	mov r8 = clob0;							\
	;;

#define MOV_FROM_IVR(reg, clob)		XEN_GET(p0, GET_IVR, reg, clob)
#define MOV_FROM_PSR(pred, reg, clob)	XEN_GET(pred, GET_PSR, reg, clob)

#define MOV_FROM_PSR_PP(pred, reg, clob)				\
(pred)	mov reg = XEN_REG(VPSR_PP);					\
	;;								\
(pred)	ld1 reg = [reg];						\
	;;								\
(pred)	shl reg = reg, 21

#define MOV_FROM_ITC(pred, pred_clob, reg, clob)			\
(pred)	mov clob = XEN_REG(ITC_OFFSET);					\
	;;								\
(pred)	ld8 clob = [clob];						\
(pred)	mov.m reg = ar.itc;						\
	;;								\
(pred)	add reg = reg, clob

#define MOV_TO_KR(kr, reg, clob0, clob1)				\
	XEN_PUT2(SET_KR, IA64_KR_##kr, reg, clob0, clob1)

#define ITC_I(pred, reg, clob)		XEN_PUT(pred, ITC_I, reg, clob)
#define ITC_D(pred, reg, clob)		XEN_PUT(pred, ITC_D, reg, clob)

#define ITC_I_AND_D(pred_i, pred_d, reg, clob)				\
	;;								\
	mov clob = r8;							\
	;;								\
	mov r8 = reg;							\
	;;								\
(pred_i) break XEN_PRIVOP_ITC_I;					\
	;;								\
(pred_d) break XEN_PRIVOP_ITC_D;					\
	;;								\
	mov r8 = clob;							\
	;;

#define ITR_D(slot, reg, clob0, clob1)					\
	XEN_PUT2(ITR_D, slot, reg, clob0, clob1)

/*
 * There is one purge, of all virtual processors. Only one clobber: the operand
 * `size`, whose value is in r9 meanwhile, keeps r8.
 */
#define PTC_L(pred, addr, size, clob)					\
	;;								\
(pred)	mov clob = r9;							\
	;;								\
(pred)	mov r9 = size;							\
	;;								\
(pred)	mov size = r8;							\
	;;								\
(pred)	mov r8 = addr;							\
	;;								\
(pred)	break XEN_PRIVOP_PTC_GA;					\
	;;								\
(pred)	mov r8 = size;							\
	;;								\
(pred)	mov size = r9;							\
	;;								\
(pred)	mov r9 = clob;							\
	;;

#define THASH(pred, reg0, reg1, clob)					\
	;;								\
(pred)	mov clob = r8;							\
	;;								\
(pred)	mov r8 = reg1;							\
	;;								\
(pred)	break XEN_PRIVOP_THASH;						\
	;;								\
(pred)	mov reg0 = r8;							\
	;;								\
(pred)	mov r8 = clob;							\
	;;

/* psr.ic */
#define XEN_SET_IC(value, clob0, clob1)					\
	mov clob0 = XEN_REG(IC);					\
	mov clob1 = value;						\
	;;								\
	st4 [clob0] = clob1

#define SSM_PSR_IC_AND_DEFAULT_BITS_AND_SRLZ_I(clob0, clob1)		\
	XEN_SET_IC(1, clob0, clob1)

#define SSM_PSR_IC_AND_SRLZ_D(clob0, clob1)				\
	XEN_SET_IC(1, clob0, clob1)

#define RSM_PSR_IC(clob)						\
	mov clob = XEN_REG(IC);						\
	;;								\
	st4 [clob] = r0

/*
 * psr.i: the byte that says that events are masked, and behind it the pending one. SSM_I never
 * stands in slot 1: Xen (4.0.4, hyper_ssm_i) would go on with that slot, and so repeat it.
 */
#define SSM_PSR_I(pred, pred_clob, clob)				\
(pred)	mov clob = XEN_REG(MASK_ADDR);					\
	;;								\
(pred)	ld8 clob = [clob];						\
	;;								\
(pred)	st1 [clob] = r0, -1;						\
	;;								\
(pred)	ld1 clob = [clob];						\
	;;								\
	{ .mii;								\
(pred)	cmp.ne.unc pred_clob, p0 = clob, r0;				\
	nop.i 0;							\
	;;								\
(pred_clob) break.i XEN_PRIVOP_SSM_I;					\
	}

/* The address of the mask byte is odd, so that it will do as a value that says yes. */
#define RSM_PSR_I(pred, clob0, clob1)					\
(pred)	mov clob0 = XEN_REG(MASK_ADDR);					\
	;;								\
(pred)	ld8 clob0 = [clob0];						\
	;;								\
(pred)	st1 [clob0] = clob0

#define RSM_PSR_I_IC(clob0, clob1, clob2)				\
	mov clob0 = XEN_REG(MASK_ADDR);					\
	mov clob1 = XEN_REG(IC);					\
	;;								\
	ld8 clob0 = [clob0];						\
	;;								\
	st1 [clob0] = clob0;						\
	st4 [clob1] = r0

#define RSM_PSR_BE_I(clob0, clob1)					\
	rum psr.be;							\
	RSM_PSR_I(p0, clob0, clob1)

/* The hypervisor delivers interruptions with psr.dfh = 0. */
#define RSM_PSR_DFH(clob)

/* Only what walks the page tables of the guest turns psr.dt off. */
#define RSM_PSR_DT		;; break XEN_PRIVOP_RSM_DT; ;;
#define RSM_PSR_DT_TO_PAGE_FAULT(clob)

#define SSM_PSR_DT_AND_SRLZ_I(pred_clob, clob)				\
	mov clob = XEN_REG(METAPHYSICAL);				\
	;;								\
	ld4 clob = [clob];						\
	;;								\
	cmp.ne pred_clob, p0 = clob, r0;				\
	;;								\
(pred_clob) break XEN_PRIVOP_SSM_DT;					\
	;;

/*
 * r16 to r31 to the mapped registers, and their NaT bits: ar.unat has the bits of
 * the caller's own spills, and is left as it was.
 */
#define BSW_0(clob0, clob1, clob2)					\
	;;								\
	mov.m clob2 = ar.unat;						\
	mov clob0 = XEN_REG(BANK1);					\
	mov clob1 = XEN_REG(BANK1) + 8;					\
	;;								\
.mem.offset 0, 0; st8.spill [clob0] = r16, 16;				\
.mem.offset 8, 0; st8.spill [clob1] = r17, 16;				\
	;;								\
.mem.offset 0, 0; st8.spill [clob0] = r18, 16;				\
.mem.offset 8, 0; st8.spill [clob1] = r19, 16;				\
	;;								\
.mem.offset 0, 0; st8.spill [clob0] = r20, 16;				\
.mem.offset 8, 0; st8.spill [clob1] = r21, 16;				\
	;;								\
.mem.offset 0, 0; st8.spill [clob0] = r22, 16;				\
.mem.offset 8, 0; st8.spill [clob1] = r23, 16;				\
	;;								\
.mem.offset 0, 0; st8.spill [clob0] = r24, 16;				\
.mem.offset 8, 0; st8.spill [clob1] = r25, 16;				\
	;;								\
.mem.offset 0, 0; st8.spill [clob0] = r26, 16;				\
.mem.offset 8, 0; st8.spill [clob1] = r27, 16;				\
	;;								\
.mem.offset 0, 0; st8.spill [clob0] = r28, 16;				\
.mem.offset 8, 0; st8.spill [clob1] = r29, 16;				\
	;;								\
.mem.offset 0, 0; st8.spill [clob0] = r30;				\
.mem.offset 8, 0; st8.spill [clob1] = r31;				\
	;;								\
	mov.m r16 = ar.unat;						\
	mov clob0 = XEN_REG(VNAT);					\
	mov clob1 = XEN_REG(BANKNUM);					\
	;;								\
	st8 [clob0] = r16;						\
	st4 [clob1] = r0;						\
	mov.m ar.unat = clob2;						\
	;;

/* And back. */
#define BSW_1(clob0, clob1)						\
	;;								\
	mov clob0 = XEN_REG(VNAT);					\
	mov.m r31 = ar.unat;						\
	;;								\
	ld8 clob0 = [clob0];						\
	mov clob1 = XEN_REG(BANK1);					\
	;;								\
	mov.m ar.unat = clob0;						\
	mov clob0 = XEN_REG(BANK1) + 8;					\
	;;								\
	ld8.fill r16 = [clob1], 16;					\
	ld8.fill r17 = [clob0], 16;					\
	;;								\
	ld8.fill r18 = [clob1], 16;					\
	ld8.fill r19 = [clob0], 16;					\
	;;								\
	ld8.fill r20 = [clob1], 16;					\
	ld8.fill r21 = [clob0], 16;					\
	;;								\
	ld8.fill r22 = [clob1], 16;					\
	ld8.fill r23 = [clob0], 16;					\
	;;								\
	ld8.fill r24 = [clob1], 16;					\
	ld8.fill r25 = [clob0], 16;					\
	;;								\
	ld8.fill r26 = [clob1], 16;					\
	ld8.fill r27 = [clob0], 16;					\
	;;								\
	ld8.fill r28 = [clob1], 16;					\
	ld8.fill r29 = [clob0], 16;					\
	;;								\
	ld8.fill r30 = [clob1];						\
	mov clob1 = r31;						\
	;;								\
	ld8.fill r31 = [clob0];						\
	mov clob0 = XEN_REG(BANKNUM);					\
	;;								\
	mov.m ar.unat = clob1;						\
	mov clob1 = 1;							\
	;;								\
	st4 [clob0] = clob1;						\
	;;

/* bsw.1 where r16 to r31 of bank 1 hold nothing that is read. */
#define BSW_1_SCRATCH(clob0, clob1)					\
	mov clob0 = XEN_REG(BANKNUM);					\
	mov clob1 = 1;							\
	;;								\
	st4 [clob0] = clob1

#define COVER			cover

/*
 * The frame, which a native cover would put into cr.ifs, is what a call puts into
 * ar.pfs. That the call renames registers makes no difference: the cover behind it
 * covers what is left of the frame.
 */
#define COVER_FOR_RFI(clob0, clob1)					\
	;;								\
	br.call.sptk.many b0 = 881f;					\
881:									\
	mov.i clob0 = ar.pfs;						\
	mov clob1 = XEN_REG(IFS);					\
	;;								\
	extr.u clob0 = clob0, 0, 38;					\
	;;								\
	dep clob0 = -1, clob0, 63, 1;					\
	;;								\
	st8 [clob1] = clob0;						\
	cover

#define DO_SAVE_MIN		IA64_NATIVE_DO_SAVE_MIN

#define RFI			;; break XEN_PRIVOP_RFI; ;;

#endif /* BACKENDS_XEN_INST_H */
