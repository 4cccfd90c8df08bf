/* SPDX-License-Identifier: MIT */
/*
 * An ELF executable for IA-64, checked and taken apart. Knows nothing of the machine.
 */
#ifndef FW_ELF_H
#define FW_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELF_MAX_SEGMENTS 64

struct elf_segment {
	uint64_t pa, mem_size;
	const uint8_t *data; /* into the file's bytes */
	uint64_t file_size;
};

struct elf_image {
	uint64_t entry; /* physical */
	unsigned n;
	struct elf_segment seg[ELF_MAX_SEGMENTS];
};

/**
 * elf_parse() - check an executable and list its PT_LOAD segments by physical address
 * @file: its bytes; must stay as long as @img is used
 * @why: what is wrong with it, one line without the file's name
 *
 * Accepted are ELF64 little-endian EM_IA_64 files of type ET_EXEC, loaded by p_paddr (Linux's
 * per-CPU segment has a p_vaddr of its own) and entered at a physical e_entry.
 */
bool elf_parse(struct elf_image *img, void *file, size_t len, char *why, size_t why_size);

#endif
