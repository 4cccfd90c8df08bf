// SPDX-License-Identifier: MIT
/*
 * The B unit and the X unit's branches, break and nop (SDM vol 3 ch. 2).
 *
 * A branch handler leaves the target in cpu->ip; the traps that may follow (taken branch,
 * lower privilege, single step) are the run loop's business.
 */
#include "cpu/exec.h"
#include "cpu/fault.h"
#include "cpu/parts.h"

static inline enum exec branch(struct cpu *cpu, uint64_t target)
{
	cpu->ip = target;
	cpu->ri = 0;
	return EXEC_BRANCH;
}

static inline enum exec branch_if(struct cpu *cpu, const struct op *op, bool taken)
{
	return taken ? branch(cpu, cpu->ip + op->imm) : EXEC_NEXT;
}

enum exec exec_br_cond(struct cpu *cpu, const struct op *op)
{
	return branch(cpu, cpu->ip + op->imm);
}

enum exec exec_brl_cond(struct cpu *cpu, const struct op *op)
{
	return branch(cpu, cpu->ip + op_imm64(op));
}

enum exec exec_br_cond_ind(struct cpu *cpu, const struct op *op)
{
	return branch(cpu, cpu->br[op->r2] & ~15UL);
}

static enum exec call(struct cpu *cpu, unsigned link, uint64_t target)
{
	cpu->br[link] = cpu->ip + 16;
	rse_call(cpu);
	return branch(cpu, target);
}

enum exec exec_br_call(struct cpu *cpu, const struct op *op)
{
	return call(cpu, op->r1, cpu->ip + op->imm);
}

enum exec exec_brl_call(struct cpu *cpu, const struct op *op)
{
	return call(cpu, op->r1, cpu->ip + op_imm64(op));
}

enum exec exec_br_call_ind(struct cpu *cpu, const struct op *op)
{
	return call(cpu, op->r1, cpu->br[op->r2] & ~15UL);
}

enum exec exec_br_ret(struct cpu *cpu, const struct op *op)
{
	uint64_t pfs = cpu->ar[AR_PFS], target = cpu->br[op->r2] & ~15UL, from = cpu->ip;
	uint64_t ppl = pfs >> 62;
	bool demoted = cpu_cpl(cpu) < ppl;

	rse_return(cpu, pfs);
	branch(cpu, target);
	if (likely(!demoted && !cpu->cfle))
		return EXEC_BRANCH;
	if (demoted) {
		cpu->psr = (cpu->psr & ~PSR_CPL) | ppl << PSR_CPL_SHIFT;
		cpu_psr_changed(cpu);
	}
	cpu->last_ip = from;
	return EXEC_RESUME;
}

/* Without the IA-32 instruction set no transition to it is ever enabled. */
enum exec exec_br_ia(struct cpu *cpu, const struct op *op)
{
	if (op->qpx || cpu->bspstore != cpu->bsp)
		return fault_illegal_op(cpu);
	return fault_general(cpu, GEX_DISABLED_ISA);
}

enum exec exec_br_cloop(struct cpu *cpu, const struct op *op)
{
	uint64_t *lc = &cpu->ar[AR_LC];

	if (op->slot != 2)
		return fault_illegal_op(cpu);
	if (!*lc)
		return EXEC_NEXT;
	--*lc;
	return branch(cpu, cpu->ip + op->imm);
}

/* PR63 becomes PR16 by the rotation: the new stage's predicate. */
static void rotate_with(struct cpu *cpu, bool stage)
{
	cpu_set_pr(cpu, 63, stage);
	rse_rotate(cpu);
}

/* Epilog of both kinds of modulo-scheduled loop */
static void count_epilog(struct cpu *cpu)
{
	if (cpu->ar[AR_EC]) {
		cpu->ar[AR_EC]--;
		rotate_with(cpu, false);
	} else {
		cpu_set_pr(cpu, 63, false);
	}
}

/* br.ctop and br.cexit: is there another iteration? */
static bool counted_step(struct cpu *cpu)
{
	bool more = cpu->ar[AR_LC] || cpu->ar[AR_EC] > 1;

	if (cpu->ar[AR_LC]) {
		cpu->ar[AR_LC]--;
		rotate_with(cpu, true);
	} else {
		count_epilog(cpu);
	}
	return more;
}

static bool while_step(struct cpu *cpu, bool pr)
{
	bool more = pr || cpu->ar[AR_EC] > 1;

	if (pr)
		rotate_with(cpu, false);
	else
		count_epilog(cpu);
	return more;
}

enum exec exec_br_ctop(struct cpu *cpu, const struct op *op)
{
	if (op->slot != 2)
		return fault_illegal_op(cpu);
	return branch_if(cpu, op, counted_step(cpu));
}

enum exec exec_br_cexit(struct cpu *cpu, const struct op *op)
{
	if (op->slot != 2)
		return fault_illegal_op(cpu);
	return branch_if(cpu, op, !counted_step(cpu));
}

enum exec exec_br_wtop(struct cpu *cpu, const struct op *op)
{
	if (op->slot != 2)
		return fault_illegal_op(cpu);
	return branch_if(cpu, op, while_step(cpu, cpu_pr(cpu, op->qpx)));
}

enum exec exec_br_wexit(struct cpu *cpu, const struct op *op)
{
	if (op->slot != 2)
		return fault_illegal_op(cpu);
	return branch_if(cpu, op, !while_step(cpu, cpu_pr(cpu, op->qpx)));
}

enum exec exec_cover(struct cpu *cpu, const struct op *op)
{
	(void)op;
	if (!(cpu->psr & PSR_IC))
		cpu->cr[CR_IFS] = cfm_pack(&cpu->cfm) | 1UL << 63;
	rse_cover(cpu);
	return EXEC_NEXT;
}

enum exec exec_clrrrb(struct cpu *cpu, const struct op *op)
{
	(void)op;
	rse_clrrrb(cpu, false);
	return EXEC_NEXT;
}

enum exec exec_clrrrb_pr(struct cpu *cpu, const struct op *op)
{
	(void)op;
	rse_clrrrb(cpu, true);
	return EXEC_NEXT;
}

enum exec exec_rfi(struct cpu *cpu, const struct op *op)
{
	uint64_t ipsr = cpu->cr[CR_IPSR];
	bool ic = cpu->psr & PSR_IC;

	(void)op;
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (ipsr & PSR_IS)
		return fault_general(cpu, GEX_DISABLED_ISA); /* there is no IA-32 */
	/* an instruction run with PSR.ic = 0 is none for IIPA, SDM vol 2 §3.3.5.6 */
	cpu->last_ip = ic ? cpu->ip : cpu->cr[CR_IIPA];
	cpu->ip = cpu->cr[CR_IIP] & ~15UL;
	cpu->ri = ipsr >> PSR_RI_SHIFT & 3;
	rse_rfi(cpu, cpu->cr[CR_IFS]);
	cpu_set_psr(cpu, ipsr);
	return EXEC_RESUME;
}

static enum exec bank(struct cpu *cpu, unsigned bn)
{
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	cpu_switch_bank(cpu, bn);
	return EXEC_NEXT;
}

enum exec exec_bsw_0(struct cpu *cpu, const struct op *op)
{
	(void)op;
	return bank(cpu, 0);
}

enum exec exec_bsw_1(struct cpu *cpu, const struct op *op)
{
	(void)op;
	return bank(cpu, 1);
}

/* The privilege that the page of @ip grants, its level if it is a promotion page; or a fault */
static enum exec promoted_cpl(struct cpu *cpu, unsigned *cpl)
{
	struct tlb_entry e;
	enum exec r;

	if (!(cpu->psr & PSR_IT)) {
		*cpl = 0;
		return EXEC_NEXT;
	}
	r = tlb_fetch_entry(cpu, cpu->ip, &e);
	if (r == EXEC_NEXT && PTE_AR(e.pte) == 7 && PTE_PL(e.pte) < *cpl)
		*cpl = PTE_PL(e.pte);
	return r;
}

enum exec exec_epc(struct cpu *cpu, const struct op *op)
{
	unsigned cpl = cpu_cpl(cpu);
	enum exec r;

	(void)op;
	if (cpu->ar[AR_PFS] >> 62 < cpl)
		return fault_illegal_op(cpu);
	if (!cpl)
		return EXEC_NEXT;
	r = promoted_cpl(cpu, &cpl);
	if (r != EXEC_NEXT)
		return r;
	cpu->psr = (cpu->psr & ~PSR_CPL) | (uint64_t)cpl << PSR_CPL_SHIFT;
	cpu_psr_changed(cpu);
	return EXEC_SYNC;
}

/* A processor without virtual machine extensions does not know them, whatever the CPL. */
enum exec exec_vmsw_0(struct cpu *cpu, const struct op *op)
{
	(void)op;
	return fault_illegal_op(cpu);
}

enum exec exec_vmsw_1(struct cpu *cpu, const struct op *op)
{
	(void)op;
	return fault_illegal_op(cpu);
}

/* break.b reports 0, SDM vol 3 "break" */
enum exec exec_break_b(struct cpu *cpu, const struct op *op)
{
	return cpu_break(cpu, op->imm, 0);
}

enum exec exec_break_x(struct cpu *cpu, const struct op *op)
{
	return cpu_break(cpu, op->imm & 0x1fffff, op->imm & 0x1fffff);
}

/* Branch predicts are hints; nops, and hints other than @pause, are dropped when decoded. */
static enum exec nothing(struct cpu *cpu, const struct op *op)
{
	(void)cpu;
	(void)op;
	return EXEC_NEXT;
}

enum exec exec_brp(struct cpu *cpu, const struct op *op)
{
	return nothing(cpu, op);
}

enum exec exec_brp_ind(struct cpu *cpu, const struct op *op)
{
	return nothing(cpu, op);
}

enum exec exec_brp_ret(struct cpu *cpu, const struct op *op)
{
	return nothing(cpu, op);
}

enum exec exec_nop_b(struct cpu *cpu, const struct op *op)
{
	return nothing(cpu, op);
}

enum exec exec_hint_b(struct cpu *cpu, const struct op *op)
{
	(void)op;
	return cpu_pause(cpu);
}

enum exec exec_nop_x(struct cpu *cpu, const struct op *op)
{
	return nothing(cpu, op);
}

enum exec exec_hint_x(struct cpu *cpu, const struct op *op)
{
	(void)op;
	return cpu_pause(cpu);
}
