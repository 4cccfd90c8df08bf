// SPDX-License-Identifier: MIT
/*
 * M unit, translation: inserts and purges, questions to the TLB and the VHPT, region and
 * protection key registers, cache line flushes (SDM vol 3, the pages of those names).
 *
 * Each handler checks in the order of its page's operation section: privilege and PSR.ic,
 * targets, NaT bits, register fields. What changes translations answers EXEC_SYNC, so that the
 * run loop looks its code page up anew.
 */
#include "cpu/cpu.h"
#include "cpu/exec.h"
#include "cpu/fault.h"
#include "cpu/parts.h"

/* A machine check in the TLB (overlap with a translation register) has set cpu->stop. */
static enum exec changed(struct cpu *cpu)
{
	return cpu->stop ? EXEC_STOP : EXEC_SYNC;
}

/* ---- inserts ---- */

static enum exec insert_tc(struct cpu *cpu, const struct op *op, bool insn)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2);

	if (cpu->psr & PSR_IC)
		return fault_illegal_op(cpu);
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (r2->nat)
		return fault_reg_nat(cpu, 0);
	if (tlb_reserved(r2->val, cpu->cr[CR_ITIR]))
		return fault_reserved_reg_field(cpu);
	tlb_insert_tc(cpu, insn, r2->val, cpu->cr[CR_ITIR], cpu->cr[CR_IFA]);
	return changed(cpu);
}

enum exec exec_itc_d(struct cpu *cpu, const struct op *op)
{
	return insert_tc(cpu, op, false);
}

enum exec exec_itc_i(struct cpu *cpu, const struct op *op)
{
	return insert_tc(cpu, op, true);
}

static enum exec insert_tr(struct cpu *cpu, const struct op *op, bool insn)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2), *r3 = cpu_gr(cpu, op->r3);
	unsigned slot = r3->val & 0xff;

	if (cpu->psr & PSR_IC)
		return fault_illegal_op(cpu);
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (r2->nat || r3->nat)
		return fault_reg_nat(cpu, 0);
	if (slot >= CPU_NTR || tlb_reserved(r2->val, cpu->cr[CR_ITIR]))
		return fault_reserved_reg_field(cpu);
	tlb_insert_tr(cpu, insn, slot, r2->val, cpu->cr[CR_ITIR], cpu->cr[CR_IFA]);
	return changed(cpu);
}

enum exec exec_itr_d(struct cpu *cpu, const struct op *op)
{
	return insert_tr(cpu, op, false);
}

enum exec exec_itr_i(struct cpu *cpu, const struct op *op)
{
	return insert_tr(cpu, op, true);
}

/* ---- purges ---- */

/* Privilege and NaT bits of an instruction with sources r3 (address) and r2 (size). */
static enum exec purge_check(struct cpu *cpu, const struct op *op)
{
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (cpu_gr(cpu, op->r3)->nat || cpu_gr(cpu, op->r2)->nat)
		return fault_reg_nat(cpu, 0);
	return EXEC_NEXT;
}

static enum exec purge_tc(struct cpu *cpu, const struct op *op)
{
	uint64_t va = cpu_gr(cpu, op->r3)->val;
	enum exec x = purge_check(cpu, op);

	if (x != EXEC_NEXT)
		return x;
	tlb_purge_tc(cpu, va, RR_RID(cpu->rr[VA_REGION(va)]), ITIR_PS(cpu_gr(cpu, op->r2)->val));
	return EXEC_SYNC;
}

enum exec exec_ptc_l(struct cpu *cpu, const struct op *op)
{
	return purge_tc(cpu, op);
}

/*
 * All processors of the coherence domain, and at once: nothing is left for the architecture's
 * delay of remote purges. @alat: with its ALAT entries; which may end at any time, so all do.
 */
static enum exec purge_global(struct cpu *cpu, const struct op *op, bool alat)
{
	uint64_t va = cpu_gr(cpu, op->r3)->val, ps = ITIR_PS(cpu_gr(cpu, op->r2)->val);
	const struct cpu_domain *d = cpu->domain;
	enum exec x = purge_check(cpu, op);

	if (x != EXEC_NEXT)
		return x;
	for (unsigned i = 0; i < d->n; i++) {
		tlb_purge_tc(d->cpu[i], va, RR_RID(cpu->rr[VA_REGION(va)]), ps);
		if (alat)
			alat_purge_all(d->cpu[i]);
	}
	return EXEC_SYNC;
}

enum exec exec_ptc_g(struct cpu *cpu, const struct op *op)
{
	return purge_global(cpu, op, false);
}

enum exec exec_ptc_ga(struct cpu *cpu, const struct op *op)
{
	return purge_global(cpu, op, true);
}

enum exec exec_ptc_e(struct cpu *cpu, const struct op *op)
{
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (cpu_gr(cpu, op->r3)->nat)
		return fault_reg_nat(cpu, 0);
	tlb_purge_all_tc(cpu);
	return EXEC_SYNC;
}

static enum exec purge_tr(struct cpu *cpu, const struct op *op, bool insn)
{
	enum exec x = purge_check(cpu, op);

	if (x != EXEC_NEXT)
		return x;
	tlb_purge_tr(cpu, insn, cpu_gr(cpu, op->r3)->val, ITIR_PS(cpu_gr(cpu, op->r2)->val));
	return EXEC_SYNC;
}

enum exec exec_ptr_d(struct cpu *cpu, const struct op *op)
{
	return purge_tr(cpu, op, false);
}

enum exec exec_ptr_i(struct cpu *cpu, const struct op *op)
{
	return purge_tr(cpu, op, true);
}

/* ---- questions ---- */

enum exec exec_tpa(struct cpu *cpu, const struct op *op)
{
	const struct gr *r3 = cpu_gr(cpu, op->r3);
	uint64_t pa;
	enum exec x;

	if (op->r1 >= cpu->gr_limit)
		return fault_illegal_op(cpu);
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (r3->nat)
		return fault_reg_nat(cpu, ISR_NA | NA_TPA);
	x = mem_translate(cpu, r3->val, 1, MEM_NA(NA_TPA) | MEM_VIRTUAL, &pa);
	return x == EXEC_NEXT ? cpu_set_gr(cpu, op->r1, pa, 0) : x;
}

/* The key of a page that is present and mapped, else 1; never a fault of the reference */
enum exec exec_tak(struct cpu *cpu, const struct op *op)
{
	const struct gr *r3 = cpu_gr(cpu, op->r3);
	const struct tlb_entry *e;
	struct tlb_entry found;
	uint64_t key = 1;

	if (op->r1 >= cpu->gr_limit)
		return fault_illegal_op(cpu);
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (r3->nat)
		return fault_reg_nat(cpu, ISR_NA | NA_TAK);
	e = tlb_find(cpu, false, r3->val);
	if (!e && vhpt_walk(cpu, false, false, r3->val, &found) == VHPT_HIT)
		e = &found;
	if (cpu->stop)
		return EXEC_STOP;
	if (e && e->pte & PTE_P)
		key = (uint64_t)e->key << 8;
	return cpu_set_gr(cpu, op->r1, key, 0);
}

enum exec exec_thash(struct cpu *cpu, const struct op *op)
{
	const struct gr *r3 = cpu_gr(cpu, op->r3);

	if (r3->nat)
		return cpu_set_gr(cpu, op->r1, 0, 1);
	return cpu_set_gr(cpu, op->r1, vhpt_hash(cpu, r3->val), 0);
}

enum exec exec_ttag(struct cpu *cpu, const struct op *op)
{
	const struct gr *r3 = cpu_gr(cpu, op->r3);

	if (r3->nat)
		return cpu_set_gr(cpu, op->r1, 0, 1);
	return cpu_set_gr(cpu, op->r1, vhpt_tag(cpu, r3->val), 0);
}

/* Would the page at @va, which has a translation, grant the access at @pl? */
static bool granted(struct cpu *cpu, uint64_t va, unsigned need, unsigned pl)
{
	const struct tlb_entry *e = tlb_find(cpu, false, va);
	const uint64_t *pkr;

	if (!e || need & ~tlb_allowed(e, pl))
		return false;
	if (!(cpu->psr & PSR_PK))
		return true;
	pkr = pkr_find(cpu, e->key);
	return pkr && !(need & TLB_R && *pkr & PKR_RD) && !(need & TLB_W && *pkr & PKR_WD);
}

static enum exec probe(struct cpu *cpu, const struct op *op, unsigned kind, uint64_t level,
		       bool level_nat)
{
	const struct gr *r3 = cpu_gr(cpu, op->r3);
	uint64_t isr = ISR_NA | NA_PROBE | (kind == MEM_READ ? ISR_R : ISR_W), pa;
	unsigned pl = level & 3, cpl = cpu_cpl(cpu);
	bool ok;
	enum exec x;

	if (op->r1 >= cpu->gr_limit)
		return fault_illegal_op(cpu);
	if (r3->nat || level_nat)
		return fault_reg_nat(cpu, isr);
	if (pl < cpl)
		pl = cpl;
	x = mem_translate(cpu, r3->val, 1, kind | MEM_NA(NA_PROBE) | MEM_VIRTUAL | MEM_PL(pl), &pa);
	if (x != EXEC_NEXT)
		return x;
	ok = granted(cpu, r3->val, kind == MEM_READ ? TLB_R : TLB_W, pl);
	return cpu_set_gr(cpu, op->r1, ok, 0);
}

enum exec exec_probe_r(struct cpu *cpu, const struct op *op)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2);

	return probe(cpu, op, MEM_READ, r2->val, r2->nat);
}

enum exec exec_probe_w(struct cpu *cpu, const struct op *op)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2);

	return probe(cpu, op, MEM_WRITE, r2->val, r2->nat);
}

enum exec exec_probe_r_imm(struct cpu *cpu, const struct op *op)
{
	return probe(cpu, op, MEM_READ, op->imm, false);
}

enum exec exec_probe_w_imm(struct cpu *cpu, const struct op *op)
{
	return probe(cpu, op, MEM_WRITE, op->imm, false);
}

static enum exec probe_fault(struct cpu *cpu, const struct op *op, unsigned kind)
{
	const struct gr *r3 = cpu_gr(cpu, op->r3);
	uint64_t isr = ISR_NA | NA_PROBE_FAULT, pa;
	unsigned pl = op->imm & 3, cpl = cpu_cpl(cpu);

	isr |= (kind & MEM_READ ? ISR_R : 0) | (kind & MEM_WRITE ? ISR_W : 0);
	if (r3->nat)
		return fault_reg_nat(cpu, isr);
	if (pl < cpl)
		pl = cpl;
	return mem_translate(
		cpu, r3->val, 1,
		kind | MEM_NA(NA_PROBE_FAULT) | MEM_FAULTING | MEM_VIRTUAL | MEM_PL(pl), &pa);
}

enum exec exec_probe_rw_fault(struct cpu *cpu, const struct op *op)
{
	return probe_fault(cpu, op, MEM_READ | MEM_WRITE);
}

enum exec exec_probe_r_fault(struct cpu *cpu, const struct op *op)
{
	return probe_fault(cpu, op, MEM_READ);
}

enum exec exec_probe_w_fault(struct cpu *cpu, const struct op *op)
{
	return probe_fault(cpu, op, MEM_WRITE);
}

/* ---- fc: caches are coherent, what is left is the check of the address ---- */

enum exec exec_fc(struct cpu *cpu, const struct op *op)
{
	const struct gr *r3 = cpu_gr(cpu, op->r3);
	uint64_t pa;

	if (r3->nat)
		return fault_reg_nat(cpu, ISR_R | ISR_NA | NA_FC);
	return mem_translate(cpu, r3->val, 1, MEM_READ | MEM_NA(NA_FC), &pa);
}

enum exec exec_fc_i(struct cpu *cpu, const struct op *op)
{
	return exec_fc(cpu, op);
}

/* ---- region and protection key registers ---- */

enum exec exec_mov_to_rr(struct cpu *cpu, const struct op *op)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2), *r3 = cpu_gr(cpu, op->r3);

	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (r2->nat || r3->nat)
		return fault_reg_nat(cpu, 0);
	if (r2->val >> 32 || r2->val & 2 || !tlb_page_size_ok(RR_PS(r2->val)))
		return fault_reserved_reg_field(cpu);
	tlb_write_rr(cpu, VA_REGION(r3->val), r2->val);
	return EXEC_SYNC;
}

enum exec exec_mov_from_rr(struct cpu *cpu, const struct op *op)
{
	const struct gr *r3 = cpu_gr(cpu, op->r3);

	if (op->r1 >= cpu->gr_limit)
		return fault_illegal_op(cpu);
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (r3->nat)
		return fault_reg_nat(cpu, 0);
	return cpu_set_gr(cpu, op->r1, cpu->rr[VA_REGION(r3->val)], 0);
}

#define PKR_V	     1UL
#define PKR_KEY	     0xffffff00UL
#define PKR_RESERVED (~0UL << 32 | 0xf0)

enum exec exec_mov_to_pkr(struct cpu *cpu, const struct op *op)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2), *r3 = cpu_gr(cpu, op->r3);
	unsigned n = r3->val & 0xff;

	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (r2->nat || r3->nat)
		return fault_reg_nat(cpu, 0);
	if (n >= CPU_NPKR || r2->val & PKR_RESERVED)
		return fault_reserved_reg_field(cpu);
	if (r2->val & PKR_V) /* a key is in one register only */
		for (unsigned i = 0; i < CPU_NPKR; i++)
			if (i != n && !((cpu->pkr[i] ^ r2->val) & PKR_KEY))
				cpu->pkr[i] &= ~PKR_V;
	cpu->pkr[n] = r2->val;
	return EXEC_SYNC;
}

enum exec exec_mov_from_pkr(struct cpu *cpu, const struct op *op)
{
	const struct gr *r3 = cpu_gr(cpu, op->r3);
	unsigned n = r3->val & 0xff;

	if (op->r1 >= cpu->gr_limit)
		return fault_illegal_op(cpu);
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (r3->nat)
		return fault_reg_nat(cpu, 0);
	if (n >= CPU_NPKR)
		return fault_reserved_reg_field(cpu);
	return cpu_set_gr(cpu, op->r1, cpu->pkr[n], 0);
}
