// SPDX-License-Identifier: MIT
/*
 * core.c - the virtual processor, seen by a bare guest: one line of TAP for each thing it
 * relies on (Xen/ia64's ABI as in abi/xen.def; vectors and registers: SDM vol 2 chapter 8).
 */
#include "core.h"

extern char ivt[], guest_end[], run_back[];
uint64_t call_on(uint64_t (*f)(uint64_t), uint64_t arg, uint64_t *store);
uint64_t do_load(uint64_t), do_store(uint64_t), do_unaligned(uint64_t), do_break(uint64_t),
	do_break_b(uint64_t), do_nat(uint64_t), do_fp_low(uint64_t), do_fp_high(uint64_t),
	do_fp_fault(uint64_t), do_semaphore(uint64_t), do_branch(uint64_t), do_privileged(uint64_t),
	stacked_operand(void);

int tests, failures;

/* ---- interruptions ---- */

/* Not static: the compiler does not see that `break` changes them. */
struct frame last;	     /* the first since expect() */
volatile unsigned int count; /* interruptions since then */
void (*fix)(struct frame *f);

void skip(struct frame *f)
{
	uint64_t ri = (f->ipsr & PSR_RI) >> 41;

	f->ipsr &= ~PSR_RI;
	if (ri == 2)
		f->iip += 16;
	else
		f->ipsr |= (ri + 1) << 41;
}

void interrupted(struct frame *f)
{
	if (f->vector == VEC_EVENT) {
		event_came(f);
		return;
	}
	if (!count++)
		last = *f;
	if (count > 2000) {
		print("# vector %#lx ip %#lx ifa %#lx isr %#lx for ever\n", f->vector, f->iip,
		      f->ifa, f->isr);
		guest_exit(1);
	}
	if (f->vector == 0x2c00 && f->iim == 0x99) {
		f->iip = (uint64_t)run_back;
		f->ipsr &=
			~(PSR_CPL | PSR_RI | PSR_SS | PSR_TB | PSR_LP | PSR_DB | PSR_DFL | PSR_DFH);
		return;
	}
	fix(f);
}

/* Of a trap: ip is where to go on. */
static void no_more(struct frame *f)
{
	f->ipsr &= ~(PSR_SS | PSR_TB | PSR_LP);
}

void expect(void (*f)(struct frame *))
{
	fix = f;
	count = 0;
	last.vector = ~0ul;
}

static void check_vector(const char *what, uint64_t vector, uint64_t arg, uint64_t (*f)(uint64_t))
{
	expect(skip);
	f(arg);
	check(count == 1 && last.vector == vector, "%s: vector %#lx (%u interruptions, %#lx)", what,
	      vector, count, last.vector);
}

/* ---- tests ---- */

static void test_registers(void)
{
	uint64_t wrong;

	expect(skip);
	wrong = state_check();
	check(!wrong && count == 1,
	      "registers, NaTs and rotation across a reflected break: %ld wrong", wrong);
	check(last.iim == 0x42 && last.ifs >> 63 && (last.ifs & 0x7f) == 96,
	      "  its immediate and its frame: %#lx", last.ifs);
	check((last.covered & 0x3fffffffff) == (last.ifs & 0x3fffffffff),
	      "  COVER saw the same frame: %#lx", last.covered);
	check(!(last.ipsr & PSR_CPL) && last.ipsr & PSR_IC && last.ipsr & PSR_BN,
	      "  its psr: level 0, ic, bank 1: %#lx", last.ipsr);
}

static uint64_t deep(uint64_t n, uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t r;

	if (!n) {
		asm volatile("break 0x42;;" ::: "memory");
		return a + b + c;
	}
	r = deep(n - 1, a + 1, b + 2, c + 3);
	if (n % 7 == 0)
		asm volatile("break 0x43;;" ::: "memory");
	return r - a - b - c + (a + b + c);
}

static uint64_t deep_100(uint64_t n)
{
	return deep(n, 1, 2, 3);
}

static void test_stack(void)
{
	uint64_t sum;

	expect(skip);
	sum = deep_100(100);
	check(sum == 606 && count == 15, "interruptions throughout a deep recursion: %u, %ld",
	      count, sum);
}

static void test_thash(void)
{
	uint64_t va = 0x2000000012345678;

	MR->pta = 0x1ffc000000000000 >> 3 << 3 | 40 << 2 | 1;
	set_rr(va, 0x100 << 8 | 14 << 2 | 1);
	check(thash(va) == (0x2000000000000000 | (0x1ffc000000000000 & ~((1ul << 40) - 1)) |
			    (0x12345678ul >> 14 << 3)),
	      "THASH by the guest's own pta: %#lx", thash(va));
	check(get_rr(va) == (0x100 << 8 | 14 << 2 | 1), "GET_RR gives what SET_RR was given");
	set_rr(va, 1ul << 40);
	check(get_rr(va) == (0x100 << 8 | 14 << 2 | 1),
	      "SET_RR of a reserved value changes nothing");
	set_rr(va, 1ul << 26 | 14 << 2 | 1);
	check(get_rr(va) == (0x100 << 8 | 14 << 2 | 1),
	      "SET_RR of a region id that is too large neither");
}

static void set_five(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
	register uint64_t r8 asm("r8") = a;
	register uint64_t r9 asm("r9") = b;
	register uint64_t r10 asm("r10") = c;
	register uint64_t r11 asm("r11") = d;
	register uint64_t r14 asm("r14") = e;

	asm volatile("break %5;;" ::"r"(r8), "r"(r9), "r"(r10), "r"(r11), "r"(r14),
		     "i"(XEN_PRIVOP_SET_RR0_TO_RR4)
		     : "memory");
}

static void test_five_regions(void)
{
	const uint64_t rr0 = get_rr(0), own = 0x300 << 8 | 0x39;
	bool right = true;

	set_five(own, 0x111 << 8 | 0x39, 0x222 << 8 | 0x39, 0x333 << 8 | 0x39, 0x3ffff << 8 | 0x39);
	for (uint64_t i = 1; i < 4; i++)
		right &= get_rr(i << 61) == (i * 0x111 << 8 | 0x39);
	check(right && get_rr(0) == own && get_rr(4ul << 61) == (0x3ffff << 8 | 0x39),
	      "SET_RR0_TO_RR4");
	set_five(own, 0x444 << 8 | 0x39, 0x40000 << 8 | 0x39, 0x444 << 8 | 0x39, 0x444 << 8 | 0x39);
	check(get_rr(1ul << 61) == (0x111 << 8 | 0x39) && get_rr(3ul << 61) == (0x333 << 8 | 0x39),
	      "  all or none");
	set_five(own, 0x444 << 8 | 0x38, 0x444 << 8 | 16 << 2, 0x444 << 8 | 0x39,
		 0x444 << 8 | 0x39);
	check(get_rr(1ul << 61) == (0x444 << 8 | 0x38) &&
		      get_rr(2ul << 61) == (0x444 << 8 | 16 << 2),
	      "  of other kinds, too");
	set_rr(0, rr0);
}

static void test_kernel_registers(void)
{
	uint64_t v;

	PRIVOP(SET_KR, 5, 0x5555);
	asm volatile("mov %0 = ar.k5" : "=r"(v));
	check(v == 0x5555 && MR->krs[5] == 0x5555, "SET_KR");
	PRIVOP(SET_KR, 0, 0x50);
	PRIVOP(SET_KR, 7, 0x57);
	asm volatile("mov %0 = ar.k7" : "=r"(v));
	check(v == 0x57 && MR->krs[0] == 0x50 && MR->krs[5] == 0x5555, "  the first and the last");
	PRIVOP(SET_KR, 8, 0x58);
	check(MR->krs[7] == 0x57 && MR->krs[0] == 0x50, "  there is no ninth");
}

static uint64_t virt_page; /* pseudo-physical, for tests of translations */

static void map_it(struct frame *f)
{
	insert(true, f->ifa, virt_page | PTE_RW, 14 << 2);
}

static void map_code(struct frame *f)
{
	insert(false, f->ifa, (f->ifa & 0x1ffffff) | 0x4000000 | PTE_RWX, 14 << 2);
}

static void test_translations(void)
{
	uint64_t va = 0x4000000000010000;
	volatile uint64_t *p = (uint64_t *)va;
	const uint64_t alt = 14 << 2;

	set_rr(va, 0x200 << 8 | alt);
	*(uint64_t *)virt_page = 0x1234;
	expect(map_it);
	check(do_load(va) == 0x1234 && last.vector == 0x1000 && count == 1,
	      "alternate data TLB miss, ITC_D: %#lx, %u", last.vector, count);
	check(last.ifa == va && last.itir == (0x200 << 8 | 14 << 2), "  its ifa and itir: %#lx",
	      last.itir);
	expect(map_it);
	check(*p == 0x1234 && !count, "  the translation stays");
	ptc_ga(va, 14);
	expect(map_it);
	check(*p == 0x1234 && count == 1, "  until PTC_GA");
	set_rr(va, 0x201 << 8 | alt);
	expect(map_it);
	check(*p == 0x1234 && count == 1, "  or another region id");
	set_rr(va, 0x200 << 8 | alt);
	expect(map_it);
	check(*p == 0x1234 && !count, "  which does not touch the first");
	set_rr(va, 0x200 << 8 | alt | 1);
	ptc_ga(va, 14);
	expect(map_it);
	check(do_load(va) == 0x1234 && last.vector == 0, "VHPT miss with the walker on: %#lx",
	      last.vector);
	check(last.iha == thash(va), "  its iha: %#lx", last.iha);
}

static void map_read_only(struct frame *f)
{
	insert(true, f->ifa, virt_page | PTE_R, 14 << 2);
	fix = skip;
}

static void map_clean(struct frame *f)
{
	insert(true, f->ifa, virt_page | (PTE_RW & ~PTE_D), 14 << 2);
	fix = map_it;
}

static void map_not_accessed(struct frame *f)
{
	insert(true, f->ifa, virt_page | (PTE_RW & ~PTE_A), 14 << 2);
	fix = map_it;
}

static void check_second(const char *what, uint64_t vector, void (*first)(struct frame *),
			 uint64_t (*f)(uint64_t))
{
	uint64_t va = 0x4000000000030000;

	ptc_ga(va, 14);
	expect(first);
	f(va);
	check(count == 2 && MR->isr != 0 && last.vector == 0x1000, "%s: two interruptions (%u)",
	      what, count);
	ptc_ga(va, 14);
	expect(first);
	first(&(struct frame){ .ifa = va });
	f(va);
	check(count == 1 && last.vector == vector && last.ifa == va, "  %s: vector %#lx (%#lx)",
	      what, vector, last.vector);
}

static void test_rights(void)
{
	set_rr(0x4000000000000000, 0x200 << 8 | 14 << 2);
	check_second("store to a page that is read-only", 0x5300, map_read_only, do_store);
	check_second("store to a page that is clean", 0x2000, map_clean, do_store);
	check_second("load from a page not accessed", 0x2800, map_not_accessed, do_load);
}

static void test_faults(void)
{
	uint64_t page = virt_page;

	check_vector("break.m", 0x2c00, page, do_break);
	check(last.iim == 0x1234, "  its immediate");
	check_vector("break.b", 0x2c00, page, do_break_b);
	check_vector("unaligned load", 0x5a00, page, do_unaligned);
	check_vector("NaT consumption", 0x5600, page, do_nat);
	check_vector("floating-point fault", 0x5c00, page, do_fp_fault);
}

/* ---- at other levels and modes ---- */

uint64_t psr_now(void)
{
	return PRIVOP(GET_PSR, 0, 0);
}

uint64_t call_at(uint64_t (*f)(uint64_t), uint64_t arg, uint64_t set)
{
	uint64_t psr = (psr_now() & ~PSR_BE) | PSR_IC | PSR_BN | set;

	MR->ic = 0;
	return run_at(f, arg, psr, MR);
}

static uint64_t run_nothing(uint64_t arg)
{
	return arg + 1;
}

static void test_modes(void)
{
	expect(skip);
	check(call_at(run_nothing, 4, 3ul << 32) == 5 && last.vector == 0x2c00 &&
		      (last.ipsr & PSR_CPL) == 3ul << 32,
	      "user code, and back by break: psr %#lx", last.ipsr);
	expect(skip);
	call_at(do_privileged, 0, 3ul << 32);
	check(last.vector == 0x5400 && (last.isr & 0xf0) == 0x10,
	      "user code's privileged instruction: "
	      "%#lx, isr %#lx",
	      last.vector, last.isr);
	expect(skip);
	call_at(do_break, 0, 3ul << 32);
	check(last.vector == 0x2c00 && last.iim == 0x1234 && last.ipsr >> 32 & 3,
	      "user code's break");
	expect(skip);
	call_at(do_fp_low, 0, PSR_DFL);
	check(last.vector == 0x5500 && (last.isr & 3) == 1,
	      "disabled low floating-point registers");
	expect(skip);
	call_at(do_fp_high, 0, PSR_DFH);
	check(last.vector == 0x5500 && (last.isr & 3) == 2,
	      "disabled high floating-point registers");
	expect(skip);
	check(do_fp_high(77) == 77 && !count, "high floating-point registers, if not");
	expect(no_more);
	call_at(do_branch, 0, PSR_TB);
	check(last.vector == 0x5f00, "taken branch trap: %#lx", last.vector);
	expect(no_more);
	call_at(do_branch, 0, PSR_SS);
	check(last.vector == 0x6000, "single step trap: %#lx", last.vector);
	expect(no_more);
	call_at(do_branch, 0, PSR_LP | 3ul << 32);
	check(last.vector == 0x5e00 || last.iim == 0x99, "lower privilege transfer trap: %#lx",
	      last.vector);
}

static uint64_t many_registers(uint64_t n)
{
	uint64_t r;

	if (!n) {
		/* away with the backing store's translations */
		ptc_ga(0x4000000000100000, 16);
		return 1;
	}
	r = many_registers(n - 1);
	asm volatile("" : "+r"(r));
	return r + n;
}

static void map_store(struct frame *f)
{
	insert(true, f->ifa, virt_page + 0x10000 + (f->ifa & 0xc000) + PTE_RW, 14 << 2);
}

static void test_lazy_cover(void)
{
	set_rr(0x4000000000000000, 0x200 << 8 | 14 << 2);
	expect(map_store);
	check(call_on(many_registers, 200, (uint64_t *)0x4000000000100000) == 20101,
	      "frames whose backing store is not mapped when they come back");
	check(count > 1, "  interruptions: %u", count);
}

static uint64_t state_check_arg(uint64_t arg)
{
	(void)arg;
	return state_check();
}

/* What a kernel does for its users: their system calls and what their page tables answer. */
static void test_user(void)
{
	uint64_t wrong;

	expect(skip);
	wrong = call_at(state_check_arg, 0, 3ul << 32);
	check(!wrong && count == 2, "a user's registers across a system call: %ld wrong, %u", wrong,
	      count);
}

#define TABLE 0x1ff0000000000000ul

static void map_table(struct frame *f)
{
	insert(true, f->iha, virt_page + 0x20000 + PTE_RW, 14 << 2);
}

static void test_page_table(void)
{
	uint64_t va = 0x6000000000024000, *table = (uint64_t *)(virt_page + 0x20000);
	volatile uint64_t *p = (uint64_t *)va;

	MR->pta = TABLE | 44 << 2 | 1;
	/* low bits unlike those of a translation register's id, else the miss is C's */
	set_rr(va, 0x415 << 8 | 14 << 2 | 1);
	for (unsigned int i = 0; i < 2048; i++)
		table[i] = 0;
	*(uint64_t *)virt_page = 0x99;
	expect(map_table);
	fix = skip;
	do_load(va);
	check(last.vector == 0 && last.iha == thash(va) && last.ifa == va,
	      "a page table that is not mapped: vector %#lx", last.vector);
	insert(true, thash(va), virt_page + 0x20000 + PTE_RW, 14 << 2);
	expect(skip);
	do_load(va);
	check(last.vector == 0x5000 && last.ifa == va && last.itir == (0x415 << 8 | 14 << 2),
	      "one that says the page is not there: vector %#lx", last.vector);
	table[(va & 0x1ffffff) >> 14] = virt_page | PTE_RW;
	expect(skip);
	check(*p == 0x99 && !count, "one that has it: nothing for the guest to do");
	table[(va & 0x1ffffff) >> 14] = (virt_page + 0x4000) | PTE_RW;
	expect(skip);
	check(*p == 0x99 && !count, "  and it stays");
	*(uint64_t *)(virt_page + 0x4000) = 0xaa;
	ptc_ga(va, 14);
	expect(skip);
	check(*p == 0xaa && !count, "  until it is purged");
	table[(va & 0x1ffffff) >> 14] = 0x7fffffffc000 | PTE_RW;
	ptc_ga(va, 14);
	expect(skip);
	*p = 5;
	check(*p == 5 && !count, "memory that the guest does not have: a page of its own");
	table[(va & 0x1ffffff) >> 14] = virt_page | PTE_RW | 4 << 2;
	ptc_ga(va, 14);
	expect(skip);
	check(*p == 0x99 && !count, "memory said to be uncacheable: memory");
	table[(va & 0x1ffffff) >> 14] = virt_page | PTE_RW | 1 << 2;
	ptc_ga(va, 14);
	expect(skip);
	do_load(va);
	check(last.vector == 0x800, "a reserved attribute: vector %#lx", last.vector);
}

/* At addresses that are not the guest's. */
static void test_hole(void)
{
	expect(skip);
	do_load(0xf400000004000000);
	check(count == 1 && last.vector == 0x5300, "the hypervisor's image: vector %#lx",
	      last.vector);
	expect(skip);
	do_load(0xf000000000000000);
	check(count == 1, "its identity mapping: vector %#lx", last.vector);
	expect(skip);
	do_store(0xf4ffffffffff0000);
	check(count == 1 && last.vector == 0x5300, "its per-processor page: vector %#lx",
	      last.vector);
	/* the same place by way of another region with region 7's id */
	set_rr(2ul << 61, 0x777 << 8 | 14 << 2);
	set_rr(7ul << 61, 0x777 << 8 | 14 << 2);
	ptc_ga(0x5400000004000000, 14);
	expect(map_it);
	*(uint64_t *)virt_page = 0x66;
	check(do_load(0x5400000004000000) == 0x66 && count == 1,
	      "a region with region 7's id: the guest's own, vector %#lx", last.vector);
	MR->pta = (0xf400000004000000 & ~(7ul << 61)) | 15 << 2 | 1;
	set_rr(7ul << 61, 7 << 8 | 14 << 2 | 1);
	expect(skip);
	do_load(0xe000000000000000);
	check(count == 1, "a page table there: vector %#lx", last.vector);
	MR->pta = TABLE | 44 << 2 | 1;
}

static uint64_t hyper_psr(void)
{
	return psr_now();
}

static void test_metaphysical(void)
{
	uint64_t va = virt_page;

	*(uint64_t *)va = 0x77;
	PRIVOP(RSM_DT, 0, 0);
	check(*(volatile uint64_t *)va == 0x77 && MR->metaphysical && !(hyper_psr() & PSR_DT),
	      "RSM_DT: physical mode");
	PRIVOP(SSM_DT, 0, 0);
	check(*(volatile uint64_t *)va == 0x77 && !MR->metaphysical && hyper_psr() & PSR_DT,
	      "SSM_DT: virtual mode");
	PRIVOP(RSM_DT, 0, 0);
	ptc_ga(0x4000000000010000, 14);
	insert(true, 0x4000000000010000, virt_page | PTE_RW, 14 << 2);
	expect(skip);
	check(call_at(run_nothing, 1, PSR_VIRTUAL) == 2 && !MR->metaphysical,
	      "RFI from physical to virtual mode");
	check(*(volatile uint64_t *)0x4000000000010000 == 0x77 && count == 1,
	      "  a translation that physical mode inserted: %u", count);
	PRIVOP(RSM_DT, 0, 0);
	insert(true, 0x10000, virt_page | PTE_RW, 14 << 2);
	PRIVOP(SSM_DT, 0, 0);
	expect(skip);
	check(do_load(0x10000) == 0x77 && !count, "  and one of region 0: %u", count);
}

static void test_instructions(void)
{
	uint64_t v, psr;

	asm volatile("mov cr.dcr = %1;; srlz.d;; mov %0 = cr.dcr;;" : "=r"(v) : "r"(0x700ul));
	check(v == 0x700, "mov to and from cr.dcr");
	asm volatile("mov %0 = cr.lid" : "=r"(v));
	check(v == 0, "mov from cr.lid");
	asm volatile("mov %0 = psr" : "=r"(psr));
	check((psr & (PSR_IC | PSR_DT)) == (PSR_IC | PSR_DT) && psr == psr_now(),
	      "mov from psr: %#lx", psr);
	asm volatile("rsm 0x2000;; srlz.d;; mov %0 = psr;; ssm 0x2000;; srlz.d" : "=r"(v));
	check(v == (psr & ~PSR_IC), "rsm psr.ic, ssm psr.ic: %#lx", v);
	asm volatile("mov rr[%1] = %2;; srlz.d;; mov %0 = rr[%1]"
		     : "=r"(v)
		     : "r"(3ul << 61), "r"(0x12345ul << 8 | 16 << 2));
	check(v == (0x12345ul << 8 | 16 << 2), "mov to and from rr");
	asm volatile("mov ar.k3 = %1;; mov %0 = ar.k3" : "=r"(v) : "r"(0x4444ul));
	check(v == 0x4444 && MR->krs[3] == 0x4444, "mov to ar.k3");
	asm volatile("tpa %0 = %1" : "=r"(v) : "r"(virt_page + 8));
	check(v == virt_page + 8, "tpa: %#lx", v);
	asm volatile("mov cr.tpr = %1;; srlz.d;; mov %0 = cr.tpr;; mov cr.tpr = r0"
		     : "=r"(v)
		     : "r"(0x20ul));
	check(v == 0x20, "mov to and from cr.tpr");
	asm volatile("mov %0 = cr.ivr" : "=r"(v));
	check(v == 15, "mov from cr.ivr: none");
	asm volatile("bsw.0;; mov r16 = %1;; bsw.1;; mov r16 = r0;; bsw.0;; mov %0 = r16;; bsw.1;;"
		     : "=r"(v)
		     : "r"(99ul)
		     : "r16");
	check(v == 99, "bsw.0, bsw.1: %ld", v);
}

void guest_main(uint64_t boot_param)
{
	(void)boot_param;
	print("TAP version 13\n");
	asm volatile("mov cr.iva = %0;; srlz.i" ::"r"(ivt));
	{
		register uint64_t r8 asm("r8");
		register uint64_t r2 asm("r2") = XEN_CLASS_set_shared_info_va;
		register uint64_t r28 asm("r28") = XEN_XSI_LINUX;

		asm volatile("break 0x1000;;"
			     : "=r"(r8), "+r"(r2), "+r"(r28)::"r9", "r10", "r11", "memory");
		check(!r8, "the shared pages move");
	}
	virt_page = ((uint64_t)guest_end + 0x3ffff) & -0x40000ul;
	check(MR->metaphysical == 1 && MR->banknum == 1 && INFO->upcall_mask, "state at entry");
	test_registers();
	test_stack();
	check(stacked_operand() == 0x2000, "stacked operands of an emulated instruction");

	/* virtual mode, by translation registers; addresses stay the same */
	set_rr(0, 0x300 << 8 | 14 << 2);
	asm volatile(
		"rsm 0x2000;; srlz.d;; mov cr.ifa = %0; mov cr.itir = %1;; itr.d dtr[%2] = %3;; srlz.d;;"
		"itr.i itr[%2] = %3;; ssm 0x2000;; srlz.i" ::"r"(0x4000000ul),
		"r"(26ul << 2), "r"(0ul), "r"(0x4000000 | PTE_RWX | PTE_USER));
	MR->ic = 0;
	MR->ipsr = PSR_IC | PSR_VIRTUAL | PSR_BN | PSR_AC;
	check(!run_at(run_nothing, -1ul, MR->ipsr, MR) && !MR->metaphysical,
	      "virtual mode: psr %#lx", psr_now());
	test_registers();
	test_stack();
	test_thash();
	test_five_regions();
	test_kernel_registers();
	test_translations();
	test_rights();
	test_faults();
	test_modes();
	test_user();
	test_page_table();
	test_events();
	test_hole();
	test_metaphysical();
	test_instructions();
	test_lazy_cover();
	(void)map_code;
	print("1..%d\n", tests);
	guest_exit(failures != 0);
}
