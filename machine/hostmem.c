// SPDX-License-Identifier: MIT
/*
 * Large memory from the host, see hostmem.h.
 */
#include "hostmem.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE (2UL << 20)

/* What lies outside the @size bytes at @mem of the @room bytes at @at goes back. */
static void trim(char *at, size_t room, char *mem, size_t size)
{
	if (mem != at)
		munmap(at, mem - at);
	if (mem + size != at + room)
		munmap(mem + size, at + room - (mem + size));
}

void *hostmem_get(size_t size)
{
	size_t pages = (size + 4095) & ~(size_t)4095, room = pages + HUGE_PAGE;
	char *mem, *at = mmap(NULL, room, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		return NULL;
	mem = at + (-(uintptr_t)at & (HUGE_PAGE - 1));
	trim(at, room, mem, pages);
	madvise(mem, pages, MADV_HUGEPAGE); /* a host without them is only slower */
	return mem;
}

void hostmem_clear(void *mem, size_t size)
{
	/* Anonymous private pages come back as zero. */
	if (madvise(mem, size, MADV_DONTNEED) != 0)
		memset(mem, 0, size);
}

void hostmem_put(void *mem, size_t size)
{
	munmap(mem, size);
}
