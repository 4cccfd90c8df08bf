// SPDX-License-Identifier: MIT
/*
 * ops.c - which operations and macros of ops.def stand for an instruction.
 */
#define _GNU_SOURCE
#include "pvcheck.h"

#include <stdlib.h>
#include <string.h>

#include "pvops.h"

const char *const pc_entry_names[] = {
#define PV_ENTRY(name, kind, doc) #name,
#include "ops.def"
	NULL
};

static const char *const macros[] = {
#define PV_MACRO(name, operands) #name,
#include "ops.def"
};

/* The mask that a name like RSM_PSR_BE_I or SSM_PSR_IC_AND_SRLZ_D stands for; 0: none. */
static uint64_t mask_of_macro(const char *macro, const char *prefix)
{
	static const struct {
		const char *name;
		unsigned int bit;
	} fields[] = {
#define ISA_PSR(bit, width, name) { #name, bit },
#include "regs.def"
	};
	uint64_t mask = 0;

	if (strncmp(macro, prefix, strlen(prefix)))
		return 0;
	macro += strlen(prefix);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		size_t length = strcspn(macro, "_");

		if (length != strlen(fields[i].name) || strncasecmp(macro, fields[i].name, length))
			continue;
		mask |= UINT64_C(1) << fields[i].bit;
		if (!macro[length])
			return mask;
		macro += length + 1;
		i = -1; /* the next word, from the first field again */
	}
	return strncmp(macro, "AND_SRLZ_", 9) ? 0 : mask;
}

static const char *macro_for_mask(const struct isa_insn *insn)
{
	const char *prefix = insn->id == ISA_ssm ? "SSM_PSR_" : "RSM_PSR_";

	for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++)
		if (mask_of_macro(macros[i], prefix) == (uint64_t)insn->imm)
			return macros[i];
	return NULL;
}

/* MOV_FROM_IFA for get_cr_ifa, BSW_0 for bsw.0, THASH for thash ... */
static const char *macro_for(const struct isa_insn *insn, const char *op)
{
	char want[64];

	if (insn->id == ISA_ssm || insn->id == ISA_rsm)
		return macro_for_mask(insn);
	if (insn->id == ISA_mov_from_psr)
		snprintf(want, sizeof(want), "MOV_FROM_PSR");
	else if (op && !strncmp(op, "set_ar_k", 8))
		snprintf(want, sizeof(want), "MOV_TO_KR");
	else if (op && (!strncmp(op, "get_cr_", 7) || !strncmp(op, "get_ar_", 7)))
		snprintf(want, sizeof(want), "MOV_FROM_%s", op + 7);
	else if (op && !strncmp(op, "set_cr_", 7))
		snprintf(want, sizeof(want), "MOV_TO_%s", op + 7);
	else
		snprintf(want, sizeof(want), "%s", op ? op : isa_name(insn->id));
	for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++)
		if (!strcasecmp(macros[i], want))
			return macros[i];
	return NULL;
}

char *pc_op_hint(const struct isa_insn *insn)
{
	char *ops = NULL, *all;
	const char *first = NULL, *macro;

	for (unsigned int op = PV_OP_none + 1; op < PV_OP_COUNT; op++) {
		const char *name = pv_op_desc[op].name;
		char *longer;

		if (!pv_op_native(op, insn))
			continue;
		longer = pc_format("%s%spv_cpu_ops.%s", ops ? ops : "", ops ? " or " : "", name);
		free(ops);
		ops = longer;
		if (!first)
			first = name;
	}
	macro = macro_for(insn, first);
	if (ops && macro)
		all = pc_format("make it a site of %s; in assembly use %s()", ops, macro);
	else if (ops)
		all = pc_format("make it a site of %s", ops);
	else if (macro)
		all = pc_format("in assembly use %s()", macro);
	else
		all = pc_format("no operation stands for it: avoid it, or add a row to ops.def");
	free(ops);
	return all;
}
