/* SPDX-License-Identifier: MIT */
/*
 * fw.h - the firmware that a guest sees: EFI, SAL, PAL and ACPI (UEFI 2.0, SAL 3.2, SDM vol 2
 * §11, ACPI 2.0), of which there is an image in the guest's first pages and the rest here.
 *
 * The addresses are Xen/ia64's ABI:
 *
 *   0x0000  entry points (PAL code, 4 KiB): a class number in r2, and break 0x1000
 *   0x1000  ACPI tables (NVS)
 *   0x2000  EFI and SAL tables, memory map (runtime services data), to FW_END
 */
#ifndef HV_FW_H
#define HV_FW_H

#include "domain.h"

#define FW_EFI_STUBS  0x100 /* 16 bytes each, in the order of their classes */
#define FW_PAL_STUB   0x800
#define FW_SAL_STUB   0x820
#define FW_SAL_RETURN 0x840
#define FW_EFI_CALLS  10
#define FW_ACPI	      0x1000
#define FW_ACPI_END   0x2000
#define FW_SYSTAB     0x2000
#define FW_RUNTIME    0x2100
#define FW_CONFIG     0x2200
#define FW_DESCS      0x2300 /* a function descriptor for each EFI service */
#define FW_VENDOR     0x2400
#define FW_SAL	      0x2500
#define FW_MEMMAP     0x2a00
#define FW_END	      0x3000

#define EFI_DESC_VERSION 1

/** struct efi_desc - a range of the EFI memory map; what a guest sees has just this size */
struct efi_desc {
	uint32_t type, pad;
	uint64_t base, virt, pages, attr;
};

#define EFI_PAGE_SHIFT 12
#define EFI_WB	       0x8ul
#define EFI_UC	       0x1ul
#define EFI_RUNTIME    (1ul << 63)

enum efi_type {
	EFI_RUNTIME_DATA = 6,
	EFI_CONVENTIONAL = 7,
	EFI_ACPI_NVS = 10,
	EFI_IO_PORTS = 12,
	EFI_PAL_CODE = 13,
};

/**
 * struct guest_firmware - what the firmware remembers
 * @virtual: SetVirtualAddressMap has been called
 * @ap_entry, @ap_gp: SAL_SET_VECTORS, where processors start
 */
struct guest_firmware {
	bool virtual;
	uint64_t ap_entry, ap_gp;
};

/**
 * fw_image - write the image; the guest's memory must hold FW_END bytes
 * @memmap_size: bytes of the memory map at FW_MEMMAP
 */
void fw_image(struct domain *d, uint64_t *memmap_size);
/** fw_acpi - (fw-acpi.c) the tables at FW_ACPI */
void fw_acpi(struct domain *d);
uint8_t fw_checksum(const void *table, uint64_t bytes);

/* The calls: class is r2. Results go to r8 to r11. */
void fw_efi(struct vcpu *v, unsigned int class);
void fw_sal(struct vcpu *v);
/** fw_sal_return - into SAL's boot rendezvous (PAL_HALT, too); a wake-up sent meanwhile ends it at once */
void fw_sal_return(struct vcpu *v);
/** fw_ap_start - @v, in the rendezvous, starts where SAL_SET_VECTORS said (OS_BOOT_RENDEZ) */
void fw_ap_start(struct vcpu *v);
void fw_pal(struct vcpu *v);

/** fw_result - r8 to r11 */
void fw_result(struct vcpu *v, uint64_t r8, uint64_t r9, uint64_t r10, uint64_t r11);

#endif
