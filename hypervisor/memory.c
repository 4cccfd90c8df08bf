// SPDX-License-Identifier: MIT
/*
 * Pages for guests: all the machine's memory but the firmware's, the loader's and our own.
 *
 * A guest's memory is one piece, so that a pseudo-physical address becomes a machine address
 * by an addition. The free ranges are an array in the order of their addresses.
 */
#include "boot.h"
#include "domain.h"
#include "heap.h"
#include "lib.h"
#include "lock.h"

/* Each guest can split a range once. */
static struct boot_range ranges[BOOT_RANGES + DOMAINS_MAX];
static unsigned int n;
static uint64_t total;

static void insert(unsigned int at, uint64_t base, uint64_t size)
{
	assert(n < ARRAY_SIZE(ranges));
	memmove(&ranges[at + 1], &ranges[at], (n - at) * sizeof(ranges[0]));
	ranges[at] = (struct boot_range){ base, size };
	n++;
}

static void delete (unsigned int at)
{
	n--;
	memmove(&ranges[at], &ranges[at + 1], (n - at) * sizeof(ranges[0]));
}

void guest_memory_free(uint64_t base, uint64_t bytes)
{
	unsigned int i = 0;

	while (i < n && ranges[i].base < base)
		i++;
	insert(i, base, bytes);
	if (i + 1 < n && base + bytes == ranges[i + 1].base) {
		ranges[i].size += ranges[i + 1].size;
		delete (i + 1);
	}
	if (i && ranges[i - 1].base + ranges[i - 1].size == base) {
		ranges[i - 1].size += ranges[i].size;
		delete (i);
	}
}

void guest_memory_init(void)
{
	for (unsigned int i = 0; i < boot_info.ranges; i++) {
		guest_memory_free(boot_info.memory[i].base, boot_info.memory[i].size);
		total += boot_info.memory[i].size;
	}
}

uint64_t guest_memory_total(void)
{
	return total;
}

uint64_t guest_memory_free_bytes(void)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < n; i++)
		bytes += ranges[i].size;
	return bytes;
}

uint64_t guest_memory_largest(void)
{
	uint64_t largest = 0;

	for (unsigned int i = 0; i < n; i++)
		largest = max(largest, ranges[i].size);
	return largest;
}

/* Another guest's secrets end here. f0 spilled is 16 bytes of zeros. */
static void clear(uint64_t base, uint64_t bytes)
{
	char *p = ident_wb(base), *q = p + 16, *end = p + bytes;

	while (p < end)
		asm volatile("stf.spill [%0] = f0, 32\n"
			     "stf.spill [%1] = f0, 32 ;;\n"
			     "stf.spill [%0] = f0, 32\n"
			     "stf.spill [%1] = f0, 32 ;;\n"
			     "stf.spill [%0] = f0, 32\n"
			     "stf.spill [%1] = f0, 32 ;;\n"
			     "stf.spill [%0] = f0, 32\n"
			     "stf.spill [%1] = f0, 32 ;;\n"
			     : "+r"(p), "+r"(q)
			     :
			     : "memory");
}

uint64_t guest_memory_alloc(uint64_t bytes)
{
	static const uint64_t aligns[] = { 16UL << 20, PAGE_SIZE };
	unsigned int depth;

	bytes = round_up(bytes, PAGE_SIZE);
	for (unsigned int a = 0; bytes && a < ARRAY_SIZE(aligns); a++) {
		for (unsigned int i = 0; i < n; i++) {
			uint64_t start = ranges[i].base, end = start + ranges[i].size;
			uint64_t base = round_up(start, aligns[a]);

			if (base < start || base > end || end - base < bytes)
				continue;
			delete (i);
			if (base + bytes < end)
				insert(i, base + bytes, end - base - bytes);
			if (start < base)
				insert(i, start, base - start);
			depth = hv_lock_drop(); /* only processor 0 is ever in here */
			clear(base, bytes);
			hv_lock_again(depth);
			return base;
		}
	}
	return 0;
}
