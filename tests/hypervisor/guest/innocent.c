// SPDX-License-Identifier: MIT
/*
 * innocent - a guest that minds its own business, and notices if anything disturbs it.
 *
 * Words: rounds=N (default 50), then power off; loop: for ever; in the end, crash: jump to the
 * hypervisor's code; reboot. Each round fills 2 MiB with numbers that depend on the round,
 * recurses deeper than the register stack is, and then looks at everything again.
 */
#include "guest.h"
#include "words.h"

#define WORDS (2ul << 20 >> 3)
#define DEPTH 60

static uint64_t memory[WORDS], boot;

static uint64_t number(uint64_t round, uint64_t i)
{
	uint64_t x = round * 0x9e3779b97f4a7c15 + i;

	x ^= x >> 31;
	x *= 0xbf58476d1ce4e5b9;
	return x ^ x >> 29;
}

/* Eight values in stacked registers across each call. */
static uint64_t __attribute__((noinline))
recurse(uint64_t depth, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	uint64_t below;

	if (!depth)
		return 0;
	below = recurse(depth - 1, a + 1, b + 2, c + 3, d + 4);
	asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d));
	return below + (a ^ b) + (c ^ d);
}

/* f6 to f31 for longer than a turn lasts; 0: all are what they were. */
static uint64_t floating_point(uint64_t value)
{
	uint64_t changed = 0, turn = 300000, t;

	asm volatile(
		".irp r, 6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
		"	setf.sig f\\r = %2\n"
		"	add %2 = 1, %2;;\n"
		".endr\n"
		"	mov ar.lc = %3;;\n"
		"1:	br.cloop.sptk 1b;;\n"
		"	adds %2 = -26, %2;;\n"
		".irp r, 6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
		"	getf.sig %1 = f\\r;;\n"
		"	xor %1 = %1, %2\n"
		"	add %2 = 1, %2;;\n"
		"	or %0 = %0, %1;;\n"
		".endr\n"
		: "+&r"(changed), "=&r"(t), "+&r"(value)
		: "r"(turn)
		: "ar.lc", "f6", "f7", "f8", "f9", "f10", "f11", "f16", "f17", "f18", "f19", "f20",
		  "f21", "f22", "f23", "f24", "f25", "f26", "f27", "f28", "f29", "f30", "f31");
	return changed;
}

static uint64_t expected_sum(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < DEPTH; i++)
		sum += ((a + i) ^ (b + 2 * i)) + ((c + 3 * i) ^ (d + 4 * i));
	return sum;
}

static void fail(const char *what, uint64_t round)
{
	print("innocent: FAIL: %s in round %lu\n", what, round);
	guest_exit(1);
}

static void one_round(uint64_t round)
{
	uint64_t fdr;

	for (uint64_t i = 0; i < WORDS; i++)
		memory[i] = number(round, i);
	if (recurse(DEPTH, round, 3, 5, 7) != expected_sum(round, 3, 5, 7))
		fail("the register stack", round);
	if (hypercall(XEN_CALL_xen_version, XENVER_version, 0, 0) >> 16 != 4)
		fail("a hypercall", round);
	asm volatile("mov ar.fdr = %0" ::"r"(number(boot, round)));
	if (floating_point(number(boot, round)))
		fail("a floating-point register", round);
	asm volatile("mov %0 = ar.fdr" : "=r"(fdr));
	if (fdr != number(boot, round))
		fail("an application register", round);
	for (uint64_t i = 0; i < WORDS; i++)
		if (memory[i] != number(round, i))
			fail("memory", round);
}

void guest_main(uint64_t boot_param)
{
	const char *words = guest_cmdline(boot_param);
	uint64_t rounds = word_number(words, "rounds", 50);
	bool loop = find_word(words, "loop");

	asm volatile("mov %0 = ar.itc" : "=r"(boot)); /* another number in each guest */
	print("innocent: %s\n", words);
	for (uint64_t round = 0; loop || round < rounds; round++)
		one_round(round);
	print("innocent: PASS after %lu rounds\n", rounds);
	if (find_word(words, "crash"))
		((void (*)(void))(uint64_t[]){ 0xf400000004000000, 0 })();
	if (find_word(words, "reboot")) {
		static struct xen_sched_shutdown reboot = { XEN_SHUTDOWN_reboot };

		hypercall(XEN_CALL_sched_op, SCHEDOP_shutdown, inline_handle(&reboot), 0);
	}
	guest_exit(0);
}
