// SPDX-License-Identifier: MIT
/*
 * encode.c - from struct isa_insn back to a slot's bits.
 *
 * The inverse of decode.c over the same descriptors: encode(decode(x)) == x, ignored bits
 * included, and an instruction built from nothing (raw = 0) gets 0 in its ignored bits.
 */
#include "bundle.h"
#include "table.h"

/* The field that stands for a value; false if none does. */
static bool operand_field(const struct operand *op, int64_t value, unsigned int width,
			  uint64_t *field)
{
	uint64_t v = op->complement ? (uint64_t)op->bias - (uint64_t)value
				    : (uint64_t)value - (uint64_t)op->bias;

	if (op->list) {
		for (*field = 0; *field < op->count; ++*field)
			if (op->list[*field] == (int8_t)value && value == (int8_t)value)
				return true;
		return false;
	}
	if (op->names && (v >= op->count || !op->names[v]))
		return false;
	if (v & ((UINT64_C(1) << op->shift) - 1))
		return false;
	if (op->is_signed)
		v = (uint64_t)((int64_t)v >> op->shift);
	else
		v >>= op->shift;
	*field = width < 64 ? v & ((UINT64_C(1) << width) - 1) : v;
	if (op->is_signed && width && width < 64)
		return ((*field ^ UINT64_C(1) << (width - 1)) - (UINT64_C(1) << (width - 1))) == v;
	return *field == v;
}

static bool put_operand(const struct isa_insn *insn, unsigned int id, uint64_t *bits,
			uint64_t *l_bits)
{
	const struct operand *op = &isa_operands[id];
	const unsigned int width = isa_operand_width[id];
	const uint8_t *member = (const uint8_t *)insn + op->member;
	int64_t value;
	uint64_t field;

	if (!width)
		return true;
	value = op->wide ? *(const int64_t *)(const void *)member : *member;
	if (!operand_field(op, value, width, &field))
		return false;
	field_set(op->piece, MAX_PIECES, field, bits, l_bits);
	return true;
}

static bool put_completer(const struct completer *cm, uint8_t c, uint64_t *bits)
{
	unsigned int v = c - cm->base;

	if (c < cm->base || v >= cm->count || !cm->names[v])
		return false;
	field_set(cm->piece, 2, v, bits, bits);
	return true;
}

bool isa_encode_imm(enum isa_id id, int64_t imm, uint64_t *bits, uint64_t *l_bits)
{
	const struct isa_insn insn = { .imm = imm };
	uint64_t l_slot = l_bits ? *l_bits : 0;
	bool put = false;

	if (id == ISA_INVALID || id >= ISA_ID_COUNT)
		return false;
	for (unsigned int i = 0; i < MAX_OPERANDS && isa_rows[id].operand[i] && !put; i++) {
		const unsigned int operand = isa_rows[id].operand[i];

		if (isa_operands[operand].member != offsetof(struct isa_insn, imm) ||
		    !isa_operand_width[operand])
			continue;
		if (!put_operand(&insn, operand, bits, &l_slot))
			return false;
		put = true;
	}
	if (put && l_bits)
		*l_bits = l_slot;
	return put;
}

bool isa_encode(const struct isa_insn *insn, uint64_t *bits, uint64_t *l_bits)
{
	uint64_t slot = insn->raw, l_slot = insn->raw_l;
	const struct isa_row *row;

	if (insn->id == ISA_INVALID || insn->id >= ISA_ID_COUNT || insn->qp > 63)
		return false;
	row = &isa_rows[insn->id];
	if (!(row->flags & ISA_F_NOQP))
		slot = (slot & ~UINT64_C(0x3f)) | insn->qp;
	slot = (slot & ~row->mask) | row->value;
	for (unsigned int i = 0; i < MAX_COMPLETERS && row->completer[i]; i++)
		if (!put_completer(&isa_completers[row->completer[i]], insn->c[i], &slot))
			return false;
	for (unsigned int i = 0; i < MAX_OPERANDS && row->operand[i]; i++)
		if (!put_operand(insn, row->operand[i], &slot, &l_slot))
			return false;
	*bits = slot & ISA_SLOT_MASK;
	if (l_bits)
		*l_bits = l_slot & ISA_SLOT_MASK;
	return true;
}
