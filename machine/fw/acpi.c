// SPDX-License-Identifier: MIT
/*
 * ACPI tables. The fixed ones (FADT, DSDT) are written in ASL and compiled by iasl; those
 * that depend on the number of processors (MADT, SRAT, the SSDT with their objects) are built
 * here.
 */
#include <stdio.h>
#include <string.h>

#include "fw/dsdt.aml.h"
#include "fw/fadt.aml.h"
#include "fw/fw.h"

struct acpi_header {
	char signature[4];
	uint32_t length;
	uint8_t revision, checksum;
	char oem[6], oem_table[8];
	uint32_t oem_revision;
	char creator[4];
	uint32_t creator_revision;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_header) == 36, "ACPI table header");

#define TABLE_MAX  4096
#define TABLE_LEN  4 /* offset of the length */
#define TABLE_CSUM 9 /* and of the checksum */

/* FADT, ACPI 2.0 table 5-8 */
#define FADT_FACS   36
#define FADT_DSDT   40
#define FADT_X_FACS 132
#define FADT_X_DSDT 140

#define FW_CPEI_VECTOR 0x1e /* until the operating system chooses one */

/* A table being built, and where the next one goes in guest memory. */
struct builder {
	struct firmware *fw;
	uint64_t next;
	uint8_t table[TABLE_MAX];
	size_t len;
};

static void begin(struct builder *b, const char *signature, uint8_t revision)
{
	struct acpi_header h = {
		.revision = revision,
		.oem = "IA64EM",
		.oem_table = "MACHINE ",
		.oem_revision = 1,
		.creator = "IA64",
		.creator_revision = 1,
	};

	memcpy(h.signature, signature, 4);
	memcpy(b->table, &h, sizeof(h));
	b->len = sizeof(h);
}

static void begin_copy(struct builder *b, const void *aml, size_t len)
{
	memcpy(b->table, aml, len);
	b->len = len;
}

static void put(struct builder *b, uint64_t val, unsigned bytes)
{
	memcpy(b->table + b->len, &val, bytes);
	b->len += bytes;
}

static uint64_t place(struct builder *b)
{
	uint64_t pa = b->next;
	uint32_t len = b->len;

	memcpy(b->table + TABLE_LEN, &len, 4);
	b->table[TABLE_CSUM] = 0;
	b->table[TABLE_CSUM] = fw_checksum(b->table, b->len);
	bus_copy_to(b->fw->m->bus, pa, b->table, b->len);
	b->next = (pa + b->len + 15) & ~15UL;
	return pa;
}

static uint64_t build_facs(struct builder *b)
{
	uint8_t facs[64] = "FACS";

	facs[4] = sizeof(facs);
	facs[32] = 1; /* version, ACPI 2.0 */
	bus_copy_to(b->fw->m->bus, FW_NVS_BASE, facs, sizeof(facs));
	return FW_NVS_BASE;
}

static uint64_t build_fadt(struct builder *b, uint64_t facs, uint64_t dsdt)
{
	begin_copy(b, fadt_aml, sizeof(fadt_aml));
	memcpy(b->table + FADT_FACS, &facs, 4);
	memcpy(b->table + FADT_DSDT, &dsdt, 4);
	memcpy(b->table + FADT_X_FACS, &facs, 8);
	memcpy(b->table + FADT_X_DSDT, &dsdt, 8);
	return place(b);
}

/* MADT: an I/O SAPIC, a local SAPIC for each processor, the SCI's polarity and trigger, CPEI */
static uint64_t build_madt(struct builder *b)
{
	const struct machine *m = b->fw->m;

	begin(b, "APIC", 2);
	put(b, PIB_BASE, 4);
	put(b, 0, 4); /* no 8259s */

	put(b, 6 | 16 << 8, 4); /* I/O SAPIC, length, id 0 */
	put(b, 0, 4);		/* first global system interrupt */
	put(b, IOSAPIC_BASE, 8);

	for (unsigned i = 0; i < m->ncpus; i++) {
		uint64_t lid = m->cpus[i]->cr[CR_LID];

		put(b, 7 | 20 << 8, 2); /* local SAPIC, length */
		put(b, i, 1);
		put(b, lid >> 24 & 0xff, 1); /* id */
		put(b, lid >> 16 & 0xff, 4); /* eid, reserved */
		put(b, 1, 4);		     /* enabled */
		put(b, i, 4);		     /* _UID */
		put(b, 0, 4);		     /* no _UID string */
	}

	put(b, 2 | 10 << 8, 2);	 /* interrupt source override, length */
	put(b, GSI_SCI << 8, 2); /* bus 0, source */
	put(b, GSI_SCI, 4);
	put(b, 0xf, 2); /* active low, level */

	/*
	 * Corrected platform errors have an interrupt of their own, as on real platforms: Linux
	 * would poll for them otherwise, with messages to processors that do not exist.
	 */
	put(b, 8 | 16 << 8, 2);		/* platform interrupt source, length */
	put(b, 0xf, 2);			/* active low, level */
	put(b, 3, 2);			/* CPEI, to processor id 0 */
	put(b, FW_CPEI_VECTOR << 8, 2); /* eid 0 */
	put(b, GSI_CPEI, 4);
	put(b, 0, 4); /* no other processor may be chosen */
	return place(b);
}

static void put_srat_memory(struct builder *b, uint64_t base, uint64_t end)
{
	if (base >= end)
		return;
	put(b, 1 | 40 << 8, 2); /* memory, length */
	put(b, 0, 6);		/* domain, reserved */
	put(b, base, 8);
	put(b, end - base, 8);
	put(b, 0, 4);
	put(b, 1, 4); /* enabled */
	put(b, 0, 8);
}

/*
 * SRAT: all processors and all memory are in one domain. A kernel that knows domains (Linux with
 * CONFIG_NUMA) takes from this table how many processors there are; without one it makes room
 * for 32, and stops if the MADT has more.
 */
static uint64_t build_srat(struct builder *b)
{
	const struct machine *m = b->fw->m;
	uint64_t ram = m->opt.ram_size;

	begin(b, "SRAT", 1);
	put(b, 1, 4);
	put(b, 0, 8);
	for (unsigned i = 0; i < m->ncpus; i++) {
		uint64_t lid = m->cpus[i]->cr[CR_LID];

		put(b, 0 | 16 << 8, 2);	     /* processor, length */
		put(b, 0, 1);		     /* domain */
		put(b, lid >> 24 & 0xff, 1); /* id */
		put(b, 1, 4);		     /* enabled */
		put(b, lid >> 16 & 0xff, 1); /* eid */
		put(b, 0, 7);
	}
	put_srat_memory(b, 0, ram < RAM_LOW_MAX ? ram : RAM_LOW_MAX);
	put_srat_memory(b, RAM_HIGH_BASE, RAM_HIGH_BASE + ram - RAM_LOW_MAX);
	return place(b);
}

/* Scope (\_SB) { Processor (C000, 0, 0, 0) {} ... }, as AML (ACPI 2.0 §17.2) */
static uint64_t build_ssdt(struct builder *b)
{
	const unsigned each = 13, head = 2 + 5; /* package length, \_SB_ */
	unsigned n = b->fw->m->ncpus, len = head + n * each;

	begin(b, "SSDT", 2);
	put(b, 0x10, 1);
	put(b, 0x40 | (len & 15) | len >> 4 << 8, 2);
	memcpy(b->table + b->len, "\\_SB_", 5);
	b->len += 5;
	for (unsigned i = 0; i < n; i++) {
		char name[5];

		snprintf(name, sizeof(name), "C%03X", i & 0xfff);
		put(b, 0x835b, 2);
		put(b, each - 2, 1);
		memcpy(b->table + b->len, name, 4);
		b->len += 4;
		put(b, i, 1);
		put(b, 0, 5); /* no processor block */
	}
	return place(b);
}

static uint64_t build_rsdp(struct builder *b, uint64_t xsdt)
{
	struct {
		char signature[8];
		uint8_t checksum;
		char oem[6];
		uint8_t revision;
		uint32_t rsdt, length;
		uint64_t xsdt;
		uint8_t extended_checksum, reserved[3];
	} __attribute__((packed)) r = {
		.signature = "RSD PTR ",
		.oem = "IA64EM",
		.revision = 2,
		.length = sizeof(r),
		.xsdt = xsdt,
	};
	_Static_assert(sizeof(r) == 36, "RSDP");

	r.checksum = fw_checksum(&r, 20); /* the part that ACPI 1.0 knew */
	r.extended_checksum = fw_checksum(&r, sizeof(r));
	bus_copy_to(b->fw->m->bus, FW_ACPI_BASE, &r, sizeof(r));
	return FW_ACPI_BASE;
}

_Static_assert(sizeof(dsdt_aml) <= TABLE_MAX && sizeof(fadt_aml) <= TABLE_MAX, "TABLE_MAX");
_Static_assert(100 + MACHINE_MAX_CPUS * 20 <= TABLE_MAX, "MADT");

uint64_t fw_acpi_build(struct firmware *fw)
{
	struct builder b = { .fw = fw, .next = FW_ACPI_BASE + 64 };
	uint64_t table[4], dsdt;
	unsigned n = 0;

	begin_copy(&b, dsdt_aml, sizeof(dsdt_aml));
	dsdt = place(&b);
	table[n++] = build_fadt(&b, build_facs(&b), dsdt);
	table[n++] = build_madt(&b);
	table[n++] = build_ssdt(&b);
	/* One processor has nothing to be near to. */
	if (fw->m->ncpus > 1)
		table[n++] = build_srat(&b);
	begin(&b, "XSDT", 1);
	for (unsigned i = 0; i < n; i++)
		put(&b, table[i], 8);
	return build_rsdp(&b, place(&b));
}
