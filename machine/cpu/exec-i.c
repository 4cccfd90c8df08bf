// SPDX-License-Identifier: MIT
/*
 * I unit: shifts, bit fields, extension, counting, moves from and to branch registers,
 * predicates and IP, movl, and the break, nop and hint of the M, I and F units
 * (SDM vol 3 §4.3). Bit tests are in exec-cmp.c, the multimedia rows in exec-mm.c.
 */
#include "cpu/cpu.h"
#include "cpu/exec.h"
#include "cpu/fault.h"
#include "cpu/parts.h"

/* Bits 0 to @len - 1; 1 <= @len <= 64. */
static inline uint64_t ones(unsigned len)
{
	return ~0UL >> (64 - len);
}

/* Defines the handler of a row r1 = f(src), of one register whose value is a. */
#define UNARY(id, src, expr)                                                                       \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		const struct gr *s = cpu_gr(cpu, op->src);                                         \
		uint64_t a = s->val;                                                               \
                                                                                                   \
		return cpu_set_gr(cpu, op->r1, (expr), s->nat);                                    \
	}

/* Defines the handler of a row r1 = f(r2, r3), with the values a and b. */
#define BINARY(id, expr)                                                                           \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		const struct gr *r2 = cpu_gr(cpu, op->r2), *r3 = cpu_gr(cpu, op->r3);              \
		uint64_t a = r2->val, b = r3->val;                                                 \
                                                                                                   \
		return cpu_set_gr(cpu, op->r1, (expr), r2->nat | r3->nat);                         \
	}

/* ---- shifts; the whole register is the count (pages shl, shr, shrp) ---- */

BINARY(shl, b > 63 ? 0 : a << b)
BINARY(shr, (int64_t)b >> (a > 63 ? 63 : a))
BINARY(shr_u, a > 63 ? 0 : b >> a)
BINARY(shrp, (unsigned __int128)a << 64 >> op->pos | b >> op->pos)

/* ---- bit fields; a field that crosses bit 63 ends there (pages extr, dep) ---- */

UNARY(extr_u, r3, a >> op->pos & ones(op->len))

enum exec exec_extr(struct cpu *cpu, const struct op *op)
{
	const struct gr *r3 = cpu_gr(cpu, op->r3);
	unsigned len = op->pos + op->len > 64 ? 64 - op->pos : op->len;
	int64_t v = r3->val << (64 - op->pos - len);

	return cpu_set_gr(cpu, op->r1, v >> (64 - len), r3->nat);
}

/* @field into @into at the op's position. */
static inline uint64_t deposit(const struct op *op, uint64_t field, uint64_t into)
{
	uint64_t mask = ones(op->len) << op->pos;

	return (into & ~mask) | (field << op->pos & mask);
}

BINARY(dep, deposit(op, a, b))
UNARY(dep_imm, r3, deposit(op, op->imm, a))
UNARY(dep_z, r2, deposit(op, a, 0))

enum exec exec_dep_z_imm(struct cpu *cpu, const struct op *op)
{
	return cpu_set_gr(cpu, op->r1, deposit(op, op->imm, 0), 0);
}

/* ---- extension and counting ---- */

UNARY(zxt1, r3, (uint8_t)a)
UNARY(zxt2, r3, (uint16_t)a)
UNARY(zxt4, r3, (uint32_t)a)
UNARY(sxt1, r3, (int8_t)a)
UNARY(sxt2, r3, (int16_t)a)
UNARY(sxt4, r3, (int32_t)a)

UNARY(popcnt, r3, __builtin_popcountl(a))

/* A processor without it (CPUID[4] bit 32, page tf) does not know the instruction. */
enum exec exec_clz(struct cpu *cpu, const struct op *op)
{
	const struct gr *r3 = cpu_gr(cpu, op->r3);

	if (!(cpu->cpuid[4] >> 32 & 1))
		return fault_illegal_op(cpu);
	return cpu_set_gr(cpu, op->r1, r3->val ? __builtin_clzl(r3->val) : 64, r3->nat);
}

/* Index of the first zero element from the left or from the right; @n when there is none. */
static inline uint64_t first_zero(uint64_t v, unsigned n, bool left)
{
	unsigned width = 64 / n;

	for (unsigned i = 0; i < n; i++) {
		unsigned at = left ? n - 1 - i : i;

		if (!(v >> at * width & ones(width)))
			return i;
	}
	return n;
}

UNARY(czx1_l, r3, first_zero(a, 8, true))
UNARY(czx1_r, r3, first_zero(a, 8, false))
UNARY(czx2_l, r3, first_zero(a, 4, true))
UNARY(czx2_r, r3, first_zero(a, 4, false))

/* ---- moves ---- */

enum exec exec_movl(struct cpu *cpu, const struct op *op)
{
	return cpu_set_gr(cpu, op->r1, op_imm64(op), 0);
}

enum exec exec_mov_from_ip(struct cpu *cpu, const struct op *op)
{
	return cpu_set_gr(cpu, op->r1, cpu->ip, 0);
}

enum exec exec_mov_from_br(struct cpu *cpu, const struct op *op)
{
	return cpu_set_gr(cpu, op->r1, cpu->br[op->r2], 0);
}

/* The completers and the tag are hints for branch prediction. */
enum exec exec_mov_to_br(struct cpu *cpu, const struct op *op)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2);

	if (r2->nat)
		return fault_reg_nat(cpu, 0);
	cpu->br[op->r1] = r2->val;
	return EXEC_NEXT;
}

/* Predicates move as if CFM.rrb.pr were 0 (page mov pr). */
enum exec exec_mov_from_pr(struct cpu *cpu, const struct op *op)
{
	return cpu_set_gr(cpu, op->r1, pr_physical(cpu), 0);
}

/* The mask has a bit each for PR1-PR15, and one, sign-extended, for PR16-PR63. */
enum exec exec_mov_pr(struct cpu *cpu, const struct op *op)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2);
	uint64_t mask = op->imm;

	if (r2->nat)
		return fault_reg_nat(cpu, 0);
	pr_set_physical(cpu, (pr_physical(cpu) & ~mask) | (r2->val & mask) | 1);
	return EXEC_NEXT;
}

enum exec exec_mov_pr_rot_imm(struct cpu *cpu, const struct op *op)
{
	pr_set_physical(cpu, (pr_physical(cpu) & 0xffff) | (op_imm64(op) & ~0xffffUL) | 1);
	return EXEC_NEXT;
}

/* ---- nop and hint ---- */

#define NOTHING(id)                                                                                \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		(void)cpu;                                                                         \
		(void)op;                                                                          \
		return EXEC_NEXT;                                                                  \
	}

NOTHING(nop_m)
NOTHING(nop_i)
NOTHING(nop_f)

/* Of the hints only @pause gets here (decode.c). */
#define PAUSE(id)                                                                                  \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		(void)op;                                                                          \
		return cpu_pause(cpu);                                                             \
	}

PAUSE(hint_m)
PAUSE(hint_i)
PAUSE(hint_f)

/* ---- break ---- */

enum exec exec_break_m(struct cpu *cpu, const struct op *op)
{
	return cpu_break(cpu, op->imm, op->imm);
}

enum exec exec_break_i(struct cpu *cpu, const struct op *op)
{
	return cpu_break(cpu, op->imm, op->imm);
}

enum exec exec_break_f(struct cpu *cpu, const struct op *op)
{
	return cpu_break(cpu, op->imm, op->imm);
}
