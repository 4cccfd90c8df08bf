// SPDX-License-Identifier: MIT
/*
 * fuzz_isa.c - any 16 bytes as a bundle: decode, print, encode.
 *
 * What decodes encodes to the same bits; what is encoded without the ignored bits decodes
 * to the same operands and prints the same; no text depends on the size of its buffer.
 */
#include "bundle.h"
#include "fuzz/fuzz.h"
#include "isa.h"

static size_t print(char *buf, size_t size, const struct isa_insn *insn)
{
	size_t len = isa_print(buf, size, insn, 0x4000000);
	char small[16];

	require(len < size && strlen(buf) == len);
	require(isa_print(NULL, 0, insn, 0x4000000) == len);
	require(isa_print(small, sizeof(small), insn, 0x4000000) == len);
	require(!strncmp(small, buf, sizeof(small) - 1));
	return len;
}

static void one_slot(enum isa_slot slot, uint64_t bits, uint64_t l_bits)
{
	struct isa_insn insn, again;
	uint64_t out, l_out = l_bits;
	char text[256], text2[256];

	if (!isa_decode(&insn, slot, bits, l_bits)) {
		require(insn.id == ISA_INVALID);
		isa_print(text, sizeof(text), &insn, 0);
		return;
	}
	print(text, sizeof(text), &insn);
	require(isa_encode(&insn, &out, &l_out) && out == bits);
	require(slot != ISA_SLOT_X || l_out == l_bits);

	insn.raw = insn.raw_l = 0;
	require(isa_encode(&insn, &out, &l_out));
	require(isa_decode(&again, slot, out, l_out) && again.id == insn.id);
	print(text2, sizeof(text2), &again);
	require(!strcmp(text, text2));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (; size >= ISA_BUNDLE_BYTES; data += ISA_BUNDLE_BYTES, size -= ISA_BUNDLE_BYTES) {
		struct isa_bundle b = isa_bundle_unpack(data);
		const struct isa_template *t = &isa_templates[b.template];
		uint8_t packed[ISA_BUNDLE_BYTES];

		isa_bundle_pack(&b, packed);
		require(!memcmp(packed, data, sizeof(packed)));
		if (!isa_template_valid(b.template))
			continue;
		for (unsigned int n = 0; n < ISA_BUNDLE_SLOTS; n++)
			if (t->unit[n] != ISA_SLOT_L)
				one_slot((enum isa_slot)t->unit[n], b.slot[n], b.slot[1]);
	}
	return 0;
}
