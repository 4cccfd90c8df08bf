// SPDX-License-Identifier: MIT
/*
 * table.c - pv_cpu_ops of a Xen/ia64 guest.
 *
 * What the ABI offers as a hyperprivop or as a word in the shared pages is done so. What
 * it does not stays the native instruction, which traps and which the hypervisor emulates:
 * cold, and right. But for what would not trap and mean something else (thash, fc, cpuid,
 * pmd, ar.itc, cr.itm): those are all here. No function may contain a site.
 */
#include <pvops/pvops.h>

#include "privop.h"

#define PSR_I 0x4000ul

/* ---- interrupts: a byte that the hypervisor looks at ---- */

static void xen_ssm_i(void)
{
	volatile uint8_t *mask = xen_mask();

	*mask = 0;
	if (xen_upcall_pending(mask)) /* not in slot 1: inst.h, SSM_PSR_I */
		asm volatile("{ .mii; break.m %0; nop.i 0; nop.i 0; ;; }" : :
			     "i"(XEN_PRIVOP_SSM_I) : "memory");
}

static void xen_rsm_i(void)
{
	*xen_mask() = 1;
}

static unsigned long xen_get_psr_i(void)
{
	return *xen_mask() ? 0 : PSR_I;
}

static void xen_local_irq_restore(unsigned long flags)
{
	if (flags & PSR_I)
		xen_ssm_i();
	else
		xen_rsm_i();
}

static unsigned long xen_get_psr(void)
{
	return xen_privop(XEN_PRIVOP_GET_PSR, 0, 0);
}

/* ---- application registers ---- */

#define XEN_SET_KR(n)                                                                              \
	static void xen_set_ar_k##n(unsigned long val)                                             \
	{                                                                                          \
		xen_privop(XEN_PRIVOP_SET_KR, n, val);                                             \
	}
XEN_SET_KR(0)
XEN_SET_KR(1)
XEN_SET_KR(2)
XEN_SET_KR(3)
XEN_SET_KR(4)
XEN_SET_KR(5)
XEN_SET_KR(6)
XEN_SET_KR(7)

/* The machine's, which is all that the processor has. */
static inline unsigned long machine_itc(void)
{
	unsigned long itc;

	asm volatile(";; mov.m %0=ar44 ;;" : "=r"(itc)::"memory");
	return itc;
}

static unsigned long xen_get_ar_itc(void)
{
	return machine_itc() + XEN_MREGS->itc_offset;
}

static void xen_set_ar_itc(unsigned long val)
{
	XEN_MREGS->itc_offset = val - machine_itc();
	XEN_MREGS->itc_last = val;
}

/* ---- control registers ---- */

/* Those that are words of the mapped registers. */
#define XEN_CR(reg)                                                                                \
	static unsigned long xen_get_cr_##reg(void)                                                \
	{                                                                                          \
		return XEN_MREGS->reg;                                                             \
	}                                                                                          \
	static void xen_set_cr_##reg(unsigned long val)                                            \
	{                                                                                          \
		XEN_MREGS->reg = val;                                                              \
	}
XEN_CR(ipsr)
XEN_CR(isr)
XEN_CR(iip)
XEN_CR(ifa)
XEN_CR(itir)
XEN_CR(iipa)
XEN_CR(ifs)
XEN_CR(iim)
XEN_CR(iha)

/* The ABI has no way to read the timer's match; the mapped register is the guest's own. */
static unsigned long xen_get_cr_itm(void)
{
	return XEN_MREGS->itm;
}

static void xen_set_cr_itm(unsigned long val)
{
	XEN_MREGS->itm = val;
	xen_privop(XEN_PRIVOP_SET_ITM, val - XEN_MREGS->itc_offset, 0);
}

static unsigned long xen_get_cr_ivr(void)
{
	return xen_privop(XEN_PRIVOP_GET_IVR, 0, 0);
}

static unsigned long xen_get_cr_tpr(void)
{
	return xen_privop(XEN_PRIVOP_GET_TPR, 0, 0);
}

static void xen_set_cr_tpr(unsigned long val)
{
	xen_privop(XEN_PRIVOP_SET_TPR, val, 0);
}

static unsigned long xen_get_cr_eoi(void)
{
	return 0;
}

static void xen_set_cr_eoi(unsigned long val)
{
	xen_privop(XEN_PRIVOP_EOI, val, 0);
}

/* ---- indirect registers ---- */

static unsigned long xen_get_cpuid(unsigned long index)
{
	return xen_privop(XEN_PRIVOP_GET_CPUID, index, 0);
}

static unsigned long xen_get_pmd(unsigned long index)
{
	return xen_privop(XEN_PRIVOP_GET_PMD, index, 0);
}

static unsigned long xen_get_rr(unsigned long index)
{
	return xen_privop(XEN_PRIVOP_GET_RR, index, 0);
}

static void xen_set_rr(unsigned long index, unsigned long val)
{
	xen_privop(XEN_PRIVOP_SET_RR, index, val);
}

static void xen_set_rr0_to_rr4(unsigned long v0, unsigned long v1, unsigned long v2,
			       unsigned long v3, unsigned long v4)
{
	register unsigned long r8 asm("r8") = v0;
	register unsigned long r9 asm("r9") = v1;
	register unsigned long r10 asm("r10") = v2;
	register unsigned long r11 asm("r11") = v3;
	register unsigned long r14 asm("r14") = v4;

	asm volatile(";; break %1 ;;"
		     : "+r"(r8)
		     : "i"(XEN_PRIVOP_SET_RR0_TO_RR4), "r"(r9), "r"(r10), "r"(r11), "r"(r14)
		     : "memory");
}

/* ---- translation and caches ---- */

static void xen_fc(unsigned long addr)
{
	xen_privop(XEN_PRIVOP_FC, addr, 0);
}

static unsigned long xen_thash(unsigned long index)
{
	return xen_privop(XEN_PRIVOP_THASH, index, 0);
}

/*
 * The ABI has no tags: a guest's page table is of the short format. Software may use them for
 * tables of its own; which function of page and region id they are is nobody's business
 * (SDM vol 3, ttag), except that bit 63 is 0.
 */
static unsigned long xen_ttag(unsigned long index)
{
	const unsigned long rr = XEN_MREGS->rrs[index >> 61];
	const unsigned long page = (index & 0x1ffffffffffffffful) >> (rr >> 2 & 63);

	return (page ^ (rr >> 8 & 0xffffff) << 39) & 0x7ffffffffffffffful;
}

/* itc takes cr.ifa and cr.itir, which are in the mapped registers. */
static void xen_itc_i(unsigned long val)
{
	xen_privop(XEN_PRIVOP_ITC_I, val, 0);
}

static void xen_itc_d(unsigned long val)
{
	xen_privop(XEN_PRIVOP_ITC_D, val, 0);
}

static void xen_itr_d(unsigned long index, unsigned long val)
{
	xen_privop(XEN_PRIVOP_ITR_D, index, val);
}

/* Purging on the other virtual processors, too, is right and does not trap. */
static void xen_ptc(unsigned long index, unsigned long val)
{
	xen_privop(XEN_PRIVOP_PTC_GA, index, val);
}

#define XEN_FILL(name) .name = xen_##name,
#define XEN_KEEP(name) .name = pv_native_##name,

/* A row without a decision here leaves a slot empty, which pv_start() refuses. */
static const struct pv_cpu_ops xen_cpu_ops = {
	XEN_FILL(ssm_i) XEN_FILL(rsm_i) XEN_FILL(get_psr_i) XEN_FILL(local_irq_restore)
	XEN_FILL(get_psr)
	XEN_KEEP(ssm) XEN_KEEP(rsm) XEN_KEEP(set_psr_l)

	/* The kernel registers are loaded: they are read as they are. */
	XEN_KEEP(get_ar_k0) XEN_KEEP(get_ar_k1) XEN_KEEP(get_ar_k2) XEN_KEEP(get_ar_k3)
	XEN_KEEP(get_ar_k4) XEN_KEEP(get_ar_k5) XEN_KEEP(get_ar_k6) XEN_KEEP(get_ar_k7)
	XEN_FILL(set_ar_k0) XEN_FILL(set_ar_k1) XEN_FILL(set_ar_k2) XEN_FILL(set_ar_k3)
	XEN_FILL(set_ar_k4) XEN_FILL(set_ar_k5) XEN_FILL(set_ar_k6) XEN_FILL(set_ar_k7)
	XEN_FILL(get_ar_itc) XEN_FILL(set_ar_itc)

	XEN_FILL(get_cr_ipsr) XEN_FILL(get_cr_isr) XEN_FILL(get_cr_iip) XEN_FILL(get_cr_ifa)
	XEN_FILL(get_cr_itir) XEN_FILL(get_cr_iipa) XEN_FILL(get_cr_ifs) XEN_FILL(get_cr_iim)
	XEN_FILL(get_cr_iha)
	XEN_FILL(set_cr_ipsr) XEN_FILL(set_cr_isr) XEN_FILL(set_cr_iip) XEN_FILL(set_cr_ifa)
	XEN_FILL(set_cr_itir) XEN_FILL(set_cr_iipa) XEN_FILL(set_cr_ifs) XEN_FILL(set_cr_iim)
	XEN_FILL(set_cr_iha)
	XEN_FILL(get_cr_itm) XEN_FILL(set_cr_itm)
	XEN_FILL(get_cr_ivr) XEN_FILL(get_cr_tpr) XEN_FILL(set_cr_tpr)
	XEN_FILL(get_cr_eoi) XEN_FILL(set_cr_eoi)
	XEN_KEEP(get_cr_dcr) XEN_KEEP(get_cr_iva) XEN_KEEP(get_cr_pta) XEN_KEEP(get_cr_lid)
	XEN_KEEP(get_cr_irr0) XEN_KEEP(get_cr_irr1) XEN_KEEP(get_cr_irr2) XEN_KEEP(get_cr_irr3)
	XEN_KEEP(get_cr_itv) XEN_KEEP(get_cr_pmv) XEN_KEEP(get_cr_cmcv)
	XEN_KEEP(get_cr_lrr0) XEN_KEEP(get_cr_lrr1)
	XEN_KEEP(set_cr_dcr) XEN_KEEP(set_cr_iva) XEN_KEEP(set_cr_pta) XEN_KEEP(set_cr_lid)
	XEN_KEEP(set_cr_itv) XEN_KEEP(set_cr_pmv) XEN_KEEP(set_cr_cmcv)
	XEN_KEEP(set_cr_lrr0) XEN_KEEP(set_cr_lrr1)

	XEN_FILL(get_cpuid) XEN_FILL(get_pmd)
	XEN_FILL(get_rr) XEN_FILL(set_rr) XEN_FILL(set_rr0_to_rr4)
	XEN_KEEP(get_pkr) XEN_KEEP(set_pkr) XEN_KEEP(get_dbr) XEN_KEEP(set_dbr)
	XEN_KEEP(get_ibr) XEN_KEEP(set_ibr) XEN_KEEP(get_pmc) XEN_KEEP(set_pmc) XEN_KEEP(set_pmd)

	XEN_FILL(fc) XEN_FILL(thash) XEN_FILL(ttag) XEN_KEEP(tpa)
	XEN_FILL(itc_i) XEN_FILL(itc_d) XEN_KEEP(itr_i) XEN_FILL(itr_d)
	.ptc_l = xen_ptc, .ptc_ga = xen_ptc, XEN_KEEP(ptc_e) XEN_KEEP(ptr_i) XEN_KEEP(ptr_d)
};

void xen_setup_cpu_ops(void)
{
	pv_cpu_ops = xen_cpu_ops;
}

void xen_trap_cpu_ops(void)
{
	pv_cpu_ops = pv_native_cpu_ops;
	pv_cpu_ops.get_ar_itc = xen_get_ar_itc;
	pv_cpu_ops.set_ar_itc = xen_set_ar_itc;
	pv_cpu_ops.get_cr_itm = xen_get_cr_itm;
	pv_cpu_ops.set_cr_itm = xen_set_cr_itm;
	pv_cpu_ops.get_cpuid = xen_get_cpuid;
	pv_cpu_ops.get_pmd = xen_get_pmd;
	pv_cpu_ops.fc = xen_fc;
	pv_cpu_ops.thash = xen_thash;
	pv_cpu_ops.ttag = xen_ttag;
}
