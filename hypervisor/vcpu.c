// SPDX-License-Identifier: MIT
/*
 * vcpu.c - making virtual processors, and changing between them.
 *
 * A vcpu's stack holds its guest's registers at the top and, while another vcpu runs, the
 * switch frame below whatever C it was in. f32 to f127 stay in the processor until another
 * guest wants them: then its first use of them faults (vector 0x5500) and fp_load() swaps. Where a
 * vcpu may go on on another processor they are in memory as well whenever it is not running.
 */
#include "vcpu.h"

#include "boot.h"
#include "cpu.h"
#include "guest.h"
#include "lib.h"
#include "lock.h"
#include "sched.h"
#include "smp.h"
#include "vmmu.h"
#include "xen.h"

#define FPSR_DEFAULT 0x9804c0270033f /* the software conventions' */
#define MASKED	     (1ul << 16)

extern char slow_ivt[];

bool cpu_prepare(struct percpu *cpu)
{
	struct vcpu *idle = heap_alloc(sizeof(*idle) + HV_COUNTS * sizeof(*idle->counts), 16);

	cpu->self = cpu;
	cpu->idle = idle;
	cpu->decoded = decoded_alloc();
	if (!idle || !cpu->decoded)
		return false;
	idle->counts = (uint64_t *)(idle + 1);
	idle->state = VCPU_RUNNABLE;
	idle->cpu = cpu;
	cpu->running = idle;
	cpu->pinned[0] = (struct pin){ HV_BASE, HV_SHIFT << 2, 0 };
	cpu->pinned[1] = (struct pin){ PERCPU_BASE, PERCPU_SHIFT << 2, 0 };
	return true;
}

void cpu_init(struct percpu *cpu)
{
	cpu->idle->run_start = now();
	if (option_set("nofast"))
		CR_WRITE(iva, slow_ivt);
}

void update_fast(struct vcpu *v)
{
	v->fast.iva = v->mregs->dcr & PSR(be) ? 0 : v->iva; /* dcr.be has psr.be's place */
	v->fast.handler_psr = HANDLER_PSR | v->dfh;
}

/* ---- f32 to f127 ---- */

static bool owns_fp(const struct vcpu *v)
{
	return this_cpu->fp_owner == v && v->fp_cpu == this_cpu->self;
}

void fp_load(struct vcpu *v)
{
	struct vcpu *owner = this_cpu->fp_owner;

	if (owner && owner != v && !several) {
		fp_save_high(owner->fp_high);
		owner->dfh = PSR(dfh);
		update_fast(owner);
	}
	if (!owns_fp(v))
		fp_load_high(v->fp_high);
	this_cpu->fp_owner = v;
	v->fp_cpu = this_cpu->self;
	v->dfh = 0;
	update_fast(v);
	if (!v->mregs->vpsr_dfh)
		v->regs->ipsr &= ~PSR(dfh);
	count(v, HV_FP_LOAD);
}

/* ---- switching ---- */

void load_krs(struct vcpu *v)
{
	AR_WRITE(k0, v->krs[0]);
	AR_WRITE(k1, v->krs[1]);
	AR_WRITE(k2, v->krs[2]);
	AR_WRITE(k3, v->krs[3]);
	AR_WRITE(k4, v->krs[4]);
	AR_WRITE(k5, v->krs[5]);
	AR_WRITE(k6, v->krs[6]);
	AR_WRITE(k7, v->krs[7]);
}

static void load_breakpoints(struct vcpu *v)
{
	for (uint64_t i = 0; i < 8; i++) {
		IND_WRITE(dbr, i, v->mmu->dbr[i]);
		IND_WRITE(ibr, i, v->mmu->ibr[i]);
	}
}

static void save_ia32(struct vcpu *v)
{
	v->ia32[0] = AR_READ(fcr);
	v->ia32[1] = AR_READ(eflag);
	v->ia32[2] = AR_READ(fsr);
	v->ia32[3] = AR_READ(fir);
	v->ia32[4] = AR_READ(fdr);
}

static void load_ia32(const struct vcpu *v)
{
	AR_WRITE(fcr, v->ia32[0]);
	AR_WRITE(eflag, v->ia32[1]);
	AR_WRITE(fsr, v->ia32[2]);
	AR_WRITE(fir, v->ia32[3]);
	AR_WRITE(fdr, v->ia32[4]);
}

static void unload(struct vcpu *v)
{
	if (v->domain)
		save_ia32(v);
	if (several && v->domain && !v->dfh)
		fp_save_high(v->fp_high);
	if (v->mmu && v->mmu->debug_used)
		for (uint64_t i = 0; i < 8; i++) {
			IND_WRITE(dbr, i, 0ul);
			IND_WRITE(ibr, i, 0ul);
		}
}

static void load(struct vcpu *v)
{
	if (!v->domain) {
		CR_WRITE(pta, 15ul << 2); /* its table may go away with the vcpu that was */
		return;
	}
	vmmu_load(v);
	load_krs(v);
	load_ia32(v);
	if (v->mmu->debug_used)
		load_breakpoints(v);
	v->dfh = owns_fp(v) ? 0 : PSR(dfh);
	if (!v->mregs->vpsr_dfh)
		v->regs->ipsr &= ~PSR(dfh); /* ours, of another processor */
	v->regs->ipsr |= v->dfh;
	update_fast(v);
}

void vcpu_switch(struct vcpu *next)
{
	struct vcpu *prev = current;

	if (prev == next)
		return;
	unload(prev);
	current = next;
	load(next);
	switch_stacks(&prev->sp, next->sp);
}

/* ---- making them ---- */

static struct hv_regs *regs_of(struct vcpu *v)
{
	return (struct hv_regs *)(v->stack + STACK_SIZE - REGS_SPACE);
}

struct vcpu *vcpu_alloc(struct domain *d, unsigned int id)
{
	struct vcpu *v = heap_alloc(sizeof(*v) + HV_COUNTS * sizeof(*v->counts), 16);

	if (!v)
		return NULL;
	v->domain = d;
	v->id = id;
	v->info = &d->shared->vcpu[id];
	v->counts = (uint64_t *)(v + 1); /* which is where assembly looks for them */
	v->stack = heap_alloc(STACK_SIZE, 512);
	v->mregs = heap_alloc(PAGE_SIZE, PAGE_SIZE);
	v->fp_high = heap_alloc(96 * 16, 16);
	if (!v->stack || !v->mregs || !v->fp_high || !vmmu_alloc(v)) {
		vcpu_free(v);
		return NULL;
	}
	v->regs = regs_of(v);
	return v;
}

static void free_part(void *p)
{
	if (p)
		heap_free(p);
}

void vcpu_free(struct vcpu *v)
{
	for (unsigned int i = 0; i < cpu_count; i++) {
		assert(v != cpus[i]->running);
		if (cpus[i]->fp_owner == v)
			cpus[i]->fp_owner = NULL;
	}
	vmmu_free(v);
	free_part(v->fp_high);
	free_part(v->mregs);
	free_part(v->stack);
	heap_free(v);
}

void xsi_moved(struct vcpu *v)
{
	v->fast.xsi_va = v->domain->xsi_va;
	v->mregs->mask_addr =
		v->domain->xsi_va + XSI_VCPU(v->id) + offsetof(struct xen_vcpu_info, upcall_mask);
	if (v == current)
		vmmu_pin(v);
	else
		v->mmu->flush = true; /* nothing of the guest's may overlap */
}

static void reset_mapped_regs(struct vcpu *v)
{
	struct xen_mapped_regs *m = v->mregs;

	memset(m, 0, sizeof(*m));
	m->metaphysical = 1;
	m->ic = 1;
	m->banknum = 1;
	m->pta = 15 << 2;
	m->itv = m->pmv = m->cmcv = MASKED;
	m->lid = (uint64_t)v->id << 24;
	v->info->upcall_mask = 0xff;
}

/* Called by another vcpu, or by itself: then its C context goes on, its guest starts anew. */
void vcpu_reset_state(struct vcpu *v, uint64_t ip, uint64_t r28)
{
	struct hv_regs *r = v->regs;
	struct switch_frame *sw = (struct switch_frame *)((char *)r - 16) - 1;

	memset(r, 0, sizeof(*r));
	reset_mapped_regs(v);
	r->iip = ip;
	r->gr[28 - 1] = r28;
	r->ifs = IFS_VALID;
	r->rsc = 1 << 2; /* pl: Linux learns its level from it */
	r->fpsr = FPSR_DEFAULT;
	v->dfh = owns_fp(v) ? 0 : PSR(dfh);
	r->ipsr = PSR(ac) | PSR(ic) | PSR(i) | PSR(dt) | PSR(rt) | PSR(it) | PSR(bn) | v->dfh |
		  1ul << PSR_BIT_cpl;
	v->iva = 0;
	update_fast(v);
	v->callback = 0;
	v->itm = 0;
	memset(v->irr, 0, sizeof(v->irr));
	memset(v->insvc, 0, sizeof(v->insvc));
	v->wakeup = false;
	vmmu_reset(v);
	xsi_moved(v);
	if (v == current) {
		vmmu_load(v);
		return;
	}
	memset(sw, 0, sizeof(*sw));
	sw->br[0] = (uint64_t)first_entry;
	sw->bsp = (uint64_t)v->stack;
	v->sp = (uint64_t)sw;
}
