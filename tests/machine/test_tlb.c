// SPDX-License-Identifier: MIT
/*
 * Translation, data references and the ALAT on a real processor structure, without running
 * instructions: what is found, which fault is raised with which parameters, and that no copy on
 * the host's side outlives the translation, the region register or the right it came from.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "bus.h"
#include "cpu/cpu.h"
#include "cpu/fault.h"
#include "cpu/parts.h"

#define RAM_SIZE (64UL << 20)
#define PS_4K	 12
#define PS_16K	 14
#define PS_16M	 24

#define PTE_AR_PL(ar, pl) ((uint64_t)(ar) << 9 | (uint64_t)(pl) << 7)
/* Present, accessed, dirty, write-back */
#define PTE_OK		(PTE_P | PTE_A | PTE_D)
#define PTE_RW		(PTE_OK | PTE_AR_PL(2, 3))
#define PTE_RX		(PTE_OK | PTE_AR_PL(1, 3))
#define ITIR(ps)	((uint64_t)(ps) << 2)
#define RR(rid, ps, ve) ((uint64_t)(rid) << 8 | (uint64_t)(ps) << 2 | (ve))

struct env {
	struct bus *bus;
	struct cpu *cpu;
	uint64_t seed;
};

static enum exec no_firmware(void *opaque, struct cpu *cpu, unsigned index)
{
	(void)opaque;
	(void)cpu;
	(void)index;
	return EXEC_NEXT;
}

static uint64_t no_time(void *opaque, struct cpu *cpu)
{
	(void)opaque;
	(void)cpu;
	return 0;
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

static const struct cpu_ops ops = {
	.firmware = no_firmware,
	.itc_now = no_time,
	.itm_changed = no_itm,
	.eoi = no_eoi,
};

static void set_psr(struct cpu *cpu, uint64_t psr)
{
	cpu->psr = psr;
	cpu_psr_changed(cpu);
}

static int setup(void **state)
{
	static struct env env;

	env.bus = bus_create(RAM_SIZE);
	env.cpu = cpu_create(0, env.bus, &ops, NULL);
	env.seed = 1;
	assert_non_null(env.cpu);
	tlb_reset(env.cpu);
	for (unsigned i = 0; i < 8; i++)
		tlb_write_rr(env.cpu, i, RR(0x100 + i, PS_16K, 0));
	set_psr(env.cpu, PSR_IC | PSR_DT | PSR_IT | PSR_RT);
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

static uint64_t rnd(struct env *env)
{
	env->seed ^= env->seed << 13;
	env->seed ^= env->seed >> 7;
	env->seed ^= env->seed << 17;
	return env->seed * 0x2545f4914f6cdd1dUL >> 16;
}

static uint64_t *ram(struct env *env, uint64_t pa)
{
	return bus_ram(env->bus, pa, NULL);
}

static void map(struct env *env, uint64_t va, uint64_t pa, uint64_t pte, unsigned ps)
{
	tlb_insert_tc(env->cpu, false, pa | pte, ITIR(ps), va);
}

/* The reference faults to @vector, with IFA = @va. */
static void expect_fault(struct env *env, enum exec x, unsigned vector, uint64_t va, uint64_t isr)
{
	assert_int_equal(x, EXEC_FAULT);
	assert_int_equal(env->cpu->fault.vector, vector);
	assert_int_equal(env->cpu->fault.isr, isr);
	if (env->cpu->fault.set_ifa)
		assert_int_equal(env->cpu->fault.ifa, va);
}

static enum exec rd(struct env *env, uint64_t va, uint64_t *v)
{
	return mem_read(env->cpu, va, 8, MEM_READ, v);
}

static enum exec wr(struct env *env, uint64_t va, uint64_t v)
{
	return mem_write(env->cpu, va, 8, MEM_WRITE, v);
}

/* ---- the translation cache ---- */

/* Every entry is found at both its ends, no two overlap, nothing else is found. */
static void check_consistent(struct env *env)
{
	struct cpu *cpu = env->cpu;

	for (unsigned i = 0; i < CPU_NTC; i++) {
		const struct tlb_entry *e = &cpu->dtc[i];

		if (!e->valid)
			continue;
		for (unsigned j = i + 1; j < CPU_NTC; j++) {
			const struct tlb_entry *f = &cpu->dtc[j];

			if (f->valid && f->rid == e->rid)
				assert_true((e->va ^ f->va) & ~(e->mask | f->mask));
		}
		for (unsigned r = 0; r < 8; r++)
			if (RR_RID(cpu->rr[r]) == e->rid) {
				assert_ptr_equal(tlb_find(cpu, false, (uint64_t)r << 61 | e->va),
						 e);
				assert_ptr_equal(
					tlb_find(cpu, false, (uint64_t)r << 61 | e->va | e->mask),
					e);
			}
	}
}

static const struct tlb_entry *find_slowly(struct cpu *cpu, uint64_t va)
{
	uint64_t rid = RR_RID(cpu->rr[va >> 61]);

	for (unsigned i = 0; i < CPU_NTC; i++)
		if (cpu->dtc[i].valid && cpu->dtc[i].rid == rid &&
		    (VA_OFFSET(va) & ~cpu->dtc[i].mask) == cpu->dtc[i].va)
			return &cpu->dtc[i];
	return NULL;
}

static void random_changes(void **state)
{
	static const uint8_t sizes[] = { 12, 12, 13, 14, 14, 14, 16, 18, 20, 24 };
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	for (unsigned n = 0; n < 40000; n++) {
		uint64_t va = (rnd(env) & 7) << 61 | (rnd(env) & 0x3fff000);
		uint64_t pa = rnd(env) & (RAM_SIZE - 1) & -4096UL;
		unsigned ps = sizes[rnd(env) % 10];
		uint64_t v;

		switch (rnd(env) % 16) {
		case 0: tlb_purge_tc(cpu, va, RR_RID(cpu->rr[va >> 61]), ps); break;
		case 1: tlb_write_rr(cpu, va >> 61, RR(0x100 + rnd(env) % 6, PS_16K, 0)); break;
		case 2:
			if (rnd(env) % 64 == 0)
				tlb_purge_all_tc(cpu);
			break;
		case 3:
		case 4:
		case 5:
		case 6: map(env, va, pa, PTE_RW, ps); break;
		default:
			/* a host-side copy must agree with the TC, or stand for an evicted entry */
			if (rd(env, va, &v) == EXEC_NEXT && find_slowly(cpu, va)) {
				const struct tlb_entry *e = find_slowly(cpu, va);

				assert_ptr_equal(mem_host(cpu, va),
						 ram(env, e->pa | (va & e->mask)));
			}
		}
		assert_ptr_equal(tlb_find(cpu, false, va), find_slowly(cpu, va));
		if (n % 500 == 0)
			check_consistent(env);
	}
	check_consistent(env);
}

static void copies_do_not_survive(void **state)
{
	struct env *env = *state;
	uint64_t va = 0x2000000000004000, v, rr = env->cpu->rr[1];

	*ram(env, 0x100000) = 0x1111;
	*ram(env, 0x200000) = 0x2222;
	map(env, va, 0x100000, PTE_RW, PS_16K);
	assert_int_equal(rd(env, va, &v), EXEC_NEXT);
	assert_int_equal(v, 0x1111);
	assert_int_equal(wr(env, va, 0x3333), EXEC_NEXT);
	assert_int_equal(*ram(env, 0x100000), 0x3333);

	map(env, va, 0x200000, PTE_RW, PS_16K); /* a new translation in its place */
	assert_int_equal(rd(env, va, &v), EXEC_NEXT);
	assert_int_equal(v, 0x2222);

	tlb_write_rr(env->cpu, 1, RR(0x777, PS_16K, 0)); /* another address space */
	expect_fault(env, rd(env, va, &v), VEC_ALT_DTLB, va, ISR_R);
	tlb_write_rr(env->cpu, 1, rr);
	assert_int_equal(rd(env, va, &v), EXEC_NEXT);

	map(env, va, 0x200000, PTE_OK | PTE_AR_PL(0, 3), PS_16K); /* read-only now */
	assert_int_equal(rd(env, va, &v), EXEC_NEXT);
	expect_fault(env, wr(env, va, 0), VEC_DACCESS_RIGHTS, va, ISR_W);

	tlb_purge_tc(env->cpu, va, RR_RID(rr), PS_16K);
	expect_fault(env, rd(env, va, &v), VEC_ALT_DTLB, va, ISR_R);

	map(env, va, 0x100000, PTE_OK | PTE_AR_PL(2, 0), PS_16K); /* for the kernel alone */
	assert_int_equal(rd(env, va, &v), EXEC_NEXT);
	set_psr(env->cpu, env->cpu->psr | 3UL << PSR_CPL_SHIFT);
	expect_fault(env, rd(env, va, &v), VEC_DACCESS_RIGHTS, va, ISR_R);
}

static void large_page_range(void **state)
{
	struct env *env = *state;
	uint64_t base = 0xe000000001000000, v;

	map(env, base, 0x1000000, PTE_RW, PS_16M);
	for (unsigned i = 0; i < 4096; i += 3)
		assert_int_equal(rd(env, base + i * 4096UL, &v), EXEC_NEXT);
	tlb_purge_tc(env->cpu, base + 0x5000, RR_RID(env->cpu->rr[7]), PS_4K);
	/* one page of it purged: the whole translation goes, here with all copies it left */
	expect_fault(env, rd(env, base + 0x5000, &v), VEC_ALT_DTLB, base + 0x5000, ISR_R);
	assert_null(tlb_find(env->cpu, false, base));
}

static void translation_registers(void **state)
{
	struct env *env = *state;
	uint64_t va = 0xa000000100000000, v;

	map(env, va + 0x8000, 0x300000, PTE_RW, PS_16K);
	tlb_insert_tr(env->cpu, false, 1, 0x1000000 | PTE_RW, ITIR(PS_16M), va);
	assert_int_equal(rd(env, va + 0x8000, &v), EXEC_NEXT);
	assert_ptr_equal(mem_host(env->cpu, va + 0x8000), ram(env, 0x1008000));
	tlb_purge_all_tc(env->cpu); /* TRs stay */
	assert_int_equal(rd(env, va + 0x8000, &v), EXEC_NEXT);
	tlb_purge_tr(env->cpu, false, va + 0x4000, PS_16K);
	expect_fault(env, rd(env, va + 0x8000, &v), VEC_ALT_DTLB, va + 0x8000, ISR_R);

	/* inserting one has purged the TC entry below it: it is not there when the TR goes */
	map(env, va + 0x8000, 0x300000, PTE_RW, PS_16K);
	assert_int_equal(rd(env, va + 0x8000, &v), EXEC_NEXT);
	tlb_insert_tr(env->cpu, false, 1, 0x1000000 | PTE_RW, ITIR(PS_16M), va);
	tlb_insert_tr(env->cpu, false, 1, 0x2000000 | PTE_RW, ITIR(PS_16M), va + 0x1000000);
	expect_fault(env, rd(env, va + 0x8000, &v), VEC_ALT_DTLB, va + 0x8000, ISR_R);

	tlb_insert_tr(env->cpu, false, 1, 0x1000000 | PTE_RW, ITIR(PS_16M), va);
	assert_int_equal(env->cpu->stop, CPU_STOP_NONE);
	map(env, va + 0x8000, 0x300000, PTE_RW, PS_16K);
	assert_int_equal(env->cpu->stop, CPU_STOP_MCHECK);
}

/* ---- access rights: SDM vol 2 table 4-2, a row for each ar and pl, a column for each cpl ---- */

static void access_rights(void **state)
{
	static const char *const table[8][4] = {
		/* pl 3: cpl 3 2 1 0; then pl 2, 1, 0 */
		{ "r  r  r  r", "-  r  r  r", "-  -  r  r", "-  -  -  r" },
		{ "rx rx rx rx", "-  rx rx rx", "-  -  rx rx", "-  -  -  rx" },
		{ "rw rw rw rw", "-  rw rw rw", "-  -  rw rw", "-  -  -  rw" },
		{ "rwx rwx rwx rwx", "- rwx rwx rwx", "- - rwx rwx", "- - - rwx" },
		{ "r rw rw rw", "- r rw rw", "- - r rw", "- - - rw" },
		{ "rx rx rx rwx", "- rx rx rwx", "- - rx rwx", "- - - rwx" },
		{ "rwx rw rw rw", "- rwx rw rw", "- - rwx rw", "- - - rw" },
		{ "x x x rx", "x x x rx", "x x x rx", "x x x rx" },
	};

	(void)state;
	for (unsigned ar = 0; ar < 8; ar++)
		for (unsigned pl = 0; pl < 4; pl++) {
			const char *s = table[ar][3 - pl];

			for (int cpl = 3; cpl >= 0; cpl--) {
				struct tlb_entry e = { .pte = PTE_AR_PL(ar, pl) };
				unsigned want = 0;

				for (; *s && *s != ' '; s++)
					want |= *s == 'r'   ? TLB_R
						: *s == 'w' ? TLB_W
						: *s == 'x' ? TLB_X
							    : 0;
				while (*s == ' ')
					s++;
				assert_int_equal(tlb_allowed(&e, cpl), want);
			}
		}
}

/* ---- faults of data references ---- */

static void fault_order(void **state)
{
	struct env *env = *state;
	uint64_t va = 0x4000, v;

	map(env, va, 0x100000, PTE_A | PTE_AR_PL(2, 3), PS_16K);
	expect_fault(env, wr(env, va + 1, 0), VEC_PAGE_NOT_PRESENT, va + 1, ISR_W);
	map(env, va, 0x100000, PTE_P | MA_NATPAGE << 2, PS_16K);
	expect_fault(env, rd(env, va, &v), VEC_NAT_CONSUMPTION, va, ISR_R | 0x20);
	set_psr(env->cpu, env->cpu->psr | PSR_PK);
	tlb_insert_tc(env->cpu, false, 0x100000 | PTE_P, ITIR(PS_16K) | 0x55 << 8, va);
	expect_fault(env, wr(env, va, 0), VEC_DKEY_MISS, va, ISR_W);
	env->cpu->pkr[3] = 0x55 << 8 | PKR_WD | 1;
	expect_fault(env, wr(env, va, 0), VEC_KEY_PERM, va, ISR_W);
	env->cpu->pkr[3] = 0x55 << 8 | 1;
	expect_fault(env, wr(env, va, 0), VEC_DACCESS_RIGHTS, va, ISR_W);
	set_psr(env->cpu, env->cpu->psr & ~PSR_PK);
	map(env, va, 0x100000, PTE_P | PTE_AR_PL(2, 3), PS_16K);
	expect_fault(env, wr(env, va + 1, 0), VEC_DIRTY, va + 1, ISR_W);
	expect_fault(env, rd(env, va + 1, &v), VEC_DACCESS_BIT, va + 1, ISR_R);
	map(env, va, 0x100000, PTE_RW, PS_16K);
	assert_int_equal(wr(env, va, 0), EXEC_NEXT); /* a line for it exists from here on */
	env->cpu->dbr[0] = va;
	env->cpu->dbr[1] = 1UL << 62 | 0xfUL << 56 | 0xfffffffffffff8;
	set_psr(env->cpu, env->cpu->psr | PSR_DB);
	expect_fault(env, wr(env, va, 0), VEC_DEBUG, va, ISR_W);
	assert_int_equal(rd(env, va, &v), EXEC_NEXT);
	set_psr(env->cpu, env->cpu->psr | PSR_DD);
	assert_int_equal(wr(env, va, 0), EXEC_NEXT);
}

static void alignment(void **state)
{
	struct env *env = *state;
	uint64_t va = 0x4000, v = 0;
	struct mem_ref ref;

	map(env, va, 0x100000, PTE_RW, PS_16K);
	*ram(env, 0x100000) = 0x8877665544332211;
	assert_int_equal(mem_read(env->cpu, va + 1, 4, MEM_READ, &v), EXEC_NEXT);
	assert_int_equal(v, 0x55443322);
	expect_fault(env, mem_read(env->cpu, va + 5, 4, MEM_READ, &v), VEC_UNALIGNED, va + 5,
		     ISR_R);
	expect_fault(env, mem_sem(env->cpu, va + 1, 4, &ref), VEC_UNALIGNED, va + 1, ISR_R | ISR_W);
	set_psr(env->cpu, env->cpu->psr | PSR_AC);
	expect_fault(env, mem_read(env->cpu, va + 1, 4, MEM_READ, &v), VEC_UNALIGNED, va + 1,
		     ISR_R);
	set_psr(env->cpu, env->cpu->psr | PSR_BE);
	assert_int_equal(mem_read(env->cpu, va, 4, MEM_READ, &v), EXEC_NEXT);
	assert_int_equal(v, 0x11223344);
	assert_int_equal(mem_write(env->cpu, va, 2, MEM_WRITE, 0xabcd), EXEC_NEXT);
	assert_int_equal(*ram(env, 0x100000) & 0xffff, 0xcdab);
}

static void speculation(void **state)
{
	struct env *env = *state;
	uint64_t va = 0x4000, ip = 0x2000000000000000, v, psr = env->cpu->psr;
	const unsigned how = MEM_READ | MEM_SPEC;

	env->cpu->ip = ip;
	expect_fault(env, mem_read_slow(env->cpu, va, 8, how, &v), VEC_ALT_DTLB, va,
		     ISR_R | ISR_SP);
	env->cpu->cr[CR_DCR] = DCR_DM;
	expect_fault(env, mem_read_slow(env->cpu, va, 8, how, &v), VEC_ALT_DTLB, va,
		     ISR_R | ISR_SP);
	tlb_insert_tc(env->cpu, true, PTE_RX | PTE_ED | 0x100000, ITIR(PS_16K), ip);
	assert_int_equal(mem_read_slow(env->cpu, va, 8, how, &v), EXEC_SYNC);
	env->cpu->cr[CR_DCR] = 0;
	set_psr(env->cpu, psr & ~PSR_IC);
	assert_int_equal(mem_read_slow(env->cpu, va, 8, how, &v), EXEC_SYNC);
	set_psr(env->cpu, psr);
	map(env, va, 0x100000, PTE_RW | (uint64_t)MA_UC << 2, PS_16K);
	assert_int_equal(mem_read_slow(env->cpu, va, 8, how, &v), EXEC_SYNC);
	map(env, va, 0x100000, PTE_RW, PS_16K);
	assert_int_equal(mem_read_slow(env->cpu, va, 8, how, &v), EXEC_NEXT);
	set_psr(env->cpu, psr | PSR_ED);
	assert_int_equal(mem_read_slow(env->cpu, va, 8, how, &v), EXEC_SYNC);
}

static void physical_addresses(void **state)
{
	struct env *env = *state;
	uint64_t v;

	set_psr(env->cpu, PSR_IC);
	*ram(env, 0x100000) = 42;
	assert_int_equal(rd(env, 0x100000, &v), EXEC_NEXT);
	assert_int_equal(v, 42);
	assert_int_equal(rd(env, 1UL << 63 | 0x100000, &v), EXEC_NEXT);
	assert_int_equal(v, 42);
	assert_int_equal(rd(env, 1UL << 50, &v), EXEC_FAULT);
	assert_int_equal(env->cpu->fault.vector, VEC_GENERAL);
	assert_int_equal(rd(env, 0xf0000000, &v), EXEC_STOP);
	assert_int_equal(env->cpu->stop, CPU_STOP_MCHECK);
}

/* ---- the VHPT ---- */

/* A short-format table of 16 MiB in region 1, with one page of it mapped at 0x200000. */
static uint64_t table_setup(struct env *env, uint64_t va)
{
	uint64_t iha;

	env->cpu->cr[CR_PTA] = 0x1ffc000000000000 | PS_16M << 2 | 1;
	tlb_write_rr(env->cpu, 1, RR(0x101, PS_16K, 1));
	iha = vhpt_hash(env->cpu, va);
	assert_int_equal(iha >> 61, va >> 61);
	return iha;
}

static void walker(void **state)
{
	struct env *env = *state;
	uint64_t va = 0x2000000000408000, v, iha = table_setup(env, va), psr = env->cpu->psr;
	uint64_t *entry = ram(env, 0x200000 | (iha & 0x3fff));

	assert_int_equal(iha, 0x2000000000000000 | 0x1ffc000000000000 | (0x408000 >> 14) * 8);
	expect_fault(env, rd(env, va, &v), VEC_VHPT_TRANS, va, ISR_R);
	assert_int_equal(env->cpu->fault.iha, iha);
	assert_int_equal(env->cpu->fault.itir, 0x101 << 8 | PS_16K << 2);
	map(env, iha, 0x200000, PTE_OK | PTE_AR_PL(2, 0), PS_16K);

	*entry = PTE_P | 1UL << 1; /* reserved bit: the walker gives up */
	expect_fault(env, rd(env, va, &v), VEC_DTLB, va, ISR_R);
	assert_int_equal(env->cpu->fault.iha, iha);
	*entry = 0;
	expect_fault(env, rd(env, va, &v), VEC_PAGE_NOT_PRESENT, va, ISR_R);
	*entry = 0x300000 | PTE_RW; /* no purge between: not-present is not cached */
	*ram(env, 0x300010) = 77;
	assert_int_equal(rd(env, va + 0x10, &v), EXEC_NEXT);
	assert_int_equal(v, 77);
	assert_int_equal(tlb_find(env->cpu, false, va)->key, 0x101);

	tlb_purge_all_tc(env->cpu);
	set_psr(env->cpu, psr & ~PSR_IC);
	assert_int_equal(rd(env, va, &v), EXEC_FAULT);
	assert_int_equal(env->cpu->fault.vector, VEC_NESTED_DTLB);
	set_psr(env->cpu, psr & ~PSR_DT); /* physical now, tpa and probe are not */
	assert_int_equal(mem_translate(env->cpu, va, 1, MEM_NA(NA_TPA) | MEM_VIRTUAL, &v),
			 EXEC_FAULT);
	assert_int_equal(env->cpu->fault.vector, VEC_ALT_DTLB);
	assert_true(env->cpu->fault.isr == (ISR_NA | NA_TPA));
}

static void instruction_walker(void **state)
{
	struct env *env = *state;
	uint64_t va = 0x2000000000408000, pa, iha = table_setup(env, va), psr = env->cpu->psr;

	assert_int_equal(tlb_fetch(env->cpu, va, &pa), EXEC_FAULT);
	assert_int_equal(env->cpu->fault.vector, VEC_VHPT_TRANS);
	map(env, iha, 0x200000, PTE_OK | PTE_AR_PL(2, 0), PS_16K);
	*ram(env, 0x200000 | (iha & 0x3fff)) = 0x300000 | PTE_RX;
	assert_int_equal(tlb_fetch(env->cpu, va + 0x120, &pa), EXEC_NEXT);
	assert_int_equal(pa, 0x300120);
	tlb_purge_tc(env->cpu, va, 0x101, PS_16K);
	*ram(env, 0x200000 | (iha & 0x3fff)) = 0x300000 | PTE_RW;
	assert_int_equal(tlb_fetch(env->cpu, va, &pa), EXEC_FAULT);
	assert_int_equal(env->cpu->fault.vector, VEC_IACCESS_RIGHTS);
	tlb_purge_tc(env->cpu, va, 0x101, PS_16K);
	set_psr(env->cpu, psr & ~PSR_IC); /* no walk for instructions then */
	assert_int_equal(tlb_fetch(env->cpu, va, &pa), EXEC_FAULT);
	assert_int_equal(env->cpu->fault.vector, VEC_ALT_ITLB);
}

static void long_format(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	uint64_t va = 0x2000000000408000, iha, *entry, v;

	cpu->cr[CR_PTA] = 0xe000000000200000 | 1 << 8 | 16 << 2 | 1;
	tlb_write_rr(cpu, 1, RR(0x101, PS_16K, 1));
	map(env, 0xe000000000200000, 0x200000, PTE_RW, 16);
	iha = vhpt_hash(cpu, va);
	entry = ram(env, iha & 0xffffff);
	assert_in_range(iha, 0xe000000000200000, 0xe00000000020ffff);
	expect_fault(env, rd(env, va, &v), VEC_DTLB, va, ISR_R);
	entry[0] = 0x304000 | PTE_RW;
	entry[1] = 0x5 << 8 | PS_4K << 2;
	entry[2] = vhpt_tag(cpu, va);
	assert_int_equal(rd(env, va, &v), EXEC_NEXT);
	assert_int_equal(tlb_find(cpu, false, va)->key, 5);
	assert_null(tlb_find(cpu, false, va + 0x1000));

	/* index and tag together name one page: change either, and the pair changes */
	for (unsigned n = 0; n < 100000; n++) {
		uint64_t a = rnd(env) & 0x1fffffffffffc000, b = rnd(env) & 0x1fffffffffffc000;
		uint64_t ra = rnd(env) & 0xffffff, rb = n & 1 ? ra ^ (rnd(env) & 0x3ff) : ra, h, t;

		if (n & 2)
			b = a ^ (ra ^ rb) << (39 + 14 - 0);
		b &= 0x1fffffffffffc000;
		if (a == b && ra == rb)
			continue;
		cpu->rr[2] = RR(ra, PS_16K, 1);
		h = vhpt_hash(cpu, 2UL << 61 | a);
		t = vhpt_tag(cpu, 2UL << 61 | a);
		cpu->rr[2] = RR(rb, PS_16K, 1);
		assert_false(h == vhpt_hash(cpu, 2UL << 61 | b) &&
			     t == vhpt_tag(cpu, 2UL << 61 | b));
	}
}

/* ---- the ALAT ---- */

static void alat(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	uint64_t va = 0x4000, v;

	map(env, va, 0x100000, PTE_RW, PS_16K);
	assert_int_equal(rd(env, va, &v), EXEC_NEXT);
	assert_int_equal(wr(env, va, 0), EXEC_NEXT);
	alat_insert(cpu, false, 14, mem_host(cpu, va), 8);
	assert_int_equal(wr(env, va + 8, 0), EXEC_NEXT);
	assert_true(alat_check(cpu, false, 14, ~0UL, 0, false));
	assert_false(alat_check(cpu, true, 14, ~0UL, 0, false));
	assert_int_equal(mem_write(cpu, va + 7, 1, MEM_WRITE, 0), EXEC_NEXT);
	assert_false(alat_check(cpu, false, 14, ~0UL, 0, false));

	/* a stacked register keeps its entry under rotation, and its name changes */
	cpu->cfm = (struct cfm){ .sof = 16, .sol = 8, .sor = 8, .rrb_gr = 0 };
	alat_insert(cpu, false, 33, mem_host(cpu, va), 8);
	cpu->cfm.rrb_gr = 7;
	assert_false(alat_check(cpu, false, 33, ~0UL, 0, false));
	assert_true(alat_check(cpu, false, 34, ~0UL, 0, true));
	assert_false(alat_check(cpu, false, 34, ~0UL, 0, false));

	for (unsigned i = 0; i < 100; i++) /* more than there are entries */
		alat_insert(cpu, true, 2 + i, mem_host(cpu, va + 16 * i), 8);
	assert_true(alat_check(cpu, true, 101, ~0UL, 0, false));
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(wr(env, va + 16 * i, 0), EXEC_NEXT);
	assert_int_equal(cpu->alat_live, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(random_changes),
		T(copies_do_not_survive),
		T(large_page_range),
		T(translation_registers),
		T(access_rights),
		T(fault_order),
		T(alignment),
		T(speculation),
		T(physical_addresses),
		T(walker),
		T(instruction_walker),
		T(long_format),
		T(alat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
