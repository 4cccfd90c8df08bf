/* SPDX-License-Identifier: MIT */
/*
 * emit.h - the out-of-line copy of a bundle while it is being written; private to pvops/.
 *
 * Each instruction gets an instruction group of its own: what is legal in one group is
 * then also right one after the other, and an instruction that must be the first or the
 * last of its group is both. The instructions are built by isa_encode(); one that cannot
 * be encoded marks the copy as bad, which its owner looks at once, at the end.
 */
#ifndef PVOPS_EMIT_H
#define PVOPS_EMIT_H

#include "bundle.h"

/* Three sites of five constants and a tail each need 60. */
#define PV_COPY_BUNDLES 72

/* General registers with a role in the software conventions; none ever holds a NaT. */
enum { PV_R_GP = 1, PV_R_SP = 12, PV_R_TP = 13 };

/** enum pv_fixed_id - the instructions of a copy that are the same in each */
enum pv_fixed_id {
	PV_NOP_M,
	PV_NOP_I,
	PV_DOWN,      /* adds r12 = -16, r12 */
	PV_UP,	      /* adds r12 = 16, r12 */
	PV_UP_2,      /* adds r12 = 32, r12 */
	PV_PUSH_GP,   /* st8 [r12] = r1, -16 */
	PV_PUSH_GP_2, /* st8 [r12] = r1, -32 */
	PV_POP_GP,    /* ld8 r1 = [r12], 16 */
	PV_FROM_B0,   /* mov r1 = b0 */
	PV_TO_B0,     /* mov b0 = r1 */
	PV_FROM_PFS,  /* mov.i r1 = ar.pfs */
	PV_TO_PFS,    /* mov.i ar.pfs = r1 */
	PV_LOAD_GP,   /* movl r1 = 0 */
	PV_BRL,	      /* brl.cond.sptk.few .+0 */
	PV_BRL_CALL,  /* brl.call.sptk.few b0 = .+0 */
	PV_FIXED
};

/**
 * struct pv_fixed - those instructions, encoded once for many copies; the L slots are 0
 * @bits: by enum pv_fixed_id; PV_GIVEN is set
 * @bad: one could not be encoded
 */
struct pv_fixed {
	bool bad;
	uint64_t bits[PV_FIXED];
};

/* A slot's content, which may be all zeroes (break 0), is told from none by this bit. */
#define PV_GIVEN (UINT64_C(1) << 63)

/** pv_encode_fixed - fill the table */
void pv_encode_fixed(struct pv_fixed *fixed);

/**
 * struct pv_copy - bundles under construction
 * @base: the address that @bundle[0] will have
 * @fixed: for all copies
 * @ready: the same (plan.h)
 * @count: how many there are
 * @bad: something could not be encoded, or there was no room
 * @bundle: the bundles
 */
struct pv_copy {
	uint64_t base;
	const struct pv_fixed *fixed;
	struct pv_ready_list *ready;
	unsigned int count;
	bool bad;
	struct isa_bundle bundle[PV_COPY_BUNDLES];
};

/** struct pv_slots - the slots of a bundle to emit; what is not given becomes a nop */
struct pv_slots {
	uint64_t m0, m1, i2;
};

/** enum pv_arg_kind - where the argument of a call comes from */
enum pv_arg_kind { PV_ARG_GR, PV_ARG_CONST };

#define PV_MAX_ARGS 5

/**
 * struct pv_call - a call that stands for a site
 * @fn: address of the C function's descriptor
 * @thunk: address of pv_thunk
 * @arg: arguments, @nargs of them
 * @result: the general register that receives the result; 0: none
 */
struct pv_call {
	uint64_t fn;
	uint64_t thunk;
	struct {
		uint8_t kind;
		uint8_t gr;
		uint64_t value;
	} arg[PV_MAX_ARGS];
	uint8_t nargs;
	uint8_t result;
};

/** pv_copy_here - the address of the bundle that comes next */
static inline uint64_t pv_copy_here(const struct pv_copy *c)
{
	return c->base + (uint64_t)c->count * ISA_BUNDLE_BYTES;
}

/** pv_emit_insn - an instruction in a bundle of its own, for a slot of the kind @slot */
void pv_emit_insn(struct pv_copy *c, enum isa_slot slot, const struct isa_insn *insn);

/** pv_put_insn - the same over bundle @at of the copy, which was emitted before */
void pv_put_insn(struct pv_copy *c, unsigned int at, enum isa_slot slot,
		 const struct isa_insn *insn);

/**
 * pv_emit_brl - `(qp) brl.cond.sptk.few target`
 * @first: the copy's first bundle that is reached only through the one before it; where
 *	   that one holds a single M instruction the branch goes into the same bundle
 */
void pv_emit_brl(struct pv_copy *c, uint8_t qp, uint64_t target, unsigned int first);

/** pv_emit_call - the site's part of a call through pv_thunk (thunk.S has the frame) */
void pv_emit_call(struct pv_copy *c, const struct pv_call *call);

/**
 * pv_emit_link - at a callee's door: give its link register another value, then go on
 * @b1: the link register
 * @link: its value
 *
 * No register is changed but @b1. The caller adds the branch, by pv_emit_brl() or
 * pv_emit_insn().
 */
void pv_emit_link(struct pv_copy *c, uint8_t b1, uint64_t link);

/** pv_brl_bundle - the one bundle `brl.cond.sptk.few target ;;`; false: not encodable */
bool pv_brl_bundle(const struct pv_fixed *fixed, struct isa_bundle *b, uint64_t at,
		   uint64_t target);

#endif
