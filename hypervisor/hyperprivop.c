// SPDX-License-Identifier: MIT
/*
 * hyperprivop.c - the privileged operations that a guest asks for by number.
 *
 * Operands are r8 to r11, r14 and the mapped registers (abi/xen.def). Mistakes are not
 * answered, as in Xen: the operation does nothing. fast.S does the frequent ones without C; the two must
 * agree.
 */
#include "cpu.h"
#include "guest.h"
#include "vmmu.h"
#include "xen.h"

/* General registers by number, in regs->gr */
#define GR(v, n) ((v)->regs->gr[(n)-1])

static void set_r8(struct vcpu *v, uint64_t value)
{
	guest_set_gr(v, 8, value);
}

static void do_RFI(struct vcpu *v)
{
	guest_rfi(v);
}

static void do_RSM_DT(struct vcpu *v)
{
	vmmu_set_metaphysical(v, true);
}

static void do_SSM_DT(struct vcpu *v)
{
	vmmu_set_metaphysical(v, false);
}

/* The entry has covered the frame; without cr.ifs it stays so. */
static void do_COVER(struct vcpu *v)
{
	v->mregs->ifs = v->regs->ifs;
	v->regs->ifs = 0;
}

static void do_ITC_D(struct vcpu *v)
{
	vmmu_insert(v, true, v->mregs->ifa, GR(v, 8), v->mregs->itir);
}

static void do_ITC_I(struct vcpu *v)
{
	vmmu_insert(v, false, v->mregs->ifa, GR(v, 8), v->mregs->itir);
}

static void do_SSM_I(struct vcpu *v)
{
	v->mregs->ic = 1;
	v->info->upcall_mask = 0;
}

static void do_GET_IVR(struct vcpu *v)
{
	set_r8(v, lsapic_ivr(v));
}

static void do_GET_TPR(struct vcpu *v)
{
	set_r8(v, v->mregs->tpr);
}

static void do_SET_TPR(struct vcpu *v)
{
	if (!(GR(v, 8) & 0xff00))
		v->mregs->tpr = GR(v, 8);
}

static void do_EOI(struct vcpu *v)
{
	lsapic_eoi(v);
}

static void do_SET_ITM(struct vcpu *v)
{
	set_itm(v, GR(v, 8));
}

static void do_THASH(struct vcpu *v)
{
	set_r8(v, vmmu_thash(v, GR(v, 8)));
}

static void do_PTC_GA(struct vcpu *v)
{
	vmmu_purge_global(v, GR(v, 8), ITIR_PS(GR(v, 9)));
}

static void do_ITR_D(struct vcpu *v)
{
	vmmu_insert_tr(v, true, GR(v, 8), v->mregs->ifa, GR(v, 9), v->mregs->itir);
}

static void do_GET_RR(struct vcpu *v)
{
	set_r8(v, v->mregs->rrs[GR(v, 8) >> 61]);
}

static void do_SET_RR(struct vcpu *v)
{
	vmmu_set_rr(v, GR(v, 8), GR(v, 9));
}

static void do_SET_KR(struct vcpu *v)
{
	if (GR(v, 8) < 8)
		set_kr(v, GR(v, 8), GR(v, 9));
}

/* The caches are physical, or made to look it: a flush of the line wherever it is mapped. */
static void do_FC(struct vcpu *v)
{
	uint64_t gpa = vmmu_translate(v, GR(v, 8));
	void *p = gpa == ~0ul ? NULL : guest_phys(v->domain, gpa, 1);

	if (p)
		asm volatile("fc %0;; sync.i;; srlz.i;;" ::"r"(p) : "memory");
}

/* The vendor tells the guest where it runs (Xen's vcpu_get_cpuid). */
static void do_GET_CPUID(struct vcpu *v)
{
	uint64_t n = GR(v, 8) & 0xff;

	if (n == 0)
		set_r8(v, 0x343661692f6e6558); /* "Xen/ia64" */
	else if (n < 3)
		set_r8(v, 0);
	else if (n <= (IND_READ(cpuid, 3ul) & 0xff))
		set_r8(v, IND_READ(cpuid, n));
}

static void do_GET_PMD(struct vcpu *v)
{
	uint64_t n = GR(v, 8) & 0xff;

	if (n < 32)
		set_r8(v, v->mmu->pmd[n]);
}

static void do_GET_EFLAG(struct vcpu *v)
{
	(void)v; /* IA-32 state: there is none */
}

static void do_SET_EFLAG(struct vcpu *v)
{
	(void)v;
}

static void do_RSM_BE(struct vcpu *v)
{
	v->regs->ipsr &= ~PSR(be);
}

static void do_GET_PSR(struct vcpu *v)
{
	set_r8(v, vpsr_read(v));
}

static void do_SET_RR0_TO_RR4(struct vcpu *v)
{
	const uint64_t value[] = { GR(v, 8), GR(v, 9), GR(v, 10), GR(v, 11), GR(v, 14) };

	for (uint64_t i = 0; i < 5; i++)
		if (!vmmu_rr_ok(value[i]))
			return;
	for (uint64_t i = 0; i < 5; i++)
		vmmu_set_rr(v, i << 61, value[i]);
}

static void (*const table[XEN_HYPERPRIVOP_MAX + 1])(struct vcpu *v) = {
#define XEN_HYPERPRIVOP(name, number, doc) [number] = do_##name,
#include "xen.def"
};

void hyperprivop(struct vcpu *v, unsigned int number)
{
	count(v, HV_PRIVOP_RFI - XEN_PRIVOP_RFI + number);
	guest_skip(v, 1); /* before: RFI replaces ip */
	table[number](v);
}
