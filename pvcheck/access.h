/* SPDX-License-Identifier: MIT */
/*
 * access.h - every register that an instruction reads or writes.
 *
 * Operands come from isa/uses.h; what no operand names (predicates of mov pr=, the bits of
 * ar.unat, the current frame marker) is added. Registers whose value never changes (r0, f0,
 * f1, p0) are left out.
 */
#ifndef PVCHECK_ACCESS_H
#define PVCHECK_ACCESS_H

#include "isa.h"
#include "uses.h"

/* Application registers by number; the frame marker takes a number that none has. */
enum { PC_BSP = 17, PC_BSPSTORE = 18, PC_RNAT = 19, PC_UNAT = 36, PC_CFM = 127 };

/* Writes of one sort may share a target (SDM vol 1 3.4.2: parallel compares, spills). */
enum pc_sort { PC_SORT_PLAIN, PC_SORT_AND, PC_SORT_OR, PC_SORT_SPILL };

#define PC_MAX_ACCESSES 96 /* mov pr= writes 63 predicates */

/** struct pc_access - a register that an instruction reads or writes */
struct pc_access {
	uint8_t file, reg; /* enum isa_file */
	uint8_t sort;
	uint8_t qp; /* predicate under which it happens */
	bool write;
};

/** struct pc_accesses - of one instruction, its predicate first */
struct pc_accesses {
	struct pc_access a[PC_MAX_ACCESSES];
	size_t count;
};

void pc_accesses_of(const struct isa_insn *insn, struct pc_accesses *list);
/** pc_register_name - "r8", "ar.pfs", "the current frame marker"; malloc()ed */
char *pc_register_name(unsigned int file, unsigned int reg);

#endif
