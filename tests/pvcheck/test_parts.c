// SPDX-License-Identifier: MIT
/* Tests of pvcheck's parts that need no ELF file: classes, hints, groups, flow, exceptions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pvcheck.h"

static enum pc_class class_of(unsigned int id, unsigned int r3, int64_t imm)
{
	struct isa_insn insn = { .id = id, .r3 = r3, .imm = imm };

	return pc_classify(&insn);
}

static void test_classes(void **state)
{
	(void)state;
	assert_int_equal(class_of(ISA_add, 0, 0), PC_HARMLESS);
	assert_int_equal(class_of(ISA_rsm, 0, 0x4000), PC_PRIVILEGED);
	assert_int_equal(class_of(ISA_cover, 0, 0), PC_SENSITIVE);
	assert_int_equal(class_of(ISA_thash, 0, 0), PC_SENSITIVE);
	assert_int_equal(class_of(ISA_sum, 0, 2), PC_KEPT);
	assert_int_equal(class_of(ISA_epc, 0, 0), PC_KEPT);
	assert_int_equal(class_of(ISA_mov_from_ar_m, 7, 0), PC_KEPT);
	assert_int_equal(class_of(ISA_mov_to_ar_m, 7, 0), PC_PRIVILEGED);
	assert_int_equal(class_of(ISA_mov_from_ar_m, 44, 0), PC_SENSITIVE);
	assert_int_equal(class_of(ISA_mov_to_ar_m, 44, 0), PC_PRIVILEGED);
	assert_int_equal(class_of(ISA_mov_ar_imm_m, 16, 0), PC_HARMLESS);
	assert_int_equal(class_of(ISA_mov_to_ar_m, 36, 0), PC_HARMLESS);
	assert_int_equal(class_of(ISA_probe_r_imm, 5, 3), PC_KEPT);
	assert_int_equal(class_of(ISA_probe_r_imm, 5, 0), PC_SENSITIVE);
	assert_int_equal(class_of(ISA_probe_r, 5, 0), PC_SENSITIVE);
}

/* Every flagged row has a class other than harmless, every kept one a reason. */
static void test_all_rows(void **state)
{
	(void)state;
	for (unsigned int id = 1; id < ISA_ID_COUNT; id++) {
		struct isa_insn insn = { .id = id };
		uint32_t flags = isa_flags(id);
		enum pc_class class = pc_classify(&insn);

		if (flags & ISA_F_PRIV)
			assert_int_equal(class, PC_PRIVILEGED);
		else if (flags & ISA_F_SENS)
			assert_true(class == PC_SENSITIVE || class == PC_KEPT);
		else if (!(flags & ISA_F_SENSAR))
			assert_int_equal(class, PC_HARMLESS);
		assert_int_equal(class == PC_KEPT, *pc_class_why(&insn) != '\0');
	}
}

static void check_hint(const struct isa_insn *insn, const char *want)
{
	char *hint = pc_op_hint(insn);

	if (!strstr(hint, want))
		fail_msg("\"%s\" does not say %s", hint, want);
	free(hint);
}

static void test_hints(void **state)
{
	(void)state;
	check_hint(&(struct isa_insn){ .id = ISA_rsm, .imm = 0x4000 }, "pv_cpu_ops.rsm_i");
	check_hint(&(struct isa_insn){ .id = ISA_rsm, .imm = 0x4000 }, "RSM_PSR_I()");
	check_hint(&(struct isa_insn){ .id = ISA_rsm, .imm = 0x2000 }, "pv_cpu_ops.rsm");
	check_hint(&(struct isa_insn){ .id = ISA_rsm, .imm = 0x4002 }, "RSM_PSR_BE_I()");
	check_hint(&(struct isa_insn){ .id = ISA_rsm, .imm = 0x6000 }, "RSM_PSR_I_IC()");
	check_hint(&(struct isa_insn){ .id = ISA_ssm, .imm = 0x2000 }, "SSM_PSR_IC_AND_SRLZ_D()");
	check_hint(&(struct isa_insn){ .id = ISA_mov_from_psr }, "MOV_FROM_PSR()");
	check_hint(&(struct isa_insn){ .id = ISA_mov_from_cr, .r3 = 20 }, "MOV_FROM_IFA()");
	check_hint(&(struct isa_insn){ .id = ISA_mov_to_cr, .r3 = 16 }, "MOV_TO_IPSR()");
	check_hint(&(struct isa_insn){ .id = ISA_mov_to_ar_m, .r3 = 6 }, "MOV_TO_KR()");
	check_hint(&(struct isa_insn){ .id = ISA_thash }, "THASH()");
	check_hint(&(struct isa_insn){ .id = ISA_bsw_0 }, "BSW_0()");
	check_hint(&(struct isa_insn){ .id = ISA_vmsw_0 }, "no operation");
}

/** struct group_test - instructions of one group, and the rule they break */
struct group_test {
	const char *name;
	struct isa_insn insn[3];
	int rule;
};

#define NONE (-1)
#define ADD(d, a, b)                                                                               \
	{                                                                                          \
		.id = ISA_add, .unit = ISA_UNIT_A, .r1 = d, .r2 = a, .r3 = b                       \
	}
#define NOP                                                                                        \
	{                                                                                          \
		.id = ISA_nop_i, .unit = ISA_UNIT_I                                                \
	}
#define CMP(p, q)                                                                                  \
	{                                                                                          \
		.id = ISA_cmp_eq, .unit = ISA_UNIT_A, .p1 = p, .p2 = q, .r2 = 8, .r3 = 9           \
	}

static const struct group_test group_tests[] = {
	{ "independent", { ADD(14, 15, 16), ADD(17, 15, 16), NOP }, NONE },
	{ "read after write", { ADD(14, 15, 16), ADD(17, 14, 16), NOP }, PC_RULE_RAW },
	{ "with another between", { ADD(14, 15, 16), NOP, ADD(17, 16, 14) }, PC_RULE_RAW },
	{ "write after write", { ADD(14, 15, 16), ADD(14, 16, 16), NOP }, PC_RULE_WAW },
	{ "write after read", { ADD(14, 15, 16), ADD(15, 16, 16), NOP }, NONE },
	{ "r0", { ADD(0, 15, 16), ADD(14, 0, 0), NOP }, NONE },
	{ "different predicates",
	  { { .id = ISA_add, .unit = ISA_UNIT_A, .qp = 6, .r1 = 14, .r2 = 8, .r3 = 9 },
	    { .id = ISA_add, .unit = ISA_UNIT_A, .qp = 7, .r1 = 14, .r2 = 8, .r3 = 9 },
	    NOP },
	  NONE },
	{ "the same predicate",
	  { { .id = ISA_add, .unit = ISA_UNIT_A, .qp = 6, .r1 = 14, .r2 = 8, .r3 = 9 },
	    { .id = ISA_add, .unit = ISA_UNIT_A, .qp = 6, .r1 = 14, .r2 = 8, .r3 = 9 },
	    NOP },
	  PC_RULE_WAW },
	{ "a branch reads a compare's predicate",
	  { CMP(6, 7), NOP, { .id = ISA_br_cond, .unit = ISA_UNIT_B, .qp = 6 } },
	  NONE },
	{ "but not that of fcmp",
	  { { .id = ISA_fcmp, .unit = ISA_UNIT_F, .p1 = 6, .p2 = 7, .r2 = 8, .r3 = 9 },
	    NOP,
	    { .id = ISA_br_cond, .unit = ISA_UNIT_B, .qp = 6 } },
	  PC_RULE_RAW },
	{ "a predicated instruction does not",
	  { CMP(6, 7), { .id = ISA_add, .unit = ISA_UNIT_A, .qp = 7, .r1 = 14 }, NOP },
	  PC_RULE_RAW },
	{ "mov =pr reads all predicates",
	  { CMP(6, 7), { .id = ISA_mov_from_pr, .unit = ISA_UNIT_I, .r1 = 14 }, NOP },
	  PC_RULE_RAW },
	{ "the base of a load is updated",
	  { { .id = ISA_ld_imm, .unit = ISA_UNIT_M, .r1 = 14, .r3 = 15, .imm = 8 },
	    ADD(16, 15, 8),
	    NOP },
	  PC_RULE_RAW },
	{ "what a branch not taken leaves",
	  { { .id = ISA_add, .unit = ISA_UNIT_A, .qp = 6, .r1 = 14, .r2 = 8, .r3 = 9 },
	    { .id = ISA_br_cond, .unit = ISA_UNIT_B, .qp = 6 },
	    ADD(15, 14, 8) },
	  NONE },
	{ "ar.bspstore gives a new ar.rnat",
	  { { .id = ISA_mov_to_ar_m, .unit = ISA_UNIT_M, .r2 = 8, .r3 = 18 },
	    { .id = ISA_mov_from_ar_m, .unit = ISA_UNIT_M, .r1 = 14, .r3 = 19 },
	    NOP },
	  PC_RULE_RAW },
	{ "alloc comes first",
	  { NOP, { .id = ISA_alloc, .unit = ISA_UNIT_M, .r1 = 14 }, NOP },
	  PC_RULE_FIRST },
	{ "cover comes last", { { .id = ISA_cover, .unit = ISA_UNIT_B }, NOP, NOP }, PC_RULE_LAST },
};

static void test_groups(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(group_tests) / sizeof(group_tests[0]); i++) {
		const struct group_test *t = &group_tests[i];
		struct pc_hazards *h = pc_hazards_new();
		struct pc_check check = { 0 };
		struct pc_bundle b = { .addr = 0x1000, .decoded = { true, true, true } };

		b.raw.template = 0x01; /* MII, one stop at the end; units do not matter here */
		memcpy(b.insn, t->insn, sizeof(b.insn));
		pc_hazards_bundle(h, &check, &b);
		if (check.findings != (t->rule != NONE) ||
		    (check.findings && check.finding[0].rule != t->rule))
			fail_msg("%s: %zu findings, the first of rule %d", t->name, check.findings,
				 check.findings ? check.finding[0].rule : NONE);
		pc_hazards_free(h);
		for (size_t k = 0; k < check.findings; k++)
			free(check.finding[k].text);
		free(check.finding);
	}
}

static struct pc_exceptions *exceptions(const char *text)
{
	return pc_exceptions_parse(text, strlen(text), "test");
}

static void test_exceptions(void **state)
{
	struct pc_exceptions *list;

	(void)state;
	list = exceptions("# comment\n\n entry foo_*: because\nfunction bar: so\ntraps b: c\n");
	assert_non_null(list);
	pc_exceptions_free(list);
	list = pc_exceptions_built_in();
	assert_non_null(list);
	pc_exceptions_free(list);
	assert_null(exceptions("entry foo\n"));
	assert_null(exceptions("entry foo: \n"));
	assert_null(exceptions("entry : reason\n"));
	assert_null(exceptions("always foo: reason\n"));
	assert_null(exceptions("entry\n"));
}

/* Three bundles: the first calls the third, the second is what follows the call. */
static void test_flow(void **state)
{
	static const uint8_t bytes[48];
	struct pc_section text = { .name = ".text", .data = bytes, .size = 48, .exec = true };
	struct pc_image image = { .section = &text, .sections = 1, .bundles = 3 };
	struct pc_flow *flow = pc_flow_new(3);
	struct pc_bundle b = { .section = &text, .decoded = { true, true, true } };

	(void)state;
	for (b.index = 0; b.index < 3; b.index++) {
		b.addr = 16 * b.index;
		b.insn[2] =
			(struct isa_insn){ .id = b.index ? ISA_br_ret : ISA_br_call, .imm = 32 };
		pc_flow_bundle(flow, &image, &b);
	}
	pc_flow_cut(flow, 2, PC_MARK_GUEST);
	pc_flow_mark(flow, 0, PC_MARK_GUEST);
	assert_int_equal(pc_flow_marks(flow, 0), PC_MARK_GUEST);
	assert_int_equal(pc_flow_marks(flow, 1), PC_MARK_GUEST);
	assert_int_equal(pc_flow_marks(flow, 2), 0);
	pc_flow_mark(flow, 0, PC_MARK_NATIVE);
	assert_int_equal(pc_flow_marks(flow, 2), PC_MARK_NATIVE);
	pc_flow_free(flow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_classes),	   cmocka_unit_test(test_all_rows),
		cmocka_unit_test(test_hints),	   cmocka_unit_test(test_groups),
		cmocka_unit_test(test_exceptions), cmocka_unit_test(test_flow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
