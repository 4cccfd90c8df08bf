// SPDX-License-Identifier: MIT
/*
 * plan.c - what becomes of a bundle's sites, and whether that may be.
 *
 * Nothing is believed: a record must be well-formed, the instruction that it names must be
 * one that ops.def gives for the operation, its operands must be such that the code around
 * the call can reach them, and the other instructions of the bundle must be valid ones.
 */
#include "plan.h"
#include "pvops.h"

static enum pv_shape shape(enum pv_op op)
{
	return (enum pv_shape)pv_op_desc[op].shape;
}

unsigned int pv_last_parts(enum pv_op op)
{
	return shape(op) == PV_SHAPE_LAST ? PV_MAX_ARGS : 0;
}

bool pv_site_valid(const struct pv_site *site)
{
	return !(site->where & 0xc) && pv_site_slot(site) < ISA_BUNDLE_SLOTS &&
	       site->op > PV_OP_none && site->op < PV_OP_COUNT;
}

bool pv_read_bundle(struct pv_patch_env *env, uint64_t address, struct isa_bundle *b)
{
	const void *text = env->text(env, address);

	if (!text)
		return false;
	*b = isa_bundle_unpack(text);
	return true;
}

static void add_gr(struct pv_call *call, uint8_t gr)
{
	call->arg[call->nargs].kind = PV_ARG_GR;
	call->arg[call->nargs++].gr = gr;
}

static void add_const(struct pv_call *call, uint64_t value)
{
	call->arg[call->nargs].kind = PV_ARG_CONST;
	call->arg[call->nargs++].value = value;
}

/* The call's operands, as the operation's shape says (ops.def) */
static void set_operands(struct pv_call *call, enum pv_shape shape, const struct isa_insn *insn,
			 const struct pv_native_insn *native)
{
	switch (shape) {
	case PV_SHAPE_GET: call->result = insn->r1; break;
	case PV_SHAPE_SET: add_gr(call, insn->r2); break;
	case PV_SHAPE_USE: add_gr(call, insn->r3); break;
	case PV_SHAPE_MAP:
		call->result = insn->r1;
		add_gr(call, insn->r3);
		break;
	case PV_SHAPE_PAIR:
		add_gr(call, insn->r3);
		add_gr(call, insn->r2);
		break;
	case PV_SHAPE_MASK: add_const(call, (uint64_t)insn->imm); break;
	case PV_SHAPE_EACH: add_const(call, native->arg); break;
	case PV_SHAPE_VOID:
	case PV_SHAPE_LAST: break;
	}
}

/* r1 and r12 are in use where operands are pushed, and results may not go to r0 and r13. */
static bool operands_reachable(const struct pv_call *call, enum pv_shape shape,
			       const struct isa_insn *insn)
{
	if ((shape == PV_SHAPE_GET || shape == PV_SHAPE_MAP) && !insn->r1)
		return false;
	if (call->result == PV_R_GP || call->result == PV_R_SP || call->result == PV_R_TP)
		return false;
	for (unsigned int i = 0; i < call->nargs; i++)
		if (call->arg[i].kind == PV_ARG_GR &&
		    (call->arg[i].gr == PV_R_GP || call->arg[i].gr == PV_R_SP))
			return false;
	return true;
}

/* One more part of a run; the last one gets the arguments, the others do nothing. */
static enum pv_reason add_part(struct pv_slot *slot, struct pv_run *run, const struct pv_site *site)
{
	if (run->op == PV_OP_none)
		*run = (struct pv_run){ .op = (uint32_t)site->op, .qp = slot->insn.qp };
	else if (run->op != site->op || run->qp != slot->insn.qp)
		return PV_BAD_RUN;
	run->at = site->where;
	run->gr[run->count++] = slot->insn.r2;
	slot->todo = PV_DROP;
	if (run->count < pv_last_parts((enum pv_op)run->op))
		return PV_OK;
	slot->todo = PV_CALLED;
	for (unsigned int i = 0; i < run->count; i++)
		add_gr(&slot->call, run->gr[i]);
	run->op = PV_OP_none;
	return PV_OK;
}

static enum pv_reason plan_call(struct pv_slot *slot, const struct pv_site *site,
				const struct pv_choice *choice, const struct pv_native_insn *native,
				struct pv_run *run)
{
	const enum pv_shape sh = shape((enum pv_op)site->op);
	enum pv_reason reason = PV_OK;

	slot->todo = PV_CALLED;
	slot->qp = slot->insn.qp;
	slot->call.fn = choice->fn;
	if (choice->via)
		slot->call.thunk = choice->via;
	if (sh != PV_SHAPE_LAST && run->op != PV_OP_none)
		return PV_BAD_RUN;
	if (sh == PV_SHAPE_LAST)
		reason = add_part(slot, run, site);
	else
		set_operands(&slot->call, sh, &slot->insn, native);
	if (!reason && !operands_reachable(&slot->call, sh, &slot->insn))
		return PV_BAD_OPERAND;
	return reason;
}

/* Whether a backend's bundles can stand for this site; else it becomes a call. */
static const struct pv_short *short_for(const struct pv_slot *slot, const struct pv_choice *choice,
					const struct pv_native_insn *native)
{
	const enum pv_shape sh = shape((enum pv_op)native->op);
	const struct pv_short *code = choice->code[sh == PV_SHAPE_EACH && !native->arg];

	if (!code || (code->qp != PV_SHORT_ANY && code->qp != slot->qp))
		return NULL;
	return code;
}

static enum pv_reason plan_short(struct pv_slot *slot, const struct pv_site *site,
				 const struct pv_choice *choice,
				 const struct pv_native_insn *native, struct pv_run *run,
				 uint64_t gp)
{
	enum pv_reason reason = plan_call(slot, site, choice, native, run);

	if (reason || !gp || slot->todo != PV_CALLED)
		return reason;
	slot->code = short_for(slot, choice, native);
	slot->gp = gp;
	if (slot->code)
		slot->todo = PV_SHORTED;
	return PV_OK;
}

static enum pv_reason plan_insn(struct pv_slot *slot, const struct pv_site *site,
				const struct pv_choice *choice)
{
	const struct isa_insn *native = &slot->insn;
	struct isa_insn insn = choice->insn;
	uint64_t bits, l_bits;

	if (shape((enum pv_op)site->op) == PV_SHAPE_LAST || insn.id >= ISA_ID_COUNT ||
	    isa_flags((enum isa_id)insn.id) & (ISA_F_IPREL | ISA_F_BRANCH))
		return PV_BAD_CHOICE;
	if (native->qp && isa_flags((enum isa_id)insn.id) & ISA_F_NOQP)
		return PV_BAD_CHOICE;
	insn.qp = native->qp;
	insn.r1 = choice->take & PV_TAKE_R1 ? native->r1 : insn.r1;
	insn.r2 = choice->take & PV_TAKE_R2 ? native->r2 : insn.r2;
	insn.r3 = choice->take & PV_TAKE_R3 ? native->r3 : insn.r3;
	insn.imm = choice->take & PV_TAKE_IMM ? native->imm : insn.imm;
	if (!isa_encode(&insn, &bits, &l_bits))
		return PV_NO_ENCODING;
	slot->insn = insn;
	slot->todo = PV_REPLACE;
	return PV_OK;
}

static enum pv_reason plan_site(struct pv_slot *slot, const struct pv_site *site,
				const struct pv_choice *choices, struct pv_run *run, uint64_t gp)
{
	const struct pv_native_insn *native;
	const struct pv_choice *choice;

	if (!pv_site_valid(site))
		return PV_BAD_RECORD;
	choice = &choices[site->op];
	native = slot->unit == ISA_SLOT_L ? NULL : pv_op_native((enum pv_op)site->op, &slot->insn);
	if (!native)
		return PV_NOT_NATIVE;
	switch (choice->action) {
	case PV_NATIVE: return PV_OK;
	case PV_INSN: return plan_insn(slot, site, choice);
	case PV_CALL: return plan_call(slot, site, choice, native, run);
	case PV_SHORT: return plan_short(slot, site, choice, native, run, gp);
	default: return PV_BAD_CHOICE;
	}
}

/* What a slot that a record names most likely holds */
static enum isa_id expected(const struct pv_site *site, const struct pv_site *end,
			    unsigned int slot)
{
	if (site == end || !pv_site_valid(site) || pv_site_slot(site) != slot)
		return ISA_INVALID;
	return (enum isa_id)pv_native_insns[site->op - 1].insn;
}

/* @site to @end: the bundle's records, sorted; as hints only */
static enum pv_reason decode(struct pv_plan *plan, const struct pv_site *site,
			     const struct pv_site *end, uint64_t thunk)
{
	const struct isa_template *t = &isa_templates[plan->old.template];

	if (!isa_template_valid(plan->old.template))
		return PV_BAD_BUNDLE;
	for (unsigned int i = 0; i < ISA_BUNDLE_SLOTS; i++) {
		struct pv_slot *slot = &plan->slot[i];
		const enum isa_id likely = expected(site, end, i);

		slot->unit = t->unit[i];
		slot->todo = PV_KEEP;
		slot->qp = 0;
		slot->gp = 0;
		slot->code = NULL;
		slot->call.thunk = thunk;
		slot->call.nargs = slot->call.result = 0;
		if (t->unit[i] != ISA_SLOT_L &&
		    !isa_bundle_decode_likely(&slot->insn, &plan->old, i, likely))
			return PV_BAD_BUNDLE;
		site += likely != ISA_INVALID;
	}
	return PV_OK;
}

/*
 * Between the parts of a run, which all take effect at the last one, nothing may stand
 * that could tell: only integer ALU instructions that leave the parts' sources alone.
 */
static bool breaks_run(const struct pv_run *run, const struct pv_slot *slot)
{
	if (run->op == PV_OP_none || slot->unit == ISA_SLOT_L || pv_is_nop(&slot->insn))
		return false;
	if (slot->insn.unit != ISA_UNIT_A)
		return true;
	for (unsigned int i = 0; i < run->count; i++)
		if (slot->insn.r1 && slot->insn.r1 == run->gr[i])
			return true;
	return false;
}

/* Bundles without a site, between two parts of a run; a compiler puts few there. */
#define PV_RUN_GAP 8

static bool gap_breaks_run(const struct pv_run *run, uint64_t end, struct pv_patch_env *env)
{
	uint64_t address = (run->at & ~UINT64_C(15)) + ISA_BUNDLE_BYTES;
	struct pv_plan plan;

	if (end < address || end - address > PV_RUN_GAP * ISA_BUNDLE_BYTES)
		return true;
	for (; address < end; address += ISA_BUNDLE_BYTES) {
		if (!pv_read_bundle(env, address, &plan.old) || decode(&plan, NULL, NULL, 0))
			return true;
		for (unsigned int i = 0; i < ISA_BUNDLE_SLOTS; i++)
			if (breaks_run(run, &plan.slot[i]))
				return true;
	}
	return false;
}

enum pv_reason pv_plan_bundle(struct pv_plan *plan, const struct pv_site *first,
			      const struct pv_site *end, const struct pv_choice *choices,
			      struct pv_patch_env *env, struct pv_run *run)
{
	const struct pv_site *site = first;
	enum pv_reason reason;

	if (!pv_site_valid(first))
		return PV_BAD_RECORD;
	plan->address = pv_site_bundle(first);
	if (!pv_read_bundle(env, plan->address, &plan->old))
		return PV_NOT_TEXT;
	reason = decode(plan, first, end, env->thunk);
	if (run->op != PV_OP_none && gap_breaks_run(run, plan->address, env))
		return PV_BAD_RUN;
	for (unsigned int i = 0; i < ISA_BUNDLE_SLOTS && !reason; i++) {
		struct pv_slot *slot = &plan->slot[i];

		if (site == end || pv_site_slot(site) != i) {
			if (breaks_run(run, slot))
				return PV_BAD_RUN;
			continue;
		}
		reason = plan_site(slot, site++, choices, run, env->gp);
		if (!reason && site < end && pv_site_slot(site) == i)
			reason = PV_DUPLICATE;
	}
	return !reason && site != end ? PV_BAD_RECORD : reason;
}

static bool replace_in_place(const struct pv_slot *slot, unsigned int template,
			     struct isa_bundle *b, unsigned int i)
{
	const uint32_t order = ISA_F_FIRST | ISA_F_LAST | ISA_F_SLOT2;
	struct isa_insn again;
	uint64_t bits;

	if (slot->unit == ISA_SLOT_X || !isa_encode(&slot->insn, &bits, NULL))
		return false;
	if (isa_flags((enum isa_id)slot->insn.id) & order)
		return false;
	b->slot[i] = bits;
	b->template = template;
	return isa_bundle_decode(&again, b, i) && again.id == slot->insn.id;
}

bool pv_plan_in_place(const struct pv_plan *plan, struct isa_bundle *b)
{
	*b = plan->old;
	for (unsigned int i = 0; i < ISA_BUNDLE_SLOTS; i++) {
		const struct pv_slot *slot = &plan->slot[i];
		struct pv_slot nop = { .unit = slot->unit };

		switch (slot->todo) {
		case PV_CALLED:
		case PV_SHORTED: return false;
		case PV_KEEP: continue;
		case PV_DROP:
			nop.insn.id = slot->unit == ISA_SLOT_I ? ISA_nop_i : ISA_nop_m;
			slot = &nop;
			break;
		}
		if (!replace_in_place(slot, plan->old.template, b, i))
			return false;
	}
	return true;
}
