// SPDX-License-Identifier: MIT
/*
 * The machine as its loader and firmware describe it.
 *
 * Boot parameters (Linux/ia64's, with the two words that Xen/ia64's loader adds), EFI memory
 * map and tables, SAL system table, ACPI's MADT, the HCDP for the serial port. All of it lies
 * in memory that the hypervisor never gives away; it is trusted.
 */
#include "boot.h"
#include "domain.h"
#include "lib.h"
#include "xen.h"

struct boot_info boot_info;

/* Firmware's entry points, as function descriptors with addresses that are translated. */
struct fdesc {
	uint64_t entry, gp;
};

static struct fdesc sal_proc, get_time, reset_system;
static uint64_t pal_proc;
static uint64_t exit_device;

/* ---- layouts: UEFI 2.0 chapter 4, SAL 3.2 §3.2, ACPI 2.0 chapter 5, PCDP 2.0 ---- */

#define EFI_PAGE_SHIFT	 12
#define EFI_CONVENTIONAL 7
#define EFI_IO_PORTS	 12
#define EFI_WB		 0x8

struct efi_desc {
	uint32_t type, pad;
	uint64_t base, virt, pages, attr;
};

struct efi_system_table {
	uint64_t signature, sizes, crc;
	uint64_t vendor, fw_revision, console[6];
	uint64_t runtime, boot_services;
	uint64_t config_count, config;
};

struct efi_runtime_table {
	uint64_t header[3];
	uint64_t get_time, set_time, get_wakeup, set_wakeup, set_virtual_map, convert_pointer;
	uint64_t get_variable, get_next_variable, set_variable, get_high_count, reset_system;
};

struct efi_config {
	uint64_t guid[2];
	uint64_t table;
};

struct efi_time {
	uint16_t year;
	uint8_t month, day, hour, minute, second, pad;
	uint32_t nanosecond;
	int16_t zone;
	uint8_t daylight, pad2;
};

struct acpi_header {
	char signature[4];
	uint32_t length;
	uint8_t rest[28];
};

/* eb9d2d32-2d88-11d3-9a16-0090273fc14d and so on, as two little-endian words */
static const uint64_t guid_sal[2] = { 0x11d32d88eb9d2d32, 0x4dc13f279000169a };
static const uint64_t guid_acpi2[2] = { 0x11d3e4f18868e871, 0x81883cc7800022bc };
static const uint64_t guid_hcdp[2] = { 0x42ef620bf951938d, 0x987861794ba87982 };
static const uint64_t guid_modules[2] = { 0x4f0b5a7cd4e39bf2, 0xb4217a5ec083169d };

#define SAL_SET_VECTORS 0x01000000
#define SAL_BOOT_RENDEZ 2
#define SAL_FREQ_BASE	0x01000012
#define PAL_FREQ_RATIOS 14
#define PAL_HALT_LIGHT	29
#define EFI_RESET_OFF	2

/** struct fw_ret - what a procedure returns in r8 to r11 */
struct fw_ret {
	int64_t status;
	uint64_t v[3];
};

/* firmware.S */
struct fw_ret firmware_call(uint64_t entry, uint64_t gp, uint64_t a0, uint64_t a1, uint64_t a2,
			    uint64_t a3, uint64_t a4, uint64_t a5);
struct fw_ret pal_static(uint64_t entry, uint64_t index, uint64_t a1, uint64_t a2, uint64_t a3);

/* ---- firmware calls ---- */

static void set_entry(struct fdesc *f, uint64_t entry, uint64_t gp)
{
	f->entry = IDENT_WB + entry;
	f->gp = IDENT_WB + gp;
}

/* An EFI service: the table points to a function descriptor. */
static void set_service(struct fdesc *f, uint64_t descriptor)
{
	const struct fdesc *d = ident_wb(descriptor);

	set_entry(f, d->entry, d->gp);
}

static struct fw_ret call(const struct fdesc *f, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3)
{
	return firmware_call(f->entry, f->gp, a0, a1, a2, a3, 0, 0);
}

void pal_call(uint64_t index, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t ret[4])
{
	struct fw_ret r = pal_static(pal_proc, index, a1, a2, a3);

	memcpy(ret, &r, sizeof(r));
}

void pal_halt(void)
{
	pal_static(pal_proc, PAL_HALT_LIGHT, 0, 0, 0);
}

bool sal_set_rendezvous(uint64_t entry)
{
	return !call(&sal_proc, SAL_SET_VECTORS, SAL_BOOT_RENDEZ, entry, 0).status;
}

static uint64_t itc_frequency(void)
{
	struct fw_ret base = call(&sal_proc, SAL_FREQ_BASE, 0, 0, 0);
	struct fw_ret pal = pal_static(pal_proc, PAL_FREQ_RATIOS, 0, 0, 0);
	uint64_t ratio = pal.v[2]; /* of the ITC: numerator in the high word */

	if (base.status || pal.status || !base.v[0] || !(uint32_t)ratio)
		panic("the firmware does not know its frequencies");
	return base.v[0] * (ratio >> 32) / (uint32_t)ratio;
}

/* Days since 1970-01-01: count from 1 March, so that a leap day is the last of its year. */
static uint64_t days(uint64_t year, unsigned int month, unsigned int day)
{
	uint64_t y = month > 2 ? year : year - 1;
	uint64_t m = month > 2 ? month - 3 : month + 9;

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

uint64_t efi_time(void)
{
	struct efi_time t;

	if (call(&get_time, (uintptr_t)&t, 0, 0, 0).status || t.year < 1970)
		return 0;
	return days(t.year, t.month, t.day) * 86400 + t.hour * 3600 + t.minute * 60 + t.second;
}

void machine_set_exit_device(uint64_t pa)
{
	exit_device = pa;
}

void machine_off(int status)
{
	if (exit_device)
		*(volatile uint64_t *)ident_uc(exit_device) = status;
	/* never a reset, even after a panic: it would go on for ever */
	call(&reset_system, EFI_RESET_OFF, 0, 0, 0);
	for (;;)
		pal_halt();
}

/* ---- reading ---- */

static void add_memory(uint64_t base, uint64_t end)
{
	base = round_up(base, PAGE_SIZE);
	end &= -(uint64_t)PAGE_SIZE;
	if (base >= end)
		return;
	if (boot_info.ranges == BOOT_RANGES) {
		hv_printf("more than %d ranges of memory: %#lx is not used\n", BOOT_RANGES, base);
		return;
	}
	boot_info.memory[boot_info.ranges++] = (struct boot_range){ base, end - base };
}

/* Free memory, but for what is the hypervisor's: 64 MiB from HV_PHYS. */
static void read_memory_map(const struct xen_boot_param *bp)
{
	const uint64_t own = HV_PHYS, own_end = HV_PHYS + (1UL << HV_SHIFT);
	uint64_t at = 0;

	for (; at < bp->efi_memmap_size; at += bp->efi_memdesc_size) {
		const struct efi_desc *d = ident_wb(bp->efi_memmap + at);
		uint64_t base = d->base, end = base + (d->pages << EFI_PAGE_SHIFT);

		if (d->type == EFI_IO_PORTS)
			boot_info.io_ports = base;
		if (d->type != EFI_CONVENTIONAL || !(d->attr & EFI_WB))
			continue;
		add_memory(base, min(end, own));
		add_memory(max(base, own_end), end);
	}
}

static void add_module(const char *name, uint64_t base, uint64_t size)
{
	struct boot_module *m = &boot_info.module[boot_info.modules];

	if (!size)
		return;
	if (boot_info.modules == ARRAY_SIZE(boot_info.module)) {
		hv_printf("more than %d modules: %s is not used\n", BOOT_MODULES, name);
		return;
	}
	copy_string(m->name, name, sizeof(m->name));
	m->base = base;
	m->size = size;
	boot_info.modules++;
}

static void read_modules(uint64_t table)
{
	const uint64_t *count = ident_wb(table);
	const struct boot_module *m = (const void *)(count + 1);

	for (uint64_t i = 0; i < *count; i++)
		add_module(m[i].name, m[i].base, m[i].size);
}

/* Type 0: the entry points; 5: how processors are woken up (SAL 3.2 table 3-6 up). */
static void read_sal(uint64_t table)
{
	static const uint8_t sizes[] = { 48, 32, 16, 32, 16, 16 };
	const uint8_t *t = ident_wb(table), *p = t + 96;
	uint16_t entries;
	uint64_t entry[3];

	if (memcmp(t, "SST_", 4) || t[96] != 0)
		panic("no entry point in the SAL system table");
	memcpy(entry, t + 96 + 8, sizeof(entry));
	pal_proc = IDENT_WB + entry[0];
	set_entry(&sal_proc, entry[1], entry[2]);
	memcpy(&entries, t + 10, sizeof(entries));
	for (; entries && p[0] < sizeof(sizes); entries--, p += sizes[p[0]])
		if (p[0] == 5 && p[1] == 0) /* by an external interrupt */
			memcpy(&boot_info.wakeup_vector, p + 8, sizeof(boot_info.wakeup_vector));
}

/* A processor, if it is enabled (ACPI 2.0 table 5-28). */
static void read_lsapic(const uint8_t *p)
{
	if (!(p[8] & 1) || boot_info.lsapics == BOOT_LSAPICS)
		return;
	boot_info.lsapic[boot_info.lsapics++] = (uint64_t)p[3] << 24 | (uint64_t)p[4] << 16;
}

/* The first I/O SAPIC of the MADT (type 6), local ones (7), another address of theirs (5). */
static void read_madt(const struct acpi_header *madt)
{
	const uint8_t *p = (const uint8_t *)madt, *end = p + madt->length;
	uint32_t ipi_block, gsi;

	memcpy(&ipi_block, p + 36, 4);
	boot_info.ipi_block = ipi_block;
	for (p += 44; p + 12 <= end && p[1]; p += p[1]) {
		if (p[0] == 7) {
			read_lsapic(p);
		} else if (p[0] == 5) {
			memcpy(&boot_info.ipi_block, p + 4, 8);
		} else if (p[0] == 6 && !boot_info.iosapic) {
			memcpy(&gsi, p + 4, 4);
			memcpy(&boot_info.iosapic, p + 8, 8);
			boot_info.iosapic_gsi = gsi;
		}
	}
}

static void read_acpi(uint64_t rsdp)
{
	const uint8_t *r = ident_wb(rsdp);
	const struct acpi_header *xsdt;
	uint64_t pa;

	memcpy(&pa, r + 24, 8);
	xsdt = ident_wb(pa);
	for (uint32_t at = sizeof(*xsdt); at + 8 <= xsdt->length; at += 8) {
		const struct acpi_header *t;

		memcpy(&pa, (const uint8_t *)xsdt + at, 8);
		t = ident_wb(pa);
		if (!memcmp(t->signature, "APIC", 4))
			read_madt(t);
	}
}

/* The primary UART, if it is one with I/O ports. */
static void read_hcdp(uint64_t table)
{
	const uint8_t *t = ident_wb(table);
	uint64_t address;

	if (memcmp(t, "HCDP", 4) || t[56] != 1)
		return;
	memcpy(&address, t + 60, 8);
	memcpy(&boot_info.uart_gsi, t + 72, 4);
	boot_info.uart_port = address;
	boot_info.uart_irq = t[81] & 0x40;
}

static void read_tables(uint64_t systab)
{
	const struct efi_system_table *st = ident_wb(systab);
	const struct efi_runtime_table *rt = ident_wb(st->runtime);
	const struct efi_config *c = ident_wb(st->config);

	set_service(&get_time, rt->get_time);
	set_service(&reset_system, rt->reset_system);
	for (uint64_t i = 0; i < st->config_count; i++, c++) {
		if (!memcmp(c->guid, guid_sal, 16))
			read_sal(c->table);
		else if (!memcmp(c->guid, guid_acpi2, 16))
			read_acpi(c->table);
		else if (!memcmp(c->guid, guid_hcdp, 16))
			read_hcdp(c->table);
		else if (!memcmp(c->guid, guid_modules, 16))
			read_modules(c->table);
	}
}

const struct boot_module *boot_find_module(const char *name)
{
	for (unsigned int i = 0; i < boot_info.modules; i++)
		if (!strcmp(boot_info.module[i].name, name))
			return &boot_info.module[i];
	return NULL;
}

static void check_modules(void)
{
	for (unsigned int i = 0; i < boot_info.modules; i++) {
		const struct boot_module *m = &boot_info.module[i];

		if (m->base < HV_PHYS + (1UL << HV_SHIFT) && m->base + m->size > HV_PHYS)
			panic("%s lies in the hypervisor's memory: the machine needs more (-m)",
			      m->name);
	}
}

void efi_init(uint64_t boot_param)
{
	const struct xen_boot_param *bp = ident_wb(boot_param);

	read_memory_map(bp);
	add_module("kernel", bp->domain_start, bp->domain_size);
	add_module("initrd", bp->initrd_start, bp->initrd_size);
	read_tables(bp->efi_systab);
	if (bp->command_line)
		copy_string(boot_info.cmdline, ident_wb(bp->command_line), BOOT_CMDLINE);
	if (!pal_proc || !boot_info.iosapic || !boot_info.uart_port || !boot_info.io_ports)
		panic("the firmware's tables name no %s", !pal_proc	       ? "PAL"
							  : !boot_info.iosapic ? "I/O SAPIC"
							  : !boot_info.uart_port
								  ? "serial port"
								  : "I/O port space");
	check_modules();
	boot_info.itc_hz = itc_frequency();
	boot_info.tick_ns = 1000000000 % boot_info.itc_hz ? 0 : 1000000000 / boot_info.itc_hz;
	asm volatile("mov %0 = cr.lid" : "=r"(boot_info.lid));
}
