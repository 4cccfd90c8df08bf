// SPDX-License-Identifier: MIT
/*
 * isadump.c - disassembles a flat file of bundles with isa/, one slot a line.
 *
 *   isadump [-a ADDRESS] [FILE]       print each slot (standard input without FILE)
 *   isadump -r COUNT [-s SEED]        write COUNT bundles of random slots to standard output:
 *                                     half of the slots uniform, half a random row's bits with
 *                                     the rest random, so that narrow rows are met often
 * A host tool for looking and for the comparison with objdump (objcmp.c).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle.h"
#include "table.h"

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static enum isa_unit pick_unit(enum isa_slot slot, uint64_t random)
{
	switch (slot) {
	case ISA_SLOT_M: return random % 4 ? ISA_UNIT_M : ISA_UNIT_A;
	case ISA_SLOT_I: return random % 2 ? ISA_UNIT_I : ISA_UNIT_A;
	case ISA_SLOT_F: return ISA_UNIT_F;
	case ISA_SLOT_B: return ISA_UNIT_B;
	default: return ISA_UNIT_X;
	}
}

static uint64_t random_slot(enum isa_slot slot, uint64_t *state)
{
	uint64_t bits = next_random(state) & ISA_SLOT_MASK, pick = next_random(state);
	unsigned int first, end;
	const struct isa_row *row;

	if (slot == ISA_SLOT_NONE || slot == ISA_SLOT_L || pick & 1)
		return bits;
	isa_unit_rows(pick_unit(slot, pick >> 1), &first, &end);
	row = &isa_rows[first + (pick >> 8) % (end - first)];
	return (bits & ~row->mask) | row->value;
}

static int write_random(unsigned long count, uint64_t seed)
{
	for (unsigned long i = 0; i < count; i++) {
		struct isa_bundle b = { .template = next_random(&seed) % ISA_TEMPLATES };
		uint8_t bytes[ISA_BUNDLE_BYTES];

		for (unsigned int s = 0; s < ISA_BUNDLE_SLOTS; s++)
			b.slot[s] = random_slot((enum isa_slot)isa_templates[b.template].unit[s],
						&seed);
		isa_bundle_pack(&b, bytes);
		if (fwrite(bytes, sizeof(bytes), 1, stdout) != 1) {
			perror("isadump: write");
			return 1;
		}
	}
	return 0;
}

static void dump_bundle(const uint8_t *bytes, uint64_t addr)
{
	struct isa_bundle b = isa_bundle_unpack(bytes);
	const struct isa_template *t = &isa_templates[b.template];

	if (!isa_template_valid(b.template)) {
		printf("%016" PRIx64 "    reserved template 0x%02x\n", addr, b.template);
		return;
	}
	for (unsigned int s = 0; s < ISA_BUNDLE_SLOTS; s++) {
		struct isa_insn insn;
		char text[96];

		if (t->unit[s] == ISA_SLOT_L)
			continue;
		isa_bundle_decode(&insn, &b, s);
		isa_print(text, sizeof(text), &insn, addr);
		printf("%016" PRIx64 ".%u %s  %s%s\n", addr, s, t->name, text,
		       t->stop >> s & 1 ? ";;" : "");
	}
}

static int dump(FILE *f, uint64_t addr)
{
	uint8_t bytes[ISA_BUNDLE_BYTES];
	size_t n;

	while ((n = fread(bytes, 1, sizeof(bytes), f)) == sizeof(bytes)) {
		dump_bundle(bytes, addr);
		addr += ISA_BUNDLE_BYTES;
	}
	if (n)
		fprintf(stderr, "isadump: %zu bytes after the last whole bundle\n", n);
	return n != 0;
}

int main(int argc, char **argv)
{
	unsigned long count = 0;
	uint64_t addr = 0, seed = 1;
	FILE *f = stdin;
	int opt;

	while ((opt = getopt(argc, argv, "a:r:s:")) != -1) {
		switch (opt) {
		case 'a': addr = strtoull(optarg, NULL, 0); break;
		case 'r': count = strtoul(optarg, NULL, 0); break;
		case 's': seed = strtoull(optarg, NULL, 0); break;
		default:
			fputs("usage: isadump [-a ADDRESS] [FILE] | -r COUNT [-s SEED]\n", stderr);
			return 2;
		}
	}
	if (count)
		return write_random(count, seed);
	if (optind < argc && !(f = fopen(argv[optind], "rb"))) {
		fprintf(stderr, "isadump: %s: %s\n", argv[optind], strerror(errno));
		return 1;
	}
	return dump(f, addr);
}
