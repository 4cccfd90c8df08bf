// SPDX-License-Identifier: MIT
/*
 * Entry stubs, and the tables of EFI, SAL and HCDP in guest memory.
 */
#include <stddef.h>
#include <string.h>
#include <zlib.h>

#include "fw/efi.h"

/* Where in the data area */
#define AT_SYSTAB   (FW_DATA_BASE + 0x000)
#define AT_RUNTIME  (FW_DATA_BASE + 0x100)
#define AT_CONFIG   (FW_DATA_BASE + 0x200)
#define AT_DESCS    (FW_DATA_BASE + 0x300) /* a function descriptor for each service */
#define AT_VENDOR   (FW_DATA_BASE + 0x400)
#define AT_SAL	    (FW_DATA_BASE + 0x500)
#define AT_PTC	    (FW_DATA_BASE + 0x600)
#define AT_PTC_LIST (FW_DATA_BASE + 0x680)
#define AT_HCDP	    (FW_DATA_BASE + 0xa00)
#define AT_MODULES  (FW_DATA_BASE + 0x1000)

/* ---- stubs ---- */

/*
 * MIB bundles; the immediate of the break starts at bit 11 (slot 0's bit 6).
 *   { break.m N; nop.i 0; br.cond.sptk.many b0 ;; }
 *   { break.m N; nop.i 0; br.ret.sptk.many b0 ;; }
 *   { nop.m 0; nop.i 0; br.ret.sptk.many b0 ;; }
 */
#define BREAK_LOW    0x0000020000000011UL
#define NOP_LOW	     0x0000000100000011UL
#define BR_COND_HIGH 0x0080000800000200UL
#define BR_RET_HIGH  0x0084000880000200UL
#define BREAK_IMM(n) (((FW_BREAK + (uint64_t)(n)) & 0xfffff) << 11) /* the top bit is in _LOW */

static void put_stub(struct firmware *fw, uint64_t pa, unsigned index, uint64_t high)
{
	uint64_t bundle[2] = { BREAK_LOW | BREAK_IMM(index), high };

	bus_copy_to(fw->m->bus, pa, bundle, sizeof(bundle));
}

void fw_build_stubs(struct firmware *fw)
{
	static const uint64_t ret[2] = { NOP_LOW, BR_RET_HIGH };

	for (unsigned i = 0; i < FW_STUB_IVT; i++)
		put_stub(fw, fw_stub_address(i), i, i == FW_STUB_PAL ? BR_COND_HIGH : BR_RET_HIGH);
	bus_copy_to(fw->m->bus, fw_stub_address(FW_STUB_PAL) + 16, ret, sizeof(ret));
	for (uint64_t v = 0; v < FW_IVT_SIZE; v += FW_IVT_STEP)
		put_stub(fw, FW_IVT_BASE + v, FW_STUB_IVT, BR_RET_HIGH);
}

/* ---- EFI ---- */

struct efi_header {
	uint64_t signature;
	uint32_t revision, size, crc, reserved;
};

struct efi_system_table {
	struct efi_header hdr;
	uint64_t vendor;
	uint32_t fw_revision, pad;
	uint64_t console[6]; /* handles and protocols; they ended with the boot services */
	uint64_t runtime, boot;
	uint64_t config_count, config;
};

struct efi_runtime_table {
	struct efi_header hdr;
	uint64_t service[EFI_SERVICE_COUNT];
};

struct efi_config {
	uint8_t guid[16];
	uint64_t table;
};

struct func_desc {
	uint64_t entry, gp;
};

_Static_assert(sizeof(struct efi_system_table) == 120, "EFI 2.0 system table");
_Static_assert(sizeof(struct efi_runtime_table) == 136, "EFI 2.0 runtime services table");
_Static_assert(AT_RUNTIME + sizeof(struct efi_runtime_table) <= AT_CONFIG, "layout");
_Static_assert(AT_DESCS + EFI_SERVICE_COUNT * sizeof(struct func_desc) <= AT_VENDOR, "layout");

#define EFI_REVISION 0x00020000

static const uint8_t guid_sal[16] = { 0x32, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11,
				      0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d };
static const uint8_t guid_acpi2[16] = { 0x71, 0xe8, 0x68, 0x88, 0xf1, 0xe4, 0xd3, 0x11,
					0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81 };
static const uint8_t guid_hcdp[16] = { 0x8d, 0x93, 0x51, 0xf9, 0x0b, 0x62, 0xef, 0x42,
				       0x82, 0x79, 0xa8, 0x4b, 0x79, 0x61, 0x78, 0x98 };

/* d4e39bf2-5a7c-4f0b-9d16-83c05e7a21b4: the modules, docs/machine.md */
static const uint8_t guid_modules[16] = { 0xf2, 0x9b, 0xe3, 0xd4, 0x7c, 0x5a, 0x0b, 0x4f,
					  0x9d, 0x16, 0x83, 0xc0, 0x5e, 0x7a, 0x21, 0xb4 };

static void put_efi(struct firmware *fw, uint64_t pa, struct efi_header *hdr)
{
	hdr->crc = 0;
	hdr->crc = crc32(0, (const uint8_t *)hdr, hdr->size);
	bus_copy_to(fw->m->bus, pa, hdr, hdr->size);
}

static void build_efi(struct firmware *fw, uint64_t rsdp)
{
	struct efi_system_table st = {
		.hdr = { 0x5453595320494249UL /* "IBI SYST" */, EFI_REVISION, sizeof(st), 0, 0 },
		.vendor = AT_VENDOR,
		.fw_revision = FW_VERSION,
		.runtime = AT_RUNTIME,
		.config_count = fw->m->opt.nmodules ? 4 : 3,
		.config = AT_CONFIG,
	};
	struct efi_runtime_table rt = {
		.hdr = { 0x56524553544e5552UL /* "RUNTSERV" */, EFI_REVISION, sizeof(rt), 0, 0 },
	};
	struct efi_config config[4] = { { .table = AT_SAL },
					{ .table = rsdp },
					{ .table = AT_HCDP },
					{ .table = AT_MODULES } };
	uint16_t vendor[sizeof(FW_VENDOR)];

	for (unsigned i = 0; i < EFI_SERVICE_COUNT; i++) {
		struct func_desc d = { fw_stub_address(FW_STUB_EFI + i), FW_DATA_BASE };

		rt.service[i] = AT_DESCS + i * sizeof(d);
		bus_copy_to(fw->m->bus, rt.service[i], &d, sizeof(d));
	}
	for (unsigned i = 0; i < sizeof(FW_VENDOR); i++)
		vendor[i] = FW_VENDOR[i];
	memcpy(config[0].guid, guid_sal, 16);
	memcpy(config[1].guid, guid_acpi2, 16);
	memcpy(config[2].guid, guid_hcdp, 16);
	memcpy(config[3].guid, guid_modules, 16);
	bus_copy_to(fw->m->bus, AT_CONFIG, config, sizeof(config));
	bus_copy_to(fw->m->bus, AT_VENDOR, vendor, sizeof(vendor));
	put_efi(fw, AT_SYSTAB, &st.hdr);
	put_efi(fw, AT_RUNTIME, &rt.hdr);
}

/* Move a pointer to where the operating system maps it. */
static bool convert(const struct efi_map *map, uint64_t *ptr)
{
	for (unsigned i = 0; i < map->n; i++) {
		const struct efi_range *r = &map->r[i];

		if (r->attr & EFI_RUNTIME && *ptr - r->base < r->size) {
			*ptr += r->virt - r->base;
			return true;
		}
	}
	return false;
}

bool fw_tables_virtual(struct firmware *fw, const struct efi_map *map)
{
	struct func_desc desc[EFI_SERVICE_COUNT];
	struct efi_system_table st;
	struct efi_runtime_table rt;
	struct bus *bus = fw->m->bus;
	bool ok = true;

	bus_copy_from(bus, &st, AT_SYSTAB, sizeof(st));
	bus_copy_from(bus, &rt, AT_RUNTIME, sizeof(rt));
	bus_copy_from(bus, desc, AT_DESCS, sizeof(desc));
	for (unsigned i = 0; i < EFI_SERVICE_COUNT; i++)
		ok = ok && convert(map, &desc[i].entry) && convert(map, &desc[i].gp) &&
		     convert(map, &rt.service[i]);
	ok = ok && convert(map, &st.vendor) && convert(map, &st.runtime) &&
	     convert(map, &st.config);
	if (!ok)
		return false;
	st.hdr.size = sizeof(st); /* the guest can write them */
	rt.hdr.size = sizeof(rt);
	bus_copy_to(bus, AT_DESCS, desc, sizeof(desc));
	put_efi(fw, AT_SYSTAB, &st.hdr);
	put_efi(fw, AT_RUNTIME, &rt.hdr);
	return true;
}

/* ---- SAL system table, SAL specification 3.2 §3.2 ---- */

struct sal_table {
	char signature[4];
	uint32_t size;
	uint8_t rev_minor, rev_major; /* BCD */
	uint16_t entry_count;
	uint8_t checksum, reserved1[7];
	uint8_t a_minor, a_major, b_minor, b_major;
	char oem[32], product[32];
	uint8_t reserved2[8];

	/* descriptors, in the order of their types */
	struct {
		uint8_t type, reserved1[7];
		uint64_t pal, sal, gp;
		uint8_t reserved2[16];
	} entry;
	struct {
		uint8_t type, features, reserved[14];
	} platform;
	struct {
		uint8_t type, reserved[3];
		uint32_t domains;
		uint64_t info;
	} ptc;
	struct {
		uint8_t type, mechanism, reserved[6];
		uint64_t vector;
	} wakeup;
} __attribute__((packed));
_Static_assert(offsetof(struct sal_table, entry) == 96, "SAL system table header");
_Static_assert(sizeof(struct sal_table) == 96 + 48 + 16 + 16 + 16, "SAL system table");

/*
 * Memory descriptors (type 1) are EFI's business, and no translation register is in use
 * (type 3) when the kernel is entered in physical mode.
 */
static void build_sal(struct firmware *fw)
{
	struct sal_table t = {
		.signature = "SST_",
		.size = sizeof(t),
		.rev_minor = 0x20,
		.rev_major = 0x03,
		.entry_count = 4,
		.a_major = 1,
		.b_major = 1,
		.oem = FW_VENDOR,
		.product = "machine",
		.entry = { .type = 0,
			   .pal = fw_stub_address(FW_STUB_PAL),
			   .sal = fw_stub_address(FW_STUB_SAL),
			   .gp = FW_DATA_BASE },
		.platform = { .type = 2 },
		.ptc = { .type = 4, .domains = 1, .info = AT_PTC },
		.wakeup = { .type = 5, .vector = FW_AP_VECTOR },
	};
	uint64_t domain[2] = { fw->m->ncpus, AT_PTC_LIST };

	t.checksum = fw_checksum(&t, sizeof(t));
	bus_copy_to(fw->m->bus, AT_SAL, &t, sizeof(t));
	bus_copy_to(fw->m->bus, AT_PTC, domain, sizeof(domain));
	for (unsigned i = 0; i < fw->m->ncpus; i++) {
		/* id and eid, as in cr.lid but in the two low bytes */
		uint64_t lid = fw->m->cpus[i]->cr[CR_LID];
		uint64_t entry = (lid >> 24 & 0xff) | (lid >> 16 & 0xff) << 8;

		bus_copy_to(fw->m->bus, AT_PTC_LIST + i * 8, &entry, sizeof(entry));
	}
}

/* ---- HCDP, also called PCDP (DIG64 PCDP specification 2.0, which is revision 3) ---- */

#define UART_EDGE    0x01
#define UART_PRIMARY 0x04
#define UART_IRQ     0x40

struct hcdp {
	char signature[4];
	uint32_t length;
	uint8_t revision, checksum;
	char oem[6], oem_table[8];
	uint32_t oem_revision;
	char creator[4];
	uint32_t creator_revision;
	uint32_t uarts;
	struct {
		uint8_t type, bits, parity, stop_bits;
		uint8_t segment, bus, device, function;
		uint64_t baud;
		uint8_t space, width, offset, access; /* ACPI generic address */
		uint64_t address;
		uint16_t device_id, vendor_id;
		uint32_t gsi, clock;
		uint8_t interface, flags;
		uint16_t conout;
		uint32_t reserved;
	} __attribute__((packed)) uart;
} __attribute__((packed));
_Static_assert(sizeof(struct hcdp) == 40 + 48, "HCDP with one UART");

static void build_hcdp(struct firmware *fw)
{
	struct hcdp t = {
		.signature = "HCDP",
		.length = sizeof(t),
		.revision = 3,
		.oem = "IA64EM",
		.oem_table = "MACHINE ",
		.oem_revision = 1,
		.creator = "IA64",
		.creator_revision = 1,
		.uarts = 1,
		.uart = { .bits = 8,
			  .parity = 1, /* none */
			  .stop_bits = 1,
			  .baud = 115200,
			  .space = 1, /* system I/O */
			  .width = 8,
			  .address = PORT_COM1,
			  .device_id = 0xffff, /* not a PCI device */
			  .vendor_id = 0xffff,
			  .gsi = GSI_COM1,
			  .clock = 1843200,
			  .flags = UART_EDGE | UART_PRIMARY | UART_IRQ },
	};

	t.checksum = fw_checksum(&t, sizeof(t));
	bus_copy_to(fw->m->bus, AT_HCDP, &t, sizeof(t));
}

/* ---- modules: how many, then name, address and size of each ---- */

struct module_entry {
	char name[MODULE_NAME_MAX];
	uint64_t base, size;
};

static void build_modules(struct firmware *fw)
{
	uint64_t n = fw->m->opt.nmodules;

	bus_copy_to(fw->m->bus, AT_MODULES, &n, sizeof(n));
	for (uint64_t i = 0; i < n; i++) {
		struct module_entry e = { .base = fw->boot.module[i].base,
					  .size = fw->boot.module[i].size };

		memcpy(e.name, fw->m->opt.module[i].name, MODULE_NAME_MAX);
		bus_copy_to(fw->m->bus, AT_MODULES + sizeof(n) + i * sizeof(e), &e, sizeof(e));
	}
}

void fw_build_tables(struct firmware *fw)
{
	build_modules(fw);
	build_sal(fw);
	build_hcdp(fw);
	build_efi(fw, fw_acpi_build(fw));
}
