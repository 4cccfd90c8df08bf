// SPDX-License-Identifier: MIT
/*
 * A unit: integer arithmetic and logic (SDM vol 3 §4.2.1; the pages add, sub, addp4, and,
 * andcm, or, xor, shladd, shladdp4).
 *
 * These are what programs are made of, so each is straight-line code. The NaT bit of a
 * result is the OR of its sources' (SDM vol 1 §4.4.5). Compares are in exec-cmp.c, the
 * multimedia rows in exec-mm.c.
 */
#include "cpu/cpu.h"
#include "cpu/exec.h"

/* Defines the handler of a row r1 = f(r2, r3); a and b are the two values. */
#define ALU_RR(id, expr)                                                                           \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		const struct gr *r2 = cpu_gr(cpu, op->r2), *r3 = cpu_gr(cpu, op->r3);              \
		uint64_t a = r2->val, b = r3->val;                                                 \
                                                                                                   \
		return cpu_set_gr(cpu, op->r1, (expr), r2->nat | r3->nat);                         \
	}

/* The same for r1 = f(imm, r3). */
#define ALU_RI(id, expr)                                                                           \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		const struct gr *r3 = cpu_gr(cpu, op->r3);                                         \
		uint64_t a = op->imm, b = r3->val;                                                 \
                                                                                                   \
		return cpu_set_gr(cpu, op->r1, (expr), r3->nat);                                   \
	}

/*
 * A 32-bit pointer becomes a 64-bit one: the region is taken from bits 31:30 of the base
 * register, not of the sum.
 */
static inline uint64_t pointer4(uint64_t sum, uint64_t base)
{
	return (uint32_t)sum | (base >> 30 & 3) << 61;
}

/* clang-format takes a & b for a declaration. */
/* clang-format off */
ALU_RR(add, a + b)
ALU_RR(add_1, a + b + 1)
ALU_RR(sub, a - b)
ALU_RR(sub_1, a - b - 1)
ALU_RR(addp4, pointer4(a + b, b))
ALU_RR(and, a & b)
ALU_RR(andcm, a & ~b)
ALU_RR(or, a | b)
ALU_RR(xor, a ^ b)
ALU_RR(shladd, (a << op->pos) + b)
ALU_RR(shladdp4, pointer4((a << op->pos) + b, b))

ALU_RI(sub_imm8, a - b)
ALU_RI(and_imm8, a & b)
ALU_RI(andcm_imm8, a & ~b)
ALU_RI(or_imm8, a | b)
ALU_RI(xor_imm8, a ^ b)
ALU_RI(adds, a + b)
ALU_RI(addp4_imm14, pointer4(a + b, b))
ALU_RI(addl, a + b)
/* clang-format on */
