// SPDX-License-Identifier: MIT
/*
 * contract.c - what the assembly macros write against what their operands declare.
 *
 * The contract of a macro (pvops/pvasm.h): it may destroy the operands called clob and
 * pred_clob, and whatever the native macro writes too. An object with each flavour's
 * expansions (pvops/contract.h) is followed macro by macro; what is changed at the end of any
 * path and is neither is a finding at the instruction that wrote it last.
 */
#include "pvcheck.h"

#include <stdlib.h>
#include <string.h>

#include "follow.h"
#include "macros.h"

#define NATIVE "native"

/** struct expansion - a macro's code in one flavour */
struct expansion {
	const struct pc_symbol *symbol;
	const char *flavour;
	size_t flavour_length;
	const struct pc_macro *macro;
};

/** struct expansions - of all flavours */
struct expansions {
	struct expansion *e;
	size_t count;
};

bool pc_contract_section(const struct pc_section *section)
{
	return !strcmp(section->name, pc_contract_section_name);
}

static const struct pc_macro *macro_named(const char *name)
{
	for (size_t i = 0; i < pc_macro_count; i++)
		if (!strcmp(pc_macros[i].name, name))
			return &pc_macros[i];
	return NULL;
}

static struct expansions list_expansions(const struct pc_image *image)
{
	struct expansions list = { 0 };

	for (size_t i = 0; i < image->symbols; i++) {
		struct expansion e = { .symbol = &image->symbol[i] };
		const char *end;

		if (strncmp(e.symbol->name, pc_contract_prefix, strlen(pc_contract_prefix)))
			continue;
		e.flavour = e.symbol->name + strlen(pc_contract_prefix);
		end = strstr(e.flavour, "__");
		e.macro = end ? macro_named(end + 2) : NULL;
		if (!e.macro || !pc_contract_section(&image->section[e.symbol->section]))
			continue;
		e.flavour_length = end - e.flavour;
		list.e = pc_grow(list.e, list.count, sizeof(e));
		list.e[list.count++] = e;
	}
	return list;
}

static bool is_native(const struct expansion *e)
{
	return e->flavour_length == strlen(NATIVE) &&
	       !strncmp(e->flavour, NATIVE, e->flavour_length);
}

/* ---- what is declared ---- */

static const char *next_word(const char *text, size_t *length)
{
	text += strspn(text, "(), ");
	*length = strcspn(text, "(), ");
	return text;
}

/* May the macro destroy the register, which is called for instance "r20"? */
static bool is_declared(const struct pc_macro *macro, const char *name)
{
	const char *operand = macro->operands, *reg = macro->registers;
	size_t operand_length, length;

	for (;; operand += operand_length, reg += length) {
		operand = next_word(operand, &operand_length);
		reg = next_word(reg, &length);
		if (!operand_length || !length)
			return false;
		if (length == strlen(name) && !strncmp(reg, name, length))
			return !strncmp(operand, "clob", 4) || !strncmp(operand, "pred_clob", 9);
	}
}

/* ---- the rule ---- */

static void check_register(struct pc_check *check, const struct expansion *e, unsigned int file,
			   unsigned int reg, uint64_t at)
{
	char *name = pc_register_name(file, reg);

	if (!is_declared(e->macro, name) && !pc_excepted(check, PC_EXCEPT_SCRATCH, name))
		pc_find(check, PC_RULE_MACRO, at, true, e->symbol->addr,
			pc_format("%s of the flavour %.*s changes %s, which %s does not declare",
				  e->macro->name, (int)e->flavour_length, e->flavour, name,
				  e->macro->operands));
	free(name);
}

static void check_expansion(struct pc_check *check, const struct expansion *e,
			    const struct pc_changed *native)
{
	struct pc_changed *changed = pc_room(1, sizeof(*changed));

	pc_follow(&check->image, e->symbol->addr, e->symbol->addr + e->symbol->size, changed);
	if (changed->lost)
		pc_find(check, PC_RULE_MACRO, changed->lost_at, true, e->symbol->addr,
			pc_format("%s of the flavour %.*s cannot be followed: %s", e->macro->name,
				  (int)e->flavour_length, e->flavour, changed->lost));
	for (unsigned int file = 0; file < ISA_FILE_COUNT; file++)
		for (unsigned int reg = 0; reg < 128; reg++)
			if (changed->reg[file][reg] && !native->reg[file][reg])
				check_register(check, e, file, reg, changed->at[file][reg]);
	free(changed);
}

/* All flavours of one macro. */
static void check_macro(struct pc_check *check, const struct expansions *list,
			const struct expansion *native)
{
	struct pc_changed *changed = pc_room(1, sizeof(*changed));

	pc_follow(&check->image, native->symbol->addr, native->symbol->addr + native->symbol->size,
		  changed);
	for (size_t i = 0; i < list->count; i++)
		if (list->e[i].macro == native->macro && !is_native(&list->e[i]))
			check_expansion(check, &list->e[i], changed);
	free(changed);
}

static const struct expansion *native_of(const struct expansions *list,
					 const struct pc_macro *macro)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->e[i].macro == macro && is_native(&list->e[i]))
			return &list->e[i];
	return NULL;
}

void pc_contract_check(struct pc_check *check)
{
	struct expansions list = list_expansions(&check->image);

	for (size_t i = 0; i < list.count; i++) {
		if (is_native(&list.e[i]))
			check_macro(check, &list, &list.e[i]);
		else if (!native_of(&list, list.e[i].macro))
			pc_find(check, PC_RULE_MACRO, list.e[i].symbol->addr, true, 0,
				pc_format("there is no native %s to compare it with",
					  list.e[i].macro->name));
	}
	free(list.e);
}
