// SPDX-License-Identifier: MIT
/* The cost of a system call, of a byte copied by read and write, and of a page fault. */
#include <asm/unistd.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>
#include "asm.h"

enum { CALLS = 20000, PAGES = 1000 };

static unsigned long now_us(void)
{
	struct timeval tv;

	gettimeofday(&tv, NULL);
	return tv.tv_sec * 1000000UL + tv.tv_usec;
}

static void report(const char *name, unsigned long start, int count)
{
	unsigned long ns = (now_us() - start) * 1000 / count;

	printf("bench %s %lu ns\n", name, ns);
}

int main(void)
{
	int zero = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_WRONLY);
	unsigned long start = now_us();
	char c, *p;

	for (int i = 0; i < CALLS; i++)
		raw_syscall(__NR_getppid);
	report("getppid", start, CALLS);

	start = now_us();
	for (int i = 0; i < CALLS / 2; i++) {
		if (read(zero, &c, 1) != 1 || write(null, &c, 1) != 1)
			return 1;
	}
	report("read+write", start, CALLS / 2);

	p = mmap(NULL, PAGES * getpagesize(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		 -1, 0);
	if (p == MAP_FAILED)
		return 1;
	start = now_us();
	for (int i = 0; i < PAGES; i++)
		p[i * getpagesize()] = 1;
	report("page-fault", start, PAGES);
	return 0;
}
