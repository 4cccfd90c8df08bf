// SPDX-License-Identifier: MIT
/*
 * short.c - a backend's bundles with a site's operands (short.h).
 *
 * The bundles are the backend's, and are taken as they are; what they must not hold
 * (a branch, a predicate that a site's cannot be added to) marks the copy as bad, so that
 * the site is refused instead of changed into something else. They are looked at once: a
 * thousand sites get the same few.
 */
#include "short.h"

#include "plan.h"

#define QP_MASK 0x3f /* of every instruction that can be predicated */

static uint8_t operand(uint8_t gr, const struct isa_insn *site)
{
	switch (gr) {
	case PV_TARGET_GR: return site->r1;
	case PV_R2_GR: return site->r2;
	case PV_R3_GR: return site->r3;
	default: return gr;
	}
}

static bool names_operand(const struct isa_insn *insn)
{
	return insn->r1 >= PV_R3_GR || insn->r2 >= PV_R3_GR || insn->r3 >= PV_R3_GR;
}

/* One slot of a bundle: what sites will have to change in it; gp is the same for all. */
static bool look_at(struct pv_ready *ready, unsigned int at, unsigned int i)
{
	struct isa_bundle *b = &ready->bundle[at];
	struct isa_insn insn;
	uint32_t flags;

	ready->id[at][i] = ISA_INVALID;
	if (isa_templates[b->template].unit[i] == ISA_SLOT_L)
		return true;
	if (!isa_bundle_decode(&insn, b, i))
		return false;
	if (pv_is_nop(&insn))
		return true;
	flags = isa_flags((enum isa_id)insn.id);
	if (flags & (ISA_F_BRANCH | ISA_F_IPREL))
		return false;
	if (insn.qp || flags & ISA_F_NOQP)
		ready->predicated = true;
	ready->id[at][i] = insn.id;
	ready->operands[at] |= names_operand(&insn) << i;
	if (insn.id != ISA_movl || insn.imm != PV_GP)
		return true;
	return isa_encode_imm(ISA_movl, (int64_t)ready->gp, &b->slot[i], &b->slot[1]);
}

static bool look_at_all(struct pv_ready *ready)
{
	const uint8_t *code = ready->code->code;

	if (ready->code->bundles > PV_SHORT_BUNDLES)
		return false;
	for (unsigned int at = 0; at < ready->code->bundles; at++) {
		ready->bundle[at] = isa_bundle_unpack(code + (size_t)at * ISA_BUNDLE_BYTES);
		ready->operands[at] = 0;
		if (!isa_template_valid(ready->bundle[at].template))
			return false;
		for (unsigned int i = 0; i < ISA_BUNDLE_SLOTS; i++)
			if (!look_at(ready, at, i))
				return false;
	}
	return true;
}

static const struct pv_ready *ready_for(struct pv_ready_list *list, const struct pv_slot *slot)
{
	struct pv_ready *ready;

	for (unsigned int i = 0; i < list->count && i < PV_READY; i++)
		if (list->ready[i].code == slot->code && list->ready[i].gp == slot->gp)
			return &list->ready[i];
	ready = &list->ready[list->count++ % PV_READY];
	ready->code = slot->code;
	ready->gp = slot->gp;
	ready->predicated = false;
	ready->good = look_at_all(ready);
	return ready;
}

static bool substitute(struct isa_bundle *b, unsigned int i, const struct isa_insn *site,
		       enum isa_id id)
{
	struct isa_insn insn;

	if (!isa_bundle_decode_likely(&insn, b, i, id))
		return false;
	insn.r1 = operand(insn.r1, site);
	insn.r2 = operand(insn.r2, site);
	insn.r3 = operand(insn.r3, site);
	return isa_encode(&insn, &b->slot[i], insn.unit == ISA_UNIT_X ? &b->slot[1] : NULL);
}

static bool copy_bundle(struct isa_bundle *b, const struct pv_ready *ready, unsigned int at,
			const struct pv_slot *slot)
{
	const uint8_t qp = ready->code->apart ? 0 : slot->qp;

	*b = ready->bundle[at];
	for (unsigned int i = 0; i < ISA_BUNDLE_SLOTS; i++) {
		const enum isa_id id = (enum isa_id)ready->id[at][i];

		if (ready->operands[at] >> i & 1 && !substitute(b, i, &slot->insn, id))
			return false;
		if (qp && id != ISA_INVALID)
			b->slot[i] = (b->slot[i] & ~(uint64_t)QP_MASK) | qp;
	}
	return true;
}

void pv_emit_short(struct pv_copy *c, const struct pv_slot *slot)
{
	const struct pv_ready *ready = ready_for(c->ready, slot);
	const bool needs_qp = slot->qp && !slot->code->apart;

	if (!ready->good || (needs_qp && ready->predicated)) {
		c->bad = true;
		return;
	}
	for (unsigned int at = 0; at < ready->code->bundles; at++) {
		if (c->count == PV_COPY_BUNDLES ||
		    !copy_bundle(&c->bundle[c->count], ready, at, slot)) {
			c->bad = true;
			return;
		}
		c->count++;
	}
}
