// SPDX-License-Identifier: MIT
/*
 * Memory, strings, numbers, and division by shifting.
 */
#include "lib.h"

void *memcpy(void *to, const void *from, size_t bytes)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	if (!(((uintptr_t)to | (uintptr_t)from) & 7)) {
		for (; bytes >= 8; bytes -= 8, t += 8, f += 8)
			*(uint64_t *)t = *(const uint64_t *)f;
	}
	while (bytes--)
		*t++ = *f++;
	return to;
}

void *memmove(void *to, const void *from, size_t bytes)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	if (t <= f || t >= f + bytes)
		return memcpy(to, from, bytes);
	while (bytes--)
		t[bytes] = f[bytes];
	return to;
}

void *memset(void *to, int byte, size_t bytes)
{
	unsigned char *t = to;

	if (!((uintptr_t)to & 7)) {
		for (; bytes >= 8; bytes -= 8, t += 8)
			*(uint64_t *)t = 0x0101010101010101 * (unsigned char)byte;
	}
	while (bytes--)
		*t++ = byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t bytes)
{
	const unsigned char *x = a, *y = b;

	for (; bytes; bytes--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t bytes)
{
	for (; bytes; bytes--, a++, b++)
		if (*a != *b || !*a)
			return (unsigned char)*a - (unsigned char)*b;
	return 0;
}

char *strchr(const char *s, int c)
{
	for (; *s; s++)
		if (*s == c)
			return (char *)s;
	return c ? NULL : (char *)s;
}

char *strstr(const char *s, const char *part)
{
	size_t len = strlen(part);

	for (; *s; s++)
		if (!strncmp(s, part, len))
			return (char *)s;
	return len ? NULL : (char *)s;
}

void copy_string(char *to, const char *from, size_t size)
{
	size_t n = strlen(from);

	if (!size)
		return;
	n = min(n, size - 1);
	memcpy(to, from, n);
	to[n] = '\0';
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

static unsigned int unit_shift(char c)
{
	switch (c) {
	case 'k':
	case 'K': return 10;
	case 'm':
	case 'M': return 20;
	case 'g':
	case 'G': return 30;
	default: return 0;
	}
}

bool parse_number(const char *text, uint64_t *value, const char **end)
{
	unsigned int base = 10, shift;
	uint64_t n = 0;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X') && digit(text[2]) < 16) {
		base = 16;
		text += 2;
	}
	if ((unsigned int)digit(*text) >= base)
		return false;
	for (; (unsigned int)digit(*text) < base; text++) {
		if (n >> 59)
			return false;
		n = n * base + digit(*text);
	}
	shift = unit_shift(*text);
	if (n << shift >> shift != n)
		return false;
	*value = n << shift;
	*end = shift ? text + 1 : text;
	return true;
}

/* ---- what the compiler calls ---- */

uint64_t __udivdi3(uint64_t a, uint64_t b);
uint64_t __umoddi3(uint64_t a, uint64_t b);
int64_t __divdi3(int64_t a, int64_t b);
int64_t __moddi3(int64_t a, int64_t b);
uint32_t __udivsi3(uint32_t a, uint32_t b);
uint32_t __umodsi3(uint32_t a, uint32_t b);
int32_t __divsi3(int32_t a, int32_t b);
int32_t __modsi3(int32_t a, int32_t b);

/* Division by 0 answers all ones and the dividend: callers that care have checked. */
static uint64_t divide(uint64_t a, uint64_t b, uint64_t *rest)
{
	unsigned int shift = 0;
	uint64_t q = 0;

	if (!b) {
		*rest = a;
		return ~0UL;
	}
	while (!(b >> 63) && b << 1 <= a) {
		b <<= 1;
		shift++;
	}
	for (;; shift--, b >>= 1) {
		q <<= 1;
		if (a >= b) {
			a -= b;
			q |= 1;
		}
		if (!shift)
			break;
	}
	*rest = a;
	return q;
}

uint64_t __udivdi3(uint64_t a, uint64_t b)
{
	uint64_t rest;

	return divide(a, b, &rest);
}

uint64_t __umoddi3(uint64_t a, uint64_t b)
{
	uint64_t rest;

	divide(a, b, &rest);
	return rest;
}

static uint64_t magnitude(int64_t v)
{
	return v < 0 ? -(uint64_t)v : (uint64_t)v;
}

int64_t __divdi3(int64_t a, int64_t b)
{
	uint64_t rest, q = divide(magnitude(a), magnitude(b), &rest);

	return (a < 0) != (b < 0) ? -q : q;
}

int64_t __moddi3(int64_t a, int64_t b)
{
	uint64_t rest;

	divide(magnitude(a), magnitude(b), &rest);
	return a < 0 ? -rest : rest;
}

uint32_t __udivsi3(uint32_t a, uint32_t b)
{
	return __udivdi3(a, b);
}

uint32_t __umodsi3(uint32_t a, uint32_t b)
{
	return __umoddi3(a, b);
}

int32_t __divsi3(int32_t a, int32_t b)
{
	return __divdi3(a, b);
}

int32_t __modsi3(int32_t a, int32_t b)
{
	return __moddi3(a, b);
}
