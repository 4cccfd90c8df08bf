// SPDX-License-Identifier: MIT
/*
 * walk.c - decodes every bundle of every executable section, once.
 *
 * What looks at each instruction is called from here: the classes, the dependencies in
 * instruction groups, the control flow. Everything later looks at what they collected.
 */
#include "pvcheck.h"

#include <string.h>

static void decode(struct pc_bundle *b)
{
	for (unsigned int slot = 0; slot < ISA_BUNDLE_SLOTS; slot++)
		b->decoded[slot] = isa_bundle_decode(&b->insn[slot], &b->raw, slot);
}

bool pc_bundle_read(const struct pc_image *image, uint64_t addr, struct pc_bundle *b)
{
	const struct pc_section *s = pc_section_at(image, addr);
	uint64_t offset;

	b->index = pc_bundle_index(image, addr);
	if (b->index == PC_NO_BUNDLE)
		return false;
	offset = (addr - s->addr) & ~(uint64_t)(ISA_BUNDLE_BYTES - 1);
	b->section = s;
	b->addr = s->addr + offset;
	b->raw = isa_bundle_unpack(s->data + offset);
	decode(b);
	return true;
}

static void add_hit(struct pc_check *check, const struct pc_bundle *b, unsigned int slot,
		    enum pc_class class)
{
	check->hit = pc_grow(check->hit, check->hits, sizeof(*check->hit));
	check->hit[check->hits++] = (struct pc_hit){
		.addr = b->addr | slot,
		.bundle = b->index,
		.insn = b->insn[slot].id,
		.class = class,
	};
}

static void count_kept(struct pc_check *check, const char *why)
{
	for (size_t i = 0; i < check->kepts; i++)
		if (!strcmp(check->kept[i].why, why)) {
			check->kept[i].count++;
			return;
		}
	check->kept = pc_grow(check->kept, check->kepts, sizeof(*check->kept));
	check->kept[check->kepts++] = (struct pc_kept){ why, 1 };
}

static bool is_long(const struct pc_bundle *b)
{
	return (b->raw.template & ~1u) == ISA_TEMPLATE_MLX;
}

static void classify(struct pc_check *check, const struct pc_bundle *b)
{
	if (!isa_template_valid(b->raw.template)) {
		pc_find(check, PC_RULE_RESERVED, b->addr, true, 0,
			pc_format("a bundle with the reserved template 0x%x", b->raw.template));
		return;
	}
	for (unsigned int slot = 0; slot < ISA_BUNDLE_SLOTS; slot++) {
		enum pc_class class;

		if (!b->decoded[slot]) {
			if (!(is_long(b) && slot == 1))
				pc_find(check, PC_RULE_RESERVED, b->addr | slot, true, 0,
					pc_format("slot %u of this bundle is a reserved encoding",
						  slot));
			continue;
		}
		class = pc_classify(&b->insn[slot]);
		check->counts[class]++;
		if (class == PC_KEPT)
			count_kept(check, pc_class_why(&b->insn[slot]));
		if (class >= PC_SENSITIVE)
			add_hit(check, b, slot, class);
	}
}

/* Is there a function at this address? *next: the first symbol that is not before it. */
static bool function_starts(const struct pc_image *image, size_t *next, uint64_t addr)
{
	while (*next < image->symbols && image->symbol[*next].addr < addr)
		++*next;
	return *next < image->symbols && image->symbol[*next].addr == addr &&
	       image->symbol[*next].func;
}

static void walk_section(struct pc_check *check, const struct pc_section *s, struct pc_hazards *h)
{
	struct pc_bundle b = { .section = s, .index = s->bundle };
	size_t next = 0;

	pc_hazards_new_group(h);
	for (uint64_t at = 0; at + ISA_BUNDLE_BYTES <= s->size; at += ISA_BUNDLE_BYTES) {
		b.addr = s->addr + at;
		b.raw = isa_bundle_unpack(s->data + at);
		decode(&b);
		classify(check, &b);
		/* What precedes a function does not run into it, stop or not. */
		if (function_starts(&check->image, &next, b.addr))
			pc_hazards_new_group(h);
		pc_hazards_bundle(h, check, &b);
		pc_flow_bundle(check->flow, &check->image, &b);
		b.index++;
	}
}

void pc_walk(struct pc_check *check)
{
	struct pc_hazards *h = pc_hazards_new();

	for (size_t i = 0; i < check->image.sections; i++)
		if (check->image.section[i].exec && check->image.section[i].data)
			walk_section(check, &check->image.section[i], h);
	pc_hazards_free(h);
}
