// SPDX-License-Identifier: MIT
/*
 * What the guest finds in memory: tables with their checksums and pointers, the memory map,
 * the boot parameters, the entry stubs. Read back as a guest would, from the boot parameter.
 */
#include "board.h"

#include <zlib.h>

#include "dev/acpipm.h"
#include "fw/efi.h"
#include "isa.h"

static struct machine m;

static int setup(void **state)
{
	(void)state;
	board_boot(&m, 5120 * MiB, 1);
	return 0;
}

static int setup_many(void **state)
{
	(void)state;
	board_boot(&m, 5120 * MiB, MACHINE_MAX_CPUS);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	board_fini(&m);
	return 0;
}

static uint8_t *at(uint64_t pa, size_t len)
{
	uint64_t room;
	uint8_t *p = bus_ram(m.bus, pa, &room);

	assert_non_null(p);
	assert_true(room >= len);
	return p;
}

static uint64_t get(uint64_t pa, unsigned size)
{
	return board_peek(&m, pa, size);
}

static uint64_t boot_param(void)
{
	return m.cpus[0]->gr[28].val;
}

static uint8_t sum(uint64_t pa, size_t len)
{
	const uint8_t *p = at(pa, len);
	uint8_t s = 0;

	while (len--)
		s += *p++;
	return s;
}

static void check_crc(uint64_t pa, const char *signature)
{
	uint32_t size = get(pa + 12, 4), crc = get(pa + 16, 4);
	uint8_t copy[512];

	assert_memory_equal(at(pa, 8), signature, 8);
	assert_true(size <= sizeof(copy));
	memcpy(copy, at(pa, size), size);
	memset(copy + 16, 0, 4);
	assert_int_equal(crc32(0, copy, size), crc);
}

static uint64_t config_table(uint32_t guid)
{
	uint64_t st = get(boot_param() + 8, 8), n = get(st + 104, 8), t = get(st + 112, 8);

	for (; n; n--, t += 24) {
		if (get(t, 4) == guid)
			return get(t + 16, 8);
	}
	fail_msg("no configuration table %#x", guid);
	return 0;
}

static void entry_state(void **state)
{
	const struct cpu *cpu = m.cpus[0];

	(void)state;
	assert_int_equal(cpu->psr, PSR_BN);
	assert_int_equal(cpu->ip, KERNEL_PA + 16);
	assert_int_equal(cpu->ri, 0);
	assert_int_equal(cpu->bspstore & 7, 0);
	assert_true(cpu->bspstore >= FW_STACK_BASE && cpu->bspstore < FW_END);
	assert_true(cpu->gr[12].val > cpu->bspstore && cpu->gr[12].val < FW_END);
	assert_int_equal(cpu->gr[12].val & 15, 0);
	assert_int_equal(cpu->ar[AR_FPSR], FPSR_DEFAULT);
	assert_int_equal(cpu->ar[AR_RSC], 0);
	assert_int_equal(cpu->cr[CR_ITV], 0x10000);
	assert_string_equal((char *)at(get(boot_param(), 8), 32), "console=ttyS0");
}

static void efi_tables(void **state)
{
	uint64_t st = get(boot_param() + 8, 8), rt = get(st + 88, 8);

	(void)state;
	check_crc(st, "IBI SYST");
	check_crc(rt, "RUNTSERV");
	for (unsigned i = 0; i < EFI_SERVICE_COUNT; i++) {
		uint64_t desc = get(rt + 24 + i * 8, 8);

		assert_int_equal(get(desc, 8), fw_stub_address(FW_STUB_EFI + i));
	}
}

/* Stubs are breaks that carry their number, and return. */
static void stubs(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FW_STUB_COUNT; i++) {
		uint64_t lo = get(fw_stub_address(i), 8), hi = get(fw_stub_address(i) + 8, 8);
		struct isa_insn brk, br;

		assert_int_equal(lo & 0x1f, 0x11); /* MIB;; */
		assert_true(isa_decode(&brk, ISA_SLOT_M, lo >> 5 & 0x1ffffffffff, 0));
		assert_int_equal(brk.id, ISA_break_m);
		assert_int_equal(brk.imm & 0x1fffff, FW_BREAK + i);
		assert_true(isa_decode(&br, ISA_SLOT_B, hi >> 23, 0));
		assert_true(isa_flags(br.id) & ISA_F_BRANCH);
		assert_string_equal(isa_name(br.id), i == FW_STUB_PAL ? "br_cond_ind" : "br_ret");
	}
}

static void sal_table(void **state)
{
	static const uint8_t size[] = { 48, 32, 16, 32, 16, 16 };
	uint64_t t = config_table(0xeb9d2d32), p = t + 96, end;
	unsigned n = get(t + 10, 2), last = 0, seen = 0;

	(void)state;
	end = t + get(t + 4, 4);
	assert_memory_equal(at(t, 4), "SST_", 4);
	assert_int_equal(sum(t, end - t), 0);
	for (; n; n--) {
		unsigned type = get(p, 1);

		assert_true(type < 6 && type >= last);
		last = type;
		seen |= 1 << type;
		p += size[type];
	}
	assert_int_equal(p, end);
	assert_int_equal(seen & 0x21, 0x21); /* entry points, AP wake-up */
	assert_int_equal(get(t + 96 + 8, 8), fw_stub_address(FW_STUB_PAL));
	assert_int_equal(get(t + 96 + 16, 8), fw_stub_address(FW_STUB_SAL));
}

static void hcdp_table(void **state)
{
	uint64_t t = config_table(0xf951938d);

	(void)state;
	assert_memory_equal(at(t, 4), "HCDP", 4);
	assert_int_equal(sum(t, get(t + 4, 4)), 0);
	assert_int_equal(get(t + 8, 1), 3);
	assert_int_equal(get(t + 36, 4), 1);
	assert_int_equal(get(t + 40 + 16 + 4, 8), PORT_COM1);
	assert_int_equal(get(t + 40 + 16 + 16, 4), GSI_COM1);
}

/* Its address, or 0 */
static uint64_t find_acpi_table(const char *signature)
{
	uint64_t rsdp = config_table(0x8868e871), xsdt = get(rsdp + 24, 8);
	unsigned n = (get(xsdt + 4, 4) - 36) / 8;

	for (unsigned i = 0; i < n; i++) {
		uint64_t t = get(xsdt + 36 + i * 8, 8);

		if (!memcmp(at(t, 4), signature, 4))
			return t;
	}
	return 0;
}

static uint64_t acpi_table(const char *signature)
{
	uint64_t t = find_acpi_table(signature);

	assert_int_not_equal(t, 0);
	return t;
}

static void acpi_checksums(void **state)
{
	uint64_t rsdp = config_table(0x8868e871), xsdt = get(rsdp + 24, 8), fadt, dsdt;

	(void)state;
	assert_memory_equal(at(rsdp, 8), "RSD PTR ", 8);
	assert_int_equal(sum(rsdp, 20), 0);
	assert_int_equal(sum(rsdp, 36), 0);
	assert_memory_equal(at(xsdt, 4), "XSDT", 4);
	assert_int_equal(sum(xsdt, get(xsdt + 4, 4)), 0);
	fadt = acpi_table("FACP");
	dsdt = get(fadt + 140, 8);
	assert_int_equal(sum(fadt, get(fadt + 4, 4)), 0);
	assert_int_equal(sum(dsdt, get(dsdt + 4, 4)), 0);
	assert_int_equal(dsdt, get(fadt + 40, 4));
	assert_memory_equal(at(dsdt, 4), "DSDT", 4);
	assert_memory_equal(at(get(fadt + 132, 8), 4), "FACS", 4);
	assert_int_equal(sum(acpi_table("APIC"), get(acpi_table("APIC") + 4, 4)), 0);
	assert_int_equal(sum(acpi_table("SSDT"), get(acpi_table("SSDT") + 4, 4)), 0);
}

/* fadt.asl has numbers where the rest of the machine has memmap.h. */
static void fadt_matches(void **state)
{
	uint64_t t = acpi_table("FACP");

	(void)state;
	assert_int_equal(get(t + 8, 1), 3);
	assert_int_equal(get(t + 46, 2), GSI_SCI);
	assert_int_equal(get(t + 56, 4), PORT_PM1_EVT);
	assert_int_equal(get(t + 64, 4), PORT_PM1_CNT);
	assert_int_equal(get(t + 76, 4), PORT_PM_TMR);
	assert_true(get(t + 112, 4) & 1 << 10); /* reset register */
	assert_int_equal(get(t + 116, 1), 1);	/* in I/O space */
	assert_int_equal(get(t + 120, 8), PORT_RESET);
	assert_int_equal(get(t + 128, 1), RESET_VALUE);
	assert_int_equal(get(t + 152, 8), PORT_PM1_EVT);
	assert_int_equal(get(t + 176, 8), PORT_PM1_CNT);
	assert_int_equal(get(t + 212, 8), PORT_PM_TMR);
}

static bool dsdt_has(const void *bytes, size_t len)
{
	uint64_t t = get(acpi_table("FACP") + 140, 8);

	return memmem(at(t, get(t + 4, 4)), get(t + 4, 4), bytes, len) != NULL;
}

static void dsdt_matches(void **state)
{
	/* Name (_S5_, Package (4) {byte, ...: a byte constant is 0x0a and its value */
	const uint8_t s5[] = { 0x08, '_', 'S', '5', '_', 0x12, 0x08, 4, 0x0a, ACPI_S5_SLP_TYP };
	/* small resource IO; extended interrupt: consumer, edge, active high, exclusive */
	const uint8_t io[] = {
		0x47, 1, PORT_COM1 & 0xff, PORT_COM1 >> 8, PORT_COM1 & 0xff, PORT_COM1 >> 8, 1, 8
	};
	const uint8_t irq[] = { 0x89, 6, 0, 3, 1, GSI_COM1, 0, 0, 0 };
	const uint32_t iosapic[] = { IOSAPIC_BASE, IOSAPIC_SIZE }, pib[] = { PIB_BASE, PIB_SIZE };
	const uint32_t pci[] = { PCI_MEM_BASE, PCI_MEM_BASE + PCI_MEM_SIZE - 1, 0, PCI_MEM_SIZE };
	const uint32_t exitdev[] = { EXITDEV_BASE, EXITDEV_SIZE };

	(void)state;
	assert_true(dsdt_has(s5, sizeof(s5)));
	assert_true(dsdt_has(io, sizeof(io)));
	assert_true(dsdt_has(irq, sizeof(irq)));
	assert_true(dsdt_has(iosapic, sizeof(iosapic)));
	assert_true(dsdt_has(pib, sizeof(pib)));
	assert_true(dsdt_has(exitdev, sizeof(exitdev)));
	assert_true(dsdt_has(pci, sizeof(pci)));
	assert_int_equal(GSI_PCI_BASE, 16); /* _PRT */
	assert_int_equal(PORT_PM1_EVT, 0x600);
}

static void madt_matches(void **state)
{
	uint64_t t = acpi_table("APIC"), p = t + 44, end = t + get(t + 4, 4);
	unsigned count[9] = { 0 };

	(void)state;
	assert_int_equal(get(t + 36, 4), PIB_BASE);
	assert_int_equal(get(t + 40, 4), 0);
	for (; p < end; p += get(p + 1, 1)) {
		unsigned type = get(p, 1);

		assert_true(type < 9 && get(p + 1, 1) >= 2);
		count[type]++;
		if (type == 6)
			assert_int_equal(get(p + 8, 8), IOSAPIC_BASE);
		if (type == 7)
			assert_int_equal(get(p + 3, 1) << 8 | get(p + 4, 1),
					 m.cpus[count[7] - 1]->cr[CR_LID] >> 16 & 0xffff);
	}
	assert_int_equal(p, end);
	assert_int_equal(count[6], 1);
	assert_int_equal(count[8], 1); /* CPEI: Linux must not poll */
	assert_int_equal(count[7], m.ncpus);
}

/*
 * With several processors there is an SRAT (ACPI 2.0, its own specification): each processor of
 * the MADT and all RAM, all in domain 0. A single one has none.
 */
static void srat_matches(void **state)
{
	uint64_t t = acpi_table("SRAT"), p = t + 48, end = t + get(t + 4, 4), ram = 0;
	unsigned cpus = 0;

	(void)state;
	assert_int_equal(sum(t, end - t), 0);
	assert_int_equal(get(t + 36, 4), 1);
	for (; p < end; p += get(p + 1, 1)) {
		if (get(p, 1) == 0) {
			assert_int_equal(get(p + 1, 1), 16);
			assert_int_equal(get(p + 2, 1), 0);
			assert_int_equal(get(p + 3, 1) << 8 | get(p + 8, 1),
					 m.cpus[cpus++]->cr[CR_LID] >> 16 & 0xffff);
			assert_int_equal(get(p + 4, 4), 1);
		} else {
			uint64_t room, size = get(p + 16, 8);

			assert_int_equal(get(p, 1), 1);
			assert_int_equal(get(p + 1, 1), 40);
			assert_int_equal(get(p + 2, 4), 0);
			assert_non_null(bus_ram(m.bus, get(p + 8, 8), &room));
			assert_int_equal(size, room);
			assert_int_equal(get(p + 28, 4), 1);
			ram += size;
		}
	}
	assert_int_equal(p, end);
	assert_int_equal(cpus, m.ncpus);
	assert_int_equal(ram, m.opt.ram_size);
}

static void no_srat(void **state)
{
	(void)state;
	assert_int_equal(find_acpi_table("SRAT"), 0);
}

/* ---- the memory map ---- */

static unsigned read_map(struct efi_range *r, unsigned max)
{
	uint64_t map = get(boot_param() + 16, 8), size = get(boot_param() + 24, 8);
	uint64_t desc = get(boot_param() + 32, 8);
	unsigned n = size / desc;

	assert_int_equal(size % desc, 0);
	assert_true(n <= max);
	for (unsigned i = 0; i < n; i++)
		efi_map_unpack(&r[i], at(map + i * desc, 40));
	return n;
}

static void memory_map(void **state)
{
	struct efi_range r[64];
	unsigned n = read_map(r, 64), pal = 0, ports = 0;
	uint64_t ram = 0;

	(void)state;
	for (unsigned i = 0; i < n; i++) {
		assert_true(r[i].size > 0);
		assert_int_equal(r[i].base % EFI_PAGE, 0);
		if (i)
			assert_true(r[i - 1].base + r[i - 1].size <= r[i].base);
		if (r[i].attr & EFI_WB)
			ram += r[i].size;
		pal += r[i].type == EFI_PAL_CODE;
		if (r[i].type == EFI_IO_PORTS) {
			ports++;
			assert_int_equal(r[i].base, IO_PORT_BASE);
			assert_int_equal(r[i].size, IO_PORT_SIZE);
			assert_true(r[i].attr & EFI_UC);
		}
	}
	assert_int_equal(ram, m.opt.ram_size);
	assert_int_equal(pal, 1);
	assert_int_equal(ports, 1);
}

/* All RAM below a hole is one run of write-back memory: whole granules for Linux. */
static void memory_map_is_whole(void **state)
{
	struct efi_range r[64];
	unsigned n = read_map(r, 64);
	uint64_t base, size;

	(void)state;
	for (unsigned k = 0; bus_ram_range(m.bus, k, &base, &size); k++) {
		uint64_t p = base;

		for (unsigned i = 0; i < n; i++) {
			if (r[i].base == p && r[i].attr & EFI_WB)
				p += r[i].size;
		}
		assert_int_equal(p, base + size);
	}
}

static void map_set(void **state)
{
	static struct efi_map map;
	uint8_t ref[256];
	unsigned x = 0;

	(void)state;
	srand(2);
	for (unsigned round = 0; round < 200; round++) {
		map.n = 0;
		memset(ref, 0xff, sizeof(ref));
		for (unsigned i = 0; i < 20; i++) {
			unsigned base = rand() % 250, len = rand() % (256 - base);

			assert_true(
				efi_map_set(&map, base * EFI_PAGE, len * EFI_PAGE, i % 7, EFI_WB));
			memset(ref + base, i % 7, len);
		}
		efi_map_merge(&map);
		x = 0;
		for (unsigned i = 0; i < map.n; i++) {
			const struct efi_range *r = &map.r[i];

			for (; x < r->base / EFI_PAGE; x++)
				assert_int_equal(ref[x], 0xff);
			for (; x < (r->base + r->size) / EFI_PAGE; x++)
				assert_int_equal(ref[x], r->type);
		}
		for (; x < sizeof(ref); x++)
			assert_int_equal(ref[x], 0xff);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entry_state),	cmocka_unit_test(efi_tables),
		cmocka_unit_test(stubs),	cmocka_unit_test(sal_table),
		cmocka_unit_test(hcdp_table),	cmocka_unit_test(acpi_checksums),
		cmocka_unit_test(fadt_matches), cmocka_unit_test(dsdt_matches),
		cmocka_unit_test(madt_matches), cmocka_unit_test(no_srat),
		cmocka_unit_test(memory_map),	cmocka_unit_test(memory_map_is_whole),
		cmocka_unit_test(map_set),
	};
	const struct CMUnitTest many[] = {
		cmocka_unit_test(acpi_checksums),
		cmocka_unit_test(madt_matches),
		cmocka_unit_test(srat_matches),
	};

	return cmocka_run_group_tests_name("fw/tables", tests, setup, teardown) |
	       cmocka_run_group_tests_name("fw/tables, 64 processors", many, setup_many, teardown);
}
