// SPDX-License-Identifier: MIT
/*
 * backend.c - which backends a kernel has, and what they leave to the native instruction.
 *
 * Names tell: a backend is a prefix with a function PREFIX_setup() and members
 * PREFIX_<operation>() (docs/porting.md). An operation whose instruction faults in a guest may
 * be left native, for the hypervisor to emulate. One that does not fault has to be
 * implemented as soon as the kernel has a site of it, or the exceptions say why not.
 */
#include "pvcheck.h"

#include <stdlib.h>
#include <string.h>

#include "pvops.h"

#define SETUP	    "_setup"
#define MIN_MEMBERS 3 /* Linux has functions that are called like an operation, too */

static bool has_member(const struct pc_image *image, const struct pc_backend *b, const char *op)
{
	char *name = pc_format("%.*s_%s", (int)b->length, b->prefix, op);
	const struct pc_symbol *s = pc_symbol_named(image, name);

	free(name);
	return s && s->func;
}

/* PREFIX_setup of a prefix without an underscore. */
static bool is_setup(const struct pc_symbol *s, struct pc_backend *b)
{
	size_t length = strlen(s->name), tail = strlen(SETUP);

	if (!s->func || length <= tail || strcmp(s->name + length - tail, SETUP) ||
	    memchr(s->name, '_', length - tail))
		return false;
	*b = (struct pc_backend){ s->name, length - tail, s };
	return true;
}

struct pc_backend *pc_backends(const struct pc_image *image, size_t *count)
{
	struct pc_backend *list = NULL, b;

	*count = 0;
	for (size_t i = 0; i < image->symbols; i++) {
		unsigned int members = 0;

		if (!is_setup(&image->symbol[i], &b))
			continue;
		for (unsigned int op = PV_OP_none + 1; op < PV_OP_COUNT && members < MIN_MEMBERS;
		     op++)
			members += has_member(image, &b, pv_op_desc[op].name);
		if (members < MIN_MEMBERS)
			continue;
		list = pc_grow(list, *count, sizeof(*list));
		list[(*count)++] = b;
	}
	return list;
}

/* Does an instruction of the operation do something else in a guest, without a fault? */
static bool is_sensitive(unsigned int op)
{
	for (size_t i = 0; i < pv_native_insn_count; i++) {
		const struct pv_native_insn *n = &pv_native_insns[i];
		struct isa_insn insn = { .id = n->insn, .r3 = n->value, .imm = n->value };

		if (n->op == op && pc_classify(&insn) == PC_SENSITIVE)
			return true;
	}
	return false;
}

static void check_backend(struct pc_check *check, const struct pc_backend *b)
{
	for (unsigned int op = PV_OP_none + 1; op < PV_OP_COUNT; op++) {
		char *name;

		if (!check->op_sites[op] || !is_sensitive(op) ||
		    has_member(&check->image, b, pv_op_desc[op].name))
			continue;
		name = pc_format("%.*s_%s", (int)b->length, b->prefix, pv_op_desc[op].name);
		if (!pc_excepted(check, PC_EXCEPT_NATIVE, name))
			pc_find(check, PC_RULE_BACKEND, b->setup->addr, true, 0,
				pc_format("there is no %s(), but there are %u sites of %s", name,
					  check->op_sites[op], pv_op_desc[op].name));
		free(name);
	}
}

void pc_backends_check(struct pc_check *check)
{
	size_t count;
	struct pc_backend *list = pc_backends(&check->image, &count);

	for (size_t i = 0; i < count; i++)
		check_backend(check, &list[i]);
	free(list);
}
