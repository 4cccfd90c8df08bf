/* SPDX-License-Identifier: MIT */
/*
 * The handlers, one for each row of the instruction table.
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

/**
 * exec_special() - a shorter handler for a compare or bit test of one comparison type
 * @id: enum isa_id
 * @c0: the first completer
 * Return: the handler, or NULL when the row's own is the only one.
 */
exec_fn exec_special(unsigned id, unsigned c0);

#endif
