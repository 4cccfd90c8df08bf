// SPDX-License-Identifier: MIT
/*
 * Instructions that compilers use rarely, and accesses that the hardware leaves
 * to the kernel: speculation, rotation, multimedia, unaligned data, NaTs.
 * Results are compared with plain C.
 */
#include <asm/unistd.h>
#include <linux/prctl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include "asm.h"
#include "ktap.h"

static enum verdict control_speculation(void)
{
	uint64_t word = 0x1122334455667788;
	bool good = VALUE(load_speculative(&word, 99), word);

	good &= VALUE(load_speculative((void *)0x30, 99), 99);
	good &= VALUE(load_speculative((void *)0xe000000000000000, 98), 98);
	return verdict(good & VALUE(load_speculative((char *)&word + 1, 97) != 0, 1));
}

static enum verdict data_speculation(void)
{
	uint64_t a = 1, b = 2;
	bool good = VALUE(load_advanced(&a, &b, 7), 1) & VALUE(b, 7);

	good &= VALUE(load_advanced(&a, &a, 8), 8) & VALUE(a, 8);
	return verdict(good & VALUE(load_checked(&a), 8));
}

static enum verdict semaphores(void)
{
	static uint64_t cell[2] __attribute__((aligned(16)));
	uint32_t word = 5;
	bool good;

	cell[0] = 10;
	good = VALUE(__sync_val_compare_and_swap(&cell[0], 10, 20), 10) & VALUE(cell[0], 20);
	good &= VALUE(__sync_val_compare_and_swap(&cell[0], 10, 30), 20) & VALUE(cell[0], 20);
	good &= VALUE(__sync_lock_test_and_set(&word, 9), 5) & VALUE(word, 9);
	good &= VALUE(__sync_fetch_and_add(&word, 16), 9) & VALUE(word, 25);
	good &= VALUE(__sync_fetch_and_sub(&cell[0], 8), 20) & VALUE(cell[0], 12);
	good &= VALUE(compare_exchange_16(cell, 12, 1, 2), 12) & VALUE(cell[0], 1) &
		VALUE(cell[1], 2);
	return verdict(good & VALUE(compare_exchange_16(cell, 12, 5, 6), 1) & VALUE(cell[1], 2));
}

static enum verdict nat_spills(void)
{
	uint64_t slot[64];
	bool good = true;

	for (int i = 0; i < 64; i++)
		good &= VALUE(spill_fill_nat(&slot[i]), 3);
	return verdict(good);
}

static enum verdict rotating_loop(void)
{
	uint64_t in[50], out[51];
	bool good = true;

	for (uint64_t n = 1; n <= 50; n += 7) {
		memset(out, 0, sizeof out);
		for (int i = 0; i < n; i++)
			in[i] = i * 3;
		loop_rotating(in, out, n);
		for (int i = 0; i < n; i++)
			good &= VALUE(out[i], in[i] + 1);
		good &= VALUE(out[n], 0);
	}
	return verdict(good);
}

static enum verdict counted_loops(void)
{
	bool good = VALUE(loop_counted(1), 1) & VALUE(loop_counted(1000), 1000);

	return verdict(good & VALUE(loop_while(10), 12) & VALUE(loop_while(1), 3));
}

static enum verdict predicates(void)
{
	bool good = VALUE(predicate_sum(0), 0) & VALUE(predicate_sum(~0UL), 63 * 64 / 2);

	for (uint64_t i = 1; i < 64; i++)
		good &= VALUE(predicate_sum(1UL << i), i);
	return verdict(good);
}

static enum verdict nothing_happens(void)
{
	uint64_t zero = 0;
	bool good = true;

	for (int i = 0; i < 200; i++) {
		good &= VALUE(predicated_off(i * 16, &zero), i * 16) & VALUE(zero, 0);
		if (i % 20 == 0)
			sched_yield();
	}
	return verdict(good);
}

/* lanes() - op on each @width-bit lane of a and b */
static uint64_t lanes(uint64_t a, uint64_t b, int width, int64_t (*op)(int64_t, int64_t), bool sign)
{
	uint64_t mask = (1UL << width) - 1, out = 0;
	int up = 64 - width;

	for (int at = 0; at < 64; at += width) {
		int64_t x = a >> at & mask, y = b >> at & mask;

		if (sign) {
			x = x << up >> up;
			y = y << up >> up;
		}
		out |= ((uint64_t)op(x, y) & mask) << at;
	}
	return out;
}

static int64_t op_add(int64_t a, int64_t b)
{
	return a + b;
}

static int64_t op_add_saturated(int64_t a, int64_t b)
{
	return a + b > 32767 ? 32767 : a + b < -32768 ? -32768 : a + b;
}

static int64_t op_subtract(int64_t a, int64_t b)
{
	return a - b;
}

static int64_t op_equal(int64_t a, int64_t b)
{
	return a == b ? -1 : 0;
}

static int64_t op_greater(int64_t a, int64_t b)
{
	return a > b ? -1 : 0;
}

static int64_t op_maximum(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t op_average(int64_t a, int64_t b)
{
	return (a + b) >> 1 | ((a + b) & 1); /* the low bit is sticky */
}

static int64_t op_shift5(int64_t a, int64_t b)
{
	return a >> 5;
}

static uint64_t sum_of_differences(uint64_t a, uint64_t b)
{
	uint64_t sum = 0;

	for (int at = 0; at < 64; at += 8) {
		int x = a >> at & 255, y = b >> at & 255;

		sum += x > y ? x - y : y - x;
	}
	return sum;
}

static uint64_t interleave_low_bytes(uint64_t a, uint64_t b)
{
	uint64_t out = 0;

	for (int i = 0; i < 4; i++)
		out |= (b >> 8 * i & 255) << 16 * i | (a >> 8 * i & 255) << (16 * i + 8);
	return out;
}

static uint64_t even_shorts(uint64_t a, uint64_t b)
{
	return (b & 0xffff) | (a & 0xffff) << 16 | (b & 0xffff00000000) |
	       (a & 0xffff00000000) << 16;
}

static uint64_t products_right(uint64_t a, uint64_t b)
{
	int64_t low = (int64_t)(int16_t)a * (int16_t)b;
	int64_t high = (int64_t)(int16_t)(a >> 32) * (int16_t)(b >> 32);

	return (low & 0xffffffff) | high << 32;
}

static uint64_t pack_shorts(uint64_t a, uint64_t b)
{
	uint64_t out = 0;

	for (int i = 0; i < 8; i++) {
		int16_t v = (i < 4 ? a : b) >> 16 * (i & 3);
		int8_t s = v > 127 ? 127 : v < -128 ? -128 : v;

		out |= (uint64_t)(uint8_t)s << 8 * i;
	}
	return out;
}

static uint64_t reversed_shorts(uint64_t a)
{
	return a << 48 | (a << 16 & 0xffff00000000) | (a >> 16 & 0xffff0000) | a >> 48;
}

static bool multimedia_one(uint64_t a, uint64_t b)
{
	uint64_t got[16], want[16] = {
		lanes(a, b, 8, op_add, false),
		lanes(a, b, 16, op_add_saturated, true),
		lanes(a, b, 32, op_subtract, false),
		lanes(a, b, 32, op_equal, false),
		lanes(a, b, 8, op_greater, true),
		sum_of_differences(a, b),
		__builtin_bswap64(a),
		reversed_shorts(a),
		(a >> 32 << 32) | b >> 32,
		interleave_low_bytes(a, b),
		even_shorts(a, b),
		products_right(a, b),
		lanes(a, b, 32, op_shift5, true),
		lanes(a, b, 8, op_maximum, false),
		pack_shorts(a, b),
		lanes(a, b, 8, op_average, false),
	};
	bool good = true;

	multimedia(a, b, got);
	for (int i = 0; i < 16; i++) {
		if (!VALUE(got[i], want[i])) {
			printf("%s# operation %d on %#lx, %#lx\n", ktap_indent(), i, a, b);
			good = false;
		}
	}
	return good;
}

static enum verdict multimedia_all(void)
{
	uint64_t a = 0x0123456789abcdef, b = 0xfedc00ff7f800001;
	bool good = true;

	for (int i = 0; i < 100 && good; i++) {
		good = multimedia_one(a, b) && multimedia_one(a, a);
		a = a * 6364136223846793005 + 1442695040888963407;
		b ^= a >> 17 ^ b << 5;
	}
	return verdict(good);
}

static bool bit_fields_one(uint64_t a, uint64_t b)
{
	uint64_t got[13], zero_byte = 8;
	bool good = true;

	for (int i = 7; i >= 0; i--) {
		if (!(a >> 8 * i & 255))
			zero_byte = i;
	}

	uint64_t want[13] = {
		__builtin_popcountl(a),
		a << 44 | b >> 20,
		a >> 12 & 0xfffff,
		(uint64_t)((int64_t)(a << 32) >> 44),
		(b & ~0xffff0000UL) | (a & 0xffff) << 16,
		(a & 0xffffffff) << 24,
		(a << 3) + b,
		zero_byte,
		a & ~b,
		(uint64_t)(int16_t)a,
		(((a << 2) + b) & 0xffffffff) | (b >> 30 & 3) << 61,
		(uint64_t)((int64_t)a >> 12),
		0,
	};

	bit_fields(a, b, got);
	for (int i = 0; i < 13; i++)
		good &= VALUE(got[i], want[i]);
	return good;
}

static enum verdict bit_fields_all(void)
{
	uint64_t a = 0x8000ff00c0ffee01, b = 0x1122334455667788;
	bool good = true;

	for (int i = 0; i < 100 && good; i++) {
		good = bit_fields_one(a, b);
		a = a * 6364136223846793005 + 1442695040888963407;
		b ^= a >> 17 ^ b << 5;
	}
	return verdict(good);
}

static enum verdict compares(void)
{
	bool good = VALUE(parallel_compares(5, 6), 1 + 16) & VALUE(parallel_compares(5, 5), 1 + 8);

	good &= VALUE(parallel_compares(0, 5), 2 + 16) & VALUE(parallel_compares(0, 0), 2 + 8);
	return verdict(good & VALUE(parallel_compares(-1, 3), 4));
}

static volatile sig_atomic_t bus_errors;

static void on_bus_error(int sig)
{
	bus_errors++;
	raw_syscall(__NR_prctl, PR_SET_UNALIGN, PR_UNALIGN_NOPRINT);
}

static enum verdict unaligned_integers(void)
{
	static unsigned char buf[3 * 16384] __attribute__((aligned(16384)));
	bool good = true;

	raw_syscall(__NR_prctl, PR_SET_UNALIGN, PR_UNALIGN_NOPRINT);
	for (int i = 0; i < sizeof buf; i++)
		buf[i] = i * 7 + (i >> 8);
	/* within a line, across lines, across the page in the middle */
	for (int at = 16384 - 20; at < 16384 + 4; at++) {
		volatile uint64_t *p8 = (void *)(buf + at);
		volatile uint32_t *p4 = (void *)(buf + at);
		volatile uint16_t *p2 = (void *)(buf + at);
		uint64_t want;

		memcpy(&want, buf + at, 8);
		good &= VALUE(*p8, want) & VALUE(*p4, (uint32_t)want) & VALUE(*p2, (uint16_t)want);
		*p8 = ~want;
		memcpy(&want, buf + at, 8);
		good &= VALUE(*p8, want);
		*p4 = 0x12345678;
		good &= VALUE(buf[at], 0x78) & VALUE(buf[at + 3], 0x12);
	}
	return verdict(good);
}

static enum verdict unaligned_floats(void)
{
	unsigned char buf[64] __attribute__((aligned(16)));
	uint64_t pair[2] = { 0x3ff123456789abcd, 0x4001000000000000 };
	bool good = true;

	for (int at = 0; at < 16; at++) {
		store_double(buf + at, pair[0]);
		good &= VALUE(load_double(buf + at), pair[0]);
		memcpy(buf + at, pair, 16);
		good &= VALUE(load_double_pair(buf + at), pair[0] + pair[1]);
	}
	return verdict(good);
}

static enum verdict unaligned_signal(void)
{
	uint64_t cell[2] = { 0x1122334455667788, 0x99aabbccddeeff00 };
	bool good;

	signal(SIGBUS, on_bus_error);
	raw_syscall(__NR_prctl, PR_SET_UNALIGN, PR_UNALIGN_SIGBUS);
	set_ac();
	good = VALUE(load8((char *)cell + 1), 0x0011223344556677);
	clear_ac();
	signal(SIGBUS, SIG_DFL);
	return verdict(good & VALUE(bus_errors, 1));
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "ld.s and chk.s", control_speculation },
		{ "ld.a, ld.c and chk.a", data_speculation },
		{ "cmpxchg, xchg, fetchadd, cmp8xchg16", semaphores },
		{ "NaT bits through spill and fill", nat_spills },
		{ "a software-pipelined loop", rotating_loop },
		{ "br.cloop and br.wtop", counted_loops },
		{ "all predicates", predicates },
		{ "predicated-off instructions do nothing", nothing_happens },
		{ "multimedia", multimedia_all },
		{ "bit fields and shifts", bit_fields_all },
		{ "parallel compares", compares },
		{ "unaligned integers, across pages", unaligned_integers },
		{ "unaligned floating point", unaligned_floats },
		{ "unaligned as SIGBUS, when asked for", unaligned_signal },
	};

	return ktap_main(cases, ARRAY_SIZE(cases));
}
