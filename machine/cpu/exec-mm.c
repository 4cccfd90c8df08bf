// SPDX-License-Identifier: MIT
/*
 * Multimedia: the parallel integer rows of the A and I units (SDM vol 3 §4.2.3, §4.3.1).
 *
 * A register is a vector of 8 bytes, 4 halfwords or 2 words; element 0 is the least
 * significant. Any NaT source makes the result NaT. Each handler states what one element
 * of the result is; the compiler makes vectors of it.
 */
#include <stdlib.h>

#include "cpu/cpu.h"
#include "cpu/exec.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "union vec needs element 0 first");

union vec {
	uint64_t q;
	uint8_t u1[8];
	int8_t s1[8];
	uint16_t u2[4];
	int16_t s2[4];
	uint32_t u4[2];
	int32_t s4[2];
};

static inline int64_t clamp(int64_t v, int64_t lo, int64_t hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

static inline int64_t sat_s1(int64_t v)
{
	return clamp(v, INT8_MIN, INT8_MAX);
}

static inline int64_t sat_u1(int64_t v)
{
	return clamp(v, 0, UINT8_MAX);
}

static inline int64_t sat_s2(int64_t v)
{
	return clamp(v, INT16_MIN, INT16_MAX);
}

static inline int64_t sat_u2(int64_t v)
{
	return clamp(v, 0, UINT16_MAX);
}

/*
 * Fills the elements z.lane[] of the result, n of them; in @expr, i is the element's number,
 * x and y are the vectors in r2 and r3.
 */
#define EACH(n, lane, expr)                                                                        \
	do {                                                                                       \
		for (int i = 0; i < (n); i++)                                                      \
			z.lane[i] = (expr);                                                        \
	} while (0)

/* Defines the handler of a row r1 = f(r2, r3) from a statement that sets z. */
#define VEC_RR(id, stmt)                                                                           \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		const struct gr *r2 = cpu_gr(cpu, op->r2), *r3 = cpu_gr(cpu, op->r3);              \
		union vec x = { .q = r2->val }, y = { .q = r3->val }, z = { .q = 0 };              \
                                                                                                   \
		stmt;                                                                              \
		return cpu_set_gr(cpu, op->r1, z.q, r2->nat | r3->nat);                            \
	}

/* The same with one source register, whose vector is x. */
#define VEC_R(id, src, stmt)                                                                       \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		const struct gr *r = cpu_gr(cpu, op->src);                                         \
		union vec x = { .q = r->val }, z = { .q = 0 };                                     \
                                                                                                   \
		stmt;                                                                              \
		return cpu_set_gr(cpu, op->r1, z.q, r->nat);                                       \
	}

/* ---- add and subtract ---- */

/* Saturation .uus: the second source is signed, the first and the result are not. */
#define VEC_ADDSUB(id, n, s, u, sign)                                                              \
	static union vec id##_sat(union vec x, union vec y, unsigned sat)                          \
	{                                                                                          \
		union vec z;                                                                       \
                                                                                                   \
		switch (sat) {                                                                     \
		case ISA_SAT_SSS: EACH(n, s, sat_##s(x.s[i] sign y.s[i])); break;                  \
		case ISA_SAT_UUU: EACH(n, u, sat_##u(x.u[i] sign y.u[i])); break;                  \
		case ISA_SAT_UUS: EACH(n, u, sat_##u(x.u[i] sign y.s[i])); break;                  \
		default: EACH(n, u, x.u[i] sign y.u[i]); break;                                    \
		}                                                                                  \
		return z;                                                                          \
	}                                                                                          \
	VEC_RR(id, z = id##_sat(x, y, op->c[0]))

VEC_ADDSUB(padd1, 8, s1, u1, +)
VEC_ADDSUB(padd2, 4, s2, u2, +)
VEC_ADDSUB(psub1, 8, s1, u1, -)
VEC_ADDSUB(psub2, 4, s2, u2, -)
VEC_RR(padd4, EACH(2, u4, x.u4[i] + y.u4[i]))
VEC_RR(psub4, EACH(2, u4, x.u4[i] - y.u4[i]))

/* Shift and add; a shift that overflows is the final result (pages pshladd2, pshradd2). */
static inline int64_t shladd_sat(int64_t a, unsigned count, int64_t b)
{
	int64_t shifted = a * (1 << count);

	return shifted == sat_s2(shifted) ? sat_s2(shifted + b) : sat_s2(shifted);
}

VEC_RR(pshladd2, EACH(4, s2, shladd_sat(x.s2[i], op->pos, y.s2[i])))
VEC_RR(pshradd2, EACH(4, s2, sat_s2((x.s2[i] >> op->pos) + y.s2[i])))

/*
 * Averages: .raz rounds halves up; else the bit shifted out is kept by an OR into bit 0
 * (rounding to odd). @sum has one bit more than an element.
 */
static inline unsigned average(unsigned sum, unsigned raz)
{
	return raz ? (sum + 1) >> 1 : sum >> 1 | (sum & 1);
}

VEC_RR(pavg1, EACH(8, u1, average(x.u1[i] + y.u1[i], op->c[0])))
VEC_RR(pavg2, EACH(4, u2, average(x.u2[i] + y.u2[i], op->c[0])))
VEC_RR(pavgsub1, EACH(8, u1, average((unsigned)(x.u1[i] - y.u1[i]) & 0x1ff, 0)))
VEC_RR(pavgsub2, EACH(4, u2, average((unsigned)(x.u2[i] - y.u2[i]) & 0x1ffff, 0)))

VEC_RR(psad1, {
	for (int i = 0; i < 8; i++)
		z.q += abs(x.u1[i] - y.u1[i]);
})

/* ---- compare, minimum, maximum ---- */

VEC_RR(pcmp1_eq, EACH(8, s1, -(x.s1[i] == y.s1[i])))
VEC_RR(pcmp2_eq, EACH(4, s2, -(x.s2[i] == y.s2[i])))
VEC_RR(pcmp4_eq, EACH(2, s4, -(x.s4[i] == y.s4[i])))
VEC_RR(pcmp1_gt, EACH(8, s1, -(x.s1[i] > y.s1[i])))
VEC_RR(pcmp2_gt, EACH(4, s2, -(x.s2[i] > y.s2[i])))
VEC_RR(pcmp4_gt, EACH(2, s4, -(x.s4[i] > y.s4[i])))
VEC_RR(pmin1_u, EACH(8, u1, x.u1[i] < y.u1[i] ? x.u1[i] : y.u1[i]))
VEC_RR(pmax1_u, EACH(8, u1, x.u1[i] < y.u1[i] ? y.u1[i] : x.u1[i]))
VEC_RR(pmin2, EACH(4, s2, x.s2[i] < y.s2[i] ? x.s2[i] : y.s2[i]))
VEC_RR(pmax2, EACH(4, s2, x.s2[i] < y.s2[i] ? y.s2[i] : x.s2[i]))

/* ---- multiply ---- */

VEC_RR(pmpyshr2, EACH(4, u2, x.s2[i] * y.s2[i] >> op->pos))
VEC_RR(pmpyshr2_u, EACH(4, u2, (uint32_t)x.u2[i] * y.u2[i] >> op->pos))
VEC_RR(pmpy2_r, EACH(2, s4, x.s2[2 * i] * y.s2[2 * i]))
VEC_RR(pmpy2_l, EACH(2, s4, x.s2[2 * i + 1] * y.s2[2 * i + 1]))

/* 32-bit multiplies; a processor without them (CPUID[4] bit 33, page tf) does not know them. */
static enum exec put_product(struct cpu *cpu, const struct op *op, uint64_t product)
{
	if (!(cpu->cpuid[4] >> 33 & 1))
		return fault_illegal_op(cpu);
	return cpu_set_gr(cpu, op->r1, product,
			  cpu_gr(cpu, op->r2)->nat | cpu_gr(cpu, op->r3)->nat);
}

enum exec exec_mpy4(struct cpu *cpu, const struct op *op)
{
	uint64_t a = cpu_gr(cpu, op->r2)->val, b = cpu_gr(cpu, op->r3)->val;

	return put_product(cpu, op, (uint64_t)(uint32_t)a * (uint32_t)b);
}

enum exec exec_mpyshl4(struct cpu *cpu, const struct op *op)
{
	uint64_t a = cpu_gr(cpu, op->r2)->val, b = cpu_gr(cpu, op->r3)->val;

	return put_product(cpu, op, (a >> 32) * (uint32_t)b << 32);
}

/* ---- rearrange: r3 gives the even elements of the result, r2 the odd ones ---- */

VEC_RR(mix1_r, EACH(8, u1, i & 1 ? x.u1[i - 1] : y.u1[i]))
VEC_RR(mix2_r, EACH(4, u2, i & 1 ? x.u2[i - 1] : y.u2[i]))
VEC_RR(mix4_r, EACH(2, u4, i & 1 ? x.u4[i - 1] : y.u4[i]))
VEC_RR(mix1_l, EACH(8, u1, i & 1 ? x.u1[i] : y.u1[i + 1]))
VEC_RR(mix2_l, EACH(4, u2, i & 1 ? x.u2[i] : y.u2[i + 1]))
VEC_RR(mix4_l, EACH(2, u4, i & 1 ? x.u4[i] : y.u4[i + 1]))
VEC_RR(unpack1_h, EACH(8, u1, i & 1 ? x.u1[4 + i / 2] : y.u1[4 + i / 2]))
VEC_RR(unpack2_h, EACH(4, u2, i & 1 ? x.u2[2 + i / 2] : y.u2[2 + i / 2]))
VEC_RR(unpack4_h, EACH(2, u4, i & 1 ? x.u4[1] : y.u4[1]))
VEC_RR(unpack1_l, EACH(8, u1, i & 1 ? x.u1[i / 2] : y.u1[i / 2]))
VEC_RR(unpack2_l, EACH(4, u2, i & 1 ? x.u2[i / 2] : y.u2[i / 2]))
VEC_RR(unpack4_l, EACH(2, u4, i & 1 ? x.u4[0] : y.u4[0]))

/* Pack: r2 becomes the low half of the result. */
VEC_RR(pack2_uss, EACH(8, u1, sat_u1(i < 4 ? x.s2[i] : y.s2[i - 4])))
VEC_RR(pack2_sss, EACH(8, s1, sat_s1(i < 4 ? x.s2[i] : y.s2[i - 4])))
VEC_RR(pack4_sss, EACH(4, s2, sat_s2(i < 2 ? x.s4[i] : y.s4[i - 2])))

/* Which byte of the source is byte i of the result, by mbtype4; others are reserved. */
static const uint8_t mux1_from[16][8] = {
	[0x0] = { 0, 0, 0, 0, 0, 0, 0, 0 }, /* @brcst */
	[0x8] = { 0, 4, 2, 6, 1, 5, 3, 7 }, /* @mix */
	[0x9] = { 0, 4, 1, 5, 2, 6, 3, 7 }, /* @shuf */
	[0xa] = { 0, 2, 4, 6, 1, 3, 5, 7 }, /* @alt */
	[0xb] = { 7, 6, 5, 4, 3, 2, 1, 0 }, /* @rev */
};

VEC_R(mux1, r2, EACH(8, u1, x.u1[mux1_from[op->imm & 15][i]]))
VEC_R(mux2, r2, EACH(4, u2, x.u2[op->imm >> 2 * i & 3]))

/* ---- shifts: a count beyond the element's width is the width ---- */

static inline unsigned count_to(uint64_t count, unsigned width)
{
	return count < width ? count : width;
}

static inline uint64_t shift_left2(union vec x, uint64_t count)
{
	unsigned n = count_to(count, 16);
	union vec z;

	EACH(4, u2, (uint32_t)x.u2[i] << n);
	return z.q;
}

static inline uint64_t shift_left4(union vec x, uint64_t count)
{
	unsigned n = count_to(count, 32);
	union vec z;

	EACH(2, u4, (uint64_t)x.u4[i] << n);
	return z.q;
}

static inline uint64_t shift_right2(union vec x, uint64_t count)
{
	unsigned n = count_to(count, 16);
	union vec z;

	EACH(4, s2, x.s2[i] >> n);
	return z.q;
}

static inline uint64_t shift_right4(union vec x, uint64_t count)
{
	unsigned n = count_to(count, 32);
	union vec z;

	EACH(2, s4, (int64_t)x.s4[i] >> n);
	return z.q;
}

static inline uint64_t shift_right2_u(union vec x, uint64_t count)
{
	unsigned n = count_to(count, 16);
	union vec z;

	EACH(4, u2, x.u2[i] >> n);
	return z.q;
}

static inline uint64_t shift_right4_u(union vec x, uint64_t count)
{
	unsigned n = count_to(count, 32);
	union vec z;

	EACH(2, u4, (uint64_t)x.u4[i] >> n);
	return z.q;
}

VEC_RR(pshl2, z.q = shift_left2(x, y.q))
VEC_RR(pshl4, z.q = shift_left4(x, y.q))
VEC_R(pshl2_imm, r2, z.q = shift_left2(x, op->pos))
VEC_R(pshl4_imm, r2, z.q = shift_left4(x, op->pos))
/* right shifts shift r3, by r2 */
VEC_RR(pshr2, z.q = shift_right2(y, x.q))
VEC_RR(pshr4, z.q = shift_right4(y, x.q))
VEC_RR(pshr2_u, z.q = shift_right2_u(y, x.q))
VEC_RR(pshr4_u, z.q = shift_right4_u(y, x.q))
VEC_R(pshr2_imm, r3, z.q = shift_right2(x, op->pos))
VEC_R(pshr4_imm, r3, z.q = shift_right4(x, op->pos))
VEC_R(pshr2_u_imm, r3, z.q = shift_right2_u(x, op->pos))
VEC_R(pshr4_u_imm, r3, z.q = shift_right4_u(x, op->pos))
