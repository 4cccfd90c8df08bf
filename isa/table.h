/* SPDX-License-Identifier: MIT */
/*
 * table.h - the instruction table as data; private to isa/ and its tests.
 *
 * A row matches a slot if (slot & mask) == value and each of its completers has a name
 * for its field. Rows are in insns.def's order, which is by unit; where two match, the first
 * counts: that is so only of mov_to_dahr within hint_m and of lfetch_count within lfetch.
 */
#ifndef ISA_TABLE_H
#define ISA_TABLE_H

#include "isa.h"

#define MAX_COMPLETERS 4
#define MAX_OPERANDS   7
#define MAX_PIECES     6
#define L_SLOT	       0x40 /* in piece.pos: the bits are in the L slot */

/** struct piece - a run of instruction bits */
struct piece {
	uint8_t pos, width;
};

enum operand_kind {
	K_NONE,
	K_EQ,	  /* the = sign: what follows is a source */
	K_TEXT,	  /* fixed text, no bits */
	K_GR,	  /* r5 */
	K_FR,	  /* f5 */
	K_PREG,	  /* p5 */
	K_BR,	  /* b5 */
	K_AR,	  /* ar.pfs */
	K_CR,	  /* cr.iva */
	K_DAHR,	  /* dahr5 */
	K_MEM,	  /* [r5] */
	K_IND,	  /* pmd[r5] */
	K_DEC,	  /* -5 */
	K_HEX,	  /* 0x5 */
	K_LIST,	  /* a number from a list, e.g. fetchadd's increments */
	K_NAME,	  /* a name from a list, e.g. mux1's permutations */
	K_TARGET, /* an address, from a displacement */
	K_PAIR,	  /* the size of a load pair, which the FPSZ completer implies */
};

/** struct operand - one row of operands.def */
struct operand {
	uint8_t kind;
	uint8_t member; /* offset in struct isa_insn */
	bool wide;	/* the member has 64 bits, not 8 */
	bool is_signed;
	bool complement; /* value = bias - field */
	uint8_t shift;
	int8_t bias;
	uint8_t count;	    /* K_LIST, K_NAME: entries */
	const int8_t *list; /* K_LIST: value by field; 0 in any but the first place: reserved */
	const char *const *names; /* K_NAME: name by field; NULL: reserved */
	const char *text;
	struct piece piece[MAX_PIECES];
};

/** struct completer - one row of completers.def */
struct completer {
	uint8_t base;
	uint8_t count;
	const char *const *names;
	struct piece piece[2];
};

/** struct isa_row - one row of insns.def */
struct isa_row {
	uint64_t mask, value;
	const char *mnemonic;
	const char *name;
	const char *format;
	uint32_t flags;
	uint8_t unit;
	uint8_t completer[MAX_COMPLETERS];
	uint8_t operand[MAX_OPERANDS];
};

enum operand_id {
	OPERAND_NONE,
#define OPERAND(id, ...) id,
#include "operands.def"
	OPERAND_COUNT
};

enum completer_id {
	COMPLETER_NONE,
#define COMPLETER(id, ...) id,
#include "completers.def"
	COMPLETER_COUNT
};

extern const struct isa_row isa_rows[ISA_ID_COUNT];	       /* index: enum isa_id */
extern const struct operand isa_operands[OPERAND_COUNT];       /* index: enum operand_id */
extern const uint8_t isa_operand_width[OPERAND_COUNT];	       /* bits: all pieces together */
extern const struct completer isa_completers[COMPLETER_COUNT]; /* index: enum completer_id */

/** isa_unit_rows - the ids of a unit's rows: from *first up to, not including, *end */
void isa_unit_rows(enum isa_unit unit, unsigned int *first, unsigned int *end);

/** field_get - collect pieces into a field, least significant piece first */
static inline uint64_t field_get(const struct piece *p, unsigned int max, uint64_t bits,
				 uint64_t l_bits)
{
	uint64_t v = 0;
	unsigned int n = 0;

	for (const struct piece *end = p + max; p < end && p->width; p++) {
		uint64_t from = p->pos & L_SLOT ? l_bits : bits;

		v |= (from >> (p->pos & ~L_SLOT) & ((UINT64_C(1) << p->width) - 1)) << n;
		n += p->width;
	}
	return v;
}

/** field_set - the inverse: scatter a field into instruction bits */
static inline void field_set(const struct piece *p, unsigned int max, uint64_t v, uint64_t *bits,
			     uint64_t *l_bits)
{
	for (const struct piece *end = p + max; p < end && p->width; p++) {
		uint64_t *to = p->pos & L_SLOT ? l_bits : bits;
		uint64_t mask = (UINT64_C(1) << p->width) - 1;
		unsigned int pos = p->pos & ~L_SLOT;

		*to = (*to & ~(mask << pos)) | (v & mask) << pos;
		v >>= p->width;
	}
}

#endif
