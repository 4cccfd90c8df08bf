// SPDX-License-Identifier: MIT
/*
 * The loader: what it accepts and where it puts it, and that whatever else it is given ends
 * in one line that names the file.
 */
#include "board.h"

#include <zlib.h>

#include "fw/elf.h"
#include "fw/file.h"

/* ---- ELF files, each with one thing wrong ---- */

struct defect {
	const char *name, *says;
	size_t off, len; /* what of struct kernel to change */
	uint64_t val;
};

#define EH(field) offsetof(struct kernel, eh.field), sizeof(((struct kernel *)0)->eh.field)
#define PH(field) offsetof(struct kernel, ph[0].field), sizeof(((struct kernel *)0)->ph[0].field)

static const struct defect defects[] = {
	{ "32-bit", "not a 64-bit", EI_CLASS, 1, ELFCLASS32 },
	{ "big-endian", "not a little-endian", EI_DATA, 1, ELFDATA2MSB },
	{ "no ELF magic", "not an ELF file", 0, 4, 0x21202121 },
	{ "other machine", "not for IA-64", EH(e_machine), EM_X86_64 },
	{ "shared object", "not an executable", EH(e_type), ET_DYN },
	{ "object file", "not an executable", EH(e_type), ET_REL },
	{ "big-endian code", "big-endian", EH(e_flags), 0x58 },
	{ "odd program header size", "program headers of 55 bytes", EH(e_phentsize), 55 },
	{ "no program headers", "no segment", EH(e_phnum), 0 },
	{ "too many program headers", "truncated", EH(e_phnum), 1000 },
	{ "escape for many program headers", ": ", EH(e_phnum), 0xffff },
	{ "program headers far outside", "truncated", EH(e_phoff), 0x7fffffffffffff00 },
	{ "program headers wrapping around", "truncated", EH(e_phoff), ~0UL - 7 },
	{ "entry outside", "entry point", EH(e_entry), 0x4010000 },
	{ "virtual entry", "entry point", EH(e_entry), 0xa000000100000010 },
	{ "entry inside a bundle", "not on a bundle", EH(e_entry), KERNEL_PA + 8 },
	{ "segment outside the file", "truncated", PH(p_offset), 0x1000 },
	{ "segment offset wrapping around", "truncated", PH(p_offset), ~0UL - 8 },
	{ "segment larger than the file", "truncated", PH(p_filesz), 1UL << 62 },
	{ "file part larger than memory part", "in memory", PH(p_memsz), 32 },
	{ "segment wrapping around", "wraps around", PH(p_paddr), ~0UL - 0xfff },
	{ "segment of absurd size", "not in RAM", PH(p_memsz), 1UL << 40 },
	{ "segment behind RAM", "not in RAM", PH(p_memsz), 1UL << 30 },
};

static void expect_refusal(const void *data, size_t len, const char *says)
{
	struct bytes_file f = bytes_file(data, len);
	struct machine m;
	char text[512];

	board_init(&m, 256 * MiB);
	m.opt.kernel = f.path;
	assert_int_equal(board_load(&m, text, sizeof(text)), -1);
	assert_non_null(strstr(text, f.path));
	if (!strstr(text, says))
		fail_msg("\"%s\" instead of \"%s\"", text, says);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	board_fini(&m);
	close(f.fd);
}

static void bad_elf(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(defects) / sizeof(defects[0]); i++) {
		struct kernel k = kernel_make();

		memcpy((char *)&k + defects[i].off, &defects[i].val, defects[i].len);
		expect_refusal(&k, sizeof(k), defects[i].says);
	}
}

static void truncated(void **state)
{
	const struct kernel k = kernel_make();

	(void)state;
	for (size_t len = 1; len < sizeof(k); len++) {
		if (len < 4)
			expect_refusal(&k, len, "not an ELF file");
		else
			expect_refusal(&k, len, "truncated");
	}
}

static void segments_overlap(void **state)
{
	struct kernel k = kernel_make();

	(void)state;
	k.ph[1] = k.ph[0];
	k.ph[1].p_paddr += 0xfff0;
	expect_refusal(&k, sizeof(k), "overlap");
}

static void over_firmware(void **state)
{
	struct kernel k = kernel_make();

	(void)state;
	k.ph[0].p_paddr = FW_BASE - 0x8000;
	k.eh.e_entry = k.ph[0].p_paddr;
	expect_refusal(&k, sizeof(k), "overlaps the firmware");
}

/* Where there are others, they have their stacks there. */
static void over_stacks(void **state)
{
	const uint64_t last = FW_AP_STACK_END - FW_AP_STACK_SIZE;
	struct kernel k = kernel_make();
	struct bytes_file f;

	(void)state;
	k.ph[0].p_paddr = k.eh.e_entry = last;
	f = bytes_file(&k, sizeof(k));
	for (unsigned cpus = 1; cpus <= 2; cpus++) {
		struct machine m;
		char text[512];

		board_init(&m, 256 * MiB);
		board_add_cpus(&m, cpus);
		m.opt.kernel = f.path;
		assert_int_equal(board_load(&m, text, sizeof(text)), cpus == 1 ? 0 : -1);
		if (cpus == 2)
			assert_non_null(strstr(text, "overlaps the firmware"));
		board_fini(&m);
	}
	close(f.fd);
}

/* Whatever a damaged file holds, the answer is yes or no. */
static void damaged(void **state)
{
	const struct kernel good = kernel_make();
	struct elf_image img;
	char why[160];

	(void)state;
	srand(1);
	for (unsigned i = 0; i < 50000; i++) {
		size_t len = rand() % 4 ? sizeof(good) : rand() % sizeof(good);
		struct kernel *k = malloc(len ? len : 1);

		memcpy(k, &good, len);
		for (int n = rand() % 4 + 1; n && len; n--)
			((uint8_t *)k)[rand() % len] = rand() % 3 ? rand() : 0xff;
		if (!elf_parse(&img, k, len, why, sizeof(why)))
			assert_true(strlen(why) > 0);
		free(k);
	}
}

/* ---- files that are not kernels ---- */

static void expect_path_refused(const char *path, bool initrd, const char *says)
{
	struct kernel k = kernel_make();
	struct bytes_file f = bytes_file(&k, sizeof(k));
	struct machine m;
	char text[512];

	board_init(&m, 256 * MiB);
	m.opt.kernel = initrd ? f.path : path;
	m.opt.initrd = initrd ? path : NULL;
	assert_int_equal(board_load(&m, text, sizeof(text)), -1);
	assert_non_null(strstr(text, path));
	assert_non_null(strstr(text, says));
	board_fini(&m);
	close(f.fd);
}

static void not_files(void **state)
{
	struct bytes_file empty = bytes_file("", 0), text = bytes_file("hello, world\n", 13);

	(void)state;
	for (int initrd = 0; initrd < 2; initrd++) {
		expect_path_refused("/", initrd, "directory");
		expect_path_refused("/dev/zero", initrd, "neither a file");
		expect_path_refused("/nonexistent/file", initrd, "No such file");
		expect_path_refused(empty.path, initrd, "empty");
	}
	expect_path_refused(text.path, false, "not an ELF file");
	close(empty.fd);
	close(text.fd);
}

/* ---- gzip ---- */

static size_t gzip(const void *data, size_t len, uint8_t *out, size_t room)
{
	z_stream z = { .next_in = (void *)(uintptr_t)data,
		       .avail_in = len,
		       .next_out = out,
		       .avail_out = room };

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

static void gzipped(void **state)
{
	const struct kernel k = kernel_make();
	struct bytes_file f;
	struct machine m;
	uint8_t z[1024];
	size_t len = gzip(&k, sizeof(k), z, sizeof(z));

	(void)state;
	f = bytes_file(z, len);
	board_init(&m, 256 * MiB);
	m.opt.kernel = f.path;
	assert_int_equal(fw_load(&m), 0);
	assert_int_equal(m.cpus[0]->ip, KERNEL_PA + 16);
	assert_int_equal(board_peek(&m, KERNEL_PA, 4), 0x5a5a5a5a);
	board_fini(&m);
	close(f.fd);

	expect_refusal(z, len - 9, "truncated gzip data");
	expect_refusal(z, 12, "truncated gzip data");
	z[12] ^= 0xff;
	z[13] ^= 0xff;
	z[14] ^= 0xff;
	expect_refusal(z, len, "gzip data");
}

static void gzip_large(void **state)
{
	const size_t len = 8 * MiB;
	uint8_t *data = calloc(1, len), *z = malloc(len);
	struct file f;
	char why[160];

	(void)state;
	f.len = gzip(data, len, z, len);
	f.data = z;
	assert_true(file_gunzip(&f, why, sizeof(why)));
	assert_int_equal(f.len, len);
	assert_memory_equal(f.data, data, len);
	file_free(&f);
	free(data);
}

/* ---- what is accepted ---- */

static void loaded(void **state)
{
	struct kernel k = kernel_make();
	struct bytes_file f;
	struct machine m;

	(void)state;
	k.eh.e_phnum = 2;
	k.ph[1] = k.ph[0];
	k.ph[1].p_paddr = KERNEL_PA + 0x20000;
	k.ph[1].p_vaddr = 0xfffffffffffc0000; /* as Linux's per-CPU segment */
	f = bytes_file(&k, sizeof(k));
	board_init(&m, 256 * MiB);
	for (uint64_t pa = KERNEL_PA; pa < KERNEL_PA + 0x30000; pa += 8)
		assert_true(bus_write(m.bus, pa, 8, ~0UL));
	m.opt.kernel = f.path;
	assert_int_equal(fw_load(&m), 0);
	for (unsigned s = 0; s < 2; s++) {
		uint64_t pa = KERNEL_PA + s * 0x20000;

		assert_int_equal(board_peek(&m, pa + 60, 4), 0x5a5a5a5a);
		assert_int_equal(board_peek(&m, pa + 64, 8), 0); /* bss */
		assert_int_equal(board_peek(&m, pa + 0xfff8, 8), 0);
	}
	assert_int_equal(board_peek(&m, KERNEL_PA + 0x10000, 8), ~0UL);
	board_fini(&m);
	close(f.fd);
}

static const uint64_t rams[] = { 80 * MiB, 100 * MiB, 256 * MiB, 300 * MiB, 4096 * MiB };

static void initrd_placed(void **state)
{
	static const uint8_t data[100000] = "initrd";
	struct kernel k = kernel_make();
	struct bytes_file f = bytes_file(&k, sizeof(k)), i = bytes_file(data, sizeof(data));

	(void)state;
	for (size_t n = 0; n < sizeof(rams) / sizeof(rams[0]); n++) {
		struct machine m;
		uint64_t at, low, base;

		board_init(&m, rams[n]);
		m.opt.kernel = f.path;
		m.opt.initrd = i.path;
		assert_int_equal(fw_load(&m), 0);
		at = m.fw->boot.initrd.base;
		assert_true(bus_ram_range(m.bus, 0, &base, &low));
		assert_int_equal(at & 0xffff, 0);
		assert_int_equal(m.fw->boot.initrd.size, sizeof(data));
		assert_true(at >= FW_END && at + sizeof(data) <= (low & ~(16 * MiB - 1)));
		assert_true(at + sizeof(data) <= KERNEL_PA || at >= KERNEL_PA + 0x10000);
		assert_memory_equal(bus_ram(m.bus, at, &base), data, sizeof(data));
		board_fini(&m);
	}
	close(f.fd);
	close(i.fd);
}

static void initrd_too_large(void **state)
{
	struct kernel k = kernel_make();
	struct bytes_file f = bytes_file(&k, sizeof(k)), i = bytes_file("x", 1);
	struct machine m;
	char text[512];

	(void)state;
	assert_int_equal(ftruncate(i.fd, 300 * MiB), 0);
	board_init(&m, 256 * MiB);
	m.opt.kernel = f.path;
	m.opt.initrd = i.path;
	assert_int_equal(board_load(&m, text, sizeof(text)), -1);
	assert_non_null(strstr(text, "no room"));
	assert_non_null(strstr(text, i.path));
	board_fini(&m);
	close(f.fd);
	close(i.fd);
}

/* A hypervisor is entered; its guest's kernel, initrd and modules are files in memory. */
static void modules_placed(void **state)
{
	struct kernel k = kernel_make();
	struct bytes_file hv = bytes_file(&k, sizeof(k));
	static const char *const text[4] = { "guest's kernel", "initrd", "one", "two" };
	struct bytes_file file[4];
	const uint64_t param = FW_PARAM_BASE, table = FW_DATA_BASE + 0x1000;
	struct fw_module at[4];
	struct machine m;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		file[i] = bytes_file(text[i], strlen(text[i]));
	board_init(&m, 256 * MiB);
	m.opt.hypervisor = hv.path;
	m.opt.kernel = file[0].path;
	m.opt.initrd = file[1].path;
	m.opt.nmodules = 2;
	m.opt.module[0] = (struct module_option){ "first", file[2].path };
	m.opt.module[1] = (struct module_option){ "second", file[3].path };
	assert_int_equal(fw_load(&m), 0);
	assert_int_equal(board_peek(&m, KERNEL_PA + 60, 4), 0x5a5a5a5a);

	at[0] = (struct fw_module){ board_peek(&m, param + 0x50, 8),
				    board_peek(&m, param + 0x58, 8) };
	at[1] = (struct fw_module){ board_peek(&m, param + 0x40, 8),
				    board_peek(&m, param + 0x48, 8) };
	assert_int_equal(board_peek(&m, table, 8), 2);
	for (unsigned i = 0; i < 2; i++) {
		uint64_t entry = table + 8 + i * 48, room;

		at[2 + i] = (struct fw_module){ board_peek(&m, entry + 32, 8),
						board_peek(&m, entry + 40, 8) };
		assert_string_equal(bus_ram(m.bus, entry, &room), i ? "second" : "first");
	}
	for (unsigned i = 0; i < 4; i++) {
		uint64_t room;

		assert_int_equal(at[i].size, strlen(text[i]));
		assert_memory_equal(bus_ram(m.bus, at[i].base, &room), text[i], at[i].size);
		for (unsigned j = 0; j < i; j++)
			assert_int_not_equal(at[i].base, at[j].base);
		close(file[i].fd);
	}
	close(hv.fd);
	board_fini(&m);
}

static void bad_options(void **state)
{
	char *line = malloc(FW_CMDLINE_MAX + 1), text[512];
	struct machine m;

	(void)state;
	memset(line, 'a', FW_CMDLINE_MAX);
	line[FW_CMDLINE_MAX] = 0;
	board_init(&m, 256 * MiB);
	assert_int_equal(board_load(&m, text, sizeof(text)), -1);
	assert_non_null(strstr(text, "-kernel"));
	m.opt.append = line;
	assert_int_equal(board_load(&m, text, sizeof(text)), -1);
	assert_non_null(strstr(text, "-append"));
	board_fini(&m);
	board_init(&m, 8 * MiB);
	assert_int_equal(board_load(&m, text, sizeof(text)), -1);
	assert_non_null(strstr(text, "-m"));
	board_fini(&m);
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_elf),	    cmocka_unit_test(truncated),
		cmocka_unit_test(segments_overlap), cmocka_unit_test(over_firmware),
		cmocka_unit_test(over_stacks),	    cmocka_unit_test(damaged),
		cmocka_unit_test(not_files),	    cmocka_unit_test(gzipped),
		cmocka_unit_test(gzip_large),	    cmocka_unit_test(loaded),
		cmocka_unit_test(initrd_placed),    cmocka_unit_test(initrd_too_large),
		cmocka_unit_test(modules_placed),   cmocka_unit_test(bad_options),
	};

	return cmocka_run_group_tests_name("fw/load", tests, NULL, NULL);
}
