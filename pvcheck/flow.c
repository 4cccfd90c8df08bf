// SPDX-License-Identifier: MIT
/*
 * flow.c - which bundles can follow which, and what is reachable from where.
 *
 * Edges are direct branches, calls, and addresses of code that an instruction forms (a
 * movl, or any relocation in a relocatable file); falling through is implied. Branches
 * through registers are not followed: whoever takes an address has an edge to it.
 */
#include "pvcheck.h"

#include <stdlib.h>

#define R_PCREL60B 0x48
#define R_PCREL21B 0x49
#define TAKEN	   (1u << 31) /* in an edge: an address is formed, nothing goes there yet */

/** struct pc_flow - @first: by bundle, its first edge; @falls: control can leave at its end */
struct pc_flow {
	uint32_t bundles;
	uint32_t *first;
	uint32_t *to;
	size_t edges;
	bool *falls;
	uint8_t *marks;
	uint8_t *cut;
	uint32_t *via; /* pc_flow_mark_branches(): the bundle from which one was reached first */
};

struct pc_flow *pc_flow_new(uint32_t bundles)
{
	struct pc_flow *flow = pc_room(1, sizeof(*flow));

	flow->bundles = bundles;
	flow->first = pc_room((size_t)bundles + 1, sizeof(*flow->first));
	flow->falls = pc_room(bundles, sizeof(*flow->falls));
	flow->marks = pc_room(bundles, sizeof(*flow->marks));
	flow->cut = pc_room(bundles, sizeof(*flow->cut));
	return flow;
}

void pc_flow_free(struct pc_flow *flow)
{
	if (!flow)
		return;
	free(flow->first);
	free(flow->to);
	free(flow->falls);
	free(flow->marks);
	free(flow->cut);
	free(flow->via);
	free(flow);
}

static void add_edge(struct pc_flow *flow, const struct pc_image *image, uint64_t target,
		     uint32_t kind)
{
	uint32_t to = pc_bundle_index(image, target);

	if (to == PC_NO_BUNDLE)
		return;
	flow->to = pc_grow(flow->to, flow->edges, sizeof(*flow->to));
	flow->to[flow->edges++] = to | kind;
}

/* Does nothing behind this instruction run in its wake? */
static bool ends_flow(const struct isa_insn *insn)
{
	switch (insn->id) {
	case ISA_br_cond:
	case ISA_br_cond_ind:
	case ISA_br_ret:
	case ISA_br_ia:
	case ISA_brl_cond: return !insn->qp;
	case ISA_rfi: return true;
	}
	return false;
}

static void add_relocated(struct pc_flow *flow, const struct pc_image *image, uint64_t addr)
{
	for (size_t i = pc_reloc_find(image, addr); i < image->relocs; i++) {
		const struct pc_reloc *r = &image->reloc[i];

		if (r->addr >= addr + ISA_BUNDLE_BYTES)
			break;
		if (r->defined)
			add_edge(flow, image, r->target,
				 r->type == R_PCREL21B || r->type == R_PCREL60B ? 0 : TAKEN);
	}
}

static bool has_reloc(const struct pc_image *image, uint64_t addr, unsigned int slot)
{
	size_t i = image->relocs ? pc_reloc_find(image, addr) : 0;

	for (; i < image->relocs && image->reloc[i].addr < addr + ISA_BUNDLE_BYTES; i++)
		if ((image->reloc[i].addr & 3) == slot || image->reloc[i].type == R_PCREL60B)
			return true;
	return false;
}

void pc_flow_bundle(struct pc_flow *flow, const struct pc_image *image, const struct pc_bundle *b)
{
	bool falls = true;

	flow->first[b->index] = flow->edges;
	for (unsigned int slot = 0; slot < ISA_BUNDLE_SLOTS && falls; slot++) {
		const struct isa_insn *insn = &b->insn[slot];
		uint32_t flags;

		if (!b->decoded[slot])
			continue;
		flags = isa_flags(insn->id);
		if ((flags & ISA_F_BRANCH) && (flags & ISA_F_IPREL) &&
		    !has_reloc(image, b->addr, slot))
			add_edge(flow, image, b->addr + insn->imm, 0);
		else if (insn->id == ISA_movl && !image->relocatable)
			add_edge(flow, image, insn->imm, TAKEN);
		falls = !ends_flow(insn);
	}
	if (image->relocs)
		add_relocated(flow, image, b->addr);
	flow->falls[b->index] = falls;
	flow->first[b->index + 1] = flow->edges;
}

void pc_flow_cut(struct pc_flow *flow, uint32_t bundle, uint8_t marks)
{
	flow->cut[bundle] |= marks;
}

/** struct queue - bundles that have the mark, but whose successors may not */
struct queue {
	uint32_t *bundle;
	size_t count;
};

static void reach(struct pc_flow *flow, struct queue *q, uint32_t from, uint32_t bundle,
		  uint8_t mark)
{
	if (bundle >= flow->bundles || ((flow->marks[bundle] | flow->cut[bundle]) & mark))
		return;
	if (flow->via)
		flow->via[bundle] = from;
	flow->marks[bundle] |= mark;
	q->bundle = pc_grow(q->bundle, q->count, sizeof(*q->bundle));
	q->bundle[q->count++] = bundle;
}

static void mark_from(struct pc_flow *flow, uint32_t from, uint8_t mark, uint32_t kinds)
{
	struct queue q = { 0 };

	reach(flow, &q, from, from, mark);
	for (size_t i = 0; i < q.count; i++) {
		uint32_t b = q.bundle[i];

		for (uint32_t e = flow->first[b]; e < flow->first[b + 1]; e++)
			if (!(flow->to[e] & ~kinds & TAKEN))
				reach(flow, &q, b, flow->to[e] & ~TAKEN, mark);
		if (flow->falls[b])
			reach(flow, &q, b, b + 1, mark);
	}
	free(q.bundle);
}

void pc_flow_mark(struct pc_flow *flow, uint32_t from, uint8_t mark)
{
	mark_from(flow, from, mark, TAKEN);
}

void pc_flow_mark_branches(struct pc_flow *flow, uint32_t from, uint8_t mark)
{
	if (!flow->via)
		flow->via = pc_room(flow->bundles, sizeof(*flow->via));
	mark_from(flow, from, mark, 0);
}

uint32_t pc_flow_via(const struct pc_flow *flow, uint32_t bundle)
{
	return flow->via && bundle < flow->bundles ? flow->via[bundle] : bundle;
}

uint8_t pc_flow_marks(const struct pc_flow *flow, uint32_t bundle)
{
	return flow->marks[bundle];
}

void pc_flow_each(const struct pc_flow *flow, void (*fn)(void *ctx, uint32_t from, uint32_t to),
		  void *ctx)
{
	for (uint32_t b = 0; b < flow->bundles; b++)
		for (uint32_t e = flow->first[b]; e < flow->first[b + 1]; e++)
			fn(ctx, b, flow->to[e] & ~TAKEN);
}
