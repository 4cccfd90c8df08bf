// SPDX-License-Identifier: MIT
/*
 * trap.c - the C side of every entry from a guest: why it is here, and what comes first.
 *
 * Before the guest goes on, the services may run somebody else (before_guest()), and an event
 * that became deliverable is delivered. An interruption of the hypervisor itself ends up
 * here, too, and ends everything: with its registers printed.
 */
#include "cpu.h"
#include "guest.h"
#include "lock.h"
#include "vcpu.h"
#include "vmmu.h"
#include "xen.h"

static bool at_kernel_level(const struct hv_regs *r)
{
	return (r->ipsr & PSR_CPL) == 1ul << PSR_BIT_cpl;
}

static void break_fault(struct vcpu *v)
{
	struct hv_regs *r = v->regs;

	if (at_kernel_level(r) && r->iim == XEN_HYPERCALL_BREAK) {
		guest_skip(v, 1);
		hypercall(v);
	} else if (at_kernel_level(r) && r->iim && r->iim <= XEN_HYPERPRIVOP_MAX) {
		hyperprivop(v, r->iim);
	} else {
		reflect_iim(v, VEC_break_inst, r->isr, r->iim);
	}
}

static void tlb_miss(struct vcpu *v)
{
	struct hv_regs *r = v->regs;
	bool insn = r->isr & ISR_X;
	enum vmmu_miss miss = vmmu_miss(v, !insn, r->ifa);

	/* A handler's frame, if the miss is the guest's to answer; its way out has one as well. */
	if (miss != MISS_SERVED && lazy_cover(v))
		return;
	switch (miss) {
	case MISS_SERVED: break;
	case MISS_ALT:
		reflect_address(v, insn ? VEC_alt_inst_tlb : VEC_alt_data_tlb, r->isr, r->ifa);
		break;
	case MISS_TLB:
		reflect_address(v, insn ? VEC_inst_tlb : VEC_data_tlb, r->isr, r->ifa);
		break;
	case MISS_VHPT: reflect_address(v, VEC_vhpt_translation, r->isr, r->ifa); break;
	case MISS_NOT_PRESENT: reflect_address(v, VEC_page_not_present, r->isr, r->ifa); break;
	}
}

static void general_exception(struct vcpu *v)
{
	struct hv_regs *r = v->regs;
	uint64_t code = r->isr & 0xff;

	/* an Illegal Operation it is to touch cr.ifa and its like while psr.ic is 1 */
	if (at_kernel_level(r) &&
	    (code == GEX_PRIV_OP || code == GEX_PRIV_REG || code == GEX_ILLEGAL_OP))
		privop(v);
	else
		reflect(v, VEC_general_exception, r->isr);
}

static void disabled_fp(struct vcpu *v)
{
	if (v->regs->isr & 2 && v->dfh && !v->mregs->vpsr_dfh)
		fp_load(v);
	else
		reflect(v, VEC_disabled_fp, v->regs->isr);
}

static void dispatch(struct vcpu *v, struct hv_regs *r)
{
	switch (r->vector) {
	case VEC_vhpt_translation:
	case VEC_inst_tlb:
	case VEC_data_tlb:
	case VEC_alt_inst_tlb:
	case VEC_alt_data_tlb: tlb_miss(v); break;
	case VEC_inst_key_miss:
	case VEC_data_key_miss:
	case VEC_dirty_bit:
	case VEC_inst_access_bit:
	case VEC_data_access_bit:
	case VEC_page_not_present:
	case VEC_key_permission:
	case VEC_inst_access_rights:
	case VEC_data_access_rights:
	case VEC_unaligned:
	case VEC_unsupported_data:
	case VEC_debug: reflect_address(v, r->vector, r->isr, r->ifa); break;
	case VEC_break_inst: break_fault(v); break;
	case VEC_external_interrupt: take_interrupts(); break;
	case VEC_general_exception: general_exception(v); break;
	case VEC_disabled_fp: disabled_fp(v); break;
	case VEC_nat_consumption: reflect_address(v, r->vector, r->isr, r->ifa); break;
	case VEC_speculation: reflect_iim(v, r->vector, r->isr, r->iim); break;
	case VEC_fp_fault:
	case VEC_fp_trap:
	case VEC_lower_privilege:
	case VEC_taken_branch:
	case VEC_single_step: reflect(v, r->vector, r->isr); break;
	default: domain_crash(v, "interruption at vector %#lx", r->vector);
	}
}

/* What stands between C and the guest; may run other vcpus, and not come back. */
static void leave(void)
{
	before_guest();
	if (current->callback && current->mregs->ic && event_deliverable(current))
		deliver_event(current);
}

static void died(const struct hv_regs *r) __attribute__((noreturn));
static void died(const struct hv_regs *r)
{
	hv_printf("vector %#lx ip %#lx psr %#lx isr %#lx ifa %#lx iim %#lx\n", r->vector, r->iip,
		  r->ipsr, r->isr, r->ifa, r->iim);
	hv_printf("b0 %#lx pfs %#lx ifs %#lx pr %#lx vcpu %p\n", r->br[0], r->pfs, r->ifs, r->pr,
		  (void *)current);
	for (unsigned int i = 1; i < 32; i++)
		hv_printf("r%u %#lx%c", i, r->gr[i - 1], i % 4 ? ' ' : '\n');
	panic("\ninterruption in the hypervisor");
}

/* With psr.ic = 0 in a handler whose frame is incomplete, the frame is what is missing. */
static bool about_the_frame(const struct hv_regs *r)
{
	switch (r->vector) {
	case VEC_vhpt_translation:
	case VEC_inst_tlb:
	case VEC_data_tlb:
	case VEC_alt_inst_tlb:
	case VEC_alt_data_tlb: /* tlb_miss() tries to serve it first */
	case VEC_external_interrupt:
	case VEC_break_inst: return false;
	default: return true;
	}
}

void trap(struct hv_regs *r)
{
	struct vcpu *v = current;

	if (!(r->ipsr & PSR_CPL))
		died(r);
	count(v, HV_ENTRY);
	if (!(about_the_frame(r) && lazy_cover(v)))
		dispatch(v, r);
	leave();
}

void vcpu_enter(void)
{
	hv_lock_ours(1); /* schedule() led here */
	hv_unlock();
	leave();
}
