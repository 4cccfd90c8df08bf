/* SPDX-License-Identifier: MIT */
/*
 * layout.h - the hypervisor's addresses, for C, assembly and the linker script.
 *
 *   0xf000_0000_0000_0000  physical memory, WB   (translations made on a miss, CPL 0)
 *   0xf200_0000_0000_0000  physical memory, UC   (the same; devices)
 *   0xf400_0000_0400_0000  HV_BASE: image, then heap; one pinned translation of 64 MiB,
 *                          physical 64 MiB to 128 MiB
 *   0xf4ff_ffff_ffff_0000  PERCPU_BASE: struct percpu of the processor that looks; pinned
 *   0xf500_0000_0000_0000  XSI_DEFAULT: the guest's shared page and, 16 KiB behind it, its
 *                          mapped registers, until the guest chooses an address; pinned
 *   0xf800_0000_0000_0000  ... and everything outside bits 63:59 = 0x1e: the guest's
 *
 * What is touched while PSR.ic is 0 (entry, exit, fast paths) must lie in a pinned
 * translation: all that the heap gives out does. Guest memory does not.
 * The hole and its use are Xen/ia64's ABI (a guest never touches 0xf0... to 0xf7...).
 */
#ifndef HV_LAYOUT_H
#define HV_LAYOUT_H

#define PAGE_SHIFT 14
#define PAGE_SIZE  (1 << PAGE_SHIFT)

#define IDENT_WB 0xf000000000000000
#define IDENT_UC 0xf200000000000000

#define HV_BASE	  0xf400000004000000
#define HV_PHYS	  0x4000000
#define HV_SHIFT  26 /* 64 MiB */
#define HV_OFFSET (HV_BASE - HV_PHYS)

#define PERCPU_BASE  0xf4ffffffffff0000
#define PERCPU_SHIFT 16

#define XSI_DEFAULT	  0xf500000000000000
#define XSI_SHIFT	  14
#define MAPPED_REGS_SHIFT 14
#define MAPPED_REGS_OFS	  0x4000

#endif
