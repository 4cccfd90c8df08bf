// SPDX-License-Identifier: MIT
/*
 * uses.c - operand descriptors as register numbers.
 *
 * A row's operands left of the = sign are written, the others read; a row without that sign
 * (stores, purges, branches) writes no operand.
 */
#include "uses.h"

#include "table.h"

/* Registers whose operand is a fixed name (SDM vol 1 table 3-3). */
enum { AR_NUMBER_CSD = 25, AR_NUMBER_CCV = 32, AR_NUMBER_PFS = 64 };

/** struct uses - the list that is being made */
struct uses {
	struct isa_use *use;
	unsigned int count;
};

static void add(struct uses *u, enum isa_file file, uint8_t reg, bool write)
{
	if (u->count < ISA_USES)
		u->use[u->count++] = (struct isa_use){ file, reg, write };
}

static void add_fixed(struct uses *u, unsigned int id, bool write)
{
	switch (id) {
	case AR_CCV: add(u, ISA_FILE_AR, AR_NUMBER_CCV, write); break;
	case AR_CSD: add(u, ISA_FILE_AR, AR_NUMBER_CSD, write); break;
	case AR_PFS: add(u, ISA_FILE_AR, AR_NUMBER_PFS, write); break;
	}
}

static void add_operand(struct uses *u, unsigned int id, const struct isa_insn *insn, bool write)
{
	const struct operand *o = &isa_operands[id];
	uint8_t reg = o->wide ? 0 : *((const uint8_t *)insn + o->member);

	switch (o->kind) {
	case K_GR: add(u, ISA_FILE_GR, reg, write); break;
	case K_FR: add(u, ISA_FILE_FR, reg, write); break;
	case K_PREG: add(u, ISA_FILE_PR, reg, write); break;
	case K_BR: add(u, ISA_FILE_BR, reg, write); break;
	case K_AR: add(u, ISA_FILE_AR, reg, write); break;
	case K_CR: add(u, ISA_FILE_CR, reg, write); break;
	case K_IND: add(u, ISA_FILE_GR, reg, false); break;
	case K_MEM:
		add(u, ISA_FILE_GR, reg, false);
		if (isa_rows[insn->id].flags & ISA_F_UPDATE)
			add(u, ISA_FILE_GR, reg, true);
		break;
	case K_TEXT: add_fixed(u, id, write); break;
	}
}

unsigned int isa_uses(const struct isa_insn *insn, struct isa_use use[ISA_USES])
{
	const uint8_t *operand = isa_rows[insn->id].operand;
	struct uses u = { use, 0 };
	unsigned int equals = 0;

	while (equals < MAX_OPERANDS && isa_operands[operand[equals]].kind != K_EQ)
		equals++;
	for (unsigned int i = 0; insn->id != ISA_INVALID && i < MAX_OPERANDS; i++)
		add_operand(&u, operand[i], insn, equals < MAX_OPERANDS && i < equals);
	return u.count;
}

enum isa_compare isa_compare(const struct isa_insn *insn)
{
	const uint8_t *completer = isa_rows[insn->id].completer;

	for (unsigned int i = 0; i < MAX_COMPLETERS; i++)
		switch (completer[i]) {
		case FCTYPE: return insn->c[i] ? ISA_COMPARE_UNC : ISA_COMPARE_NORMAL;
		case CTYPE:
		case CPAR:
		case TPAR:
			switch (insn->c[i]) {
			case ISA_CTYPE_UNC: return ISA_COMPARE_UNC;
			case ISA_CTYPE_AND: return ISA_COMPARE_AND;
			case ISA_CTYPE_OR: return ISA_COMPARE_OR;
			case ISA_CTYPE_OR_ANDCM: return ISA_COMPARE_ORANDCM;
			}
			return ISA_COMPARE_NORMAL;
		}
	return ISA_COMPARE_NORMAL;
}
