// SPDX-License-Identifier: MIT
/*
 * vpsr.c - the guest's processor status register.
 *
 * Some of its bits are the real ones, some are in the shared pages: psr.ic and psr.i, which
 * the guest changes there without asking; dt, rt and it, which are one bit. The real PSR of a
 * running guest has ic, i, dt, rt, it and bn set, and level 1 or more (facts of the ABI:
 * Xen's vcpu_set_psr and vcpu_get_psr).
 */
#include "cpu.h"
#include "guest.h"
#include "vmmu.h"
#include "xen.h"

/* As in the processor */
#define REAL                                                                                       \
	(PSR(be) | PSR(up) | PSR(ac) | PSR(mfl) | PSR(mfh) | PSR(dfl) | PSR(sp) | PSR(db) |        \
	 PSR(lp) | PSR(tb) | PSR(id) | PSR(da) | PSR(dd) | PSR(ss) | PSR_RI | PSR(ed) | PSR(ia))
/* Always set while a guest runs */
#define FORCED	  (PSR(ic) | PSR(i) | PSR(dt) | PSR(rt) | PSR(it) | PSR(bn))
#define TRANSLATE (PSR(dt) | PSR(rt) | PSR(it))
/* What ssm, rsm and mov psr.l may name */
#define CHANGEABLE                                                                                 \
	(PSR(be) | PSR(up) | PSR(ac) | PSR(mfl) | PSR(mfh) | PSR(pp) | PSR(sp) | PSR(i) |          \
	 PSR(ic) | TRANSLATE | PSR(dfl) | PSR(dfh) | PSR(pk) | PSR(di) | PSR(si) | PSR(db) |       \
	 PSR(lp) | PSR(tb))

uint64_t vpsr_get(struct vcpu *v)
{
	const struct xen_mapped_regs *m = v->mregs;
	uint64_t psr = v->regs->ipsr & REAL;

	if ((v->regs->ipsr & PSR_CPL) > 1ul << PSR_BIT_cpl)
		psr |= v->regs->ipsr & PSR_CPL;
	if (m->ic)
		psr |= PSR(ic);
	if (!v->info->upcall_mask)
		psr |= PSR(i);
	if (!m->metaphysical)
		psr |= TRANSLATE;
	if (m->vpsr_dfh)
		psr |= PSR(dfh);
	if (m->vpsr_pp)
		psr |= PSR(pp);
	if (m->banknum)
		psr |= PSR(bn);
	return psr;
}

/* SDM vol 3, mov psr: bits 31:0, and it and mc (36:35) */
uint64_t vpsr_read(struct vcpu *v)
{
	return vpsr_get(v) & (0xfffffffful | PSR(it) | PSR(mc));
}

static void exchange(struct vcpu *v, uint64_t *save, uint64_t *save_nat, const uint64_t *load,
		     uint64_t load_nat)
{
	struct hv_regs *r = v->regs;
	uint64_t nat = 0;

	for (unsigned int i = 0; i < 16; i++) {
		unsigned int bit = (uint64_t)&save[i] >> 3 & 63;

		save[i] = r->gr[15 + i];
		nat |= (r->gr_nat >> (16 + i) & 1) << bit;
		r->gr[15 + i] = load[i];
		bit = (uint64_t)&load[i] >> 3 & 63;
		r->gr_nat &= ~(1ul << (16 + i));
		r->gr_nat |= (load_nat >> bit & 1) << (16 + i);
	}
	*save_nat = nat;
}

void bank_to_0(struct vcpu *v)
{
	struct xen_mapped_regs *m = v->mregs;

	if (!m->banknum)
		return;
	exchange(v, m->bank1, &m->vnat, m->bank0, m->vbnat);
	m->banknum = 0;
}

void bank_to_1(struct vcpu *v)
{
	struct xen_mapped_regs *m = v->mregs;

	if (m->banknum)
		return;
	exchange(v, m->bank0, &m->vbnat, m->bank1, m->vnat);
	m->banknum = 1;
}

static void set_common(struct vcpu *v, uint64_t psr)
{
	struct xen_mapped_regs *m = v->mregs;
	bool meta = (psr & TRANSLATE) != TRANSLATE;

	m->ic = !!(psr & PSR(ic));
	v->info->upcall_mask = !(psr & PSR(i));
	m->vpsr_dfh = !!(psr & PSR(dfh));
	m->vpsr_pp = !!(psr & PSR(pp));
	if (meta != !!m->metaphysical)
		vmmu_set_metaphysical(v, meta);
	if (psr & PSR(pk))
		domain_crash(v, "psr.pk: protection keys are not implemented");
}

void vpsr_set(struct vcpu *v, uint64_t psr)
{
	uint64_t cpl = (psr & PSR_CPL) | 1ul << PSR_BIT_cpl; /* guests have levels 1 and 3 */

	v->regs->ipsr = (psr & REAL) | FORCED | cpl;
	v->regs->ipsr |= (psr & PSR(dfh)) | v->dfh;
	set_common(v, psr);
	bank_to_1(v);
}

bool vpsr_change(struct vcpu *v, uint64_t set, uint64_t clear)
{
	uint64_t psr = vpsr_get(v);

	if ((set | clear) & ~CHANGEABLE)
		return false;
	psr = (psr & ~clear) | set;
	v->regs->ipsr = (v->regs->ipsr & ~(REAL & ~PSR_RI)) | (psr & REAL & ~PSR_RI);
	v->regs->ipsr = (v->regs->ipsr & ~PSR(dfh)) | (psr & PSR(dfh)) | v->dfh;
	set_common(v, psr);
	return true;
}
