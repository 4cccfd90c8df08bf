// SPDX-License-Identifier: MIT
/*
 * Integer instructions one by one: results worked out by hand from the pages of SDM vol 3,
 * NaT bits, false predicates, targets outside the frame.
 */
#include "exec/fixture.h"

/* One instruction r1 = f(r2, r3, imm, pos, len): r32 = f(r33, r34). */
struct row {
	exec_fn fn;
	uint64_t r2, r3;
	int64_t imm;
	unsigned pos, len;
	uint64_t want;
	unsigned nat; /* which sources are read: 1 r2, 2 r3 */
};

#define ONES UINT64_MAX
#define TOP  0x8000000000000000UL

static const struct row rows[] = {
	{ exec_add, 5, 7, 0, 0, 0, 12, 3 },
	{ exec_add, ONES, 1, 0, 0, 0, 0, 3 },
	{ exec_add_1, 5, 7, 0, 0, 0, 13, 3 },
	{ exec_sub, 5, 7, 0, 0, 0, -2UL, 3 },
	{ exec_sub_1, 5, 7, 0, 0, 0, -3UL, 3 },
	/* the region comes from bits 31:30 of r3 and goes to bits 62:61 */
	{ exec_addp4, 0x10, 0xc0000000, 0, 0, 0, 0x60000000c0000010, 3 },
	{ exec_addp4, 0x80000000, 0x80000000, 0, 0, 0, 0x4000000000000000, 3 },
	{ exec_addp4_imm14, 0, 0x40000000, -1, 0, 0, 0x200000003fffffff, 2 },
	{ exec_and, 0xf0f0, 0xff00, 0, 0, 0, 0xf000, 3 },
	{ exec_andcm, 0xf0f0, 0xff00, 0, 0, 0, 0x00f0, 3 },
	{ exec_or, 0xf0f0, 0xff00, 0, 0, 0, 0xfff0, 3 },
	{ exec_xor, 0xf0f0, 0xff00, 0, 0, 0, 0x0ff0, 3 },
	{ exec_shladd, 3, 100, 0, 4, 0, 148, 3 },
	{ exec_shladd, TOP, 1, 0, 1, 0, 1, 3 },
	{ exec_shladdp4, 0x30000000, 0x80000000, 0, 2, 0, 0x4000000040000000, 3 },
	{ exec_sub_imm8, 0, 1, -128, 0, 0, -129UL, 2 },
	{ exec_and_imm8, 0, 0x1234, -16, 0, 0, 0x1230, 2 },
	{ exec_andcm_imm8, 0, 0x0f, 0x7f, 0, 0, 0x70, 2 },
	{ exec_or_imm8, 0, 0x100, -128, 0, 0, -128UL, 2 },
	{ exec_xor_imm8, 0, ONES, -1, 0, 0, 0, 2 },
	{ exec_adds, 0, 10, -8192, 0, 0, -8182UL, 2 },
	{ exec_addl, 0, 1, -0x200000, 0, 0, 1 - 0x200000UL, 2 },

	/* shifts: the count is the whole register */
	{ exec_shl, 1, 63, 0, 0, 0, TOP, 3 },
	{ exec_shl, 1, 64, 0, 0, 0, 0, 3 },
	{ exec_shl, 1, 1UL << 32, 0, 0, 0, 0, 3 },
	{ exec_shr_u, 63, TOP, 0, 0, 0, 1, 3 },
	{ exec_shr_u, 64, TOP, 0, 0, 0, 0, 3 },
	{ exec_shr_u, ONES, TOP, 0, 0, 0, 0, 3 },
	{ exec_shr, 4, TOP, 0, 0, 0, 0xf800000000000000, 3 },
	{ exec_shr, 64, TOP, 0, 0, 0, ONES, 3 },
	{ exec_shr, 1UL << 63, TOP - 1, 0, 0, 0, 0, 3 },
	{ exec_shrp, 0x1111111111111111, 0x8765432187654321, 0, 0, 0, 0x8765432187654321, 3 },
	{ exec_shrp, 0x0123456789abcdef, 0xfedcba9876543210, 0, 8, 0, 0xeffedcba98765432, 3 },
	{ exec_shrp, 3, 0, 0, 63, 0, 6, 3 },

	/* fields; those that reach beyond bit 63 are cut there */
	{ exec_extr_u, 0, 0x123456789abcdef0, 0, 8, 12, 0xcde, 2 },
	{ exec_extr_u, 0, 0xff00000000000000, 0, 60, 16, 0xf, 2 },
	{ exec_extr_u, 0, ONES, 0, 0, 64, ONES, 2 },
	{ exec_extr, 0, 0x123456789abcdef0, 0, 8, 12, 0xfffffffffffffcde, 2 },
	{ exec_extr, 0, 0x7000000000000000, 0, 60, 16, 7, 2 },
	{ exec_extr, 0, 0x8000000000000000, 0, 60, 16, -8UL, 2 },
	{ exec_extr, 0, TOP, 0, 63, 1, ONES, 2 },
	{ exec_dep, 0x5, 0, 0, 62, 16, 1UL << 62, 3 },
	{ exec_dep, 0xab, ONES, 0, 8, 8, 0xffffffffffffabff, 3 },
	{ exec_dep_z, 0x1234, 0, 0, 8, 8, 0x3400, 1 },
	{ exec_dep_z, ONES, 0, 0, 60, 64, 0xf000000000000000, 1 },
	{ exec_dep_z, ONES, 0, 0, 0, 64, ONES, 1 },
	{ exec_dep_imm, 0, 0x1234, -1, 4, 4, 0x12f4, 2 },
	{ exec_dep_imm, 0, 0x1234, 0, 4, 4, 0x1204, 2 },
	{ exec_dep_z_imm, 0, 0, -128, 0, 64, -128UL, 0 },
	{ exec_dep_z_imm, 0, 0, -1, 63, 8, TOP, 0 },

	{ exec_zxt1, 0, 0x1234567890abcdef, 0, 0, 0, 0xef, 2 },
	{ exec_zxt2, 0, 0x1234567890abcdef, 0, 0, 0, 0xcdef, 2 },
	{ exec_zxt4, 0, 0x1234567890abcdef, 0, 0, 0, 0x90abcdef, 2 },
	{ exec_sxt1, 0, 0x1234567890abcdef, 0, 0, 0, 0xffffffffffffffef, 2 },
	{ exec_sxt2, 0, 0x1234567890abcdef, 0, 0, 0, 0xffffffffffffcdef, 2 },
	{ exec_sxt4, 0, 0x1234567890abcdef, 0, 0, 0, 0xffffffff90abcdef, 2 },
	{ exec_popcnt, 0, 0xf0f0000000000001, 0, 0, 0, 9, 2 },
	{ exec_clz, 0, 0, 0, 0, 0, 64, 2 },
	{ exec_clz, 0, 0x0000800000000000, 0, 0, 0, 16, 2 },
	{ exec_czx1_l, 0, 0x1122330055007788, 0, 0, 0, 3, 2 },
	{ exec_czx1_r, 0, 0x1122330055007788, 0, 0, 0, 2, 2 },
	{ exec_czx1_l, 0, 0x1122334455667788, 0, 0, 0, 8, 2 },
	{ exec_czx1_r, 0, 0x1122334455667788, 0, 0, 0, 8, 2 },
	{ exec_czx1_l, 0, 0x0022334455667788, 0, 0, 0, 0, 2 },
	{ exec_czx2_l, 0, 0x1122000000007788, 0, 0, 0, 1, 2 },
	{ exec_czx2_r, 0, 0x1122000000007788, 0, 0, 0, 1, 2 },
	{ exec_czx2_r, 0, 0x1100001111001100, 0, 0, 0, 4, 2 },
	{ exec_movl, 0, 0, 0x123456789abcdef0, 0, 0, 0x123456789abcdef0, 0 },
};

static struct op op_of(const struct row *w)
{
	struct op op = { .r1 = 32, .imm = (int32_t)w->imm, .pos = w->pos, .len = w->len };

	if (op.imm != w->imm) {
		op.imm_hi = (int32_t)(w->imm >> 32);
		return op;
	}
	op.r2 = w->nat & 1 ? 33 : 0;
	op.r3 = w->nat & 2 ? 34 : 0;
	return op;
}

static void test_results(void **state)
{
	struct cpu *cpu = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct op op = op_of(&rows[i]);

		set_gr(cpu, 32, 0xbad);
		set_gr(cpu, 33, rows[i].r2);
		set_gr(cpu, 34, rows[i].r3);
		assert_int_equal(step(cpu, rows[i].fn, &op), EXEC_NEXT);
		if (cpu_gr(cpu, 32)->val != rows[i].want)
			fail_msg("rows[%zu]: %#lx, want %#lx", i, cpu_gr(cpu, 32)->val,
				 rows[i].want);
		assert_int_equal(cpu_gr(cpu, 32)->nat, 0);
	}
}

static void test_nat_propagates(void **state)
{
	struct cpu *cpu = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		for (unsigned which = 1; which <= 2; which++) {
			struct op op = op_of(&rows[i]);

			set_gr(cpu, 32, 0);
			set_gr(cpu, 33, rows[i].r2);
			set_gr(cpu, 34, rows[i].r3);
			set_nat(cpu, 32 + which);
			assert_int_equal(step(cpu, rows[i].fn, &op), EXEC_NEXT);
			assert_int_equal(cpu_gr(cpu, 32)->nat, (rows[i].nat & which) != 0);
		}
	}
}

static void test_predicate_and_frame(void **state)
{
	struct cpu *cpu = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct op op = op_of(&rows[i]);

		op.qp = op.qpx = 6;
		set_gr(cpu, 32, 0xbad);
		assert_int_equal(step(cpu, rows[i].fn, &op), EXEC_NEXT);
		assert_int_equal(cpu_gr(cpu, 32)->val, 0xbad);

		op.qp = op.qpx = 0;
		op.r1 = 48; /* the first one outside */
		set_gr(cpu, 48, 0xbad);
		assert_fault(cpu, step(cpu, rows[i].fn, &op), VEC_GENERAL, GEX_ILLEGAL_OP);
		assert_int_equal(cpu_gr(cpu, 48)->val, 0xbad);
	}
}

/* ---- compares ---- */

#define P6  (1UL << 6)
#define P7  (1UL << 7)
#define P67 (P6 | P7)

/* What becomes of p6, p7 by comparison type, relation, NaT; SDM vol 3 page cmp, table 2-15. */
static const struct {
	enum isa_ctype type;
	bool rel, nat;
	uint64_t from0, from1; /* when both were 0, both were 1 */
} types[] = {
	{ ISA_CTYPE_NONE, 0, 0, P7, P7 },     { ISA_CTYPE_NONE, 1, 0, P6, P6 },
	{ ISA_CTYPE_NONE, 0, 1, 0, 0 },	      { ISA_CTYPE_NONE, 1, 1, 0, 0 },
	{ ISA_CTYPE_UNC, 0, 0, P7, P7 },      { ISA_CTYPE_UNC, 1, 0, P6, P6 },
	{ ISA_CTYPE_UNC, 0, 1, 0, 0 },	      { ISA_CTYPE_UNC, 1, 1, 0, 0 },
	{ ISA_CTYPE_AND, 0, 0, 0, 0 },	      { ISA_CTYPE_AND, 1, 0, 0, P67 },
	{ ISA_CTYPE_AND, 0, 1, 0, 0 },	      { ISA_CTYPE_AND, 1, 1, 0, 0 },
	{ ISA_CTYPE_OR, 0, 0, 0, P67 },	      { ISA_CTYPE_OR, 1, 0, P67, P67 },
	{ ISA_CTYPE_OR, 0, 1, 0, P67 },	      { ISA_CTYPE_OR, 1, 1, 0, P67 },
	{ ISA_CTYPE_OR_ANDCM, 0, 0, 0, P67 }, { ISA_CTYPE_OR_ANDCM, 1, 0, P6, P6 },
	{ ISA_CTYPE_OR_ANDCM, 0, 1, 0, P67 }, { ISA_CTYPE_OR_ANDCM, 1, 1, 0, P67 },
};

static void check_type(struct cpu *cpu, unsigned i, exec_fn fn, struct op op)
{
	op.p1 = 6;
	op.p2 = 7;
	op.c[0] = types[i].type;
	cpu_gr(cpu, 34)->nat = types[i].nat;
	cpu->pr = 1 | 1UL << 63;
	assert_int_equal(step(cpu, fn, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1 | 1UL << 63 | types[i].from0);
	cpu->pr = 1 | 1UL << 63 | P67;
	assert_int_equal(step(cpu, fn, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1 | 1UL << 63 | types[i].from1);
	cpu->pr |= P67;
	op.qp = op.qpx = 5; /* false */
	if (op.c[0] == ISA_CTYPE_UNC)
		op.qp = 0;
	assert_int_equal(step(cpu, fn, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr & P67, op.c[0] == ISA_CTYPE_UNC ? 0 : P67);
}

static void test_compare_types(void **state)
{
	struct cpu *cpu = *state;

	for (unsigned i = 0; i < sizeof(types) / sizeof(*types); i++) {
		bool normal = types[i].type <= ISA_CTYPE_UNC;
		unsigned id = normal ? ISA_cmp_eq : ISA_cmp_eq_p;
		exec_fn special = exec_handler[exec_special(id, types[i].type)];
		struct op op = { .r2 = 33, .r3 = 34 };

		set_gr(cpu, 33, 1);
		set_gr(cpu, 34, types[i].rel);
		check_type(cpu, i, normal ? exec_cmp_eq : exec_cmp_eq_p, op);
		check_type(cpu, i, special, op);
		/* bit 3 of 8 is 1, of 0 is 0 */
		set_gr(cpu, 34, types[i].rel ? 0 : 8);
		op.pos = 3;
		check_type(cpu, i, normal ? exec_tbit_z : exec_tbit_z_p, op);
	}
}

/* Relations: r33 or imm against r34. Of .and from 1, as of type none, p1 is the relation. */
static const struct {
	exec_fn fn;
	uint64_t a, b;
	bool want;
} relations[] = {
	{ exec_cmp_lt, ONES, 0, 1 },
	{ exec_cmp_ltu, ONES, 0, 0 },
	{ exec_cmp_eq, 1UL << 32, 0, 0 },
	{ exec_cmp4_eq, 1UL << 32, 0, 1 },
	{ exec_cmp4_lt, 0xffffffff, 0, 1 },
	{ exec_cmp4_ltu, 0xffffffff, 0, 0 },
	{ exec_cmp4_ltu, 0xf00000000, 1, 1 },
	{ exec_cmp_lt_imm8, -128UL, -127UL, 1 },
	{ exec_cmp_ltu_imm8, -1UL, 0, 0 },
	{ exec_cmp_ltu_imm8, -2UL, -1UL, 1 },
	{ exec_cmp_eq_imm8, -1UL, 0xffffffff, 0 },
	{ exec_cmp4_eq_imm8, -1UL, 0xffffffff, 1 },
	{ exec_cmp4_ltu_imm8, -2UL, 0xffffffff, 1 },
	{ exec_cmp4_lt_imm8, 0, 0x80000000, 0 },
	{ exec_cmp_eq_p, 3, 3, 1 },
	{ exec_cmp_ne_p, 3, 3, 0 },
	{ exec_cmp4_ne_p, 3UL << 32, 0, 0 },
	{ exec_cmp4_eq_p, 3UL << 32, 0, 1 },
	{ exec_cmp_eq_imm8_p, -5UL, -5UL, 1 },
	{ exec_cmp_ne_imm8_p, -5UL, -5UL, 0 },
	{ exec_cmp4_eq_imm8_p, -5UL, 0xfffffffb, 1 },
	{ exec_cmp4_ne_imm8_p, -5UL, 0xfffffffb, 0 },
	/* r0 against r34 */
	{ exec_cmp_gt_0, 0, ONES, 1 },
	{ exec_cmp_gt_0, 0, 0, 0 },
	{ exec_cmp_le_0, 0, 0, 1 },
	{ exec_cmp_le_0, 0, ONES, 0 },
	{ exec_cmp_ge_0, 0, 0, 1 },
	{ exec_cmp_ge_0, 0, 1, 0 },
	{ exec_cmp_lt_0, 0, 1, 1 },
	{ exec_cmp_lt_0, 0, 0, 0 },
	{ exec_cmp4_gt_0, 0, 0x80000000, 1 },
	{ exec_cmp4_le_0, 0, 0x80000000, 0 },
	{ exec_cmp4_ge_0, 0, 1UL << 32, 1 },
	{ exec_cmp4_lt_0, 0, 1UL << 32, 0 },
};

static void test_relations(void **state)
{
	struct cpu *cpu = *state;

	for (size_t i = 0; i < sizeof(relations) / sizeof(*relations); i++) {
		struct op op = { .r2 = 33, .r3 = 34, .p1 = 6, .p2 = 7, .imm = relations[i].a };

		set_gr(cpu, 33, relations[i].a);
		set_gr(cpu, 34, relations[i].b);
		op.c[0] = ISA_CTYPE_AND;
		cpu->pr = 1 | P67;
		assert_int_equal(step(cpu, relations[i].fn, &op), EXEC_NEXT);
		if (cpu_pr(cpu, 6) != relations[i].want)
			fail_msg("relations[%zu]", i);
	}
}

static void test_pr0_is_a_sink(void **state)
{
	struct cpu *cpu = *state;
	struct op op = { .r2 = 0, .r3 = 0, .p1 = 6, .p2 = 0 };

	assert_int_equal(step(cpu, exec_cmp_eq, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1 | P6);
	op.p1 = 0;
	op.p2 = 6;
	assert_int_equal(step(cpu, exec_cmp_lt, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1 | P6);
	op.c[0] = ISA_CTYPE_AND;
	assert_int_equal(step(cpu, exec_cmp_ne_p, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1);
	op.c[0] = ISA_CTYPE_OR_ANDCM;
	op.p1 = 6;
	op.p2 = 0;
	assert_int_equal(step(cpu, exec_cmp_eq_p, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1 | P6);
}

static void test_nat_and_feature(void **state)
{
	struct cpu *cpu = *state;
	struct op op = { .r3 = 34, .p1 = 6, .p2 = 7, .imm = 33 };

	set_nat(cpu, 34); /* tnat reads the NaT bit, it does not consume it */
	step(cpu, exec_tnat_z, &op);
	assert_int_equal(cpu->pr, 1 | P7);
	cpu_gr(cpu, 34)->nat = 0;
	step(cpu, exec_tnat_z, &op);
	assert_int_equal(cpu->pr, 1 | P6);
	op.c[0] = ISA_CTYPE_OR;
	cpu->pr = 1;
	step(cpu, exec_tnat_nz_p, &op);
	assert_int_equal(cpu->pr, 1);
	set_nat(cpu, 34);
	step(cpu, exec_tnat_nz_p, &op);
	assert_int_equal(cpu->pr, 1 | P67);

	cpu->cpuid[4] = 1UL << 33;
	op.c[0] = 0;
	step(cpu, exec_tf_z, &op);
	assert_int_equal(cpu->pr, 1 | P7);
	op.imm = 34;
	step(cpu, exec_tf_z, &op);
	assert_int_equal(cpu->pr, 1 | P6);

	/* what the processor does not have is no instruction */
	cpu->cpuid[4] = 0;
	op.r1 = 32;
	assert_fault(cpu, step(cpu, exec_clz, &op), VEC_GENERAL, GEX_ILLEGAL_OP);
	assert_fault(cpu, step(cpu, exec_mpy4, &op), VEC_GENERAL, GEX_ILLEGAL_OP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_results),
		TEST(test_nat_propagates),
		TEST(test_predicate_and_frame),
		TEST(test_compare_types),
		TEST(test_relations),
		TEST(test_pr0_is_a_sink),
		TEST(test_nat_and_feature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
