/* SPDX-License-Identifier: MIT */
/*
 * A processor with RAM that runs code written here, bundle by bundle, in physical mode unless
 * the test says otherwise.
 */
#ifndef TESTS_MACHINE_CORE_H
#define TESTS_MACHINE_CORE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "bundle.h"
#include "bus.h"
#include "cpu/cpu.h"
#include "cpu/fault.h"
#include "cpu/parts.h"

#define RAM_SIZE (16UL << 20)
#define CODE	 0x100000UL
#define IVT	 0x200000UL
#define STACK	 0x300000UL

enum { MII = 0x00, MLX = 0x04, MMI = 0x08, MFI = 0x0c, MIB = 0x10, BBB = 0x16, MMB = 0x18 };

struct env {
	struct bus *bus;
	struct cpu *cpu;
	uint64_t at; /* where the next bundle goes */
	uint64_t seed;
};

static uint64_t itc_now(void *opaque, struct cpu *cpu)
{
	(void)opaque;
	return cpu->n_bundles;
}

static void no_itm(void *opaque, struct cpu *cpu)
{
	(void)opaque;
	(void)cpu;
}

static void no_eoi(void *opaque, struct cpu *cpu, unsigned vector)
{
	(void)opaque;
	(void)cpu;
	(void)vector;
}

static const struct cpu_ops ops = { .itc_now = itc_now, .itm_changed = no_itm, .eoi = no_eoi };

static int setup(void **state)
{
	static struct env env;

	env = (struct env){ .bus = bus_create(RAM_SIZE), .at = CODE, .seed = 88172645463325252UL };
	env.cpu = cpu_create(0, env.bus, &ops, NULL);
	assert_non_null(env.cpu);
	env.cpu->ip = CODE;
	env.cpu->cr[CR_IVA] = IVT;
	rse_write_bspstore(env.cpu, STACK);
	env.cpu->cfm.sof = 0;
	env.cpu->gr_limit = 32;
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

static inline uint64_t rnd(struct env *env)
{
	env->seed ^= env->seed << 13;
	env->seed ^= env->seed >> 7;
	env->seed ^= env->seed << 17;
	return env->seed * 0x2545f4914f6cdd1dUL >> 16;
}

#define I(name, ...) ((struct isa_insn){ .id = ISA_##name, ##__VA_ARGS__ })
#define NOP_M	     I(nop_m)
#define NOP_I	     I(nop_i)
#define NOP_B	     I(nop_b)

/* Append a bundle; in an MLX one @b is ignored and @c the long instruction. */
static inline void emit(struct env *env, unsigned template, struct isa_insn a, struct isa_insn b,
			struct isa_insn c)
{
	struct isa_bundle raw = { .template = template };
	uint8_t bytes[16];

	assert_true(isa_encode(&a, &raw.slot[0], NULL));
	if (template == MLX) {
		assert_true(isa_encode(&c, &raw.slot[2], &raw.slot[1]));
	} else {
		assert_true(isa_encode(&b, &raw.slot[1], NULL));
		assert_true(isa_encode(&c, &raw.slot[2], NULL));
	}
	isa_bundle_pack(&raw, bytes);
	assert_true(bus_copy_to(env->bus, env->at, bytes, 16));
	env->at += 16;
}

static inline void run(struct env *env, unsigned bundles)
{
	cpu_run(env->cpu, env->cpu->n_bundles + bundles);
	assert_int_equal(env->cpu->stop, CPU_STOP_NONE);
}

static inline void set_psr(struct env *env, uint64_t psr)
{
	cpu_set_psr(env->cpu, psr);
}

#endif
