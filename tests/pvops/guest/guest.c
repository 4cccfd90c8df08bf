// SPDX-License-Identifier: MIT
/*
 * guest.c - the patcher and its thunk, on the machine.
 *
 * For each kind of operation, in each slot that can hold it, under a true and a false
 * predicate and without one: the whole processor is filled with known values, half of the
 * general registers with NaTs, the patched code runs and calls a function that destroys
 * all it may, and afterwards nothing may differ but the result. Each case runs twice, the
 * second time with an interruption after each instruction. Prints KTAP.
 */
#include "emit.h"
#include "patch.h"
#include "pvops.h"
#include "no_native.h"
#include "state.h"

extern struct state state_in, state_out;
extern uint64_t steps, calls, seen[5], link_seen, gp_seen;
extern uint8_t scratch[SCRATCH_BYTES], copies[COPY_BYTES];
extern const char dump[], callee[];
void run_scratch(void);
void clobber(void);
int guest_main(void);
unsigned long pv_selftest_code(unsigned long x, unsigned long y);
void guest_unexpected(uint64_t iip, uint64_t isr, uint64_t ifa);
void *memset(void *to, int c, size_t n);
void *memcpy(void *to, const void *from, size_t n);

#define PORT_COM1 (0x80000ffffc000000 + ((0x3f8ul >> 2) << 12) + 0x3f8)
#define PSR_I	  0x4000ul

void *memset(void *to, int c, size_t n)
{
	for (volatile uint8_t *p = to; n--;)
		*p++ = c;
	return to;
}

void *memcpy(void *to, const void *from, size_t n)
{
	const uint8_t *f = from;

	for (volatile uint8_t *p = to; n--;)
		*p++ = *f++;
	return to;
}

/* ---- the console ---- */

static void put(const char *text)
{
	while (*text)
		*(volatile uint8_t *)PORT_COM1 = *text++;
}

static void put_hex(uint64_t value)
{
	char digit[2] = "";

	put("0x");
	for (int shift = 60; shift >= 0; shift -= 4) {
		digit[0] = "0123456789abcdef"[value >> shift & 15];
		put(digit);
	}
}

static void put_number(unsigned int value)
{
	char text[11];
	char *p = text + 10;

	*p = 0;
	do
		*--p = '0' + value % 10;
	while (value /= 10);
	put(p);
}

void guest_unexpected(uint64_t iip, uint64_t isr, uint64_t ifa)
{
	put("Bail out! interruption at ");
	put_hex(iip);
	put(" isr ");
	put_hex(isr);
	put(" ifa ");
	put_hex(ifa);
	put("\n");
}

/* ---- what a case is and what it gave ---- */

struct test {
	unsigned int count, failed;
	bool bad;
	struct pv_patch_env env;
	struct pv_choice choice[PV_OP_COUNT];
};

static void differs(struct test *t, const char *what, unsigned int number, uint64_t is,
		    uint64_t should)
{
	if (is == should)
		return;
	t->bad = true;
	put("  # ");
	put(what);
	put_number(number);
	put(" is ");
	put_hex(is);
	put(", not ");
	put_hex(should);
	put("\n");
}

static void verdict(struct test *t, const char *name, const char *detail, unsigned int slot,
		    unsigned int qp)
{
	put(t->bad ? "not ok " : "ok ");
	put_number(++t->count);
	put(" - ");
	put(name);
	put(detail);
	put(" slot ");
	put_number(slot);
	put(" p");
	put_number(qp);
	put("\n");
	t->failed += t->bad;
	t->bad = false;
}

static void *text(struct pv_patch_env *env, uint64_t address)
{
	const uint64_t own = *(const uint64_t *)pv_selftest_code; /* from its descriptor */

	(void)env;
	return address - (uint64_t)scratch < SCRATCH_BYTES || address - own < 48 ? (void *)address
										 : NULL;
}

static void flush(struct pv_patch_env *env, const void *bundle)
{
	(void)env;
	asm volatile("fc.i %0" ::"r"(bundle) : "memory");
}

static void sync(struct pv_patch_env *env)
{
	(void)env;
	asm volatile(";; sync.i;; srlz.i;;" ::: "memory");
}

/* ---- known values ---- */

#define PRED_TRUE  6 /* and every even one; every odd one is false */
#define PREDICATES 0x5555555555555555ul

static bool is_nat(unsigned int gr)
{
	return gr % 3 == 2 && gr != 20 && gr != 32;
}

static void fill_state(bool step)
{
	for (unsigned int i = 1; i < 32 + LOCALS + OUTS; i++) {
		state_in.gr[i] = 0x1111000000000000ul + i * 0x100000001ul;
		if (is_nat(i))
			state_in.nat[i / 64] |= 1ul << i % 64;
	}
	state_in.nat[0] &= ~(1ul << 1 | 1ul << 12 | 1ul << 13);
	for (unsigned int i = 2; i < 32; i++) {
		state_in.fr[i][0] = 0x8000000000000000ul + i; /* significand */
		state_in.fr[i][1] = 0x10000 + i;	      /* sign and exponent */
	}
	for (unsigned int i = 0; i < 8; i++)
		state_in.br[i] = 0x2222000000000000ul + i * 0x10;
	state_in.pr = PREDICATES;
	state_in.unat = 0x5a5a5a5a12345678;
	state_in.pfs = 0x0000000000000a15;
	state_in.ccv = 0x3333000000000001;
	state_in.lc = 0x3333000000000002;
	state_in.fpsr = 0x9804c0270033f;
	state_in.csd = 0x3333000000000003;
	state_in.ssd = 0x3333000000000004;
	state_in.step = step;
}

/* Everything is as before, but for register @result (0: none), which has the result. */
static void compare(struct test *t, unsigned int result, bool call_made)
{
	for (unsigned int i = 1; i < 32 + LOCALS + OUTS; i++) {
		bool nat = state_out.nat[i / 64] >> i % 64 & 1;
		bool was_nat = state_in.nat[i / 64] >> i % 64 & 1;

		if (i == PV_R_SP)
			continue;
		differs(t, "NaT of r", i, nat, i == result ? 0 : was_nat);
		if (!nat)
			differs(t, "r", i, state_out.gr[i], i == result ? RESULT : state_in.gr[i]);
	}
	for (unsigned int i = 2; i < 32; i++) {
		differs(t, "significand of f", i, state_out.fr[i][0], state_in.fr[i][0]);
		differs(t, "exponent of f", i, state_out.fr[i][1], state_in.fr[i][1]);
	}
	for (unsigned int i = 0; i < 8; i++)
		if (!call_made || i)
			differs(t, "b", i, state_out.br[i], state_in.br[i]);
	differs(t, "pr", 0, state_out.pr | 1, state_in.pr | 1);
	differs(t, "ar.unat", 0, state_out.unat, state_in.unat);
	if (!call_made)
		differs(t, "ar.pfs", 0, state_out.pfs, state_in.pfs);
	differs(t, "ar.ccv", 0, state_out.ccv, state_in.ccv);
	differs(t, "ar.lc", 0, state_out.lc, state_in.lc);
	differs(t, "ar.fpsr", 0, state_out.fpsr, state_in.fpsr);
	differs(t, "ar.csd", 0, state_out.csd, state_in.csd);
	differs(t, "ar.ssd", 0, state_out.ssd, state_in.ssd);
}

/* ---- code under test ---- */

static uint64_t bits(const struct isa_insn *insn)
{
	uint64_t slot = 0;

	isa_encode(insn, &slot, NULL);
	return slot;
}

static void put_bundle(unsigned int at, const struct isa_bundle *b)
{
	isa_bundle_pack(b, scratch + at);
	flush(NULL, scratch + at);
}

static void put_brl(unsigned int at, uint64_t target)
{
	struct isa_bundle b = { .template = 5 };
	struct isa_insn brl = { .id = ISA_brl_cond,
				.imm = (int64_t)(target - (uint64_t)(scratch + at)) };

	b.slot[0] = bits(&(struct isa_insn){ .id = ISA_nop_m });
	isa_encode(&brl, &b.slot[2], &b.slot[1]);
	put_bundle(at, &b);
}

/* MMI with @insn in one slot; the others move a register to itself */
static void put_site(unsigned int at, unsigned int slot, const struct isa_insn *insn)
{
	struct isa_bundle b = { .template = 9 };
	struct isa_insn keep = { .id = ISA_adds, .r1 = 20, .r3 = 20 };

	for (unsigned int i = 0; i < 3; i++)
		b.slot[i] = bits(&keep);
	b.slot[slot] = bits(insn);
	put_bundle(at, &b);
}

static void reset(struct test *t)
{
	t->env.copy_used = t->env.moved_count = 0;
	calls = link_seen = steps = 0;
	for (unsigned int i = 0; i < 5; i++)
		seen[i] = 0;
}

static void patch(struct test *t, struct pv_site *site, unsigned int count)
{
	struct pv_patch_result res = { 0 };

	if (pv_patch(site, site + count, t->choice, &t->env, &res) || res.moved != count) {
		t->bad = true;
		for (unsigned int i = 1; i < PV_REASONS; i++)
			if (res.reasons[i]) {
				put("  # refused: ");
				put(pv_reason_text(i));
				put("\n");
			}
	}
}

struct kind {
	const char *name;
	enum pv_op op;
	struct isa_insn insn;
	uint8_t args;
	uint8_t gr[2]; /* the arguments' registers; 0: the constant */
	uint64_t constant;
	bool result;
};

static const struct kind kinds[] = {
	{ "rsm_i", PV_OP_rsm_i, { .id = ISA_rsm, .imm = PSR_I }, 0, { 0 }, 0, false },
	{ "rsm", PV_OP_rsm, { .id = ISA_rsm, .imm = 0x2000 }, 1, { 0 }, 0x2000, false },
	{ "local_irq_restore",
	  PV_OP_local_irq_restore,
	  { .id = ISA_ssm, .imm = PSR_I },
	  1,
	  { 0 },
	  PSR_I,
	  false },
	{ "get_psr to r8", PV_OP_get_psr, { .id = ISA_mov_from_psr, .r1 = 8 }, 0, { 0 }, 0, true },
	{ "get_psr to a local",
	  PV_OP_get_psr,
	  { .id = ISA_mov_from_psr, .r1 = 35 },
	  0,
	  { 0 },
	  0,
	  true },
	{ "get_psr to an out",
	  PV_OP_get_psr,
	  { .id = ISA_mov_from_psr, .r1 = 71 },
	  0,
	  { 0 },
	  0,
	  true },
	{ "set_cr_itm from r31",
	  PV_OP_set_cr_itm,
	  { .id = ISA_mov_to_cr, .r2 = 31, .r3 = 1 },
	  1,
	  { 31 },
	  0,
	  false },
	{ "set_cr_itm from r0",
	  PV_OP_set_cr_itm,
	  { .id = ISA_mov_to_cr, .r2 = 0, .r3 = 1 },
	  1,
	  { 0 },
	  0,
	  false },
	{ "thash, one register",
	  PV_OP_thash,
	  { .id = ISA_thash, .r1 = 33, .r3 = 33 },
	  1,
	  { 33 },
	  0,
	  true },
	{ "thash, an out to r14",
	  PV_OP_thash,
	  { .id = ISA_thash, .r1 = 14, .r3 = 70 },
	  1,
	  { 70 },
	  0,
	  true },
	{ "ptc_l", PV_OP_ptc_l, { .id = ISA_ptc_l, .r3 = 54, .r2 = 9 }, 2, { 54, 9 }, 0, false },
	{ "itr_d of tp",
	  PV_OP_itr_d,
	  { .id = ISA_itr_d, .r3 = 13, .r2 = 10 },
	  2,
	  { 13, 10 },
	  0,
	  false },
};

static void check_args(struct test *t, const struct kind *k, bool executed)
{
	differs(t, "calls", 0, calls, executed);
	if (executed) /* the second word of the function's descriptor */
		differs(t, "gp of the function, r", 1, gp_seen,
			((const uint64_t *)(uintptr_t)clobber)[1]);
	for (unsigned int i = 0; executed && i < k->args; i++)
		differs(t, "argument ", i, seen[i], k->gr[i] ? state_in.gr[k->gr[i]] : k->constant);
}

static void run_kind(struct test *t, const struct kind *k, unsigned int slot, unsigned int qp,
		     bool step)
{
	struct pv_site site = { (uint64_t)scratch | slot, k->op };
	struct isa_insn insn = k->insn;
	bool executed = !qp || PREDICATES >> qp & 1;

	reset(t);
	insn.qp = qp;
	put_site(0, slot, &insn);
	put_brl(16, (uint64_t)dump);
	patch(t, &site, 1);
	fill_state(step);
	for (unsigned int i = 0; i < k->args; i++) /* NaTs as operands would fault */
		state_in.nat[k->gr[i] / 64] &= ~(1ul << k->gr[i] % 64);
	run_scratch();
	compare(t, executed && k->result ? insn.r1 : 0, false);
	check_args(t, k, executed);
	if (step && !steps)
		differs(t, "steps", 0, 0, 1);
	verdict(t, k->name, step ? ", interrupted" : "", slot, qp);
}

static void run_kinds(struct test *t)
{
	static const uint8_t predicates[] = { 0, 6, 7, 16, 63 };

	for (unsigned int k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		for (unsigned int slot = 0; slot < 2; slot++)
			for (unsigned int p = 0; p < sizeof(predicates); p++)
				for (unsigned int step = 0; step < 2; step++)
					run_kind(t, &kinds[k], slot, predicates[p], step);
}

/* Five parts, in two bundles, as the assembler leaves them */
static void run_last(struct test *t, bool step)
{
	static const uint8_t gr[5] = { 10, 40, 9, 71, 31 };
	struct isa_bundle b = { .template = 8 };
	struct pv_site site[5];

	reset(t);
	for (unsigned int i = 0; i < 5; i++) {
		struct isa_insn part = { .id = ISA_mov_to_rr, .r2 = gr[i], .r3 = 22 };

		b.slot[i % 2] = bits(&part);
		b.slot[2] = bits(&(struct isa_insn){ .id = ISA_nop_i });
		if (i == 4)
			b.slot[1] = bits(&(struct isa_insn){ .id = ISA_adds, .r1 = 20, .r3 = 20 });
		put_bundle(i / 2 * 16, &b);
		site[i] = (struct pv_site){ (uint64_t)(scratch + i / 2 * 16) | i % 2,
					    PV_OP_set_rr0_to_rr4 };
	}
	put_brl(48, (uint64_t)dump);
	t->env.moved_count = 0;
	{
		struct pv_patch_result res = { 0 };

		differs(t, "refused", 0, pv_patch(site, site + 5, t->choice, &t->env, &res), 0);
		differs(t, "in place", 0, res.in_place, 4);
		differs(t, "moved", 0, res.moved, 1);
	}
	fill_state(step);
	for (unsigned int i = 0; i < 5; i++)
		state_in.nat[gr[i] / 64] &= ~(1ul << gr[i] % 64);
	run_scratch();
	compare(t, 0, false);
	differs(t, "calls", 0, calls, 1);
	for (unsigned int i = 0; i < 5; i++)
		differs(t, "argument ", i, seen[i], state_in.gr[gr[i]]);
	verdict(t, "set_rr0_to_rr4", step ? ", interrupted" : "", 0, 0);
}

/* A site before a call: the callee must see the address it would have seen. */
static void run_neighbour_call(struct test *t, bool indirect, bool step)
{
	struct isa_bundle b = { .template = 0x19 }; /* MMB */
	struct pv_site site = { (uint64_t)scratch, PV_OP_rsm_i };
	struct isa_insn call = { .id = ISA_br_call,
				 .c = { ISA_WH_SPTK, 1, 0 },
				 .imm = (int64_t)((uint64_t)callee - (uint64_t)scratch) };

	reset(t);
	if (indirect)
		call = (struct isa_insn){ .id = ISA_br_call_ind, .r2 = 6, .c = { 1, 1, 0 } };
	b.slot[0] = bits(&(struct isa_insn){ .id = ISA_rsm, .imm = PSR_I });
	b.slot[1] = bits(&(struct isa_insn){ .id = ISA_nop_m });
	b.slot[2] = bits(&call);
	put_bundle(0, &b);
	put_brl(16, (uint64_t)dump);
	patch(t, &site, 1);
	fill_state(step);
	state_in.br[6] = (uint64_t)callee;
	run_scratch();
	compare(t, 0, true);
	differs(t, "calls", 0, calls, 1);
	differs(t, "link", 0, link_seen, (uint64_t)(scratch + 16));
	differs(t, "b", 0, state_out.br[0], (uint64_t)(scratch + 16));
	verdict(t, indirect ? "indirect call beside a site" : "call beside a site",
		step ? ", interrupted" : "", 0, 0);
}

/* An advanced load of the function must not answer for one of the site's. */
static void run_alat(struct test *t)
{
	struct pv_site site = { (uint64_t)(scratch + 16), PV_OP_rsm_i };
	struct isa_insn lda = { .id = ISA_ld, .r1 = 14, .r3 = 20, .c = { 3, ISA_LD_A, 0 } };
	struct isa_insn chk = { .id = ISA_chk_a, .r1 = 14, .imm = 48 };
	struct isa_insn found = { .id = ISA_adds, .r1 = 8, .imm = 1 };
	struct isa_insn lost = { .id = ISA_adds, .r1 = 8, .imm = 2 };
	struct isa_insn rsm = { .id = ISA_rsm, .imm = PSR_I };
	uint64_t word = 5;

	reset(t);
	put_site(0, 0, &lda);
	put_site(16, 0, &rsm);
	put_site(32, 0, &chk);
	put_site(48, 0, &found);
	put_brl(64, (uint64_t)dump);
	put_site(80, 0, &lost);
	put_brl(96, (uint64_t)dump);
	patch(t, &site, 1);
	fill_state(false);
	state_in.gr[20] = (uint64_t)&word;
	run_scratch();
	differs(t, "r", 8, state_out.gr[8], 2);
	verdict(t, "ALAT entries are dropped", "", 0, 0);
}

static void run_selftest(struct test *t)
{
	const char *wrong;

	reset(t);
	wrong = pv_selftest(&t->env);
	if (wrong) {
		t->bad = true;
		put("  # ");
		put(wrong);
		put("\n");
	}
	verdict(t, "self-test", "", 0, 0);
}

static struct pv_moved moved[16];
static struct test test;

int guest_main(void)
{
	struct test *t = &test;

	for (unsigned int op = 1; op < PV_OP_COUNT; op++)
		t->choice[op] = (struct pv_choice){ .action = PV_CALL, .fn = (uint64_t)clobber };
	t->env = (struct pv_patch_env){
		.copy = copies,
		.copy_address = (uint64_t)copies,
		.copy_bytes = COPY_BYTES,
		.moved = moved,
		.moved_max = 16,
		.thunk = (uint64_t)pv_thunk,
		.text = text,
		.flush = flush,
		.sync = sync,
	};
	put("KTAP version 1\n");
	run_kinds(t);
	for (unsigned int step = 0; step < 2; step++) {
		run_last(t, step);
		run_neighbour_call(t, false, step);
		run_neighbour_call(t, true, step);
	}
	run_alat(t);
	run_selftest(t);
	put("1..");
	put_number(t->count);
	put("\n");
	return t->failed != 0;
}
