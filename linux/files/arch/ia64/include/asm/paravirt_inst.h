/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which definitions of the assembly macros (MOV_FROM_IFA() and its like) an
 * assembly source is compiled with. The sources below kernel/ are compiled
 * natively, and once more from a wrapper for each flavour, which defines
 * __IA64_ASM_PARAVIRTUALIZED_<FLAVOUR>. What has to exist once in a kernel is
 * fenced by __IA64_ASM_PARAVIRTUALIZED_NATIVE in those sources.
 */
#ifndef _ASM_IA64_PARAVIRT_INST_H
#define _ASM_IA64_PARAVIRT_INST_H

#if defined(__IA64_ASM_PARAVIRTUALIZED_AUDIT)
# include <backends/audit/inst.h>
#elif defined(__IA64_ASM_PARAVIRTUALIZED_XEN)
# include <backends/xen/inst.h>
#else
# define __IA64_ASM_PARAVIRTUALIZED_NATIVE
# define PARAVIRT_IVT_SECTION .text..ivt
# include <asm/native/inst.h>

# define MOV_FROM_IFS(reg)				\
	mov reg = cr.ifs

# define PTC_L(pred, addr, size, clob)			\
(pred)	ptc.l addr, size

# define ITR_D(slot, reg, clob0, clob1)			\
	itr.d dtr[slot] = reg

# define RSM_PSR_DFH(clob)				\
	rsm psr.dfh

# define MOV_FROM_PSR_PP(pred, reg, clob)		\
(pred)	mov reg = psr

# define RSM_PSR_DT_TO_PAGE_FAULT(clob)			\
	rsm psr.dt

# undef SSM_PSR_DT_AND_SRLZ_I
# define SSM_PSR_DT_AND_SRLZ_I(pred_clob, clob)		\
	ssm psr.dt					\
	;;						\
	srlz.i

# define BSW_1_SCRATCH(clob0, clob1)			\
	bsw.1

# define COVER_FOR_RFI(clob0, clob1)			\
	cover
#endif

#endif /* _ASM_IA64_PARAVIRT_INST_H */
