// SPDX-License-Identifier: MIT
/*
 * Several processors on one board: their turns and times, what one does to the others'
 * translations, code and advanced loads, interrupts between them. The programs run in
 * physical mode; what each instruction does alone is tested elsewhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "bundle.h"
#include "cpu/exec.h"
#include "cpu/parts.h"
#include "irq/iosapic.h"
#include "machine.h"

#define CPUS  4
#define CODE  0x100000UL
#define DATA  0x200000UL
#define STACK 0x300000UL
#define ENDED 0x400000UL /* a loop of one bundle: where a program ends */

enum { MII = 0x00, MMI = 0x08, MIB = 0x10 };

#define I(name, ...)  ((struct isa_insn){ .id = ISA_##name, ##__VA_ARGS__ })
#define NOP_M	      I(nop_m)
#define NOP_I	      I(nop_i)
#define LD8(to, at)   I(ld, .r1 = (to), .r3 = (at), .c = { 3 })
#define ST8(at, from) I(st, .r3 = (at), .r2 = (from), .c = { 3 })
#define ADD1(r)	      I(adds, .r1 = (r), .r3 = (r), .imm = 1)

static void no_eoi(void *opaque, struct cpu *cpu, unsigned vector)
{
	(void)opaque, (void)cpu, (void)vector;
}

static const struct cpu_ops ops = {
	.itc_now = sched_itc,
	.itm_changed = sched_itm_changed,
	.eoi = no_eoi,
	.woken = sched_woken,
	.pause = sched_pause,
};

static uint64_t put(struct machine *m, uint64_t at, unsigned template, struct isa_insn a,
		    struct isa_insn b, struct isa_insn c)
{
	struct isa_bundle raw = { .template = template };
	uint8_t bytes[16];

	assert_true(isa_encode(&a, &raw.slot[0], NULL));
	assert_true(isa_encode(&b, &raw.slot[1], NULL));
	assert_true(isa_encode(&c, &raw.slot[2], NULL));
	isa_bundle_pack(&raw, bytes);
	assert_true(bus_copy_to(m->bus, at, bytes, 16));
	return at + 16;
}

static int setup(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));

	m->bus = bus_create(16UL << 20);
	for (unsigned i = 0; i < CPUS; i++) {
		struct cpu *cpu = m->cpus[i] = cpu_create(i, m->bus, &ops, m);

		if (i)
			cpu_join(cpu, m->cpus[0]);
		m->ncpus++;
		cpu->ip = ENDED;
		cpu->gr[9].val = DATA;
		rse_write_bspstore(cpu, STACK + i * 0x10000);
		cpu->cfm.sof = 0;
		cpu->gr_limit = 32;
	}
	put(m, ENDED, MIB, NOP_M, NOP_I, I(br_cond, .imm = 0));
	pib_create(m);
	sched_reset(m);
	sched_seed(m, 0);
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	for (unsigned i = 0; i < m->ncpus; i++)
		cpu_destroy(m->cpus[i]);
	bus_destroy(m->bus);
	free(m);
	return 0;
}

static uint64_t word(struct machine *m, uint64_t pa)
{
	uint64_t v = 0;

	assert_true(bus_read(m->bus, pa, 8, &v));
	return v;
}

/* Turns until all have reached @until; how many bundles apart they were at most. */
static uint64_t run_all(struct machine *m, uint64_t until)
{
	uint64_t apart = 0;

	while (sched_now(m) < until) {
		struct cpu *cpu = sched_turn(m, until);

		assert_non_null(cpu);
		assert_int_equal(cpu->stop, CPU_STOP_NONE);
		if (sched_time(m, cpu) - sched_now(m) > apart)
			apart = sched_time(m, cpu) - sched_now(m);
	}
	return apart;
}

/* ---- turns ---- */

/* All count to @rounds in one word: with fetchadd, or with a load, an add and a store. */
static uint64_t count_together(struct machine *m, bool atomic, uint64_t rounds, uint64_t seed)
{
	uint64_t at = CODE;

	if (atomic) {
		at = put(m, at, MIB, I(fetchadd, .r1 = 8, .r3 = 9, .imm = 1, .c = { 3 }), NOP_I,
			 I(br_cloop, .imm = 0));
	} else {
		at = put(m, at, MII, LD8(8, 9), NOP_I, NOP_I);
		at = put(m, at, MII, ADD1(8), NOP_I, NOP_I);
		at = put(m, at, MIB, ST8(9, 8), NOP_I, I(br_cloop, .imm = -32));
	}
	put(m, at, MIB, NOP_M, NOP_I, I(br_cond, .imm = ENDED - at));
	bus_write(m->bus, DATA, 8, 0);
	sched_seed(m, seed);
	for (unsigned i = 0; i < CPUS; i++) {
		code_flush(m->cpus[i]);
		m->cpus[i]->ip = CODE;
		m->cpus[i]->ar[AR_LC] = rounds - 1;
	}
	assert_in_range(run_all(m, machine_now(m) + 4 * rounds), 1, SCHED_QUANTUM + 1);
	for (unsigned i = 0; i < CPUS; i++)
		assert_int_equal(m->cpus[i]->ip, ENDED);
	return word(m, DATA);
}

static void fetchadd_is_atomic(void **state)
{
	for (uint64_t seed = 0; seed < 20; seed++)
		assert_int_equal(count_together(*state, true, 10000, seed), CPUS * 10000);
}

/* Additions get lost where a turn ends between load and store: a different number by seed. */
static void seeds_differ(void **state)
{
	struct machine *m = *state;
	uint64_t sums[10];
	unsigned differ = 0;

	for (unsigned i = 0; i < 10; i++) {
		teardown(state);
		setup(state);
		m = *state;
		sums[i] = count_together(m, false, 10000, i);
		assert_in_range(sums[i], 10000, CPUS * 10000 - 1);
		differ += sums[i] != sums[0];
	}
	assert_true(differ >= 8);
	for (unsigned i = 0; i < 10; i++) {
		teardown(state);
		setup(state);
		assert_int_equal(count_together(*state, false, 10000, i), sums[i]);
	}
}

/* Waiting for a flag with hint @pause costs a few bundles, however long it takes. */
static void pause_is_cheap(void **state)
{
	struct machine *m = *state;
	struct cpu *waits = m->cpus[1];
	uint64_t at = CODE;

	at = put(m, at, MMI, I(hint_m), LD8(8, 9), I(cmp_eq, .p1 = 6, .p2 = 7, .r2 = 8, .r3 = 0));
	at = put(m, at, MIB, NOP_M, NOP_I, I(br_cond, .qp = 6, .imm = -16));
	put(m, at, MIB, NOP_M, NOP_I, I(br_cond, .imm = ENDED - at));
	waits->ip = CODE;
	at = put(m, CODE + 0x1000, MIB, NOP_M, NOP_I, I(br_cloop, .imm = 0));
	at = put(m, at, MII, ST8(9, 9), NOP_I, NOP_I);
	put(m, at, MIB, NOP_M, NOP_I, I(br_cond, .imm = ENDED - at));
	m->cpus[0]->ip = CODE + 0x1000;
	m->cpus[0]->ar[AR_LC] = 100000;
	for (unsigned i = 2; i < CPUS; i++) {
		m->cpus[i]->halted = true;
		m->sched.awake &= ~(1UL << i);
	}
	while (waits->ip != ENDED)
		sched_turn(m, MACHINE_NEVER / 2);
	assert_in_range(waits->n_bundles, 3, 5000);
	assert_true(sched_time(m, waits) >= 100000);
}

/* ---- memory ---- */

static void global_purges(void **state)
{
	struct machine *m = *state;
	const uint64_t va = 5UL << 61 | 0x40000, pte = 0x40000 | 1 << 5 | 1;
	static const struct {
		exec_fn fn;
		bool global, alat;
	} purges[] = {
		{ exec_ptc_l, false, false },
		{ exec_ptc_g, true, false },
		{ exec_ptc_ga, true, true },
	};

	for (unsigned p = 0; p < 3; p++) {
		struct op op = { .r3 = 9, .r2 = 10 };

		for (unsigned i = 0; i < CPUS; i++) {
			m->cpus[i]->rr[5] = 77 << 8 | 12 << 2;
			tlb_insert_tc(m->cpus[i], false, pte, 12 << 2, va);
			tlb_insert_tc(m->cpus[i], true, pte, 12 << 2, va);
			alat_insert(m->cpus[i], false, 8, 0x1000, 8);
		}
		m->cpus[3]->rr[5] = 78 << 8 | 12 << 2; /* where it looks now is another matter */
		m->cpus[1]->gr[9].val = va;
		m->cpus[1]->gr[10].val = 12 << 2;
		assert_int_equal(purges[p].fn(m->cpus[1], &op), EXEC_SYNC);
		m->cpus[3]->rr[5] = 77 << 8 | 12 << 2;
		for (unsigned i = 0; i < CPUS; i++) {
			bool gone = i == 1 || purges[p].global;

			assert_int_equal(!tlb_find(m->cpus[i], false, va), gone);
			assert_int_equal(!tlb_find(m->cpus[i], true, va), gone);
			assert_int_equal(!m->cpus[i]->alat_live, purges[p].alat);
			alat_purge_all(m->cpus[i]);
			tlb_purge_all_tc(m->cpus[i]);
		}
	}
}

/* What one runs and another stores to: neither's copies may hide the store. */
static void code_of_another(void **state)
{
	struct machine *m = *state;
	struct cpu *runs = m->cpus[0], *stores = m->cpus[1];
	uint64_t other[2], at, v;

	put(m, DATA, MII, I(adds, .r1 = 8, .imm = 2), NOP_I, NOP_I);
	assert_true(bus_copy_from(m->bus, other, DATA, 16));
	put(m, DATA, MII, I(adds, .r1 = 8, .imm = 1), NOP_I, NOP_I);
	at = put(m, CODE, MII, ST8(9, 10), NOP_I, NOP_I);
	put(m, at, MIB, NOP_M, NOP_I, I(br_cond, .imm = ENDED - at));
	stores->gr[9].val = DATA + 0x100; /* the page is writable for it from now on */
	stores->ip = CODE;
	run_all(m, 10);
	runs->ip = DATA;
	cpu_run(runs, runs->n_bundles + 1);
	assert_int_equal(runs->gr[8].val, 1);
	stores->gr[9].val = DATA;
	stores->gr[10].val = other[0];
	stores->ip = CODE;
	cpu_run(stores, stores->n_bundles + 2);
	assert_int_equal(word(m, DATA), other[0]);
	runs->ip = DATA;
	cpu_run(runs, runs->n_bundles + 1);
	assert_int_equal(runs->gr[8].val, 2);
	v = other[0];
	mem_changed(m->cpus[3], DATA, 8); /* says who has not stored at all */
	assert_int_equal(word(m, DATA), v);
}

/* An entry ends by another's store, and by a device's. */
static void advanced_loads(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpus[0];
	uint64_t at =
		put(m, CODE, MMI, I(ld, .r1 = 8, .r3 = 9, .c = { 3, ISA_LD_A }), NOP_M, NOP_I);
	uintptr_t host = (uintptr_t)bus_ram(m->bus, DATA, NULL);

	put(m, at, MIB, NOP_M, NOP_I, I(br_cond, .imm = ENDED - at));
	cpu->ip = CODE;
	cpu_run(cpu, cpu->n_bundles + 1);
	assert_int_equal(cpu->alat[__builtin_ctz(cpu->alat_live)].where, host);
	mem_changed(m->cpus[1], DATA + 8, 4096); /* beside it */
	assert_true(alat_check(cpu, false, 8, ~0UL, 0, false));
	mem_changed(m->cpus[1], DATA - 4096, 4100);
	assert_false(alat_check(cpu, false, 8, ~0UL, 0, false));

	cpu->ip = CODE;
	sched_turn(m, 1);
	m->cpus[1]->gr[10].val = 5;
	put(m, CODE + 0x1000, MII, ST8(9, 10), NOP_I, NOP_I);
	m->cpus[1]->ip = CODE + 0x1000;
	run_all(m, machine_now(m) + 5000);
	assert_int_equal(word(m, DATA), 5);
	assert_false(alat_check(cpu, false, 8, ~0UL, 0, false));
}

/* ---- interrupts ---- */

#define VECTOR	     0x40
#define MESSAGE(cpu) (PIB_BASE + ((uint64_t)(cpu) << 12))

static bool pending(const struct cpu *cpu)
{
	return cpu->irr[VECTOR / 64] >> VECTOR % 64 & 1;
}

static void sleep_all_but(struct machine *m, unsigned awake)
{
	for (unsigned i = 0; i < CPUS; i++)
		m->cpus[i]->halted = i != awake;
	m->sched.awake = 1UL << awake;
}

static void halted_and_woken(void **state)
{
	struct machine *m = *state;
	uint64_t at = put(m, CODE, MIB, NOP_M, NOP_I, I(br_cloop, .imm = 0));

	at = put(m, at, MII, ST8(9, 10), NOP_I, NOP_I);
	put(m, at, MIB, NOP_M, NOP_I, I(br_cond, .imm = ENDED - at));
	sleep_all_but(m, 0);
	m->cpus[0]->ip = CODE;
	m->cpus[0]->ar[AR_LC] = 49999;
	m->cpus[0]->gr[9].val = MESSAGE(2) | 1UL << 63;
	m->cpus[0]->gr[10].val = VECTOR;
	assert_ptr_equal(sched_turn(m, 1000000), m->cpus[0]);
	assert_true(pending(m->cpus[2]));
	assert_int_equal(m->sched.awake, 5); /* the sender's turn ended there */
	assert_int_equal(sched_time(m, m->cpus[0]), 50001);
	assert_in_range(sched_time(m, m->cpus[2]), 50000, 50001);
	assert_int_equal(m->cpus[2]->n_bundles, 0);
	run_all(m, 60000);
	assert_in_range(m->cpus[2]->n_bundles, 9999, 10001);
	assert_int_equal(m->cpus[1]->n_bundles, 0);
}

/* Each processor's timer strikes at its time, whether it runs or sleeps. */
static void timers(void **state)
{
	struct machine *m = *state;

	sleep_all_but(m, 1);
	for (unsigned i = 0; i < CPUS; i++) {
		m->cpus[i]->cr[CR_ITV] = VECTOR;
		m->cpus[i]->cr[CR_ITM] = 1000 * (i + 1);
		sched_itm_changed(m, m->cpus[i]);
	}
	for (unsigned i = 0; i < CPUS; i++) {
		assert_int_equal(m->sched.itm_next, 1000 * (i + 1));
		assert_false(pending(m->cpus[i]));
		run_all(m, m->sched.itm_next);
		sched_run_timers(m, sched_now(m));
		assert_true(pending(m->cpus[i]));
		assert_int_equal(cpu_itc(m->cpus[i]), 1000 * (i + 1));
		assert_true(m->sched.awake >> i & 1);
	}
	assert_int_equal(m->sched.itm_next, MACHINE_NEVER);
}

/* A redirectable message: to the lowest external task priority, else to the one named. */
static void redirection(void **state)
{
	struct machine *m = *state;

	sapic_redirect(m, 2, 0, VECTOR);
	assert_true(pending(m->cpus[2]));
	m->xtp[0] = m->xtp[2] = m->xtp[3] = 5;
	m->xtp[1] = 4;
	sapic_redirect(m, 3, 0, VECTOR);
	assert_true(pending(m->cpus[1]));
	assert_false(pending(m->cpus[3]));
	bus_write(m->bus, MESSAGE(3) | 8, 8, VECTOR + 1);
	assert_true(m->cpus[1]->irr[1] >> 1 & 1);
	bus_write(m->bus, MESSAGE(3), 8, VECTOR);
	assert_true(pending(m->cpus[3]));
	m->sched.current = m->cpus[0];
	bus_write(m->bus, PIB_BASE + 0x1e0008, 1, 2);
	m->sched.current = NULL;
	assert_int_equal(m->xtp[0], 2);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(fetchadd_is_atomic), T(seeds_differ),	   T(pause_is_cheap),
		T(global_purges),      T(code_of_another), T(advanced_loads),
		T(halted_and_woken),   T(timers),	   T(redirection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
