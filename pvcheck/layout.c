// SPDX-License-Identifier: MIT
/*
 * layout.c - what the hardware, the kernel or user space finds in a flavour by its place.
 *
 * The processor adds a vector's offset to cr.iva, Linux indexes the table of fast system
 * calls by number, programs call the gate page at the addresses of its symbols. All of
 * that has to be where it is in the native flavour, whatever the flavour's macros need.
 */
#include "pvcheck.h"

#include <string.h>

#define VECTOR_TABLE "ivt"
#define VECTOR_STEP  0x100
#define VECTOR_BYTES 0x8000 /* SDM vol 2 5.7 */
#define FSYS_TABLE   "fsyscall_table"
#define NATIVE	     "ia64_"
#define FSYS_MAX     4096

bool pc_is_fsys_table(const char *name)
{
	return !strcmp(name, FSYS_TABLE) || pc_entry_prefix(name, FSYS_TABLE);
}

/* To the next symbol, or as long as the symbol says. */
const uint8_t *pc_fsys_table(const struct pc_image *image, const struct pc_symbol *s, size_t *count)
{
	const struct pc_section *section = &image->section[s->section];
	uint64_t end = section->addr + section->size;

	*count = 0;
	if (!section->data || section->exec || image->relocatable || s->addr >= end)
		return NULL;
	if (s->size && s->size < end - s->addr)
		end = s->addr + s->size;
	for (const struct pc_symbol *n = s + 1; !s->size && n < image->symbol + image->symbols; n++)
		if (n->addr > s->addr) {
			end = n->addr < end ? n->addr : end;
			break;
		}
	*count = (end - s->addr) / 8 < FSYS_MAX ? (end - s->addr) / 8 : FSYS_MAX;
	return section->data + (s->addr - section->addr);
}

/* fsys_bubble_down and audit_fsys_bubble_down are one entry. */
static const char *common_name(const char *name)
{
	for (const char *const *e = pc_entry_names; *e; e++)
		if (!strcmp(name, *e) || pc_entry_prefix(name, *e))
			return *e;
	return name;
}

static const char *name_at(const struct pc_image *image, uint64_t addr)
{
	const struct pc_symbol *s = addr ? pc_symbol_at(image, addr) : NULL;

	return s ? common_name(s->name) : "nothing";
}

static void compare_tables(struct pc_check *check, const struct pc_symbol *native,
			   const struct pc_symbol *other)
{
	const struct pc_image *image = &check->image;
	size_t count, other_count;
	const uint8_t *a = pc_fsys_table(image, native, &count);
	const uint8_t *b = pc_fsys_table(image, other, &other_count);

	if (!a || !b)
		return;
	for (size_t i = 0; i < count && i < other_count; i++) {
		const char *want = name_at(image, pc_word(a + 8 * i));
		const char *got = name_at(image, pc_word(b + 8 * i));

		if (strcmp(want, got))
			pc_find(check, PC_RULE_FLAVOUR_LAYOUT, other->addr + 8 * i, false, 0,
				pc_format("entry %zu of %s is %s, that of %s is %s", i, other->name,
					  got, native->name, want));
	}
}

static const struct pc_symbol *local_named(const struct pc_image *image,
					   const struct pc_symbol *like, uint64_t addr)
{
	for (size_t i = 0; i < image->symbols; i++) {
		const struct pc_symbol *s = &image->symbol[i];

		if (s->addr == addr && !strcmp(s->name, like->name))
			return s;
	}
	return NULL;
}

/* Of the native table's labels those count that are at a vector's entry. */
static void compare_vectors(struct pc_check *check, const struct pc_symbol *native,
			    const struct pc_symbol *other)
{
	const struct pc_image *image = &check->image;

	for (size_t i = 0; i < image->symbols; i++) {
		const struct pc_symbol *s = &image->symbol[i];
		uint64_t offset = s->addr - native->addr;

		if (offset >= VECTOR_BYTES || offset % VECTOR_STEP || !s->func || !s->local ||
		    local_named(image, s, other->addr + offset))
			continue;
		pc_find(check, PC_RULE_FLAVOUR_LAYOUT, other->addr + offset, true, s->addr,
			pc_format("%s is at 0x%llx of %s, but not of %s", s->name,
				  (unsigned long long)offset, native->name, other->name));
	}
}

static void check_tables(struct pc_check *check)
{
	const struct pc_image *image = &check->image;
	const struct pc_symbol *ivt = pc_symbol_named(image, NATIVE VECTOR_TABLE);
	const struct pc_symbol *fsys = pc_symbol_named(image, FSYS_TABLE);

	for (size_t i = 0; i < image->symbols; i++) {
		const struct pc_symbol *s = &image->symbol[i];

		if (ivt && s != ivt && image->section[s->section].exec &&
		    pc_entry_prefix(s->name, VECTOR_TABLE))
			compare_vectors(check, ivt, s);
		if (fsys && s != fsys && pc_entry_prefix(s->name, FSYS_TABLE))
			compare_tables(check, fsys, s);
	}
}

static bool has_symbol(const struct pc_image *image, const char *name, uint64_t addr)
{
	for (size_t i = 0; i < image->symbols; i++)
		if (image->symbol[i].addr == addr && !strcmp(image->symbol[i].name, name))
			return true;
	return false;
}

/* Each symbol of the native gate page in another one. */
static void compare_gates(struct pc_check *check, size_t native, size_t other)
{
	const struct pc_image *image = &check->image;

	for (size_t i = 0; i < image->symbols; i++) {
		const struct pc_symbol *s = &image->symbol[i];
		uint64_t offset = s->addr - image->embed[native].addr;

		if (image->section[s->section].embedded != native + 1 ||
		    has_symbol(image, s->name, image->embed[other].addr + offset))
			continue;
		pc_find(check, PC_RULE_FLAVOUR_LAYOUT, image->embed[other].addr + offset, false,
			s->addr,
			pc_format("%s is at 0x%llx of the native gate page, but not of %s", s->name,
				  (unsigned long long)offset,
				  pc_embed_flavour(image, &image->embed[other])));
	}
}

static void check_gates(struct pc_check *check)
{
	const struct pc_image *image = &check->image;

	for (size_t i = 0; i < image->embeds; i++)
		for (size_t k = 0; k < image->embeds; k++)
			if (!pc_embed_flavour(image, &image->embed[i]) &&
			    pc_embed_flavour(image, &image->embed[k]))
				compare_gates(check, i, k);
}

void pc_layouts_check(struct pc_check *check)
{
	check_tables(check);
	check_gates(check);
}
