// SPDX-License-Identifier: MIT
/*
 * test_codec.c - decode, encode and print, where objdump cannot be asked: reserved encodings,
 * the members of struct isa_insn, values that do not fit, short buffers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "bundle.h"

#define BIT(n)	    (UINT64_C(1) << (n))
#define MAJOR(op)   ((uint64_t)(op) << 37)
#define FIELD(p, v) ((uint64_t)(v) << (p))

static enum isa_reserved reserved(enum isa_slot slot, uint64_t bits)
{
	struct isa_insn insn;

	assert_false(isa_decode(&insn, slot, bits, 0));
	assert_int_equal(insn.id, ISA_INVALID);
	return (enum isa_reserved)insn.reserved;
}

/* SDM vol 3 §4.1, and the colours of the tables in §4.2 to §4.7. */
static void reserved_encodings_know_their_fault(void **state)
{
	static const enum isa_slot other[] = { ISA_SLOT_M, ISA_SLOT_I, ISA_SLOT_F };

	(void)state;
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(reserved(other[i], MAJOR(i == 2 ? 15 : 3)), ISA_RESERVED_QP);
	assert_int_equal(reserved(ISA_SLOT_M, MAJOR(8) | FIELD(29, 5)), ISA_RESERVED_QP);
	assert_int_equal(reserved(ISA_SLOT_X, MAJOR(6) | BIT(20)), ISA_RESERVED_QP);
	assert_int_equal(reserved(ISA_SLOT_X, MAJOR(12) | FIELD(6, 5)), ISA_RESERVED_QP);

	assert_int_equal(reserved(ISA_SLOT_B, MAJOR(0) | FIELD(27, 0x01)), ISA_RESERVED_NOP);
	assert_int_equal(reserved(ISA_SLOT_B, MAJOR(0) | FIELD(27, 0x03)), ISA_RESERVED_QP);
	assert_int_equal(reserved(ISA_SLOT_B, MAJOR(0) | FIELD(27, 0x22)), ISA_RESERVED_FAULT);
	assert_int_equal(reserved(ISA_SLOT_B, MAJOR(0) | FIELD(27, 0x20) | FIELD(6, 2)),
			 ISA_RESERVED_FAULT);
	assert_int_equal(reserved(ISA_SLOT_B, MAJOR(2) | FIELD(27, 0x05)), ISA_RESERVED_NOP);
	assert_int_equal(reserved(ISA_SLOT_B, MAJOR(3)), ISA_RESERVED_NOP);
	assert_int_equal(reserved(ISA_SLOT_B, MAJOR(6)), ISA_RESERVED_NOP);
	assert_int_equal(reserved(ISA_SLOT_B, MAJOR(4) | FIELD(6, 1)), ISA_RESERVED_FAULT);
	assert_int_equal(reserved(ISA_SLOT_B, MAJOR(8)), ISA_RESERVED_FAULT);
}

static void unpredicated_with_a_predicate_faults(void **state)
{
	(void)state;
	/* rfi, br.cloop, flushrs, alloc with qp = 1 */
	assert_int_equal(reserved(ISA_SLOT_B, FIELD(27, 0x08) | 1), ISA_RESERVED_FAULT);
	assert_int_equal(reserved(ISA_SLOT_B, MAJOR(4) | FIELD(6, 5) | 1), ISA_RESERVED_FAULT);
	assert_int_equal(reserved(ISA_SLOT_M, FIELD(27, 12) | 1), ISA_RESERVED_FAULT);
	assert_int_equal(reserved(ISA_SLOT_M, MAJOR(1) | FIELD(33, 6) | 1), ISA_RESERVED_FAULT);
}

static void reserved_operand_values_fault(void **state)
{
	uint64_t mux1 = MAJOR(7) | FIELD(34, 3) | FIELD(28, 2) | FIELD(30, 2);
	uint64_t pshladd2 = MAJOR(8) | FIELD(34, 1) | BIT(33) | FIELD(29, 4);
	uint64_t popcnt = MAJOR(7) | BIT(33) | FIELD(34, 1) | FIELD(28, 1) | FIELD(30, 2);
	struct isa_insn insn;

	(void)state;
	assert_true(isa_decode(&insn, ISA_SLOT_I, mux1 | FIELD(20, 0xb), 0));
	assert_int_equal(reserved(ISA_SLOT_I, mux1 | FIELD(20, 1)), ISA_RESERVED_QP);
	assert_true(isa_decode(&insn, ISA_SLOT_I, pshladd2 | FIELD(27, 2), 0));
	assert_int_equal(insn.pos, 3);
	assert_int_equal(reserved(ISA_SLOT_I, pshladd2 | FIELD(27, 3)), ISA_RESERVED_QP);
	assert_true(isa_decode(&insn, ISA_SLOT_I, popcnt, 0));
	assert_int_equal(reserved(ISA_SLOT_I, popcnt | FIELD(13, 1)), ISA_RESERVED_QP);
}

static void members_are_as_documented(void **state)
{
	struct isa_insn i;

	(void)state;
	/* (p3) fetchadd8.rel.nta r5=[r6],-16 */
	assert_true(isa_decode(&i, ISA_SLOT_M,
			       MAJOR(4) | FIELD(30, 0x17) | FIELD(28, 3) | BIT(27) | FIELD(20, 6) |
				       BIT(15) | FIELD(6, 5) | 3,
			       0));
	assert_int_equal(i.id, ISA_fetchadd);
	assert_int_equal(i.imm, -16);
	assert_int_equal(i.c[0], 3);
	assert_int_equal(i.c[1], ISA_SEM_REL);
	assert_int_equal(i.c[2], ISA_HINT_NTA);
	/* cmp4.ne.or p1,p2=r3,r4 */
	assert_true(isa_decode(&i, ISA_SLOT_I,
			       MAJOR(13) | FIELD(34, 1) | BIT(33) | FIELD(27, 2) | FIELD(20, 4) |
				       FIELD(13, 3) | BIT(12) | FIELD(6, 1),
			       0));
	assert_int_equal(i.id, ISA_cmp4_ne_p);
	assert_int_equal(i.c[0], ISA_CTYPE_OR);
	/* br.cond -16: from the bundle's address */
	assert_true(isa_decode(&i, ISA_SLOT_B, MAJOR(4) | BIT(36) | FIELD(13, 0xfffff), 0));
	assert_int_equal(i.imm, -16);
	/* dep.z r1=r2,60,4 */
	assert_true(isa_decode(&i, ISA_SLOT_I,
			       MAJOR(5) | FIELD(34, 1) | BIT(33) | FIELD(27, 3) | FIELD(20, 3) |
				       FIELD(13, 2) | FIELD(6, 1),
			       0));
	assert_int_equal(i.id, ISA_dep_z);
	assert_int_equal(i.pos, 60);
	assert_int_equal(i.len, 4);
	/* ldfps.a f2,f3=[r4],8: the increment is implied */
	assert_true(isa_decode(&i, ISA_SLOT_M,
			       MAJOR(6) | BIT(36) | BIT(27) | FIELD(30, 0x0a) | FIELD(20, 4) |
				       FIELD(13, 3) | FIELD(6, 2),
			       0));
	assert_int_equal(i.id, ISA_ldfp_imm);
	assert_int_equal(i.imm, 8);
}

static void encode_refuses_what_does_not_fit(void **state)
{
	struct isa_insn i = { .id = ISA_adds, .imm = 8191 };
	uint64_t bits, l_bits;

	(void)state;
	assert_true(isa_encode(&i, &bits, NULL));
	i.imm = 8192;
	assert_false(isa_encode(&i, &bits, NULL));
	i.imm = -8192;
	assert_true(isa_encode(&i, &bits, NULL));
	i = (struct isa_insn){ .id = ISA_br_cond, .imm = 8 };
	assert_false(isa_encode(&i, &bits, NULL));
	i = (struct isa_insn){ .id = ISA_add, .r1 = 128 };
	assert_false(isa_encode(&i, &bits, NULL));
	i = (struct isa_insn){ .id = ISA_shladd, .pos = 0 };
	assert_false(isa_encode(&i, &bits, NULL));
	i = (struct isa_insn){ .id = ISA_fetchadd, .c = { 3 }, .imm = 2 };
	assert_false(isa_encode(&i, &bits, NULL));
	i = (struct isa_insn){ .id = ISA_ld, .c = { 3, 6 } };
	assert_false(isa_encode(&i, &bits, NULL));
	i = (struct isa_insn){ .id = ISA_INVALID };
	assert_false(isa_encode(&i, &bits, NULL));
	i = (struct isa_insn){ .id = ISA_ID_COUNT };
	assert_false(isa_encode(&i, &bits, NULL));
	/* a long branch reaches everything, in both directions */
	i = (struct isa_insn){ .id = ISA_brl_cond, .imm = INT64_MIN };
	assert_true(isa_encode(&i, &bits, &l_bits));
	assert_true(isa_decode(&i, ISA_SLOT_X, bits, l_bits));
	assert_true(i.imm == INT64_MIN);
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Valid instructions are rare among random bits: every other time, some that were decoded. */
static void a_guess_changes_nothing(void **state)
{
	uint64_t seed = 20250101, bits = 0, l_bits = 0;
	unsigned int right = 0;

	(void)state;
	for (unsigned int n = 0; n < 400000; n++) {
		const enum isa_slot slot = (enum isa_slot[]){ ISA_SLOT_M, ISA_SLOT_I, ISA_SLOT_F,
							      ISA_SLOT_B, ISA_SLOT_X }[n % 5];
		struct isa_insn plain = { 0 }, guessed = { 0 };
		enum isa_id likely = (enum isa_id)(next_random(&seed) % ISA_ID_COUNT);

		bits = next_random(&seed) & ISA_SLOT_MASK;
		if (n & 1) /* a small opcode extension is more often a valid one */
			bits &= next_random(&seed);
		l_bits = next_random(&seed) & ISA_SLOT_MASK;
		bool valid = isa_decode(&plain, slot, bits, l_bits);

		if (n & 2)
			likely = (enum isa_id)plain.id;
		right += valid && likely == plain.id;
		assert_int_equal(isa_decode_likely(&guessed, slot, bits, l_bits, likely), valid);
		assert_memory_equal(&guessed, &plain, sizeof(plain));
	}
	assert_true(right > 10000);
	/* the two rows that another one takes precedence over */
	for (unsigned int n = 0; n < 2; n++) {
		const enum isa_id later = n ? ISA_hint_m : ISA_lfetch;
		struct isa_insn insn = { .id = n ? ISA_mov_to_dahr : ISA_lfetch_count, .imm = 1 };

		assert_true(isa_encode(&insn, &bits, &l_bits));
		assert_true(isa_decode_likely(&insn, ISA_SLOT_M, bits, 0, later));
		assert_int_equal(insn.id, n ? ISA_mov_to_dahr : ISA_lfetch_count);
	}
}

/* Against isa_encode() of the whole */
static void an_immediate_is_replaced(void **state)
{
	static const int64_t values[] = { 0, 1,	     -1,      16,	 -16,
					  5, 0x4000, 1 << 20, INT64_MIN, INT64_MAX };
	unsigned int same = 0, refused = 0;

	(void)state;
	for (enum isa_id id = (enum isa_id)1; id < ISA_ID_COUNT; id++) {
		struct isa_insn insn = { .id = id, .qp = 0 };
		uint64_t was, l_was = 0, bits, l_bits, want, l_want = 0;

		if (!isa_encode(&insn, &was, &l_was))
			continue;
		for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
			insn.imm = values[i];
			bits = was;
			l_bits = l_was;
			bool fits = isa_encode(&insn, &want, &l_want);

			if (!isa_encode_imm(id, values[i], &bits, &l_bits)) {
				assert_true(bits == was && l_bits == l_was);
				assert_false(fits && (want != was || l_want != l_was));
				refused++;
				continue;
			}
			assert_true(fits && bits == want && l_bits == l_want);
			same++;
		}
	}
	assert_true(same > 100 && refused > 100);
}

static void print_never_overruns(void **state)
{
	static const char whole[] = "(p06) adds r1=-5,r2";
	struct isa_insn i = { .id = ISA_adds, .qp = 6, .r1 = 1, .r3 = 2, .imm = -5 };

	(void)state;
	for (size_t size = 0; size < sizeof(whole) + 4; size++) {
		char buf[sizeof(whole) + 4];
		size_t shown = size ? (size <= sizeof(whole) ? size - 1 : sizeof(whole) - 1) : 0;

		memset(buf, '#', sizeof(buf));
		assert_int_equal(isa_print(buf, size, &i, 0), sizeof(whole) - 1);
		assert_memory_equal(buf, whole, shown);
		assert_true(!size || buf[shown] == '\0');
		for (size_t n = size; n < sizeof(buf); n++)
			assert_int_equal(buf[n], '#');
	}
	assert_int_equal(isa_print(NULL, 0, &i, 0), sizeof(whole) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reserved_encodings_know_their_fault),
		cmocka_unit_test(unpredicated_with_a_predicate_faults),
		cmocka_unit_test(reserved_operand_values_fault),
		cmocka_unit_test(members_are_as_documented),
		cmocka_unit_test(encode_refuses_what_does_not_fit),
		cmocka_unit_test(a_guess_changes_nothing),
		cmocka_unit_test(an_immediate_is_replaced),
		cmocka_unit_test(print_never_overruns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
