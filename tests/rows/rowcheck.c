// SPDX-License-Identifier: MIT
/*
 * rowcheck.c - do the row tests test the rows they say?
 *
 *   rowcheck CODE BASE <PLACES
 *
 * CODE holds what is loaded at BASE. A line of PLACES is an address (of a bundle), a slot and
 * the name of the row that the instruction there must decode to.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "isa.h"

static const char *row_at(const uint8_t *bytes, unsigned int slot)
{
	struct isa_bundle b = isa_bundle_unpack(bytes);
	struct isa_insn insn;
	enum isa_slot unit;

	unit = (enum isa_slot)isa_templates[b.template].unit[slot];
	isa_decode(&insn, unit, b.slot[slot], b.slot[1]);
	return isa_name((enum isa_id)insn.id);
}

int main(int argc, char **argv)
{
	FILE *code = argc == 3 ? fopen(argv[1], "rb") : NULL;
	uint64_t base = argc == 3 ? strtoull(argv[2], NULL, 0) : 0, addr;
	unsigned int slot, wrong = 0;
	uint8_t bytes[ISA_BUNDLE_BYTES];
	char name[64];

	if (!code) {
		fputs("usage: rowcheck CODE BASE <PLACES\n", stderr);
		return 2;
	}
	while (scanf("%" SCNx64 " %u %63s", &addr, &slot, name) == 3) {
		const char *is;

		if (slot > 2 || fseek(code, (long)(addr - base), SEEK_SET) ||
		    fread(bytes, sizeof(bytes), 1, code) != 1) {
			fprintf(stderr, "rowcheck: nothing at %#" PRIx64 "\n", addr);
			return 2;
		}
		is = row_at(bytes, slot);
		if (strcmp(is, name)) {
			printf("# the case of %s has a %s\n", name, is);
			wrong++;
		}
	}
	fclose(code);
	return wrong != 0;
}
