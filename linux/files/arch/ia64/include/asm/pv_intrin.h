/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The privileged and privilege-sensitive intrinsics as pv sites.
 *
 * Each of them stays the one native instruction it is without CONFIG_PARAVIRT;
 * the assembler also records where it is and which operation of ops.def it is.
 * The code that GCC generates does not change: the operands, the clobbers and
 * the number of lines of each statement are those of uapi/asm/gcc_intrin.h.
 * TP, GP, SP and IP are no operations: every hypervisor leaves them alone.
 */
#ifndef _ASM_IA64_PV_INTRIN_H
#define _ASM_IA64_PV_INTRIN_H

#include "../../paravirt/abi/site.h"
#include "../../paravirt/pvops/op.h"

PV_SITE_DECLARE;

/*
 * The operation that reads or writes a register, by the register's number: the rows are in
 * that order. Constant expressions, not functions: a call, even one that is inlined and
 * folded, changes what GCC makes of the code around it.
 */
#define PV_OP_GET_AR(n)	((n) == 44 ? PV_OP_get_ar_itc : PV_OP_get_ar_k0 + (n))
#define PV_OP_SET_AR(n)	((n) == 44 ? PV_OP_set_ar_itc : PV_OP_set_ar_k0 + (n))
#define PV_OP_GET_CR(n)							\
	((n) < 8 ? PV_OP_get_cr_dcr + (n) :				\
	 (n) < 16 ? PV_OP_get_cr_pta :					\
	 (n) < 19 ? PV_OP_get_cr_ipsr + (n) - 16 :			\
	 (n) < 64 ? PV_OP_get_cr_iip + (n) - 19 :			\
	 (n) < 80 ? PV_OP_get_cr_lid + (n) - 64 : PV_OP_get_cr_lrr0 + (n) - 80)
#define PV_OP_SET_CR(n)							\
	((n) < 8 ? PV_OP_set_cr_dcr + (n) :				\
	 (n) < 16 ? PV_OP_set_cr_pta :					\
	 (n) < 19 ? PV_OP_set_cr_ipsr + (n) - 16 :			\
	 (n) < 64 ? PV_OP_set_cr_iip + (n) - 19 :			\
	 (n) == 64 ? PV_OP_set_cr_lid :					\
	 (n) < 68 ? PV_OP_set_cr_tpr + (n) - 66 :			\
	 (n) < 80 ? PV_OP_set_cr_itv + (n) - 72 : PV_OP_set_cr_lrr0 + (n) - 80)

#define PV_IS_OP(op, row) _Static_assert((op) == (row), #row ": its row in ops.def")
#define PV_GET_AR(reg, number, unreached) PV_IS_OP(PV_OP_GET_AR(number), PV_OP_get_ar_##reg);
#define PV_SET_AR(reg, number, unreached) PV_IS_OP(PV_OP_SET_AR(number), PV_OP_set_ar_##reg);
#define PV_GET_CR(reg, number, unreached) PV_IS_OP(PV_OP_GET_CR(number), PV_OP_get_cr_##reg);
#define PV_SET_CR(reg, number, unreached) PV_IS_OP(PV_OP_SET_CR(number), PV_OP_set_cr_##reg);
#include "../../paravirt/pvops/ops.def"

/* Shapes of ops.def, as statements. */
#define __pv_get(op, insn)						\
({									\
	__u64 ia64_intri_res;						\
									\
	asm volatile (PV_SITE(insn) : "=r"(ia64_intri_res)		\
		      : PV_SITE_OP(op));				\
	ia64_intri_res;							\
})

#define __pv_map(op, insn, index)					\
({									\
	unsigned long ia64_intri_res;					\
									\
	asm volatile (PV_SITE(insn) : "=r"(ia64_intri_res)		\
		      : "r"(index), PV_SITE_OP(op));			\
	ia64_intri_res;							\
})

#define __pv_use(op, insn, addr)					\
	asm volatile (PV_SITE(insn) :: "r"(addr), PV_SITE_OP(op) : "memory")

#define __pv_pair(op, insn, index, val)					\
	asm volatile (PV_SITE(insn)					\
		      :: "r"(index), "r"(val), PV_SITE_OP(op) : "memory")

#undef ia64_setreg
#define ia64_setreg(regnum, val)						\
({										\
	switch (regnum) {							\
	case _IA64_REG_PSR_L:							\
		__pv_use(PV_OP_set_psr_l, "mov psr.l=%0", val);			\
		break;								\
	case _IA64_REG_AR_KR0 ... _IA64_REG_AR_KR7:				\
	case _IA64_REG_AR_ITC:							\
		asm volatile (PV_SITE("mov ar%0=%1") ::				\
			      "i"((regnum) - _IA64_REG_AR_KR0), "r"(val),	\
			      PV_SITE_OP(PV_OP_SET_AR((regnum) - _IA64_REG_AR_KR0)) \
			      : "memory");					\
		break;								\
	case _IA64_REG_AR_RSC ... _IA64_REG_AR_FPSR:				\
	case _IA64_REG_AR_PFS ... _IA64_REG_AR_EC:				\
		asm volatile ("mov ar%0=%1" ::					\
			      "i"((regnum) - _IA64_REG_AR_KR0), "r"(val)	\
			      : "memory");					\
		break;								\
	case _IA64_REG_CR_DCR ... _IA64_REG_CR_LRR1:				\
		asm volatile (PV_SITE("mov cr%0=%1") ::				\
			      "i"((regnum) - _IA64_REG_CR_DCR), "r"(val),	\
			      PV_SITE_OP(PV_OP_SET_CR((regnum) - _IA64_REG_CR_DCR)) \
			      : "memory");					\
		break;								\
	case _IA64_REG_SP:							\
		asm volatile ("mov r12=%0" :: "r"(val) : "memory");		\
		break;								\
	case _IA64_REG_GP:							\
		asm volatile ("mov gp=%0" :: "r"(val) : "memory");		\
		break;								\
	default:								\
		ia64_bad_param_for_setreg();					\
		break;								\
	}									\
})

#undef ia64_getreg
#define ia64_getreg(regnum)							\
({										\
	__u64 ia64_intri_res;							\
										\
	switch (regnum) {							\
	case _IA64_REG_GP:							\
		asm volatile ("mov %0=gp" : "=r"(ia64_intri_res));		\
		break;								\
	case _IA64_REG_IP:							\
		asm volatile ("mov %0=ip" : "=r"(ia64_intri_res));		\
		break;								\
	case _IA64_REG_PSR:							\
		asm volatile (PV_SITE("mov %0=psr") : "=r"(ia64_intri_res)	\
			      : PV_SITE_OP(PV_OP_get_psr));			\
		break;								\
	case _IA64_REG_TP:	/* for current() */				\
		ia64_intri_res = ia64_r13;					\
		break;								\
	case _IA64_REG_AR_KR0 ... _IA64_REG_AR_KR7:				\
	case _IA64_REG_AR_ITC:							\
		asm volatile (PV_SITE("mov %0=ar%1") : "=r"(ia64_intri_res)	\
			      : "i"((regnum) - _IA64_REG_AR_KR0),		\
			      PV_SITE_OP(PV_OP_GET_AR((regnum) - _IA64_REG_AR_KR0))); \
		break;								\
	case _IA64_REG_AR_RSC ... _IA64_REG_AR_FPSR:				\
	case _IA64_REG_AR_PFS ... _IA64_REG_AR_EC:				\
		asm volatile ("mov %0=ar%1" : "=r"(ia64_intri_res)		\
			      : "i"((regnum) - _IA64_REG_AR_KR0));		\
		break;								\
	case _IA64_REG_CR_DCR ... _IA64_REG_CR_LRR1:				\
		asm volatile (PV_SITE("mov %0=cr%1") : "=r"(ia64_intri_res)	\
			      : "i"((regnum) - _IA64_REG_CR_DCR),		\
			      PV_SITE_OP(PV_OP_GET_CR((regnum) - _IA64_REG_CR_DCR))); \
		break;								\
	case _IA64_REG_SP:							\
		asm volatile ("mov %0=sp" : "=r"(ia64_intri_res));		\
		break;								\
	default:								\
		ia64_bad_param_for_getreg();					\
		break;								\
	}									\
	ia64_intri_res;								\
})

/* PSR of which only bit i is looked at. */
#define ia64_get_psr_i()	__pv_get(PV_OP_get_psr_i, "mov %0=psr")

#undef ia64_ssm
#define ia64_ssm(mask)							\
	asm volatile (PV_SITE("ssm %0") :: "i"((mask)),			\
		      PV_SITE_OP((mask) == 0x4000 ? PV_OP_ssm_i : PV_OP_ssm) \
		      : "memory")

#undef ia64_rsm
#define ia64_rsm(mask)							\
	asm volatile (PV_SITE("rsm %0") :: "i"((mask)),			\
		      PV_SITE_OP((mask) == 0x4000 ? PV_OP_rsm_i : PV_OP_rsm) \
		      : "memory")

#undef ia64_intrin_local_irq_restore
#define ia64_intrin_local_irq_restore(x)				\
do {									\
	asm volatile (";;   cmp.ne p6,p7=%0,r0;;"			\
		      PV_SITE("(p6) ssm psr.i;")			\
		      PV_SITE("(p7) rsm psr.i;;")			\
		      "(p6) srlz.d"					\
		      :: "r"((x)), PV_SITE_OP(PV_OP_local_irq_restore)	\
		      : "p6", "p7", "memory");				\
} while (0)

#undef ia64_thash
#define ia64_thash(addr)	__pv_map(PV_OP_thash, "thash %0=%1", addr)
#undef ia64_fc
#define ia64_fc(addr)		__pv_use(PV_OP_fc, "fc %0", addr)

#undef ia64_ttag
#define ia64_ttag(addr)							\
({									\
	__u64 ia64_intri_res;						\
									\
	asm volatile (PV_SITE("ttag %0=%1") : "=r"(ia64_intri_res)	\
		      : "r"(addr), PV_SITE_OP(PV_OP_ttag));		\
	ia64_intri_res;							\
})

#undef ia64_tpa
#define ia64_tpa(addr)							\
({									\
	unsigned long ia64_pa;						\
									\
	asm volatile (PV_SITE("tpa %0 = %1") : "=r"(ia64_pa)		\
		      : "r"(addr), PV_SITE_OP(PV_OP_tpa) : "memory");	\
	ia64_pa;							\
})

#undef ia64_itci
#define ia64_itci(addr)		__pv_use(PV_OP_itc_i, "itc.i %0;;", addr)
#undef ia64_itcd
#define ia64_itcd(addr)		__pv_use(PV_OP_itc_d, "itc.d %0;;", addr)
#undef ia64_itri
#define ia64_itri(trnum, addr)	__pv_pair(PV_OP_itr_i, "itr.i itr[%0]=%1", trnum, addr)
#undef ia64_itrd
#define ia64_itrd(trnum, addr)	__pv_pair(PV_OP_itr_d, "itr.d dtr[%0]=%1", trnum, addr)
#undef ia64_ptri
#define ia64_ptri(addr, size)	__pv_pair(PV_OP_ptr_i, "ptr.i %0,%1", addr, size)
#undef ia64_ptrd
#define ia64_ptrd(addr, size)	__pv_pair(PV_OP_ptr_d, "ptr.d %0,%1", addr, size)

#undef ia64_ptce
#define ia64_ptce(addr)							\
	asm volatile (PV_SITE("ptc.e %0") :: "r"(addr), PV_SITE_OP(PV_OP_ptc_e))

#undef ia64_ptcga
#define ia64_ptcga(addr, size)						\
do {									\
	__pv_pair(PV_OP_ptc_ga, "ptc.ga %0,%1", addr, size);		\
	ia64_dv_serialize_data();					\
} while (0)

#undef ia64_ptcl
#define ia64_ptcl(addr, size)						\
do {									\
	__pv_pair(PV_OP_ptc_l, "ptc.l %0,%1", addr, size);		\
	ia64_dv_serialize_data();					\
} while (0)

#undef __ia64_set_dbr
#define __ia64_set_dbr(index, val) __pv_pair(PV_OP_set_dbr, "mov dbr[%0]=%1", index, val)
#undef ia64_set_ibr
#define ia64_set_ibr(index, val) __pv_pair(PV_OP_set_ibr, "mov ibr[%0]=%1", index, val)
#undef ia64_set_pkr
#define ia64_set_pkr(index, val) __pv_pair(PV_OP_set_pkr, "mov pkr[%0]=%1", index, val)
#undef ia64_set_pmc
#define ia64_set_pmc(index, val) __pv_pair(PV_OP_set_pmc, "mov pmc[%0]=%1", index, val)
#undef ia64_set_pmd
#define ia64_set_pmd(index, val) __pv_pair(PV_OP_set_pmd, "mov pmd[%0]=%1", index, val)
#undef ia64_set_rr
#define ia64_set_rr(index, val)	__pv_pair(PV_OP_set_rr, "mov rr[%0]=%1", index, val);

#undef __ia64_get_dbr
#define __ia64_get_dbr(index)	__pv_map(PV_OP_get_dbr, "mov %0=dbr[%1]", index)
#undef ia64_get_ibr
#define ia64_get_ibr(index)	__pv_map(PV_OP_get_ibr, "mov %0=ibr[%1]", index)
#undef ia64_get_pkr
#define ia64_get_pkr(index)	__pv_map(PV_OP_get_pkr, "mov %0=pkr[%1]", index)
#undef ia64_get_pmc
#define ia64_get_pmc(index)	__pv_map(PV_OP_get_pmc, "mov %0=pmc[%1]", index)
#undef ia64_get_pmd
#define ia64_get_pmd(index)	__pv_map(PV_OP_get_pmd, "mov %0=pmd[%1]", index)
#undef ia64_get_rr
#define ia64_get_rr(index)	__pv_map(PV_OP_get_rr, "mov %0=rr[%1]", index)

#undef ia64_get_cpuid
#define ia64_get_cpuid(index)							\
({										\
	unsigned long ia64_intri_res;						\
										\
	asm volatile (PV_SITE("mov %0=cpuid[%r1]") : "=r"(ia64_intri_res)	\
		      : "rO"(index), PV_SITE_OP(PV_OP_get_cpuid));		\
	ia64_intri_res;								\
})

/* In the order of the operation's arguments; asm/intrinsics.h makes it the public name. */
#define __pv_set_rr0_to_rr4(val0, val1, val2, val3, val4)			\
do {										\
	__pv_pair(PV_OP_set_rr0_to_rr4, "mov rr[%0]=%1", 0x0000000000000000UL, val0); \
	__pv_pair(PV_OP_set_rr0_to_rr4, "mov rr[%0]=%1", 0x2000000000000000UL, val1); \
	__pv_pair(PV_OP_set_rr0_to_rr4, "mov rr[%0]=%1", 0x4000000000000000UL, val2); \
	__pv_pair(PV_OP_set_rr0_to_rr4, "mov rr[%0]=%1", 0x6000000000000000UL, val3); \
	__pv_pair(PV_OP_set_rr0_to_rr4, "mov rr[%0]=%1", 0x8000000000000000UL, val4); \
} while (0)

#endif /* _ASM_IA64_PV_INTRIN_H */
