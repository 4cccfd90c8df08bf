// SPDX-License-Identifier: MIT
/*
 * ops.c - the rows of ops.def as data: which operation stands for which instruction.
 *
 * pvops.c has the same table for the kernel, but needs the kernel's native functions
 * to link.
 */
#define _GNU_SOURCE
#include "pvcheck.h"

#include <stdlib.h>
#include <string.h>

enum { ANY, IMM, NOT, REG };
enum { GET, SET, USE, MAP, PAIR, MASK, VOID, EACH, LAST };

const struct pc_op pc_ops[] = {
#define PV_OP(name_, shape_, insn_, cond_, value_, text_, ...)                                     \
	{ .name = #name_,                                                                          \
	  .text = text_,                                                                           \
	  .value = value_,                                                                         \
	  .op = PV_OP_##name_,                                                                     \
	  .insn = ISA_##insn_,                                                                     \
	  .cond = cond_,                                                                           \
	  .last = shape_ == LAST },
#define PV_PART(name_, insn_, cond_, value_, arg_)                                                 \
	{ .name = #name_,                                                                          \
	  .text = "",                                                                              \
	  .value = value_,                                                                         \
	  .op = PV_OP_##name_,                                                                     \
	  .insn = ISA_##insn_,                                                                     \
	  .cond = cond_ },
#include "ops.def"
};
const size_t pc_op_count = sizeof(pc_ops) / sizeof(pc_ops[0]);

#define NAME_BRANCH(name) #name,
#define NAME_TABLE(name)
const char *const pc_entry_names[] = {
#define PV_ENTRY(name, kind, doc) NAME_##kind(name)
#include "ops.def"
	NULL
};

static const char *const macros[] = {
#define PV_MACRO(name, operands) #name,
#include "ops.def"
};

bool pc_op_fits(const struct pc_op *op, const struct isa_insn *insn)
{
	if (op->insn != insn->id)
		return false;
	switch (op->cond) {
	case IMM: return (uint64_t)insn->imm == op->value;
	case NOT: return (uint64_t)insn->imm != op->value;
	case REG: return insn->r3 == op->value;
	}
	return true;
}

const struct pc_op *pc_op_of(uint64_t op)
{
	for (size_t i = 0; i < pc_op_count; i++)
		if (pc_ops[i].op == op)
			return &pc_ops[i];
	return NULL;
}

/* MOV_FROM_IFA for get_cr_ifa, BSW_0 for bsw.0, THASH for thash ... */
static const char *macro_for(const struct isa_insn *insn, const char *op)
{
	const char *name = isa_name(insn->id);
	char want[64];

	if (op && !strncmp(op, "get_", 4) && strlen(op) > 7)
		snprintf(want, sizeof(want), "MOV_FROM_%s", op + 7);
	else if (op && !strncmp(op, "set_cr_", 7))
		snprintf(want, sizeof(want), "MOV_TO_%s", op + 7);
	else if (op && !strncmp(op, "set_ar_k", 8))
		snprintf(want, sizeof(want), "MOV_TO_KR");
	else if (insn->id == ISA_mov_from_psr)
		snprintf(want, sizeof(want), "MOV_FROM_PSR");
	else
		snprintf(want, sizeof(want), "%s", op ? op : name);
	for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++)
		if (!strcasecmp(macros[i], want) ||
		    ((insn->id == ISA_ssm || insn->id == ISA_rsm) && insn->imm == 0x4000 &&
		     !strcmp(macros[i], insn->id == ISA_ssm ? "SSM_PSR_I" : "RSM_PSR_I")))
			return macros[i];
	return NULL;
}

char *pc_op_hint(const struct isa_insn *insn)
{
	char *ops = NULL, *all;
	const char *first = NULL, *macro;

	for (size_t i = 0; i < pc_op_count; i++) {
		char *longer;

		if (!pc_op_fits(&pc_ops[i], insn))
			continue;
		longer = pc_format("%s%spv_cpu_ops.%s", ops ? ops : "", ops ? " or " : "",
				   pc_ops[i].name);
		free(ops);
		ops = longer;
		if (!first)
			first = pc_ops[i].name;
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
