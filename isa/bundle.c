// SPDX-License-Identifier: MIT
/*
 * bundle.c - the template table and the byte order of bundles (bundle.h).
 */
#include "bundle.h"

/* Two rows of the SDM's table at once: the template and its odd twin, which ends in a stop. */
#define PAIR(t, n, u0, u1, u2, stops)                                                              \
	[t] = { { ISA_SLOT_##u0, ISA_SLOT_##u1, ISA_SLOT_##u2 }, stops, n },                       \
	[(t) + 1] = { { ISA_SLOT_##u0, ISA_SLOT_##u1, ISA_SLOT_##u2 }, (stops) | 4, n }

/* Not in the table: 06, 07, 14, 15, 1a, 1b, 1e, 1f, which are reserved. */
const struct isa_template isa_templates[ISA_TEMPLATES] = {
	PAIR(0x00, "MII", M, I, I, 0), PAIR(0x02, "MII", M, I, I, 2), PAIR(0x04, "MLX", M, L, X, 0),
	PAIR(0x08, "MMI", M, M, I, 0), PAIR(0x0a, "MMI", M, M, I, 1), PAIR(0x0c, "MFI", M, F, I, 0),
	PAIR(0x0e, "MMF", M, M, F, 0), PAIR(0x10, "MIB", M, I, B, 0), PAIR(0x12, "MBB", M, B, B, 0),
	PAIR(0x16, "BBB", B, B, B, 0), PAIR(0x18, "MMB", M, M, B, 0), PAIR(0x1c, "MFB", M, F, B, 0),
};

static uint64_t read_le64(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

static void write_le64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++, v >>= 8)
		p[i] = v & 0xff;
}

struct isa_bundle isa_bundle_unpack(const uint8_t bytes[ISA_BUNDLE_BYTES])
{
	return isa_bundle_words(read_le64(bytes), read_le64(bytes + 8));
}

void isa_bundle_pack(const struct isa_bundle *b, uint8_t bytes[ISA_BUNDLE_BYTES])
{
	write_le64(bytes, isa_bundle_lo(b));
	write_le64(bytes + 8, isa_bundle_hi(b));
}

bool isa_bundle_decode_likely(struct isa_insn *insn, const struct isa_bundle *b, unsigned int slot,
			      enum isa_id likely)
{
	unsigned int t = b->template % ISA_TEMPLATES;

	return isa_decode_likely(insn,
				 (enum isa_slot)isa_templates[t].unit[slot % ISA_BUNDLE_SLOTS],
				 b->slot[slot % ISA_BUNDLE_SLOTS], b->slot[1], likely);
}

bool isa_bundle_decode(struct isa_insn *insn, const struct isa_bundle *b, unsigned int slot)
{
	return isa_bundle_decode_likely(insn, b, slot, ISA_INVALID);
}
