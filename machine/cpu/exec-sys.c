// SPDX-License-Identifier: MIT
/*
 * System registers: moves from and to application, control and indirect registers and the
 * PSR, and its mask instructions (SDM vol 3: mov ar, mov cr, mov indirect, mov psr, mov um,
 * sum, rum, ssm, rsm).
 *
 * What is in a register belongs to regs.c. Here is the order of the checks, which is that of
 * each page: Illegal Operation, Privileged Operation, NaT Consumption, Reserved
 * Register/Field. Region and protection key registers are with the memory unit.
 */
#include "cpu/cpu.h"
#include "cpu/exec.h"
#include "cpu/fault.h"
#include "cpu/parts.h"

static inline bool bad_target(const struct cpu *cpu, unsigned r1)
{
	return r1 >= cpu->gr_limit;
}

/* ---- application registers ---- */

enum { UNIT_M = 1, UNIT_I = 2, UNIT_MI = 3 };

/* Which form may name the register: none for the reserved ones (SDM vol 1 table 3-3). */
static const uint8_t ar_units[128] = {
	[48 ... 63] = UNIT_MI, /* ignored */
	[112 ... 127] = UNIT_MI,
#define ISA_AR(number, name, units) [number] = UNIT_##units,
#include "regs.def"
};

static enum exec ar_to_gr(struct cpu *cpu, const struct op *op, unsigned unit)
{
	enum exec r;
	uint64_t v;

	if (!(ar_units[op->r3] & unit) || bad_target(cpu, op->r1))
		return fault_illegal_op(cpu);
	r = ar_read(cpu, op->r3, &v);
	if (r != EXEC_NEXT)
		return r;
	return cpu_set_gr(cpu, op->r1, v, 0);
}

static enum exec gr_to_ar(struct cpu *cpu, const struct op *op, unsigned unit)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2);
	unsigned ar = op->r3;

	if (!(ar_units[ar] & unit))
		return fault_illegal_op(cpu);
	if (r2->nat) {
		if (ar == AR_BSP || ((ar == AR_BSPSTORE || ar == AR_RNAT) && (cpu->ar[AR_RSC] & 3)))
			return fault_illegal_op(cpu);
		return fault_reg_nat(cpu, 0);
	}
	return ar_write(cpu, ar, r2->val);
}

static enum exec imm_to_ar(struct cpu *cpu, const struct op *op, unsigned unit)
{
	if (!(ar_units[op->r3] & unit))
		return fault_illegal_op(cpu);
	return ar_write(cpu, op->r3, op->imm);
}

enum exec exec_mov_from_ar_m(struct cpu *cpu, const struct op *op)
{
	return ar_to_gr(cpu, op, UNIT_M);
}

enum exec exec_mov_from_ar_i(struct cpu *cpu, const struct op *op)
{
	return ar_to_gr(cpu, op, UNIT_I);
}

enum exec exec_mov_to_ar_m(struct cpu *cpu, const struct op *op)
{
	return gr_to_ar(cpu, op, UNIT_M);
}

enum exec exec_mov_to_ar_i(struct cpu *cpu, const struct op *op)
{
	return gr_to_ar(cpu, op, UNIT_I);
}

enum exec exec_mov_ar_imm_m(struct cpu *cpu, const struct op *op)
{
	return imm_to_ar(cpu, op, UNIT_M);
}

enum exec exec_mov_ar_imm_i(struct cpu *cpu, const struct op *op)
{
	return imm_to_ar(cpu, op, UNIT_I);
}

/* ---- control registers ---- */

/* Of the architected ones, the instruction bundle registers are not implemented. */
static const bool cr_exists[128] = {
#define ISA_CR(number, name) [number] = true,
#include "regs.def"
};

enum { CR_IIB0 = 26, CR_IIB1 };

static bool cr_illegal(const struct cpu *cpu, unsigned cr, bool write)
{
	bool interruption = cr >= CR_IPSR && cr <= CR_IHA;
	bool read_only = cr == CR_IVR || (cr >= CR_IRR0 && cr <= CR_IRR3);

	return !cr_exists[cr] || cr == CR_IIB0 || cr == CR_IIB1 || (write && read_only) ||
	       (interruption && (cpu->psr & PSR_IC));
}

enum exec exec_mov_from_cr(struct cpu *cpu, const struct op *op)
{
	enum exec r;
	uint64_t v;

	if (cr_illegal(cpu, op->r3, false) || bad_target(cpu, op->r1))
		return fault_illegal_op(cpu);
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	r = cr_read(cpu, op->r3, &v);
	if (r != EXEC_NEXT)
		return r;
	return cpu_set_gr(cpu, op->r1, v, 0);
}

enum exec exec_mov_to_cr(struct cpu *cpu, const struct op *op)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2);

	if (cr_illegal(cpu, op->r3, true))
		return fault_illegal_op(cpu);
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (r2->nat)
		return fault_reg_nat(cpu, 0);
	return cr_write(cpu, op->r3, r2->val);
}

/* ---- PSR ---- */

/* The writable bits of the user mask, the system mask and the lower half */
#define PSR_UM (PSR_BE | PSR_UP | PSR_AC | PSR_MFL | PSR_MFH)
#define PSR_SM                                                                                     \
	(PSR_UM | PSR_IC | PSR_I | PSR_PK | PSR_DT | PSR_DFL | PSR_DFH | PSR_SP | PSR_PP |         \
	 PSR_DI | PSR_SI)
#define PSR_L (PSR_SM | PSR_DB | PSR_LP | PSR_TB | PSR_RT)

/* Bits that are looked at only where they matter: nobody keeps anything that follows from them. */
#define PSR_QUIET (PSR_AC | PSR_MFL | PSR_MFH | PSR_IC | PSR_DFL | PSR_DFH | PSR_SP | PSR_SI)

static inline enum exec set_psr(struct cpu *cpu, uint64_t psr)
{
	uint64_t quiet = PSR_QUIET;

	/* PSR.i matters when it goes up and an interrupt waits for it */
	if (!(psr & PSR_I) || !cpu->irq_ready)
		quiet |= PSR_I;
	quiet |= ~(cpu->psr ^ psr);
	cpu->psr = psr;
	if (!~quiet)
		return EXEC_NEXT;
	cpu_psr_changed(cpu);
	return EXEC_SYNC;
}

/* PSR.up cannot be changed by the user mask instructions while PSR.sp is 1. */
static inline uint64_t um_mask(const struct cpu *cpu)
{
	return cpu->psr & PSR_SP ? PSR_UM & ~PSR_UP : PSR_UM;
}

enum exec exec_mov_from_psr(struct cpu *cpu, const struct op *op)
{
	if (bad_target(cpu, op->r1))
		return fault_illegal_op(cpu);
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	return cpu_set_gr(cpu, op->r1, cpu->psr & (0xffffffffUL | PSR_MC | PSR_IT), 0);
}

enum exec exec_mov_from_psr_um(struct cpu *cpu, const struct op *op)
{
	return cpu_set_gr(cpu, op->r1, cpu->psr & PSR_UM, 0);
}

/* Bits 63:32 of the source are ignored. */
enum exec exec_mov_to_psr_l(struct cpu *cpu, const struct op *op)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2);

	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (r2->nat)
		return fault_reg_nat(cpu, 0);
	if ((uint32_t)r2->val & ~PSR_L)
		return fault_reserved_reg_field(cpu);
	return set_psr(cpu, (cpu->psr & ~PSR_L) | (uint32_t)r2->val);
}

enum exec exec_mov_to_psr_um(struct cpu *cpu, const struct op *op)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2);
	uint64_t mask = um_mask(cpu);

	if (r2->nat)
		return fault_reg_nat(cpu, 0);
	if (r2->val & ~PSR_UM)
		return fault_reserved_reg_field(cpu);
	return set_psr(cpu, (cpu->psr & ~mask) | (r2->val & mask));
}

enum exec exec_sum(struct cpu *cpu, const struct op *op)
{
	if (op->imm & ~PSR_UM)
		return fault_reserved_reg_field(cpu);
	return set_psr(cpu, cpu->psr | (op->imm & um_mask(cpu)));
}

enum exec exec_rum(struct cpu *cpu, const struct op *op)
{
	if (op->imm & ~PSR_UM)
		return fault_reserved_reg_field(cpu);
	return set_psr(cpu, cpu->psr & ~(op->imm & um_mask(cpu)));
}

enum exec exec_ssm(struct cpu *cpu, const struct op *op)
{
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (op->imm & ~PSR_SM)
		return fault_reserved_reg_field(cpu);
	return set_psr(cpu, cpu->psr | op->imm);
}

enum exec exec_rsm(struct cpu *cpu, const struct op *op)
{
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (op->imm & ~PSR_SM)
		return fault_reserved_reg_field(cpu);
	return set_psr(cpu, cpu->psr & ~op->imm);
}

/* ---- indirect registers: bits 7:0 of r3 are the index ---- */

#define ANY_CPL true

/* The checks of a move from a register file of @n; the index comes back in @i. */
static enum exec from_indirect(struct cpu *cpu, const struct op *op, unsigned n, bool any_cpl,
			       unsigned *i)
{
	const struct gr *r3 = cpu_gr(cpu, op->r3);

	*i = r3->val & 0xff;
	if (bad_target(cpu, op->r1))
		return fault_illegal_op(cpu);
	if (!any_cpl && cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (r3->nat)
		return fault_reg_nat(cpu, 0);
	return *i < n ? EXEC_NEXT : fault_reserved_reg_field(cpu);
}

static enum exec to_indirect(struct cpu *cpu, const struct op *op, unsigned n, unsigned *i)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2), *r3 = cpu_gr(cpu, op->r3);

	*i = r3->val & 0xff;
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (r2->nat | r3->nat)
		return fault_reg_nat(cpu, 0);
	return *i < n ? EXEC_NEXT : fault_reserved_reg_field(cpu);
}

enum exec exec_mov_from_dbr(struct cpu *cpu, const struct op *op)
{
	unsigned i;
	enum exec r = from_indirect(cpu, op, CPU_NDBR, !ANY_CPL, &i);

	return r == EXEC_NEXT ? cpu_set_gr(cpu, op->r1, cpu->dbr[i], 0) : r;
}

enum exec exec_mov_from_ibr(struct cpu *cpu, const struct op *op)
{
	unsigned i;
	enum exec r = from_indirect(cpu, op, CPU_NIBR, !ANY_CPL, &i);

	return r == EXEC_NEXT ? cpu_set_gr(cpu, op->r1, cpu->ibr[i], 0) : r;
}

enum exec exec_mov_from_cpuid(struct cpu *cpu, const struct op *op)
{
	unsigned i;
	enum exec r = from_indirect(cpu, op, 5, ANY_CPL, &i);

	return r == EXEC_NEXT ? cpu_set_gr(cpu, op->r1, cpu->cpuid[i], 0) : r;
}

enum exec exec_mov_to_dbr(struct cpu *cpu, const struct op *op)
{
	unsigned i;
	enum exec r = to_indirect(cpu, op, CPU_NDBR, &i);

	if (r != EXEC_NEXT)
		return r;
	cpu->dbr[i] = cpu_gr(cpu, op->r2)->val;
	cpu_psr_changed(cpu);
	return EXEC_SYNC;
}

enum exec exec_mov_to_ibr(struct cpu *cpu, const struct op *op)
{
	unsigned i;
	enum exec r = to_indirect(cpu, op, CPU_NIBR, &i);

	if (r != EXEC_NEXT)
		return r;
	cpu->ibr[i] = cpu_gr(cpu, op->r2)->val;
	cpu_psr_changed(cpu);
	return EXEC_SYNC;
}

/*
 * Performance monitors. Those beyond the implemented ones do not fault (page mov indirect):
 * they read as 0 and forget what is written.
 */
static enum exec when_exact(struct cpu *cpu, enum exec checked)
{
	if (checked != EXEC_NEXT || cpu->exact)
		return checked;
	cpu->exact = true;
	return EXEC_EXACT;
}

enum exec exec_mov_from_pmc(struct cpu *cpu, const struct op *op)
{
	unsigned i;
	enum exec r = when_exact(cpu, from_indirect(cpu, op, 256, !ANY_CPL, &i));

	return r == EXEC_NEXT ? cpu_set_gr(cpu, op->r1, pmu_read_pmc(cpu, i), 0) : r;
}

enum exec exec_mov_from_pmd(struct cpu *cpu, const struct op *op)
{
	unsigned i;
	enum exec r = when_exact(cpu, from_indirect(cpu, op, 256, ANY_CPL, &i));

	return r == EXEC_NEXT ? cpu_set_gr(cpu, op->r1, pmu_read_pmd(cpu, i), 0) : r;
}

enum exec exec_mov_to_pmc(struct cpu *cpu, const struct op *op)
{
	unsigned i;
	enum exec r = when_exact(cpu, to_indirect(cpu, op, 256, &i));

	if (r == EXEC_NEXT)
		pmu_write_pmc(cpu, i, cpu_gr(cpu, op->r2)->val);
	return r;
}

enum exec exec_mov_to_pmd(struct cpu *cpu, const struct op *op)
{
	unsigned i;
	enum exec r = when_exact(cpu, to_indirect(cpu, op, 256, &i));

	if (r == EXEC_NEXT)
		pmu_write_pmd(cpu, i, cpu_gr(cpu, op->r2)->val);
	return r;
}

/* Model-specific registers: this model has none. */
enum exec exec_mov_from_msr(struct cpu *cpu, const struct op *op)
{
	unsigned i;

	return from_indirect(cpu, op, 0, !ANY_CPL, &i);
}

enum exec exec_mov_to_msr(struct cpu *cpu, const struct op *op)
{
	unsigned i;

	return to_indirect(cpu, op, 0, &i);
}

/*
 * Data access hints are not implemented (CPUID[4] bit 34 is 0): reading is not an
 * instruction then, and writing, which is encoded as a hint.m, is a hint.
 */
enum exec exec_mov_from_dahr(struct cpu *cpu, const struct op *op)
{
	(void)op;
	return fault_illegal_op(cpu);
}

enum exec exec_mov_to_dahr(struct cpu *cpu, const struct op *op)
{
	(void)cpu;
	(void)op;
	return EXEC_NEXT;
}
