// SPDX-License-Identifier: MIT
/*
 * smp-memory.c - what virtual processors of one guest share: translations, which a purge takes
 * from all of them, page tables, code, semaphores.
 */
#include "smp.h"

#define VA_SHARED (REGION1 + 0x10000) /* all processors have it, from pages[0] or pages[1] */

#define VA_GONE		 (REGION1 + 0x20000) /* pages[0], then not present, then pages[1] */
#define PAGE_NOT_PRESENT 0x5000

#define REGION2	  (2ul << 61)
#define TABLE_RID 0x78
#define TABLE	  (REGION2 + 0x8000000)
#define VA_TABLE  (REGION2 + 0x10000)

#define PROGRAM 0x4000000ul /* guest.lds */

uint8_t pages[CPUS + 2][16384] __attribute__((aligned(16384)));
static uint8_t table[16384] __attribute__((aligned(16384)));
static volatile uint64_t pte_now; /* of VA_SHARED */

bool memory_miss(const struct frame *f)
{
	if (f->vector == 0x1000 && f->ifa >> 14 == VA_SHARED >> 14) {
		cpu[me()].misses++;
		insert(true, f->ifa, pte_now, 14 << 2);
		return true;
	}
	if ((f->vector == 0x1000 || f->vector == PAGE_NOT_PRESENT) &&
	    f->ifa >> 14 == VA_GONE >> 14) {
		insert(true, f->ifa, (uint64_t)pages[1] | PTE_RW, 14 << 2);
		return true;
	}
	if (f->vector == 0 && f->iha >> 14 == TABLE >> 14) {
		insert(true, f->iha, (uint64_t)table | PTE_RW, 14 << 2);
		return true;
	}
	return false;
}

static uint64_t load_shared(uint64_t arg)
{
	return *(volatile uint64_t *)(VA_SHARED + arg);
}

static void set_page(unsigned int n)
{
	pte_now = (uint64_t)pages[n] | PTE_RW;
}

static uint64_t misses(void)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < cpus; i++)
		n += cpu[i].misses;
	return n;
}

static uint64_t purge(uint64_t ps)
{
	ptc_ga(VA_SHARED, ps);
	return 0;
}

static uint64_t purge_by_instruction(uint64_t ps)
{
	asm volatile("ptc.ga %0, %1;; srlz.i" ::"r"(VA_SHARED), "r"(ps << 2) : "memory");
	return 0;
}

/* After a change of the page all see the new one, whoever has purged the old one. */
static bool purged(unsigned int by, command *how, uint64_t ps)
{
	uint64_t before;
	bool ok;

	set_page(0);
	if (by)
		on(by, how, ps);
	else
		how(ps);
	ok = load_shared(0) == 111 && on_others(load_shared, 0, 111) == cpus - 1;
	before = misses();
	ok = ok && load_shared(0) == 111 && on_others(load_shared, 0, 111) == cpus - 1 &&
	     misses() == before;
	set_page(1);
	if (by)
		on(by, how, ps);
	else
		how(ps);
	return ok && on_others(load_shared, 0, 222) == cpus - 1 && load_shared(0) == 222;
}

static void purges(void)
{
	set_rr(REGION1, TEST_RID << 8 | 14 << 2 | 1);
	*(uint64_t *)pages[0] = 111;
	*(uint64_t *)pages[1] = 222;
	check(purged(0, purge, 14), "PTC_GA reaches all processors");
	check(purged(1, purge, 14), "... from another one");
	check(purged(cpus - 1, purge_by_instruction, 12), "ptc.ga that traps does");
	check(purged(0, purge, 28), "... of more than the table has");
	check(purged(1, purge, 61), "... of a region");
}

/* An insertion replaces what was there, wherever it was kept: also after others have run here. */
static void replacement(void)
{
	uint64_t before;

	insert(true, VA_GONE, (uint64_t)pages[0] | PTE_RW, 14 << 2);
	before = *(volatile uint64_t *)VA_GONE;
	insert(true, VA_GONE, 0, 14 << 2);
	on_others(load_shared, 0, 222);
	check(before == 111 && *(volatile uint64_t *)VA_GONE == 222,
	      "a page that is not present replaces one that was");
}

static uint64_t __attribute__((noinline)) call_page(uint64_t address)
{
	uint64_t desc[2] = { address, 0 };

	asm volatile("" ::"r"(desc) : "memory"); /* the compiler knows no use of it */
	return ((uint64_t(*)(void))desc)();
}

static void flush_line(void *p)
{
	PRIVOP(FC, (uint64_t)p, 0);
	asm volatile("sync.i;; srlz.i" ::: "memory");
}

/* adds r8 = n, r0; nop.i 0; br.ret.sptk.many b0, one bundle; n below 8192: imm6d, imm7b */
static void write_code(uint64_t *to, unsigned int n)
{
	to[0] = 0x0000210000004011ul | (n >> 7 & 63ul) << 32 | (n & 127ul) << 18;
	to[1] = 0x0084000880000200ul;
	flush_line(to);
}

/*
 * The processors' own table in region 2, so that misses are answered without the guest. The page
 * of generation n holds n, and code that returns n; the next generation's is the other one. Who
 * knows that generation n is there, after the purge, must not see less.
 */
static volatile uint64_t generation, readers_stop;

static uint64_t table_on(uint64_t on)
{
	uint64_t pta = on ? (TABLE & 0x1ffffffffffffffful) | 15 << 2 | 1 : 15 << 2;

	set_rr(REGION2, TABLE_RID << 8 | 14 << 2 | 1);
	asm volatile("mov cr.pta = %0;; srlz.d" ::"r"(pta) : "memory");
	return 0;
}

/*
 * The hypervisor's assembly answers misses of a guest in virtual mode, where the program has to
 * map itself; those in physical mode are C's.
 */
static void virtual_mode(bool on)
{
	if (!on) {
		PRIVOP(RSM_DT, 0, 0);
		return;
	}
	MR->ic = 0;
	MR->ifa = PROGRAM;
	MR->itir = 26 << 2;
	asm volatile("itr.i itr[%0] = %1;; srlz.i" ::"r"(0ul), "r"(PROGRAM | PTE_RWX) : "memory");
	PRIVOP(ITR_D, 0, PROGRAM | PTE_RWX);
	MR->ic = 1;
	PRIVOP(SSM_DT, 0, 0);
}

/* How the readers look: their command's argument */
enum {
	IN_VIRTUAL_MODE = 1,
	BY_CODE = 2,
};

#define CODE 4096 /* in a page */

static uint64_t look(uint64_t how)
{
	return how & BY_CODE ? call_page(VA_TABLE + CODE) : *(volatile uint64_t *)VA_TABLE;
}

static uint64_t read_generations(uint64_t how)
{
	uint64_t stale = 0;

	table_on(1);
	if (how & IN_VIRTUAL_MODE)
		virtual_mode(true);
	while (!readers_stop) {
		/* a miss now, and what it inserted for a while */
		asm volatile("ptc.l %0, %1;; srlz.d" ::"r"(VA_TABLE), "r"(14ul << 2) : "memory");
		for (unsigned int i = 0; i < 200; i++) {
			uint64_t g = __atomic_load_n(&generation, __ATOMIC_ACQUIRE);

			stale += look(how) < g;
		}
	}
	if (how & IN_VIRTUAL_MODE)
		virtual_mode(false);
	table_on(0);
	return stale;
}

static void set_generation(volatile uint64_t *pte, uint64_t g)
{
	uint8_t *page = pages[g & 1];

	*(volatile uint64_t *)page = g;
	write_code((uint64_t *)(page + CODE), g);
	__atomic_store_n(pte, (uint64_t)page | PTE_RWX, __ATOMIC_RELEASE);
}

static void generations(uint64_t how, const char *what)
{
	volatile uint64_t *pte = (uint64_t *)table + (VA_TABLE >> 14 & 511);
	unsigned int ok = 0;

	set_generation(pte, 0);
	table_on(1);
	generation = readers_stop = 0;
	for (unsigned int i = 1; i < cpus; i++)
		post(i, read_generations, how);
	for (uint64_t g = 1; g < 3000; g++) {
		set_generation(pte, g);
		ptc_ga(VA_TABLE, 14);
		__atomic_store_n(&generation, g, __ATOMIC_RELEASE);
		for (unsigned int i = 0; i < g * 37 % 400; i++)
			asm volatile("" ::: "memory");
		if (g % 32 == 0)
			yield();
	}
	readers_stop = 1;
	for (unsigned int i = 1; i < cpus; i++)
		ok += done(i) && !cpu[i].result;
	table_on(0);
	check(ok == cpus - 1, what);
}

static void code(void)
{
	uint64_t *to = (uint64_t *)(pages[0] + CODE);
	unsigned int ok = 0;

	for (unsigned int n = 1; n < 4; n++) {
		write_code(to, n);
		ok += call_page((uint64_t)to) == n;
		ok += on_others(call_page, (uint64_t)to, n);
	}
	check(ok == 3 * cpus, "code that one writes is what the others execute");
}

static uint64_t counter;

static uint64_t add(uint64_t times)
{
	for (uint64_t i = 0; i < times; i++)
		__atomic_fetch_add(&counter, 1, __ATOMIC_RELAXED);
	return 0;
}

static void atomics(void)
{
	for (unsigned int i = 1; i < cpus; i++)
		post(i, add, 20000);
	add(20000);
	for (unsigned int i = 1; i < cpus; i++)
		done(i);
	check(counter == 20000ul * cpus, "fetchadd of all processors");
}

void test_memory(void)
{
	purges();
	replacement();
	generations(0, "no miss is answered with what was purged meanwhile");
	generations(IN_VIRTUAL_MODE, "... in virtual mode neither");
	generations(BY_CODE, "... no instruction's");
	generations(IN_VIRTUAL_MODE | BY_CODE, "... in virtual mode neither");
	code();
	atomics();
}
