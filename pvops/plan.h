/* SPDX-License-Identifier: MIT */
/*
 * plan.h - a bundle with sites, between its check and its writing; private to pvops/.
 */
#ifndef PVOPS_PLAN_H
#define PVOPS_PLAN_H

#include "emit.h"
#include "patch.h"

/** enum pv_todo - what becomes of a slot */
enum pv_todo {
	PV_KEEP,    /* the instruction stays (it is relocated if its bundle moves) */
	PV_DROP,    /* it becomes a nop */
	PV_REPLACE, /* it becomes @insn */
	PV_CALLED,  /* it becomes @call */
	PV_SHORTED, /* it becomes @code */
};

/**
 * struct pv_slot - one slot of a planned bundle
 * @insn: the instruction; PV_REPLACE: the new one
 * @call: PV_CALLED
 * @code: PV_SHORTED; its operands are those of @insn
 * @gp: PV_SHORTED: what r1 holds
 * @unit: enum isa_slot, of the template; ISA_SLOT_L is skipped
 * @qp: PV_CALLED: the site's predicate
 * @todo: enum pv_todo
 */
struct pv_slot {
	struct isa_insn insn;
	struct pv_call call;
	const struct pv_short *code;
	uint64_t gp;
	uint8_t unit;
	uint8_t qp;
	uint8_t todo;
};

/**
 * struct pv_plan - one bundle
 * @address: where it is
 * @old: what is there
 * @slot: its slots
 */
struct pv_plan {
	uint64_t address;
	struct isa_bundle old;
	struct pv_slot slot[ISA_BUNDLE_SLOTS];
};

/**
 * struct pv_run - the parts of a LAST operation seen so far
 * @op: which; PV_OP_none: no run is open
 * @count: parts
 * @at: the last part's bundle and slot
 * @qp: their predicate
 * @gr: the registers that the parts write
 */
struct pv_run {
	uint64_t at;
	uint32_t op;
	uint8_t count;
	uint8_t qp;
	uint8_t gr[PV_MAX_ARGS];
};

/**
 * pv_plan_bundle - decode a bundle and decide about its sites, a list sorted by slot
 * @run: the run that goes on from the bundle before; updated
 */
enum pv_reason pv_plan_bundle(struct pv_plan *plan, const struct pv_site *first,
			      const struct pv_site *end, const struct pv_choice *choices,
			      struct pv_patch_env *env, struct pv_run *run);

/** pv_plan_in_place - the new bundle, if the plan needs no copy; false if it does */
bool pv_plan_in_place(const struct pv_plan *plan, struct isa_bundle *b);

/** pv_relocate - write the copy of a bundle as its plan says; fills in @moved's offsets */
enum pv_reason pv_relocate(struct pv_copy *copy, const struct pv_plan *plan,
			   struct pv_moved *moved);

/**
 * struct pv_ready - a backend's bundles, looked at once
 * @code: whose they are
 * @gp: what r1 holds at the sites
 * @bundle: the bundles; they load that value already
 * @id: by bundle and slot, what stands there; ISA_INVALID: a nop, or the L slot
 * @operands: by bundle, the slots with an operand of the site's
 * @predicated: one has a predicate of its own, or cannot have one
 * @good: there is nothing in them that must not be
 */
struct pv_ready {
	const struct pv_short *code;
	uint64_t gp;
	struct isa_bundle bundle[PV_SHORT_BUNDLES];
	uint16_t id[PV_SHORT_BUNDLES][ISA_BUNDLE_SLOTS];
	uint8_t operands[PV_SHORT_BUNDLES];
	bool predicated;
	bool good;
};

/* More than a backend has today. With still more, some are looked at more than once. */
#define PV_READY 6

/** struct pv_ready_list - those that were needed so far, @count of them at least */
struct pv_ready_list {
	unsigned int count;
	struct pv_ready ready[PV_READY];
};

/** pv_emit_short - the bundles of a PV_SHORTED slot (short.h) */
void pv_emit_short(struct pv_copy *copy, const struct pv_slot *slot);

/** pv_find_copy - the bundle whose copy holds an address; NULL: none */
const struct pv_moved *pv_find_copy(const struct pv_patch_env *env, uint64_t ip);

/** pv_is_nop - a nop of any unit; it is not carried over into a copy */
bool pv_is_nop(const struct isa_insn *insn);

/** pv_site_valid - the record is well-formed, whatever it points to */
bool pv_site_valid(const struct pv_site *site);

/** pv_last_parts - how many parts a run of this operation has; 0: it is not of shape LAST */
unsigned int pv_last_parts(enum pv_op op);

/** pv_read_bundle - fetch a bundle of text; false if it is not text */
bool pv_read_bundle(struct pv_patch_env *env, uint64_t address, struct isa_bundle *b);

#endif
