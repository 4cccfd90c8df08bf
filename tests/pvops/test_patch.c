// SPDX-License-Identifier: MIT
/*
 * test_patch.c - the patcher on the host: each template, slot and kind of operation, the
 * relocation of what stands beside a site, refusals, and random bundles.
 */
#include "pvops/world.h"

#define NEAR_COPY (TEXT + 0x100000)
#define FAR_COPY  UINT64_C(0xe000000200000000)

static struct world world;

static uint64_t slot_bits(const struct isa_insn *insn)
{
	uint64_t bits;

	assert_true(isa_encode(insn, &bits, NULL));
	return bits;
}

static const enum isa_id nop_of[] = { 0, ISA_nop_m, ISA_nop_i, ISA_nop_f, ISA_nop_b, 0, ISA_nop_x };

static struct isa_bundle nops(unsigned int template)
{
	struct isa_bundle b = { .template = template };

	for (unsigned int s = 0; s < 3; s++) {
		struct isa_insn nop = { .id = nop_of[isa_templates[template].unit[s]] };

		if (isa_templates[template].unit[s] == ISA_SLOT_X)
			assert_true(isa_encode(&nop, &b.slot[2], &b.slot[1]));
		else if (isa_templates[template].unit[s] != ISA_SLOT_L)
			b.slot[s] = slot_bits(&nop);
	}
	return b;
}

static void put(struct world *w, unsigned int at, const struct isa_bundle *b)
{
	isa_bundle_pack(b, w->text + at);
}

/* An instruction that ops.def gives for an operation, with registers of its own */
static struct isa_insn native_of(const struct pv_native_insn *native, uint8_t qp)
{
	struct isa_insn insn = { .id = native->insn, .qp = qp, .r1 = 33, .r2 = 9, .r3 = 40 };

	if (native->cond == PV_COND_REG)
		insn.r3 = native->value;
	if (native->insn == ISA_ssm || native->insn == ISA_rsm)
		insn.imm = native->cond == PV_COND_NOT ? 0x2000 : (int64_t)native->value;
	return insn;
}

static struct event site_event(const struct world *w, const struct pv_native_insn *native,
			       const struct isa_insn *insn)
{
	const uint64_t r2 = 0x700000 + insn->r2, r3 = 0x700000 + insn->r3;
	struct event e = { .kind = SITE, .target = w->choice[native->op].fn };

	e.insn.qp = insn->qp;
	switch (pv_op_desc[native->op].shape) {
	case PV_SHAPE_GET: e.insn.r1 = insn->r1; break;
	case PV_SHAPE_SET: e.arg[0] = r2; break;
	case PV_SHAPE_USE: e.arg[0] = r3; break;
	case PV_SHAPE_MAP:
		e.insn.r1 = insn->r1;
		e.arg[0] = r3;
		break;
	case PV_SHAPE_PAIR:
		e.arg[0] = r3;
		e.arg[1] = r2;
		break;
	case PV_SHAPE_MASK: e.arg[0] = (uint64_t)insn->imm; break;
	case PV_SHAPE_EACH: e.arg[0] = native->arg; break;
	default: break;
	}
	return e;
}

static unsigned int patch(struct world *w, struct pv_site *site, unsigned int count)
{
	unsigned int refused = pv_patch(site, site + count, w->choice, &w->env, &w->res);

	assert_int_equal(w->res.sites,
			 w->res.native + w->res.in_place + w->res.moved + w->res.refused);
	return refused;
}

/* A last branch to the next bundle does nothing, and may be taken for the copy's own. */
static void drop_way_on(struct events *ev, uint64_t next)
{
	const struct event *last = &ev->e[ev->count - 1];

	if (last->kind == BRANCH && last->insn.id == ISA_br_cond && !last->insn.qp &&
	    last->target == next)
		ev->count--;
}

/* Patch the one bundle at 0, in which slot @slot is a site, and compare what it does. */
static void check_moved(struct world *w, const struct isa_bundle *b, unsigned int slot,
			const struct pv_native_insn *native)
{
	struct pv_site site = { w->text_address | slot, native->op };
	struct events want = { 0 }, now = { 0 };
	struct event *at[3];
	struct isa_insn insn;

	put(w, 0, b);
	events_in_place(b, w->text_address, &want, at);
	assert_true(isa_bundle_decode(&insn, b, slot));
	*at[slot] = site_event(w, native, &insn);
	w->env.copy_used = w->env.moved_count = 0;
	assert_int_equal(patch(w, &site, 1), 0);
	events_now(w, w->text_address, &now);
	drop_way_on(&want, w->text_address + 16);
	drop_way_on(&now, w->text_address + 16);
	assert_same_events(&now, &want);
}

static void every_operation_in_every_slot(void **state)
{
	const uint64_t page_end = TEXT + 0x4000 - ISA_BUNDLE_BYTES;

	(void)state;
	for (unsigned int t = 0; t < ISA_TEMPLATES; t++)
		for (unsigned int s = 0; s < 3; s++) {
			if (isa_templates[t].unit[s] != ISA_SLOT_M)
				continue;
			for (size_t i = 0; i < pv_native_insn_count; i++)
				for (unsigned int qp = 0; qp < 64; qp += 9) {
					const struct pv_native_insn *n = &pv_native_insns[i];
					struct isa_insn insn = native_of(n, qp);
					struct isa_bundle b = nops(t);

					if (pv_op_desc[n->op].shape == PV_SHAPE_LAST)
						continue;
					world_init(&world, i % 2 ? TEXT : page_end, FAR_COPY);
					b.slot[s] = slot_bits(&insn);
					check_moved(&world, &b, s, n);
					assert_int_equal(world.res.moved, 1);
					assert_int_equal(world.res.bundles, 1);
				}
		}
}

/* ---- neighbours ---- */

struct neighbour {
	struct isa_insn insn;
	uint8_t template; /* the site is in slot 0, the neighbour in the last slot */
};

static const struct neighbour neighbours[] = {
	{ { .id = ISA_br_cond }, 0x11 },
	{ { .id = ISA_br_cond, .qp = 7 }, 0x11 },
	{ { .id = ISA_br_wexit, .qp = 7 }, 0x11 },
	{ { .id = ISA_br_wtop, .qp = 7 }, 0x11 },
	{ { .id = ISA_br_cloop }, 0x11 },
	{ { .id = ISA_br_cexit }, 0x11 },
	{ { .id = ISA_br_ctop }, 0x11 },
	{ { .id = ISA_br_call }, 0x11 },
	{ { .id = ISA_br_call, .qp = 9, .r1 = 7 }, 0x11 },
	{ { .id = ISA_brl_cond }, 0x05 },
	{ { .id = ISA_brl_cond, .qp = 8 }, 0x05 },
	{ { .id = ISA_brl_call, .qp = 8, .r1 = 6 }, 0x05 },
	{ { .id = ISA_fchkf, .qp = 3 }, 0x0d }, /* in slot 1 */
	{ { .id = ISA_chk_s_i, .r2 = 20 }, 0x01 },
	{ { .id = ISA_chk_s_m, .r2 = 20 }, 0x09 },
	{ { .id = ISA_chk_s_f, .r2 = 20 }, 0x09 },
	{ { .id = ISA_chk_a, .r1 = 20, .c = { 1 } }, 0x09 },
	{ { .id = ISA_chk_a_f, .r1 = 20 }, 0x09 },
};

static unsigned int slot_of(const struct neighbour *n)
{
	switch (n->insn.id) {
	case ISA_fchkf:
	case ISA_chk_s_m:
	case ISA_chk_s_f:
	case ISA_chk_a:
	case ISA_chk_a_f: return 1;
	default: return 2;
	}
}

static bool with_neighbour(struct isa_bundle *b, const struct neighbour *n, int64_t distance)
{
	const struct isa_insn rsm = { .id = ISA_rsm, .imm = 0x4000 };
	struct isa_insn insn = n->insn;

	*b = nops(n->template);
	b->slot[0] = slot_bits(&rsm);
	insn.imm = distance;
	return isa_encode(&insn, &b->slot[slot_of(n)], n->template == 0x05 ? &b->slot[1] : NULL);
}

static const struct pv_native_insn *native_row(enum pv_op op)
{
	for (size_t i = 0; i < pv_native_insn_count; i++)
		if (pv_native_insns[i].op == op)
			return &pv_native_insns[i];
	fail();
	return NULL;
}

static void branches_keep_their_targets(void **state)
{
	static const int64_t distances[] = { 0,
					     16,
					     -16,
					     0x1000,
					     -0x1000,
					     0xfffff0,
					     -0x1000000,
					     INT64_C(0x7ffffffffffffff0),
					     INT64_MIN,
					     INT64_C(0x100000000000000),
					     INT64_C(1) << 59 };
	static const uint64_t copies[] = { TEXT + 0x400,
					   TEXT - 0x800000,
					   TEXT + 0x1000000 - 256,
					   TEXT + 0x1000000,
					   TEXT - 0x1000000,
					   FAR_COPY,
					   0x10000,
					   TEXT + (UINT64_C(1) << 60),
					   TEXT - (UINT64_C(1) << 60),
					   TEXT ^ (UINT64_C(1) << 63) };
	unsigned int checked = 0;

	(void)state;
	for (unsigned int n = 0; n < sizeof(neighbours) / sizeof(neighbours[0]); n++)
		for (unsigned int d = 0; d < sizeof(distances) / sizeof(distances[0]); d++)
			for (unsigned int c = 0; c < sizeof(copies) / sizeof(copies[0]); c++) {
				struct isa_bundle b;

				if (!with_neighbour(&b, &neighbours[n], distances[d]) ||
				    TEXT + (uint64_t)distances[d] - copies[c] < 1024)
					continue;
				world_init(&world, TEXT, copies[c]);
				check_moved(&world, &b, 0, native_row(PV_OP_rsm_i));
				checked++;
			}
	assert_true(checked > 1000);
}

static void other_ip_relative_instructions(void **state)
{
	static const struct neighbour others[] = {
		{ { .id = ISA_mov_from_ip, .r1 = 44, .qp = 5 }, 0x01 },
		{ { .id = ISA_mov_to_br, .r1 = 6, .r2 = 30, .imm2 = 64, .c = { 1, 0, 1 } }, 0x01 },
		{ { .id = ISA_brp, .imm = 64, .imm2 = 32 }, 0x11 },
		{ { .id = ISA_br_call_ind, .r1 = 0, .r2 = 6, .qp = 4, .c = { 1 } }, 0x11 },
		{ { .id = ISA_br_ret, .r2 = 0 }, 0x11 },
		{ { .id = ISA_movl, .r1 = 5 }, 0x05 },
		{ { .id = ISA_break_i }, 0x01 }, /* all bits 0 */
		{ { .id = ISA_break_b }, 0x11 },
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct isa_bundle b;

		assert_true(with_neighbour(&b, &others[i], others[i].insn.imm));
		world_init(&world, TEXT, FAR_COPY);
		check_moved(&world, &b, 0, native_row(PV_OP_rsm_i));
	}
}

/* ---- several sites ---- */

static void several_sites_in_one_bundle(void **state)
{
	const struct isa_insn restore[] = { { .id = ISA_ssm, .imm = 0x4000, .qp = 6 },
					    { .id = ISA_rsm, .imm = 0x4000, .qp = 7 } };
	struct pv_site site[] = { { TEXT | 1, PV_OP_local_irq_restore },
				  { TEXT, PV_OP_local_irq_restore } };
	struct isa_bundle b = nops(0x09);
	struct events now = { 0 };

	(void)state;
	world_init(&world, TEXT, FAR_COPY);
	b.slot[0] = slot_bits(&restore[0]);
	b.slot[1] = slot_bits(&restore[1]);
	put(&world, 0, &b);
	assert_int_equal(patch(&world, site, 2), 0);
	events_now(&world, TEXT, &now);
	assert_int_equal(now.count, 2);
	assert_int_equal(now.e[0].kind, SITE);
	assert_int_equal(now.e[0].insn.qp, 6);
	assert_int_equal(now.e[0].arg[0], 0x4000);
	assert_int_equal(now.e[1].insn.qp, 7);
	assert_int_equal(now.e[1].arg[0], 0);
	assert_int_equal(world.res.moved, 2);
	assert_int_equal(world.res.bundles, 1);
}

/* Five parts in slots 0 and 1 of three bundles; @spoil replaces what is in the last slots. */
static unsigned int patch_run(struct world *w, const struct isa_insn *spoil, uint8_t qp,
			      unsigned int parts)
{
	struct pv_site site[5];

	world_init(w, TEXT, FAR_COPY);
	for (unsigned int i = 0; i < 3; i++) {
		struct isa_bundle b = nops(0x08);

		for (unsigned int s = 0; s < 2 && 2 * i + s < 5; s++) {
			struct isa_insn part = { .id = ISA_mov_to_rr,
						 .r2 = 50 + 2 * i + s,
						 .r3 = 20,
						 .qp = i == 1 ? qp : 0 };

			b.slot[s] = slot_bits(&part);
			site[2 * i + s] =
				(struct pv_site){ (TEXT + 16 * i) | s, PV_OP_set_rr0_to_rr4 };
		}
		if (i == 1 && spoil)
			b.slot[2] = slot_bits(spoil);
		put(w, 16 * i, &b);
	}
	return patch(w, site, parts);
}

static void parts_of_a_composite_operation(void **state)
{
	const struct isa_insn add = { .id = ISA_add, .r1 = 50, .r2 = 51, .r3 = 52 };
	uint8_t before[64];
	struct events now = { 0 };

	(void)state;
	assert_int_equal(patch_run(&world, NULL, 0, 5), 0);
	assert_int_equal(world.res.in_place, 4);
	assert_int_equal(world.res.moved, 1);
	events_now(&world, TEXT, &now);
	events_now(&world, TEXT + 16, &now);
	assert_int_equal(now.count, 0);
	events_now(&world, TEXT + 32, &now);
	assert_int_equal(now.count, 1);
	for (unsigned int i = 0; i < 5; i++)
		assert_int_equal(now.e[0].arg[i], 0x700000 + 50 + i);

	/* Refused as a whole, and nothing is written. */
	assert_int_equal(patch_run(&world, &add, 0, 5), 5);
	assert_int_equal(world.res.reasons[PV_BAD_RUN], 5);
	memcpy(before, world.text, sizeof(before));
	assert_int_equal(world.env.moved_count, 0);
	assert_int_equal(patch_run(&world, NULL, 6, 5), 5);
	assert_int_equal(patch_run(&world, NULL, 0, 4), 4);
	assert_int_equal(world.res.reasons[PV_BAD_RUN], 4);
	assert_int_equal(world.told, 4);
}

/* ---- other actions ---- */

static void an_instruction_in_place_or_not(void **state)
{
	struct pv_site site = { TEXT, PV_OP_get_cpuid };
	struct isa_insn cpuid = { .id = ISA_mov_from_cpuid, .r1 = 33, .r3 = 40, .qp = 6 };
	struct isa_bundle b = nops(0x08), now;
	struct events ev = { 0 };
	struct isa_insn insn;

	(void)state;
	world_init(&world, TEXT, FAR_COPY);
	b.slot[0] = slot_bits(&cpuid);
	put(&world, 0, &b);
	world.choice[PV_OP_get_cpuid] = (struct pv_choice){
		.action = PV_INSN,
		.take = PV_TAKE_R1,
		.insn = { .id = ISA_adds, .imm = 42 },
	};
	assert_int_equal(patch(&world, &site, 1), 0);
	assert_int_equal(world.res.in_place, 1);
	assert_int_equal(world.env.copy_used, 0);
	now = bundle_at(&world, TEXT);
	assert_int_equal(now.template, 0x08);
	assert_true(isa_bundle_decode(&insn, &now, 0));
	assert_int_equal(insn.id, ISA_adds);
	assert_int_equal(insn.r1, 33);
	assert_int_equal(insn.imm, 42);
	assert_int_equal(insn.qp, 6);

	/* A long instruction has no room there. */
	put(&world, 0, &b);
	world.choice[PV_OP_get_cpuid].insn =
		(struct isa_insn){ .id = ISA_movl, .unit = ISA_UNIT_X, .imm = 42 };
	assert_int_equal(patch(&world, &site, 1), 0);
	assert_int_equal(world.res.moved, 1);
	events_now(&world, TEXT, &ev);
	assert_int_equal(ev.count, 1);
	assert_int_equal(ev.e[0].kind, VALUE);
	assert_int_equal(ev.e[0].insn.qp, 6);
}

static void native_sites_stay(void **state)
{
	const struct isa_insn rsm = { .id = ISA_rsm, .imm = 0x4000 };
	struct pv_site site = { TEXT, PV_OP_rsm_i };
	struct isa_bundle b = nops(0x08);
	uint8_t before[TEXT_BYTES];

	(void)state;
	world_init(&world, TEXT, FAR_COPY);
	b.slot[0] = slot_bits(&rsm);
	put(&world, 0, &b);
	memcpy(before, world.text, TEXT_BYTES);
	world.choice[PV_OP_rsm_i].action = PV_NATIVE;
	assert_int_equal(patch(&world, &site, 1), 0);
	assert_int_equal(world.res.native, 1);
	world.choice[PV_OP_rsm_i].action = PV_CALL;
	world.env.check_only = true;
	assert_int_equal(patch(&world, &site, 1), 0);
	assert_memory_equal(before, world.text, TEXT_BYTES);
	assert_int_equal(world.env.copy_used, 0);
}

/* What a check measures, with as little room as it may have, is what patching then takes. */
static void checks_measure(void **state)
{
	struct isa_insn rsm = { .id = ISA_rsm, .imm = 0x4000 };
	struct pv_site site[5];
	struct isa_bundle b;
	size_t copied;

	(void)state;
	world_init(&world, TEXT, FAR_COPY);
	for (unsigned int i = 0; i < 5; i++) {
		b = nops(0x08);
		b.slot[0] = slot_bits(&rsm);
		put(&world, 16 * i, &b);
		site[i] = (struct pv_site){ .where = TEXT + 16 * i, .op = PV_OP_rsm_i };
	}
	world.env.check_only = true;
	world.env.copy_bytes = PV_UNIT_BYTES;
	world.env.moved_max = PV_UNIT_BUNDLES;
	assert_int_equal(patch(&world, site, 5), 0);
	assert_int_equal(world.res.bundles, 5);
	copied = world.res.copied;
	assert_true(copied && copied % 5 == 0);
	world.env.check_only = false;
	world.env.copy_bytes = copied;
	world.env.moved_max = 5;
	world.res = (struct pv_patch_result){ 0 };
	assert_int_equal(patch(&world, site, 5), 0);
	assert_int_equal(world.res.copied, copied);
	assert_int_equal(world.env.copy_used, copied);
	/* One byte less, and the last one is refused. */
	world_init(&world, TEXT, FAR_COPY);
	for (unsigned int i = 0; i < 5; i++)
		put(&world, 16 * i, &b);
	world.env.copy_bytes = copied - 1;
	assert_int_equal(patch(&world, site, 5), 1);
	assert_int_equal(world.res.reasons[PV_NO_ROOM], 1);
}

/* ---- refusals ---- */

struct refusal {
	const char *what;
	struct pv_site site[2];
	struct isa_insn insn;	   /* in slot 0, operation given by the record */
	struct isa_insn neighbour; /* in slot 2 of MMB, if it has an id */
	enum pv_reason reason;
	uint8_t sites;
	uint8_t template; /* instead of MMB */
};

#define RSM                                                                                        \
	{                                                                                          \
		.id = ISA_rsm, .imm = 0x4000                                                       \
	}
#define RSM_SITE                                                                                   \
	{                                                                                          \
		{                                                                                  \
			TEXT, PV_OP_rsm_i                                                          \
		}                                                                                  \
	}

static const struct refusal refusals[] = {
	{ "no operation", { { TEXT, 0 } }, RSM, { 0 }, PV_BAD_RECORD, 1, 0 },
	{ "unknown operation", { { TEXT, PV_OP_COUNT } }, RSM, { 0 }, PV_BAD_RECORD, 1, 0 },
	{ "flags", { { TEXT, PV_OP_rsm_i | 1ull << 32 } }, RSM, { 0 }, PV_BAD_RECORD, 1, 0 },
	{ "slot 3", { { TEXT | 3, PV_OP_rsm_i } }, RSM, { 0 }, PV_BAD_RECORD, 1, 0 },
	{ "not aligned", { { TEXT | 4, PV_OP_rsm_i } }, RSM, { 0 }, PV_BAD_RECORD, 1, 0 },
	{ "behind the text",
	  { { TEXT + TEXT_BYTES, PV_OP_rsm_i } },
	  RSM,
	  { 0 },
	  PV_NOT_TEXT,
	  1,
	  0 },
	{ "at 0", { { 0, PV_OP_rsm_i } }, RSM, { 0 }, PV_NOT_TEXT, 1, 0 },
	{ "other operation", { { TEXT, PV_OP_ssm_i } }, RSM, { 0 }, PV_NOT_NATIVE, 1, 0 },
	{ "other mask", { { TEXT, PV_OP_rsm } }, RSM, { 0 }, PV_NOT_NATIVE, 1, 0 },
	{ "other slot", { { TEXT | 1, PV_OP_rsm_i } }, RSM, { 0 }, PV_NOT_NATIVE, 1, 0 },
	{ "L slot", { { TEXT | 1, PV_OP_rsm_i } }, RSM, { 0 }, PV_NOT_NATIVE, 1, 0x05 },
	{ "recorded twice",
	  { { TEXT, PV_OP_rsm_i }, { TEXT, PV_OP_rsm_i } },
	  RSM,
	  { 0 },
	  PV_DUPLICATE,
	  2,
	  0 },
	{ "result in gp",
	  { { TEXT, PV_OP_get_psr } },
	  { .id = ISA_mov_from_psr, .r1 = 1 },
	  { 0 },
	  PV_BAD_OPERAND,
	  1,
	  0 },
	{ "result in r0",
	  { { TEXT, PV_OP_get_psr } },
	  { .id = ISA_mov_from_psr, .r1 = 0 },
	  { 0 },
	  PV_BAD_OPERAND,
	  1,
	  0 },
	{ "sp as operand",
	  { { TEXT, PV_OP_fc } },
	  { .id = ISA_fc, .r3 = 12 },
	  { 0 },
	  PV_BAD_OPERAND,
	  1,
	  0 },
	{ "epc beside it", RSM_SITE, RSM, { .id = ISA_epc }, PV_NOT_MOVABLE, 1, 0 },
	{ "call through its link",
	  RSM_SITE,
	  RSM,
	  { .id = ISA_br_call_ind, .r1 = 6, .r2 = 6, .c = { 1 } },
	  PV_NOT_MOVABLE,
	  1,
	  0 },
	{ "reserved template", RSM_SITE, RSM, { 0 }, PV_BAD_BUNDLE, 1, 0x06 },
};

static void what_does_not_fit_is_refused(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *r = &refusals[i];
		struct isa_bundle b = nops(r->template == 0x05 ? 0x05 : 0x19);
		struct pv_site site[2] = { r->site[0], r->site[1] };
		uint8_t before[TEXT_BYTES];

		world_init(&world, TEXT, FAR_COPY);
		b.slot[0] = slot_bits(&r->insn);
		if (r->neighbour.id)
			b.slot[2] = slot_bits(&r->neighbour);
		if (r->template)
			b.template = r->template;
		put(&world, 0, &b);
		memcpy(before, world.text, TEXT_BYTES);
		if (patch(&world, site, r->sites) != r->sites ||
		    world.res.reasons[r->reason] != r->sites)
			fail_msg("%s: not refused as \"%s\"", r->what, pv_reason_text(r->reason));
		assert_memory_equal(before, world.text, TEXT_BYTES);
		assert_int_equal(world.env.copy_used, 0);
		assert_int_equal(world.env.moved_count, 0);
		assert_int_equal(world.told, r->sites);
	}
}

static void a_full_copy_area_refuses(void **state)
{
	struct pv_site site[TEXT_BYTES / 16];
	struct isa_bundle b = nops(0x08);

	(void)state;
	world_init(&world, TEXT, FAR_COPY);
	world.env.copy_bytes = 1000;
	b.slot[0] = slot_bits(&(struct isa_insn)RSM);
	for (unsigned int i = 0; i < TEXT_BYTES / 16; i++) {
		put(&world, 16 * i, &b);
		site[i] = (struct pv_site){ TEXT + 16 * (TEXT_BYTES / 16 - 1 - i), PV_OP_rsm_i };
	}
	assert_true(patch(&world, site, TEXT_BYTES / 16) > 0);
	assert_true(world.env.copy_used <= 1000);
	assert_int_equal(world.res.reasons[PV_NO_ROOM], world.res.refused);
	for (unsigned int i = 0; i < TEXT_BYTES / 16; i++) {
		struct events now = { 0 };

		events_now(&world, TEXT + 16 * i, &now);
		assert_int_equal(now.count, 1);
		assert_int_equal(now.e[0].kind, i < world.res.moved ? SITE : INSN);
	}
}

/* ---- addresses ---- */

static void addresses_of_moved_code(void **state)
{
	struct pv_site site[TEXT_BYTES / 16];
	struct isa_insn load = { .id = ISA_ld, .r1 = 30, .r3 = 31, .c = { 3 } };
	struct isa_bundle b = nops(0x08);

	(void)state;
	world_init(&world, TEXT, FAR_COPY);
	b.slot[0] = slot_bits(&(struct isa_insn)RSM);
	b.slot[1] = slot_bits(&load);
	for (unsigned int i = 0; i < TEXT_BYTES / 16; i++) {
		put(&world, 16 * i, &b);
		site[i] = (struct pv_site){ TEXT + 16 * i, PV_OP_rsm_i };
	}
	assert_int_equal(patch(&world, site, TEXT_BYTES / 16), 0);
	for (uint64_t ip = FAR_COPY; ip < FAR_COPY + world.env.copy_used; ip += 16) {
		struct isa_bundle c = bundle_at(&world, ip);
		struct isa_insn insn;
		uint64_t original = pv_original_ip(&world.env, ip);
		bool is_load = isa_bundle_decode(&insn, &c, 0) && insn.id == ISA_ld;

		assert_int_equal(original & 3, is_load);
		if (is_load)
			assert_int_equal(pv_resume_ip(&world.env, original), ip);
	}
	assert_int_equal(pv_original_ip(&world.env, FAR_COPY), TEXT);
	assert_int_equal(pv_original_ip(&world.env, FAR_COPY + world.env.copy_used - 16),
			 (TEXT + TEXT_BYTES - 16) | 1);
	assert_int_equal(pv_original_ip(&world.env, FAR_COPY + world.env.copy_used),
			 FAR_COPY + world.env.copy_used);
	assert_int_equal(pv_original_ip(&world.env, TEXT), TEXT);
	assert_int_equal(pv_resume_ip(&world.env, TEXT), TEXT);
	assert_int_equal(pv_resume_ip(&world.env, TEXT | 2), TEXT + 16);
}

static void entry_points(void **state)
{
	struct isa_bundle b = nops(0x10), old;
	struct isa_insn brl;
	uint8_t before[16];

	(void)state;
	world_init(&world, TEXT, FAR_COPY);
	put(&world, 32, &b);
	memcpy(before, world.text + 32, 16);
	assert_true(pv_patch_branch(&world.env, TEXT + 32, 0x4000000, &old));
	b = bundle_at(&world, TEXT + 32);
	assert_true(isa_bundle_decode(&brl, &b, 2));
	assert_int_equal(brl.id, ISA_brl_cond);
	assert_int_equal(TEXT + 32 + (uint64_t)brl.imm, 0x4000000);
	assert_true(world.flushed && world.synced);
	assert_true(pv_unpatch_branch(&world.env, TEXT + 32, &old));
	assert_memory_equal(before, world.text + 32, 16);
	assert_false(pv_patch_branch(&world.env, TEXT + TEXT_BYTES, TEXT, NULL));
	assert_false(pv_patch_branch(&world.env, TEXT + 8, TEXT, NULL));
	world.text[48] = 0x06; /* a reserved template */
	assert_false(pv_patch_branch(&world.env, TEXT + 48, TEXT, NULL));
}

/* Entry points that belong together: whichever of them is none, no other one is switched. */
static void branches_all_or_none(void **state)
{
	struct isa_bundle b = nops(0x10);
	uint8_t before[TEXT_BYTES];

	(void)state;
	for (unsigned int bad = 0; bad < 5; bad++) {
		struct pv_branch list[4];

		world_init(&world, TEXT, FAR_COPY);
		for (unsigned int i = 0; i < 4; i++) {
			put(&world, 64 * i, &b);
			list[i] = (struct pv_branch){ TEXT + 64 * i, 0x4000000 + 16 * i };
		}
		if (bad < 4)
			world.text[64 * bad] = 0x06; /* a reserved template */
		memcpy(before, world.text, TEXT_BYTES);
		assert_int_equal(pv_patch_branches(&world.env, list, 4), bad == 4);
		if (bad < 4)
			assert_memory_equal(before, world.text, TEXT_BYTES);
		for (unsigned int i = 0; bad == 4 && i < 4; i++) {
			struct isa_bundle now = bundle_at(&world, list[i].from);
			struct isa_insn brl;

			assert_true(isa_bundle_decode(&brl, &now, 2));
			assert_int_equal(brl.id, ISA_brl_cond);
			assert_int_equal(list[i].from + (uint64_t)brl.imm, list[i].to);
		}
	}
	assert_true(world.flushed >= 4 && world.synced);
	assert_true(pv_patch_branches(&world.env, NULL, 0));
}

/* ---- random bundles ---- */

static uint64_t random_bits(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed * UINT64_C(0x2545f4914f6cdd1d);
}

static bool random_bundle(uint64_t *seed, struct isa_bundle *b)
{
	b->template = random_bits(seed) & 31;
	if (!isa_template_valid(b->template))
		return false;
	for (unsigned int s = 0; s < 3; s++)
		b->slot[s] = random_bits(seed) & ISA_SLOT_MASK;
	for (unsigned int s = 0; s < 3; s++) {
		struct isa_insn insn;

		for (unsigned int tries = 0; isa_templates[b->template].unit[s] != ISA_SLOT_L &&
					     !isa_bundle_decode(&insn, b, s);
		     tries++)
			b->slot[s] = random_bits(seed) & ISA_SLOT_MASK;
	}
	return true;
}

static bool may_be_refused(const struct isa_bundle *b)
{
	for (unsigned int s = 0; s < 3; s++) {
		struct isa_insn i;

		if (isa_bundle_decode(&i, b, s) &&
		    (i.id == ISA_epc || i.id == ISA_br_ia || i.id == ISA_vmsw_0 ||
		     i.id == ISA_vmsw_1 || (i.id == ISA_br_call_ind && i.r1 == i.r2)))
			return true;
	}
	return false;
}

static void random_neighbours(void **state)
{
	uint64_t seed = 88172645463325252u;
	unsigned int checked = 0;

	(void)state;
	while (checked < 100000) {
		const struct pv_native_insn *native =
			&pv_native_insns[random_bits(&seed) % pv_native_insn_count];
		const unsigned int slot = random_bits(&seed) % 3;
		struct isa_insn insn = native_of(native, random_bits(&seed) & 63);
		struct isa_bundle b;

		if (!random_bundle(&seed, &b) ||
		    isa_templates[b.template].unit[slot] != ISA_SLOT_M ||
		    pv_op_desc[native->op].shape == PV_SHAPE_LAST)
			continue;
		b.slot[slot] = slot_bits(&insn);
		world_init(&world, TEXT, random_bits(&seed) & ~UINT64_C(15));
		if (may_be_refused(&b)) {
			struct pv_site site = { TEXT | slot, native->op };

			put(&world, 0, &b);
			patch(&world, &site, 1);
		} else {
			check_moved(&world, &b, slot, native);
		}
		checked++;
	}
}

/* Records that mean nothing, over text that means nothing: refused, or sound. */
static void random_records(void **state)
{
	uint64_t seed = 1234567;

	(void)state;
	for (unsigned int round = 0; round < 3000; round++) {
		struct pv_site site[16];

		world_init(&world, TEXT, FAR_COPY);
		for (unsigned int i = 0; i < TEXT_BYTES; i++)
			world.text[i] = random_bits(&seed) >> 13;
		for (unsigned int i = 0; i < 16; i++)
			site[i] = (struct pv_site){
				TEXT + random_bits(&seed) % (TEXT_BYTES + 64) -
					(random_bits(&seed) % 8 ? 0 : random_bits(&seed)),
				random_bits(&seed) % (PV_OP_COUNT + 2),
			};
		patch(&world, site, 16);
		assert_int_equal(world.res.sites, 16);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_operation_in_every_slot),
		cmocka_unit_test(branches_keep_their_targets),
		cmocka_unit_test(other_ip_relative_instructions),
		cmocka_unit_test(several_sites_in_one_bundle),
		cmocka_unit_test(parts_of_a_composite_operation),
		cmocka_unit_test(an_instruction_in_place_or_not),
		cmocka_unit_test(native_sites_stay),
		cmocka_unit_test(checks_measure),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(a_full_copy_area_refuses),
		cmocka_unit_test(addresses_of_moved_code),
		cmocka_unit_test(entry_points),
		cmocka_unit_test(branches_all_or_none),
		cmocka_unit_test(random_neighbours),
		cmocka_unit_test(random_records),
	};

	return cmocka_run_group_tests_name("pvops/patch", tests, NULL, NULL);
}
