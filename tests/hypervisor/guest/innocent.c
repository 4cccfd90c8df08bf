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

static uint64_t memory[WORDS];

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
	for (uint64_t i = 0; i < WORDS; i++)
		memory[i] = number(round, i);
	if (recurse(DEPTH, round, 3, 5, 7) != expected_sum(round, 3, 5, 7))
		fail("the register stack", round);
	if (hypercall(XEN_CALL_xen_version, XENVER_version, 0, 0) >> 16 != 4)
		fail("a hypercall", round);
	for (uint64_t i = 0; i < WORDS; i++)
		if (memory[i] != number(round, i))
			fail("memory", round);
}

void guest_main(uint64_t boot_param)
{
	const char *words = guest_cmdline(boot_param);
	uint64_t rounds = word_number(words, "rounds", 50);
	bool loop = find_word(words, "loop");

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
