// SPDX-License-Identifier: MIT
/*
 * The hypervisor's own C library on the host: numbers, division, formatted text, memory, each
 * compared with the host's.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Under names of their own, beside the host's. */
#define memcpy	  hv_memcpy
#define memmove	  hv_memmove
#define memset	  hv_memset
#define memcmp	  hv_memcmp
#define strlen	  hv_strlen
#define strcmp	  hv_strcmp
#define strncmp	  hv_strncmp
#define strchr	  hv_strchr
#define strstr	  hv_strstr
#define __udivdi3 hv_udivdi3
#define __umoddi3 hv_umoddi3
#define __divdi3  hv_divdi3
#define __moddi3  hv_moddi3
#define __udivsi3 hv_udivsi3
#define __umodsi3 hv_umodsi3
#define __divsi3  hv_divsi3
#define __modsi3  hv_modsi3
#include "../../hypervisor/format.c"
#include "../../hypervisor/lib.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strcmp
#undef strncmp
#undef strchr
#undef strstr

static uint64_t any(void)
{
	uint64_t n = (uint64_t)random() << 42 ^ (uint64_t)random() << 21 ^ random();

	return n >> random() % 64;
}

static void division(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 200000; i++) {
		uint64_t a = any(), b = any();

		if (!b)
			continue;
		assert_int_equal(hv_udivdi3(a, b), a / b);
		assert_int_equal(hv_umoddi3(a, b), a % b);
		if ((int64_t)a != INT64_MIN || (int64_t)b != -1) {
			assert_int_equal(hv_divdi3(a, b), (int64_t)a / (int64_t)b);
			assert_int_equal(hv_moddi3(a, b), (int64_t)a % (int64_t)b);
		}
	}
	assert_int_equal(hv_udivdi3(~0ul, 1), ~0ul);
	assert_int_equal(hv_udivdi3(~0ul, ~0ul), 1);
	assert_int_equal(hv_divdi3(INT64_MIN, 1), INT64_MIN);
	assert_int_equal(hv_moddi3(-7, 3), -1);
	assert_int_equal(hv_divsi3(-7, 3), -2);
}

/* The same arguments for both. */
#define same(...)                                                                                  \
	do {                                                                                       \
		char ours[128], theirs[128];                                                       \
		int n = snprintf(theirs, sizeof(theirs), __VA_ARGS__);                             \
		assert_int_equal(format(ours, sizeof(ours), __VA_ARGS__), n);                      \
		assert_string_equal(ours, theirs);                                                 \
	} while (0)

static void formats(void **state)
{
	char small[8];

	(void)state;
	same("plain, 100%%");
	same("%d %d %d", 0, -1, 2147483647);
	same("%ld %lu %lx", -1l, ~0ul, 0x123456789abcul);
	same("%#lx %#x", 0xdeadbeeful, 0);
	same("[%5d] [%-5d] [%05d] [%3d]", 42, 42, 42, 12345);
	same("[%8x] [%-8x] [%08x] [%016lx]", 0xbeef, 0xbeef, 0xbeef, 0xbeeful);
	same("[%s] [%10s] [%-10s] [%.2s] [%.*s]", "abc", "abc", "abc", "abc", 1, "abc");
	same("[%c] [%5c]", 'x', 'y');
	same("%5lu.%03lu", 12ul, 7ul);
	assert_int_equal(format(small, sizeof(small), "%s", "longer than that"), 16);
	assert_string_equal(small, "longer ");
	assert_int_equal(format(NULL, 0, "%d", 12345), 5);
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
		const char *rest;
	} good[] = {
		{ "0", 0, "" },
		{ "42 x", 42, " x" },
		{ "0x1f]", 0x1f, "]" },
		{ "64M", 64ul << 20, "" },
		{ "1k,", 1024, "," },
		{ "2G", 2ul << 30, "" },
		{ "0xffffffffff", 0xffffffffff, "" },
		{ "0x", 0, "x" },
	};
	static const char *const bad[] = {
		"", "x", "-1", " 1", "99999999999999999999", "0xfffffffffffffffff", "17179869184G"
	};
	const char *end;
	uint64_t value;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(good); i++) {
		assert_true(parse_number(good[i].text, &value, &end));
		assert_int_equal(value, good[i].value);
		assert_string_equal(end, good[i].rest);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(parse_number(bad[i], &value, &end));
}

static void memory(void **state)
{
	unsigned char ours[200], theirs[200];

	(void)state;
	for (unsigned int i = 0; i < 20000; i++) {
		unsigned int from = random() % 100, to = random() % 100, n = random() % 100;

		for (unsigned int b = 0; b < sizeof(ours); b++)
			ours[b] = theirs[b] = random();
		hv_memmove(ours + to, ours + from, n);
		memmove(theirs + to, theirs + from, n);
		assert_memory_equal(ours, theirs, sizeof(ours));
		hv_memset(ours + from, i, n);
		memset(theirs + from, i, n);
		assert_memory_equal(ours, theirs, sizeof(ours));
		assert_int_equal(hv_memcmp(ours + from, ours + to, n) < 0,
				 memcmp(ours + from, ours + to, n) < 0);
	}
	assert_ptr_equal(hv_strchr("abc", 'd'), NULL);
	assert_string_equal(hv_strstr("one -- two", "--"), "-- two");
	assert_ptr_equal(hv_strstr("abc", "abcd"), NULL);
	assert_true(hv_strcmp("a", "b") < 0 && hv_strcmp("b", "a") > 0 && !hv_strcmp("", ""));
	assert_true(!hv_strncmp("abcd", "abce", 3) && hv_strncmp("abcd", "abce", 4) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(division),
		cmocka_unit_test(formats),
		cmocka_unit_test(numbers),
		cmocka_unit_test(memory),
	};

	return cmocka_run_group_tests_name("hypervisor/lib", tests, NULL, NULL);
}
