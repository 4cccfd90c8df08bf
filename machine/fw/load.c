// SPDX-License-Identifier: MIT
/*
 * Kernel, initrd and modules into RAM, as the command line names them.
 *
 * The kernel goes where its program headers say, the initrd as high in low RAM as the
 * guest's use of memory allows. All become loader data in the EFI memory map: Linux takes
 * kernel descriptors from any other available type. With -hypervisor that file is the
 * kernel, and the one that -kernel names is a file in memory like the initrd.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fw/elf.h"
#include "fw/file.h"
#include "fw/fw.h"

#define WHY_SIZE     160
#define INITRD_ALIGN 0x10000UL /* IA-64 kernels have pages of 4 to 64 KiB */

static bool overlaps(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

static bool place_segment(struct firmware *fw, const struct elf_segment *s, char *why)
{
	struct bus *bus = fw->m->bus;
	uint64_t room, zero = s->mem_size - s->file_size;
	uint64_t fw_end = fw->m->ncpus > 1 ? FW_AP_STACK_END : FW_END;
	uint8_t *ram = bus_ram(bus, s->pa, &room);

	if (!ram || room < s->mem_size) {
		snprintf(why, WHY_SIZE,
			 "segment %#" PRIx64 "-%#" PRIx64 " is not in RAM (-m %" PRIu64 "M)", s->pa,
			 s->pa + s->mem_size - 1, fw->m->opt.ram_size >> 20);
		return false;
	}
	if (overlaps(s->pa, s->mem_size, FW_BASE, fw_end - FW_BASE)) {
		snprintf(why, WHY_SIZE,
			 "segment %#" PRIx64 "-%#" PRIx64 " overlaps the firmware (%#lx-%#lx)",
			 s->pa, s->pa + s->mem_size - 1, FW_BASE, fw_end - 1);
		return false;
	}
	memcpy(ram, s->data, s->file_size);
	memset(ram + s->file_size, 0, zero);
	if (!efi_map_set(&fw->map, s->pa, s->mem_size, EFI_LOADER_DATA, EFI_WB)) {
		snprintf(why, WHY_SIZE, "too many segments for the memory map");
		return false;
	}
	return true;
}

/*
 * A loader allocates an image as one piece, alignment gaps included. Linux relies on it: it
 * lists its data in /proc/iomem only if they lie in one descriptor.
 */
static bool is_alignment_gap(uint64_t from, uint64_t to)
{
	return to > from && to - from < (1UL << 20);
}

static bool place_kernel(struct firmware *fw, const struct elf_image *img, char *why)
{
	uint64_t end = 0;

	for (unsigned i = 0; i < img->n; i++) {
		const struct elf_segment *s = &img->seg[i];

		if (!place_segment(fw, s, why))
			return false;
		if (i && is_alignment_gap(end, s->pa))
			efi_map_set(&fw->map, end, s->pa - end, EFI_LOADER_DATA, EFI_WB);
		end = s->pa + s->mem_size;
	}
	fw->boot.entry = img->entry;
	return true;
}

/*
 * Linux ignores memory outside whole granules (16 or 64 MiB), so the top is rounded down.
 * Return: the highest address in low RAM that nothing uses, or 0 if there is no room.
 */
static uint64_t find_room(const struct firmware *fw, uint64_t size)
{
	static const uint64_t granules[] = { 64UL << 20, 16UL << 20 };
	uint64_t ram_base, ram, low = FW_BASE + FW_SIZE;

	if (!bus_ram_range(fw->m->bus, 0, &ram_base, &ram))
		return 0;
	for (unsigned g = 0; g < 2; g++) {
		uint64_t limit = (ram_base + ram) & ~(granules[g] - 1);

		for (unsigned i = fw->map.n; i-- > 0;) {
			const struct efi_range *r = &fw->map.r[i];
			uint64_t top = r->base + r->size < limit ? r->base + r->size : limit;
			uint64_t bottom = r->base > low ? r->base : low, base;

			if (r->type != EFI_CONVENTIONAL || top < bottom || top - bottom < size)
				continue;
			base = (top - size) & ~(INITRD_ALIGN - 1);
			if (base >= bottom)
				return base;
		}
	}
	return 0;
}

/* The bytes of a file, where there is room for them. */
static bool place_file(struct firmware *fw, const struct file *f, struct fw_module *at, char *why)
{
	uint64_t base = find_room(fw, f->len);

	if (!base) {
		snprintf(why, WHY_SIZE, "no room for its %zu KiB in low RAM (-m %" PRIu64 "M)",
			 f->len >> 10, fw->m->opt.ram_size >> 20);
		return false;
	}
	if (!bus_copy_to(fw->m->bus, base, f->data, f->len) ||
	    !efi_map_set(&fw->map, base, f->len, EFI_LOADER_DATA, EFI_WB)) {
		snprintf(why, WHY_SIZE, "cannot be placed at %#" PRIx64, base);
		return false;
	}
	*at = (struct fw_module){ base, f->len };
	return true;
}

/* As place_file(); 0, or -1 after a line that names the file. */
static int load_module(struct firmware *fw, const char *path, bool gunzip, struct fw_module *at)
{
	char why[WHY_SIZE];
	struct file f;
	bool ok;

	if (!file_read(&f, path, FILE_MAX, why, sizeof(why)))
		return fw_error("%s: %s", path, why);
	ok = (!gunzip || file_gunzip(&f, why, sizeof(why))) && place_file(fw, &f, at, why);
	file_free(&f);
	return ok ? 0 : fw_error("%s: %s", path, why);
}

static int load_executable(struct firmware *fw, const char *path)
{
	struct elf_image img;
	char why[WHY_SIZE];
	struct file f;
	bool ok;

	if (!file_read(&f, path, FILE_MAX, why, sizeof(why)))
		return fw_error("%s: %s", path, why);
	ok = file_gunzip(&f, why, sizeof(why)) &&
	     elf_parse(&img, f.data, f.len, why, sizeof(why)) && place_kernel(fw, &img, why);
	file_free(&f);
	return ok ? 0 : fw_error("%s: %s", path, why);
}

int fw_load_files(struct firmware *fw)
{
	const struct machine_options *opt = &fw->m->opt;
	struct fw_boot *boot = &fw->boot;

	if (!opt->kernel && !opt->hypervisor)
		return fw_error("no kernel given (-kernel)");
	if (load_executable(fw, opt->hypervisor ? opt->hypervisor : opt->kernel))
		return -1;
	if (opt->initrd && load_module(fw, opt->initrd, false, &boot->initrd))
		return -1;
	if (opt->hypervisor && opt->kernel && load_module(fw, opt->kernel, true, &boot->guest))
		return -1;
	for (unsigned i = 0; i < opt->nmodules; i++)
		if (load_module(fw, opt->module[i].path, false, &boot->module[i]))
			return -1;
	return 0;
}
