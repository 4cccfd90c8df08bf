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

/* A slot's content, which may be all zeroes (break 0), is told from none by this bit. */
#define GIVEN (UINT64_C(1) << 63)

static uint64_t encode(struct pv_copy *c, const struct isa_insn *insn, uint64_t *l_bits)
{
	uint64_t bits = 0;

	if (!isa_encode(insn, &bits, l_bits))
		c->bad = true;
	return bits | GIVEN;
}

static uint64_t nop(struct pv_copy *c, enum isa_id id)
{
	return encode(c, &(struct isa_insn){ .id = id }, NULL);
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
	const enum isa_id nop1 = template == MII || template == MIB ? ISA_nop_i : ISA_nop_m;
	struct isa_bundle *b = place(c, c->count++);

	b->template = template;
	b->slot[0] = (s.m0 ? s.m0 : nop(c, ISA_nop_m)) & ISA_SLOT_MASK;
	b->slot[1] = (s.m1 ? s.m1 : nop(c, nop1)) & ISA_SLOT_MASK;
	b->slot[2] = (s.i2 ? s.i2 : nop(c, ISA_nop_i)) & ISA_SLOT_MASK;
}

/* A long instruction, and the one in slot 0 (0: a nop) */
static void emit_mlx(struct pv_copy *c, uint64_t m0, const struct isa_insn *insn)
{
	struct isa_bundle *b = place(c, c->count++);

	b->template = MLX;
	b->slot[0] = (m0 ? m0 : nop(c, ISA_nop_m)) & ISA_SLOT_MASK;
	b->slot[2] = encode(c, insn, &b->slot[1]) & ISA_SLOT_MASK;
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

static struct isa_insn brl(uint8_t qp, uint64_t at, uint64_t target)
{
	return (struct isa_insn){ .id = ISA_brl_cond, .qp = qp, .imm = (int64_t)(target - at) };
}

/* Whether a bundle holds one instruction, in slot 0, that need not be the last of its group */
static bool single_m(struct pv_copy *c, const struct isa_bundle *b)
{
	const uint64_t nop_i = nop(c, ISA_nop_i) & ISA_SLOT_MASK;
	struct isa_insn insn;

	return b->template == MII && b->slot[1] == nop_i && b->slot[2] == nop_i &&
	       isa_bundle_decode(&insn, b, 0) &&
	       !(isa_flags((enum isa_id)insn.id) & (ISA_F_LAST | ISA_F_BRANCH));
}

void pv_emit_brl(struct pv_copy *c, uint8_t qp, uint64_t target, unsigned int first)
{
	uint64_t m0 = 0;
	struct isa_insn insn;

	if (!qp && c->count > first && c->count <= PV_COPY_BUNDLES &&
	    single_m(c, &c->bundle[c->count - 1]))
		m0 = c->bundle[--c->count].slot[0] | GIVEN;
	insn = brl(qp, pv_copy_here(c), target);
	emit_mlx(c, m0, &insn);
}

bool pv_brl_bundle(struct isa_bundle *b, uint64_t at, uint64_t target)
{
	const struct isa_insn nop_m = { .id = ISA_nop_m }, insn = brl(0, at, target);

	b->template = MLX;
	return isa_encode(&nop_m, &b->slot[0], NULL) && isa_encode(&insn, &b->slot[2], &b->slot[1]);
}

/* Instructions on the stack and on r1 */

static uint64_t move_sp(struct pv_copy *c, int bytes)
{
	return encode(
		c, &(struct isa_insn){ .id = ISA_adds, .r1 = PV_R_SP, .r3 = PV_R_SP, .imm = bytes },
		NULL);
}

static uint64_t push(struct pv_copy *c, uint8_t gr, int bytes)
{
	return encode(
		c,
		&(struct isa_insn){
			.id = ISA_st_imm, .r2 = gr, .r3 = PV_R_SP, .imm = -bytes, .c = { 3 } },
		NULL);
}

static uint64_t pop(struct pv_copy *c, uint8_t gr, int bytes)
{
	return encode(c,
		      &(struct isa_insn){
			      .id = ISA_ld_imm, .r1 = gr, .r3 = PV_R_SP, .imm = bytes, .c = { 3 } },
		      NULL);
}

static uint64_t from_br(struct pv_copy *c, uint8_t b)
{
	return encode(c, &(struct isa_insn){ .id = ISA_mov_from_br, .r1 = PV_R_GP, .r2 = b }, NULL);
}

static uint64_t to_br(struct pv_copy *c, uint8_t b)
{
	/* 1: without a hint */
	return encode(
		c,
		&(struct isa_insn){ .id = ISA_mov_to_br, .r1 = b, .r2 = PV_R_GP, .c = { 0, 1, 0 } },
		NULL);
}

static uint64_t from_pfs(struct pv_copy *c)
{
	return encode(c, &(struct isa_insn){ .id = ISA_mov_from_ar_i, .r1 = PV_R_GP, .r3 = AR_PFS },
		      NULL);
}

static uint64_t to_pfs(struct pv_copy *c)
{
	return encode(c, &(struct isa_insn){ .id = ISA_mov_to_ar_i, .r2 = PV_R_GP, .r3 = AR_PFS },
		      NULL);
}

static struct isa_insn load_gp(uint64_t value)
{
	return (struct isa_insn){ .id = ISA_movl, .r1 = PV_R_GP, .imm = (int64_t)value };
}

/* Push the arguments, the last one first, two to a bundle where they are registers. */
static void push_args(struct pv_copy *c, const struct pv_call *call)
{
	for (int i = call->nargs - 1; i >= 0; i--) {
		struct pv_slots s = { 0 };

		if (call->arg[i].kind == PV_ARG_CONST) {
			struct isa_insn movl = load_gp(call->arg[i].value);

			emit_mlx(c, 0, &movl);
			s.m0 = push(c, PV_R_GP, SLOT);
		} else {
			s.m0 = push(c, call->arg[i].gr, SLOT);
			if (i > 0 && call->arg[i - 1].kind == PV_ARG_GR)
				s.m1 = push(c, call->arg[--i].gr, SLOT);
		}
		if (!i)
			s.i2 = from_br(c, 0);
		emit(c, M_MI, s);
	}
}

void pv_emit_call(struct pv_copy *c, const struct pv_call *call)
{
	const unsigned int slots =
		call->nargs ? call->nargs : 1; /* the first also takes the result */
	const int reserve = call->nargs ? SLOT : 2 * SLOT;
	struct isa_insn insn;

	emit(c, M_MI,
	     (struct pv_slots){ move_sp(c, -SLOT), push(c, PV_R_GP, reserve),
				call->nargs ? 0 : from_br(c, 0) });
	push_args(c, call);
	emit(c, MMI, (struct pv_slots){ .m0 = push(c, PV_R_GP, SLOT), .i2 = from_pfs(c) });
	insn = load_gp(call->fn);
	emit_mlx(c, push(c, PV_R_GP, SLOT), &insn);
	insn = (struct isa_insn){ .id = ISA_brl_call,
				  .r1 = 0,
				  .c = { ISA_WH_SPTK, 1, 0 },
				  .imm = (int64_t)(call->thunk - pv_copy_here(c)) };
	emit_mlx(c, 0, &insn);

	/* The thunk returns with ar.pfs in r1. */
	emit(c, MMI, (struct pv_slots){ .m0 = move_sp(c, 2 * SLOT), .i2 = to_pfs(c) });
	emit(c, M_MI,
	     (struct pv_slots){ .m0 = pop(c, PV_R_GP, SLOT),
				.m1 = call->result ? pop(c, call->result, slots * SLOT)
						   : move_sp(c, slots * SLOT),
				.i2 = to_br(c, 0) });
	emit(c, MII, (struct pv_slots){ .m0 = pop(c, PV_R_GP, SLOT) });
}

void pv_emit_link(struct pv_copy *c, uint8_t b1, uint64_t link)
{
	struct isa_insn movl = load_gp(link);

	emit(c, M_MI, (struct pv_slots){ .m0 = move_sp(c, -SLOT), .m1 = push(c, PV_R_GP, SLOT) });
	emit_mlx(c, 0, &movl);
	emit(c, MMI, (struct pv_slots){ .m0 = move_sp(c, SLOT), .i2 = to_br(c, b1) });
	emit(c, MII, (struct pv_slots){ .m0 = pop(c, PV_R_GP, SLOT) });
}
