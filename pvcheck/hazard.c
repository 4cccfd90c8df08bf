// SPDX-License-Identifier: MIT
/*
 * hazard.c - dependency violations inside instruction groups.
 *
 * Within a group no instruction may read or write a register that an earlier one writes
 * (SDM vol 1 §3.4.2, vol 3 §5.3); what is allowed all the same: a branch reads predicates
 * of integer compares and branch registers, parallel compares of one kind write the same
 * predicates, st8.spill writes its own bit of ar.unat. Two instructions with different
 * predicates, both not p0, are taken to exclude each other. Registers come from the
 * operand descriptors of isa/, so that no instruction needs a row here.
 */
#include "pvcheck.h"

#include <stdlib.h>
#include <string.h>

#include "access.h"

#define MAX_WRITES 512

struct written {
	struct pc_access access;
	uint64_t addr;
	bool fp; /* predicate of a floating-point instruction */
};

/** struct pc_hazards - the group that is being read */
struct pc_hazards {
	struct written written[MAX_WRITES];
	size_t writes;
	uint64_t seen[ISA_FILE_COUNT][2]; /* registers among them */
	uint64_t last_addr;		  /* an instruction that has to end its group */
	bool must_end;
	bool empty;   /* no instruction in the group yet */
	bool padding; /* behind an unconditional branch, and nothing but nops since */
};

struct pc_hazards *pc_hazards_new(void)
{
	struct pc_hazards *h = pc_room(1, sizeof(*h));

	h->empty = true;
	return h;
}

void pc_hazards_free(struct pc_hazards *h)
{
	free(h);
}

void pc_hazards_new_group(struct pc_hazards *h)
{
	h->writes = 0;
	h->must_end = false;
	h->empty = true;
	memset(h->seen, 0, sizeof(h->seen));
}

/* A branch may read what an integer instruction of its group writes (SDM vol 3 table 5-2). */
static bool allowed(const struct written *w, const struct pc_access *a, const struct isa_insn *insn)
{
	if (a->write)
		return a->sort != PC_SORT_PLAIN && a->sort == w->access.sort;
	if (a->file == ISA_FILE_BR)
		return insn->unit == ISA_UNIT_B;
	return a->file == ISA_FILE_PR && !w->fp && (isa_flags(insn->id) & ISA_F_BRANCH) &&
	       (insn->unit == ISA_UNIT_B || insn->unit == ISA_UNIT_X);
}

static void report(struct pc_check *check, const struct written *w, const struct pc_access *a,
		   uint64_t addr)
{
	char *name = pc_register_name(a->file, a->reg);

	pc_find(check, a->write ? PC_RULE_WAW : PC_RULE_RAW, addr, true, w->addr,
		pc_format("%s %s, which is written earlier in the same group",
			  a->write ? "writes" : "reads", name));
	free(name);
}

static bool compare(const struct pc_hazards *h, struct pc_check *check, const struct pc_access *a,
		    const struct isa_insn *insn, uint64_t addr)
{
	if (!(h->seen[a->file][a->reg >> 6] >> (a->reg & 63) & 1))
		return false;
	for (size_t i = 0; i < h->writes; i++) {
		const struct written *w = &h->written[i];

		if (w->access.file != a->file || w->access.reg != a->reg ||
		    (w->access.qp != a->qp && w->access.qp && a->qp) || allowed(w, a, insn))
			continue;
		report(check, w, a, addr);
		return true;
	}
	return false;
}

static void remember(struct pc_hazards *h, const struct pc_access *a, const struct isa_insn *insn,
		     uint64_t addr)
{
	if (h->writes == MAX_WRITES)
		h->writes = 0; /* no compiler writes such a group; forget, not miss a stop */
	h->written[h->writes++] = (struct written){ *a, addr, insn->unit == ISA_UNIT_F };
	h->seen[a->file][a->reg >> 6] |= UINT64_C(1) << (a->reg & 63);
}

static void check_place(struct pc_hazards *h, struct pc_check *check, const struct isa_insn *insn,
			uint64_t addr)
{
	uint32_t flags = isa_flags(insn->id);

	if (h->must_end) {
		pc_find(check, PC_RULE_LAST, h->last_addr, true, addr,
			pc_format("more instructions follow it in its group"));
		h->must_end = false;
	}
	if ((flags & ISA_F_FIRST) && !h->empty)
		pc_find(check, PC_RULE_FIRST, addr, true, 0,
			pc_format("other instructions precede it in its group"));
	if (flags & ISA_F_LAST) {
		h->must_end = true;
		h->last_addr = addr;
	}
	h->empty = false;
}

/* What was written under the predicate of a branch that was not taken was not written. */
static void forget(struct pc_hazards *h, uint8_t qp)
{
	size_t kept = 0;

	for (size_t i = 0; i < h->writes; i++)
		if (h->written[i].access.qp != qp)
			h->written[kept++] = h->written[i];
	h->writes = kept;
}

static void look_at(struct pc_hazards *h, struct pc_check *check, const struct isa_insn *insn,
		    uint64_t addr)
{
	struct pc_accesses list;
	bool found = false;

	check_place(h, check, insn, addr);
	pc_accesses_of(insn, &list);
	for (size_t i = 0; i < list.count && !found; i++)
		found = compare(h, check, &list.a[i], insn, addr);
	for (size_t i = 0; i < list.count; i++)
		if (list.a[i].write)
			remember(h, &list.a[i], insn, addr);
	if (!(isa_flags(insn->id) & ISA_F_BRANCH) || insn->unit == ISA_UNIT_M ||
	    insn->unit == ISA_UNIT_I || insn->unit == ISA_UNIT_F)
		return;
	if (insn->qp)
		forget(h, insn->qp);
	else if (insn->id != ISA_br_cloop && insn->id != ISA_br_ctop && insn->id != ISA_br_cexit)
		pc_hazards_new_group(h);
	if (!insn->qp && (insn->id == ISA_br_cond || insn->id == ISA_br_cond_ind ||
			  insn->id == ISA_br_ret || insn->id == ISA_brl_cond))
		h->padding = true;
}

static bool is_nop(const struct isa_insn *insn)
{
	return insn->id == ISA_nop_m || insn->id == ISA_nop_i || insn->id == ISA_nop_b ||
	       insn->id == ISA_nop_f || insn->id == ISA_nop_x;
}

/*
 * Bundles of nops that align what follows an unconditional branch. They are never executed:
 * who comes to the code behind them comes by a branch, which starts a group.
 */
static bool is_padding(const struct pc_hazards *h, const struct pc_bundle *b)
{
	for (unsigned int slot = 0; slot < ISA_BUNDLE_SLOTS; slot++)
		if (b->decoded[slot] && !is_nop(&b->insn[slot]))
			return false;
	return h->padding;
}

void pc_hazards_bundle(struct pc_hazards *h, struct pc_check *check, const struct pc_bundle *b)
{
	const struct isa_template *t = &isa_templates[b->raw.template];

	if (!isa_template_valid(b->raw.template)) {
		pc_hazards_new_group(h);
		return;
	}
	if (is_padding(h, b))
		return;
	h->padding = false;
	for (unsigned int slot = 0; slot < ISA_BUNDLE_SLOTS; slot++) {
		if (b->decoded[slot])
			look_at(h, check, &b->insn[slot], b->addr | slot);
		if (t->stop >> slot & 1)
			pc_hazards_new_group(h);
	}
}
