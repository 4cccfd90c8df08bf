// SPDX-License-Identifier: MIT
/*
 * Performance monitors as programs see them (SDM vol 2 §7.2): what counts under which PSR, to
 * the instruction; overflow, freeze, the interrupt; who may read. What is expected follows from
 * the code that runs: three instructions a bundle, nops and predicated-off ones among them.
 */
#include "core.h"

#define CYCLES	(PMU_CPU_CYCLES << 8)
#define INSNS	(PMU_INST_RETIRED << 8)
#define PLM(pl) (1UL << (pl))
#define ALL_PL	15UL
#define OI	(1UL << 5)
#define PM	(1UL << 6)
#define WRAP	(1UL << PMU_WIDTH)
#define FROZEN	1UL

static void stay_in_handlers(struct env *env)
{
	uint64_t at = env->at;

	for (unsigned v = 0; v < 0x7000; v += 0x100) {
		env->at = IVT + v;
		emit(env, BBB, NOP_B, NOP_B, I(br_cond, .imm = 0));
	}
	env->at = at;
}

/* As software does: mov pmc[4] = r, from slot 0 of a bundle of its own */
static void write_pmc(struct env *env, unsigned i, uint64_t val)
{
	struct cpu *cpu = env->cpu;
	uint64_t psr = cpu->psr, ip = cpu->ip, at = env->at;

	env->at = CODE + 0x80000;
	emit(env, MMI, I(mov_to_pmc, .r3 = 14, .r2 = 15), NOP_M, NOP_I);
	cpu->gr[14].val = i;
	cpu->gr[15].val = val;
	cpu->ip = CODE + 0x80000;
	set_psr(env, psr & ~(PSR_CPL | PSR_UP | PSR_PP));
	run(env, 1);
	env->at = at;
	cpu->ip = ip;
	set_psr(env, psr);
}

static uint64_t pmd(struct env *env, unsigned i)
{
	uint64_t psr = env->cpu->psr, val;

	env->cpu->psr &= ~PSR_CPL;
	val = pmu_read_pmd(env->cpu, i);
	env->cpu->psr = psr;
	return val;
}

static struct isa_insn read_pmd(unsigned r)
{
	return I(mov_from_pmd, .r1 = r, .r3 = 20);
}

/* Both events by user and by privileged monitors, read from each slot that may read */
static void test_counts(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	write_pmc(env, 4, CYCLES | ALL_PL);
	write_pmc(env, 5, INSNS | ALL_PL);
	write_pmc(env, 6, CYCLES | ALL_PL | PM);
	write_pmc(env, 7, INSNS | ALL_PL | PM);
	cpu->gr[20].val = 5;
	set_psr(env, PSR_UP);
	for (unsigned i = 0; i < 10; i++)
		emit(env, MII, NOP_M, I(adds, .qp = 6, .r1 = 0), NOP_I);
	emit(env, MMI, read_pmd(8), read_pmd(9), NOP_I);
	emit(env, MMI, NOP_M, read_pmd(10), NOP_I);
	run(env, 12);
	assert_int_equal(cpu->gr[8].val, 30);
	assert_int_equal(cpu->gr[9].val, 31);
	assert_int_equal(cpu->gr[10].val, 34);
	assert_int_equal(pmd(env, 4), 12);
	assert_int_equal(pmd(env, 5), 36);
	assert_int_equal(pmd(env, 6), 0);
	assert_int_equal(pmd(env, 7), 0);
	set_psr(env, PSR_PP);
	cpu->ip = CODE;
	run(env, 10);
	assert_int_equal(pmd(env, 5), 36);
	assert_int_equal(pmd(env, 6), 10);
	assert_int_equal(pmd(env, 7), 30);
}

/* The instructions that turn counting on and off, in the middle of a run of the fast loop */
static void test_masks(void **state)
{
	struct env *env = *state;

	write_pmc(env, 4, INSNS | ALL_PL);
	write_pmc(env, 5, INSNS | ALL_PL | PM);
	for (unsigned i = 0; i < 4; i++)
		emit(env, MII, NOP_M, NOP_I, NOP_I);
	emit(env, MII, I(sum, .imm = PSR_UP), NOP_I, NOP_I); /* what follows counts: 2 */
	emit(env, MII, NOP_M, NOP_I, NOP_I);		     /* 3 */
	emit(env, MMI, NOP_M, I(rum, .imm = PSR_UP), NOP_I); /* 2 */
	emit(env, MMI, NOP_M, I(ssm, .imm = PSR_PP), NOP_I); /* 1 */
	emit(env, MMI, NOP_M, NOP_M, NOP_I);		     /* 3 */
	emit(env, MII, I(rsm, .imm = PSR_PP), NOP_I, NOP_I); /* 1 */
	emit(env, MII, NOP_M, NOP_I, NOP_I);
	run(env, 11);
	assert_int_equal(pmd(env, 4), 7);
	assert_int_equal(pmd(env, 5), 5);
}

/* Each privilege level by its bit of plm; br.ret to less privilege ends the counting */
static void test_privilege_levels(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	for (uint64_t pl = 0; pl < 4; pl++) {
		write_pmc(env, 4 + pl, INSNS | PLM(pl));
		cpu->pmd[4 + pl] = 0;
	}
	for (unsigned i = 0; i < 8; i++)
		emit(env, MII, NOP_M, NOP_I, NOP_I);
	for (uint64_t pl = 0; pl < 4; pl++) {
		set_psr(env, PSR_UP | pl << PSR_CPL_SHIFT);
		cpu->ip = CODE;
		run(env, pl + 1);
	}
	for (unsigned pl = 0; pl < 4; pl++)
		assert_int_equal(pmd(env, 4 + pl), 3 * (pl + 1));

	cpu->ip = env->at = CODE + 0x1000;
	emit(env, MII, NOP_M, NOP_I, NOP_I);
	emit(env, MIB, NOP_M, NOP_I, I(br_ret, .r2 = 0));
	cpu->br[0] = CODE;
	cpu->ar[AR_PFS] = 2UL << 62;
	set_psr(env, PSR_UP);
	run(env, 5);
	assert_int_equal(pmd(env, 4), 3 + 6);
	assert_int_equal(pmd(env, 6), 9 + 9);
}

/* An interruption: PSR.up stays, PSR.pp is DCR.pp */
static void test_interruption(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	stay_in_handlers(env);
	write_pmc(env, 4, INSNS | PLM(3));
	write_pmc(env, 5, INSNS | PLM(0));
	write_pmc(env, 6, INSNS | ALL_PL | PM);
	emit(env, MII, NOP_M, NOP_I, NOP_I);
	emit(env, MII, NOP_M, I(break_i), NOP_I);
	set_psr(env, PSR_UP | PSR_IC | 3UL << PSR_CPL_SHIFT);
	cpu->cr[CR_DCR] = 1;
	run(env, 2 + 5); /* a bundle, the way to the handler, five there */
	assert_int_equal(cpu->ip, IVT + VEC_BREAK);
	assert_int_equal(pmd(env, 4), 4);
	assert_int_equal(pmd(env, 5), 15);
	assert_int_equal(pmd(env, 6), 15);
}

/* A wrapped counter tells so in PMC0, and without oi goes on */
static void test_overflow(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	cpu->cr[CR_PMV] = 0x40;
	write_pmc(env, 4, CYCLES | ALL_PL);
	write_pmc(env, 7, INSNS | ALL_PL);
	cpu->pmd[4] = WRAP - 5;
	cpu->pmd[7] = WRAP - 100;
	for (unsigned i = 0; i < 40; i++)
		emit(env, MII, NOP_M, NOP_I, NOP_I);
	set_psr(env, PSR_UP);
	run(env, 4);
	assert_int_equal(pmu_read_pmc(cpu, 0), 0);
	run(env, 1);
	assert_int_equal(pmu_read_pmc(cpu, 0), 1 << 4);
	assert_int_equal(pmd(env, 4), 0);
	run(env, 35);
	assert_int_equal(pmu_read_pmc(cpu, 0), 1 << 4 | 1 << 7);
	assert_int_equal(pmd(env, 4), 35);
	assert_int_equal(pmd(env, 7), 20);
	assert_int_equal(cpu->irr[1], 0);
	write_pmc(env, 0, 0);
	assert_int_equal(pmu_read_pmc(cpu, 0), 0);
}

/* With oi all monitors freeze, and cr.pmv's vector arrives, in a long run too */
static void overflow_interrupts(struct env *env, unsigned event, unsigned n, unsigned bundles)
{
	struct cpu *cpu = env->cpu;
	uint64_t v;

	stay_in_handlers(env);
	cpu->ip = env->at = CODE;
	emit(env, MIB, NOP_M, NOP_I, I(br_cond, .imm = 0));
	cpu->cr[CR_PMV] = 0x40;
	write_pmc(env, 5, (uint64_t)event << 8 | ALL_PL | OI);
	write_pmc(env, 6, CYCLES | ALL_PL);
	cpu->pmd[5] = WRAP - n;
	cpu->pmd[6] = 0;
	set_psr(env, PSR_UP | PSR_IC | PSR_I);
	run(env, bundles + 20);
	assert_int_equal(cpu->ip, IVT + VEC_EXTINT);
	assert_int_equal(pmu_read_pmc(cpu, 0), 1 << 5 | FROZEN);
	assert_int_equal(pmd(env, 6), bundles);
	cr_read(cpu, CR_IVR, &v);
	assert_int_equal(v, 0x40);
	cr_write(cpu, CR_EOI, 0);
}

static void test_overflow_interrupt(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	uint64_t v;

	overflow_interrupts(env, PMU_CPU_CYCLES, 70000, 70000);
	/* frozen: nothing counts, nothing more interrupts, until software says so */
	set_psr(env, PSR_UP);
	run(env, 10);
	assert_int_equal(pmd(env, 6), 70000);
	write_pmc(env, 0, 0);
	run(env, 10);
	assert_int_equal(pmd(env, 6), 70010);
	cr_read(cpu, CR_IVR, &v);
	assert_int_equal(v, 15);

	teardown(state);
	setup(state);
	overflow_interrupts(env, PMU_INST_RETIRED, 10001, 3334); /* seen behind the bundle */
}

static void test_masked_vector(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	uint64_t v;

	emit(env, MIB, NOP_M, NOP_I, I(br_cond, .imm = 0));
	cpu->cr[CR_PMV] = 0x10040;
	write_pmc(env, 5, CYCLES | ALL_PL | OI);
	cpu->pmd[5] = WRAP - 3;
	set_psr(env, PSR_UP);
	run(env, 10);
	assert_int_equal(pmu_read_pmc(cpu, 0), 1 << 5 | FROZEN);
	assert_int_equal(pmd(env, 5), 0);
	cr_read(cpu, CR_IVR, &v);
	assert_int_equal(v, 15);
}

/* Programs read user monitors, unless PSR.sp; never privileged ones. */
static void test_who_may_read(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	write_pmc(env, 4, 0);
	write_pmc(env, 5, PM);
	cpu->pmd[4] = 1234;
	cpu->pmd[5] = 5678;
	cpu->gr[20].val = 4;
	cpu->gr[21].val = 5;
	emit(env, MMI, read_pmd(8), I(mov_from_pmd, .r1 = 9, .r3 = 21), NOP_I);
	for (unsigned i = 0; i < 4; i++) {
		bool user = i & 1, secure = i & 2;

		cpu->ip = CODE;
		set_psr(env, (user ? 3UL << PSR_CPL_SHIFT : 0) | (secure ? PSR_SP : 0));
		run(env, 1);
		assert_int_equal(cpu->gr[8].val, user && secure ? 0 : 1234);
		assert_int_equal(cpu->gr[9].val, user ? 0 : 5678);
	}
	/* PSR.sp also keeps the user mask instructions from PSR.up */
	cpu->ip = env->at;
	emit(env, MMI, I(sum, .imm = PSR_UP | PSR_MFL), NOP_M, NOP_I);
	set_psr(env, PSR_SP);
	run(env, 1);
	assert_int_equal(cpu->psr, PSR_SP | PSR_MFL);
}

/* What is implemented: widths, fields, registers that are not there */
static void test_registers(void **state)
{
	struct cpu *cpu = ((struct env *)*state)->cpu;
	/* what lies behind the counters, up to where a register number of 8 bits would reach */
	uint8_t before[256 * 8], *behind = (uint8_t *)cpu->cpuid;

	memcpy(before, behind, sizeof(before));
	for (unsigned i = 0; i < 256; i++) {
		bool generic = i >= PMU_FIRST && i < PMU_FIRST + PMU_COUNTERS;

		pmu_write_pmc(cpu, i, ~0UL);
		assert_memory_equal(before, behind, sizeof(before));
		assert_int_equal(pmu_read_pmc(cpu, i), generic ? 0xff7f : i ? 0 : 0xf1);
		pmu_write_pmc(cpu, i, 0);
		pmu_write_pmd(cpu, i, ~0UL);
		assert_int_equal(pmu_read_pmd(cpu, i), generic ? WRAP - 1 : 0);
	}
}

/* One slot at a time (here for instruction breakpoints) everything counts the same. */
static void test_slow(void **state)
{
	struct env *env = *state;
	uint64_t count[2];

	for (unsigned slow = 0; slow < 2; slow++) {
		teardown(state);
		setup(state);
		write_pmc(env, 4, INSNS | ALL_PL);
		for (unsigned i = 0; i < 7; i++)
			emit(env, MII, NOP_M, NOP_I, NOP_I);
		env->cpu->gr[20].val = 4;
		emit(env, MMI, NOP_M, read_pmd(8), NOP_I);
		set_psr(env, PSR_UP | (slow ? PSR_DB : 0));
		run(env, 8);
		count[slow] = env->cpu->gr[8].val;
	}
	assert_int_equal(count[0], 22);
	assert_int_equal(count[1], 22);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_counts),	  TEST(test_masks),	   TEST(test_privilege_levels),
		TEST(test_interruption),  TEST(test_overflow),	   TEST(test_overflow_interrupt),
		TEST(test_masked_vector), TEST(test_who_may_read), TEST(test_registers),
		TEST(test_slow),
	};

	return cmocka_run_group_tests_name("pmu", tests, NULL, NULL);
}
