// SPDX-License-Identifier: MIT
/*
 * embed.c - ELF images that are data of the checked file.
 *
 * Linux has its gate pages (the code that user programs enter the kernel through) as whole
 * shared objects in a data section, one for each flavour. Their code is run where user space
 * maps it, at level 0 behind an epc; so it is decoded like any other, at the address that
 * its bytes have in the kernel. Symbols come from the dynamic symbol table. Every field is
 * checked against the bytes that are there: an image that cannot be read is no clean image.
 */
#include "pvcheck.h"

#include <elf.h>
#include <string.h>

#define STEP 16 /* images start at such an address at least */

/** struct embedding - an image that is being read */
struct embedding {
	struct pc_image *image;
	const uint8_t *data;
	uint64_t size; /* up to the end of the section that it is in */
	uint64_t addr;
	Elf64_Ehdr ehdr;
};

static bool is_image(const uint8_t *data, uint64_t size)
{
	Elf64_Ehdr e;

	if (size < sizeof(e) || memcmp(data, ELFMAG, SELFMAG))
		return false;
	memcpy(&e, data, sizeof(e));
	return e.e_machine == EM_IA_64 && e.e_type == ET_DYN && e.e_ident[EI_CLASS] == ELFCLASS64 &&
	       e.e_ident[EI_DATA] == ELFDATA2LSB;
}

static bool within(const struct embedding *e, uint64_t offset, uint64_t size)
{
	return offset <= e->size && size <= e->size - offset;
}

static bool read_header(struct embedding *e)
{
	memcpy(&e->ehdr, e->data, sizeof(e->ehdr));
	return e->ehdr.e_shnum && e->ehdr.e_shentsize == sizeof(Elf64_Shdr) &&
	       within(e, e->ehdr.e_shoff, (uint64_t)e->ehdr.e_shnum * sizeof(Elf64_Shdr));
}

static Elf64_Shdr section_header(const struct embedding *e, unsigned int i)
{
	Elf64_Shdr s;

	memcpy(&s, e->data + e->ehdr.e_shoff + i * sizeof(s), sizeof(s));
	return s;
}

static bool add_code(struct embedding *e, const Elf64_Shdr *s)
{
	struct pc_image *image = e->image;
	struct pc_section section = {
		.name = "(embedded image)",
		.addr = e->addr + s->sh_offset,
		.size = s->sh_size,
		.shndx = PC_NO_SECTION,
		.bundle = image->bundles,
		.linked = s->sh_addr,
		.embedded = image->embeds + 1,
		.exec = true,
	};

	if (!within(e, s->sh_offset, s->sh_size) || section.addr % ISA_BUNDLE_BYTES)
		return false;
	section.data = e->data + s->sh_offset;
	image->bundles += s->sh_size / ISA_BUNDLE_BYTES;
	image->section = pc_grow(image->section, image->sections, sizeof(section));
	image->section[image->sections++] = section;
	return true;
}

/* Where the code of an address of the image lies; the section in *index. */
static bool place_symbol(const struct embedding *e, uint64_t value, uint64_t *addr, uint32_t *index)
{
	uint32_t code = 0;

	for (unsigned int i = 0; i < e->ehdr.e_shnum; i++) {
		Elf64_Shdr s = section_header(e, i);

		if (!(s.sh_flags & SHF_EXECINSTR) || s.sh_type != SHT_PROGBITS)
			continue;
		if (value - s.sh_addr < s.sh_size) {
			*addr = e->addr + s.sh_offset + (value - s.sh_addr);
			*index = e->image->embed[e->image->embeds].first + code;
			return true;
		}
		code++;
	}
	return false;
}

static bool add_symbols(struct embedding *e, const Elf64_Shdr *table)
{
	Elf64_Shdr strings;

	if (table->sh_link >= e->ehdr.e_shnum)
		return false;
	strings = section_header(e, table->sh_link);
	if (!within(e, table->sh_offset, table->sh_size) || !strings.sh_size ||
	    !within(e, strings.sh_offset, strings.sh_size) ||
	    e->data[strings.sh_offset + strings.sh_size - 1])
		return false;
	for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= table->sh_size; at += sizeof(Elf64_Sym)) {
		struct pc_symbol s = { .file = "" };
		Elf64_Sym sym;

		memcpy(&sym, e->data + table->sh_offset + at, sizeof(sym));
		if (sym.st_name >= strings.sh_size)
			return false;
		if (ELF64_ST_TYPE(sym.st_info) != STT_FUNC ||
		    !place_symbol(e, sym.st_value, &s.addr, &s.section))
			continue;
		s.name = (const char *)e->data + strings.sh_offset + sym.st_name;
		s.size = sym.st_size;
		s.func = true;
		e->image->symbol = pc_grow(e->image->symbol, e->image->symbols, sizeof(s));
		e->image->symbol[e->image->symbols++] = s;
	}
	return true;
}

/* All code first: symbols refer to it. */
static bool read_image(struct embedding *e)
{
	struct pc_image *image = e->image;
	struct pc_embed embed = { .addr = e->addr, .first = image->sections };

	if (!read_header(e))
		return false;
	image->embed = pc_grow(image->embed, image->embeds, sizeof(embed));
	image->embed[image->embeds] = embed;
	for (unsigned int i = 0; i < e->ehdr.e_shnum; i++) {
		Elf64_Shdr s = section_header(e, i);

		if ((s.sh_flags & SHF_EXECINSTR) && s.sh_type == SHT_PROGBITS && !add_code(e, &s))
			return false;
	}
	for (unsigned int i = 0; i < e->ehdr.e_shnum; i++) {
		Elf64_Shdr s = section_header(e, i);

		if (s.sh_type == SHT_DYNSYM && !add_symbols(e, &s))
			return false;
	}
	image->embed[image->embeds++].sections = image->sections - embed.first;
	return true;
}

char *pc_embedded_load(struct pc_image *image)
{
	size_t count = image->sections;

	for (size_t i = 0; i < count; i++) {
		struct pc_section s = image->section[i];

		for (uint64_t at = 0; s.data && !s.exec && at + STEP <= s.size; at += STEP) {
			struct embedding e = {
				image, s.data + at, s.size - at, s.addr + at, { .e_type = 0 }
			};

			if (is_image(e.data, e.size) && !read_image(&e))
				return pc_format("the ELF image at %s+0x%llx is damaged", s.name,
						 (unsigned long long)at);
		}
	}
	return NULL;
}
