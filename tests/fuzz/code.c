// SPDX-License-Identifier: MIT
/*
 * Random code, from the instruction table.
 */
#include "fuzz/code.h"

#include "bundle.h"
#include "table.h"

static bool fits(unsigned row, enum isa_slot slot)
{
	switch (isa_rows[row].unit) {
	case ISA_UNIT_A: return slot == ISA_SLOT_M || slot == ISA_SLOT_I;
	case ISA_UNIT_I: return slot == ISA_SLOT_I;
	case ISA_UNIT_M: return slot == ISA_SLOT_M;
	case ISA_UNIT_B: return slot == ISA_SLOT_B;
	case ISA_UNIT_F: return slot == ISA_SLOT_F;
	case ISA_UNIT_X: return slot == ISA_SLOT_X;
	}
	return false;
}

/* A row of the unit with any operands */
static uint64_t slot_bits(struct input *in, enum isa_slot slot)
{
	unsigned row = 1 + take_num(in, 2) % (ISA_ID_COUNT - 1);
	uint64_t bits = take_num(in, 6) & ((UINT64_C(1) << 41) - 1);

	if (slot == ISA_SLOT_L)
		return bits;
	while (!fits(row, slot))
		row = row + 1 < ISA_ID_COUNT ? row + 1 : 1;
	return (bits & ~isa_rows[row].mask) | isa_rows[row].value;
}

void random_bundle(struct input *in, uint8_t *to)
{
	struct isa_bundle b = { .template = take_num(in, 1) & 31 };

	if (!isa_template_valid(b.template)) {
		take_bytes(in, to, ISA_BUNDLE_BYTES);
		return;
	}
	for (unsigned i = 0; i < ISA_BUNDLE_SLOTS; i++)
		b.slot[i] = slot_bits(in, isa_templates[b.template].unit[i]);
	isa_bundle_pack(&b, to);
}
