// SPDX-License-Identifier: MIT
/*
 * elf.c - loads an IA-64 ELF file: sections, symbols, relocations.
 *
 * Trusts nothing in the file. What libelf refuses or what does not fit into the file is
 * one message and no check. In a relocatable file, where sections have no address, each
 * gets 4 GB of its own, so that the rest of pvcheck sees addresses only.
 */
#include "pvcheck.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_TEXT     (UINT64_C(1) << 30) /* executable code that is plausible */
#define MAX_SECTIONS 1000000

#ifndef SHT_IA_64_UNWIND
#define SHT_IA_64_UNWIND 0x70000001
#endif

static char *libelf_says(const char *what)
{
	return pc_format("%s: %s", what, elf_errmsg(-1));
}

static char *open_file(struct pc_image *image)
{
	struct stat st;

	/* Nonblocking: a FIFO without a writer must not hang this. */
	image->fd = open(image->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (image->fd < 0 || fstat(image->fd, &st))
		return pc_format("%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return pc_format("not a regular file");
	if (!st.st_size)
		return pc_format("an empty file");
	image->elf = elf_begin(image->fd, ELF_C_READ_MMAP, NULL);
	if (!image->elf)
		return libelf_says("not readable as an ELF file");
	if (elf_kind(image->elf) != ELF_K_ELF)
		return pc_format("not an ELF file");
	return NULL;
}

static char *check_header(struct pc_image *image)
{
	GElf_Ehdr ehdr;

	if (!gelf_getehdr(image->elf, &ehdr))
		return libelf_says("bad ELF header");
	if (ehdr.e_machine != EM_IA_64 || ehdr.e_ident[EI_CLASS] != ELFCLASS64 ||
	    ehdr.e_ident[EI_DATA] != ELFDATA2LSB)
		return pc_format("not a 64-bit little-endian IA-64 file (machine %u)",
				 ehdr.e_machine);
	if (ehdr.e_type != ET_REL && ehdr.e_type != ET_EXEC && ehdr.e_type != ET_DYN)
		return pc_format("an ELF file of type %u has no code to check", ehdr.e_type);
	image->relocatable = ehdr.e_type == ET_REL;
	image->entry = ehdr.e_entry;
	return NULL;
}

static char *add_section(struct pc_image *image, Elf_Scn *scn, const GElf_Shdr *shdr,
			 const char *name)
{
	struct pc_section s = { .name = name, .addr = shdr->sh_addr, .size = shdr->sh_size };
	Elf_Data *data;

	s.shndx = elf_ndxscn(scn);
	s.exec = (shdr->sh_flags & SHF_EXECINSTR) && shdr->sh_type == SHT_PROGBITS;
	s.unwind = shdr->sh_type == SHT_IA_64_UNWIND;
	if (image->relocatable)
		s.addr = (uint64_t)(s.shndx + 1) << 32;
	if (s.addr + s.size < s.addr || (image->relocatable && s.size >> 32))
		return pc_format("section %s: its size 0x%llx is impossible", name,
				 (unsigned long long)s.size);
	if (shdr->sh_type != SHT_NOBITS && s.size) {
		data = elf_rawdata(scn, NULL);
		if (!data || !data->d_buf || data->d_size != s.size)
			return pc_format("section %s is not wholly in the file (truncated?)", name);
		s.data = data->d_buf;
	}
	if (s.exec) {
		if ((uint64_t)image->bundles * ISA_BUNDLE_BYTES + s.size > MAX_TEXT)
			return pc_format("more than 1 GB of executable code");
		if (s.addr % ISA_BUNDLE_BYTES)
			return pc_format("section %s: code at an odd address", name);
		s.bundle = image->bundles;
		image->bundles += s.size / ISA_BUNDLE_BYTES;
	}
	image->section = pc_grow(image->section, image->sections, sizeof(s));
	image->section[image->sections++] = s;
	return NULL;
}

static char *load_sections(struct pc_image *image)
{
	size_t count, strings;
	char *error = NULL;
	Elf_Scn *scn = NULL;

	if (elf_getshdrnum(image->elf, &count) || elf_getshdrstrndx(image->elf, &strings))
		return libelf_says("bad section headers");
	if (!count)
		return pc_format("no section headers (truncated, or stripped of them?)");
	if (count > MAX_SECTIONS)
		return pc_format("%zu sections: too many", count);
	while (!error && (scn = elf_nextscn(image->elf, scn))) {
		GElf_Shdr shdr;
		const char *name;

		if (!gelf_getshdr(scn, &shdr))
			return libelf_says("bad section header");
		name = elf_strptr(image->elf, strings, shdr.sh_name);
		if (!name)
			return pc_format("section %zu has no name (truncated?)", elf_ndxscn(scn));
		if (shdr.sh_flags & SHF_ALLOC)
			error = add_section(image, scn, &shdr, name);
	}
	return error;
}

/** struct sections - section indices of the file to those of the image; file names */
struct reading {
	uint32_t *section; /* by shndx */
	size_t count;
	const char *file;
	uint32_t unit;
};

static void add_symbol(struct pc_image *image, struct reading *r, const GElf_Sym *sym,
		       const char *name)
{
	struct pc_symbol s = { .name = name, .size = sym->st_size, .addr = sym->st_value };
	unsigned int type = GELF_ST_TYPE(sym->st_info);

	s.local = GELF_ST_BIND(sym->st_info) == STB_LOCAL;
	if (type == STT_FILE) {
		r->file = name;
		r->unit++;
		return;
	}
	if (!*name || type == STT_SECTION || sym->st_shndx >= r->count)
		return;
	s.section = r->section[sym->st_shndx];
	if (s.section == PC_NO_SECTION)
		return;
	if (image->relocatable)
		s.addr += image->section[s.section].addr;
	s.func = type == STT_FUNC;
	s.file = s.local ? r->file : "";
	s.unit = s.local ? r->unit : 0;
	image->symbol = pc_grow(image->symbol, image->symbols, sizeof(s));
	image->symbol[image->symbols++] = s;
}

static int better_symbol_first(const void *pa, const void *pb)
{
	const struct pc_symbol *a = pa, *b = pb;

	if (a->addr != b->addr)
		return a->addr < b->addr ? -1 : 1;
	if (a->func != b->func)
		return a->func ? -1 : 1;
	if (a->local != b->local)
		return a->local ? 1 : -1;
	return strcmp(a->name, b->name);
}

static int by_name(const void *pa, const void *pb)
{
	const struct pc_symbol *const *a = pa, *const *b = pb;
	int order = strcmp((*a)->name, (*b)->name);

	return order ? order : *a < *b ? -1 : *a > *b;
}

static void sort_symbols(struct pc_image *image)
{
	if (!image->symbols)
		return;
	qsort(image->symbol, image->symbols, sizeof(*image->symbol), better_symbol_first);
	image->by_name = pc_room(image->symbols, sizeof(*image->by_name));
	for (size_t i = 0; i < image->symbols; i++)
		image->by_name[i] = &image->symbol[i];
	qsort(image->by_name, image->symbols, sizeof(*image->by_name), by_name);
}

static char *load_symbols(struct pc_image *image, Elf_Scn *scn, const GElf_Shdr *shdr,
			  struct reading *r)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	GElf_Sym sym;

	if (!data || (shdr->sh_size && !data->d_buf))
		return pc_format("the symbol table is not wholly in the file (truncated?)");
	for (size_t i = 0; i < data->d_size / sizeof(Elf64_Sym); i++) {
		const char *name;

		if (!gelf_getsym(data, i, &sym))
			return libelf_says("bad symbol table");
		name = elf_strptr(image->elf, shdr->sh_link, sym.st_name);
		if (!name)
			return pc_format("symbol %zu has no name (truncated?)", i);
		add_symbol(image, r, &sym, name);
	}
	return NULL;
}

static void add_reloc(struct pc_image *image, const struct reading *r, uint64_t base,
		      const GElf_Rela *rela, const GElf_Sym *sym)
{
	struct pc_reloc reloc = {
		.addr = base + rela->r_offset,
		.type = GELF_R_TYPE(rela->r_info),
	};
	uint32_t section = sym->st_shndx < r->count ? r->section[sym->st_shndx] : PC_NO_SECTION;

	if (section != PC_NO_SECTION) {
		reloc.defined = true;
		reloc.target = image->section[section].addr + sym->st_value + rela->r_addend;
	}
	image->reloc = pc_grow(image->reloc, image->relocs, sizeof(reloc));
	image->reloc[image->relocs++] = reloc;
}

static char *load_relocs(struct pc_image *image, Elf_Scn *scn, const GElf_Shdr *shdr,
			 const struct reading *r)
{
	uint32_t section = shdr->sh_info < r->count ? r->section[shdr->sh_info] : PC_NO_SECTION;
	Elf_Data *symbols, *data;
	Elf_Scn *symtab;

	if (section == PC_NO_SECTION)
		return NULL;
	if (!image->section[section].exec && !image->section[section].unwind &&
	    strcmp(image->section[section].name, PV_SITE_SECTION))
		return NULL;
	symtab = elf_getscn(image->elf, shdr->sh_link);
	symbols = symtab ? elf_getdata(symtab, NULL) : NULL;
	data = elf_getdata(scn, NULL);
	if (!symbols || symbols->d_type != ELF_T_SYM || !data || data->d_type != ELF_T_RELA)
		return pc_format("the relocations of %s cannot be read (truncated?)",
				 image->section[section].name);
	for (size_t i = 0; i < data->d_size / sizeof(Elf64_Rela); i++) {
		GElf_Rela rela;
		GElf_Sym sym;

		if (!gelf_getrela(data, i, &rela) ||
		    !gelf_getsym(symbols, GELF_R_SYM(rela.r_info), &sym))
			return libelf_says("bad relocation");
		add_reloc(image, r, image->section[section].addr, &rela, &sym);
	}
	return NULL;
}

static int by_reloc_addr(const void *pa, const void *pb)
{
	const struct pc_reloc *a = pa, *b = pb;

	return a->addr < b->addr ? -1 : a->addr > b->addr;
}

static char *load_tables(struct pc_image *image)
{
	struct reading r = { .file = "" };
	char *error = NULL;
	Elf_Scn *scn = NULL;
	GElf_Shdr shdr;

	if (elf_getshdrnum(image->elf, &r.count))
		return libelf_says("bad section headers");
	for (size_t i = 0; i < r.count; i++) {
		r.section = pc_grow(r.section, i, sizeof(*r.section));
		r.section[i] = PC_NO_SECTION;
	}
	for (size_t i = 0; i < image->sections; i++)
		if (image->section[i].shndx != PC_NO_SECTION)
			r.section[image->section[i].shndx] = i;
	while (!error && (scn = elf_nextscn(image->elf, scn)) && gelf_getshdr(scn, &shdr)) {
		if (shdr.sh_type == SHT_SYMTAB)
			error = load_symbols(image, scn, &shdr, &r);
		else if (shdr.sh_type == SHT_RELA && image->relocatable)
			error = load_relocs(image, scn, &shdr, &r);
	}
	free(r.section);
	sort_symbols(image);
	if (image->relocs)
		qsort(image->reloc, image->relocs, sizeof(*image->reloc), by_reloc_addr);
	return error;
}

char *pc_image_open(struct pc_image *image, const char *path)
{
	char *error;

	*image = (struct pc_image){ .path = path, .fd = -1 };
	if (elf_version(EV_CURRENT) == EV_NONE)
		return libelf_says("libelf");
	error = open_file(image);
	if (!error)
		error = check_header(image);
	if (!error)
		error = load_sections(image);
	if (!error)
		error = pc_embedded_load(image);
	if (!error)
		error = load_tables(image);
	/* An object may well have none. */
	if (!error && !image->bundles && !image->relocatable)
		error = pc_format("no executable code in it");
	return error;
}

void pc_image_close(struct pc_image *image)
{
	free(image->section);
	free(image->symbol);
	free(image->by_name);
	free(image->reloc);
	free(image->embed);
	if (image->elf)
		elf_end(image->elf);
	if (image->fd >= 0)
		close(image->fd);
	*image = (struct pc_image){ .fd = -1 };
}

/* From the end: what is embedded in a section comes behind it. */
const struct pc_section *pc_section_at(const struct pc_image *image, uint64_t addr)
{
	for (size_t i = image->sections; i--;) {
		const struct pc_section *s = &image->section[i];

		if (addr >= s->addr && addr - s->addr < s->size)
			return s;
	}
	return NULL;
}

const struct pc_section *pc_section_named(const struct pc_image *image, const char *name)
{
	for (size_t i = 0; i < image->sections; i++)
		if (!strcmp(image->section[i].name, name))
			return &image->section[i];
	return NULL;
}

/* Labels inside of a function do not end it: the function is what a reader knows. */
const struct pc_symbol *pc_symbol_at(const struct pc_image *image, uint64_t addr)
{
	const struct pc_section *section = pc_section_at(image, addr);
	size_t lo = 0, hi = image->symbols;
	const struct pc_symbol *label = NULL;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (image->symbol[mid].addr <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	while (section && lo--) {
		const struct pc_symbol *s = &image->symbol[lo];

		if (s->addr < section->addr)
			break;
		if (s->func) {
			bool inside = addr - s->addr < s->size || !s->size;

			/* The first of several at one address is the best. */
			while (inside && lo && image->symbol[lo - 1].addr == s->addr &&
			       image->symbol[lo - 1].func)
				s = &image->symbol[--lo];
			return inside || !label ? s : label;
		}
		if (!label)
			label = s;
	}
	return label;
}

const struct pc_symbol *pc_symbol_named(const struct pc_image *image, const char *name)
{
	size_t lo = 0, hi = image->symbols;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(image->by_name[mid]->name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < image->symbols && !strcmp(image->by_name[lo]->name, name) ? image->by_name[lo]
									      : NULL;
}

size_t pc_reloc_find(const struct pc_image *image, uint64_t addr)
{
	size_t lo = 0, hi = image->relocs;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (image->reloc[mid].addr < addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

uint32_t pc_bundle_index(const struct pc_image *image, uint64_t addr)
{
	const struct pc_section *s = pc_section_at(image, addr);

	if (!s || !s->exec || (addr - s->addr) / ISA_BUNDLE_BYTES >= s->size / ISA_BUNDLE_BYTES)
		return PC_NO_BUNDLE;
	return s->bundle + (addr - s->addr) / ISA_BUNDLE_BYTES;
}

uint64_t pc_bundle_addr(const struct pc_image *image, uint32_t index)
{
	for (size_t i = 0; i < image->sections; i++) {
		const struct pc_section *s = &image->section[i];

		if (s->exec && index - s->bundle < s->size / ISA_BUNDLE_BYTES)
			return s->addr + (uint64_t)(index - s->bundle) * ISA_BUNDLE_BYTES;
	}
	return 0;
}
