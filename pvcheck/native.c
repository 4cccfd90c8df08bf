// SPDX-License-Identifier: MIT
/*
 * native.c - which code only bare metal runs.
 *
 * Computed from the control flow: what can be reached from the native flavour of the
 * assembly sources, from the native functions of pv_cpu_ops, from the native entry point
 * up to pv_start(), and from a backend that itself runs on bare metal - and from nothing
 * else. Whatever else is a function may run in a guest, and so may what nobody reaches.
 * The rest are exceptions (exceptions.c) of the kinds `entry` (as the above), `function` (just
 * that code) and `traps` (that code may run in a guest, but its privileged instructions may
 * trap; what is sensitive stays a finding).
 */
#include "pvcheck.h"

#include <stdlib.h>
#include <string.h>

#include "pvops.h"

#define BOOT_ENTRY    "_start"
#define EARLY_SELECT  "pv_start"
#define PATCHING      "pv_patch_kernel"
#define NATIVE_MEMBER "pv_native_"
#define VECTOR_TABLE  "_ivt"
#define VECTOR_BYTES  0x100
#define VECTORS	      128 /* SDM vol 2 table 5-7: up to 0x7f00 */

/* Prefixes of backends that run at level 0. */
static const char *const privileged_backends[] = { "audit_" };

static bool is_operation(const char *name)
{
	for (unsigned int op = PV_OP_none + 1; op < PV_OP_COUNT; op++)
		if (!strcmp(name, pv_op_desc[op].name))
			return true;
	return false;
}

bool pc_native_member(const char *name)
{
	return !strncmp(name, NATIVE_MEMBER, strlen(NATIVE_MEMBER)) &&
	       is_operation(name + strlen(NATIVE_MEMBER));
}

/* Native functions that an overriding backend's branch replaces (PV_FN rows of kind ENTRY). */
static bool is_switched_function(const char *name)
{
#define NAME_CALL(table, name)
#define NAME_ENTRY(table, name)	      "ia64_native_" #name, "ia64_" #name,
#define PV_FN(table, name, kind, ...) NAME_##kind(table, name)
	static const char *const names[] = {
#include "ops.def"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* Behind the prefix of a backend that runs at level 0; NULL: no such prefix. */
static const char *privileged_name(const char *name)
{
	for (size_t i = 0; i < sizeof(privileged_backends) / sizeof(privileged_backends[0]); i++) {
		size_t length = strlen(privileged_backends[i]);

		if (!strncmp(name, privileged_backends[i], length))
			return name + length;
	}
	return NULL;
}

/* An operation of such a backend. (The prefix alone says nothing: Linux has audit_ as well.) */
static bool is_privileged_member(const char *name)
{
	const char *rest = privileged_name(name);

	return rest && is_operation(rest);
}

/* Are all the flavours in this file those of backends that run at level 0? */
static bool flavours_privileged(const struct pc_image *image)
{
	for (size_t i = 0; i < image->symbols; i++) {
		const struct pc_symbol *s = &image->symbol[i];

		/* (The linker's own symbols may lie at a section's end.) */
		if (!s->local && !privileged_name(s->name) &&
		    pc_flavour_section(&image->section[s->section]) &&
		    pc_bundle_index(image, s->addr) != PC_NO_BUNDLE)
			return false;
	}
	return true;
}

static uint8_t role_in_flavour(const struct pc_check *check, const struct pc_symbol *s)
{
	if (check->flavours_privileged || privileged_name(s->name))
		return PC_MARK_NATIVE;
	return s->local ? 0 : PC_MARK_GUEST; /* of local ones, whose they are is not known */
}

static bool is_vector_table(const char *name)
{
	const char *tail = strchr(name, '_');

	return tail && !strcmp(tail, VECTOR_TABLE);
}

static void mark_vectors(struct pc_check *check, const struct pc_symbol *table, uint8_t mark)
{
	for (unsigned int i = 0; i < VECTORS; i++) {
		uint32_t b = pc_bundle_index(&check->image, table->addr + i * VECTOR_BYTES);

		if (b != PC_NO_BUNDLE)
			pc_flow_mark(check->flow, b, mark);
	}
}

/* What a table of fast system calls names runs with the flavour that the table is of. */
static void mark_fsys(struct pc_check *check, const struct pc_symbol *table, uint8_t mark)
{
	size_t count;
	const uint8_t *words = pc_fsys_table(&check->image, table, &count);

	for (size_t i = 0; words && i < count; i++) {
		uint32_t b = pc_bundle_index(&check->image, pc_word(words + 8 * i));

		if (b != PC_NO_BUNDLE)
			pc_flow_mark(check->flow, b, mark);
	}
}

static void mark_tables(struct pc_check *check)
{
	const struct pc_image *image = &check->image;

	for (size_t i = 0; i < image->symbols; i++) {
		const char *name = image->symbol[i].name;

		if (!pc_is_fsys_table(name))
			continue;
		if (privileged_name(name) || check->native_symbol[i])
			mark_fsys(check, &image->symbol[i], PC_MARK_NATIVE);
		else
			mark_fsys(check, &image->symbol[i], PC_MARK_GUEST);
	}
}

/* How a function symbol takes part: a root of native code, of guest code, or of none. */
static uint8_t role_of(struct pc_check *check, const struct pc_symbol *s, bool selects)
{
	const struct pc_image *image = &check->image;

	if (pc_contract_section(&image->section[s->section]) || image->section[s->section].embedded)
		return 0;
	if (pc_flavour_section(&image->section[s->section]))
		return role_in_flavour(check, s);
	if (check->native_symbol[s - image->symbol] || is_privileged_member(s->name) ||
	    pc_native_member(s->name) || is_switched_function(s->name) ||
	    (selects && !strcmp(s->name, BOOT_ENTRY)) ||
	    pc_excepted(check, PC_EXCEPT_ENTRY, s->name))
		return PC_MARK_NATIVE;
	return s->func ? PC_MARK_GUEST : 0;
}

/** struct calls - what calls a bundle, at last */
struct calls {
	uint32_t target;
	uint32_t call;
};

static void find_call(void *ctx, uint32_t from, uint32_t to)
{
	struct calls *c = ctx;

	if (to == c->target)
		c->call = from;
}

/* The bundle with the call of a function; PC_NO_BUNDLE: there is none. */
static uint32_t call_of(const struct pc_check *check, const char *function)
{
	const struct pc_symbol *s = pc_symbol_named(&check->image, function);
	struct calls c = { PC_NO_BUNDLE, PC_NO_BUNDLE };

	if (s)
		c.target = pc_bundle_index(&check->image, s->addr);
	if (c.target != PC_NO_BUNDLE)
		pc_flow_each(check->flow, find_call, &c);
	return c.call;
}

uint32_t pc_selection(const struct pc_check *check)
{
	return call_of(check, EARLY_SELECT);
}

/* Native code is not followed past the call of pv_start(): native before, common behind. */
static uint32_t cut_at_selection(struct pc_check *check)
{
	uint32_t call = pc_selection(check);

	if (call != PC_NO_BUNDLE)
		pc_flow_cut(check->flow, call, PC_MARK_NATIVE);
	return call;
}

/* A native image is bare metal's own if there is another one for guests. */
static uint8_t role_of_embed(const struct pc_image *image, const struct pc_embed *embed)
{
	const char *flavour = pc_embed_flavour(image, embed);

	if (flavour)
		return privileged_name(flavour) ? PC_MARK_NATIVE : PC_MARK_GUEST;
	for (size_t i = 0; i < image->embeds; i++)
		if (pc_embed_flavour(image, &image->embed[i]))
			return PC_MARK_NATIVE;
	return PC_MARK_GUEST;
}

/* All of it: what user space calls in there is not known. */
static void mark_embedded(struct pc_check *check)
{
	const struct pc_image *image = &check->image;

	for (size_t i = 0; i < image->sections; i++) {
		const struct pc_section *s = &image->section[i];
		uint8_t role;

		if (!s->embedded)
			continue;
		role = role_of_embed(image, &image->embed[s->embedded - 1]);
		for (uint32_t b = 0; b < s->size / ISA_BUNDLE_BYTES; b++)
			pc_flow_mark(check->flow, s->bundle + b, role);
	}
}

void pc_native_compute(struct pc_check *check)
{
	const struct pc_image *image = &check->image;
	uint32_t selection = cut_at_selection(check);
	uint8_t *role = NULL;

	check->flavours_privileged = flavours_privileged(image);
	for (size_t i = 0; i < image->symbols; i++) {
		uint32_t b = pc_bundle_index(image, image->symbol[i].addr);

		role = pc_grow(role, i, 1);
		role[i] = b == PC_NO_BUNDLE
				  ? 0
				  : role_of(check, &image->symbol[i], selection != PC_NO_BUNDLE);
		if (role[i] == PC_MARK_NATIVE)
			pc_flow_cut(check->flow, b, PC_MARK_GUEST);
	}
	/* Now that everything is cut. */
	if (selection != PC_NO_BUNDLE)
		pc_flow_mark(check->flow, selection + 1, PC_MARK_GUEST);
	for (size_t i = 0; i < image->symbols; i++) {
		if (role[i])
			pc_flow_mark(check->flow, pc_bundle_index(image, image->symbol[i].addr),
				     role[i]);
		if (role[i] && is_vector_table(image->symbol[i].name))
			mark_vectors(check, &image->symbol[i], role[i]);
	}
	mark_tables(check);
	mark_embedded(check);
	free(role);
}

/* By name; a flavour's code has the native one's names, but is no exception by them. */
bool pc_symbol_excepted(struct pc_check *check, uint64_t addr, enum pc_class class)
{
	const struct pc_section *section = pc_section_at(&check->image, addr);
	const struct pc_symbol *s = pc_symbol_at(&check->image, addr);

	if (!s || !section || pc_flavour_section(section))
		return false;
	return pc_excepted(check, PC_EXCEPT_FUNCTION, s->name) ||
	       (class == PC_PRIVILEGED && pc_excepted(check, PC_EXCEPT_TRAPS, s->name));
}

bool pc_native_only(struct pc_check *check, uint32_t bundle, enum pc_class class)
{
	uint8_t marks = pc_flow_marks(check->flow, bundle);
	const uint64_t addr = pc_bundle_addr(&check->image, bundle);
	const struct pc_section *section = pc_section_at(&check->image, addr);

	/* The boot code up to pv_start() is a guest's as well; what faults there is emulated. */
	if (class == PC_SENSITIVE && check->guests_boot && (marks & PC_MARK_EARLY))
		return pc_symbol_excepted(check, addr, class);
	if ((marks & (PC_MARK_NATIVE | PC_MARK_GUEST)) == PC_MARK_NATIVE)
		return true;
	if (section && pc_flavour_section(section) && check->flavours_privileged &&
	    !(marks & PC_MARK_GUEST))
		return true;
	return pc_symbol_excepted(check, addr, class);
}

static void mark_early(struct pc_check *check, const struct pc_symbol *s)
{
	uint32_t b = s ? pc_bundle_index(&check->image, s->addr) : PC_NO_BUNDLE;

	if (b != PC_NO_BUNDLE)
		pc_flow_mark_branches(check->flow, b, PC_MARK_EARLY);
}

/* All of _start up to the call: an rfi in it goes to an address that is only formed. */
static void mark_boot(struct pc_check *check, const struct pc_symbol *s, uint32_t selection)
{
	uint32_t b = s ? pc_bundle_index(&check->image, s->addr) : PC_NO_BUNDLE;
	uint32_t end = b == PC_NO_BUNDLE ? b : b + s->size / ISA_BUNDLE_BYTES;

	for (; b < end && b <= selection && end != PC_NO_BUNDLE; b++)
		pc_flow_mark_branches(check->flow, b, PC_MARK_EARLY);
}

/* From _start to pv_start(), and on in there until pv_patch_kernel() returns. */
static void mark_all_early(struct pc_check *check, uint32_t selection)
{
	const struct pc_image *image = &check->image;
	uint32_t patching = call_of(check, PATCHING);
	size_t count;
	struct pc_backend *backend = pc_backends(image, &count);

	for (size_t i = 0; i < image->symbols; i++) {
		uint32_t b = pc_bundle_index(image, image->symbol[i].addr);

		if (b != PC_NO_BUNDLE && pc_excepted(check, PC_EXCEPT_LATER, image->symbol[i].name))
			pc_flow_cut(check->flow, b, PC_MARK_EARLY);
	}
	pc_flow_cut(check->flow, selection, PC_MARK_EARLY);
	if (patching != PC_NO_BUNDLE)
		pc_flow_cut(check->flow, patching + 1, PC_MARK_EARLY);
	mark_boot(check, pc_symbol_named(image, BOOT_ENTRY), selection);
	mark_early(check, pc_symbol_named(image, EARLY_SELECT));
	for (size_t i = 0; i < count; i++) {
		mark_early(check, backend[i].setup);
		if (!privileged_name(backend[i].setup->name))
			check->guests_boot = true;
	}
	free(backend);
}

/* "f < g < _start": the functions through which a bundle was reached, the last first. */
static char *reached_through(const struct pc_check *check, uint32_t bundle)
{
	const struct pc_symbol *last = NULL;
	char *text = NULL;

	for (uint32_t from = bundle;; bundle = from) {
		const struct pc_symbol *s =
			pc_symbol_at(&check->image, pc_bundle_addr(&check->image, bundle));
		char *longer;

		if (s != last) {
			longer = pc_format("%s%s%s", text ? text : "", text ? " < " : "",
					   s ? s->name : "?");
			free(text);
			text = longer;
			last = s;
		}
		from = pc_flow_via(check->flow, bundle);
		if (from == bundle)
			return text;
	}
}

void pc_early_check(struct pc_check *check)
{
	uint32_t selection = pc_selection(check);

	if (selection == PC_NO_BUNDLE)
		return;
	mark_all_early(check, selection);
	for (size_t i = 0; i < check->hits; i++) {
		const struct pc_hit *hit = &check->hit[i];
		char *through;

		if (!hit->recorded || !(pc_flow_marks(check->flow, hit->bundle) & PC_MARK_EARLY))
			continue;
		through = reached_through(check, hit->bundle);
		pc_find(check, PC_RULE_SITE_EARLY, hit->addr, true, 0,
			pc_format("reached through %s", through));
		free(through);
	}
}
