/* SPDX-License-Identifier: MIT */
/*
 * uses.h - which registers an instruction names, and how a compare writes its targets.
 *
 * What an instruction's operands say, for programs that follow data through code: nothing
 * here knows an instruction by name. What no operand names (the predicates of mov pr=, the
 * frame that alloc makes) is the caller's. Reserved encodings use nothing.
 */
#ifndef ISA_USES_H
#define ISA_USES_H

#include "isa.h"

/** enum isa_file - the register files that operands name */
enum isa_file {
	ISA_FILE_GR,
	ISA_FILE_FR,
	ISA_FILE_PR,
	ISA_FILE_BR,
	ISA_FILE_AR,
	ISA_FILE_CR,
	ISA_FILE_COUNT
};

/** struct isa_use - one register that an operand reads or writes */
struct isa_use {
	uint8_t file; /* enum isa_file */
	uint8_t reg;
	bool write;
};

#define ISA_USES 8 /* as many as an instruction has at most */

/**
 * isa_uses - the registers that an instruction's operands name
 * @use: filled in the order of the operands; the base of a load or store that updates it
 *	 is there twice, as read and as written
 *
 * The qualifying predicate is no operand.
 * Return: how many there are, at most ISA_USES.
 */
unsigned int isa_uses(const struct isa_insn *insn, struct isa_use use[ISA_USES]);

/** enum isa_compare - how an instruction writes predicates (SDM vol 3 cmp, tables 2-8, 2-9) */
enum isa_compare {
	ISA_COMPARE_NORMAL, /* under its predicate; or it is no compare */
	ISA_COMPARE_UNC,    /* whatever its predicate holds */
	ISA_COMPARE_AND,    /* clears both, or neither */
	ISA_COMPARE_OR,	    /* sets both, or neither */
	ISA_COMPARE_ORANDCM /* sets the first and clears the second, or neither */
};

enum isa_compare isa_compare(const struct isa_insn *insn);

#endif
