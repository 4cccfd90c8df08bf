// SPDX-License-Identifier: MIT
/*
 * What the boot loader would leave: the memory map, the boot parameters of Linux/ia64 and
 * the processor at the kernel's entry, in physical mode after ExitBootServices.
 */
#include <string.h>

#include "cpu/parts.h"
#include "fw/fw.h"

#define PARAM_CMDLINE (FW_PARAM_BASE + 0x1000)
#define PARAM_MEMMAP  (FW_PARAM_BASE + 0x4000)
_Static_assert(PARAM_CMDLINE + FW_CMDLINE_MAX <= PARAM_MEMMAP, "layout");
_Static_assert(PARAM_MEMMAP + EFI_MAP_MAX * EFI_DESC_SIZE <= FW_STACK_BASE, "layout");

_Static_assert(FW_AP_STACK_END <= FW_BASE + FW_SIZE, "layout");

#define VECTOR_MASKED 0x10000UL /* cr.itv, cr.pmv, cr.cmcv, cr.lrr */

void fw_build_map(struct firmware *fw)
{
	static const struct {
		uint64_t base, size;
		uint32_t type;
		uint64_t attr;
	} used[] = {
		/* page 0 is kept from those who take address 0 for none */
		{ 0, FW_AREA_SIZE, EFI_RESERVED, EFI_WB },
		{ FW_PAL_BASE, FW_AREA_SIZE, EFI_PAL_CODE, EFI_WB | EFI_RUNTIME },
		{ FW_CODE_BASE, FW_AREA_SIZE, EFI_RUNTIME_CODE, EFI_WB | EFI_RUNTIME },
		{ FW_IVT_BASE, FW_AREA_SIZE, EFI_BOOT_CODE, EFI_WB },
		{ FW_DATA_BASE, FW_AREA_SIZE, EFI_RUNTIME_DATA, EFI_WB | EFI_RUNTIME },
		{ FW_ACPI_BASE, FW_AREA_SIZE, EFI_ACPI_RECLAIM, EFI_WB },
		{ FW_NVS_BASE, FW_AREA_SIZE, EFI_ACPI_NVS, EFI_WB },
		{ FW_PARAM_BASE, FW_STACK_BASE - FW_PARAM_BASE, EFI_LOADER_DATA, EFI_WB },
		{ FW_STACK_BASE, FW_STACK_SIZE, EFI_BOOT_DATA, EFI_WB },
		{ PCI_MEM_BASE, PCI_MEM_SIZE, EFI_MMIO, EFI_UC },
		{ IOSAPIC_BASE, IOSAPIC_SIZE, EFI_MMIO, EFI_UC },
		{ EXITDEV_BASE, EXITDEV_SIZE, EFI_MMIO, EFI_UC },
		{ PIB_BASE, PIB_SIZE, EFI_MMIO, EFI_UC },
		{ IO_PORT_BASE, IO_PORT_SIZE, EFI_IO_PORTS, EFI_UC | EFI_RUNTIME },
	};
	uint64_t base, size;

	for (unsigned i = 0; bus_ram_range(fw->m->bus, i, &base, &size); i++)
		efi_map_set(&fw->map, base, size & ~(EFI_PAGE - 1), EFI_CONVENTIONAL, EFI_WB);
	for (unsigned i = 0; i < sizeof(used) / sizeof(used[0]); i++)
		efi_map_set(&fw->map, used[i].base, used[i].size, used[i].type, used[i].attr);
	if (fw->m->ncpus > 1)
		efi_map_set(&fw->map, FW_AP_STACK_BASE, FW_AP_STACK_END - FW_AP_STACK_BASE,
			    EFI_RUNTIME_DATA, EFI_WB | EFI_RUNTIME);
}

/* Linux, arch/ia64/include/uapi/asm/setup.h */
struct ia64_boot_param {
	uint64_t command_line, efi_systab;
	uint64_t efi_memmap, efi_memmap_size, efi_memdesc_size;
	uint32_t efi_memdesc_version;
	uint16_t num_cols, num_rows, orig_x, orig_y;
	uint64_t fpswa, initrd_start, initrd_size;
	uint64_t domain_start, domain_size; /* a hypervisor's first guest, as elilo loads Xen */
};
_Static_assert(sizeof(struct ia64_boot_param) == 96, "ia64_boot_param");

uint64_t fw_build_boot(struct firmware *fw)
{
	const char *append = fw->m->opt.append ? fw->m->opt.append : "";
	struct bus *bus = fw->m->bus;
	struct ia64_boot_param bp = {
		.command_line = PARAM_CMDLINE,
		.efi_systab = FW_DATA_BASE,
		.efi_memmap = PARAM_MEMMAP,
		.efi_memmap_size = (uint64_t)fw->map.n * EFI_DESC_SIZE,
		.efi_memdesc_size = EFI_DESC_SIZE,
		.efi_memdesc_version = EFI_DESC_REV,
		.num_cols = 80,
		.num_rows = 25,
		.initrd_start = fw->boot.initrd.base,
		.initrd_size = fw->boot.initrd.size,
		.domain_start = fw->boot.guest.base,
		.domain_size = fw->boot.guest.size,
	};
	uint8_t desc[EFI_DESC_SIZE];

	for (unsigned i = 0; i < fw->map.n; i++) {
		efi_map_pack(&fw->map.r[i], desc);
		bus_copy_to(bus, PARAM_MEMMAP + i * EFI_DESC_SIZE, desc, sizeof(desc));
	}
	bus_copy_to(bus, PARAM_CMDLINE, append, strlen(append) + 1);
	bus_copy_to(bus, FW_PARAM_BASE, &bp, sizeof(bp));
	return FW_PARAM_BASE;
}

/*
 * Interruptions are off and not collected; what else is 0 in PSR is what the software
 * conventions say, and bank 1 is in.
 */
void fw_environment(struct cpu *cpu, uint64_t bottom, uint64_t top)
{
	cpu_set_psr(cpu, PSR_BN);
	cpu->cr[CR_DCR] = 0;
	cpu->cr[CR_IVA] = FW_IVT_BASE;
	cpu->cr[CR_ITV] = VECTOR_MASKED;
	cpu->cr[CR_PMV] = VECTOR_MASKED;
	cpu->cr[CR_CMCV] = VECTOR_MASKED;
	cpu->cr[CR_LRR0] = VECTOR_MASKED;
	cpu->cr[CR_LRR1] = VECTOR_MASKED;
	for (unsigned i = 0; i < 8; i++) /* a region id of its own, 16 KiB pages, no walker */
		cpu->rr[i] = (uint64_t)i << 8 | 14 << 2;
	tlb_flush_host(cpu);

	ar_write(cpu, AR_RSC, 0);
	ar_write(cpu, AR_BSPSTORE, bottom);
	ar_write(cpu, AR_RNAT, 0);
	ar_write(cpu, AR_FPSR, FPSR_DEFAULT);
	ar_write(cpu, AR_KR0, IO_PORT_BASE);
	cpu->gr[1] = (struct gr){ 0 };
	cpu->gr[12] = (struct gr){ .val = top - 16 }; /* 16 bytes of scratch above sp */
}

/* Registers as after a branch from the loader. */
void fw_enter(struct firmware *fw, struct cpu *cpu, uint64_t boot_param)
{
	fw_environment(cpu, FW_STACK_BASE, FW_END);
	cpu->gr[28] = (struct gr){ .val = boot_param };
	cpu->br[0] = fw_stub_address(FW_STUB_RETURN);
	cpu->ip = fw->boot.entry;
	cpu->ri = 0;
}
