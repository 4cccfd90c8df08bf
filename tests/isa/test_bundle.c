// SPDX-License-Identifier: MIT
/*
 * test_bundle.c - templates and the packing of bundles.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "bundle.h"

/* SDM vol 1 table 3-10, written down once more: units, and | where a group ends. */
static const char *const table[ISA_TEMPLATES] = {
	"MII",	 "MII|", "MI|I", "MI|I|", "MLX",  "MLX|", "",	  "",	  "MMI",  "MMI|", "M|MI",
	"M|MI|", "MFI",	 "MFI|", "MMF",	  "MMF|", "MIB",  "MIB|", "MBB",  "MBB|", "",	  "",
	"BBB",	 "BBB|", "MMB",	 "MMB|",  "",	  "",	  "MFB",  "MFB|", "",	  "",
};

static void templates_match_the_table(void **state)
{
	(void)state;
	for (unsigned int t = 0; t < ISA_TEMPLATES; t++) {
		static const char letter[] = {
			[ISA_SLOT_M] = 'M', [ISA_SLOT_I] = 'I', [ISA_SLOT_F] = 'F',
			[ISA_SLOT_B] = 'B', [ISA_SLOT_L] = 'L', [ISA_SLOT_X] = 'X'
		};
		char text[8] = "";

		for (unsigned int s = 0; s < 3 && isa_template_valid(t); s++) {
			strncat(text, &letter[isa_templates[t].unit[s]], 1);
			if (isa_templates[t].stop >> s & 1)
				strcat(text, "|");
		}
		assert_string_equal(text, table[t]);
	}
	assert_false(isa_template_valid(ISA_TEMPLATES));
}

static void packing_is_little_endian(void **state)
{
	/* srlz.d; movl r19=0xa000000100b04000, predicated, from a kernel's head.S */
	static const uint8_t bytes[16] = { 0x04, 0x00, 0x00, 0x00, 0x30, 0x80, 0x00, 0x01,
					   0x00, 0x00, 0x20, 0x63, 0x02, 0x10, 0x02, 0x6a };
	struct isa_bundle b = isa_bundle_unpack(bytes);
	uint8_t again[16];
	struct isa_insn insn;

	(void)state;
	assert_int_equal(b.template, ISA_TEMPLATE_MLX);
	assert_true(isa_bundle_decode(&insn, &b, 0));
	assert_int_equal(insn.id, ISA_srlz_d);
	assert_false(isa_bundle_decode(&insn, &b, 1));
	assert_true(isa_bundle_decode(&insn, &b, 2));
	assert_int_equal(insn.id, ISA_movl);
	assert_int_equal(insn.qp, 6);
	assert_int_equal(insn.r1, 19);
	assert_true(insn.imm == (int64_t)UINT64_C(0xa000000100b04000));
	isa_bundle_pack(&b, again);
	assert_memory_equal(again, bytes, sizeof(bytes));
}

static void packing_keeps_every_bit(void **state)
{
	(void)state;
	for (unsigned int bit = 0; bit < 128; bit++) {
		uint8_t bytes[16] = { 0 }, again[16];
		struct isa_bundle b;

		bytes[bit / 8] = 1u << bit % 8;
		b = isa_bundle_unpack(bytes);
		assert_true(!(b.slot[0] & ~ISA_SLOT_MASK) && !(b.slot[1] & ~ISA_SLOT_MASK) &&
			    !(b.slot[2] & ~ISA_SLOT_MASK));
		isa_bundle_pack(&b, again);
		assert_memory_equal(again, bytes, sizeof(bytes));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(templates_match_the_table),
		cmocka_unit_test(packing_is_little_endian),
		cmocka_unit_test(packing_keeps_every_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
