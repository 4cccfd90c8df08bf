// SPDX-License-Identifier: MIT
/*
 * String and memory functions for the torture tests. Some tests bring functions
 * of the same name that abort when called at a wrong moment: the linker takes the
 * test's, so that no function here or elsewhere in the runtime may call another
 * that C defines. Simple loops, compiled so that they stay loops.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
	char *t = to;
	const char *f = from;

	while (n--)
		*t++ = *f++;
	return to;
}

void *mempcpy(void *restrict to, const void *restrict from, size_t n)
{
	char *t = to;
	const char *f = from;

	while (n--)
		*t++ = *f++;
	return t;
}

void *memmove(void *to, const void *from, size_t n)
{
	char *t = to;
	const char *f = from;

	if (t <= f) {
		while (n--)
			*t++ = *f++;
	} else {
		while (n--)
			t[n] = f[n];
	}
	return to;
}

void *memset(void *to, int c, size_t n)
{
	char *t = to;

	while (n--)
		*t++ = c;
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (; n--; x++, y++) {
		if (*x != *y)
			return *x - *y;
	}
	return 0;
}

void *memchr(const void *s, int c, size_t n)
{
	const unsigned char *p = s;

	for (; n--; p++) {
		if (*p == (unsigned char)c)
			return (void *)p;
	}
	return NULL;
}

size_t strlen(const char *s)
{
	const char *p = s;

	while (*p)
		p++;
	return p - s;
}

size_t strnlen(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i])
		i++;
	return i;
}

char *stpcpy(char *restrict to, const char *restrict from)
{
	while ((*to = *from++))
		to++;
	return to;
}

char *strcpy(char *restrict to, const char *restrict from)
{
	char *t = to;

	while ((*t++ = *from++))
		;
	return to;
}

char *stpncpy(char *restrict to, const char *restrict from, size_t n)
{
	char *end = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		to[i] = end ? '\0' : from[i];
		if (!end && !to[i])
			end = to + i;
	}
	return end ? end : to + n;
}

char *strncpy(char *restrict to, const char *restrict from, size_t n)
{
	size_t i;

	for (i = 0; i < n && from[i]; i++)
		to[i] = from[i];
	for (; i < n; i++)
		to[i] = '\0';
	return to;
}

char *strcat(char *restrict to, const char *restrict from)
{
	char *t = to;

	while (*t)
		t++;
	while ((*t++ = *from++))
		;
	return to;
}

char *strncat(char *restrict to, const char *restrict from, size_t n)
{
	char *t = to;

	while (*t)
		t++;
	while (n-- && *from)
		*t++ = *from++;
	*t = '\0';
	return to;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n--; a++, b++) {
		if (*a != *b || !*a)
			return (unsigned char)*a - (unsigned char)*b;
	}
	return 0;
}

char *strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (char *)s;
		if (!*s)
			return NULL;
	}
}

char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	for (;; s++) {
		if (*s == (char)c)
			last = s;
		if (!*s)
			return (char *)last;
	}
}

char *strstr(const char *s, const char *what)
{
	size_t i;

	for (;; s++) {
		for (i = 0; what[i] && s[i] == what[i]; i++)
			;
		if (!what[i])
			return (char *)s;
		if (!*s)
			return NULL;
	}
}

static int is_any(char c, const char *any)
{
	for (; *any; any++) {
		if (*any == c)
			return 1;
	}
	return 0;
}

char *strpbrk(const char *s, const char *any)
{
	for (; *s; s++) {
		if (is_any(*s, any))
			return (char *)s;
	}
	return NULL;
}

size_t strspn(const char *s, const char *any)
{
	size_t n = 0;

	while (s[n] && is_any(s[n], any))
		n++;
	return n;
}

size_t strcspn(const char *s, const char *any)
{
	size_t n = 0;

	while (s[n] && !is_any(s[n], any))
		n++;
	return n;
}

char *strdup(const char *s)
{
	char *copy, *t;
	size_t n = 0;

	while (s[n++])
		;
	copy = t = malloc(n);
	while (copy && n--)
		*t++ = *s++;
	return copy;
}

void bcopy(const void *from, void *to, size_t n)
{
	char *t = to;
	const char *f = from;

	if (t <= f) {
		while (n--)
			*t++ = *f++;
	} else {
		while (n--)
			t[n] = f[n];
	}
}

void bzero(void *to, size_t n)
{
	char *t = to;

	while (n--)
		*t++ = 0;
}

int bcmp(const void *a, const void *b, size_t n)
{
	const char *x = a, *y = b;

	while (n--) {
		if (*x++ != *y++)
			return 1;
	}
	return 0;
}

char *index(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (char *)s;
		if (!*s)
			return NULL;
	}
}

char *rindex(const char *s, int c)
{
	const char *last = NULL;

	for (;; s++) {
		if (*s == (char)c)
			last = s;
		if (!*s)
			return (char *)last;
	}
}

int isprint(int c)
{
	return c >= ' ' && c <= '~';
}

int isdigit(int c)
{
	return c >= '0' && c <= '9';
}

int isspace(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

int isalpha(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int toupper(int c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

int tolower(int c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}
