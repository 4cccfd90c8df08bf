// SPDX-License-Identifier: MIT
/*
 * A guest's ACPI tables (ACPI 2.0 chapter 5): RSDP, XSDT, FADT, FACS, DSDT and MADT.
 *
 * The OEM is "XEN", by which Linux/ia64 of old knew what it ran on. Power management
 * registers are dummies in memory, with ACPI mode already on; there is no I/O SAPIC.
 */
#include "fw.h"
#include "lib.h"

struct acpi_header {
	char signature[4];
	uint32_t length;
	uint8_t revision, checksum;
	char oem[6], oem_table[8];
	uint32_t oem_revision;
	char creator[4];
	uint32_t creator_revision;
};
_Static_assert(sizeof(struct acpi_header) == 36, "ACPI table header");

#define TABLE_MAX 1024
#define AT_RSDP	  FW_ACPI
#define AT_FACS	  (FW_ACPI + 0x40) /* 64 bytes, aligned so */
#define AT_TABLES (FW_ACPI + 0x80)
#define AT_PM	  (FW_ACPI_END - 0x40) /* the dummy registers */

/* FADT, ACPI 2.0 table 5-8: offsets */
#define FADT_LENGTH	 244
#define FADT_FACS	 36
#define FADT_DSDT	 40
#define FADT_SCI	 46
#define FADT_PM1A_EVT	 56
#define FADT_PM1A_CNT	 64
#define FADT_PM_TMR	 76
#define FADT_PM1_EVT_LEN 88
#define FADT_PM1_CNT_LEN 89
#define FADT_PM_TMR_LEN	 91
#define FADT_FLAGS	 112
#define FADT_X_FACS	 132
#define FADT_X_DSDT	 140
#define FADT_X_PM1A_EVT	 148
#define FADT_X_PM1A_CNT	 172
#define FADT_X_PM_TMR	 208
#define FLAG_WBINVD	 (1 << 0)
#define FLAG_PWR_BUTTON	 (1 << 4) /* both buttons are no fixed hardware */
#define FLAG_SLP_BUTTON	 (1 << 5)
#define PM1_SCI_EN	 1

struct builder {
	struct domain *d;
	uint64_t next;
	uint8_t table[TABLE_MAX];
	uint32_t len;
};

static void begin(struct builder *b, const char *signature, uint8_t revision)
{
	struct acpi_header h = {
		.revision = revision,
		.oem = "XEN",
		.oem_table = "Xen/ia64",
		.oem_revision = 1,
		.creator = "XEN",
		.creator_revision = 1,
	};

	memcpy(h.signature, signature, 4);
	memset(b->table, 0, sizeof(b->table));
	memcpy(b->table, &h, sizeof(h));
	b->len = sizeof(h);
}

static void put(struct builder *b, uint64_t value, unsigned int bytes)
{
	assert(b->len + bytes <= TABLE_MAX);
	memcpy(b->table + b->len, &value, bytes);
	b->len += bytes;
}

static void set(struct builder *b, unsigned int at, uint64_t value, unsigned int bytes)
{
	memcpy(b->table + at, &value, bytes);
}

static uint64_t place(struct builder *b)
{
	uint64_t at = b->next;

	set(b, 4, b->len, 4);
	b->table[9] = 0;
	b->table[9] = fw_checksum(b->table, b->len);
	assert(at + b->len <= AT_PM);
	memcpy(guest_phys(b->d, at, b->len), b->table, b->len);
	b->next = round_up(at + b->len, 16);
	return at;
}

/* Scope (\_SB) { Processor (CPnn, n, 0, 0) {} ... }, as AML (ACPI 2.0 §17.2) */
static uint64_t put_dsdt(struct builder *b)
{
	const unsigned int each = 13, head = 2 + 5; /* package length, \_SB_ */
	unsigned int len = head + VCPU_MAX * each;
	char name[8];

	begin(b, "DSDT", 2);
	put(b, 0x10, 1);
	put(b, 0x40 | (len & 15) | len >> 4 << 8, 2);
	put(b, 0x5f42535f5cul, 5); /* "\_SB_" */
	for (unsigned int i = 0; i < VCPU_MAX; i++) {
		uint32_t id;

		format(name, sizeof(name), "CP%02x", i);
		for (char *c = name; *c; c++)
			*c -= *c >= 'a' && *c <= 'f' ? 'a' - 'A' : 0;
		memcpy(&id, name, 4);
		put(b, 0x835b, 2);
		put(b, each - 2, 1);
		put(b, id, 4);
		put(b, i, 1);
		put(b, 0, 5); /* no processor block */
	}
	return place(b);
}

/* A register block: where it is in the old form (none: it is memory) and in the new one. */
static void put_block(struct builder *b, unsigned int x, uint64_t address, unsigned int bits)
{
	set(b, x, 0 | bits << 8, 4); /* system memory */
	set(b, x + 4, address, 8);
}

static uint64_t put_fadt(struct builder *b, uint64_t dsdt)
{
	uint16_t *control = guest_phys(b->d, AT_PM + 4, 2);

	begin(b, "FACP", 3);
	b->len = FADT_LENGTH;
	set(b, FADT_FACS, AT_FACS, 4);
	set(b, FADT_DSDT, dsdt, 4);
	set(b, FADT_PM1A_EVT, AT_PM, 4);
	set(b, FADT_PM1A_CNT, AT_PM + 4, 4);
	set(b, FADT_PM_TMR, AT_PM + 8, 4);
	set(b, FADT_SCI, 9, 2);
	set(b, FADT_PM1_EVT_LEN, 4, 1);
	set(b, FADT_PM1_CNT_LEN, 2, 1);
	set(b, FADT_PM_TMR_LEN, 4, 1);
	set(b, FADT_FLAGS, FLAG_WBINVD | FLAG_PWR_BUTTON | FLAG_SLP_BUTTON, 4);
	set(b, FADT_X_FACS, AT_FACS, 8);
	set(b, FADT_X_DSDT, dsdt, 8);
	put_block(b, FADT_X_PM1A_EVT, AT_PM, 32);
	put_block(b, FADT_X_PM1A_CNT, AT_PM + 4, 16);
	put_block(b, FADT_X_PM_TMR, AT_PM + 8, 32);
	*control = PM1_SCI_EN;
	return place(b);
}

static uint64_t put_madt(struct builder *b)
{
	begin(b, "APIC", 2);
	put(b, 0xfee00000, 4); /* the interrupt block: nothing answers there */
	put(b, 0, 4);
	for (unsigned int i = 0; i < VCPU_MAX; i++) {
		put(b, 7 | 20 << 8, 2); /* local SAPIC, length */
		put(b, i, 1);
		put(b, i, 1); /* id; then eid, reserved */
		put(b, 0, 4);
		put(b, i < b->d->vcpus, 4); /* enabled */
		put(b, i, 4);
		put(b, 0, 4);
	}
	return place(b);
}

static void put_rsdp(struct domain *d, uint64_t xsdt)
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
		.oem = "XEN",
		.revision = 2,
		.length = sizeof(r),
		.xsdt = xsdt,
	};

	r.checksum = fw_checksum(&r, 20);
	r.extended_checksum = fw_checksum(&r, sizeof(r));
	memcpy(guest_phys(d, AT_RSDP, sizeof(r)), &r, sizeof(r));
}

void fw_acpi(struct domain *d)
{
	struct builder b = { .d = d, .next = AT_TABLES };
	uint8_t facs[64] = "FACS";
	uint64_t table[2];

	facs[4] = sizeof(facs);
	facs[32] = 1;
	memcpy(guest_phys(d, AT_FACS, sizeof(facs)), facs, sizeof(facs));
	table[0] = put_fadt(&b, put_dsdt(&b));
	table[1] = put_madt(&b);
	begin(&b, "XSDT", 1);
	put(&b, table[0], 8);
	put(&b, table[1], 8);
	put_rsdp(d, place(&b));
}
