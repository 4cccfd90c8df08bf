// SPDX-License-Identifier: MIT
/*
 * Floating-point loads and stores (SDM vol 3, pages ldf, ldfp, stf), getf and setf.
 *
 * The memory formats are those of fp.h; a deferred load leaves NaTVal. A load pair has one
 * ALAT entry for each of its registers, both of the pair's size.
 */
#include "cpu/cpu.h"
#include "cpu/exec.h"
#include "cpu/fault.h"
#include "cpu/parts.h"

/* Beyond enum isa_fsz: the 16-byte format of ldf.fill and stf.spill */
#define FSZ_SPILL 4

static const uint8_t bytes_of[] = {
	[ISA_FSZ_E] = 10, [ISA_FSZ_8] = 8, [ISA_FSZ_S] = 4, [ISA_FSZ_D] = 8, [FSZ_SPILL] = 16,
};

/* ISR.code of a Disabled FP-Register fault for register @f; 0 if it is enabled */
static unsigned fr_disabled(const struct cpu *cpu, unsigned f)
{
	if (f >= 32)
		return cpu->psr & PSR_DFH ? 2 : 0;
	return f >= 2 && cpu->psr & PSR_DFL ? 1 : 0;
}

static void put_fr(struct cpu *cpu, unsigned f, struct fpreg v)
{
	*cpu_fr(cpu, f) = v;
	cpu->psr |= f >= 32 ? PSR_MFH : PSR_MFL;
}

static struct fpreg from_memory(unsigned fsz, uint64_t lo, uint64_t hi)
{
	switch (fsz) {
	case ISA_FSZ_S: return fp_from_single(lo);
	case ISA_FSZ_D: return fp_from_double(lo);
	case ISA_FSZ_8: return fp_from_sig(lo);
	case ISA_FSZ_E: return fp_from_ext(lo, hi);
	default: return fp_from_spill(lo, hi);
	}
}

static void to_memory(unsigned fsz, const struct fpreg *f, uint64_t val[2])
{
	uint16_t se = 0;

	val[1] = 0;
	switch (fsz) {
	case ISA_FSZ_S: val[0] = fp_to_single(f); break;
	case ISA_FSZ_D: val[0] = fp_to_double(f); break;
	case ISA_FSZ_8: val[0] = fp_to_sig(f); break;
	case ISA_FSZ_E:
		fp_to_ext(f, &val[0], &se);
		val[1] = se;
		break;
	default: fp_to_spill(f, &val[0], &val[1]); break;
	}
}

/* ---- loads ---- */

/**
 * struct fload - a floating-point load, single or pair
 * @f2: second target of a pair, else 0
 * @size: bytes
 * @how: MEM_*
 * @update, @inc, @inc_nat: base register update
 */
struct fload {
	unsigned f1, f2, r3, fsz, size, how;
	bool clear, keep, update;
	uint64_t inc, inc_nat;
};

static struct fload fload_begin(const struct op *op, unsigned fsz, unsigned size, unsigned type)
{
	struct fload l = { .f1 = op->r1, .r3 = op->r3, .fsz = fsz, .size = size, .how = MEM_READ };

	if (fsz == ISA_FSZ_E)
		l.how |= MEM_WB_ONLY;
	if (type == ISA_LD_S || type == ISA_LD_SA)
		l.how |= MEM_SPEC;
	if (type == ISA_LD_A || type == ISA_LD_SA)
		l.how |= MEM_ADVANCED;
	l.clear = type == ISA_LD_C_CLR;
	l.keep = type == ISA_LD_C_NC;
	return l;
}

/* Illegal Operation, Disabled FP-Register, Register NaT Consumption; EXEC_NEXT if none */
static enum exec fload_check(struct cpu *cpu, const struct fload *l)
{
	unsigned code = fr_disabled(cpu, l->f1) | (l->f2 ? fr_disabled(cpu, l->f2) : 0);

	if (unlikely(l->update && l->r3 >= cpu->gr_limit))
		return fault_illegal_op(cpu);
	if (unlikely(code))
		return fault_disabled_fp(cpu, code, ISR_R | (l->how & MEM_SPEC ? ISR_SP : 0));
	if (unlikely(cpu_gr(cpu, l->r3)->nat && !(l->how & MEM_SPEC)))
		return fault_reg_nat(cpu, ISR_R);
	return EXEC_NEXT;
}

static void fload_update(struct cpu *cpu, const struct fload *l)
{
	struct gr *g;

	if (!l->update)
		return;
	g = cpu_gr(cpu, l->r3);
	g->val += l->inc;
	g->nat |= l->inc_nat;
}

/* Is this a check load that finds its entry (a pair: both)? */
static bool fload_hit(struct cpu *cpu, const struct fload *l)
{
	if (!l->clear && !l->keep)
		return false;
	if (l->f2 && !alat_check(cpu, true, l->f2, ~0UL, 0, false))
		return false;
	if (!alat_check(cpu, true, l->f1, ~0UL, 0, l->clear))
		return false;
	if (l->f2 && l->clear)
		alat_purge_reg(cpu, true, l->f2);
	return true;
}

static void fload_alat(struct cpu *cpu, const struct fload *l, uint64_t va, bool deferred)
{
	uint64_t where;

	if (l->clear || l->how & MEM_ADVANCED) {
		alat_purge_reg(cpu, true, l->f1);
		if (l->f2)
			alat_purge_reg(cpu, true, l->f2);
	}
	if (deferred || !(l->keep || l->how & MEM_ADVANCED))
		return;
	where = mem_host(cpu, va);
	if (!where)
		return;
	alat_insert(cpu, true, l->f1, where, l->size);
	if (l->f2)
		alat_insert(cpu, true, l->f2, where, l->size);
}

static enum exec fload_read(struct cpu *cpu, const struct fload *l, uint64_t val[2])
{
	const struct gr *base = cpu_gr(cpu, l->r3);

	if (l->how == MEM_READ && l->size == 8)
		return mem_read(cpu, base->val, 8, MEM_READ, val);
	if (l->how == MEM_READ && l->size == 4)
		return mem_read(cpu, base->val, 4, MEM_READ, val);
	if (l->how == MEM_READ && l->fsz == FSZ_SPILL)
		return mem_read16(cpu, base->val, val);
	if (l->how & MEM_SPEC && (base->nat || cpu->psr & PSR_ED))
		return EXEC_SYNC;
	return mem_read_slow(cpu, base->val, l->size, l->how, val);
}

static void fload_put(struct cpu *cpu, const struct fload *l, const uint64_t val[2])
{
	put_fr(cpu, l->f1, from_memory(l->fsz, val[0], val[1]));
	if (l->f2)
		put_fr(cpu, l->f2,
		       from_memory(l->fsz, l->fsz == ISA_FSZ_S ? val[0] >> 32 : val[1], 0));
}

static enum exec fload(struct cpu *cpu, const struct fload *l)
{
	uint64_t val[2] = { 0, 0 }, va = cpu_gr(cpu, l->r3)->val;
	enum exec x = fload_check(cpu, l);

	if (unlikely(x != EXEC_NEXT))
		return x;
	if (!fload_hit(cpu, l)) {
		x = fload_read(cpu, l, val);
		if (unlikely(x != EXEC_NEXT && x != EXEC_SYNC))
			return x;
		if (unlikely(l->how & MEM_ADVANCED || l->clear || l->keep))
			fload_alat(cpu, l, va, x == EXEC_SYNC);
		if (x == EXEC_SYNC) {
			put_fr(cpu, l->f1, FP_REG_NATVAL);
			if (l->f2)
				put_fr(cpu, l->f2, FP_REG_NATVAL);
		} else {
			fload_put(cpu, l, val);
		}
	}
	fload_update(cpu, l);
	return EXEC_NEXT;
}

static inline void update_imm(struct fload *l, const struct op *op)
{
	l->update = true;
	l->inc = op->imm;
}

static inline void update_reg(struct cpu *cpu, struct fload *l, const struct op *op)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2);

	l->update = true;
	l->inc = r2->val;
	l->inc_nat = r2->nat;
}

enum exec exec_ldf(struct cpu *cpu, const struct op *op)
{
	struct fload l = fload_begin(op, op->c[0], bytes_of[op->c[0]], op->c[1]);

	return fload(cpu, &l);
}

enum exec exec_ldf_reg(struct cpu *cpu, const struct op *op)
{
	struct fload l = fload_begin(op, op->c[0], bytes_of[op->c[0]], op->c[1]);

	update_reg(cpu, &l, op);
	return fload(cpu, &l);
}

enum exec exec_ldf_imm(struct cpu *cpu, const struct op *op)
{
	struct fload l = fload_begin(op, op->c[0], bytes_of[op->c[0]], op->c[1]);

	update_imm(&l, op);
	return fload(cpu, &l);
}

enum exec exec_ldf_fill(struct cpu *cpu, const struct op *op)
{
	struct fload l = fload_begin(op, FSZ_SPILL, 16, ISA_LD_NONE);

	return fload(cpu, &l);
}

enum exec exec_ldf_fill_reg(struct cpu *cpu, const struct op *op)
{
	struct fload l = fload_begin(op, FSZ_SPILL, 16, ISA_LD_NONE);

	update_reg(cpu, &l, op);
	return fload(cpu, &l);
}

enum exec exec_ldf_fill_imm(struct cpu *cpu, const struct op *op)
{
	struct fload l = fload_begin(op, FSZ_SPILL, 16, ISA_LD_NONE);

	update_imm(&l, op);
	return fload(cpu, &l);
}

/* One target has to be odd, the other even (by physical number, SDM vol 3 ldfp) */
static bool same_bank(struct cpu *cpu, const struct op *op)
{
	return !((cpu_fr(cpu, op->r1) - cpu_fr(cpu, op->r2)) & 1);
}

static enum exec load_pair(struct cpu *cpu, const struct op *op, bool update)
{
	unsigned fsz = op->c[0], size = fsz == ISA_FSZ_S ? 8 : 16;
	struct fload l = fload_begin(op, fsz, size, op->c[1]);

	if (same_bank(cpu, op))
		return fault_illegal_op(cpu);
	l.f2 = op->r2;
	l.how |= MEM_PAIR;
	l.update = update;
	l.inc = size;
	return fload(cpu, &l);
}

enum exec exec_ldfp(struct cpu *cpu, const struct op *op)
{
	return load_pair(cpu, op, false);
}

enum exec exec_ldfp_imm(struct cpu *cpu, const struct op *op)
{
	return load_pair(cpu, op, true);
}

/* ---- stores ---- */

static ALWAYS_INLINE enum exec fstore(struct cpu *cpu, const struct op *op, unsigned fsz,
				      bool update)
{
	unsigned code = fr_disabled(cpu, op->r2), r3 = op->r3, how = MEM_WRITE;
	const struct fpreg *f = cpu_fr(cpu, op->r2);
	const struct gr *base = cpu_gr(cpu, r3);
	uint64_t val[2], va = base->val, inc = op->imm;
	enum exec x;

	if (update && r3 >= cpu->gr_limit)
		return fault_illegal_op(cpu);
	if (code)
		return fault_disabled_fp(cpu, code, ISR_W);
	if (base->nat || (fsz != FSZ_SPILL && fp_is_natval(f)))
		return fault_reg_nat(cpu, ISR_W);
	to_memory(fsz, f, val);
	if (fsz == ISA_FSZ_E)
		how |= MEM_WB_ONLY;
	if (fsz == ISA_FSZ_D || fsz == ISA_FSZ_8)
		x = mem_write(cpu, va, 8, how, val[0]);
	else if (fsz == FSZ_SPILL)
		x = mem_write16(cpu, va, val);
	else
		x = mem_write_slow(cpu, va, bytes_of[fsz], how, val);
	if (x != EXEC_NEXT && x != EXEC_SYNC)
		return x;
	if (update)
		cpu_gr(cpu, r3)->val += inc;
	return x;
}

enum exec exec_stf(struct cpu *cpu, const struct op *op)
{
	return fstore(cpu, op, op->c[0], false);
}

enum exec exec_stf_imm(struct cpu *cpu, const struct op *op)
{
	return fstore(cpu, op, op->c[0], true);
}

enum exec exec_stf_spill(struct cpu *cpu, const struct op *op)
{
	return fstore(cpu, op, FSZ_SPILL, false);
}

enum exec exec_stf_spill_imm(struct cpu *cpu, const struct op *op)
{
	return fstore(cpu, op, FSZ_SPILL, true);
}

/* ---- between the register files ---- */

enum exec exec_setf(struct cpu *cpu, const struct op *op)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2);
	unsigned code = fr_disabled(cpu, op->r1);
	struct fpreg f;

	if (code)
		return fault_disabled_fp(cpu, code, 0);
	switch (op->c[0]) {
	case ISA_GF_SIG: f = fp_from_sig(r2->val); break;
	case ISA_GF_EXP: f = fp_from_exp(r2->val); break;
	case ISA_GF_S: f = fp_from_single(r2->val); break;
	default: f = fp_from_double(r2->val); break;
	}
	put_fr(cpu, op->r1, r2->nat ? FP_REG_NATVAL : f);
	return EXEC_NEXT;
}

enum exec exec_getf(struct cpu *cpu, const struct op *op)
{
	const struct fpreg *f = cpu_fr(cpu, op->r2);
	unsigned code = fr_disabled(cpu, op->r2);
	bool nat = fp_is_natval(f);
	uint64_t v;

	if (op->r1 >= cpu->gr_limit)
		return fault_illegal_op(cpu);
	if (code)
		return fault_disabled_fp(cpu, code, 0);
	switch (op->c[0]) {
	case ISA_GF_SIG: v = fp_to_sig(f); break;
	case ISA_GF_EXP: v = fp_to_exp(f); break;
	case ISA_GF_S: v = nat ? 0 : fp_to_single(f); break;
	default: v = nat ? 0 : fp_to_double(f); break;
	}
	return cpu_set_gr(cpu, op->r1, v, nat);
}
