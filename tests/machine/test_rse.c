// SPDX-License-Identifier: MIT
/*
 * The register stack against a model of unlimited depth: whatever calls, returns, allocations,
 * flushes and switches of the backing store do, each frame finds its registers and NaT bits;
 * and memory holds them where SDM vol 2 ch. 6 says.
 */
#include "core.h"

#define MAX_DEPTH 400

/* A frame the model has left, or is in (the last) */
struct frame {
	uint64_t val[96];
	uint8_t nat[96];
	unsigned sof, sol, sor;
	uint64_t pfs; /* with which to return to it */
};

struct model {
	struct frame f[MAX_DEPTH];
	unsigned depth;
};

static struct frame *top(struct model *m)
{
	return &m->f[m->depth];
}

static void fill_frame(struct env *env, struct frame *f)
{
	for (unsigned i = 0; i < f->sof; i++) {
		f->val[i] = rnd(env);
		f->nat[i] = rnd(env) % 5 == 0;
		*cpu_gr(env->cpu, 32 + i) = (struct gr){ f->val[i], f->nat[i] };
	}
}

static void check_frame(struct env *env, const struct frame *f, unsigned n)
{
	assert_int_equal(env->cpu->cfm.sof, f->sof);
	assert_int_equal(env->cpu->cfm.sol, f->sol);
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(cpu_gr(env->cpu, 32 + i)->val, f->val[i]);
		assert_int_equal(cpu_gr(env->cpu, 32 + i)->nat, f->nat[i]);
	}
}

static void do_alloc(struct env *env, struct model *m)
{
	struct frame *f = top(m);

	f->sof = rnd(env) % 97;
	f->sol = rnd(env) % (f->sof + 1);
	f->sor = rnd(env) % (f->sol / 8 + 1) * 8; /* the out registers do not rotate */
	rse_clrrrb(env->cpu, false);
	assert_int_equal(rse_alloc(env->cpu, f->sof, f->sol, f->sor), EXEC_NEXT);
	fill_frame(env, f);
}

static void do_rotate(struct env *env, struct model *m)
{
	struct frame *f = top(m);
	struct frame old = *f;

	rse_rotate(env->cpu);
	for (unsigned i = 0; i < f->sor; i++) {
		f->val[(i + 1) % f->sor] = old.val[i];
		f->nat[(i + 1) % f->sor] = old.nat[i];
	}
}

static void do_call(struct env *env, struct model *m)
{
	struct frame *f = top(m), *callee = f + 1;

	if (m->depth + 1 == MAX_DEPTH)
		return;
	rse_call(env->cpu);
	f->pfs = env->cpu->ar[AR_PFS];
	*callee = (struct frame){ .sof = f->sof - f->sol };
	memcpy(callee->val, f->val + f->sol, callee->sof * sizeof(f->val[0]));
	memcpy(callee->nat, f->nat + f->sol, callee->sof);
	m->depth++;
	check_frame(env, callee, callee->sof);
}

static void do_return(struct env *env, struct model *m)
{
	if (!m->depth)
		return;
	m->depth--;
	rse_return(env->cpu, top(m)->pfs);
	if (env->cpu->cfle)
		assert_int_equal(rse_complete(env->cpu), EXEC_NEXT);
	assert_false(env->cpu->cfle);
	check_frame(env, top(m), top(m)->sol); /* what was passed may have changed */
	fill_frame(env, top(m));
}

static uint64_t word(struct env *env, uint64_t addr)
{
	uint64_t v;

	assert_true(bus_copy_from(env->bus, &v, addr, 8));
	return v;
}

/* The words below ar.bsp are the registers of the calling frames; physical order if rotated. */
static void do_flush(struct env *env, struct model *m)
{
	struct cpu *cpu = env->cpu;
	uint64_t addr = cpu->bsp, rnat = cpu->rnat;
	bool have_rnat = false;

	assert_int_equal(rse_flushrs(cpu), EXEC_NEXT);
	assert_int_equal(cpu->bspstore, cpu->bsp);
	assert_int_equal(cpu->ndirty, 0);
	rnat = cpu->rnat;
	have_rnat = true;
	for (unsigned d = m->depth; d-- > 0;) {
		struct cfm c;

		cfm_unpack(&c, m->f[d].pfs);
		for (unsigned i = m->f[d].sol; i-- > 0;) {
			unsigned logical = i < c.sor ? (i + c.sor - c.rrb_gr) % c.sor : i;

			addr -= 8;
			if ((addr >> 3 & 63) == 63) {
				rnat = word(env, addr);
				addr -= 8;
			}
			assert_int_equal(word(env, addr), m->f[d].val[logical]);
			if (have_rnat)
				assert_int_equal(rnat >> (addr >> 3 & 63) & 1,
						 m->f[d].nat[logical]);
		}
	}
}

/* As an operating system does at entry and exit: cover, another store, and back by loadrs */
static void do_switch(struct env *env, struct model *m)
{
	struct cpu *cpu = env->cpu;
	uint64_t ifs = cfm_pack(&cpu->cfm) | 1UL << 63, bspstore, rnat, bsp, dirty;

	rse_cover(cpu);
	bsp = cpu->bsp;
	assert_int_equal(ar_read(cpu, AR_BSPSTORE, &bspstore), EXEC_NEXT);
	assert_int_equal(ar_read(cpu, AR_RNAT, &rnat), EXEC_NEXT);
	assert_int_equal(ar_write(cpu, AR_BSPSTORE, RAM_SIZE / 2 + rnd(env) % 64 * 8), EXEC_NEXT);
	dirty = cpu->bsp - cpu->bspstore;
	assert_int_equal(rse_alloc(cpu, rnd(env) % 97, 0, 0), EXEC_NEXT);
	for (unsigned i = 32; i < cpu->gr_limit; i++)
		cpu_gr(cpu, i)->val = 0xdead;
	assert_int_equal(rse_alloc(cpu, 0, 0, 0), EXEC_NEXT);
	cpu->ar[AR_RSC] = dirty << 16;
	assert_int_equal(rse_loadrs(cpu), EXEC_NEXT);
	cpu->ar[AR_RSC] = 0;
	assert_int_equal(ar_write(cpu, AR_BSPSTORE, bspstore), EXEC_NEXT);
	assert_int_equal(ar_write(cpu, AR_RNAT, rnat), EXEC_NEXT);
	assert_int_equal(cpu->bsp, bsp);
	assert_int_equal(rse_rfi(cpu, ifs), EXEC_NEXT);
	if (cpu->cfle)
		assert_int_equal(rse_complete(cpu), EXEC_NEXT);
	check_frame(env, top(m), top(m)->sof);
}

static void test_random(void **state)
{
	static struct model m;
	struct env *env = *state;

	memset(&m, 0, sizeof(m));
	for (unsigned i = 0; i < 200000; i++) {
		switch (rnd(env) % 16) {
		case 0 ... 4: do_alloc(env, &m); break;
		case 5 ... 8: do_call(env, &m); break;
		case 9 ... 12: do_return(env, &m); break;
		case 13: do_rotate(env, &m); break;
		case 14: do_switch(env, &m); break;
		case 15:
			if (i % 7 == 0)
				do_flush(env, &m);
			break;
		}
		assert_true(env->cpu->ndirty + env->cpu->cfm.sof <= CPU_NSTACKED);
		check_frame(env, top(&m), top(&m)->sof);
	}
	while (m.depth)
		do_return(env, &m);
	assert_int_equal(env->cpu->bsp, STACK);
}

/* ar.bspstore and ar.rnat need enforced lazy mode (SDM vol 2 §6.5.3) */
static void test_lazy_mode_only(void **state)
{
	struct env *env = *state;
	uint64_t v;

	assert_int_equal(ar_write(env->cpu, AR_RSC, 3), EXEC_NEXT);
	assert_int_equal(ar_read(env->cpu, AR_BSPSTORE, &v), EXEC_FAULT);
	assert_int_equal(ar_read(env->cpu, AR_RNAT, &v), EXEC_FAULT);
	assert_int_equal(ar_write(env->cpu, AR_BSPSTORE, STACK), EXEC_FAULT);
	assert_int_equal(rse_loadrs(env->cpu), EXEC_FAULT);
	assert_int_equal(ar_read(env->cpu, AR_BSP, &v), EXEC_NEXT);
	assert_int_equal(ar_write(env->cpu, AR_BSP, STACK), EXEC_FAULT);
	assert_int_equal(env->cpu->fault.isr, GEX_ILLEGAL_OP);
}

/* A frame that does not fit beside the dirty registers becomes empty (SDM vol 2 §6.5.5). */
static void test_bad_pfs(void **state)
{
	struct env *env = *state;
	struct cfm c = { .sof = 96, .sol = 0 };

	rse_alloc(env->cpu, 20, 20, 0);
	rse_call(env->cpu);
	rse_return(env->cpu, cfm_pack(&c));
	assert_int_equal(cfm_pack(&env->cpu->cfm), 0);
	assert_int_equal(env->cpu->ndirty, 20);
	rse_return(env->cpu, ~0UL); /* no frame at all */
	assert_int_equal(cfm_pack(&env->cpu->cfm), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_random, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lazy_mode_only, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_pfs, setup, teardown),
	};

	return cmocka_run_group_tests_name("rse", tests, NULL, NULL);
}
