/* SPDX-License-Identifier: MIT */
/*
 * world.h - text, a copy area, and what code does without running it.
 *
 * A bundle, or the copy it was moved to, is read back as a list of events: instructions,
 * branches with their absolute targets, calls with the address they return to, and calls
 * of a site's C function, which are followed push by push. To be included once.
 */
#ifndef TESTS_PVOPS_WORLD_H
#define TESTS_PVOPS_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "emit.h"
#include "patch.h"
#include "pvops.h"
#include "pvops/no_native.h"

#define TEXT	   UINT64_C(0xa000000100000000)
#define TEXT_BYTES 1024
#define COPY_BYTES (1 << 15)
#define THUNK	   UINT64_C(0xa000000100700000)
#define FN	   UINT64_C(0xa000000100800000)
#define RESULT	   UINT64_C(0x1234567812345678)
#define MAX_EVENTS 8

enum event_kind { INSN, VALUE, BRANCH, CALL, SITE };

struct event {
	enum event_kind kind;
	struct isa_insn insn; /* without displacement, hints and raw bits */
	uint64_t target;      /* of a branch or call; VALUE: the value; SITE: the function */
	uint64_t link;
	uint64_t arg[PV_MAX_ARGS];
};

struct events {
	unsigned int count;
	struct event e[MAX_EVENTS];
};

struct world {
	_Alignas(16) uint8_t text[TEXT_BYTES];
	_Alignas(16) uint8_t copy[COPY_BYTES];
	uint64_t text_address;
	struct pv_moved moved[256];
	struct pv_patch_env env;
	struct pv_choice choice[PV_OP_COUNT];
	struct pv_patch_result res;
	unsigned int flushed, synced, told;
};

static void *world_text(struct pv_patch_env *env, uint64_t address)
{
	struct world *w = env->data;

	return address - w->text_address < TEXT_BYTES ? w->text + (address - w->text_address)
						      : NULL;
}

static void world_flush(struct pv_patch_env *env, const void *bundle)
{
	(void)bundle;
	((struct world *)env->data)->flushed++;
}

static void world_sync(struct pv_patch_env *env)
{
	((struct world *)env->data)->synced++;
}

static void world_refused(struct pv_patch_env *env, const struct pv_site *site,
			  enum pv_reason reason)
{
	(void)site;
	assert_true(reason != PV_OK && reason < PV_REASONS);
	((struct world *)env->data)->told++;
}

/* All operations call FN + 16 * op; the copy area is where @copy_address says. */
static void world_init(struct world *w, uint64_t text_address, uint64_t copy_address)
{
	memset(w, 0, sizeof(*w));
	w->text_address = text_address;
	for (unsigned int op = 1; op < PV_OP_COUNT; op++)
		w->choice[op] = (struct pv_choice){ .action = PV_CALL, .fn = FN + 16 * op };
	w->env = (struct pv_patch_env){
		.copy = w->copy,
		.copy_address = copy_address,
		.copy_bytes = COPY_BYTES,
		.moved = w->moved,
		.moved_max = 256,
		.thunk = THUNK,
		.text = world_text,
		.flush = world_flush,
		.sync = world_sync,
		.refused = world_refused,
		.data = w,
	};
}

static struct isa_bundle bundle_at(const struct world *w, uint64_t address)
{
	if (address - w->text_address < TEXT_BYTES)
		return isa_bundle_unpack(w->text + (address - w->text_address));
	assert_true(address - w->env.copy_address < COPY_BYTES);
	return isa_bundle_unpack(w->copy + (address - w->env.copy_address));
}

static bool in_copy(const struct world *w, uint64_t address)
{
	return address - w->env.copy_address < w->env.copy_used;
}

static bool is_nop(const struct isa_insn *i)
{
	return i->id == ISA_nop_m || i->id == ISA_nop_i || i->id == ISA_nop_f ||
	       i->id == ISA_nop_b || i->id == ISA_nop_x;
}

static bool is_hint(const struct isa_insn *i)
{
	return i->id == ISA_brp || i->id == ISA_brp_ind || i->id == ISA_brp_ret;
}

/* ---- a site's call, followed ---- */

struct follower {
	const struct world *w;
	uint64_t at; /* bundle */
	uint64_t gr[128], b0, link, pfs;
	uint64_t stack[64]; /* r12 is an index into it, in bytes */
	bool called, jumped;
	bool shared; /* the branch back is in the last load's bundle */
	struct event *event;
};

#define STACK_TOP 256

static uint64_t *stack_word(struct follower *f)
{
	assert_true(f->gr[12] < sizeof(f->stack) && f->gr[12] % 8 == 0);
	return &f->stack[f->gr[12] / 8];
}

static void follow_thunk(struct follower *f)
{
	assert_false(f->called);
	f->called = true;
	f->event->target = f->gr[1];
	for (unsigned int i = 0; i < PV_MAX_ARGS; i++)
		f->event->arg[i] = f->stack[(f->gr[12] + 48 + 16 * i) / 8];
	f->stack[(f->gr[12] + 48) / 8] = RESULT;
	f->gr[1] = f->stack[(f->gr[12] + 16) / 8];
	f->b0 = f->pfs = 0xdead;
}

static uint64_t find_register(struct follower *f, int where, uint64_t in_place)
{
	switch (where) {
	case PV_FRAME_IN_PLACE: return in_place;
	case PV_FRAME_IN_GP: return f->gr[1];
	default: return f->stack[(f->gr[12] + (uint64_t)where) / 8];
	}
}

/* What an unwinder is told at this point: the site's stack pointer, b0 and ar.pfs. */
static void check_frame(struct follower *f, uint64_t ip, bool called)
{
	struct pv_frame frame;

	assert_true(pv_copy_frame(&f->w->env, ip, called, &frame));
	assert_int_equal(f->gr[12] + (uint64_t)frame.sp, STACK_TOP);
	assert_int_equal(find_register(f, frame.pfs, f->pfs), 0xf5);
	if (!f->link || f->called)
		assert_int_equal(find_register(f, frame.rp, f->b0), 0xb0);
}

static void follow_insn(struct follower *f, const struct isa_insn *i)
{
	assert_int_equal(i->qp, 0);
	switch (i->id) {
	case ISA_adds: f->gr[i->r1] = f->gr[i->r3] + (uint64_t)i->imm; break;
	case ISA_movl: f->gr[i->r1] = (uint64_t)i->imm; break;
	case ISA_st_imm:
		assert_int_equal(i->r3, 12);
		assert_true(i->imm < 0);
		*stack_word(f) = f->gr[i->r2];
		f->gr[12] += (uint64_t)i->imm;
		break;
	case ISA_ld_imm:
		assert_int_equal(i->r3, 12);
		assert_true(i->imm > 0 && i->r1 != 12);
		f->gr[i->r1] = *stack_word(f);
		f->gr[12] += (uint64_t)i->imm;
		break;
	case ISA_mov_from_br: f->gr[i->r1] = f->b0; break;
	case ISA_mov_to_br:
		f->b0 = f->link = f->gr[i->r2];
		f->event->insn.r1 = i->r1;
		break;
	case ISA_mov_from_ar_i: f->gr[i->r1] = f->pfs; break;
	case ISA_mov_to_ar_i: f->pfs = f->gr[i->r2]; break;
	case ISA_brl_call:
		assert_int_equal(f->at + (uint64_t)i->imm, THUNK);
		check_frame(f, f->at + 16, true);
		follow_thunk(f);
		break;
	case ISA_br_cond_ind:
		f->event->insn.r2 = i->r2;
		f->jumped = true;
		break;
	case ISA_brl_cond:
		f->event->target = f->at + (uint64_t)i->imm;
		f->jumped = true;
		break;
	default:
		if (!is_nop(i))
			fail_msg("%s in a call sequence", isa_name(i->id));
	}
}

static void follow_start(struct follower *f, const struct world *w, uint64_t at, struct event *e)
{
	*f = (struct follower){ .w = w, .at = at, .event = e, .b0 = 0xb0, .pfs = 0xf5 };
	for (unsigned int i = 1; i < 128; i++)
		f->gr[i] = UINT64_C(0x700000) + i;
	f->gr[0] = 0;
	f->gr[12] = STACK_TOP;
}

/* Until the site's call is over (its last instruction is a load of r1) or a branch */
static void follow(struct follower *f)
{
	for (unsigned int bundles = 0; bundles < 40; bundles++, f->at += 16) {
		struct isa_bundle b = bundle_at(f->w, f->at);
		bool done = false;

		for (unsigned int s = 0; s < 3; s++) {
			struct isa_insn i;

			if (isa_templates[b.template].unit[s] == ISA_SLOT_L)
				continue;
			assert_true(isa_bundle_decode(&i, &b, s));
			if (i.id == ISA_brl_cond && done) {
				f->shared = true;
				return;
			}
			check_frame(f, f->at | s, false);
			follow_insn(f, &i);
			done |= f->called && i.id == ISA_ld_imm && i.r1 == 1 &&
				f->gr[12] == STACK_TOP;
		}
		if (f->jumped)
			return;
		if (done) {
			f->at += 16;
			return;
		}
	}
	fail_msg("a call sequence without end");
}

static void follow_site(struct follower *f, const struct world *w, uint64_t at, struct event *e)
{
	follow_start(f, w, at, e);
	follow(f);
	assert_true(f->called);
	assert_int_equal(f->gr[12], STACK_TOP);
	assert_int_equal(f->b0, 0xb0);
	assert_int_equal(f->pfs, 0xf5);
	e->insn.r1 = 0;
	for (unsigned int i = 1; i < 128; i++) {
		if (i != 12 && f->gr[i] == RESULT)
			e->insn.r1 = i;
		else if (i != 12)
			assert_int_equal(f->gr[i], UINT64_C(0x700000) + i);
	}
}

/* ---- events ---- */

static struct event plain(const struct isa_insn *insn, uint64_t address)
{
	struct event e = { .kind = INSN, .insn = *insn };

	e.insn.raw = e.insn.raw_l = 0;
	switch (insn->id) {
	case ISA_mov_from_ip:
	case ISA_movl:
		e = (struct event){ .kind = VALUE,
				    .insn = { .qp = insn->qp, .r1 = insn->r1 },
				    .target =
					    insn->id == ISA_movl ? (uint64_t)insn->imm : address };
		return e;
	case ISA_br_cond:
	case ISA_brl_cond:
		return (struct event){ .kind = BRANCH,
				       .insn = { .id = ISA_br_cond, .qp = insn->qp },
				       .target = address + (uint64_t)insn->imm };
	case ISA_br_call:
	case ISA_brl_call:
		return (struct event){ .kind = CALL,
				       .insn = { .qp = insn->qp, .r1 = insn->r1 },
				       .target = address + (uint64_t)insn->imm,
				       .link = address + 16 };
	case ISA_br_call_ind:
		return (struct event){ .kind = CALL,
				       .insn = { .qp = insn->qp, .r1 = insn->r1, .r2 = insn->r2 },
				       .link = address + 16 };
	case ISA_mov_to_br: e.insn.imm2 = e.insn.c[1] = e.insn.c[2] = 0; return e;
	}
	if (isa_flags(insn->id) & ISA_F_IPREL) {
		e.kind = BRANCH;
		e.target = address + (uint64_t)insn->imm;
		e.insn.imm = 0;
	}
	return e;
}

/* What a bundle that nobody moved does; slot n of it is *slot_event[n] if it does anything. */
static void events_in_place(const struct isa_bundle *b, uint64_t address, struct events *ev,
			    struct event *slot_event[3])
{
	for (unsigned int s = 0; s < 3; s++) {
		struct isa_insn insn;

		slot_event[s] = NULL;
		if (isa_templates[b->template].unit[s] == ISA_SLOT_L)
			continue;
		assert_true(isa_bundle_decode(&insn, b, s));
		if (is_nop(&insn) || is_hint(&insn))
			continue;
		slot_event[s] = &ev->e[ev->count++];
		*slot_event[s] = plain(&insn, address);
	}
}

/* A branch over a tail means the tail's target; a call's tail makes the link. */
static void resolve_tail(const struct world *w, struct event *e)
{
	struct follower f;
	struct isa_bundle b;

	if (!in_copy(w, e->target))
		return;
	b = bundle_at(w, e->target);
	if (e->kind == CALL) {
		uint8_t qp = e->insn.qp;

		e->insn.r2 = 0;
		follow_start(&f, w, e->target, e);
		e->target = 0;
		follow(&f);
		assert_true(f.jumped && f.gr[12] == STACK_TOP && f.gr[1] == 0x700001);
		e->link = f.link;
		e->insn.qp = qp;
	} else {
		struct isa_insn brl;

		assert_true(isa_bundle_decode(&brl, &b, 2) && brl.id == ISA_brl_cond && !brl.qp);
		e->target += (uint64_t)brl.imm;
	}
}

static bool starts_call(const struct isa_bundle *b)
{
	struct isa_insn a, s;

	return b->template == 0x0b && isa_bundle_decode(&a, b, 0) && isa_bundle_decode(&s, b, 1) &&
	       a.id == ISA_adds && a.r1 == 12 && a.r3 == 12 && a.imm == -16 && s.id == ISA_st_imm &&
	       s.r2 == 1;
}

static void event_from_copy(const struct world *w, const struct isa_insn *insn, uint64_t at,
			    struct events *ev)
{
	struct event *e = &ev->e[ev->count++];
	const uint64_t target = at + (uint64_t)insn->imm;
	struct follower f;

	assert_true(ev->count <= MAX_EVENTS);
	*e = plain(insn, at);
	if (insn->id == ISA_brl_cond && in_copy(w, target)) {
		struct isa_bundle b = bundle_at(w, target);
		uint8_t qp = insn->qp;

		if (starts_call(&b)) {
			*e = (struct event){ .kind = SITE };
			follow_site(&f, w, target, e);
			e->insn.qp = qp;
			return;
		}
	}
	if (e->kind == BRANCH || e->kind == CALL)
		resolve_tail(w, e);
}

/* What the bundle at @address does now, here or out of line */
static void events_now(const struct world *w, uint64_t address, struct events *ev)
{
	struct isa_bundle b = bundle_at(w, address);
	struct event *slot[3];
	struct isa_insn brl;
	uint64_t at;

	if (b.template != 5 || !isa_bundle_decode(&brl, &b, 2) || brl.id != ISA_brl_cond ||
	    !in_copy(w, address + (uint64_t)brl.imm)) {
		events_in_place(&b, address, ev, slot);
		return;
	}
	for (at = address + (uint64_t)brl.imm;; at += 16) {
		b = bundle_at(w, at);
		assert_true(isa_template_valid(b.template));
		if (starts_call(&b)) {
			struct follower f;
			struct event *e = &ev->e[ev->count++];

			*e = (struct event){ .kind = SITE };
			follow_site(&f, w, at, e);
			if (f.shared)
				return;
			at = f.at - 16;
			continue;
		}
		for (unsigned int s = 0; s < 3; s++) {
			struct isa_insn insn;

			if (isa_templates[b.template].unit[s] == ISA_SLOT_L)
				continue;
			assert_true(isa_bundle_decode(&insn, &b, s));
			if (insn.id == ISA_brl_cond && !insn.qp &&
			    at + (uint64_t)insn.imm == address + 16 && s == 2)
				return;
			if (!is_nop(&insn))
				event_from_copy(w, &insn, at, ev);
		}
	}
}

static void assert_same_events(const struct events *now, const struct events *want)
{
	if (now->count != want->count)
		fail_msg("%u events, not %u", now->count, want->count);
	for (unsigned int i = 0; i < now->count; i++) {
		const struct event *a = &now->e[i], *b = &want->e[i];

		assert_int_equal(a->kind, b->kind);
		assert_int_equal(a->target, b->target);
		assert_int_equal(a->link, b->link);
		if (b->kind == BRANCH || b->kind == CALL) { /* hints may differ */
			assert_int_equal(a->insn.id, b->insn.id);
			assert_int_equal(a->insn.qp, b->insn.qp);
			assert_int_equal(a->insn.r1, b->insn.r1);
			assert_int_equal(a->insn.r2, b->insn.r2);
		} else {
			assert_memory_equal(&a->insn, &b->insn, sizeof(a->insn));
		}
		for (unsigned int k = 0; k < PV_MAX_ARGS; k++)
			if (b->arg[k])
				assert_int_equal(a->arg[k], b->arg[k]);
	}
}

#endif
