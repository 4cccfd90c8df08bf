/* SPDX-License-Identifier: MIT */
/*
 * The EFI memory map (UEFI 2.x, GetMemoryMap): sorted ranges without overlap.
 *
 * A later entry replaces what lies under it, so the map is drawn from the large to the
 * small: RAM first, then what the firmware and the loader use of it.
 */
#ifndef FW_EFI_MAP_H
#define FW_EFI_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum efi_type {
	EFI_RESERVED,
	EFI_LOADER_CODE,
	EFI_LOADER_DATA,
	EFI_BOOT_CODE,
	EFI_BOOT_DATA,
	EFI_RUNTIME_CODE,
	EFI_RUNTIME_DATA,
	EFI_CONVENTIONAL,
	EFI_UNUSABLE,
	EFI_ACPI_RECLAIM,
	EFI_ACPI_NVS,
	EFI_MMIO,
	EFI_IO_PORTS,
	EFI_PAL_CODE,
};

#define EFI_UC	    0x1UL
#define EFI_WB	    0x8UL
#define EFI_RUNTIME (1UL << 63)

#define EFI_PAGE      4096UL
#define EFI_DESC_SIZE 48 /* larger than the structure, as real firmware has it */
#define EFI_DESC_REV  1
#define EFI_MAP_MAX   512

struct efi_range {
	uint64_t base, size, attr;
	uint64_t virt; /* only in maps read by SetVirtualAddressMap */
	uint32_t type;
};

struct efi_map {
	unsigned n;
	struct efi_range r[EFI_MAP_MAX];
};

/**
 * efi_map_set() - enter [base, base + size), widened to whole EFI pages
 * Return: false when the map is full; it is then unchanged.
 */
bool efi_map_set(struct efi_map *map, uint64_t base, uint64_t size, uint32_t type, uint64_t attr);
/** efi_map_merge() - join neighbours of equal type and attributes */
void efi_map_merge(struct efi_map *map);
/** efi_map_pack()/efi_map_unpack() - one descriptor in its guest form, EFI_DESC_SIZE bytes */
void efi_map_pack(const struct efi_range *r, uint8_t *desc);
void efi_map_unpack(struct efi_range *r, const uint8_t *desc);

#endif
