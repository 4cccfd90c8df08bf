// SPDX-License-Identifier: MIT
/*
 * native.c - which code only bare metal runs.
 *
 * Computed from the control flow: what can be reached from the native flavour of the
 * assembly sources, from the native functions of pv_cpu_ops, from the native entry point
 * up to pv_start(), and from a backend that itself runs on bare metal - and from nothing
 * else. Whatever else is a function may run in a guest, and so may what nobody reaches.
 * The rest are exceptions: a file of lines `KIND SYMBOL: reason`. The kinds are `entry`
 * (as the above), `function` (just that code) and `traps` (that code may run in a guest,
 * but its privileged instructions may trap; what is sensitive stays a finding).
 */
#include "pvcheck.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "pvops.h"

#define BOOT_ENTRY    "_start"
#define EARLY_SELECT  "pv_start"
#define NATIVE_MEMBER "pv_native_"
#define VECTOR_TABLE  "_ivt"
#define VECTOR_BYTES  0x100
#define VECTORS	      128 /* SDM vol 2 table 5-7: up to 0x7f00 */

/* Prefixes of backends that run at level 0. */
static const char *const privileged_backends[] = { "audit_" };

enum kind { KIND_ENTRY, KIND_FUNCTION, KIND_TRAPS, KIND_COUNT };

static const char *const kind_name[KIND_COUNT] = { "entry", "function", "traps" };

struct exception {
	char *symbol; /* a shell pattern */
	char *reason;
	enum kind kind;
};

struct pc_native {
	struct exception *exception;
	size_t count;
};

static bool parse_line(struct pc_native *native, char *line)
{
	char *kind = line + strspn(line, " \t"), *symbol, *reason;
	struct exception e = { 0 };

	if (!*kind || *kind == '#')
		return true;
	symbol = kind + strcspn(kind, " \t");
	reason = strchr(symbol, ':');
	if (!*symbol || !reason)
		return false;
	*symbol++ = *reason++ = '\0';
	symbol += strspn(symbol, " \t");
	reason += strspn(reason, " \t");
	while (e.kind < KIND_COUNT && strcmp(kind, kind_name[e.kind]))
		e.kind++;
	if (!*symbol || !*reason || e.kind == KIND_COUNT)
		return false;
	e.symbol = pc_format("%s", symbol);
	e.reason = pc_format("%s", reason);
	native->exception = pc_grow(native->exception, native->count, sizeof(e));
	native->exception[native->count++] = e;
	return true;
}

struct pc_native *pc_native_parse(const char *text, size_t size, const char *origin)
{
	struct pc_native *native = calloc(1, sizeof(*native));
	unsigned int number = 0;

	while (native && size) {
		const char *end = memchr(text, '\n', size);
		size_t length = end ? (size_t)(end - text) : size;
		char *line = pc_format("%.*s", (int)length, text);
		bool good = parse_line(native, line);

		free(line);
		number++;
		if (!good) {
			fprintf(stderr, "pvcheck: %s:%u: not `KIND SYMBOL: reason`\n", origin,
				number);
			pc_native_free(native);
			return NULL;
		}
		size -= end ? length + 1 : length;
		text += end ? length + 1 : length;
	}
	return native;
}

struct pc_native *pc_native_read(const char *path)
{
	struct pc_native *native = NULL;
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t room = 0;
	ssize_t size = -1;

	errno = 0;
	if (file) {
		size = getdelim(&text, &room, '\0', file);
		fclose(file);
	}
	if (size < 0 && (!file || errno))
		fprintf(stderr, "pvcheck: %s: %s\n", path, strerror(errno));
	else
		native = pc_native_parse(text, size < 0 ? 0 : size, path);
	free(text);
	return native;
}

struct pc_native *pc_native_built_in(void)
{
	static const char text[] = {
#include "native-only.txt.h"
	};

	return pc_native_parse(text, sizeof(text), "native-only.txt");
}

void pc_native_free(struct pc_native *native)
{
	for (size_t i = 0; native && i < native->count; i++) {
		free(native->exception[i].symbol);
		free(native->exception[i].reason);
	}
	if (native)
		free(native->exception);
	free(native);
}

/* The exception that a symbol falls under; notes that it is used. */
static const struct exception *exception_for(struct pc_check *check, const struct pc_symbol *s)
{
	const struct pc_native *native = check->native;

	for (size_t i = 0; i < native->count; i++) {
		if (fnmatch(native->exception[i].symbol, s->name, 0))
			continue;
		check->used[i] = true;
		return &native->exception[i];
	}
	return NULL;
}

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

/* How a function symbol takes part: a root of native code, of guest code, or of none. */
static uint8_t role_of(struct pc_check *check, const struct pc_symbol *s, bool selects)
{
	const struct pc_image *image = &check->image;
	const struct exception *e;

	if (pc_flavour_section(&image->section[s->section]))
		return role_in_flavour(check, s);
	if (check->native_symbol[s - image->symbol] || is_privileged_member(s->name) ||
	    pc_native_member(s->name) || is_switched_function(s->name) ||
	    (selects && !strcmp(s->name, BOOT_ENTRY)))
		return PC_MARK_NATIVE;
	e = exception_for(check, s);
	if (e)
		return e->kind == KIND_ENTRY ? PC_MARK_NATIVE : PC_MARK_GUEST;
	return s->func ? PC_MARK_GUEST : 0;
}

/** struct selection - where pv_start() is called: native before, common behind */
struct selection {
	struct pc_check *check;
	uint32_t target;
	uint32_t call;
};

static void find_selection(void *ctx, uint32_t from, uint32_t to)
{
	struct selection *s = ctx;

	if (to == s->target)
		s->call = from;
}

/* The bundle of that call, or PC_NO_BUNDLE; native code is not followed past it. */
static uint32_t cut_at_selection(struct pc_check *check)
{
	const struct pc_symbol *s = pc_symbol_named(&check->image, EARLY_SELECT);
	struct selection sel = { check, PC_NO_BUNDLE, PC_NO_BUNDLE };

	if (s)
		sel.target = pc_bundle_index(&check->image, s->addr);
	if (sel.target != PC_NO_BUNDLE)
		pc_flow_each(check->flow, find_selection, &sel);
	if (sel.call != PC_NO_BUNDLE)
		pc_flow_cut(check->flow, sel.call, PC_MARK_NATIVE);
	return sel.call;
}

void pc_native_compute(struct pc_check *check)
{
	const struct pc_image *image = &check->image;
	uint32_t selection = cut_at_selection(check);
	uint8_t *role = NULL;

	check->flavours_privileged = flavours_privileged(image);
	for (size_t i = 0; i < check->native->count; i++) {
		check->used = pc_grow(check->used, i, sizeof(bool));
		check->used[i] = false;
	}
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
	free(role);
}

bool pc_native_only(const struct pc_check *check, uint32_t bundle, enum pc_class class)
{
	const struct pc_image *image = &check->image;
	uint8_t marks = pc_flow_marks(check->flow, bundle);
	const struct pc_section *section;
	const struct pc_symbol *s;
	uint64_t addr;

	if (marks == PC_MARK_NATIVE)
		return true;
	addr = pc_bundle_addr(image, bundle);
	section = pc_section_at(image, addr);
	if (section && pc_flavour_section(section) && check->flavours_privileged &&
	    !(marks & PC_MARK_GUEST))
		return true;
	s = pc_symbol_at(image, addr);
	for (size_t i = 0; s && i < check->native->count; i++) {
		const struct exception *e = &check->native->exception[i];

		if ((e->kind == KIND_FUNCTION ||
		     (e->kind == KIND_TRAPS && class == PC_PRIVILEGED)) &&
		    !fnmatch(e->symbol, s->name, 0))
			return true;
	}
	return false;
}

void pc_native_print(const struct pc_check *check, FILE *out)
{
	for (size_t i = 0; i < check->native->count; i++)
		if (check->used && check->used[i])
			fprintf(out, "  exception: %s %s: %s\n",
				kind_name[check->native->exception[i].kind],
				check->native->exception[i].symbol,
				check->native->exception[i].reason);
}
