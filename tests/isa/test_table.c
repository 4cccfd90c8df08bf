// SPDX-License-Identifier: MIT
/*
 * test_table.c - invariants of the instruction table, and that the checks do reject bad rows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "bundle.h"
#include "table.h"

/* Add the bits of some pieces to those in use; false if one was in use already. */
static bool claim(const struct piece *p, unsigned int max, uint64_t used[2])
{
	uint64_t bits = 0, l_bits = 0;

	field_set(p, max, UINT64_MAX, &bits, &l_bits);
	if (bits & used[0] || l_bits & used[1] || bits & ~ISA_SLOT_MASK || l_bits & ~ISA_SLOT_MASK)
		return false;
	used[0] |= bits;
	used[1] |= l_bits;
	return true;
}

static const char *row_error(const struct isa_row *row)
{
	uint64_t used[2] = { row->mask, 0 };
	unsigned int named = 0, listed = 0, sources = 0;

	if (row->value & ~row->mask)
		return "value outside of the mask";
	if (row->mask & ~ISA_SLOT_MASK)
		return "mask outside of the slot";
	if (row->mask >> 39 != 3)
		return "major opcode not selected";
	if (!(row->flags & ISA_F_NOQP) && used[0] & 0x3f)
		return "qp selected";
	if (!(row->flags & ISA_F_NOQP))
		used[0] |= 0x3f;
	for (; listed < MAX_COMPLETERS && row->completer[listed]; listed++)
		if (!claim(isa_completers[row->completer[listed]].piece, 2, used))
			return "completer overlaps";
	for (unsigned int i = 0; i < MAX_OPERANDS && row->operand[i]; i++) {
		sources += row->operand[i] == EQ;
		if (!claim(isa_operands[row->operand[i]].piece, MAX_PIECES, used))
			return "operand overlaps";
	}
	for (const char *s = row->mnemonic; (s = strstr(s, "{}")); s += 2)
		named++;
	if (named != listed)
		return "{} and completers differ in number";
	return sources > 1 ? "more than one =" : NULL;
}

/* The bits that a row fixes once its completers have their n-th values. */
static bool fixed_bits(const struct isa_row *row, unsigned int n, uint64_t *mask, uint64_t *value,
		       bool *more)
{
	uint64_t none = 0;
	bool valid = true;

	*mask = row->mask;
	*value = row->value;
	for (unsigned int i = 0; i < MAX_COMPLETERS && row->completer[i]; i++) {
		const struct completer *cm = &isa_completers[row->completer[i]];
		unsigned int v = n % cm->count;

		n /= cm->count;
		valid &= cm->names[v] != NULL;
		field_set(cm->piece, 2, UINT64_MAX, mask, &none);
		field_set(cm->piece, 2, v, value, &none);
	}
	*more = n == 0;
	return valid;
}

static bool rows_overlap(const struct isa_row *a, const struct isa_row *b)
{
	uint64_t am, av, bm, bv;
	bool more = true;

	if (a->unit != b->unit || (a->value ^ b->value) & a->mask & b->mask)
		return false;
	for (unsigned int i = 0; fixed_bits(a, i, &am, &av, &more), more; i++) {
		if (!fixed_bits(a, i, &am, &av, &more))
			continue;
		for (unsigned int j = 0; fixed_bits(b, j, &bm, &bv, &more), more; j++)
			if (fixed_bits(b, j, &bm, &bv, &more) && !((av ^ bv) & am & bm))
				return true;
	}
	return false;
}

/* The two rows that lie within another, in bits that older CPUs ignore. */
static bool may_overlap(unsigned int a, unsigned int b)
{
	return (a == ISA_mov_to_dahr && b == ISA_hint_m) ||
	       (a == ISA_lfetch_count && b == ISA_lfetch);
}

static void every_row_is_sound(void **state)
{
	(void)state;
	for (unsigned int id = ISA_INVALID + 1; id < ISA_ID_COUNT; id++)
		if (row_error(&isa_rows[id]))
			fail_msg("%s: %s", isa_rows[id].name, row_error(&isa_rows[id]));
}

static void no_two_rows_overlap(void **state)
{
	(void)state;
	for (unsigned int a = ISA_INVALID + 1; a < ISA_ID_COUNT; a++)
		for (unsigned int b = a + 1; b < ISA_ID_COUNT; b++)
			if (rows_overlap(&isa_rows[a], &isa_rows[b]) != may_overlap(a, b))
				fail_msg("%s and %s", isa_rows[a].name, isa_rows[b].name);
}

static void units_are_consecutive(void **state)
{
	unsigned int first, end, next = ISA_INVALID + 1;

	(void)state;
	for (enum isa_unit u = ISA_UNIT_A; u <= ISA_UNIT_X; u++) {
		isa_unit_rows(u, &first, &end);
		assert_int_equal(first, next);
		for (next = first; next < end; next++)
			assert_int_equal(isa_rows[next].unit, u);
	}
	assert_int_equal(next, ISA_ID_COUNT);
}

static void bad_rows_are_rejected(void **state)
{
	struct isa_row bad;

	(void)state;
	bad = isa_rows[ISA_add];
	bad.value |= 1u << 20;
	assert_non_null(row_error(&bad));
	bad = isa_rows[ISA_add];
	bad.mask |= UINT64_C(1) << 41;
	assert_non_null(row_error(&bad));
	bad = isa_rows[ISA_add];
	bad.operand[2] = R1;
	assert_non_null(row_error(&bad));
	bad = isa_rows[ISA_add];
	bad.mask |= 1;
	assert_non_null(row_error(&bad));
	bad = isa_rows[ISA_ld];
	bad.completer[2] = COMPLETER_NONE;
	assert_non_null(row_error(&bad));
	bad = isa_rows[ISA_ld];
	bad.completer[2] = SZ;
	assert_non_null(row_error(&bad));
	bad = isa_rows[ISA_st];
	bad.value = isa_rows[ISA_ld].value;
	bad.mask = isa_rows[ISA_ld].mask;
	assert_true(rows_overlap(&bad, &isa_rows[ISA_ld]));
	assert_true(rows_overlap(&isa_rows[ISA_add], &isa_rows[ISA_add]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_sound),
		cmocka_unit_test(no_two_rows_overlap),
		cmocka_unit_test(units_are_consecutive),
		cmocka_unit_test(bad_rows_are_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
