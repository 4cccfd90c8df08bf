// SPDX-License-Identifier: MIT
/*
 * flavour.c - the assembly sources that exist once for each backend.
 *
 * The flavours other than the native one lie in sections of their own. A native symbol
 * is one of several flavours if ops.def lists it as an entry (ia64_NAME natively,
 * BACKEND_NAME elsewhere), or if a local function of the same name, from a source of the
 * same name, lies in those sections.
 */
#include "pvcheck.h"

#include <stdlib.h>
#include <string.h>

#define NATIVE_PREFIX "ia64_"
#define GATE	      "gate" /* the PV_ENTRY row of the images in data */

bool pc_flavour_section(const struct pc_section *section)
{
	return !strncmp(section->name, ".text..pv_asm", 13) ||
	       !strncmp(section->name, ".text.pv_asm", 12);
}

static bool in_flavour(const struct pc_image *image, const struct pc_symbol *s)
{
	return pc_flavour_section(&image->section[s->section]);
}

bool pc_flavour_means(struct pc_check *check, const struct pc_hit *hit)
{
	const struct pc_section *section = pc_section_at(&check->image, hit->addr);
	struct pc_bundle b;
	char text[128];

	if (hit->class != PC_SENSITIVE || !section || !pc_flavour_section(section) ||
	    !pc_bundle_read(&check->image, hit->addr, &b))
		return false;
	isa_print(text, sizeof(text), &b.insn[hit->addr & 3], b.addr);
	return pc_excepted(check, PC_EXCEPT_FLAVOUR, text);
}

/** struct flavours - pointers to the symbols in flavour sections */
struct flavours {
	const struct pc_symbol **symbol;
	size_t count;
};

static struct flavours list_flavours(const struct pc_image *image)
{
	struct flavours f = { 0 };

	for (size_t i = 0; i < image->symbols; i++) {
		if (!in_flavour(image, &image->symbol[i]))
			continue;
		f.symbol = pc_grow(f.symbol, f.count, sizeof(*f.symbol));
		f.symbol[f.count++] = &image->symbol[i];
	}
	return f;
}

size_t pc_entry_prefix(const char *symbol, const char *entry)
{
	size_t symbol_len = strlen(symbol), entry_len = strlen(entry);

	if (symbol_len <= entry_len + 1 || strcmp(symbol + symbol_len - entry_len, entry) ||
	    symbol[symbol_len - entry_len - 1] != '_' ||
	    memchr(symbol, '_', symbol_len - entry_len - 1))
		return 0;
	return symbol_len - entry_len;
}

const char *pc_embed_flavour(const struct pc_image *image, const struct pc_embed *embed)
{
	for (size_t i = 0; i < image->symbols; i++)
		if (image->symbol[i].addr == embed->addr &&
		    pc_entry_prefix(image->symbol[i].name, GATE))
			return image->symbol[i].name;
	return NULL;
}

/* ia64_NAME; of a table also plain NAME. */
static bool is_native_entry(const char *name, const char *entry)
{
	return !strcmp(name, entry) || (pc_entry_prefix(name, entry) == strlen(NATIVE_PREFIX) &&
					!strncmp(name, NATIVE_PREFIX, strlen(NATIVE_PREFIX)));
}

static bool is_flavoured(const struct flavours *f, const struct pc_symbol *s)
{
	for (const char *const *e = pc_entry_names; *e; e++) {
		if (!is_native_entry(s->name, *e))
			continue;
		for (size_t i = 0; i < f->count; i++)
			if (pc_entry_prefix(f->symbol[i]->name, *e))
				return true;
	}
	if (!s->func || !s->local)
		return false;
	for (size_t i = 0; i < f->count; i++)
		if (f->symbol[i]->func && f->symbol[i]->local &&
		    !strcmp(f->symbol[i]->name, s->name) && !strcmp(f->symbol[i]->file, s->file))
			return true;
	return false;
}

void pc_flavours_find(struct pc_check *check)
{
	const struct pc_image *image = &check->image;
	struct flavours f = list_flavours(image);

	for (size_t i = 0; i < image->symbols; i++) {
		check->native_symbol = pc_grow(check->native_symbol, i, sizeof(bool));
		check->native_symbol[i] = f.count && !in_flavour(image, &image->symbol[i]) &&
					  is_flavoured(&f, &image->symbol[i]);
	}
	free(f.symbol);
}

static const struct pc_symbol *named(const struct flavours *f, const char *prefix, size_t len,
				     const char *entry)
{
	for (size_t i = 0; i < f->count; i++)
		if (pc_entry_prefix(f->symbol[i]->name, entry) == len &&
		    !strncmp(f->symbol[i]->name, prefix, len))
			return f->symbol[i];
	return NULL;
}

/* Each prefix that one entry has, all entries must have. */
static void check_prefix(struct pc_check *check, const struct flavours *f, const char *prefix,
			 size_t len)
{
	for (const char *const *e = pc_entry_names; *e; e++) {
		char *native = pc_format(NATIVE_PREFIX "%s", *e);
		const struct pc_symbol *s = pc_symbol_named(&check->image, native);

		if (s && !named(f, prefix, len, *e))
			pc_find(check, PC_RULE_FLAVOUR_MISSING, s->addr, true, 0,
				pc_format("%s has no %.*s%s", native, (int)len, prefix, *e));
		free(native);
	}
}

static bool seen_before(const struct flavours *f, size_t until, const char *prefix, size_t len)
{
	for (size_t i = 0; i < until; i++)
		for (const char *const *e = pc_entry_names; *e; e++)
			if (pc_entry_prefix(f->symbol[i]->name, *e) == len &&
			    !strncmp(f->symbol[i]->name, prefix, len))
				return true;
	return false;
}

static void check_entries(struct pc_check *check, const struct flavours *f)
{
	for (size_t i = 0; i < f->count; i++)
		for (const char *const *e = pc_entry_names; *e; e++) {
			size_t len = pc_entry_prefix(f->symbol[i]->name, *e);

			if (len && !seen_before(f, i, f->symbol[i]->name, len))
				check_prefix(check, f, f->symbol[i]->name, len);
		}
}

/** struct unit_pair - a native source and the flavour's object of the same source */
struct unit_pair {
	uint32_t native, flavour;
};

static bool unit_has(const struct pc_image *image, uint32_t unit, const char *name)
{
	for (size_t i = 0; i < image->symbols; i++)
		if (image->symbol[i].unit == unit && image->symbol[i].func &&
		    !strcmp(image->symbol[i].name, name))
			return true;
	return false;
}

/* Does a function hold what a guest cannot just run? */
static bool has_hits(const struct pc_check *check, const struct pc_symbol *s)
{
	for (size_t i = 0; i < check->hits; i++)
		if (check->hit[i].addr - s->addr < s->size && !check->hit[i].recorded)
			return true;
	return false;
}

/* What is in one flavour's object only exists once on purpose if any flavour can run it. */
static void compare_units(struct pc_check *check, uint32_t of, uint32_t with)
{
	const struct pc_image *image = &check->image;

	for (size_t i = 0; i < image->symbols; i++) {
		const struct pc_symbol *s = &image->symbol[i];

		if (s->unit == of && s->local && s->func && !unit_has(image, with, s->name) &&
		    has_hits(check, s))
			pc_find(check, PC_RULE_FLAVOUR_MISSING, s->addr, true, 0,
				pc_format("%s of %s has no counterpart in the other flavour",
					  s->name, s->file));
	}
}

/* Objects of which at least one local function exists in both. */
static void check_units(struct pc_check *check, const struct flavours *f)
{
	const struct pc_image *image = &check->image;
	struct unit_pair *pair = NULL;
	size_t pairs = 0, k;

	for (size_t i = 0; i < image->symbols; i++) {
		const struct pc_symbol *s = &image->symbol[i];

		for (size_t j = 0; check->native_symbol[i] && s->unit && j < f->count; j++) {
			const struct pc_symbol *o = f->symbol[j];

			if (!o->func || !o->unit || strcmp(o->name, s->name) ||
			    strcmp(o->file, s->file))
				continue;
			for (k = 0; k < pairs; k++)
				if (pair[k].native == s->unit && pair[k].flavour == o->unit)
					break;
			if (k < pairs)
				continue;
			pair = pc_grow(pair, pairs, sizeof(*pair));
			pair[pairs++] = (struct unit_pair){ s->unit, o->unit };
		}
	}
	for (k = 0; k < pairs; k++) {
		compare_units(check, pair[k].native, pair[k].flavour);
		compare_units(check, pair[k].flavour, pair[k].native);
	}
	free(pair);
}

static bool is_pair(const struct pc_symbol *native, const struct pc_symbol *o)
{
	if (native->local != o->local)
		return false;
	if (native->local)
		return !strcmp(native->name, o->name) && !strcmp(native->file, o->file);
	for (const char *const *e = pc_entry_names; *e; e++)
		if (is_native_entry(native->name, *e) && pc_entry_prefix(o->name, *e))
			return true;
	return false;
}

/* Backtraces through one flavour must work as through the other. */
static void compare_unwind(struct pc_check *check, const struct pc_symbol *s,
			   const struct pc_symbol *o)
{
	struct pc_unwind one, other;

	pc_unwind_of(&check->image, s->addr, s->size, &one);
	pc_unwind_of(&check->image, o->addr, o->size, &other);
	if (!one.entries != !other.entries)
		pc_find(check, PC_RULE_FLAVOUR_UNWIND, one.entries ? o->addr : s->addr, true, 0,
			pc_format("%s has unwind information, %s has not",
				  one.entries ? s->name : o->name,
				  one.entries ? o->name : s->name));
	else if (!pc_unwind_alike(&one, &other))
		pc_find(check, PC_RULE_FLAVOUR_UNWIND, o->addr, true, s->addr,
			pc_format("the unwind information of %s says something else than that of "
				  "the native %s",
				  o->name, s->name));
	free(one.byte);
	free(other.byte);
}

/* Functions that exist in both: what unwinders, debuggers and the linker know of them. */
static void check_pairs(struct pc_check *check, const struct flavours *f)
{
	const struct pc_image *image = &check->image;

	for (size_t i = 0; i < image->symbols; i++) {
		const struct pc_symbol *s = &image->symbol[i];

		for (size_t j = 0; check->native_symbol[i] && s->func && j < f->count; j++) {
			const struct pc_symbol *o = f->symbol[j];

			if (!o->func || !is_pair(s, o))
				continue;
			compare_unwind(check, s, o);
			if (!s->size != !o->size)
				pc_find(check, PC_RULE_FLAVOUR_LAYOUT, s->size ? o->addr : s->addr,
					true, s->size ? s->addr : o->addr,
					pc_format("%s has no size, its other flavour has one",
						  s->size ? o->name : s->name));
		}
	}
}

/* Code that a guest runs and that goes to an operation's native function. */
static void check_member(struct pc_check *check, uint32_t from, uint32_t to)
{
	const struct pc_image *image = &check->image;
	uint64_t to_addr;
	const struct pc_symbol *s;

	if ((pc_flow_marks(check->flow, to) & PC_MARK_GUEST) ||
	    !(pc_flow_marks(check->flow, to) & PC_MARK_NATIVE) ||
	    !(pc_flow_marks(check->flow, from) & PC_MARK_GUEST))
		return;
	to_addr = pc_bundle_addr(image, to);
	s = pc_symbol_at(image, to_addr);
	if (s && s->addr == to_addr && pc_native_member(s->name))
		pc_find(check, PC_RULE_NATIVE_CALL, pc_bundle_addr(image, from), true, to_addr,
			pc_format("goes to %s, past pv_cpu_ops", s->name));
}

/* A flavour's code that goes to the native flavour's, past the entries that are switched. */
static void check_edge(void *ctx, uint32_t from, uint32_t to)
{
	struct pc_check *check = ctx;
	const struct pc_image *image = &check->image;
	uint64_t from_addr = pc_bundle_addr(image, from), to_addr;
	const struct pc_section *section = pc_section_at(image, from_addr);
	const struct pc_symbol *s;

	check_member(check, from, to);
	if (!section || !pc_flavour_section(section))
		return;
	to_addr = pc_bundle_addr(image, to);
	s = pc_symbol_at(image, to_addr);
	if (!s || !check->native_symbol[s - image->symbol])
		return;
	for (const char *const *e = pc_entry_names; *e; e++)
		if (is_native_entry(s->name, *e) && s->addr == to_addr)
			return;
	pc_find(check, PC_RULE_NATIVE_CALL, from_addr, true, to_addr,
		pc_format("goes to %s of the native flavour", s->name));
}

void pc_flavours_check(struct pc_check *check)
{
	struct flavours f = list_flavours(&check->image);

	if (f.count) {
		check_entries(check, &f);
		check_units(check, &f);
		check_pairs(check, &f);
	}
	pc_layouts_check(check);
	pc_flow_each(check->flow, check_edge, check);
	free(f.symbol);
}
