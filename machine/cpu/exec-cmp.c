// SPDX-License-Identifier: MIT
/*
 * Instructions of the A and I units that compute a pair of predicates: cmp, cmp4, tbit,
 * tnat, tf (SDM vol 3, page cmp and table 2-15 "comparison types").
 *
 * Each row has a relation; each comparison type says what becomes of it. Every combination
 * is a function without branches (special.def); the row's own handler serves all
 * types. p1 == p2 is refused when the slot is decoded.
 */
#include "cpu/cpu.h"
#include "cpu/exec.h"

/* What a row compares: both are 0 or 1. */
struct rel {
	uint64_t is;  /* the relation holds */
	uint64_t nat; /* a source was NaT; 0 for tnat and tf */
};

static inline enum exec put_pair(struct cpu *cpu, const struct op *op, uint64_t v1, uint64_t v2)
{
	uint64_t both = 1UL << op->p1 | 1UL << op->p2;

	cpu->pr = (cpu->pr & ~both) | v1 << op->p1 | v2 << op->p2 | 1;
	return EXEC_NEXT;
}

static inline enum exec put_none(struct cpu *cpu, const struct op *op, struct rel r)
{
	uint64_t ok = r.nat ^ 1;

	return put_pair(cpu, op, r.is & ok, (r.is ^ 1) & ok);
}

/* The run loop lets .unc through whatever its predicate is (struct op). */
static inline enum exec put_unc(struct cpu *cpu, const struct op *op, struct rel r)
{
	uint64_t ok = (r.nat ^ 1) & cpu->pr >> op->qpx;

	return put_pair(cpu, op, r.is & ok, (r.is ^ 1) & ok);
}

/* A NaT counts as false for .and, and keeps .or and .or.andcm from acting. */
static inline enum exec put_and(struct cpu *cpu, const struct op *op, struct rel r)
{
	uint64_t clear = r.nat | (r.is ^ 1);

	cpu->pr = (cpu->pr & ~(clear << op->p1 | clear << op->p2)) | 1;
	return EXEC_NEXT;
}

static inline enum exec put_or(struct cpu *cpu, const struct op *op, struct rel r)
{
	uint64_t set = r.is & (r.nat ^ 1);

	cpu->pr |= set << op->p1 | set << op->p2;
	return EXEC_NEXT;
}

static inline enum exec put_or_andcm(struct cpu *cpu, const struct op *op, struct rel r)
{
	uint64_t act = r.is & (r.nat ^ 1);

	cpu->pr = ((cpu->pr | act << op->p1) & ~(act << op->p2)) | 1;
	return EXEC_NEXT;
}

/*
 * Defines rel_<id>() from a C relation; t is the type in which it compares. In a parallel row
 * with r0 the register is on the right.
 */
#define REL_RR(id, t, sign)                                                                        \
	static inline struct rel rel_##id(struct cpu *cpu, const struct op *op)                    \
	{                                                                                          \
		const struct gr *a = cpu_gr(cpu, op->r2), *b = cpu_gr(cpu, op->r3);                \
                                                                                                   \
		return (struct rel){ (t)a->val sign(t) b->val, a->nat | b->nat };                  \
	}
#define REL_RI(id, t, sign)                                                                        \
	static inline struct rel rel_##id(struct cpu *cpu, const struct op *op)                    \
	{                                                                                          \
		const struct gr *b = cpu_gr(cpu, op->r3);                                          \
                                                                                                   \
		return (struct rel){ (t)op->imm sign(t) b->val, b->nat };                          \
	}
#define REL_0R(id, t, sign)                                                                        \
	static inline struct rel rel_##id(struct cpu *cpu, const struct op *op)                    \
	{                                                                                          \
		const struct gr *b = cpu_gr(cpu, op->r3);                                          \
                                                                                                   \
		return (struct rel){ (t)0 sign(t) b->val, b->nat };                                \
	}

REL_RR(cmp_lt, int64_t, <)
REL_RR(cmp_ltu, uint64_t, <)
REL_RR(cmp_eq, uint64_t, ==)
REL_RR(cmp_eq_p, uint64_t, ==)
REL_RR(cmp_ne_p, uint64_t, !=)
REL_0R(cmp_gt_0, int64_t, >)
REL_0R(cmp_le_0, int64_t, <=)
REL_0R(cmp_ge_0, int64_t, >=)
REL_0R(cmp_lt_0, int64_t, <)
REL_RI(cmp_lt_imm8, int64_t, <)
REL_RI(cmp_ltu_imm8, uint64_t, <)
REL_RI(cmp_eq_imm8, uint64_t, ==)
REL_RI(cmp_eq_imm8_p, uint64_t, ==)
REL_RI(cmp_ne_imm8_p, uint64_t, !=)

REL_RR(cmp4_lt, int32_t, <)
REL_RR(cmp4_ltu, uint32_t, <)
REL_RR(cmp4_eq, uint32_t, ==)
REL_RR(cmp4_eq_p, uint32_t, ==)
REL_RR(cmp4_ne_p, uint32_t, !=)
REL_0R(cmp4_gt_0, int32_t, >)
REL_0R(cmp4_le_0, int32_t, <=)
REL_0R(cmp4_ge_0, int32_t, >=)
REL_0R(cmp4_lt_0, int32_t, <)
REL_RI(cmp4_lt_imm8, int32_t, <)
REL_RI(cmp4_ltu_imm8, uint32_t, <)
REL_RI(cmp4_eq_imm8, uint32_t, ==)
REL_RI(cmp4_eq_imm8_p, uint32_t, ==)
REL_RI(cmp4_ne_imm8_p, uint32_t, !=)

static inline uint64_t bit(struct cpu *cpu, const struct op *op)
{
	return cpu_gr(cpu, op->r3)->val >> op->pos & 1;
}

static inline struct rel rel_tbit_z(struct cpu *cpu, const struct op *op)
{
	return (struct rel){ bit(cpu, op) ^ 1, cpu_gr(cpu, op->r3)->nat };
}

static inline struct rel rel_tbit_nz_p(struct cpu *cpu, const struct op *op)
{
	return (struct rel){ bit(cpu, op), cpu_gr(cpu, op->r3)->nat };
}

static inline struct rel rel_tnat_z(struct cpu *cpu, const struct op *op)
{
	return (struct rel){ cpu_gr(cpu, op->r3)->nat ^ 1, 0 };
}

static inline struct rel rel_tnat_nz_p(struct cpu *cpu, const struct op *op)
{
	return (struct rel){ cpu_gr(cpu, op->r3)->nat, 0 };
}

/* The operand numbers a bit of CPUID[4], 32 to 63. */
static inline struct rel rel_tf_z(struct cpu *cpu, const struct op *op)
{
	return (struct rel){ (cpu->cpuid[4] >> (op->imm & 63) & 1) ^ 1, 0 };
}

static inline struct rel rel_tf_nz_p(struct cpu *cpu, const struct op *op)
{
	return (struct rel){ cpu->cpuid[4] >> (op->imm & 63) & 1, 0 };
}

#define rel_tbit_z_p rel_tbit_z
#define rel_tnat_z_p rel_tnat_z
#define rel_tf_z_p   rel_tf_z

#define FORM(id, type)                                                                             \
	enum exec exec_##id##_##type(struct cpu *cpu, const struct op *op)                         \
	{                                                                                          \
		return put_##type(cpu, op, rel_##id(cpu, op));                                     \
	}

/* Under a true predicate, which is all that type none ever sees, .unc is the same. */
#define NORMAL(id)                                                                                 \
	FORM(id, none)                                                                             \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		return put_unc(cpu, op, rel_##id(cpu, op));                                        \
	}

#define PARALLEL(id)                                                                               \
	FORM(id, and)                                                                              \
	FORM(id, or)                                                                               \
	FORM(id, or_andcm)                                                                         \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		switch (op->c[0]) {                                                                \
		case ISA_CTYPE_AND: return exec_##id##_and(cpu, op);                               \
		case ISA_CTYPE_OR: return exec_##id##_or(cpu, op);                                 \
		default: return exec_##id##_or_andcm(cpu, op);                                     \
		}                                                                                  \
	}

NORMAL(cmp_lt)
NORMAL(cmp_ltu)
NORMAL(cmp_eq)
NORMAL(cmp_lt_imm8)
NORMAL(cmp_ltu_imm8)
NORMAL(cmp_eq_imm8)
NORMAL(cmp4_lt)
NORMAL(cmp4_ltu)
NORMAL(cmp4_eq)
NORMAL(cmp4_lt_imm8)
NORMAL(cmp4_ltu_imm8)
NORMAL(cmp4_eq_imm8)
NORMAL(tbit_z)
NORMAL(tnat_z)
NORMAL(tf_z)

PARALLEL(cmp_eq_p)
PARALLEL(cmp_ne_p)
PARALLEL(cmp_eq_imm8_p)
PARALLEL(cmp_ne_imm8_p)
PARALLEL(cmp_gt_0)
PARALLEL(cmp_le_0)
PARALLEL(cmp_ge_0)
PARALLEL(cmp_lt_0)
PARALLEL(cmp4_eq_p)
PARALLEL(cmp4_ne_p)
PARALLEL(cmp4_eq_imm8_p)
PARALLEL(cmp4_ne_imm8_p)
PARALLEL(cmp4_gt_0)
PARALLEL(cmp4_le_0)
PARALLEL(cmp4_ge_0)
PARALLEL(cmp4_lt_0)
PARALLEL(tbit_z_p)
PARALLEL(tbit_nz_p)
PARALLEL(tnat_z_p)
PARALLEL(tnat_nz_p)
PARALLEL(tf_z_p)
PARALLEL(tf_nz_p)
