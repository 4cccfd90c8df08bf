// SPDX-License-Identifier: MIT
/* Registers that instructions name, against the SDM's descriptions of them (vol 3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "uses.h"

#define R(file_, reg_)                                                                             \
	{                                                                                          \
		ISA_FILE_##file_, reg_, false                                                      \
	}
#define W(file_, reg_)                                                                             \
	{                                                                                          \
		ISA_FILE_##file_, reg_, true                                                       \
	}

/** struct uses_case - an instruction, and what it names */
struct uses_case {
	const char *text;
	struct isa_insn insn;
	unsigned int count;
	struct isa_use use[ISA_USES];
};

static const struct uses_case cases[] = {
	{ "add r1=r2,r3",
	  { .id = ISA_add, .r1 = 1, .r2 = 2, .r3 = 3 },
	  3,
	  { W(GR, 1), R(GR, 2), R(GR, 3) } },
	{ "cmp.eq p6,p7=r8,r9",
	  { .id = ISA_cmp_eq, .p1 = 6, .p2 = 7, .r2 = 8, .r3 = 9 },
	  4,
	  { W(PR, 6), W(PR, 7), R(GR, 8), R(GR, 9) } },
	{ "ld8 r4=[r5]", { .id = ISA_ld, .r1 = 4, .r3 = 5 }, 2, { W(GR, 4), R(GR, 5) } },
	{ "ld8 r4=[r5],8",
	  { .id = ISA_ld_imm, .r1 = 4, .r3 = 5, .imm = 8 },
	  3,
	  { W(GR, 4), R(GR, 5), W(GR, 5) } },
	{ "st8 [r5]=r6", { .id = ISA_st, .r2 = 6, .r3 = 5 }, 2, { R(GR, 5), R(GR, 6) } },
	{ "ld16 r4,ar.csd=[r5]",
	  { .id = ISA_ld16, .r1 = 4, .r3 = 5 },
	  3,
	  { W(GR, 4), W(AR, 25), R(GR, 5) } },
	{ "mov ar.pfs=r7",
	  { .id = ISA_mov_to_ar_i, .r2 = 7, .r3 = 64 },
	  2,
	  { W(AR, 64), R(GR, 7) } },
	{ "mov r7=cr.ivr",
	  { .id = ISA_mov_from_cr, .r1 = 7, .r3 = 65 },
	  2,
	  { W(GR, 7), R(CR, 65) } },
	{ "mov rr[r3]=r2", { .id = ISA_mov_to_rr, .r2 = 2, .r3 = 3 }, 2, { R(GR, 3), R(GR, 2) } },
	{ "mov b6=r7", { .id = ISA_mov_to_br, .r1 = 6, .r2 = 7 }, 2, { W(BR, 6), R(GR, 7) } },
	{ "br.call b0=b6", { .id = ISA_br_call_ind, .r1 = 0, .r2 = 6 }, 2, { W(BR, 0), R(BR, 6) } },
	{ "ptc.l r3,r2", { .id = ISA_ptc_l, .r2 = 2, .r3 = 3 }, 2, { R(GR, 3), R(GR, 2) } },
	{ "alloc r2=ar.pfs,...", { .id = ISA_alloc, .r1 = 2 }, 2, { W(GR, 2), R(AR, 64) } },
	{ "rsm 0x4000", { .id = ISA_rsm, .imm = 0x4000 }, 0, { { 0 } } },
	{ "a reserved encoding", { .id = ISA_INVALID, .r1 = 2 }, 0, { { 0 } } },
};

static bool has(const struct isa_use *list, unsigned int count, const struct isa_use *one)
{
	for (unsigned int i = 0; i < count; i++)
		if (list[i].file == one->file && list[i].reg == one->reg &&
		    list[i].write == one->write)
			return true;
	return false;
}

static void test_uses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct uses_case *c = &cases[i];
		struct isa_use use[ISA_USES];
		unsigned int count = isa_uses(&c->insn, use);

		if (count != c->count)
			fail_msg("%s: %u registers", c->text, count);
		for (unsigned int k = 0; k < c->count; k++)
			if (!has(use, count, &c->use[k]))
				fail_msg("%s: register %u is missing", c->text, k);
	}
}

/* No row has more than there is room for. */
static void test_bounds(void **state)
{
	(void)state;
	for (unsigned int id = 0; id < ISA_ID_COUNT; id++) {
		struct isa_insn insn = { .id = id };
		struct isa_use use[ISA_USES];

		assert_in_range(isa_uses(&insn, use), 0, ISA_USES - 1);
	}
}

static void test_compares(void **state)
{
	struct isa_insn insn = { .id = ISA_cmp_eq };

	(void)state;
	assert_int_equal(isa_compare(&insn), ISA_COMPARE_NORMAL);
	insn.c[0] = ISA_CTYPE_UNC;
	assert_int_equal(isa_compare(&insn), ISA_COMPARE_UNC);
	insn = (struct isa_insn){ .id = ISA_cmp_eq_p, .c = { ISA_CTYPE_OR_ANDCM } };
	assert_int_equal(isa_compare(&insn), ISA_COMPARE_ORANDCM);
	insn = (struct isa_insn){ .id = ISA_tbit_z_p, .c = { ISA_CTYPE_AND } };
	assert_int_equal(isa_compare(&insn), ISA_COMPARE_AND);
	insn = (struct isa_insn){ .id = ISA_ld, .c = { 3 } };
	assert_int_equal(isa_compare(&insn), ISA_COMPARE_NORMAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uses),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_compares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
