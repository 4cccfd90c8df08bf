/* SPDX-License-Identifier: MIT */
/*
 * The handlers: one for each row of the instruction table, shorter ones for the commonest forms
 * of some rows (special.def), a few that the decoder needs.
 *
 * exec_ID() executes a slot whose predicate has been found true (or that acts whatever its
 * predicate is: struct op). The rows of one unit are in exec-<unit>.c; a row without a
 * handler fails to link, in decode.c.
 */
#ifndef CPU_EXEC_H
#define CPU_EXEC_H

#include "cpu/cpu.h"

#define INSN(id, ...) enum exec exec_##id(struct cpu *cpu, const struct op *op);
#include "insns.def"
#define SPECIAL(id, name, c0) enum exec exec_##id##_##name(struct cpu *cpu, const struct op *op);
#include "cpu/special.def"

/* debug/sensitive.c: the trace item `sensitive` is told of the instruction, then it is executed */
enum exec exec_watched(struct cpu *cpu, const struct op *op);

/**
 * enum handler - op.handler
 *
 * A row's own handler has the row's number, enum isa_id; that of ISA_INVALID raises Illegal
 * Operation.
 */
enum handler {
	HANDLER_INVALID = ISA_INVALID,
	HANDLER_BEFORE_SPECIAL = ISA_ID_COUNT - 1,
#define SPECIAL(id, name, c0) HANDLER_##id##_##name,
#include "cpu/special.def"
	HANDLER_ILLEGAL_OR_CLEAR,
	HANDLER_WATCHED,
	HANDLER_COUNT,
};

extern const exec_fn exec_handler[HANDLER_COUNT];

/** exec_special() - the handler of row @id whose first completer is @c0: special.def's or its own */
enum handler exec_special(unsigned id, unsigned c0);

/** exec_op() - what the slot does, its predicate apart */
static inline enum exec exec_op(struct cpu *cpu, const struct op *op)
{
	return exec_handler[op->handler](cpu, op);
}

#endif
