// SPDX-License-Identifier: MIT
/*
 * The run loop and the interruption model: what the control registers hold after each kind of
 * interruption, from each slot; traps after an instruction; rfi into the middle of a bundle;
 * loops; counts. Code runs in physical mode from RAM.
 */
#include "core.h"

#define SLOT_OF(x) ((x) >> PSR_RI_SHIFT & 3)

/* Handlers: an endless bundle at each vector, so that a test sees the state at entry */
static void stay_in_handlers(struct env *env)
{
	uint64_t at = env->at;

	for (unsigned v = 0; v < 0x7000; v += 0x100) {
		env->at = IVT + v;
		emit(env, BBB, NOP_B, NOP_B, I(br_cond, .imm = 0));
	}
	env->at = at;
}

static void check_entry(struct env *env, unsigned vector, uint64_t iip, unsigned ri, uint64_t isr)
{
	struct cpu *cpu = env->cpu;

	assert_int_equal(cpu->ip, IVT + vector);
	assert_int_equal(cpu->ri, 0);
	assert_int_equal(cpu->cr[CR_IIP], iip);
	assert_int_equal(SLOT_OF(cpu->cr[CR_IPSR]), ri);
	assert_int_equal(cpu->cr[CR_ISR], isr);
	assert_int_equal(cpu->stats.intr[vector >> 8], 1);
}

static struct isa_insn add_one(unsigned r)
{
	return I(adds, .r1 = r, .r3 = r, .imm = 1);
}

/* break in each slot: IIM, ISR.ei, IIP; IIPA is the bundle of the last success */
static void test_break_in_slots(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	for (unsigned slot = 0; slot < 3; slot++) {
		teardown(state);
		setup(state);
		cpu = env->cpu;
		stay_in_handlers(env);
		emit(env, MII, add_one(8), add_one(8), add_one(8));
		emit(env, MII, slot == 0 ? I(break_m, .imm = 0x12345) : add_one(8),
		     slot == 1 ? I(break_i, .imm = 0x12345) : add_one(8),
		     slot == 2 ? I(break_i, .imm = 0x12345) : add_one(8));
		set_psr(env, PSR_IC | PSR_BN);
		cpu->gr[20].val = 77;
		run(env, 8);
		check_entry(env, VEC_BREAK, CODE + 16, slot, (uint64_t)slot << ISR_EI_SHIFT);
		assert_int_equal(cpu->gr[8].val, 3 + slot);
		assert_int_equal(cpu->cr[CR_IIM], 0x12345);
		assert_int_equal(cpu->cr[CR_IIPA], slot ? CODE + 16 : CODE);
		assert_int_equal(cpu->cr[CR_IFS], 0);
		assert_int_equal(cpu->psr, 0);
		assert_int_equal(cpu->gr_bank[4].val, 77); /* bank 0 is in, bank 1 aside */
		assert_int_equal(cpu->stats.insns - 3 - slot, 3 * (cpu->stats.bundles - 1));
	}
}

/* PSR after an interruption, SDM vol 2 table 3-2; DCR decides be and pp */
static void test_psr_at_entry(void **state)
{
	struct env *env = *state;
	uint64_t kept = PSR_UP | PSR_MFL | PSR_MFH | PSR_RT;
	uint64_t psr = kept | PSR_IC | PSR_I | PSR_AC | PSR_DFL | PSR_DFH | PSR_SP | PSR_SI |
		       PSR_DI | 3UL << PSR_CPL_SHIFT;

	stay_in_handlers(env);
	emit(env, MII, I(break_m), NOP_I, NOP_I);
	env->cpu->cr[CR_DCR] = 1 | DCR_BE;
	set_psr(env, psr);
	run(env, 3);
	assert_int_equal(env->cpu->psr, kept | PSR_PP | PSR_BE);
	assert_int_equal(env->cpu->cr[CR_IPSR], psr);
}

/* With PSR.ic = 0 only ISR is written, with ni; a missing translation nests silently. */
static void test_ic_clear(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	stay_in_handlers(env);
	emit(env, MII, I(break_m, .imm = 5), NOP_I, NOP_I);
	cpu->cr[CR_IIP] = 1;
	cpu->cr[CR_IIM] = 2;
	cpu->cr[CR_IPSR] = 3;
	cpu->cr[CR_IFS] = 1UL << 63;
	run(env, 3);
	assert_int_equal(cpu->ip, IVT + VEC_BREAK);
	assert_int_equal(cpu->cr[CR_ISR], ISR_NI);
	assert_int_equal(cpu->cr[CR_IIP], 1);
	assert_int_equal(cpu->cr[CR_IIM], 2);
	assert_int_equal(cpu->cr[CR_IPSR], 3);
	assert_int_equal(cpu->cr[CR_IFS], 1UL << 63);

	cpu->ip = env->at;
	emit(env, MII, I(ld, .r1 = 8, .r3 = 9, .c = { 3 }), NOP_I, NOP_I);
	set_psr(env, PSR_DT);
	run(env, 2);
	assert_int_equal(cpu->ip, IVT + VEC_NESTED_DTLB);
	assert_int_equal(cpu->cr[CR_ISR], ISR_NI); /* still the break's */
}

/* A data fault: IFA, ITIR, ISR.r */
static void test_data_fault(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	stay_in_handlers(env);
	emit(env, MMI, NOP_M, I(ld, .r1 = 8, .r3 = 9, .c = { 3 }), NOP_I);
	cpu->gr[9].val = 5UL << 61 | 0x123458;
	tlb_write_rr(cpu, 5, 0xabcUL << 8 | 14 << 2);
	set_psr(env, PSR_DT | PSR_IC);
	run(env, 2);
	check_entry(env, VEC_ALT_DTLB, CODE, 1, ISR_R | 1UL << ISR_EI_SHIFT);
	assert_int_equal(cpu->cr[CR_IFA], 5UL << 61 | 0x123458);
	assert_int_equal(cpu->cr[CR_ITIR], 0xabcUL << 8 | 14 << 2);
	assert_int_equal(cpu->cr[CR_IIPA], CODE);
}

/* Reserved encodings and targets; the predicate gates those that the SDM gates. */
static void test_illegal(void **state)
{
	struct env *env = *state;
	const struct isa_insn bad[] = {
		I(adds, .r1 = 0, .r3 = 1),    I(adds, .r1 = 40, .r3 = 1), /* outside the frame */
		I(cmp_eq, .p1 = 6, .p2 = 6),  I(ld_imm, .r1 = 9, .r3 = 9, .imm = 8, .c = { 3 }),
		I(alloc, .r1 = 33, .imm = 1),
	};

	for (unsigned i = 0; i < 5; i++) {
		teardown(state);
		setup(state);
		stay_in_handlers(env);
		emit(env, MII, bad[i], NOP_I, NOP_I);
		set_psr(env, PSR_IC);
		run(env, 2);
		check_entry(env, VEC_GENERAL, CODE, 0, GEX_ILLEGAL_OP);
	}
	teardown(state);
	setup(state);
	emit(env, MII, I(adds, .qp = 6, .r1 = 0), I(cmp_eq, .qp = 6, .p1 = 7, .p2 = 7), NOP_I);
	run(env, 1);
	assert_int_equal(env->cpu->ip, CODE + 16);
	emit(env, MII, I(cmp_eq, .qp = 6, .p1 = 7, .p2 = 7, .c = { ISA_CTYPE_UNC }), NOP_I, NOP_I);
	run(env, 1); /* acts, and so faults, with a false predicate too */
	assert_int_equal(env->cpu->ip, IVT + VEC_GENERAL);
}

/* rfi: slot, PSR, bank, frame; IIPA does not move */
static void test_rfi(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	struct cfm c = { .sof = 8, .sol = 3 };

	for (unsigned slot = 0; slot < 3; slot++) {
		teardown(state);
		setup(state);
		cpu = env->cpu;
		stay_in_handlers(env);
		emit(env, MIB, NOP_M, NOP_I, I(rfi));
		emit(env, MII, add_one(8), add_one(9), I(break_i));
		cpu->cr[CR_IPSR] =
			PSR_IC | PSR_BN | 2UL << PSR_CPL_SHIFT | (uint64_t)slot << PSR_RI_SHIFT;
		cpu->cr[CR_IIP] = CODE + 16;
		cpu->cr[CR_IIPA] = 0x777000;
		cpu->cr[CR_IFS] = 1UL << 63 | cfm_pack(&c);
		cpu->bspstore -= 64; /* so that nothing is missing */
		cpu->ndirty = 8;
		run(env, 2);
		check_entry(env, VEC_BREAK, CODE + 16, 2, 2UL << ISR_EI_SHIFT);
		assert_int_equal(cpu->gr[8].val, slot == 0);
		assert_int_equal(cpu->gr[9].val, slot <= 1);
		assert_int_equal(cpu->cr[CR_IIPA], slot == 2 ? 0x777000 : CODE + 16);
		assert_int_equal(cpu->cr[CR_IPSR],
				 PSR_IC | PSR_BN | 2UL << PSR_CPL_SHIFT | 2UL << PSR_RI_SHIFT);
		assert_int_equal(cfm_pack(&cpu->cfm), cfm_pack(&c));
	}
}

static void test_rfi_into_mlx(void **state)
{
	struct env *env = *state;

	for (unsigned slot = 0; slot < 3; slot++) {
		teardown(state);
		setup(state);
		stay_in_handlers(env);
		emit(env, MIB, NOP_M, NOP_I, I(rfi));
		emit(env, MLX, add_one(8), NOP_I, I(movl, .r1 = 9, .imm = 0x123456789abcdef0));
		emit(env, MII, I(break_m), NOP_I, NOP_I);
		env->cpu->cr[CR_IPSR] = PSR_IC | (uint64_t)slot << PSR_RI_SHIFT;
		env->cpu->cr[CR_IIP] = CODE + 16;
		run(env, 3);
		if (slot == 2) {
			check_entry(env, VEC_GENERAL, CODE + 16, 2, 2UL << ISR_EI_SHIFT);
			continue;
		}
		check_entry(env, VEC_BREAK, CODE + 32, 0, 0);
		assert_int_equal(env->cpu->gr[8].val, !slot);
		assert_int_equal(env->cpu->gr[9].val, 0x123456789abcdef0);
	}
}

/* rfi with PSR.ss: exactly one instruction, also a nop, a predicated-off one, an X, a branch */
static void test_single_step(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	static const struct {
		unsigned bundle, slot;
	} path[] = {
		{ 1, 1 }, { 1, 2 }, { 2, 0 }, { 2, 1 }, { 3, 0 }, { 3, 1 }, { 3, 2 }, { 1, 0 }
	};
	unsigned from = 0, from_slot = 0;

	stay_in_handlers(env);
	emit(env, MIB, NOP_M, NOP_I, I(rfi));
	emit(env, MII, add_one(8), NOP_I, I(adds, .qp = 6, .r1 = 8, .imm = 9, .r3 = 8));
	emit(env, MLX, NOP_M, NOP_I, I(movl, .r1 = 9, .imm = 5));
	emit(env, MIB, NOP_M, NOP_I, I(br_cond, .imm = -32));
	cpu->cr[CR_IPSR] = PSR_IC | PSR_SS | PSR_ID | PSR_DD;
	cpu->cr[CR_IIP] = CODE + 16;
	for (unsigned i = 0; i < 8; i++) {
		from = cpu->cr[CR_IIP];
		from_slot = SLOT_OF(cpu->cr[CR_IPSR]);
		cpu->ip = CODE;
		cpu->stats.intr[VEC_SINGLE_STEP >> 8] = 0;
		while (!cpu->stats.intr[VEC_SINGLE_STEP >> 8])
			run(env, 1);
		check_entry(env, VEC_SINGLE_STEP, CODE + 16 * path[i].bundle, path[i].slot,
			    TRAP_SS | (uint64_t)from_slot << ISR_EI_SHIFT);
		assert_int_equal(cpu->cr[CR_IIPA], from);
		assert_int_equal(cpu->cr[CR_IPSR] & ~PSR_RI, PSR_IC | PSR_SS);
	}
	assert_int_equal(cpu->gr[8].val, 1);
	assert_int_equal(cpu->gr[9].val, 5);
}

static void test_taken_branch_and_lower_privilege(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	stay_in_handlers(env);
	emit(env, MIB, NOP_M, NOP_I, I(br_cond, .qp = 6, .imm = 64)); /* not taken: no trap */
	emit(env, MIB, NOP_M, NOP_I, I(br_cond, .imm = 64));
	set_psr(env, PSR_IC | PSR_TB);
	run(env, 3);
	check_entry(env, VEC_TAKEN_BRANCH, CODE + 80, 0, TRAP_TB | 2UL << ISR_EI_SHIFT);
	assert_int_equal(cpu->cr[CR_IIPA], CODE + 16);

	cpu->ip = env->at = CODE + 0x1000;
	emit(env, MIB, NOP_M, NOP_I, I(br_ret, .r2 = 0));
	cpu->br[0] = CODE + 0x2007; /* low bits are ignored */
	cpu->ar[AR_PFS] = 3UL << 62;
	set_psr(env, PSR_IC | PSR_TB | PSR_LP);
	run(env, 2);
	check_entry(env, VEC_LOWER_PRIV, CODE + 0x2000, 0, TRAP_LP | TRAP_TB | 2UL << ISR_EI_SHIFT);
	assert_int_equal(cpu->cr[CR_IPSR] & PSR_CPL, PSR_CPL);
	assert_int_equal(cpu->cr[CR_IIPA], CODE + 0x1000);
}

/*
 * br.ret to a frame that is not there, whose fill faults: the target is not executed, ISR has
 * ir and rs, and after cover the handler may come back with rfi (SDM vol 2 §6.6, §6.8).
 */
static void test_incomplete_frame(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	struct cfm c = { .sof = 10, .sol = 10 };
	uint64_t val = 0x1111;

	stay_in_handlers(env);
	emit(env, MIB, NOP_M, NOP_I, I(br_ret, .r2 = 0));
	emit(env, MIB, NOP_M, NOP_I, I(cover));
	emit(env, MIB, NOP_M, NOP_I, I(rfi));
	cpu->br[0] = CODE + 0x1000;
	env->at = CODE + 0x1000;
	emit(env, MII, I(adds, .r1 = 8, .r3 = 33), NOP_I, I(break_i));
	cpu->ar[AR_PFS] = cfm_pack(&c);
	for (unsigned i = 0; i < 10; i++, val++)
		bus_copy_to(env->bus, STACK - 88 + 8 * i, &val, 8);
	set_psr(env, PSR_IC | PSR_RT);
	run(env, 2);
	check_entry(env, VEC_ALT_DTLB, CODE + 0x1000, 0, ISR_R | ISR_RS | ISR_IR);
	assert_int_equal(cpu->cr[CR_IFA], STACK - 8);
	assert_int_equal(cpu->cr[CR_IIPA], CODE);
	assert_int_equal(cpu->bsp, STACK - 88); /* ten registers, one NaT collection */
	assert_int_equal(cpu->bspstore, STACK);

	cpu->ip = CODE + 16;
	cpu->cr[CR_IPSR] &= ~PSR_RT;
	run(env, 1);
	assert_int_equal(cpu->cr[CR_IFS], 1UL << 63 | cfm_pack(&c));
	assert_int_equal(cpu->ndirty, 0);
	assert_int_equal(cpu->bsp, STACK);
	run(env, 2);
	check_entry(env, VEC_BREAK, CODE + 0x1000, 2, 2UL << ISR_EI_SHIFT);
	assert_int_equal(cpu->gr[8].val, 0x1112);
	assert_int_equal(cpu->stats.rse_fill, 10);
}

/* r32 = r33 + 1 along a modulo-scheduled loop; LC, EC and the stage predicates */
static void test_ctop(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	emit(env, MII, I(alloc, .r1 = 8, .imm = 8, .imm2 = 8, .pos = 8), NOP_I, NOP_I);
	emit(env, MIB, I(adds, .qp = 16, .r1 = 32, .imm = 1, .r3 = 33),
	     I(adds, .qp = 18, .r1 = 9, .imm = 1, .r3 = 9), I(br_ctop, .imm = 0));
	run(env, 1);
	cpu->ar[AR_LC] = 9;
	cpu->ar[AR_EC] = 3;
	cpu_set_pr(cpu, 16, true);
	cpu_gr(cpu, 33)->val = 100;
	run(env, 12);
	assert_int_equal(cpu->ip, CODE + 32);
	assert_int_equal(cpu->gr[9].val, 10); /* the third stage ran ten times */
	assert_int_equal(cpu->ar[AR_LC], 0);
	assert_int_equal(cpu->ar[AR_EC], 0);
	assert_int_equal(cpu_gr(cpu, 35)->val, 110); /* last written, rotated by three since */
	assert_int_equal(cpu->cfm.rrb_gr, (8 * 2 - 12) % 8);
	assert_int_equal(cpu->cfm.rrb_fr, 96 - 12);
	assert_int_equal(cpu->cfm.rrb_pr, 48 - 12);
	assert_int_equal(cpu->stats.branches, 11);
}

static void test_counts_by_level(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	for (unsigned i = 0; i < 12; i++)
		emit(env, MII, NOP_M, NOP_I, NOP_I);
	run(env, 3);
	cpu_set_psr(cpu, 3UL << PSR_CPL_SHIFT);
	run(env, 4);
	cpu_set_psr(cpu, 1UL << PSR_CPL_SHIFT);
	run(env, 2);
	assert_int_equal(cpu_level_bundles(cpu, 0), 3);
	assert_int_equal(cpu_level_bundles(cpu, 1), 2);
	assert_int_equal(cpu_level_bundles(cpu, 2), 0);
	assert_int_equal(cpu_level_bundles(cpu, 3), 4);
	cpu_set_psr(cpu, 0);
	run(env, 1);
	assert_int_equal(cpu_level_bundles(cpu, 0), 4);
	assert_int_equal(cpu_level_bundles(cpu, 1), 2);
}

static void test_cloop_and_counts(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	emit(env, MIB, add_one(8), NOP_I, I(br_cloop, .imm = 0));
	cpu->ar[AR_LC] = 999;
	run(env, 1000);
	assert_int_equal(cpu->gr[8].val, 1000);
	assert_int_equal(cpu->ip, CODE + 16);
	assert_int_equal(cpu->stats.bundles, 1000);
	assert_int_equal(cpu->stats.insns, 3000);
	assert_int_equal(cpu->stats.nops, 1000);
	assert_int_equal(cpu->stats.branches, 999);
}

/* A store over code that has run is seen; so is one over the next bundle of the same run. */
static void test_code_written(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	uint64_t patched[2];

	emit(env, MII, I(adds, .r1 = 8, .imm = 2), NOP_I, NOP_I);
	bus_copy_from(env->bus, patched, CODE, 16);
	env->at = CODE;
	emit(env, MMI, I(st, .r3 = 9, .r2 = 10, .c = { 3 }), I(st, .r3 = 11, .r2 = 12, .c = { 3 }),
	     NOP_I);
	emit(env, MII, I(adds, .r1 = 8, .imm = 1), NOP_I, NOP_I);
	cpu->gr[9].val = CODE + 16;
	cpu->gr[10].val = patched[0];
	cpu->gr[11].val = CODE + 24;
	cpu->gr[12].val = patched[1];
	cpu->ip = CODE + 16;
	run(env, 1);
	assert_int_equal(cpu->gr[8].val, 1);
	cpu->ip = CODE;
	run(env, 2);
	assert_int_equal(cpu->gr[8].val, 2);
}

/* Priorities, masking by TPR and by what is in service; delivery needs PSR.i */
static void test_interrupts(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	uint64_t v;

	stay_in_handlers(env);
	for (unsigned i = 0; i < 4; i++)
		emit(env, MII, NOP_M, NOP_I, NOP_I);
	set_psr(env, PSR_IC);
	sapic_raise(cpu, 0x31);
	sapic_raise(cpu, 0x51);
	run(env, 1);
	assert_int_equal(cpu->ip, CODE + 16);
	set_psr(env, PSR_IC | PSR_I);
	run(env, 1);
	check_entry(env, VEC_EXTINT, CODE + 16, 0, 0);
	cr_read(cpu, CR_IVR, &v);
	assert_int_equal(v, 0x51);
	cr_read(cpu, CR_IVR, &v);
	assert_int_equal(v, 15); /* 0x31 is below what is in service */
	sapic_raise(cpu, 0x61);
	assert_true(cpu->irq_ready);
	cr_write(cpu, CR_TPR, 0x60);
	assert_false(cpu->irq_ready);
	sapic_raise(cpu, 2); /* NMI */
	assert_true(cpu->irq_ready);
	cr_read(cpu, CR_IVR, &v);
	assert_int_equal(v, 2);
	cr_write(cpu, CR_EOI, 0);
	cr_write(cpu, CR_TPR, 0);
	cr_write(cpu, CR_EOI, 0);
	cr_read(cpu, CR_IVR, &v);
	assert_int_equal(v, 0x61);
	cr_write(cpu, CR_EOI, 0);
	cr_read(cpu, CR_IVR, &v);
	assert_int_equal(v, 0x31);
	cr_read(cpu, CR_IRR0, &v);
	assert_int_equal(v, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_break_in_slots),
		TEST(test_psr_at_entry),
		TEST(test_ic_clear),
		TEST(test_data_fault),
		TEST(test_illegal),
		TEST(test_rfi),
		TEST(test_rfi_into_mlx),
		TEST(test_single_step),
		TEST(test_taken_branch_and_lower_privilege),
		TEST(test_incomplete_frame),
		TEST(test_ctop),
		TEST(test_counts_by_level),
		TEST(test_counts_by_level),
		TEST(test_cloop_and_counts),
		TEST(test_code_written),
		TEST(test_interrupts),
	};

	return cmocka_run_group_tests_name("core", tests, NULL, NULL);
}
