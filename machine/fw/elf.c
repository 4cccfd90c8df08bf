// SPDX-License-Identifier: MIT
/*
 * Reading kernels in ELF form, with libelf for the structure of the file.
 *
 * The file comes from the user, so nothing in it is believed: what libelf does not check
 * (sizes, overlaps, where the entry point leads) is checked here.
 */
#include "fw/elf.h"

#include <gelf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#ifndef EF_IA_64_BE
#define EF_IA_64_BE 0x8
#endif

struct reason {
	char *text;
	size_t size;
};

static bool bad(const struct reason *why, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static bool bad(const struct reason *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why->text, why->size, fmt, ap);
	va_end(ap);
	return false;
}

/* Before libelf: it would convert a big-endian file, and calls a short one "not ELF". */
static bool check_ident(const uint8_t *id, size_t len, const struct reason *why)
{
	if (len < SELFMAG || memcmp(id, ELFMAG, SELFMAG))
		return bad(why, "not an ELF file");
	if (len < EI_NIDENT)
		return bad(why, "truncated ELF header");
	if (id[EI_CLASS] != ELFCLASS64)
		return bad(why, "not a 64-bit ELF file");
	if (id[EI_DATA] != ELFDATA2LSB)
		return bad(why, "not a little-endian ELF file");
	if (len < sizeof(Elf64_Ehdr))
		return bad(why, "truncated ELF header");
	return true;
}

static bool check_header(const GElf_Ehdr *h, const struct reason *why)
{
	if (h->e_machine != EM_IA_64)
		return bad(why, "ELF file for machine %u, not for IA-64 (%u)", h->e_machine,
			   EM_IA_64);
	if (h->e_type != ET_EXEC)
		return bad(why, "ELF file of type %u, not an executable (%u)", h->e_type, ET_EXEC);
	if (h->e_flags & EF_IA_64_BE)
		return bad(why, "big-endian IA-64 code");
	if (h->e_phnum && h->e_phentsize != sizeof(Elf64_Phdr))
		return bad(why, "program headers of %u bytes instead of %zu", h->e_phentsize,
			   sizeof(Elf64_Phdr));
	return true;
}

static bool add_segment(struct elf_image *img, const uint8_t *file, size_t len, const GElf_Phdr *ph,
			const struct reason *why)
{
	struct elf_segment *seg = &img->seg[img->n];

	if (ph->p_filesz > len || ph->p_offset > len - ph->p_filesz)
		return bad(why, "truncated: a segment needs bytes %#lx to %#lx, the file has %#zx",
			   ph->p_offset, ph->p_offset + ph->p_filesz, len);
	if (ph->p_filesz > ph->p_memsz)
		return bad(why, "a segment has %#lx bytes in the file but %#lx in memory",
			   ph->p_filesz, ph->p_memsz);
	if (ph->p_paddr + ph->p_memsz < ph->p_paddr)
		return bad(why, "a segment of %#lx bytes at %#lx wraps around", ph->p_memsz,
			   ph->p_paddr);
	if (!ph->p_memsz)
		return true;
	if (img->n == ELF_MAX_SEGMENTS)
		return bad(why, "more than %d segments", ELF_MAX_SEGMENTS);

	seg->pa = ph->p_paddr;
	seg->mem_size = ph->p_memsz;
	seg->data = file + ph->p_offset;
	seg->file_size = ph->p_filesz;
	for (unsigned i = 0; i < img->n; i++) {
		const struct elf_segment *s = &img->seg[i];

		if (seg->pa < s->pa + s->mem_size && s->pa < seg->pa + seg->mem_size)
			return bad(why, "segments at %#lx and %#lx overlap", s->pa, seg->pa);
	}
	img->n++;
	return true;
}

static bool check_entry(const struct elf_image *img, const struct reason *why)
{
	if (!img->n)
		return bad(why, "no segment to load");
	if (img->entry & 15)
		return bad(why, "entry point %#lx is not on a bundle", img->entry);
	for (unsigned i = 0; i < img->n; i++) {
		const struct elf_segment *s = &img->seg[i];

		if (img->entry - s->pa < s->mem_size)
			return true;
	}
	return bad(why, "entry point %#lx is not the physical address of a loaded segment",
		   img->entry);
}

static bool check_table(uint64_t off, size_t n, size_t len, const struct reason *why)
{
	if (n > len / sizeof(Elf64_Phdr) || off > len - n * sizeof(Elf64_Phdr))
		return bad(why, "truncated: %zu program headers do not fit in the file", n);
	return true;
}

static bool parse(struct elf_image *img, Elf *elf, const uint8_t *file, size_t len,
		  const struct reason *why)
{
	GElf_Ehdr eh;
	GElf_Phdr ph;
	size_t n;

	if (!gelf_getehdr(elf, &eh))
		return bad(why, "damaged ELF header (%s)", elf_errmsg(-1));
	if (!check_header(&eh, why))
		return false;
	if (eh.e_phnum != PN_XNUM && !check_table(eh.e_phoff, eh.e_phnum, len, why))
		return false;
	if (elf_getphdrnum(elf, &n)) /* also knows how to count more than PN_XNUM */
		return bad(why, "damaged program headers (%s)", elf_errmsg(-1));
	if (!check_table(eh.e_phoff, n, len, why))
		return false;

	img->entry = eh.e_entry;
	for (size_t i = 0; i < n; i++) {
		if (!gelf_getphdr(elf, i, &ph))
			return bad(why, "damaged program header %zu (%s)", i, elf_errmsg(-1));
		if (ph.p_type == PT_LOAD && !add_segment(img, file, len, &ph, why))
			return false;
	}
	return check_entry(img, why);
}

bool elf_parse(struct elf_image *img, void *file, size_t len, char *why, size_t why_size)
{
	const struct reason reason = { why, why_size };
	bool ok;
	Elf *elf;

	memset(img, 0, sizeof(*img));
	if (!check_ident(file, len, &reason))
		return false;
	elf_version(EV_CURRENT);
	elf = elf_memory(file, len);
	if (!elf || elf_kind(elf) != ELF_K_ELF)
		ok = bad(&reason, "damaged ELF file (%s)", elf_errmsg(-1));
	else
		ok = parse(img, elf, file, len, &reason);
	if (elf)
		elf_end(elf);
	return ok;
}
