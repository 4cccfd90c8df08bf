// SPDX-License-Identifier: MIT
/*
 * Start and end of a torture test, memory, signals, and the rest of what the
 * tests use of <stdlib.h>, <unistd.h>, <signal.h> and <sys/mman.h>.
 *
 * Memory is handed out once: free() gives nothing back.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rt.h"

#define PAGE_SIZE 16384

int main(int argc, char **argv, char **envp);

/* rt_start() - first C function; @stack points to argc, argv[], NULL, envp[], NULL */
void rt_start(long *stack)
{
	int argc = stack[0];
	char **argv = (char **)(stack + 1);

	exit(main(argc, argv, argv + argc + 1));
}

void exit(int status)
{
	rt_exit(status);
}

void _exit(int status)
{
	rt_exit(status);
}

void abort(void)
{
	rt_kill(rt_getpid(), SIGABRT);
	rt_exit(127);
}

/* --- memory: each block has its size in the 16 bytes before it --- */

void *malloc(size_t size)
{
	static uintptr_t next, end;
	uintptr_t block;

	size = (size + 31) & ~15UL;
	if (!next)
		next = end = (rt_brk(NULL) + 15) & ~15UL;
	if (size > end - next) {
		uintptr_t want = (next + size + 0xffff) & ~0xffffUL;

		if (want < next || (uintptr_t)rt_brk((void *)want) != want)
			return NULL;
		end = want;
	}
	block = next + 16;
	next += size;
	*(size_t *)(block - 16) = size - 16;
	return (void *)block;
}

void *calloc(size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		return NULL;
	return malloc(n * size); /* never handed out before: zero */
}

void *realloc(void *old, size_t size)
{
	size_t i, had = old ? ((size_t *)old)[-2] : 0;
	char *block = malloc(size);

	for (i = 0; block && i < had && i < size; i++)
		block[i] = ((char *)old)[i];
	return block;
}

void free(void *p)
{
	(void)p;
}

static long or_minus_one(long result)
{
	return result < 0 && result > -4096 ? -1 : result;
}

void *mmap(void *where, size_t size, int prot, int flags, int fd, off_t offset)
{
	return (void *)or_minus_one(rt_mmap(where, size, prot, flags, fd, offset));
}

int munmap(void *where, size_t size)
{
	return or_minus_one(rt_munmap(where, size));
}

int mprotect(void *where, size_t size, int prot)
{
	return or_minus_one(rt_mprotect(where, size, prot));
}

long sysconf(int what)
{
	return what == _SC_PAGESIZE ? PAGE_SIZE : -1;
}

int getpagesize(void)
{
	return PAGE_SIZE;
}

/* --- files, processes, signals --- */

int open(const char *path, int flags, ...)
{
	va_list ap;
	int mode;

	va_start(ap, flags);
	mode = flags & O_CREAT ? va_arg(ap, int) : 0;
	va_end(ap);
	return or_minus_one(rt_open(path, flags, mode));
}

int close(int fd)
{
	return or_minus_one(rt_close(fd));
}

long read(int fd, void *buf, size_t size)
{
	return or_minus_one(rt_read(fd, buf, size));
}

long write(int fd, const void *buf, size_t size)
{
	return or_minus_one(rt_write(fd, buf, size));
}

int unlink(const char *path)
{
	return or_minus_one(rt_unlink(path));
}

int getpid(void)
{
	return rt_getpid();
}

int kill(int pid, int sig)
{
	return or_minus_one(rt_kill(pid, sig));
}

int raise(int sig)
{
	return kill(rt_getpid(), sig);
}

unsigned alarm(unsigned seconds)
{
	const long timer[4] = { 0, 0, seconds, 0 };
	long old[4];

	if (rt_setitimer(0, timer, old))
		return 0;
	return old[2] + !!old[3];
}

/* The kernel takes and enters a handler by its function descriptor. */
sighandler_t signal(int sig, sighandler_t handler)
{
	struct {
		sighandler_t handler;
		unsigned long flags, mask;
	} action = { handler, 0x10000000 /* SA_RESTART */, 0 }, old;

	return rt_sigaction(sig, &action, &old, sizeof old.mask) < 0 ? SIG_ERR : old.handler;
}

/* --- the rest --- */

int abs(int n)
{
	return n < 0 ? -n : n;
}

long labs(long n)
{
	return n < 0 ? -n : n;
}

long long llabs(long long n)
{
	return n < 0 ? -n : n;
}

int atoi(const char *s)
{
	int n = 0, minus = *s == '-';

	for (s += minus; *s >= '0' && *s <= '9'; s++)
		n = 10 * n + (*s - '0');
	return minus ? -n : n;
}

static unsigned long rand_state = 1;

void srand(unsigned seed)
{
	rand_state = seed;
}

int rand(void)
{
	rand_state = rand_state * 6364136223846793005 + 1442695040888963407;
	return rand_state >> 33;
}

static void swap(char *a, char *b, size_t size)
{
	for (; size--; a++, b++) {
		char c = *a;

		*a = *b;
		*b = c;
	}
}

/* An insertion sort: the tests' arrays are small. */
void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))
{
	char *b = base;
	size_t i, j;

	for (i = 1; i < n; i++) {
		for (j = i; j && compare(b + (j - 1) * size, b + j * size) > 0; j--)
			swap(b + (j - 1) * size, b + j * size, size);
	}
}

char *getenv(const char *name)
{
	(void)name;
	return NULL;
}
