// SPDX-License-Identifier: MIT
/*
 * decode.c - from a slot's bits to struct isa_insn.
 *
 * Finds the row by scanning the unit's part of the table (at most 130 mask tests; a nop takes
 * one), then lets the row's descriptors pick the operands out. Promises to fill in the whole
 * struct, and to say of a reserved encoding what executing it does (SDM vol 3 §4.1).
 */
#include "bundle.h"
#include "table.h"

#define MAJOR(bits) ((unsigned int)((bits) >> 37) & 0xf)
#define QP_MASK	    UINT64_C(0x3f)

static unsigned int field(uint64_t bits, unsigned int pos, unsigned int width)
{
	return bits >> pos & ((1u << width) - 1);
}

/* The row has a name for the field of each of its completers; they go into c[]. */
static bool get_completers(const struct isa_row *row, uint64_t bits, uint8_t c[MAX_COMPLETERS])
{
	for (unsigned int i = 0; i < MAX_COMPLETERS && row->completer[i]; i++) {
		const struct completer *cm = &isa_completers[row->completer[i]];
		uint64_t v = field_get(cm->piece, 2, bits, 0);

		if (v >= cm->count || !cm->names[v])
			return false;
		c[i] = cm->base + v;
	}
	return true;
}

/* By unit: what compiled code holds most of */
static const uint16_t nop_of[] = { [ISA_UNIT_I] = ISA_nop_i,
				   [ISA_UNIT_M] = ISA_nop_m,
				   [ISA_UNIT_B] = ISA_nop_b,
				   [ISA_UNIT_F] = ISA_nop_f,
				   [ISA_UNIT_X] = ISA_nop_x };

static bool matches(const struct isa_row *row, uint64_t bits, uint8_t c[MAX_COMPLETERS])
{
	return (bits & row->mask) == row->value && get_completers(row, bits, c);
}

static const struct isa_row *find_row(enum isa_unit unit, uint64_t bits, uint8_t c[MAX_COMPLETERS])
{
	unsigned int id, end;

	for (isa_unit_rows(unit, &id, &end); id < end; id++)
		if (matches(&isa_rows[id], bits, c))
			return &isa_rows[id];
	return NULL;
}

/*
 * A row that is likely, then the nop, then all others: the same row as without a guess, since
 * no two match one instruction but for these two (table.h), whose turn comes later.
 */
static const struct isa_row *guess_row(enum isa_unit unit, uint64_t bits, uint8_t c[MAX_COMPLETERS],
				       enum isa_id likely)
{
	const bool later = likely == ISA_hint_m || likely == ISA_lfetch;
	const struct isa_row *guess = &isa_rows[likely], *nop = &isa_rows[nop_of[unit]];

	if (likely && guess->unit == unit && !later && matches(guess, bits, c))
		return guess;
	for (unsigned int i = 0; i < MAX_COMPLETERS; i++)
		c[i] = 0;
	if (nop_of[unit] && matches(nop, bits, c))
		return nop;
	return find_row(unit, bits, c);
}

static int64_t operand_value(const struct operand *op, uint64_t v, unsigned int width)
{
	if (op->list)
		return op->list[v];
	if (op->is_signed && width && width < 64)
		v = (v ^ UINT64_C(1) << (width - 1)) - (UINT64_C(1) << (width - 1));
	v <<= op->shift;
	return op->complement ? op->bias - (int64_t)v : (int64_t)(v + (uint64_t)op->bias);
}

/* False: the field holds a value that the operand reserves. */
static bool get_operand(struct isa_insn *insn, unsigned int id)
{
	const struct operand *op = &isa_operands[id];
	const unsigned int width = isa_operand_width[id];
	uint8_t *member = (uint8_t *)insn + op->member;
	uint64_t v;

	if (op->kind == K_PAIR)
		insn->imm = insn->c[0] == ISA_FSZ_S ? 8 : 16;
	if (!width)
		return true;
	v = field_get(op->piece, MAX_PIECES, insn->raw, insn->raw_l);
	if (op->count && (v >= op->count || (op->names && !op->names[v])))
		return false;
	if (op->wide)
		*(int64_t *)(void *)member = operand_value(op, v, width);
	else
		*member = operand_value(op, v, width);
	return true;
}

/*
 * Unused B-unit entries of the opcode tables (SDM vol 3 §4.5): most of major opcode 0
 * faults under the predicate, the branch types fault always, the predict space is ignored.
 */
static enum isa_reserved reserved_b(uint64_t bits)
{
	unsigned int x6 = field(bits, 27, 6);

	switch (MAJOR(bits)) {
	case 0:
		if (x6 == 0x01)
			return ISA_RESERVED_NOP;
		/* a row of format B8, but bits 5:0 are not the constant 0 */
		if (find_row(ISA_UNIT_B, bits & ~QP_MASK, (uint8_t[MAX_COMPLETERS]){ 0 }))
			return ISA_RESERVED_FAULT;
		return x6 < 0x20 ? ISA_RESERVED_QP : ISA_RESERVED_FAULT;
	case 2:
	case 3:
	case 6: return ISA_RESERVED_NOP;
	default: return ISA_RESERVED_FAULT;
	}
}

/* In the other units every unused entry faults if PR[qp] is 1; flushrs and loadrs have no qp. */
static enum isa_reserved reserved(enum isa_unit unit, uint64_t bits)
{
	const struct isa_row *row;

	if (unit == ISA_UNIT_B)
		return reserved_b(bits);
	row = find_row(unit, bits & ~QP_MASK, (uint8_t[MAX_COMPLETERS]){ 0 });
	return row && row->flags & ISA_F_NOQP ? ISA_RESERVED_FAULT : ISA_RESERVED_QP;
}

static enum isa_unit unit_of(enum isa_slot slot, uint64_t bits)
{
	switch (slot) {
	case ISA_SLOT_M: return MAJOR(bits) >= 8 ? ISA_UNIT_A : ISA_UNIT_M;
	case ISA_SLOT_I: return MAJOR(bits) >= 8 ? ISA_UNIT_A : ISA_UNIT_I;
	case ISA_SLOT_F: return ISA_UNIT_F;
	case ISA_SLOT_B: return ISA_UNIT_B;
	default: return ISA_UNIT_X;
	}
}

bool isa_decode_likely(struct isa_insn *insn, enum isa_slot slot, uint64_t bits, uint64_t l_bits,
		       enum isa_id likely)
{
	const struct isa_row *row;

	*insn = (struct isa_insn){ .raw = bits & ISA_SLOT_MASK };
	if (slot == ISA_SLOT_NONE || slot == ISA_SLOT_L)
		return false;

	insn->unit = unit_of(slot, insn->raw);
	insn->qp = insn->raw & QP_MASK;
	if (slot == ISA_SLOT_X)
		insn->raw_l = l_bits & ISA_SLOT_MASK;

	row = guess_row((enum isa_unit)insn->unit, insn->raw, insn->c, likely);
	if (!row) {
		insn->reserved = reserved((enum isa_unit)insn->unit, insn->raw);
		return false;
	}
	for (unsigned int i = 0; i < MAX_OPERANDS && row->operand[i]; i++) {
		if (!get_operand(insn, row->operand[i])) {
			insn->reserved = ISA_RESERVED_QP;
			return false;
		}
	}
	if (row->flags & ISA_F_NOQP)
		insn->qp = 0;
	insn->id = row - isa_rows;
	return true;
}

bool isa_decode(struct isa_insn *insn, enum isa_slot slot, uint64_t bits, uint64_t l_bits)
{
	return isa_decode_likely(insn, slot, bits, l_bits, ISA_INVALID);
}
