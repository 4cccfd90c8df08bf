// SPDX-License-Identifier: MIT
/*
 * asm-offsets.c - constants of C structures and tables for assembly.
 *
 * Compiled to assembly only; the Makefile turns the marked lines into build/.../offsets.h.
 */
#include "cpu.h"
#include "entry.h"
#include "sched.h"
#include "vmmu.h"
#include "xen.h"

#define DEFINE(name, value)	   asm volatile("\n->" name " %0" ::"i"((uint64_t)(value)))
#define OFFSET(name, type, member) DEFINE(name, offsetof(struct type, member))

void offsets(void);
void offsets(void)
{
	OFFSET("REGS_GR_NAT", hv_regs, gr_nat);
	OFFSET("REGS_BR", hv_regs, br);
	OFFSET("REGS_IPSR", hv_regs, ipsr);
	OFFSET("REGS_IIP", hv_regs, iip);
	OFFSET("REGS_IFS", hv_regs, ifs);
	OFFSET("REGS_ISR", hv_regs, isr);
	OFFSET("REGS_IFA", hv_regs, ifa);
	OFFSET("REGS_ITIR", hv_regs, itir);
	OFFSET("REGS_IIM", hv_regs, iim);
	OFFSET("REGS_PR", hv_regs, pr);
	OFFSET("REGS_UNAT", hv_regs, unat);
	OFFSET("REGS_PFS", hv_regs, pfs);
	OFFSET("REGS_RSC", hv_regs, rsc);
	OFFSET("REGS_RNAT", hv_regs, rnat);
	OFFSET("REGS_BSPSTORE", hv_regs, bspstore);
	OFFSET("REGS_CCV", hv_regs, ccv);
	OFFSET("REGS_CSD", hv_regs, csd);
	OFFSET("REGS_SSD", hv_regs, ssd);
	OFFSET("REGS_FPSR", hv_regs, fpsr);
	OFFSET("REGS_LC", hv_regs, lc);
	OFFSET("REGS_EC", hv_regs, ec);
	OFFSET("REGS_LOADRS", hv_regs, loadrs);
	OFFSET("REGS_VECTOR", hv_regs, vector);
	OFFSET("REGS_DISCARD", hv_regs, discard);
	OFFSET("REGS_FR", hv_regs, fr);
	DEFINE("STACK_TO_REGS", STACK_SIZE - REGS_SPACE);

	OFFSET("SWITCH_FR", switch_frame, fr);
	OFFSET("SWITCH_GR", switch_frame, gr);
	OFFSET("SWITCH_GR_NAT", switch_frame, gr_nat);
	OFFSET("SWITCH_BR", switch_frame, br);
	OFFSET("SWITCH_PFS", switch_frame, pfs);
	DEFINE("SWITCH_SIZE", sizeof(struct switch_frame));

	OFFSET("PERCPU_CURRENT", percpu, running);
	OFFSET("VCPU_REGS", vcpu, regs);
	OFFSET("VCPU_MREGS", vcpu, mregs);
	OFFSET("VCPU_INFO", vcpu, info);
	OFFSET("VCPU_FAST_IVA", vcpu, fast.iva);
	OFFSET("VCPU_HANDLER_PSR", vcpu, fast.handler_psr);
	OFFSET("VCPU_DOMAIN", vcpu, domain);
	OFFSET("VCPU_ITM", vcpu, itm);
	OFFSET("VCPU_ITM_FIRED", vcpu, itm_fired);
	OFFSET("VCPU_ITM_LIMIT", vcpu, fast.itm_limit);
	OFFSET("VCPU_TIMER_PORT", vcpu, virq_port[XEN_VIRQ_ITC]);
	OFFSET("VCPU_KRS", vcpu, krs);
	OFFSET("VCPU_MMU", vcpu, mmu);
	OFFSET("VCPU_CALLBACK", vcpu, callback);
	OFFSET("VCPU_BASE", vcpu, fast.base);
	OFFSET("VCPU_BYTES", vcpu, fast.bytes);
	OFFSET("VCPU_RID_BASE", vcpu, fast.rid_base);
	OFFSET("VCPU_TR_FILTER", vcpu, fast.tr_filter);
	OFFSET("VCPU_XSI_VA", vcpu, fast.xsi_va);
	OFFSET("VCPU_ALONE", vcpu, fast.alone);
	OFFSET("DOMAIN_SHARED", domain, shared);
	DEFINE("TIMER_VECTOR", VECTOR_TIMER);
	DEFINE("ITM_LEAD", ITM_LEAD);
	OFFSET("VMMU_RR", vmmu, rr);
	OFFSET("VMMU_META_RR", vmmu, meta_rr);

#define HV_COUNT(name, text) DEFINE("COUNT_" #name, sizeof(struct vcpu) + HV_##name * 8);
#include "counts.def"

#define ISA_PSR(bit, width, name)                                                                  \
	DEFINE("PSR_" #name, ((1ul << (width)) - 1) << (bit));                                     \
	DEFINE("PSR_" #name "_BIT", bit);
#include "regs.def"
#define ISA_VECTOR(offset, id, title) DEFINE("VEC_" #id, offset);
#include "regs.def"
}
