// SPDX-License-Identifier: MIT
/*
 * objcmp.c - compares isa/ with the output of ia64-linux-gnu-objdump.
 *
 *   ia64-linux-gnu-objdump -d FILE | objcmp [DIFFERENCES_TO_SHOW]
 *
 * Reads the bytes and the text of each bundle from objdump's lines, decodes and prints the
 * bytes with isa/, and compares: instruction, completers, operands, stops, template, and that
 * encoding what was decoded gives the bytes back. Pseudo-ops, which objdump prefers and isa/
 * never prints, are known to aliases.c; where objdump is itself at odds with the SDM, to the
 * list in excuses() there. Prints a summary, and the first differences; fails on any.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliases.h"
#include "bundle.h"

/** struct bundle_text - one bundle as objdump shows it */
struct bundle_text {
	uint64_t addr;
	uint8_t bytes[ISA_BUNDLE_BYTES];
	unsigned int have;  /* bytes read so far */
	unsigned int lines; /* lines read so far */
	char template[4];
	char text[ISA_BUNDLE_SLOTS][160];
};

/** struct totals - verdicts; @max_shown: differences to print */
struct totals {
	unsigned long max_shown;
	unsigned long slots, same, aliased, excused, reserved, different, not_encoded;
};

/* " 40:\t04 00 00 00 30 80 \t[MLX]       srlz.d" */
static bool read_line(struct bundle_text *b, char *line)
{
	char *p, *end, *text;
	uint64_t addr = strtoull(line, &p, 16);

	if (p == line || *p++ != ':' || *p++ != '\t')
		return false;
	if (b->have == 0)
		b->addr = addr;
	else if (addr != b->addr + b->have)
		return false;
	for (; b->have < ISA_BUNDLE_BYTES; p = end) {
		unsigned long byte = strtoul(p, &end, 16);

		if (end != p + 2)
			break;
		b->bytes[b->have++] = byte;
		if (*end == ' ')
			end++;
	}
	text = *p == '\t' ? p + 1 : p;
	if (*text == '[') {
		memcpy(b->template, text + 1, 3);
		text += 5;
	}
	text += strspn(text, " \t");
	text[strcspn(text, "\n")] = '\0';
	snprintf(b->text[b->lines++ % ISA_BUNDLE_SLOTS], sizeof(b->text[0]), "%s", text);
	return true;
}

/* Take objdump's ";;" off, and each "<symbol+0x10>"; true: there was a stop. */
static bool clean(char *text)
{
	char *stop = strstr(text, ";;"), *sym;
	size_t n;

	if (stop)
		*stop = '\0';
	while ((sym = strstr(text, " <")) && strchr(sym, '>'))
		memmove(sym, strchr(sym, '>') + 1, strlen(strchr(sym, '>')));
	for (n = strlen(text); n && text[n - 1] == ' '; n--)
		text[n - 1] = '\0';
	return stop != NULL;
}

static void show(const struct bundle_text *b, unsigned int slot, const char *what,
		 const char *theirs, const char *ours, const struct totals *t)
{
	if (t->different + t->not_encoded < t->max_shown)
		printf("# %" PRIx64 ".%u [%s] %s: objdump \"%s\", isa \"%s\"\n", b->addr, slot,
		       b->template, what, theirs, ours);
}

/* All bits come back; from the operands alone, all but those that the hardware ignores. */
static bool encodes_back(const struct isa_insn *insn, const struct isa_bundle *b, unsigned int slot)
{
	struct isa_insn bare = *insn;
	uint64_t bits, l_bits;

	if (!isa_encode(insn, &bits, &l_bits) || bits != b->slot[slot])
		return false;
	if (insn->unit == ISA_UNIT_X && l_bits != b->slot[1])
		return false;
	bare.raw = bare.raw_l = 0;
	return isa_encode(&bare, &bits, &l_bits) && same_but_ignored(insn, b, slot, bits, l_bits);
}

static void compare_slot(const struct bundle_text *b, const struct isa_bundle *bundle,
			 unsigned int slot, char *theirs, struct totals *t)
{
	const struct isa_template *tm = &isa_templates[bundle->template];
	bool stop = clean(theirs), reserved;
	struct isa_insn insn;
	char ours[160];

	t->slots++;
	reserved = !isa_bundle_decode(&insn, bundle, slot);
	isa_print(ours, sizeof(ours), &insn, b->addr);
	if (strncmp(theirs, "data8", 5) && stop != (tm->stop >> slot & 1)) {
		show(b, slot, "stop", theirs, ours, t);
		t->different++;
	}
	if (reserved && !strncmp(theirs, "data8", 5))
		t->reserved++;
	else if (!strcmp(theirs, ours))
		t->same++;
	else if (!reserved && same_by_alias(&insn, b->addr, theirs))
		t->aliased++;
	else if (excused(&insn, theirs, ours))
		t->excused++;
	else {
		show(b, slot, reserved ? "reserved" : isa_name((enum isa_id)insn.id), theirs, ours,
		     t);
		t->different++;
	}
	if (reserved)
		return;
	if (!encodes_back(&insn, bundle, slot)) {
		show(b, slot, "encode", theirs, ours, t);
		t->not_encoded++;
	}
}

static void compare_bundle(struct bundle_text *b, struct totals *t)
{
	struct isa_bundle bundle = isa_bundle_unpack(b->bytes);
	const struct isa_template *tm = &isa_templates[bundle.template];
	uint8_t again[ISA_BUNDLE_BYTES];

	isa_bundle_pack(&bundle, again);
	if (memcmp(again, b->bytes, sizeof(again)) ||
	    (isa_template_valid(bundle.template) ? strcmp(tm->name, b->template)
						 : b->template[0] != '-')) {
		show(b, 0, "template", b->template, tm->name, t);
		t->different++;
	}
	if (!isa_template_valid(bundle.template))
		return;
	for (unsigned int s = 0; s < ISA_BUNDLE_SLOTS; s++) {
		if (tm->unit[s] == ISA_SLOT_X) /* objdump has its text on the line of the L slot */
			compare_slot(b, &bundle, s, b->text[1], t);
		else if (tm->unit[s] != ISA_SLOT_L)
			compare_slot(b, &bundle, s, b->text[s], t);
	}
}

int main(int argc, char **argv)
{
	static struct bundle_text b;
	struct totals t = { .max_shown = argc > 1 ? strtoul(argv[1], NULL, 0) : 20 };
	char line[512];

	while (fgets(line, sizeof(line), stdin)) {
		if (!read_line(&b, line))
			memset(&b, 0, sizeof(b));
		if (b.have < ISA_BUNDLE_BYTES)
			continue;
		compare_bundle(&b, &t);
		memset(&b, 0, sizeof(b));
	}
	printf("# %lu slots: %lu same, %lu by pseudo-op, %lu reserved for both, %lu excused, "
	       "%lu different, %lu not encoded back\n",
	       t.slots, t.same, t.aliased, t.reserved, t.excused, t.different, t.not_encoded);
	return !t.slots || t.different || t.not_encoded;
}
