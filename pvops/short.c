// SPDX-License-Identifier: MIT
/*
 * short.c - a backend's bundles with a site's operands (short.h).
 *
 * The bundles are the backend's, and are taken as they are; what they must not hold
 * (a branch, a predicate that a site's cannot be added to) marks the copy as bad, so that
 * the site is refused instead of changed into something else.
 */
#include "short.h"

#include "plan.h"

static uint8_t operand(uint8_t gr, const struct isa_insn *site)
{
	switch (gr) {
	case PV_TARGET_GR: return site->r1;
	case PV_R2_GR: return site->r2;
	case PV_R3_GR: return site->r3;
	default: return gr;
	}
}

static bool substitute(struct isa_insn *insn, const struct pv_slot *slot)
{
	const uint32_t flags = isa_flags((enum isa_id)insn->id);

	if (flags & (ISA_F_BRANCH | ISA_F_IPREL))
		return false;
	insn->r1 = operand(insn->r1, &slot->insn);
	insn->r2 = operand(insn->r2, &slot->insn);
	insn->r3 = operand(insn->r3, &slot->insn);
	if (insn->id == ISA_movl && insn->imm == PV_GP)
		insn->imm = (int64_t)slot->gp;
	if (slot->code->apart || !slot->qp || pv_is_nop(insn))
		return true;
	if (insn->qp || flags & ISA_F_NOQP)
		return false;
	insn->qp = slot->qp;
	return true;
}

static bool copy_bundle(struct isa_bundle *b, const struct pv_slot *slot)
{
	for (unsigned int i = 0; i < ISA_BUNDLE_SLOTS; i++) {
		const unsigned int unit = isa_templates[b->template].unit[i];
		struct isa_insn insn;

		if (unit == ISA_SLOT_L)
			continue;
		if (!isa_bundle_decode(&insn, b, i) || !substitute(&insn, slot) ||
		    !isa_encode(&insn, &b->slot[i], unit == ISA_SLOT_X ? &b->slot[1] : NULL))
			return false;
	}
	return true;
}

void pv_emit_short(struct pv_copy *c, const struct pv_slot *slot)
{
	const uint8_t *code = slot->code->code;

	for (unsigned int i = 0; i < slot->code->bundles; i++) {
		struct isa_bundle b = isa_bundle_unpack(code + (size_t)i * ISA_BUNDLE_BYTES);

		if (c->count == PV_COPY_BUNDLES || !isa_template_valid(b.template) ||
		    !copy_bundle(&b, slot)) {
			c->bad = true;
			return;
		}
		c->bundle[c->count++] = b;
	}
}
