/* SPDX-License-Identifier: MIT */
/*
 * The audit flavour of the assembly macros (pvops/ops.def): each does what the
 * native one does, adds one to its counter and then destroys every register and
 * predicate that its operands declare as a clobber. It stops before and behind,
 * so that it also fails where code relies on sharing an instruction group.
 *
 * Counting needs one register. A macro takes a declared clobber, or the register
 * it delivers to; RFI has r17, which is dead or to be zero at every rfi. COVER
 * and the two that switch psr.dt have none and borrow r31 (never NaT where they
 * are used) by way of ar.k1. Macros that run with psr.ic = 0 may run with
 * psr.dt = 0 as well: they turn it on around the access and keep psr in ar.k2.
 * The counters lie in the memory that a translation register maps, so the
 * access cannot fault. ar.k1 and ar.k2 are free in Linux.
 *
 * The vector table has fixed room for each vector (SDM vol 2 §5.7): with
 * PV_ASM_OUT_OF_LINE a macro is one branch there and its body lies elsewhere.
 */
#ifndef BACKENDS_AUDIT_INST_H
#define BACKENDS_AUDIT_INST_H

#include <pvops/pvasm.h>

/* What this flavour calls the labels that others see. */
#define PARAVIRT_IVT_SECTION .text..pv_asm.ivt
#define ia64_ivt audit_ivt
#define fsyscall_table audit_fsyscall_table
#define fsys_bubble_down audit_fsys_bubble_down
#define ia64_switch_to audit_switch_to
#define ia64_trace_syscall audit_trace_syscall
#define ia64_strace_leave_kernel audit_strace_leave_kernel
#define ia64_ret_from_clone audit_ret_from_clone
#define ia64_ret_from_syscall audit_ret_from_syscall
#define ia64_leave_syscall audit_leave_syscall
#define ia64_work_processed_syscall audit_work_processed_syscall
#define ia64_work_pending_syscall_end audit_work_pending_syscall_end
#define ia64_leave_kernel audit_leave_kernel


#ifdef PV_ASM_OUT_OF_LINE
#define AUDIT_BEGIN							\
	;;								\
	br.sptk.many 881f;						\
	.pushsection .text..pv_asm.body,"ax",@progbits;			\
881:
#define AUDIT_END							\
	;;								\
	br.sptk.many 882f;						\
	.popsection;							\
882:
#else
#define AUDIT_BEGIN	;;
#define AUDIT_END	;;
#endif

#ifdef PV_ASM_GATE
#define AUDIT_SITE(op)
#define AUDIT_COUNTER(op)	PV_ASM_GATE_MAGIC + PV_MACRO_##op
#else
#define AUDIT_SITE(op)		.xdata4 "__pv_asm_sites", PV_MACRO_##op;
#define AUDIT_COUNTER(op)	audit_macro_calls + 8 * PV_MACRO_##op
	.section "__pv_asm_sites", "a"
	.previous
#endif

/* With data translation on: one more call of op, if pred; reg is destroyed. */
#define AUDIT_COUNT(pred, reg, op)					\
	AUDIT_SITE(op)							\
(pred)	movl reg = AUDIT_COUNTER(op);					\
	;;								\
(pred)	fetchadd8.acq reg = [reg], 1;					\
	;;

/* The same with psr.ic = 0 and psr.dt whatever it is. */
#define AUDIT_COUNT_DT(pred, reg, op)					\
(pred)	mov reg = psr;							\
	;;								\
(pred)	mov ar.k2 = reg;						\
(pred)	ssm psr.dt;							\
	;;								\
(pred)	srlz.d;								\
	AUDIT_COUNT(pred, reg, op)					\
(pred)	mov reg = ar.k2;						\
	;;								\
(pred)	mov psr.l = reg;						\
	;;								\
(pred)	srlz.d;								\
	;;

/* And without a register. */
#define AUDIT_COUNT_NOREG(op)						\
	mov ar.k1 = r31;						\
	;;								\
	AUDIT_COUNT_DT(p0, r31, op)					\
	mov r31 = ar.k1;						\
	;;

#define AUDIT_POISON(clob)						\
	movl clob = 0xdeadbeefbaadf00d;

/* Invert a predicate, by way of a general register. */
#define AUDIT_FLIP(pclob, clob)						\
	mov clob = r0;							\
	;;								\
(pclob)	mov clob = 1;							\
	;;								\
	cmp.eq pclob, p0 = r0, clob;					\
	;;

#define AUDIT_READ(op, pred, reg, from)					\
	AUDIT_BEGIN							\
	AUDIT_COUNT_DT(pred, reg, op)					\
(pred)	mov reg = from;							\
	AUDIT_END

#define AUDIT_WRITE(op, pred, to, reg, clob)				\
	AUDIT_BEGIN							\
	AUDIT_COUNT_DT(pred, clob, op)					\
(pred)	mov to = reg;							\
	AUDIT_POISON(clob)						\
	AUDIT_END

#define MOV_FROM_IFA(reg)		AUDIT_READ(MOV_FROM_IFA, p0, reg, cr.ifa)
#define MOV_FROM_ITIR(reg)		AUDIT_READ(MOV_FROM_ITIR, p0, reg, cr.itir)
#define MOV_FROM_ISR(reg)		AUDIT_READ(MOV_FROM_ISR, p0, reg, cr.isr)
#define MOV_FROM_IHA(reg)		AUDIT_READ(MOV_FROM_IHA, p0, reg, cr.iha)
#define MOV_FROM_IPSR(pred, reg)	AUDIT_READ(MOV_FROM_IPSR, pred, reg, cr.ipsr)
#define MOV_FROM_IIM(reg)		AUDIT_READ(MOV_FROM_IIM, p0, reg, cr.iim)
#define MOV_FROM_IIP(reg)		AUDIT_READ(MOV_FROM_IIP, p0, reg, cr.iip)
#define MOV_FROM_IFS(reg)		AUDIT_READ(MOV_FROM_IFS, p0, reg, cr.ifs)

#define MOV_TO_IFA(reg, clob)		AUDIT_WRITE(MOV_TO_IFA, p0, cr.ifa, reg, clob)
#define MOV_TO_ITIR(pred, reg, clob)	AUDIT_WRITE(MOV_TO_ITIR, pred, cr.itir, reg, clob)
#define MOV_TO_IHA(pred, reg, clob)	AUDIT_WRITE(MOV_TO_IHA, pred, cr.iha, reg, clob)
#define MOV_TO_IPSR(pred, reg, clob)	AUDIT_WRITE(MOV_TO_IPSR, pred, cr.ipsr, reg, clob)
#define MOV_TO_IFS(pred, reg, clob)	AUDIT_WRITE(MOV_TO_IFS, pred, cr.ifs, reg, clob)
#define MOV_TO_IIP(reg, clob)		AUDIT_WRITE(MOV_TO_IIP, p0, cr.iip, reg, clob)

#define MOV_FROM_IVR(reg, clob)						\
	AUDIT_BEGIN							\
	AUDIT_COUNT(p0, clob, MOV_FROM_IVR)				\
	mov reg = cr.ivr;						\
	AUDIT_POISON(clob)						\
	AUDIT_END

#define MOV_FROM_PSR(pred, reg, clob)					\
	AUDIT_BEGIN							\
	AUDIT_COUNT(pred, clob, MOV_FROM_PSR)				\
(pred)	mov reg = psr;							\
	AUDIT_POISON(clob)						\
	AUDIT_END

#define MOV_FROM_ITC(pred, pclob, reg, clob)				\
	AUDIT_BEGIN							\
	AUDIT_COUNT(pred, clob, MOV_FROM_ITC)				\
(pred)	mov reg = ar.itc;						\
	AUDIT_FLIP(pclob, clob)						\
	AUDIT_POISON(clob)						\
	AUDIT_END

#define MOV_TO_KR(kr, reg, clob0, clob1)				\
	AUDIT_BEGIN							\
	AUDIT_COUNT(p0, clob0, MOV_TO_KR)				\
	mov IA64_KR(kr) = reg;						\
	AUDIT_POISON(clob0)						\
	AUDIT_POISON(clob1)						\
	AUDIT_END

#define ITC_I(pred, reg, clob)						\
	AUDIT_BEGIN							\
	AUDIT_COUNT_DT(pred, clob, ITC_I)				\
(pred)	itc.i reg;							\
	;;								\
	AUDIT_POISON(clob)						\
	AUDIT_END

#define ITC_D(pred, reg, clob)						\
	AUDIT_BEGIN							\
	AUDIT_COUNT_DT(pred, clob, ITC_D)				\
(pred)	itc.d reg;							\
	;;								\
	AUDIT_POISON(clob)						\
	AUDIT_END

#define ITC_I_AND_D(pred_i, pred_d, reg, clob)				\
	AUDIT_BEGIN							\
	AUDIT_COUNT_DT(pred_i, clob, ITC_I_AND_D)			\
(pred_i) itc.i reg;							\
	;;								\
	AUDIT_COUNT_DT(pred_d, clob, ITC_I_AND_D)			\
(pred_d) itc.d reg;							\
	;;								\
	AUDIT_POISON(clob)						\
	AUDIT_END

#define ITR_D(slot, reg, clob0, clob1)					\
	AUDIT_BEGIN							\
	AUDIT_COUNT_DT(p0, clob0, ITR_D)				\
	itr.d dtr[slot] = reg;						\
	;;								\
	srlz.d;								\
	AUDIT_POISON(clob0)						\
	AUDIT_POISON(clob1)						\
	AUDIT_END

#define PTC_L(pred, addr, size, clob)					\
	AUDIT_BEGIN							\
	AUDIT_COUNT_DT(pred, clob, PTC_L)				\
(pred)	ptc.l addr, size;						\
	;;								\
	AUDIT_POISON(clob)						\
	AUDIT_END

#define THASH(pred, reg0, reg1, clob)					\
	AUDIT_BEGIN							\
	AUDIT_COUNT_DT(pred, clob, THASH)				\
(pred)	thash reg0 = reg1;						\
	AUDIT_POISON(clob)						\
	AUDIT_END

#define SSM_PSR_IC_AND_DEFAULT_BITS_AND_SRLZ_I(clob0, clob1)		\
	AUDIT_BEGIN							\
	AUDIT_COUNT(p0, clob0, SSM_PSR_IC_AND_DEFAULT_BITS_AND_SRLZ_I)	\
	ssm psr.ic | PSR_DEFAULT_BITS;					\
	;;								\
	srlz.i;								\
	;;								\
	AUDIT_POISON(clob0)						\
	AUDIT_POISON(clob1)						\
	AUDIT_END

#define SSM_PSR_IC_AND_SRLZ_D(clob0, clob1)				\
	AUDIT_BEGIN							\
	AUDIT_COUNT(p0, clob0, SSM_PSR_IC_AND_SRLZ_D)			\
	ssm psr.ic;							\
	;;								\
	srlz.d;								\
	AUDIT_POISON(clob0)						\
	AUDIT_POISON(clob1)						\
	AUDIT_END

#define RSM_PSR_IC(clob)						\
	AUDIT_BEGIN							\
	AUDIT_COUNT(p0, clob, RSM_PSR_IC)				\
	rsm psr.ic;							\
	AUDIT_POISON(clob)						\
	AUDIT_END

#define SSM_PSR_I(pred, pclob, clob)					\
	AUDIT_BEGIN							\
	AUDIT_COUNT(pred, clob, SSM_PSR_I)				\
(pred)	ssm psr.i;							\
	AUDIT_FLIP(pclob, clob)						\
	AUDIT_POISON(clob)						\
	AUDIT_END

#define RSM_PSR_I(pred, clob0, clob1)					\
	AUDIT_BEGIN							\
	AUDIT_COUNT(pred, clob0, RSM_PSR_I)				\
(pred)	rsm psr.i;							\
	AUDIT_POISON(clob0)						\
	AUDIT_POISON(clob1)						\
	AUDIT_END

#define RSM_PSR_I_IC(clob0, clob1, clob2)				\
	AUDIT_BEGIN							\
	AUDIT_COUNT(p0, clob0, RSM_PSR_I_IC)				\
	rsm psr.i | psr.ic;						\
	AUDIT_POISON(clob0)						\
	AUDIT_POISON(clob1)						\
	AUDIT_POISON(clob2)						\
	AUDIT_END

#define MOV_FROM_PSR_PP(pred, reg, clob)				\
	AUDIT_BEGIN							\
	AUDIT_COUNT(pred, clob, MOV_FROM_PSR_PP)			\
(pred)	mov reg = psr;							\
	;;								\
(pred)	extr.u reg = reg, 21, 1;					\
	;;								\
(pred)	shl reg = reg, 21;						\
	AUDIT_POISON(clob)						\
	AUDIT_END

#define RSM_PSR_DT_TO_PAGE_FAULT(clob)					\
	AUDIT_BEGIN							\
	AUDIT_COUNT_DT(p0, clob, RSM_PSR_DT_TO_PAGE_FAULT)		\
	rsm psr.dt;							\
	AUDIT_POISON(clob)						\
	AUDIT_END

#define RSM_PSR_DT							\
	AUDIT_BEGIN							\
	AUDIT_COUNT_NOREG(RSM_PSR_DT)					\
	rsm psr.dt;							\
	AUDIT_END

#define SSM_PSR_DT_AND_SRLZ_I(pclob, clob)				\
	AUDIT_BEGIN							\
	AUDIT_COUNT_DT(p0, clob, SSM_PSR_DT_AND_SRLZ_I)			\
	ssm psr.dt;							\
	;;								\
	srlz.i;								\
	AUDIT_FLIP(pclob, clob)						\
	AUDIT_POISON(clob)						\
	AUDIT_END

/* psr.be is the caller's until here: count behind it. */
#define RSM_PSR_BE_I(clob0, clob1)					\
	AUDIT_BEGIN							\
	rsm psr.be | psr.i;						\
	;;								\
	srlz.d;								\
	;;								\
	AUDIT_COUNT(p0, clob0, RSM_PSR_BE_I)				\
	AUDIT_POISON(clob0)						\
	AUDIT_POISON(clob1)						\
	AUDIT_END

#define RSM_PSR_DFH(clob)						\
	AUDIT_BEGIN							\
	AUDIT_COUNT(p0, clob, RSM_PSR_DFH)				\
	rsm psr.dfh;							\
	AUDIT_POISON(clob)						\
	AUDIT_END

#define BSW_0(clob0, clob1, clob2)					\
	AUDIT_BEGIN							\
	AUDIT_COUNT(p0, clob0, BSW_0)					\
	bsw.0;								\
	;;								\
	AUDIT_POISON(clob0)						\
	AUDIT_POISON(clob1)						\
	AUDIT_POISON(clob2)						\
	AUDIT_END

#define BSW_1(clob0, clob1)						\
	AUDIT_BEGIN							\
	AUDIT_COUNT(p0, clob0, BSW_1)					\
	bsw.1;								\
	;;								\
	AUDIT_POISON(clob0)						\
	AUDIT_POISON(clob1)						\
	AUDIT_END

#define BSW_1_SCRATCH(clob0, clob1)					\
	AUDIT_BEGIN							\
	AUDIT_COUNT(p0, clob0, BSW_1_SCRATCH)				\
	bsw.1;								\
	;;								\
	AUDIT_POISON(clob0)						\
	AUDIT_POISON(clob1)						\
	;;								\
	AUDIT_POISON(r16)						\
	AUDIT_POISON(r17)						\
	AUDIT_POISON(r18)						\
	AUDIT_POISON(r19)						\
	AUDIT_POISON(r20)						\
	AUDIT_POISON(r21)						\
	AUDIT_POISON(r22)						\
	AUDIT_POISON(r23)						\
	AUDIT_POISON(r24)						\
	AUDIT_POISON(r25)						\
	AUDIT_POISON(r26)						\
	AUDIT_POISON(r27)						\
	AUDIT_POISON(r28)						\
	AUDIT_POISON(r29)						\
	AUDIT_POISON(r30)						\
	AUDIT_POISON(r31)						\
	AUDIT_END

#define COVER								\
	AUDIT_BEGIN							\
	AUDIT_COUNT_NOREG(COVER)					\
	cover;								\
	AUDIT_END

/* ar.pfs cannot hold just anything. */
#define COVER_FOR_RFI(clob0, clob1)					\
	AUDIT_BEGIN							\
	AUDIT_COUNT_DT(p0, clob0, COVER_FOR_RFI)			\
	cover;								\
	;;								\
	AUDIT_POISON(clob0)						\
	AUDIT_POISON(clob1)						\
	;;								\
	mov b0 = clob0;							\
	mov.i ar.pfs = r0;						\
	AUDIT_END

/* The native sequence, whose instructions are macros again. */
#define DO_SAVE_MIN							\
	AUDIT_BEGIN							\
	AUDIT_COUNT_NOREG(DO_SAVE_MIN)					\
	AUDIT_END							\
	IA64_NATIVE_DO_SAVE_MIN

/* rfi itself puts psr.dt right again. */
#define RFI								\
	AUDIT_BEGIN							\
	ssm psr.dt;							\
	;;								\
	srlz.d;								\
	AUDIT_COUNT(p0, r17, RFI)					\
	mov r17 = r0;							\
	;;								\
	rfi;								\
	AUDIT_END

#endif /* BACKENDS_AUDIT_INST_H */
