// SPDX-License-Identifier: MIT
/*
 * util.c - memory that only grows, whole files, and the table of names.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cc.h"

#define CHUNK (256 * 1024)

void die(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "cc: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n");
	exit(1);
}

/* ---- memory ---- */

static char *free_at;
static size_t free_bytes;

void *grab(size_t bytes)
{
	void *p;

	bytes = (bytes + 15) & ~15ul;
	if (bytes > free_bytes) {
		size_t size = bytes > CHUNK ? bytes : CHUNK;

		free_at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			       0);
		if (free_at == MAP_FAILED)
			die("no memory");
		free_bytes = size;
	}
	p = free_at;
	free_at += bytes;
	free_bytes -= bytes;
	return p;
}

/* ---- files ---- */

char *slurp(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_NOCTTY);
	struct stat st;
	ssize_t n, got = 0;
	char *text;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st))
		die("%s: %s", path, strerror(errno));
	text = grab(st.st_size + 1);
	/* Until the end has been seen. */
	while ((n = read(fd, text + got, st.st_size - got + 1)) > 0)
		if ((got += n) > st.st_size)
			die("%s grows while it is read", path);
	if (n < 0 || close(fd))
		die("%s: %s", path, strerror(errno));
	text[got] = '\0';
	*size = got;
	return text;
}

void out_open(struct out *out, const char *path)
{
	out->used = 0;
	out->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (out->fd < 0)
		die("%s: %s", path, strerror(errno));
}

static void flush(struct out *out)
{
	if (write(out->fd, out->buffer, out->used) != (ssize_t)out->used)
		die("writing: %s", strerror(errno));
	out->used = 0;
}

void out_bytes(struct out *out, const void *bytes, size_t count)
{
	while (count) {
		size_t n = sizeof(out->buffer) - out->used;

		if (n > count)
			n = count;
		memcpy(out->buffer + out->used, bytes, n);
		out->used += n;
		bytes = (const char *)bytes + n;
		count -= n;
		if (out->used == sizeof(out->buffer))
			flush(out);
	}
}

void out_text(struct out *out, const char *format, ...)
{
	char line[256];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (n >= (int)sizeof(line))
		die("a line is too long");
	out_bytes(out, line, n);
}

void out_close(struct out *out)
{
	flush(out);
	if (close(out->fd))
		die("closing: %s", strerror(errno));
}

/* ---- names ---- */

static struct name **buckets;
static uint32_t bucket_count, name_count;

static void grow_table(void)
{
	uint32_t count = bucket_count ? bucket_count * 2 : 1024;
	struct name **fresh = grab(count * sizeof(*fresh));

	for (uint32_t i = 0; i < bucket_count; i++) {
		struct name *n = buckets[i], *next;

		for (; n; n = next) {
			next = n->next;
			n->next = fresh[n->hash & (count - 1)];
			fresh[n->hash & (count - 1)] = n;
		}
	}
	buckets = fresh;
	bucket_count = count;
}

struct name *intern(const char *text, size_t length)
{
	uint32_t hash = 2166136261u;
	struct name *n;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619;
	if (name_count >= bucket_count)
		grow_table();
	for (n = buckets[hash & (bucket_count - 1)]; n; n = n->next)
		if (n->hash == hash && n->length == length && !memcmp(n->text, text, length))
			return n;
	n = grab(sizeof(*n) + length + 1);
	memcpy(n + 1, text, length);
	n->text = (char *)(n + 1);
	n->hash = hash;
	n->length = length;
	n->next = buckets[hash & (bucket_count - 1)];
	buckets[hash & (bucket_count - 1)] = n;
	name_count++;
	return n;
}
