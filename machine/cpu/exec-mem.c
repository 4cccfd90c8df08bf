// SPDX-License-Identifier: MIT
/*
 * Integer loads and stores (SDM vol 3, pages ld and st), with their speculative, advanced
 * and check forms.
 *
 * The plain forms are what programs are made of and go straight to mem_read() and
 * mem_write(); the others share one function that follows the SDM's operation section. The
 * order is the SDM's: targets, NaT of the sources, the reference, the results.
 */
#include "cpu/cpu.h"
#include "cpu/exec.h"
#include "cpu/fault.h"
#include "cpu/parts.h"

/* What is added to the base register afterwards, if anything */
struct update {
	bool on;
	uint64_t inc;
	uint64_t nat;
};

#define NO_UPDATE ((struct update){ .on = false })

static inline struct update by_imm(const struct op *op)
{
	return (struct update){ .on = true, .inc = op->imm };
}

static inline struct update by_reg(struct cpu *cpu, const struct op *op)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2);

	return (struct update){ .on = true, .inc = r2->val, .nat = r2->nat };
}

static inline bool bad_target(const struct cpu *cpu, unsigned r)
{
	return unlikely(r >= cpu->gr_limit);
}

static inline void put(struct cpu *cpu, unsigned r, uint64_t val, uint64_t nat)
{
	*cpu_gr(cpu, r) = (struct gr){ .val = val, .nat = nat };
}

static inline void update_base(struct cpu *cpu, unsigned r3, struct update u)
{
	struct gr *g;

	if (!u.on)
		return;
	g = cpu_gr(cpu, r3);
	g->val += u.inc;
	g->nat |= u.nat;
}

/* ---- loads ---- */

/* ld, ld.bias, ld.acq */
static ALWAYS_INLINE enum exec load(struct cpu *cpu, const struct op *op, unsigned size,
				    struct update u)
{
	const struct gr *base = cpu_gr(cpu, op->r3);
	uint64_t val;
	enum exec x;

	if (bad_target(cpu, op->r1) || (u.on && bad_target(cpu, op->r3)))
		return fault_illegal_op(cpu);
	if (unlikely(base->nat))
		return fault_reg_nat(cpu, ISR_R);
	x = mem_read(cpu, base->val, size, MEM_READ, &val);
	if (unlikely(x != EXEC_NEXT))
		return x;
	put(cpu, op->r1, val, 0);
	update_base(cpu, op->r3, u);
	return EXEC_NEXT;
}

/* The reference of a ld.s, ld.a, ld.sa, ld.c; EXEC_SYNC: deferred */
static enum exec special_read(struct cpu *cpu, const struct gr *base, unsigned size, unsigned how,
			      uint64_t *val)
{
	if (how & MEM_SPEC && (base->nat || cpu->psr & PSR_ED))
		return EXEC_SYNC;
	return mem_read_slow(cpu, base->val, size, how, val);
}

static enum exec load_special(struct cpu *cpu, const struct op *op, struct update u)
{
	const struct gr base = *cpu_gr(cpu, op->r3);
	unsigned size = 1u << op->c[0], type = op->c[1], how = MEM_READ;
	bool clear = type == ISA_LD_C_CLR || type == ISA_LD_C_CLR_ACQ;
	bool check = clear || type == ISA_LD_C_NC;
	uint64_t val = 0, where;
	enum exec x;

	if (type == ISA_LD_S || type == ISA_LD_SA)
		how |= MEM_SPEC;
	if (type == ISA_LD_A || type == ISA_LD_SA)
		how |= MEM_ADVANCED;
	if (bad_target(cpu, op->r1) || (u.on && bad_target(cpu, op->r3)))
		return fault_illegal_op(cpu);
	if (base.nat && !(how & MEM_SPEC))
		return fault_reg_nat(cpu, ISR_R);
	if (check && alat_check(cpu, false, op->r1, ~0UL, 0, clear)) {
		update_base(cpu, op->r3, u);
		return EXEC_NEXT;
	}
	x = special_read(cpu, &base, size, how, &val);
	if (x != EXEC_NEXT && x != EXEC_SYNC)
		return x;
	if (clear || how & MEM_ADVANCED)
		alat_purge_reg(cpu, false, op->r1);
	if (x == EXEC_SYNC) {
		put(cpu, op->r1, 0, 1);
	} else {
		put(cpu, op->r1, val, 0);
		where = type == ISA_LD_C_NC || how & MEM_ADVANCED ? mem_host(cpu, base.val) : 0;
		if (where)
			alat_insert(cpu, false, op->r1, where, size);
	}
	update_base(cpu, op->r3, u);
	return EXEC_NEXT;
}

#define LD_PLAIN (1u << ISA_LD_NONE | 1u << ISA_LD_BIAS | 1u << ISA_LD_ACQ)

static enum exec load_any(struct cpu *cpu, const struct op *op, struct update u)
{
	if (!(LD_PLAIN >> op->c[1] & 1))
		return load_special(cpu, op, u);
	return load(cpu, op, 1u << op->c[0], u);
}

/* A row's handler, and those of its plain forms by size (special.def) */
#define LOAD(id, update)                                                                           \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		return load_any(cpu, op, update);                                                  \
	}                                                                                          \
	LOAD_SIZED(id, 1, update)                                                                  \
	LOAD_SIZED(id, 2, update)                                                                  \
	LOAD_SIZED(id, 4, update)                                                                  \
	LOAD_SIZED(id, 8, update)

#define LOAD_SIZED(id, size, update)                                                               \
	enum exec exec_##id##_##size(struct cpu *cpu, const struct op *op)                         \
	{                                                                                          \
		return load(cpu, op, size, update);                                                \
	}

LOAD(ld, NO_UPDATE)
LOAD(ld_reg, by_reg(cpu, op))
LOAD(ld_imm, by_imm(op))

/* ld8.fill: the NaT bit comes from AR[UNAT], by address */
static inline enum exec fill(struct cpu *cpu, const struct op *op, struct update u)
{
	uint64_t va = cpu_gr(cpu, op->r3)->val;
	enum exec x = load(cpu, op, 8, u);

	if (x == EXEC_NEXT)
		cpu_gr(cpu, op->r1)->nat = cpu->ar[AR_UNAT] >> (va >> 3 & 63) & 1;
	return x;
}

enum exec exec_ld8_fill(struct cpu *cpu, const struct op *op)
{
	return fill(cpu, op, NO_UPDATE);
}

enum exec exec_ld8_fill_reg(struct cpu *cpu, const struct op *op)
{
	return fill(cpu, op, by_reg(cpu, op));
}

enum exec exec_ld8_fill_imm(struct cpu *cpu, const struct op *op)
{
	return fill(cpu, op, by_imm(op));
}

enum exec exec_ld16(struct cpu *cpu, const struct op *op)
{
	const struct gr *base = cpu_gr(cpu, op->r3);
	uint64_t val[2];
	enum exec x;

	if (bad_target(cpu, op->r1))
		return fault_illegal_op(cpu);
	if (base->nat)
		return fault_reg_nat(cpu, ISR_R);
	x = mem_read_slow(cpu, base->val, 16, MEM_READ | MEM_PAIR | MEM_WB_ONLY, val);
	if (x != EXEC_NEXT)
		return x;
	put(cpu, op->r1, val[0], 0);
	cpu->ar[AR_CSD] = val[1];
	return EXEC_NEXT;
}

enum exec exec_ld16_acq(struct cpu *cpu, const struct op *op)
{
	return exec_ld16(cpu, op);
}

/* ---- stores ---- */

/*
 * A store into decoded code answers EXEC_SYNC: it has been made, and @op may be gone.
 */
static ALWAYS_INLINE enum exec store(struct cpu *cpu, const struct op *op, unsigned size,
				     struct update u, bool spill)
{
	const struct gr *base = cpu_gr(cpu, op->r3), *src = cpu_gr(cpu, op->r2);
	uint64_t va = base->val, nat = src->nat, bit = va >> 3 & 63;
	unsigned r3 = op->r3;
	enum exec x;

	if (u.on && bad_target(cpu, r3))
		return fault_illegal_op(cpu);
	if (unlikely(base->nat || (nat && !spill)))
		return fault_reg_nat(cpu, ISR_W);
	x = mem_write(cpu, va, size, MEM_WRITE, src->val);
	if (unlikely(x != EXEC_NEXT && x != EXEC_SYNC))
		return x;
	if (spill)
		cpu->ar[AR_UNAT] = (cpu->ar[AR_UNAT] & ~(1UL << bit)) | nat << bit;
	update_base(cpu, r3, u);
	return x;
}

/* As LOAD() */
#define STORE(id, update)                                                                          \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		return store(cpu, op, 1u << op->c[0], update, false);                              \
	}                                                                                          \
	STORE_SIZED(id, 1, update)                                                                 \
	STORE_SIZED(id, 2, update)                                                                 \
	STORE_SIZED(id, 4, update)                                                                 \
	STORE_SIZED(id, 8, update)

#define STORE_SIZED(id, size, update)                                                              \
	enum exec exec_##id##_##size(struct cpu *cpu, const struct op *op)                         \
	{                                                                                          \
		return store(cpu, op, size, update, false);                                        \
	}

STORE(st, NO_UPDATE)
STORE(st_imm, by_imm(op))

enum exec exec_st8_spill(struct cpu *cpu, const struct op *op)
{
	return store(cpu, op, 8, NO_UPDATE, true);
}

enum exec exec_st8_spill_imm(struct cpu *cpu, const struct op *op)
{
	return store(cpu, op, 8, by_imm(op), true);
}

enum exec exec_st16(struct cpu *cpu, const struct op *op)
{
	const struct gr *base = cpu_gr(cpu, op->r3), *src = cpu_gr(cpu, op->r2);
	uint64_t val[2] = { src->val, cpu->ar[AR_CSD] };

	if (base->nat || src->nat)
		return fault_reg_nat(cpu, ISR_W);
	return mem_write_slow(cpu, base->val, 16, MEM_WRITE | MEM_PAIR | MEM_WB_ONLY, val);
}

enum exec exec_st16_rel(struct cpu *cpu, const struct op *op)
{
	return exec_st16(cpu, op);
}
