// SPDX-License-Identifier: MIT
/*
 * The firmware image of a guest: EFI system table, SAL system table, memory map.
 *
 * Checksums of EFI tables (CRC32) are there for guests that look.
 */
#include "fw.h"

#include "lib.h"
#include "xen.h"

extern const char fw_stubs[], fw_stubs_end[]; /* fw-stubs.S */

#define IO_PORTS      0xffffc000000 /* Xen/ia64's ABI; nothing is there */
#define IO_PORTS_SIZE 0x4000000

#define EFI_REVISION 0x00010000
#define VENDOR	     "Xen/ia64"

struct efi_header {
	uint64_t signature;
	uint32_t revision, size, crc, reserved;
};

struct efi_system_table {
	struct efi_header header;
	uint64_t vendor;
	uint32_t fw_revision, pad;
	uint64_t console[6], runtime, boot_services, config_count, config;
};

struct efi_runtime_table {
	struct efi_header header;
	uint64_t get_time, set_time, get_wakeup, set_wakeup, set_virtual_map, convert_pointer;
	uint64_t get_variable, get_next_variable, set_variable, get_high_count, reset_system;
};

struct efi_config {
	uint64_t guid[2], table;
};

struct sal_table {
	char signature[4];
	uint32_t size;
	uint8_t revision_minor, revision_major;
	uint16_t entries;
	uint8_t checksum, reserved[7];
	uint8_t versions[4];
	char oem[32], product[32];
	uint8_t reserved2[8];
	struct {
		uint8_t type, reserved[7];
		uint64_t pal, sal, gp;
		uint8_t reserved2[16];
	} entry;
	struct {
		uint8_t type, mechanism, reserved[6];
		uint64_t vector;
	} wakeup;
};
_Static_assert(offsetof(struct sal_table, entry) == 96, "SAL 3.2 §3.2.1");
_Static_assert(sizeof(struct sal_table) == 96 + 48 + 16, "SAL 3.2 §3.2");

static const uint64_t guid_sal[2] = { 0x11d32d88eb9d2d32, 0x4dc13f279000169a };
static const uint64_t guid_acpi2[2] = { 0x11d3e4f18868e871, 0x81883cc7800022bc };

uint8_t fw_checksum(const void *table, uint64_t bytes)
{
	const uint8_t *p = table;
	uint8_t sum = 0;

	while (bytes--)
		sum += *p++;
	return -sum;
}

static uint32_t crc32(const void *data, uint64_t bytes)
{
	const uint8_t *p = data;
	uint32_t crc = ~0u;

	while (bytes--) {
		crc ^= *p++;
		for (unsigned int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void put(struct domain *d, uint64_t at, const void *data, uint64_t bytes)
{
	memcpy(guest_phys(d, at, bytes), data, bytes);
}

static void put_table(struct domain *d, uint64_t at, struct efi_header *h)
{
	h->crc = crc32(h, h->size);
	put(d, at, h, h->size);
}

/* Pointers to descriptors {entry, gp}; ConvertPointer is for drivers, there is none. */
static void put_runtime(struct domain *d)
{
	struct efi_runtime_table t = {
		.header = { 0x56524553544e5552, EFI_REVISION, sizeof(t), 0, 0 }, /* RUNTSERV */
	};
	uint64_t *service[FW_EFI_CALLS] = {
		&t.get_time,	    &t.set_time,     &t.get_wakeup,	   &t.set_wakeup,
		&t.set_virtual_map, &t.get_variable, &t.get_next_variable, &t.set_variable,
		&t.get_high_count,  &t.reset_system,
	};

	for (unsigned int i = 0; i < FW_EFI_CALLS; i++) {
		uint64_t desc[2] = { FW_EFI_STUBS + 16 * i, 0 };

		*service[i] = FW_DESCS + i * sizeof(desc);
		put(d, *service[i], desc, sizeof(desc));
	}
	put_table(d, FW_RUNTIME, &t.header);
}

static void put_system_table(struct domain *d)
{
	struct efi_system_table t = {
		.header = { 0x5453595320494249, EFI_REVISION, sizeof(t), 0, 0 }, /* IBI SYST */
		.vendor = FW_VENDOR,
		.fw_revision = 1,
		.runtime = FW_RUNTIME,
		.config_count = 2,
		.config = FW_CONFIG,
	};
	struct efi_config config[2] = { { .table = FW_SAL }, { .table = FW_ACPI } };
	uint16_t vendor[sizeof(VENDOR)];

	for (unsigned int i = 0; i < sizeof(VENDOR); i++)
		vendor[i] = VENDOR[i];
	memcpy(config[0].guid, guid_sal, 16);
	memcpy(config[1].guid, guid_acpi2, 16);
	put(d, FW_VENDOR, vendor, sizeof(vendor));
	put(d, FW_CONFIG, config, sizeof(config));
	put_table(d, FW_SYSTAB, &t.header);
}

static void put_sal(struct domain *d)
{
	struct sal_table t = {
		.signature = "SST_",
		.size = sizeof(t),
		.revision_minor = 1,
		.entries = 2,
		.oem = VENDOR,
		.product = VENDOR,
		.entry = { .type = 0, .pal = FW_PAL_STUB, .sal = FW_SAL_STUB },
		.wakeup = { .type = 5, .vector = XEN_AP_WAKEUP },
	};

	t.checksum = fw_checksum(&t, sizeof(t));
	put(d, FW_SAL, &t, sizeof(t));
}

/* The last four pages are shared with the hypervisor: nobody else's, but memory. */
static uint64_t put_memory_map(struct domain *d)
{
	const uint64_t magic = (d->pages - 4) * PAGE_SIZE, end = d->pages * PAGE_SIZE;
	const struct {
		uint64_t base, end, attr;
		uint32_t type;
	} range[] = {
		{ 0, FW_ACPI, EFI_WB | EFI_RUNTIME, EFI_PAL_CODE },
		{ FW_ACPI, FW_ACPI_END, EFI_WB | EFI_RUNTIME, EFI_ACPI_NVS },
		{ FW_SYSTAB, FW_END, EFI_WB | EFI_RUNTIME, EFI_RUNTIME_DATA },
		{ FW_END, magic, EFI_WB, EFI_CONVENTIONAL },
		{ magic, end, EFI_WB, EFI_RUNTIME_DATA },
		{ IO_PORTS, IO_PORTS + IO_PORTS_SIZE, EFI_UC, EFI_IO_PORTS },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(range); i++) {
		struct efi_desc desc = {
			.type = range[i].type,
			.base = range[i].base,
			.pages = (range[i].end - range[i].base) >> EFI_PAGE_SHIFT,
			.attr = range[i].attr,
		};

		put(d, FW_MEMMAP + i * sizeof(desc), &desc, sizeof(desc));
	}
	return ARRAY_SIZE(range) * sizeof(struct efi_desc);
}

void fw_image(struct domain *d, uint64_t *memmap_size)
{
	put(d, 0, fw_stubs, fw_stubs_end - fw_stubs);
	fw_acpi(d);
	put_runtime(d);
	put_system_table(d);
	put_sal(d);
	*memmap_size = put_memory_map(d);
}
