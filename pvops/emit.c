// SPDX-License-Identifier: MIT
/*
 * emit.c - bundles of an out-of-line copy (emit.h).
 *
 * The code that calls C from a site has no free register to start with. It pushes r1, the
 * global pointer, which never holds a NaT, with a store that also moves the stack pointer
 * down. An interruption may come after any instruction, and its handler may write below
 * r12, though not to the 16 bytes from r12 on, which a leaf function may use: whatever is
 * pushed lies at r12 or above as long as it is needed.
 */
#include "emit.h"

enum {
	MII = 0x01,
	MLX = 0x05,
	MMI = 0x09,
	M_MI = 0x0b,
	MFI = 0x0d,
	MIB = 0x11
}; /* all end in a stop */
enum { AR_PFS = 64 };
#define SLOT 16 /* bytes of stack a pushed value takes */

#define MOVE_SP(bytes)                                                                             \
	{                                                                                          \
		.id = ISA_adds, .r1 = PV_R_SP, .r3 = PV_R_SP, .imm = (bytes)                       \
	}
#define PUSH(gr, bytes)                                                                            \
	{                                                                                          \
		.id = ISA_st_imm, .r2 = (gr), .r3 = PV_R_SP, .imm = -(bytes), .c = { 3 }           \
	}
#define POP(gr, bytes)                                                                             \
	{                                                                                          \
		.id = ISA_ld_imm, .r1 = (gr), .r3 = PV_R_SP, .imm = (bytes), .c = { 3 }            \
	}
#define TO_BR(b)                                                                                   \
	{                                                                                          \
		.id = ISA_mov_to_br, .r1 = (b), .r2 = PV_R_GP, .c = { 0, 1 /* no hint */ }         \
	}

static const struct isa_insn fixed_insns[PV_FIXED] = {
	[PV_NOP_M] = { .id = ISA_nop_m },
	[PV_NOP_I] = { .id = ISA_nop_i },
	[PV_DOWN] = MOVE_SP(-SLOT),
	[PV_UP] = MOVE_SP(SLOT),
	[PV_UP_2] = MOVE_SP(2 * SLOT),
	[PV_PUSH_GP] = PUSH(PV_R_GP, SLOT),
	[PV_PUSH_GP_2] = PUSH(PV_R_GP, 2 * SLOT),
	[PV_POP_GP] = POP(PV_R_GP, SLOT),
	[PV_FROM_B0] = { .id = ISA_mov_from_br, .r1 = PV_R_GP, .r2 = 0 },
	[PV_TO_B0] = TO_BR(0),
	[PV_FROM_PFS] = { .id = ISA_mov_from_ar_i, .r1 = PV_R_GP, .r3 = AR_PFS },
	[PV_TO_PFS] = { .id = ISA_mov_to_ar_i, .r2 = PV_R_GP, .r3 = AR_PFS },
	[PV_LOAD_GP] = { .id = ISA_movl, .r1 = PV_R_GP },
	[PV_BRL] = { .id = ISA_brl_cond },
	[PV_BRL_CALL] = { .id = ISA_brl_call, .c = { ISA_WH_SPTK, 1, 0 } },
};

void pv_encode_fixed(struct pv_fixed *fixed)
{
	uint64_t l_bits;

	fixed->bad = false;
	for (unsigned int i = 0; i < PV_FIXED; i++) {
		fixed->bad |= !isa_encode(&fixed_insns[i], &fixed->bits[i], &l_bits);
		fixed->bits[i] |= PV_GIVEN;
	}
}

static uint64_t fixed(const struct pv_copy *c, enum pv_fixed_id id)
{
	return c->fixed->bits[id];
}

static uint64_t encode(struct pv_copy *c, const struct isa_insn *insn, uint64_t *l_bits)
{
	uint64_t bits = 0;

	if (!isa_encode(insn, &bits, l_bits))
		c->bad = true;
	return bits | PV_GIVEN;
}

static struct isa_bundle *place(struct pv_copy *c, unsigned int at)
{
	if (at < PV_COPY_BUNDLES)
		return &c->bundle[at];
	c->bad = true;
	return &c->bundle[PV_COPY_BUNDLES - 1];
}

static void emit(struct pv_copy *c, unsigned int template, struct pv_slots s)
{
	const enum pv_fixed_id nop1 = template == MII || template == MIB ? PV_NOP_I : PV_NOP_M;
	struct isa_bundle *b = place(c, c->count++);

	b->template = template;
	b->slot[0] = (s.m0 ? s.m0 : fixed(c, PV_NOP_M)) & ISA_SLOT_MASK;
	b->slot[1] = (s.m1 ? s.m1 : fixed(c, nop1)) & ISA_SLOT_MASK;
	b->slot[2] = (s.i2 ? s.i2 : fixed(c, PV_NOP_I)) & ISA_SLOT_MASK;
}

/* A long instruction, and the one in slot 0 (0: a nop) */
static void emit_mlx(struct pv_copy *c, uint64_t m0, const struct isa_insn *insn)
{
	struct isa_bundle *b = place(c, c->count++);

	b->template = MLX;
	b->slot[0] = (m0 ? m0 : fixed(c, PV_NOP_M)) & ISA_SLOT_MASK;
	b->slot[1] = 0;
	b->slot[2] = encode(c, insn, &b->slot[1]) & ISA_SLOT_MASK;
}

/* The same with an instruction of the fixed ones that gets another immediate */
static bool long_bundle(const struct pv_fixed *fixed, struct isa_bundle *b, uint64_t m0,
			enum pv_fixed_id id, int64_t imm)
{
	b->template = MLX;
	b->slot[0] = m0 & ISA_SLOT_MASK;
	b->slot[1] = 0;
	b->slot[2] = fixed->bits[id] & ISA_SLOT_MASK;
	return isa_encode_imm((enum isa_id)fixed_insns[id].id, imm, &b->slot[2], &b->slot[1]);
}

static void emit_long(struct pv_copy *c, uint64_t m0, enum pv_fixed_id id, uint64_t imm)
{
	struct isa_bundle *b = place(c, c->count++);

	if (!long_bundle(c->fixed, b, m0 ? m0 : fixed(c, PV_NOP_M), id, (int64_t)imm))
		c->bad = true;
}

void pv_put_insn(struct pv_copy *c, unsigned int at, enum isa_slot slot,
		 const struct isa_insn *insn)
{
	unsigned int end = c->count;

	c->count = at;
	switch (slot) {
	case ISA_SLOT_M: emit(c, MII, (struct pv_slots){ .m0 = encode(c, insn, NULL) }); break;
	case ISA_SLOT_I: emit(c, MII, (struct pv_slots){ .m1 = encode(c, insn, NULL) }); break;
	case ISA_SLOT_F: emit(c, MFI, (struct pv_slots){ .m1 = encode(c, insn, NULL) }); break;
	case ISA_SLOT_B: emit(c, MIB, (struct pv_slots){ .i2 = encode(c, insn, NULL) }); break;
	case ISA_SLOT_X: emit_mlx(c, 0, insn); break;
	default: c->bad = true;
	}
	c->count = end;
}

void pv_emit_insn(struct pv_copy *c, enum isa_slot slot, const struct isa_insn *insn)
{
	pv_put_insn(c, c->count, slot, insn);
	c->count++;
}

/* Whether a bundle holds one instruction, in slot 0, that need not be the last of its group */
static bool single_m(struct pv_copy *c, const struct isa_bundle *b)
{
	const uint64_t nop_i = fixed(c, PV_NOP_I) & ISA_SLOT_MASK;
	struct isa_insn insn;

	if (b->template != MII || b->slot[1] != nop_i || b->slot[2] != nop_i)
		return false;
	if ((b->slot[0] | PV_GIVEN) == fixed(c, PV_POP_GP)) /* as at the end of each call */
		return true;
	return isa_bundle_decode(&insn, b, 0) &&
	       !(isa_flags((enum isa_id)insn.id) & (ISA_F_LAST | ISA_F_BRANCH));
}

void pv_emit_brl(struct pv_copy *c, uint8_t qp, uint64_t target, unsigned int first)
{
	struct isa_insn insn = { .id = ISA_brl_cond, .qp = qp };
	uint64_t m0 = 0;

	if (qp) {
		insn.imm = (int64_t)(target - pv_copy_here(c));
		emit_mlx(c, 0, &insn);
		return;
	}
	if (c->count > first && c->count <= PV_COPY_BUNDLES &&
	    single_m(c, &c->bundle[c->count - 1]))
		m0 = c->bundle[--c->count].slot[0] | PV_GIVEN;
	emit_long(c, m0, PV_BRL, target - pv_copy_here(c));
}

bool pv_brl_bundle(const struct pv_fixed *fixed, struct isa_bundle *b, uint64_t at, uint64_t target)
{
	return !fixed->bad &&
	       long_bundle(fixed, b, fixed->bits[PV_NOP_M], PV_BRL, (int64_t)(target - at));
}

/* Instructions on the stack and on r1 */

static uint64_t push(struct pv_copy *c, uint8_t gr)
{
	return encode(c, &(struct isa_insn)PUSH(gr, SLOT), NULL);
}

static uint64_t pop(struct pv_copy *c, uint8_t gr, int bytes)
{
	return encode(c, &(struct isa_insn)POP(gr, bytes), NULL);
}

static uint64_t move_sp(struct pv_copy *c, int bytes)
{
	if (bytes == SLOT)
		return fixed(c, PV_UP);
	return encode(c, &(struct isa_insn)MOVE_SP(bytes), NULL);
}

static uint64_t to_br(struct pv_copy *c, uint8_t b)
{
	if (!b)
		return fixed(c, PV_TO_B0);
	return encode(c, &(struct isa_insn)TO_BR(b), NULL);
}

/* Push the arguments, the last one first, two to a bundle where they are registers. */
static void push_args(struct pv_copy *c, const struct pv_call *call)
{
	for (int i = call->nargs - 1; i >= 0; i--) {
		struct pv_slots s = { 0 };

		if (call->arg[i].kind == PV_ARG_CONST) {
			emit_long(c, 0, PV_LOAD_GP, call->arg[i].value);
			s.m0 = fixed(c, PV_PUSH_GP);
		} else {
			s.m0 = push(c, call->arg[i].gr);
			if (i > 0 && call->arg[i - 1].kind == PV_ARG_GR)
				s.m1 = push(c, call->arg[--i].gr);
		}
		if (!i)
			s.i2 = fixed(c, PV_FROM_B0);
		emit(c, M_MI, s);
	}
}

void pv_emit_call(struct pv_copy *c, const struct pv_call *call)
{
	const unsigned int slots =
		call->nargs ? call->nargs : 1; /* the first also takes the result */
	const enum pv_fixed_id reserve = call->nargs ? PV_PUSH_GP : PV_PUSH_GP_2;

	emit(c, M_MI,
	     (struct pv_slots){ fixed(c, PV_DOWN), fixed(c, reserve),
				call->nargs ? 0 : fixed(c, PV_FROM_B0) });
	push_args(c, call);
	emit(c, MMI, (struct pv_slots){ .m0 = fixed(c, PV_PUSH_GP), .i2 = fixed(c, PV_FROM_PFS) });
	emit_long(c, fixed(c, PV_PUSH_GP), PV_LOAD_GP, call->fn);
	emit_long(c, 0, PV_BRL_CALL, call->thunk - pv_copy_here(c));

	/* The thunk returns with ar.pfs in r1. */
	emit(c, MMI, (struct pv_slots){ .m0 = fixed(c, PV_UP_2), .i2 = fixed(c, PV_TO_PFS) });
	emit(c, M_MI,
	     (struct pv_slots){ .m0 = fixed(c, PV_POP_GP),
				.m1 = call->result ? pop(c, call->result, slots * SLOT)
						   : move_sp(c, slots * SLOT),
				.i2 = fixed(c, PV_TO_B0) });
	emit(c, MII, (struct pv_slots){ .m0 = fixed(c, PV_POP_GP) });
}

void pv_emit_link(struct pv_copy *c, uint8_t b1, uint64_t link)
{
	emit(c, M_MI, (struct pv_slots){ .m0 = fixed(c, PV_DOWN), .m1 = fixed(c, PV_PUSH_GP) });
	emit_long(c, 0, PV_LOAD_GP, link);
	emit(c, MMI, (struct pv_slots){ .m0 = fixed(c, PV_UP), .i2 = to_br(c, b1) });
	emit(c, MII, (struct pv_slots){ .m0 = fixed(c, PV_POP_GP) });
}
