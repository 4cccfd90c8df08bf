// SPDX-License-Identifier: MIT
/* util.c - memory that is there or ends the program, strings, files by lines. */
#define _GNU_SOURCE
#include "pvcheck.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void *or_die(void *p)
{
	if (!p) {
		fputs("pvcheck: out of memory\n", stderr);
		exit(2);
	}
	return p;
}

/* Doubles at powers of two, so that callers need no capacity. */
void *pc_grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return or_die(reallocarray(array, count ? count * 2 : 1, size));
}

void *pc_room(size_t count, size_t size)
{
	return or_die(calloc(count ? count : 1, size));
}

bool pc_each_line(const char *path, const char *what, bool (*fn)(void *ctx, char *line), void *ctx)
{
	FILE *file = fopen(path, "r");
	unsigned long number = 0;
	char *line = NULL;
	size_t room = 0;
	bool good = file;

	if (!file)
		fprintf(stderr, "pvcheck: %s: %s\n", path, strerror(errno));
	for (; good && getline(&line, &room, file) >= 0; number++) {
		good = fn(ctx, line);
		if (!good)
			fprintf(stderr, "pvcheck: %s:%lu: not a line of %s\n", path, number + 1,
				what);
	}
	if (good && ferror(file)) {
		fprintf(stderr, "pvcheck: %s: cannot be read\n", path);
		good = false;
	}
	free(line);
	if (file)
		fclose(file);
	return good;
}

uint64_t pc_word(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

char *pc_printable(char *text)
{
	for (char *p = text; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return text;
}

char *pc_format(const char *format, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	return or_die(n < 0 ? NULL : text);
}
