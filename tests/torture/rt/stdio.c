// SPDX-License-Identifier: MIT
/*
 * The files of <stdio.h> for the torture tests, unbuffered.
 *
 * No function here calls another that C defines but abort() and malloc(), see
 * string.c; the tests replace some of these functions too.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include "rt.h"

static struct rt_file std_files[3] = { { 0 }, { 1 }, { 2 } };
FILE *stdin = &std_files[0], *stdout = &std_files[1], *stderr = &std_files[2];

static long open_mode(const char *path, const char *mode)
{
	int flags = *mode == 'r'   ? O_RDONLY
		    : *mode == 'w' ? O_WRONLY | O_CREAT | O_TRUNC
				   : O_WRONLY | O_CREAT | O_APPEND;

	if (mode[1] == '+' || (mode[1] && mode[2] == '+'))
		flags = (flags & ~O_WRONLY) | O_RDWR;
	return rt_open(path, flags, 0644);
}

FILE *fopen(const char *path, const char *mode)
{
	long fd = open_mode(path, mode);
	FILE *f;

	if (fd < 0)
		return NULL;
	f = malloc(sizeof *f);
	f->fd = fd;
	return f;
}

FILE *freopen(const char *path, const char *mode, FILE *f)
{
	long fd = open_mode(path, mode);

	if (fd < 0)
		return NULL;
	rt_close(f->fd);
	f->fd = fd;
	return f;
}

int fclose(FILE *f)
{
	return rt_close(f->fd) < 0 ? EOF : 0;
}

int fflush(FILE *f)
{
	(void)f; /* nothing is ever buffered */
	return 0;
}

int fseek(FILE *f, long offset, int whence)
{
	return rt_lseek(f->fd, offset, whence) < 0 ? -1 : 0;
}

void rewind(FILE *f)
{
	rt_lseek(f->fd, 0, SEEK_SET);
}

int remove(const char *path)
{
	return rt_unlink(path) < 0 ? -1 : 0;
}

char *tmpnam(char *buf)
{
	static char name[] = "/tmp/torture.aaaaaa";
	int i;

	for (i = sizeof name - 2; name[i] == 'z'; i--)
		name[i] = 'a';
	name[i]++;
	for (i = 0; buf && i < (int)sizeof name; i++)
		buf[i] = name[i];
	return buf ? buf : name;
}

size_t fread(void *to, size_t size, size_t n, FILE *f)
{
	long got = rt_read(f->fd, to, size * n);

	return got > 0 && size ? got / size : 0;
}

size_t fwrite(const void *from, size_t size, size_t n, FILE *f)
{
	return size && n && rt_write(f->fd, from, size * n) == (long)(size * n) ? n : 0;
}

static int get_char(FILE *f)
{
	unsigned char c;

	return rt_read(f->fd, &c, 1) == 1 ? c : EOF;
}

int fgetc(FILE *f)
{
	return get_char(f);
}

int getc(FILE *f)
{
	return get_char(f);
}

char *fgets(char *buf, int size, FILE *f)
{
	int c = 0, n = 0;

	while (n < size - 1 && c != '\n' && (c = get_char(f)) != EOF)
		buf[n++] = c;
	if (!n)
		return NULL;
	buf[n] = '\0';
	return buf;
}

static int put_char(int c, FILE *f)
{
	char byte = c;

	return rt_write(f->fd, &byte, 1) == 1 ? (unsigned char)c : EOF;
}

static int put_text(const char *s, FILE *f)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n && rt_write(f->fd, s, n) < 0 ? EOF : 1;
}

int putchar(int c)
{
	return put_char(c, stdout);
}

int putchar_unlocked(int c)
{
	return put_char(c, stdout);
}

int fputc(int c, FILE *f)
{
	return put_char(c, f);
}

int putc(int c, FILE *f)
{
	return put_char(c, f);
}

int fputc_unlocked(int c, FILE *f)
{
	return put_char(c, f);
}

int fputs(const char *s, FILE *f)
{
	return put_text(s, f);
}

int fputs_unlocked(const char *s, FILE *f)
{
	return put_text(s, f);
}

int puts(const char *s)
{
	return put_text(s, stdout) == EOF ? EOF : put_text("\n", stdout);
}

int puts_unlocked(const char *s)
{
	return put_text(s, stdout) == EOF ? EOF : put_text("\n", stdout);
}

void perror(const char *what)
{
	put_text(what, stderr);
	put_text(": failed\n", stderr);
}

/* fscanf() - "%s" alone, which is all that the tests ask for */
int fscanf(FILE *f, const char *format, ...)
{
	va_list ap;
	char *to;
	int c, n = 0;

	if (format[0] != '%' || format[1] != 's' || format[2])
		abort();
	va_start(ap, format);
	to = va_arg(ap, char *);
	va_end(ap);
	do
		c = get_char(f);
	while (c == ' ' || c == '\t' || c == '\n');
	for (; c != EOF && c != ' ' && c != '\t' && c != '\n'; c = get_char(f))
		to[n++] = c;
	to[n] = '\0';
	return n ? 1 : EOF;
}
