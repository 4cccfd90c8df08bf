// SPDX-License-Identifier: MIT
/*
 * The M-unit instructions of the register stack: alloc, flushrs, loadrs (SDM vol 3 §2.2).
 */
#include "cpu/exec.h"
#include "cpu/fault.h"
#include "cpu/parts.h"

enum exec exec_alloc(struct cpu *cpu, const struct op *op)
{
	const struct cfm *c = &cpu->cfm;
	unsigned sof = op->imm, sol = op->len, sor = op->pos;
	uint64_t pfs = cpu->ar[AR_PFS];
	enum exec r;

	/* the target is a register of the new frame */
	if (op->qpx || sof > CPU_NSTACKED || sol > sof || sor > sof || op->r1 >= 32 + sof)
		return fault_illegal_op(cpu);
	if (sor != c->sor && (c->rrb_gr || c->rrb_fr || c->rrb_pr))
		return fault_reserved_reg_field(cpu);
	r = rse_alloc(cpu, sof, sol, sor);
	if (r != EXEC_NEXT)
		return r;
	return cpu_set_gr(cpu, op->r1, pfs, 0);
}

enum exec exec_flushrs(struct cpu *cpu, const struct op *op)
{
	(void)op;
	return rse_flushrs(cpu);
}

enum exec exec_loadrs(struct cpu *cpu, const struct op *op)
{
	(void)op;
	return rse_loadrs(cpu);
}
