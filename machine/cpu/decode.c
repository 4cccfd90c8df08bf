// SPDX-License-Identifier: MIT
/*
 * From the instruction table's form of an instruction to the op that is executed.
 *
 * The array of handlers is here: one a row, and more. What can be refused without looking at the
 * processor's state (reserved encodings, targets that cannot be written) becomes an op that
 * raises Illegal Operation, gated as the SDM says; the handlers need not check again.
 */
#include <assert.h>

#include "bundle.h"
#include "cpu/code.h"
#include "cpu/exec.h"
#include "cpu/fault.h"

static enum exec exec_INVALID(struct cpu *cpu, const struct op *op)
{
	(void)op;
	return fault_illegal_op(cpu);
}

/* frcpa and friends with a bad target: a false predicate still clears p2 (SDM vol 3 "frcpa") */
static enum exec exec_illegal_or_clear(struct cpu *cpu, const struct op *op)
{
	if (cpu_pr(cpu, op->qpx))
		return fault_illegal_op(cpu);
	cpu_set_pr(cpu, op->p2, false);
	return EXEC_NEXT;
}

const exec_fn exec_handler[HANDLER_COUNT] = {
	[ISA_INVALID] = exec_INVALID,
#define INSN(id, ...) [ISA_##id] = exec_##id,
#include "insns.def"
#define SPECIAL(id, name, c0) [HANDLER_##id##_##name] = exec_##id##_##name,
#include "cpu/special.def"
	[HANDLER_ILLEGAL_OR_CLEAR] = exec_illegal_or_clear,
	[HANDLER_WATCHED] = exec_watched,
};

/* ---- what a row says about its targets ---- */

enum operand {
	OPD_, /* none */
#define OPERAND(id, ...) OPD_##id,
#include "operands.def"
};

enum completer {
	CPL_,
#define COMPLETER(id, ...) CPL_##id,
#include "completers.def"
};

/**
 * struct row - the start of a row's operands, all of its completers, its flags
 */
struct row {
	uint8_t operand[3];
	uint8_t completer[3];
	uint32_t flags;
};

#define OPERANDS(...) OPERANDS_(__VA_ARGS__, , , )
#define OPERANDS_(a, b, c, ...)                                                                    \
	{                                                                                          \
		OPD_##a, OPD_##b, OPD_##c                                                          \
	}
#define COMPLETERS(...) COMPLETERS_(__VA_ARGS__, , , )
#define COMPLETERS_(a, b, c, ...)                                                                  \
	{                                                                                          \
		CPL_##a, CPL_##b, CPL_##c                                                          \
	}

static const struct row rows[ISA_ID_COUNT] = {
#define INSN(id, format, unit, bits, mnemonic, completers, operands, flags)                        \
	[ISA_##id] = { operands, completers, flags },
#include "insns.def"
};

/* Is @opd one of the operands left of the equals sign? */
static bool is_target(const struct row *row, enum operand opd)
{
	unsigned eq = 0;

	while (eq < 3 && row->operand[eq] != OPD_EQ)
		eq++;
	for (unsigned i = 0; eq < 3 && i < eq; i++)
		if (row->operand[i] == opd)
			return true;
	return false;
}

static bool is_unc(const struct isa_insn *in, const struct row *row)
{
	for (unsigned i = 0; i < 3; i++)
		if (row->completer[i] == CPL_CTYPE || row->completer[i] == CPL_FCTYPE)
			return in->c[i] == ISA_CTYPE_UNC;
	return false;
}

/* Does it act when its predicate is false, or check it itself? */
static bool acts_anyway(const struct isa_insn *in, const struct row *row)
{
	switch (in->id) {
	case ISA_frcpa:
	case ISA_fprcpa:
	case ISA_frsqrta:
	case ISA_fprsqrta:
	case ISA_br_wtop:
	case ISA_br_wexit:
	case ISA_br_ia: return true;
	}
	return row->flags & ISA_F_NOQP || is_unc(in, row);
}

static bool bad_gr_target(const struct isa_insn *in, const struct row *row)
{
	bool r1 = is_target(row, OPD_R1), r3 = row->flags & ISA_F_UPDATE;

	return (r1 && !in->r1) || (r3 && !in->r3) || (r1 && r3 && in->r1 == in->r3);
}

static bool bad_fr_target(const struct isa_insn *in, const struct row *row)
{
	bool pair = is_target(row, OPD_F2);

	if (!is_target(row, OPD_F1))
		return false;
	/* one odd, one even register; where only one rotates the handler has to look */
	if (pair && (in->r2 < 2 || ((in->r1 < 32) == (in->r2 < 32) && !((in->r1 ^ in->r2) & 1))))
		return true;
	return in->r1 < 2;
}

static bool bad_target(const struct isa_insn *in, const struct row *row)
{
	if (is_target(row, OPD_P1) && in->p1 == in->p2)
		return true;
	return bad_gr_target(in, row) || bad_fr_target(in, row);
}

/* ---- ops ---- */

enum handler exec_special(unsigned id, unsigned c0)
{
	static const uint16_t special[ISA_ID_COUNT][5] = {
#define SPECIAL(id, name, c0) [ISA_##id][c0] = HANDLER_##id##_##name,
#include "cpu/special.def"
	};

	return id < ISA_ID_COUNT && c0 < 5 && special[id][c0] ? special[id][c0] : id;
}

static enum handler handler(const struct isa_insn *in, const struct row *row)
{
	const unsigned plain_load = 1u << ISA_LD_NONE | 1u << ISA_LD_BIAS | 1u << ISA_LD_ACQ;

	if (bad_target(in, row))
		return is_target(row, OPD_F1) && acts_anyway(in, row) && in->qp
			       ? HANDLER_ILLEGAL_OR_CLEAR
			       : HANDLER_INVALID;
	if (row->completer[1] == CPL_LDTYPE && !(plain_load >> in->c[1] & 1))
		return in->id;
	return exec_special(in->id, in->c[0]);
}

/* Does it have an immediate of more than 32 bits? Then it has neither r2 to r4 nor p1. */
static bool is_wide(const struct row *row)
{
	for (unsigned i = 0; i < 3; i++)
		if (row->operand[i] == OPD_IMM44 || row->operand[i] == OPD_IMM62 ||
		    row->operand[i] == OPD_IMM64 || row->operand[i] == OPD_TARGET64)
			return true;
	return false;
}

static void op_illegal(struct op *op, unsigned qp)
{
	*op = (struct op){ .handler = HANDLER_INVALID, .qp = qp, .qpx = qp };
}

static void op_from_insn(struct op *op, const struct isa_insn *in)
{
	const struct row *row = &rows[in->id];

	*op = (struct op){
		.imm = (int32_t)in->imm,
		.handler = handler(in, row),
		.qp = acts_anyway(in, row) ? 0 : in->qp,
		.qpx = in->qp,
		.r1 = in->r1,
		.r2 = in->r2,
		.r3 = in->r3,
		.r4 = in->r4,
		.p1 = in->p1,
		.p2 = in->p2,
		.pos = in->pos,
		.len = in->len			    ? in->len
		       : in->id == ISA_lfetch_count ? in->imm2 >> 6
						    : in->imm2,
		.c = { in->c[0], in->c[1], in->c[2] },
	};
	assert(is_wide(row) || op->imm == in->imm);
	if (is_wide(row))
		op->imm_hi = (int32_t)(in->imm >> 32);
}

static bool is_nop(const struct isa_insn *in)
{
	switch (in->id) {
	case ISA_nop_m:
	case ISA_nop_i:
	case ISA_nop_f:
	case ISA_nop_b:
	case ISA_nop_x:
	case ISA_hint_m:
	case ISA_hint_i:
	case ISA_hint_f:
	case ISA_hint_b:
	case ISA_hint_x:
	case ISA_brp:
	case ISA_brp_ind:
	case ISA_brp_ret: return true;
	}
	return in->id == ISA_INVALID && in->reserved == ISA_RESERVED_NOP;
}

/* hint @pause: a spinning processor lets others go on */
static bool is_pause(const struct isa_insn *in)
{
	switch (in->id) {
	case ISA_hint_m:
	case ISA_hint_i:
	case ISA_hint_f:
	case ISA_hint_b:
	case ISA_hint_x: return in->imm == 0;
	}
	return false;
}

/* One instruction into the next place of @b; @field: the slot its bits are in */
static void add_slot(struct bundle *b, const struct isa_bundle *raw, unsigned field, unsigned slot)
{
	struct op *op = &b->op[b->n];
	struct isa_insn in;

	isa_bundle_decode(&in, raw, field);
	b->insns++;
	if (is_nop(&in)) {
		b->nops |= 1u << slot;
		b->nnops++;
		if (!is_pause(&in))
			return;
	}
	if (in.id == ISA_INVALID)
		op_illegal(op, in.reserved == ISA_RESERVED_QP ? in.qp : 0);
	else
		op_from_insn(op, &in);
	op->slot = slot;
	op->last = slot + b->mlx == 2;
	b->n++;
}

/* A reserved template: each of its slots is illegal. */
static void decode_reserved(struct bundle *b)
{
	for (unsigned i = 0; i < 3; i++) {
		op_illegal(&b->op[i], 0);
		b->op[i].slot = i;
		b->op[i].last = i == 2;
	}
	b->n = b->insns = 3;
	b->op[2].end = true;
}

void decode_bundle(struct bundle *b, uint64_t lo, uint64_t hi)
{
	struct isa_bundle raw = isa_bundle_words(lo, hi);

	b->n = b->insns = b->nnops = b->nops = b->mlx = 0;
	if (!isa_template_valid(raw.template)) {
		decode_reserved(b);
		return;
	}
	b->mlx = isa_templates[raw.template].unit[1] == ISA_SLOT_L;
	add_slot(b, &raw, 0, 0);
	if (b->mlx) {
		add_slot(b, &raw, 2, 1);
	} else {
		add_slot(b, &raw, 1, 1);
		add_slot(b, &raw, 2, 2);
	}
	if (!b->n)
		b->op[b->n++] = (struct op){ .handler = ISA_nop_m };
	b->op[b->n - 1].end = true;
}
