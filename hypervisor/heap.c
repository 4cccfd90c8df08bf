// SPDX-License-Identifier: MIT
/*
 * The pinned heap: what lies between the image and the end of its 64 MiB.
 *
 * First fit on a list of free pieces in the order of their addresses; neighbours are joined
 * when a piece comes back. A header before each allocation holds its extent, its magic
 * number finds a pointer that was never given out, or twice given back.
 */
#include "heap.h"

#include "domain.h"
#include "lib.h"

#define MAGIC_USED 0x48454150ul /* "HEAP" */
#define GRAIN	   64ul

struct piece {
	uint64_t size; /* with this header */
	struct piece *next;
};

struct header {
	uint64_t start, size, magic, pad;
};

extern char hv_end[]; /* hv.lds */

static struct piece *free_list;
static uint64_t used, total;

void heap_init(void)
{
	uint64_t start = round_up((uint64_t)hv_end, GRAIN), end = HV_BASE + (1UL << HV_SHIFT);

	free_list = (struct piece *)start;
	free_list->size = total = end - start;
	free_list->next = NULL;
}

void heap_settle(void)
{
	total -= used;
	used = 0;
}

uint64_t heap_used(void)
{
	return used;
}

uint64_t heap_size(void)
{
	return total;
}

/* Cut [@from, @to) out of a free piece; what is left of it stays free. */
static void take(struct piece **link, uint64_t from, uint64_t to)
{
	struct piece *p = *link, *next = p->next;
	uint64_t start = (uint64_t)p, end = start + p->size;

	if (end > to) {
		struct piece *rest = (struct piece *)to;

		rest->size = end - to;
		rest->next = next;
		next = rest;
	}
	if (from > start) {
		p->size = from - start;
		p->next = next;
	} else {
		*link = next;
	}
}

void *heap_alloc(size_t bytes, size_t align)
{
	align = max(align, GRAIN);
	if (!bytes || bytes > total || align & (align - 1))
		return NULL;
	for (struct piece **link = &free_list; *link; link = &(*link)->next) {
		uint64_t start = (uint64_t)*link;
		uint64_t at = round_up(start + sizeof(struct header), align);
		uint64_t from = at - GRAIN, to = at + round_up(bytes, GRAIN);
		struct header *h;

		if (to > start + (*link)->size)
			continue;
		take(link, from, to);
		h = (struct header *)(at - sizeof(*h));
		*h = (struct header){ from, to - from, MAGIC_USED, 0 };
		used += h->size;
		return memset((void *)at, 0, bytes);
	}
	return NULL;
}

/* With the piece behind it, if the two touch. */
static void join(struct piece *p)
{
	if (p->next && (uint64_t)p + p->size == (uint64_t)p->next) {
		p->size += p->next->size;
		p->next = p->next->next;
	}
}

void heap_free(void *ptr)
{
	struct header *h = (struct header *)((uint64_t)ptr - sizeof(*h));
	struct piece *p, *before = NULL, **link = &free_list;
	uint64_t start, size;

	if (!ptr)
		return;
	assert(h->magic == MAGIC_USED);
	h->magic = 0;
	start = h->start;
	size = h->size;
	used -= size;
	for (; *link && (uint64_t)*link < start; link = &(*link)->next)
		before = *link;
	p = (struct piece *)start;
	p->size = size;
	p->next = *link;
	*link = p;
	join(p);
	if (before)
		join(before);
}
