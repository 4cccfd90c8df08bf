// SPDX-License-Identifier: MIT
/*
 * Building and packing the EFI memory map. Pure: knows neither machine nor guest.
 */
#include "fw/efi-map.h"

#include <string.h>

static void put(struct efi_map *map, const struct efi_range *r, uint64_t base, uint64_t end)
{
	map->r[map->n] = *r;
	map->r[map->n].base = base;
	map->r[map->n++].size = end - base;
}

bool efi_map_set(struct efi_map *map, uint64_t base, uint64_t size, uint32_t type, uint64_t attr)
{
	uint64_t end = (base + size + EFI_PAGE - 1) & ~(EFI_PAGE - 1);
	const struct efi_range new = { .attr = attr, .type = type };
	struct efi_map old = *map;
	bool placed = false;

	base &= ~(EFI_PAGE - 1);
	if (end <= base)
		return true;
	if (old.n + 2 > EFI_MAP_MAX)
		return false;

	map->n = 0;
	for (unsigned i = 0; i < old.n; i++) {
		const struct efi_range *o = &old.r[i];
		uint64_t o_end = o->base + o->size;

		if (o->base < base)
			put(map, o, o->base, o_end < base ? o_end : base);
		if (o_end <= end)
			continue;
		if (!placed)
			put(map, &new, base, end);
		placed = true;
		put(map, o, o->base > end ? o->base : end, o_end);
	}
	if (!placed)
		put(map, &new, base, end);
	return true;
}

void efi_map_merge(struct efi_map *map)
{
	unsigned n = 0;

	for (unsigned i = 0; i < map->n; i++) {
		struct efi_range *last = n ? &map->r[n - 1] : NULL, *r = &map->r[i];

		if (last && last->base + last->size == r->base && last->type == r->type &&
		    last->attr == r->attr)
			last->size += r->size;
		else
			map->r[n++] = *r;
	}
	map->n = n;
}

void efi_map_pack(const struct efi_range *r, uint8_t *desc)
{
	uint64_t pages = r->size / EFI_PAGE;

	memset(desc, 0, EFI_DESC_SIZE);
	memcpy(desc, &r->type, 4);
	memcpy(desc + 8, &r->base, 8);
	memcpy(desc + 16, &r->virt, 8);
	memcpy(desc + 24, &pages, 8);
	memcpy(desc + 32, &r->attr, 8);
}

void efi_map_unpack(struct efi_range *r, const uint8_t *desc)
{
	uint64_t pages;

	memcpy(&r->type, desc, 4);
	memcpy(&r->base, desc + 8, 8);
	memcpy(&r->virt, desc + 16, 8);
	memcpy(&pages, desc + 24, 8);
	memcpy(&r->attr, desc + 32, 8);
	r->size = pages * EFI_PAGE;
}
