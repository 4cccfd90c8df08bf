// SPDX-License-Identifier: MIT
/*
 * frame.c - what a copy has done to the stack, for unwinders.
 *
 * A site's copy moves the stack pointer and puts b0 and ar.pfs away around its call
 * (emit.c). No unwind table tells of that: it is found by following the copy's own
 * instructions up to the one that is asked for. Whoever then takes the address for the
 * original one, and the stack pointer for what it was there, has the site's own frame.
 *
 * A call that was moved with its bundle has a tail in which the frame is the called function's
 * already (relocate.c). Such an address stays what it is: to an unwinder it is in a function
 * without a table, called from where b0 says, which is what that function is at its start.
 */
#include "plan.h"

enum { AR_PFS = 64, HEAD_STEP = -16 };

/**
 * struct follow - a copy, followed from the start of a call
 * @sp: the stack pointer, less the site's
 * @rp_at: where b0 was pushed, less the site's stack pointer
 * @pfs_at: where ar.pfs was
 * @gp: what r1 holds
 * @rp: where the site's b0 is
 * @pfs: where its ar.pfs is
 */
struct follow {
	int sp, rp_at, pfs_at;
	enum { GP_OTHER, GP_RP, GP_PFS } gp;
	enum { IN_PLACE, ON_STACK, IN_GP } rp, pfs;
};

static bool insn_at(const struct pv_patch_env *env, const struct pv_moved *moved, unsigned int at,
		    unsigned int slot, struct isa_insn *insn)
{
	const uint8_t *text = env->copy + (moved->copy - env->copy_address);
	struct isa_bundle b = isa_bundle_unpack(text + (size_t)at * ISA_BUNDLE_BYTES);

	return isa_templates[b.template].unit[slot] != ISA_SLOT_L &&
	       isa_bundle_decode(insn, &b, slot);
}

static bool moves_sp(const struct isa_insn *insn)
{
	return insn->id == ISA_adds && insn->r1 == PV_R_SP && insn->r3 == PV_R_SP;
}

/*
 * Every call, every change of a link register, and a backend's bundles (short.c) that use the
 * stack begin so: r12 goes down, and more is done in the bundle. One that was copied is alone.
 */
static bool is_head(const struct pv_patch_env *env, const struct pv_moved *moved, unsigned int at)
{
	struct isa_insn insn;

	if (!insn_at(env, moved, at, 0, &insn) || !moves_sp(&insn) || insn.imm != HEAD_STEP)
		return false;
	return (insn_at(env, moved, at, 1, &insn) && !pv_is_nop(&insn)) ||
	       (insn_at(env, moved, at, 2, &insn) && !pv_is_nop(&insn));
}

static void push(struct follow *f, const struct isa_insn *insn)
{
	if (insn->r2 == PV_R_GP && f->gp == GP_RP)
		f->rp_at = f->sp;
	if (insn->r2 == PV_R_GP && f->gp == GP_PFS)
		f->pfs_at = f->sp;
	f->sp += insn->imm;
}

static void pop(struct follow *f, const struct isa_insn *insn)
{
	if (insn->r1 == PV_R_GP) {
		f->gp = GP_OTHER;
		if (f->rp == ON_STACK && f->sp == f->rp_at) {
			f->gp = GP_RP;
			f->rp = IN_GP;
		}
	}
	f->sp += insn->imm;
}

/* The thunk has returned: ar.pfs is in r1 (thunk.S). */
static void returned(struct follow *f)
{
	f->gp = GP_PFS;
	f->pfs = IN_GP;
}

static void step(struct follow *f, const struct isa_insn *insn)
{
	switch (insn->id) {
	case ISA_adds:
		if (moves_sp(insn))
			f->sp += insn->imm;
		break;
	case ISA_st_imm: push(f, insn); break;
	case ISA_ld_imm: pop(f, insn); break;
	case ISA_movl: f->gp = GP_OTHER; break;
	case ISA_mov_from_br: f->gp = insn->r2 ? GP_OTHER : GP_RP; break;
	case ISA_mov_from_ar_i: f->gp = insn->r3 == AR_PFS ? GP_PFS : GP_OTHER; break;
	case ISA_mov_to_br:
		if (!insn->r1)
			f->rp = IN_PLACE;
		break;
	case ISA_mov_to_ar_i: f->pfs = IN_PLACE; break;
	case ISA_brl_call:
		f->rp = ON_STACK;
		f->pfs = ON_STACK;
		break;
	default: break;
	}
}

/* From the bundle @first to slot @slot of bundle @at, which is not executed yet */
static void follow(struct follow *f, const struct pv_patch_env *env, const struct pv_moved *moved,
		   unsigned int first, unsigned int at, unsigned int slot, bool called)
{
	struct isa_insn insn;

	for (unsigned int b = first; b <= at; b++)
		for (unsigned int s = 0; s < (b == at ? slot : ISA_BUNDLE_SLOTS); s++) {
			if (!insn_at(env, moved, b, s, &insn))
				continue;
			step(f, &insn);
			if (insn.id == ISA_brl_call && !(called && b + 1 == at))
				returned(f);
		}
}

static int place(int where, int at, const struct follow *f)
{
	switch (where) {
	case ON_STACK: return at - f->sp;
	case IN_GP: return PV_FRAME_IN_GP;
	default: return PV_FRAME_IN_PLACE;
	}
}

/* The tail that a moved call in bundle @at of the main part goes to; 0: there is none */
static unsigned int called_tail(const struct pv_patch_env *env, const struct pv_moved *moved,
				unsigned int at)
{
	struct isa_insn insn;
	int64_t to;

	if (!insn_at(env, moved, at, 2, &insn) || insn.id != ISA_brl_call)
		return 0;
	to = at + insn.imm / ISA_BUNDLE_BYTES;
	return to >= moved->main && to < moved->bundles ? (unsigned int)to : 0;
}

/* For an unwinder, the address of bundle @at, which belongs to the code that starts at @first */
static uint64_t unwound_ip(const struct pv_patch_env *env, const struct pv_moved *moved,
			   uint64_t ip, unsigned int at, unsigned int first, bool called)
{
	if (at < moved->main)
		return called && at && called_tail(env, moved, at - 1)
			       ? moved->original + ISA_BUNDLE_BYTES
			       : pv_original_ip(env, ip);
	for (unsigned int b = 0; b < moved->main; b++)
		if (called_tail(env, moved, b) == first)
			return ip;
	return pv_original_ip(env, ip);
}

bool pv_copy_frame(const struct pv_patch_env *env, uint64_t ip, bool called, struct pv_frame *frame)
{
	const struct pv_moved *moved = pv_find_copy(env, ip);
	struct follow f = { 0 };
	unsigned int at, first, slot;

	if (!moved)
		return false;
	slot = pv_original_ip(env, ip) & 3;
	at = (ip - moved->copy) / ISA_BUNDLE_BYTES;
	first = (at < moved->main ? moved->start : moved->tail)[slot];
	frame->original = unwound_ip(env, moved, ip, at, first, called);
	if (first <= at && is_head(env, moved, first))
		follow(&f, env, moved, first, at, ip & 3, called);
	frame->sp = -f.sp;
	frame->rp = place(f.rp, f.rp_at, &f);
	frame->pfs = place(f.pfs, f.pfs_at, &f);
	return true;
}
