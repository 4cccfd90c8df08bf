// SPDX-License-Identifier: MIT
/*
 * unwind.c - which code has unwind information.
 *
 * The unwind table has entries of three words: start and end of a piece of code and its
 * descriptors, relative to the segment (psABI for IA-64, chapter 11: .IA_64.unwind); in a
 * relocatable file, the relocations say it.
 */
#include "pvcheck.h"

#include <gelf.h>

#define ENTRY_BYTES 24

static uint64_t word(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

/* Where the segment starts that an address is in. */
static uint64_t segment_base(const struct pc_image *image, uint64_t addr)
{
	size_t count = 0;

	if (elf_getphdrnum(image->elf, &count))
		return 0;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr phdr;

		if (gelf_getphdr(image->elf, i, &phdr) && phdr.p_type == PT_LOAD &&
		    addr - phdr.p_vaddr < phdr.p_memsz)
			return phdr.p_vaddr;
	}
	return 0;
}

static uint64_t value_at(const struct pc_image *image, const struct pc_section *s, uint64_t offset,
			 uint64_t base)
{
	size_t i;

	if (!image->relocatable)
		return base + word(s->data + offset);
	i = pc_reloc_find(image, s->addr + offset);
	return i < image->relocs && image->reloc[i].addr == s->addr + offset &&
			       image->reloc[i].defined
		       ? image->reloc[i].target
		       : 0;
}

bool pc_unwind_covers(const struct pc_image *image, uint64_t addr)
{
	uint64_t base = image->relocatable ? 0 : segment_base(image, addr);

	for (size_t i = 0; i < image->sections; i++) {
		const struct pc_section *s = &image->section[i];

		for (uint64_t at = 0; s->unwind && s->data && at + ENTRY_BYTES <= s->size;
		     at += ENTRY_BYTES)
			if (addr >= value_at(image, s, at, base) &&
			    addr < value_at(image, s, at + 8, base))
				return true;
	}
	return false;
}
