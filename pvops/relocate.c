// SPDX-License-Identifier: MIT
/*
 * relocate.c - a bundle's instructions, elsewhere.
 *
 * The copy's main part holds the instructions one after the other and ends in a branch to
 * the bundle behind the original. Its tails are reached from the main part only: the call
 * for a site whose predicate is true, the long way of a short branch, and what gives a
 * moved call the return address it would have had. Everything that depends on IP means the
 * same as before; hints to the branch predictor, which do not matter, are dropped.
 */
#include "plan.h"

enum tail_kind { TAIL_NONE, TAIL_SITE, TAIL_BRANCH, TAIL_CALL };

/**
 * struct tail - a tail that is still to be written
 * @branch: the main part's branch to it; its displacement is missing
 * @unit: the slot that @branch needs
 * @at: where it stands
 * @kind: enum tail_kind
 */
struct tail {
	struct isa_insn branch;
	enum isa_slot unit;
	unsigned int at;
	enum tail_kind kind;
};

static const struct isa_insn no_insn;

bool pv_is_nop(const struct isa_insn *insn)
{
	switch (insn->id) {
	case ISA_nop_m:
	case ISA_nop_i:
	case ISA_nop_b:
	case ISA_nop_f:
	case ISA_nop_x: return true;
	default: return false;
	}
}

static enum isa_slot slot_for(const struct isa_insn *insn, enum isa_slot slot)
{
	switch (insn->unit) {
	case ISA_UNIT_A: return slot == ISA_SLOT_I ? ISA_SLOT_I : ISA_SLOT_M;
	case ISA_UNIT_I: return ISA_SLOT_I;
	case ISA_UNIT_M: return ISA_SLOT_M;
	case ISA_UNIT_B: return ISA_SLOT_B;
	case ISA_UNIT_F: return ISA_SLOT_F;
	default: return ISA_SLOT_X;
	}
}

/* A branch in the main part whose target will be the slot's tail */
static void branch_to_tail(struct pv_copy *c, struct tail *tail, enum tail_kind kind,
			   const struct isa_insn *branch, enum isa_slot unit)
{
	*tail = (struct tail){ .branch = *branch, .unit = unit, .at = c->count, .kind = kind };
	tail->branch.imm = 0;
	pv_emit_insn(c, unit, &tail->branch);
}

/* An IP-relative instruction: directly if its target is in reach, else over a tail */
static void relative(struct pv_copy *c, const struct isa_insn *insn, enum isa_slot unit,
		     uint64_t target, struct tail *tail)
{
	struct isa_insn there = *insn;
	uint64_t bits, l_bits;

	there.imm = (int64_t)(target - pv_copy_here(c));
	if (isa_encode(&there, &bits, &l_bits)) {
		pv_emit_insn(c, unit, &there);
	} else if (insn->id == ISA_br_cond) {
		there.id = ISA_brl_cond;
		there.unit = ISA_UNIT_X;
		there.raw = there.raw_l = 0;
		pv_emit_insn(c, ISA_SLOT_X, &there);
	} else {
		branch_to_tail(c, tail, TAIL_BRANCH, insn, unit);
	}
}

static enum pv_reason call(struct pv_copy *c, const struct isa_insn *insn, struct tail *tail)
{
	struct isa_insn brl = { .id = ISA_brl_call,
				.unit = ISA_UNIT_X,
				.qp = insn->qp,
				.r1 = insn->r1,
				.c = { ISA_WH_SPTK, 1, 0 } };

	if (insn->id == ISA_br_call_ind && insn->r1 == insn->r2)
		return PV_NOT_MOVABLE; /* the target would be overwritten too early */
	branch_to_tail(c, tail, TAIL_CALL, &brl, ISA_SLOT_X);
	return PV_OK;
}

static enum pv_reason keep(struct pv_copy *c, const struct pv_plan *plan, unsigned int i,
			   struct tail *tail)
{
	struct isa_insn insn = plan->slot[i].insn;
	enum isa_slot unit = (enum isa_slot)plan->slot[i].unit;

	if (pv_is_nop(&insn))
		return PV_OK;
	switch (insn.id) {
	case ISA_brp:
	case ISA_brp_ind:
	case ISA_brp_ret: return PV_OK;
	case ISA_epc: /* what it does depends on the page it is in */
	case ISA_br_ia:
	case ISA_vmsw_0:
	case ISA_vmsw_1: return PV_NOT_MOVABLE;
	case ISA_br_call:
	case ISA_br_call_ind:
	case ISA_brl_call: return call(c, &insn, tail);
	case ISA_mov_from_ip:
		insn = (struct isa_insn){ .id = ISA_movl,
					  .unit = ISA_UNIT_X,
					  .qp = insn.qp,
					  .r1 = insn.r1,
					  .imm = (int64_t)plan->address };
		pv_emit_insn(c, ISA_SLOT_X, &insn);
		return PV_OK;
	case ISA_mov_to_br:
		insn.c[1] = 1; /* without a hint; its tag names a bundle nearby */
		insn.c[2] = 0;
		insn.imm2 = 0;
		break;
	}
	if (isa_flags((enum isa_id)insn.id) & ISA_F_IPREL)
		relative(c, &insn, unit, plan->address + (uint64_t)insn.imm, tail);
	else
		pv_emit_insn(c, unit, &insn);
	return PV_OK;
}

static enum pv_reason emit_slot(struct pv_copy *c, const struct pv_plan *plan, unsigned int i,
				struct tail *tail)
{
	const struct pv_slot *s = &plan->slot[i];
	const struct isa_insn brl = { .id = ISA_brl_cond, .qp = s->qp, .c = { ISA_WH_DPTK, 0, 0 } };

	switch (s->todo) {
	case PV_DROP: return PV_OK;
	case PV_REPLACE:
		if (!pv_is_nop(&s->insn))
			pv_emit_insn(c, slot_for(&s->insn, (enum isa_slot)s->unit), &s->insn);
		return PV_OK;
	case PV_CALLED:
		if (s->qp)
			branch_to_tail(c, tail, TAIL_SITE, &brl, ISA_SLOT_X);
		else
			pv_emit_call(c, &s->call);
		return PV_OK;
	case PV_SHORTED:
		if (s->qp && s->code->apart)
			branch_to_tail(c, tail, TAIL_SITE, &brl, ISA_SLOT_X);
		else
			pv_emit_short(c, s);
		return PV_OK;
	default: return keep(c, plan, i, tail);
	}
}

static void emit_tail(struct pv_copy *c, const struct pv_plan *plan, unsigned int i,
		      struct tail *tail)
{
	const struct pv_slot *s = &plan->slot[i];
	uint64_t next = c->base + (tail->at + 1) * ISA_BUNDLE_BYTES;
	uint64_t target = plan->address + (uint64_t)s->insn.imm;
	unsigned int first = c->count;
	struct isa_insn br = { .id = ISA_br_cond_ind,
			       .r2 = s->insn.r2,
			       .c = { ISA_WH_SPTK, 1, 0 } };

	tail->branch.imm = (int64_t)(c->count - tail->at) * ISA_BUNDLE_BYTES;
	pv_put_insn(c, tail->at, tail->unit, &tail->branch);
	switch (tail->kind) {
	case TAIL_SITE:
		if (s->todo == PV_SHORTED)
			pv_emit_short(c, s);
		else
			pv_emit_call(c, &s->call);
		pv_emit_brl(c, 0, next, first);
		break;
	case TAIL_CALL:
		pv_emit_link(c, s->insn.r1, plan->address + ISA_BUNDLE_BYTES);
		if (s->insn.id == ISA_br_call_ind)
			pv_emit_insn(c, ISA_SLOT_B, &br);
		else
			pv_emit_brl(c, 0, target, first);
		break;
	default: pv_emit_brl(c, 0, target, first);
	}
}

enum pv_reason pv_relocate(struct pv_copy *c, const struct pv_plan *plan, struct pv_moved *moved)
{
	struct tail tail[ISA_BUNDLE_SLOTS] = { { no_insn, ISA_SLOT_NONE, 0, TAIL_NONE } };

	for (unsigned int i = 0; i < ISA_BUNDLE_SLOTS; i++) {
		enum pv_reason reason = PV_OK;

		moved->start[i] = c->count;
		if (plan->slot[i].unit != ISA_SLOT_L)
			reason = emit_slot(c, plan, i, &tail[i]);
		if (reason)
			return reason;
	}
	pv_emit_brl(c, 0, plan->address + ISA_BUNDLE_BYTES, 0);
	moved->main = c->count;
	for (unsigned int i = 0; i < ISA_BUNDLE_SLOTS; i++) {
		if (moved->start[i] >= moved->main)
			moved->start[i] = PV_MOVED_END;
		moved->tail[i] = c->count;
		if (tail[i].kind != TAIL_NONE)
			emit_tail(c, plan, i, &tail[i]);
	}
	moved->bundles = c->count;
	moved->original = plan->address;
	moved->copy = c->base;
	return c->bad ? PV_NO_ENCODING : PV_OK;
}
