// SPDX-License-Identifier: MIT
/*
 * test_short.c - a backend's bundles in place of a site (pvops/short.h): operands and
 * predicates, what is reached by a branch, and when a call or a refusal has to do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "patch.h"
#include "pvops.h"
#include "pvops/no_native.h"
#include "short.h"

#define TEXT  UINT64_C(0xa000000100000000)
#define COPY  UINT64_C(0xe000000200000000)
#define THUNK UINT64_C(0xa000000100700000)
#define VIA   UINT64_C(0xa000000100710000)
#define GP    UINT64_C(0xa000000100c00000)
#define MII   0x01
#define MLX   0x05
#define M_MI  0x0b
#define MIB   0x11

struct world {
	_Alignas(16) uint8_t text[64];
	_Alignas(16) uint8_t copy[4096];
	struct pv_moved moved[8];
	struct pv_patch_env env;
	struct pv_choice choice[PV_OP_COUNT];
	struct pv_patch_result res;
};

static void *text_at(struct pv_patch_env *env, uint64_t address)
{
	struct world *w = env->data;

	return address - TEXT < sizeof(w->text) ? w->text + (address - TEXT) : NULL;
}

static void flush(struct pv_patch_env *env, const void *bundle)
{
	(void)env, (void)bundle;
}

static void sync(struct pv_patch_env *env)
{
	(void)env;
}

static void start(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->env = (struct pv_patch_env){ .copy = w->copy,
					.copy_address = COPY,
					.copy_bytes = sizeof(w->copy),
					.moved = w->moved,
					.moved_max = 8,
					.thunk = THUNK,
					.gp = GP,
					.text = text_at,
					.flush = flush,
					.sync = sync,
					.data = w };
}

static struct isa_bundle bundle(unsigned int template, const struct isa_insn *first,
				const struct isa_insn *second, const struct isa_insn *third)
{
	static const enum isa_id nop_of[] = { 0, ISA_nop_m, ISA_nop_i };
	const struct isa_insn *insn[3] = { first, second, third };
	struct isa_bundle b = { .template = template };

	for (unsigned int s = 0; s < 3; s++) {
		const unsigned int unit = isa_templates[template].unit[s];
		const struct isa_insn nop = { .id = nop_of[unit < ISA_SLOT_F ? unit : 0] };

		if (unit != ISA_SLOT_L)
			assert_true(isa_encode(insn[s] ? insn[s] : &nop, &b.slot[s],
					       unit == ISA_SLOT_X ? &b.slot[1] : NULL));
	}
	return b;
}

/* The backend's code: PV_TARGET = [PV_R3] by way of r1; @own: with a predicate of its own */
static void make_code(uint8_t code[48], bool own, const struct isa_insn *spoil)
{
	const struct isa_insn ld = { .id = ISA_ld, .r1 = 1, .r3 = PV_R3_GR, .c = { 3 } };
	const struct isa_insn add = {
		.id = ISA_adds, .r1 = PV_TARGET_GR, .r3 = 1, .imm = 3, .qp = own ? 7 : 0
	};
	const struct isa_insn movl = {
		.id = ISA_movl, .unit = ISA_UNIT_X, .r1 = 1, .imm = (int64_t)PV_GP
	};
	struct isa_bundle b = bundle(M_MI, &ld, &add, spoil);

	isa_bundle_pack(&b, code);
	b = bundle(MLX, NULL, NULL, &movl);
	isa_bundle_pack(&b, code + 16);
}

/* A bundle with `(qp) insn` in slot 0 is patched; returns how many sites were refused. */
static unsigned int patch(struct world *w, const struct isa_insn *insn, enum pv_op op)
{
	struct pv_site site = { TEXT, op };
	struct isa_bundle b = bundle(MII, insn, NULL, NULL);

	isa_bundle_pack(&b, w->text);
	return pv_patch(&site, &site + 1, w->choice, &w->env, &w->res);
}

static struct isa_insn in_copy(const struct world *w, unsigned int at, unsigned int slot)
{
	const struct isa_bundle b = isa_bundle_unpack(w->copy + 16 * (size_t)at);
	struct isa_insn insn;

	assert_true(isa_bundle_decode(&insn, &b, slot));
	return insn;
}

static void assert_insn(struct isa_insn insn, enum isa_id id, unsigned int qp, unsigned int r1,
			unsigned int r3)
{
	assert_int_equal(insn.id, id);
	assert_int_equal(insn.qp, qp);
	assert_int_equal(insn.r1, r1);
	assert_int_equal(insn.r3, r3);
}

/* The three instructions of make_code(), from bundle @at on */
static void assert_code(const struct world *w, unsigned int at, unsigned int qp, unsigned int own)
{
	assert_insn(in_copy(w, at, 0), ISA_ld, qp, 1, 40);
	assert_insn(in_copy(w, at, 1), ISA_adds, own, 33, 1);
	assert_insn(in_copy(w, at + 1, 2), ISA_movl, qp, 1, 0);
	assert_int_equal((uint64_t)in_copy(w, at + 1, 2).imm, GP);
}

static const struct isa_insn thash = { .id = ISA_thash, .r1 = 33, .r3 = 40 };
static const struct isa_insn thash_p9 = { .id = ISA_thash, .r1 = 33, .r3 = 40, .qp = 9 };

static void operands_and_predicates(void **state)
{
	uint8_t code[48];
	const struct pv_short any = { code, 2, PV_SHORT_ANY, false };
	static struct world w;

	(void)state;
	make_code(code, false, NULL);
	for (unsigned int qp = 0; qp < 64; qp += 9) {
		struct isa_insn insn = thash;

		start(&w);
		insn.qp = qp;
		w.choice[PV_OP_thash] =
			(struct pv_choice){ .action = PV_SHORT, .fn = 16, .code = { &any } };
		assert_int_equal(patch(&w, &insn, PV_OP_thash), 0);
		assert_int_equal(w.res.moved, 1);
		assert_code(&w, 0, qp, qp);
		assert_int_equal(in_copy(&w, 2, 2).id, ISA_brl_cond);
		assert_int_equal(w.env.copy_used, 48);
	}
}

static void own_predicates_are_branched_to(void **state)
{
	uint8_t code[48];
	const struct pv_short apart = { code, 2, PV_SHORT_ANY, true };
	static struct world w;
	struct isa_insn brl;

	(void)state;
	make_code(code, true, NULL);
	start(&w);
	w.choice[PV_OP_thash] =
		(struct pv_choice){ .action = PV_SHORT, .fn = 16, .code = { &apart } };
	assert_int_equal(patch(&w, &thash, PV_OP_thash), 0);
	assert_code(&w, 0, 0, 7);

	start(&w);
	w.choice[PV_OP_thash] =
		(struct pv_choice){ .action = PV_SHORT, .fn = 16, .code = { &apart } };
	assert_int_equal(patch(&w, &thash_p9, PV_OP_thash), 0);
	brl = in_copy(&w, 0, 2);
	assert_int_equal(brl.id, ISA_brl_cond);
	assert_int_equal(brl.qp, 9);
	assert_int_equal(brl.imm, 32); /* over the way back to the text */
	assert_code(&w, 2, 0, 7);
	brl = in_copy(&w, 4, 2);
	assert_int_equal(brl.id, ISA_brl_cond);
	assert_int_equal(brl.imm, -48);
}

/* The parts of a composite operation have their own code; which one, the argument tells. */
static void parts(void **state)
{
	uint8_t on[48], off[48];
	const struct pv_short for_on = { on, 2, 6, true },
			      for_off = { off, 2, PV_SHORT_ANY, false };
	const struct isa_insn ssm = { .id = ISA_ssm, .imm = 0x4000, .qp = 6 };
	const struct isa_insn rsm = { .id = ISA_rsm, .imm = 0x4000, .qp = 7 };
	static struct world w;

	(void)state;
	make_code(on, true, NULL);
	make_code(off, false, NULL);
	start(&w);
	w.choice[PV_OP_local_irq_restore] =
		(struct pv_choice){ .action = PV_SHORT, .fn = 16, .code = { &for_on, &for_off } };
	assert_int_equal(patch(&w, &ssm, PV_OP_local_irq_restore), 0);
	assert_int_equal(in_copy(&w, 0, 2).qp, 6);
	assert_int_equal(in_copy(&w, 2, 0).id, ISA_ld);
	w.env.copy_used = w.env.moved_count = 0;
	assert_int_equal(patch(&w, &rsm, PV_OP_local_irq_restore), 0);
	assert_int_equal(in_copy(&w, 0, 0).id, ISA_ld);
	assert_int_equal(in_copy(&w, 0, 0).qp, 7);
}

/* Where the code does not suit, the site calls; by the backend's way, if it has one. */
static void or_a_call(void **state)
{
	uint8_t code[48];
	const struct pv_short only_p6 = { code, 2, 6, true };
	const struct pv_short any = { code, 2, PV_SHORT_ANY, false };
	static struct world w;
	uint64_t target = 0;

	(void)state;
	make_code(code, false, NULL);
	for (unsigned int n = 0; n < 3; n++) {
		start(&w);
		w.choice[PV_OP_thash] = (struct pv_choice){ .action = n < 2 ? PV_SHORT : PV_CALL,
							    .fn = 16,
							    .via = n ? VIA : 0,
							    .code = { n ? &any : &only_p6 } };
		if (n == 1)
			w.env.gp = 0;
		assert_int_equal(patch(&w, &thash, PV_OP_thash), 0);
		for (unsigned int at = 0; at < w.env.copy_used / 16; at++) {
			const struct isa_bundle b = isa_bundle_unpack(w.copy + 16 * (size_t)at);
			struct isa_insn insn;

			if (isa_bundle_decode(&insn, &b, 2) && insn.id == ISA_brl_call)
				target = COPY + 16 * (uint64_t)at + (uint64_t)insn.imm;
		}
		assert_int_equal(target, n ? VIA : THUNK);
	}
}

/* Code that uses the stack: an unwinder is told how far, from each of its instructions. */
static void stack_is_followed(void **state)
{
	const struct isa_insn down = { .id = ISA_adds, .r1 = 12, .r3 = 12, .imm = -16 };
	const struct isa_insn pr = { .id = ISA_mov_from_pr, .r1 = 1 };
	const struct isa_insn pop = { .id = ISA_ld_imm, .r1 = 1, .r3 = 12, .imm = 16, .c = { 3 } };
	const struct isa_insn movl = {
		.id = ISA_movl, .unit = ISA_UNIT_X, .r1 = 1, .imm = (int64_t)PV_GP
	};
	static const int below[3][3] = { { 0, 16, 16 }, { 16, 0, 0 }, { 0, 0, 0 } };
	uint8_t code[48];
	const struct pv_short any = { code, 3, PV_SHORT_ANY, false };
	struct isa_bundle b = bundle(MII, &down, NULL, &pr);
	static struct world w;
	struct pv_frame frame;

	(void)state;
	isa_bundle_pack(&b, code);
	b = bundle(M_MI, &pop, NULL, NULL);
	isa_bundle_pack(&b, code + 16);
	b = bundle(MLX, NULL, NULL, &movl);
	isa_bundle_pack(&b, code + 32);
	start(&w);
	w.choice[PV_OP_thash] =
		(struct pv_choice){ .action = PV_SHORT, .fn = 16, .code = { &any } };
	assert_int_equal(patch(&w, &thash, PV_OP_thash), 0);
	for (uint64_t at = 0; at < 3; at++)
		for (uint64_t slot = 0; slot < 3; slot++) {
			assert_true(pv_copy_frame(&w.env, COPY + 16 * at + slot, false, &frame));
			assert_int_equal(frame.original & ~UINT64_C(3), TEXT);
			assert_int_equal(frame.sp, below[at][slot]);
			assert_int_equal(frame.rp, PV_FRAME_IN_PLACE);
			assert_int_equal(frame.pfs, PV_FRAME_IN_PLACE);
		}
	assert_false(pv_copy_frame(&w.env, TEXT, false, &frame));
}

/*
 * A call beside a site. Its tail gives it the return address that it would have had: to an
 * unwinder that is the called function's start, and who called is behind the original bundle.
 */
static void a_moved_call_is_followed(void **state)
{
	const struct isa_insn rsm = { .id = ISA_rsm, .imm = 0x4000 };
	const struct isa_insn call = { .id = ISA_br_call, .unit = ISA_UNIT_B, .imm = 0x200 };
	struct pv_site site = { TEXT, PV_OP_rsm_i };
	struct isa_bundle b = bundle(MIB, &rsm, NULL, &call);
	static struct world w;
	struct isa_insn insn;
	struct pv_frame frame;
	uint64_t at, tail = 0, down = 0;

	(void)state;
	start(&w);
	w.choice[PV_OP_rsm_i] = (struct pv_choice){ .action = PV_CALL, .fn = 16 };
	isa_bundle_pack(&b, w.text);
	pv_patch(&site, &site + 1, w.choice, &w.env, &w.res);
	assert_int_equal(w.env.moved_count, 1);
	for (at = w.moved[0].start[2]; !tail; at++) {
		assert_true(at < w.moved[0].main);
		b = isa_bundle_unpack(w.copy + 16 * at);
		if (isa_bundle_decode(&insn, &b, 2) && insn.id == ISA_brl_call)
			tail = at + (uint64_t)insn.imm / 16;
	}
	assert_true(pv_copy_frame(&w.env, COPY + 16 * at, true, &frame));
	assert_int_equal(frame.original, TEXT + 16);
	assert_int_equal(frame.sp, 0);
	assert_true(pv_copy_frame(&w.env, COPY + 16 * (at - 1), false, &frame));
	assert_int_equal(frame.original, TEXT + 2);
	for (at = tail; at < w.moved[0].bundles; at++)
		for (uint64_t slot = 0; slot < 3; slot++) {
			assert_true(pv_copy_frame(&w.env, COPY + 16 * at + slot, false, &frame));
			assert_int_equal(frame.original, COPY + 16 * at + slot);
			assert_int_equal(frame.rp, PV_FRAME_IN_PLACE);
			assert_int_equal(frame.pfs, PV_FRAME_IN_PLACE);
			down += frame.sp == 16;
		}
	assert_true(down >= 2);
}

static void bad_code_is_refused(void **state)
{
	static const struct isa_insn spoils[] = {
		{ .id = ISA_chk_s_i, .r2 = 20 },       /* a branch */
		{ .id = ISA_adds, .r1 = 20, .qp = 5 }, /* a predicate where the site's would go */
	};
	uint8_t code[48];
	const struct pv_short any = { code, 2, PV_SHORT_ANY, false };
	static struct world w;

	(void)state;
	for (unsigned int n = 0; n < sizeof(spoils) / sizeof(spoils[0]); n++) {
		make_code(code, false, &spoils[n]);
		start(&w);
		w.choice[PV_OP_thash] =
			(struct pv_choice){ .action = PV_SHORT, .fn = 16, .code = { &any } };
		assert_int_equal(patch(&w, &thash_p9, PV_OP_thash), 1);
		assert_int_equal(w.res.reasons[PV_NO_ENCODING], 1);
		assert_int_equal(w.env.copy_used, 0);
	}
	memset(code, 0xff, sizeof(code));
	start(&w);
	w.choice[PV_OP_thash] =
		(struct pv_choice){ .action = PV_SHORT, .fn = 16, .code = { &any } };
	assert_int_equal(patch(&w, &thash, PV_OP_thash), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operands_and_predicates),
		cmocka_unit_test(own_predicates_are_branched_to),
		cmocka_unit_test(parts),
		cmocka_unit_test(or_a_call),
		cmocka_unit_test(stack_is_followed),
		cmocka_unit_test(a_moved_call_is_followed),
		cmocka_unit_test(bad_code_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
