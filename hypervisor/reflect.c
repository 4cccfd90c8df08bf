// SPDX-License-Identifier: MIT
/*
 * reflect.c - interruptions of the guest's own: faults that it gets, events, and its rfi.
 *
 * What hardware would put in control registers goes into the mapped registers; r16 to r31 go
 * there, too, and the guest goes on at its vector with psr.ic = psr.i = 0 (the ABI's §5.1).
 * The interrupted frame was covered at the entry and is uncovered by the way back, so that the
 * handler starts in it and covers it itself, as on hardware.
 */
#include "cpu.h"
#include "guest.h"
#include "vmmu.h"
#include "xen.h"

/* Of the real PSR, what an interruption leaves: SDM vol 2 table 3-2 */
#define KEPT (PSR(up) | PSR(mfl) | PSR(mfh))

static const enum hv_count reflect_count[0x80] = {
#define ISA_VECTOR(offset, id, title) [(offset) >> 8] = HV_REFLECT_##id,
#include "regs.def"
};

static void set_handler_psr(struct vcpu *v)
{
	struct hv_regs *r = v->regs;

	r->ipsr = (r->ipsr & KEPT) | HANDLER_PSR | v->dfh;
	if (v->mregs->dcr & PSR(be)) /* dcr.be has psr.be's place */
		r->ipsr |= PSR(be);
	v->mregs->vpsr_dfh = 0;
}

/* Enter the guest at @ip as an interruption does. */
static void interrupt(struct vcpu *v, uint64_t ip, uint64_t isr)
{
	struct xen_mapped_regs *m = v->mregs;
	struct hv_regs *r = v->regs;

	m->ipsr = vpsr_get(v);
	m->iip = r->iip;
	m->isr = isr;
	m->ifs = 0;
	m->precover_ifs = r->ifs;
	m->unat = r->unat;
	bank_to_0(v);
	m->ic = 0;
	v->info->upcall_mask = 1;
	r->iip = ip & ~15ul;
	set_handler_psr(v);
}

bool lazy_cover(struct vcpu *v)
{
	if (!(v->regs->isr & ISR_IR) || v->mregs->ic)
		return false;
	v->mregs->ifs = v->regs->ifs;
	v->regs->ifs = 0;
	count(v, HV_LAZY_COVER);
	return true;
}

/*
 * With psr.ic = 0 hardware has one fault that handlers can live with: a data reference that
 * misses. Anything else would find its handler with what it left overwritten.
 */
static bool nested(struct vcpu *v, uint64_t vector)
{
	if (v->mregs->ic)
		return false;
	switch (vector) {
	case VEC_vhpt_translation:
	case VEC_data_tlb:
	case VEC_alt_data_tlb:
		if (v->regs->isr & ISR_X)
			break;
		count(v, HV_REFLECT_data_nested_tlb);
		v->regs->iip = v->iva + VEC_data_nested_tlb;
		set_handler_psr(v);
		return true;
	}
	domain_crash(v, "fault at vector %#lx with psr.ic = 0: ip %#lx, isr %#lx, ifa %#lx", vector,
		     v->regs->iip | (v->regs->ipsr >> PSR_BIT_ri & 3), v->regs->isr, v->regs->ifa);
	return true;
}

void reflect(struct vcpu *v, uint64_t vector, uint64_t isr)
{
	if (nested(v, vector))
		return;
	count(v, reflect_count[vector >> 8]);
	interrupt(v, v->iva + vector, isr);
}

/* Faults of which cr.iha tells where the table was looked at; alternate misses, as in Xen. */
static bool walked(uint64_t vector)
{
	switch (vector) {
	case VEC_vhpt_translation:
	case VEC_inst_tlb:
	case VEC_data_tlb:
	case VEC_alt_inst_tlb:
	case VEC_alt_data_tlb:
	case VEC_page_not_present: return true;
	default: return false;
	}
}

void reflect_address(struct vcpu *v, uint64_t vector, uint64_t isr, uint64_t va)
{
	struct xen_mapped_regs *m = v->mregs;

	if (nested(v, vector))
		return;
	m->ifa = va;
	m->itir = m->rrs[va >> 61] & 0xfffffffc;
	if (walked(vector))
		m->iha = vmmu_thash(v, va);
	reflect(v, vector, isr);
}

void reflect_iim(struct vcpu *v, uint64_t vector, uint64_t isr, uint64_t iim)
{
	if (nested(v, vector))
		return;
	v->mregs->iim = iim;
	reflect(v, vector, isr);
}

void deliver_event(struct vcpu *v)
{
	count(v, HV_EVENT);
	interrupt(v, v->callback, v->regs->ipsr & PSR_RI);
}

/*
 * If the frame that the guest returns to is valid, the current one, which we have covered, is
 * dropped first (entry.S, restore_discard).
 */
void guest_rfi(struct vcpu *v)
{
	struct xen_mapped_regs *m = v->mregs;
	struct hv_regs *r = v->regs;
	uint64_t ifs = m->ifs;

	if (ifs & IFS_VALID) {
		if (r->ifs & IFS_VALID)
			r->discard = r->ifs;
		r->ifs = IFS_VALID | (ifs & IFS_FRAME);
	}
	r->iip = m->iip & ~15ul;
	vpsr_set(v, m->ipsr);
}

void guest_skip(struct vcpu *v, unsigned int slots)
{
	struct hv_regs *r = v->regs;
	uint64_t ri = ((r->ipsr & PSR_RI) >> PSR_BIT_ri) + slots;

	r->ipsr &= ~PSR_RI;
	if (ri > 2)
		r->iip += 16;
	else
		r->ipsr |= ri << PSR_BIT_ri;
}
