// SPDX-License-Identifier: MIT
/*
 * dwarf.c - file and line of findings, from the file's own debug information.
 *
 * libdwfl places the sections of a relocatable file and relocates its debug sections.
 * A file without debug information just has no lines.
 */
#include "pvcheck.h"

#include <elfutils/libdwfl.h>
#include <stdlib.h>
#include <string.h>

/* Only the file itself: no search of the system, and none of the network. */
static int no_other_file(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr base,
			 const char *file, const char *link, GElf_Word crc, char **found)
{
	(void)module, (void)user, (void)name, (void)base;
	(void)file, (void)link, (void)crc, (void)found;
	return -1;
}

static int no_elf(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr base, char **file,
		  Elf **elf)
{
	(void)module, (void)user, (void)name, (void)base, (void)file, (void)elf;
	return -1;
}

static const Dwfl_Callbacks callbacks = {
	.find_elf = no_elf,
	.find_debuginfo = no_other_file,
	.section_address = dwfl_offline_section_address,
};

/** struct lines - an open module */
struct lines {
	Dwfl *dwfl;
	Dwfl_Module *module;
	Elf *elf;
	GElf_Addr bias;
};

static bool open_lines(struct lines *l, const struct pc_image *image)
{
	l->dwfl = dwfl_begin(&callbacks);
	if (!l->dwfl)
		return false;
	l->module = dwfl_report_offline(l->dwfl, "", image->path, -1);
	dwfl_report_end(l->dwfl, NULL, NULL);
	if (!l->module)
		return false;
	l->elf = dwfl_module_getelf(l->module, &l->bias);
	return l->elf;
}

/* Where libdwfl put an address of ours. */
static bool their_address(const struct lines *l, const struct pc_image *image, uint64_t addr,
			  GElf_Addr *theirs)
{
	const struct pc_section *s = pc_section_at(image, addr);
	Elf_Scn *scn = s ? elf_getscn(l->elf, s->shndx) : NULL;
	GElf_Shdr shdr;

	if (!scn || !gelf_getshdr(scn, &shdr))
		return false;
	*theirs = shdr.sh_addr + (addr - s->addr) + l->bias;
	return true;
}

/*
 * Entries of the line table are addresses of slots. For an address whose own slot has none,
 * as that of a label before a bundle whose first slots are nops, one of the same bundle is
 * better than the one before.
 */
static Dwfl_Line *line_at(const struct lines *l, GElf_Addr addr)
{
	Dwfl_Line *before = dwfl_module_getsrc(l->module, addr);
	GElf_Addr bundle = addr & ~(GElf_Addr)(ISA_BUNDLE_BYTES - 1);

	for (; addr < bundle + ISA_BUNDLE_SLOTS; addr++) {
		Dwfl_Line *line = dwfl_module_getsrc(l->module, addr);
		GElf_Addr start;

		if (line && dwfl_lineinfo(line, &start, NULL, NULL, NULL, NULL) && start >= bundle)
			return line;
	}
	return before;
}

static void find_line(const struct lines *l, const struct pc_image *image, struct pc_finding *f)
{
	Dwfl_Line *line = NULL;
	GElf_Addr addr;
	const char *name;
	int number;

	if (!their_address(l, image, f->addr, &addr))
		return;
	line = line_at(l, addr);
	name = line ? dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL) : NULL;
	if (!name)
		return;
	f->source = pc_format("%s", name);
	f->line = number > 0 ? number : 0;
}

void pc_lines(struct pc_check *check)
{
	struct lines l = { 0 };

	if (!check->findings)
		return;
	if (open_lines(&l, &check->image))
		for (size_t i = 0; i < check->findings; i++)
			if (check->finding[i].in_code)
				find_line(&l, &check->image, &check->finding[i]);
	if (l.dwfl)
		dwfl_end(l.dwfl);
}
