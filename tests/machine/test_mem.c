// SPDX-License-Identifier: MIT
/*
 * The M unit's memory instructions, one handler call each, on a processor with RAM: values,
 * NaT bits, base updates, speculation, what faults before anything has changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bus.h"
#include "cpu/cpu.h"
#include "cpu/exec.h"
#include "cpu/fault.h"
#include "cpu/parts.h"

#define RAM_SIZE (16UL << 20)
#define VA	 0x2000000000004000UL /* mapped at PA, 16 KiB, read-write for all */
#define PA	 0x100000UL
#define RW	 (PTE_P | PTE_A | PTE_D | 2UL << 9 | 3UL << 7)
#define PS	 14

static const struct cpu_ops no_ops;

struct env {
	struct bus *bus;
	struct cpu *cpu;
	uint8_t *page;
};

static void set_psr(struct cpu *cpu, uint64_t psr)
{
	cpu->psr = psr;
	cpu_psr_changed(cpu);
}

static int setup(void **state)
{
	static struct env env;
	struct cpu *cpu;

	env.bus = bus_create(RAM_SIZE);
	env.cpu = cpu = cpu_create(0, env.bus, &no_ops, NULL);
	assert_non_null(cpu);
	cpu->cfm.sof = 16;
	cpu->gr_limit = 48;
	for (unsigned i = 0; i < 8; i++)
		tlb_write_rr(cpu, i, (0x100 + i) << 8 | PS << 2);
	set_psr(cpu, PSR_IC | PSR_DT | PSR_IT | PSR_RT);
	tlb_insert_tc(cpu, false, PA | RW, PS << 2, VA);
	env.page = bus_ram(env.bus, PA, NULL);
	for (unsigned i = 0; i < 256; i++)
		env.page[i] = 0x80 + i;
	*state = &env;
	return 0;
}

static int teardown(void **state)
{
	struct env *env = *state;

	cpu_destroy(env->cpu);
	bus_destroy(env->bus);
	return 0;
}

static void set(struct cpu *cpu, unsigned r, uint64_t val)
{
	*cpu_gr(cpu, r) = (struct gr){ .val = val };
}

static void set_nat(struct cpu *cpu, unsigned r)
{
	cpu_gr(cpu, r)->nat = 1;
}

static void expect(struct cpu *cpu, unsigned r, uint64_t val, unsigned nat)
{
	assert_int_equal(cpu_gr(cpu, r)->nat, nat);
	if (!nat)
		assert_int_equal(cpu_gr(cpu, r)->val, val);
}

/* r33 holds the base, r34 the source, r32 is the target */
static struct op make(unsigned c0, unsigned c1, int64_t imm)
{
	return (struct op){ .r1 = 32, .r2 = 34, .r3 = 33, .c = { c0, c1 }, .imm = imm };
}

static void loads_and_stores(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	static const uint64_t want[] = { 0x88, 0x8988, 0x8b8a8988, 0x8f8e8d8c8b8a8988 };

	for (unsigned sz = 0; sz < 4; sz++) {
		struct op op = make(sz, ISA_LD_ACQ, -8);

		set(cpu, 33, VA + 8);
		assert_int_equal(exec_ld_imm(cpu, &op), EXEC_NEXT);
		expect(cpu, 32, want[sz], 0);
		expect(cpu, 33, VA, 0);
		op = make(sz, ISA_ST_REL, 16);
		set(cpu, 34, 0x1122334455667788);
		assert_int_equal(exec_st_imm(cpu, &op), EXEC_NEXT);
		expect(cpu, 33, VA + 16, 0);
		set(cpu, 33, VA);
		op = make(sz, 0, 0);
		assert_int_equal(exec_ld(cpu, &op), EXEC_NEXT);
		expect(cpu, 32,
		       sz == 3 ? 0x1122334455667788 : 0x55667788 & ((1UL << (8 << sz)) - 1), 0);
	}
}

static void register_update_and_nat(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	struct op op = make(3, 0, 0);

	set(cpu, 33, VA);
	set(cpu, 34, 24);
	set_nat(cpu, 34);
	assert_int_equal(exec_ld_reg(cpu, &op), EXEC_NEXT);
	expect(cpu, 32, 0x8786858483828180, 0);
	expect(cpu, 33, 0, 1); /* the increment was NaT */
	set(cpu, 32, 5);
	assert_int_equal(exec_ld(cpu, &op), EXEC_FAULT);
	assert_int_equal(cpu->fault.vector, VEC_NAT_CONSUMPTION);
	assert_true(cpu->fault.isr == (ISR_R | NAT_REGISTER));
	expect(cpu, 32, 5, 0);
	set(cpu, 33, VA);
	assert_int_equal(exec_st(cpu, &op), EXEC_FAULT); /* source NaT */
	assert_true(cpu->fault.isr == (ISR_W | NAT_REGISTER));
	op.r1 = 60; /* outside the frame, before the reference is made */
	set(cpu, 33, 0x6000000000000000);
	assert_int_equal(exec_ld(cpu, &op), EXEC_FAULT);
	assert_int_equal(cpu->fault.vector, VEC_GENERAL);
}

static void spill_and_fill(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	struct op op = make(0, 0, 8);

	set(cpu, 33, VA + 0x1f8); /* bit 63 of UNAT */
	set(cpu, 34, 0x55);
	set_nat(cpu, 34);
	cpu->ar[AR_UNAT] = 1;
	assert_int_equal(exec_st8_spill_imm(cpu, &op), EXEC_NEXT);
	assert_int_equal(cpu->ar[AR_UNAT], 1UL << 63 | 1);
	set(cpu, 33, VA + 0x1f8);
	assert_int_equal(exec_ld8_fill(cpu, &op), EXEC_NEXT);
	expect(cpu, 32, 0, 1);
	assert_int_equal(cpu_gr(cpu, 32)->val, 0x55);
	set(cpu, 34, 0x66);
	assert_int_equal(exec_st8_spill(cpu, &op), EXEC_NEXT);
	assert_int_equal(cpu->ar[AR_UNAT], 1);
	assert_int_equal(exec_ld8_fill_imm(cpu, &op), EXEC_NEXT);
	expect(cpu, 32, 0x66, 0);
	expect(cpu, 33, VA + 0x200, 0);
}

static void pairs_of_words(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	struct op op = make(0, 0, 0);

	set(cpu, 33, VA + 16);
	set(cpu, 34, 0x1111);
	cpu->ar[AR_CSD] = 0x2222;
	assert_int_equal(exec_st16(cpu, &op), EXEC_NEXT);
	cpu->ar[AR_CSD] = 0;
	assert_int_equal(exec_ld16(cpu, &op), EXEC_NEXT);
	expect(cpu, 32, 0x1111, 0);
	assert_int_equal(cpu->ar[AR_CSD], 0x2222);
	assert_int_equal(env->page[24], 0x22);
}

static void semaphores(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	struct op op = make(2, ISA_SEM_ACQ, -4);

	set(cpu, 33, VA);
	set(cpu, 34, 0x99);
	cpu->ar[AR_CCV] = 0x83828180;
	assert_int_equal(exec_cmpxchg(cpu, &op), EXEC_NEXT);
	expect(cpu, 32, 0x83828180, 0);
	cpu->ar[AR_CCV] = 0xf00000099; /* compared in full with the zero-extended word */
	set(cpu, 34, 0xaa);
	assert_int_equal(exec_cmpxchg(cpu, &op), EXEC_NEXT);
	expect(cpu, 32, 0x99, 0);
	assert_int_equal(exec_fetchadd(cpu, &op), EXEC_NEXT);
	expect(cpu, 32, 0x99, 0);
	op = make(0, 0, 0);
	assert_int_equal(exec_xchg(cpu, &op), EXEC_NEXT);
	expect(cpu, 32, 0x95, 0);
	assert_int_equal(env->page[0], 0xaa);
	assert_int_equal(env->page[1], 0);
	assert_int_equal(env->page[4], 0x84);

	op = make(ISA_SEM_REL, 0, 0);
	set(cpu, 33, VA + 24); /* the odd half is compared, both are written */
	cpu->ar[AR_CCV] = 0x9f9e9d9c9b9a9998;
	cpu->ar[AR_CSD] = 0x5678;
	set(cpu, 34, 0x1234);
	assert_int_equal(exec_cmp8xchg16(cpu, &op), EXEC_NEXT);
	expect(cpu, 32, 0x9f9e9d9c9b9a9998, 0);
	assert_int_equal(*(uint64_t *)(env->page + 16), 0x1234);
	assert_int_equal(*(uint64_t *)(env->page + 24), 0x5678);

	/* big-endian */
	set_psr(cpu, cpu->psr | PSR_BE);
	op = make(1, 0, 0);
	set(cpu, 33, VA + 32);
	set(cpu, 34, 0xcafe);
	assert_int_equal(exec_xchg(cpu, &op), EXEC_NEXT);
	expect(cpu, 32, 0xa0a1, 0);
	assert_int_equal(env->page[32], 0xca);
}

static void speculative_loads(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	struct op op = make(3, ISA_LD_S, 8), chk = { .r2 = 32, .imm = 0x40 };

	set(cpu, 33, 0);
	set_nat(cpu, 33);
	assert_int_equal(exec_ld_imm(cpu, &op), EXEC_NEXT);
	expect(cpu, 32, 0, 1);
	expect(cpu, 33, 0, 1);
	cpu->ip = 0x1000;
	assert_int_equal(exec_chk_s_m(cpu, &chk), EXEC_BRANCH);
	assert_int_equal(cpu->ip, 0x1040);
	set(cpu, 33, VA);
	assert_int_equal(exec_ld_imm(cpu, &op), EXEC_NEXT);
	expect(cpu, 32, 0x8786858483828180, 0);
	assert_int_equal(exec_chk_s_i(cpu, &chk), EXEC_NEXT);
	set(cpu, 33, 0);
	set_psr(cpu, cpu->psr & ~PSR_IC); /* everything is deferred */
	assert_int_equal(exec_ld_imm(cpu, &op), EXEC_NEXT);
	expect(cpu, 32, 0, 1);
	expect(cpu, 33, 8, 0);
}

static void advanced_loads(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	struct op lda = make(3, ISA_LD_A, 0), ldc = make(3, ISA_LD_C_NC, 0),
		  clr = make(3, ISA_LD_C_CLR, 8), st = make(3, 0, 0),
		  chk = { .r1 = 32, .imm = -16, .c = { ISA_CHK_NC } };

	set(cpu, 33, VA);
	set(cpu, 34, 7);
	assert_int_equal(exec_ld(cpu, &lda), EXEC_NEXT);
	set(cpu, 32, 1); /* a check that hits leaves the register alone */
	assert_int_equal(exec_ld(cpu, &ldc), EXEC_NEXT);
	expect(cpu, 32, 1, 0);
	assert_int_equal(exec_st(cpu, &st), EXEC_NEXT);
	assert_int_equal(exec_chk_a(cpu, &chk), EXEC_BRANCH);
	assert_int_equal(exec_ld(cpu, &ldc), EXEC_NEXT); /* misses: loads, and watches again */
	expect(cpu, 32, 7, 0);
	assert_int_equal(exec_chk_a(cpu, &chk), EXEC_NEXT);
	set(cpu, 32, 1);
	assert_int_equal(exec_ld_imm(cpu, &clr), EXEC_NEXT);
	expect(cpu, 32, 1, 0);
	expect(cpu, 33, VA + 8, 0);
	assert_int_equal(exec_chk_a(cpu, &chk), EXEC_BRANCH);
	assert_int_equal(cpu->alat_live, 0);
}

static void floating_point(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	struct op stf = { .r2 = 8, .r3 = 33, .imm = 16, .c = { ISA_FSZ_E } };
	struct op ldf = { .r1 = 9, .r3 = 33, .c = { ISA_FSZ_E, 0 } };
	struct op pair = { .r1 = 10, .r2 = 11, .r3 = 33, .c = { ISA_FSZ_D, 0 } };
	struct fpreg pi = { 0xc90fdaa22168c235, 0x10000, 1 };
	double two[2] = { 1.5, -2.25 };

	*cpu_fr(cpu, 8) = pi;
	set(cpu, 33, VA);
	assert_int_equal(exec_stf(cpu, &stf), EXEC_NEXT);
	assert_int_equal(exec_ldf(cpu, &ldf), EXEC_NEXT);
	assert_memory_equal(cpu_fr(cpu, 9), &pi, sizeof(pi));
	assert_int_equal(env->page[10], 0x8a); /* ten bytes, no more */
	assert_true(cpu->psr & PSR_MFL);

	*cpu_fr(cpu, 8) = FP_REG_NATVAL;
	assert_int_equal(exec_stf(cpu, &stf), EXEC_FAULT);
	assert_int_equal(cpu->fault.vector, VEC_NAT_CONSUMPTION);
	assert_int_equal(exec_stf_spill_imm(cpu, &stf), EXEC_NEXT);
	expect(cpu, 33, VA + 16, 0);
	set(cpu, 33, VA);
	assert_int_equal(exec_ldf_fill(cpu, &ldf), EXEC_NEXT);
	assert_true(fp_is_natval(cpu_fr(cpu, 9)));

	memcpy(env->page + 32, two, sizeof(two));
	set(cpu, 33, VA + 32);
	assert_int_equal(exec_ldfp_imm(cpu, &pair), EXEC_NEXT);
	expect(cpu, 33, VA + 48, 0);
	assert_int_equal(fp_to_double(cpu_fr(cpu, 10)), 0x3ff8000000000000);
	assert_int_equal(fp_to_double(cpu_fr(cpu, 11)), 0xc002000000000000);
	pair.r2 = 12;
	assert_int_equal(exec_ldfp(cpu, &pair), EXEC_FAULT);
	assert_int_equal(cpu->fault.vector, VEC_GENERAL);

	set_psr(cpu, cpu->psr | PSR_DFH);
	ldf.r1 = 40;
	assert_int_equal(exec_ldf(cpu, &ldf), EXEC_FAULT);
	assert_int_equal(cpu->fault.vector, VEC_DISABLED_FP);
	assert_true(cpu->fault.isr == (ISR_R | 2));
}

static void translations(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	struct op tpa = { .r1 = 32, .r3 = 33 }, itc = { .r2 = 34 }, probe = { .r1 = 32, .r3 = 33 };
	struct op ptc = { .r3 = 33, .r2 = 35 }, rr = { .r3 = 33, .r2 = 34 };

	set(cpu, 33, VA + 0x123);
	assert_int_equal(exec_tpa(cpu, &tpa), EXEC_NEXT);
	expect(cpu, 32, PA + 0x123, 0);
	assert_int_equal(exec_tak(cpu, &tpa), EXEC_NEXT);
	expect(cpu, 32, 0, 0);
	assert_int_equal(exec_itc_d(cpu, &itc), EXEC_FAULT); /* PSR.ic */
	assert_int_equal(cpu->fault.vector, VEC_GENERAL);
	set_psr(cpu, cpu->psr & ~PSR_IC);
	cpu->cr[CR_IFA] = VA + 0x4000;
	cpu->cr[CR_ITIR] = PS << 2;
	set(cpu, 34, PA + 0x4000 + (PTE_P | PTE_A | 0UL << 9 | 3UL << 7));
	assert_int_equal(exec_itc_d(cpu, &itc), EXEC_SYNC);
	cpu->cr[CR_ITIR] = 15 << 2; /* no such page size */
	assert_int_equal(exec_itc_d(cpu, &itc), EXEC_FAULT);
	set_psr(cpu, cpu->psr | PSR_IC);
	set(cpu, 33, VA + 0x4000);
	assert_int_equal(exec_probe_r_imm(cpu, &probe), EXEC_NEXT);
	expect(cpu, 32, 1, 0);
	assert_int_equal(exec_probe_w_imm(cpu, &probe), EXEC_NEXT);
	expect(cpu, 32, 0, 0);
	assert_int_equal(exec_probe_w_fault(cpu, &probe), EXEC_FAULT);
	assert_int_equal(cpu->fault.vector, VEC_DACCESS_RIGHTS);
	assert_true(cpu->fault.isr == (ISR_W | ISR_NA | NA_PROBE_FAULT));
	assert_int_equal(exec_fc(cpu, &probe), EXEC_NEXT);
	set(cpu, 35, PS << 2);
	assert_int_equal(exec_ptc_l(cpu, &ptc), EXEC_SYNC);
	assert_int_equal(exec_fc(cpu, &probe), EXEC_FAULT);
	assert_true(cpu->fault.isr == (ISR_R | ISR_NA | NA_FC));
	assert_int_equal(exec_probe_r_imm(cpu, &probe), EXEC_FAULT);
	assert_int_equal(exec_tak(cpu, &tpa), EXEC_NEXT);
	expect(cpu, 32, 1, 0);

	set(cpu, 34, 0x1234 << 8 | PS << 2);
	assert_int_equal(exec_mov_to_rr(cpu, &rr), EXEC_SYNC);
	set(cpu, 33, VA);
	assert_int_equal(exec_tpa(cpu, &tpa), EXEC_FAULT);
	set_psr(cpu, cpu->psr | 3UL << PSR_CPL_SHIFT);
	assert_int_equal(exec_mov_to_rr(cpu, &rr), EXEC_FAULT);
	assert_true(cpu->fault.isr == GEX_PRIV_OP);
}

static void prefetches(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	struct op op = { .r3 = 33, .imm = 64, .c = { 0 } };

	set(cpu, 33, 0x6000000000000000);
	assert_int_equal(exec_lfetch_imm(cpu, &op), EXEC_NEXT);
	expect(cpu, 33, 0x6000000000000040, 0);
	op.c[0] = 1;
	assert_int_equal(exec_lfetch_imm(cpu, &op), EXEC_FAULT);
	assert_int_equal(cpu->fault.vector, VEC_ALT_DTLB);
	assert_true(cpu->fault.isr == (ISR_R | ISR_NA | NA_LFETCH));
	expect(cpu, 33, 0x6000000000000040, 0);
	set_psr(cpu, cpu->psr | PSR_ED);
	assert_int_equal(exec_lfetch_imm(cpu, &op), EXEC_NEXT);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(loads_and_stores), T(register_update_and_nat),
		T(spill_and_fill),   T(pairs_of_words),
		T(semaphores),	     T(speculative_loads),
		T(advanced_loads),   T(floating_point),
		T(translations),     T(prefetches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
