// SPDX-License-Identifier: MIT
/*
 * Loading a guest's kernel: ELF64 for IA-64, segments by p_paddr, Xen's notes.
 *
 * The file is as little trusted as the guest: every offset is checked against its size, every
 * address against the guest's memory.
 */
#include "create.h"
#include "fw.h"
#include "lib.h"
#include "xen.h"

#define EM_IA_64 50
#define PT_LOAD	 1
#define PT_NOTE	 4

struct ehdr {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct phdr {
	uint32_t type, flags;
	uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

struct note {
	uint32_t namesz, descsz, type;
};

static bool inside(uint64_t size, uint64_t offset, uint64_t bytes)
{
	return offset <= size && bytes <= size - offset;
}

static const char *load_segment(struct domain *d, const uint8_t *file, const struct phdr *p)
{
	uint64_t limit = (d->pages - 4) * PAGE_SIZE;
	uint8_t *to;

	if (p->paddr < FW_END)
		return "a segment lies over the firmware";
	if (!inside(limit, p->paddr, p->memsz))
		return "a segment lies outside of its memory";
	to = guest_phys(d, p->paddr, p->memsz);
	memcpy(to, file + p->offset, p->filesz);
	memset(to + p->filesz, 0, p->memsz - p->filesz);
	return NULL;
}

/* The entry point for a guest of Xen; notes are padded to 4 bytes. */
static bool read_notes(const uint8_t *notes, uint64_t size, uint64_t *entry)
{
	struct note n;
	bool found = false;

	for (uint64_t at = 0; inside(size, at, sizeof(n));) {
		uint64_t name, desc;

		memcpy(&n, notes + at, sizeof(n));
		name = at + sizeof(n);
		desc = name + round_up(n.namesz, 4);
		if (!inside(size, desc, n.descsz))
			break;
		if (n.type == XEN_NOTE_ENTRY && n.namesz == 4 && n.descsz == 8 &&
		    !memcmp(notes + name, "Xen", 4)) {
			memcpy(entry, notes + desc, 8);
			found = true;
		}
		at = desc + round_up(n.descsz, 4);
	}
	return found;
}

static const char *check_header(const struct ehdr *h, uint64_t size)
{
	if (size < sizeof(*h) || memcmp(h->ident, "\177ELF\2\1", 6))
		return "no 64-bit little-endian ELF file";
	if (h->machine != EM_IA_64 || h->type != 2)
		return "no executable for IA-64";
	if (h->phentsize != sizeof(struct phdr) ||
	    !inside(size, h->phoff, (uint64_t)h->phnum * sizeof(struct phdr)))
		return "its program headers are not in the file";
	return NULL;
}

const char *elf_load(struct domain *d, const void *file, uint64_t size, uint64_t *entry,
		     uint64_t *end)
{
	const struct ehdr *h = file;
	const char *why = check_header(h, size);
	bool for_xen = false;

	*end = 0;
	if (why)
		return why;
	*entry = h->entry;
	for (unsigned int i = 0; i < h->phnum; i++) {
		struct phdr p;

		memcpy(&p, (const uint8_t *)file + h->phoff + i * sizeof(p), sizeof(p));
		if (p.type != PT_LOAD && p.type != PT_NOTE)
			continue;
		if (!inside(size, p.offset, p.filesz) || (p.type == PT_LOAD && p.filesz > p.memsz))
			return "a segment is not in the file";
		if (p.type == PT_NOTE) {
			for_xen |= read_notes((const uint8_t *)file + p.offset, p.filesz, entry);
			continue;
		}
		why = load_segment(d, file, &p);
		if (why)
			return why;
		*end = max(*end, p.paddr + p.memsz);
	}
	if (!for_xen)
		hv_printf("%s: no entry for Xen in its kernel, it starts as on bare metal\n",
			  d->name);
	return *end ? NULL : "nothing in it is to be loaded";
}
