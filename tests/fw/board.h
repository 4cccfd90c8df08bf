/* SPDX-License-Identifier: MIT */
/*
 * A machine for the tests of the firmware: processors, RAM, and files given to the loader as
 * bytes. No device, no console: nothing here runs guest code.
 */
#ifndef TESTS_FW_BOARD_H
#define TESTS_FW_BOARD_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <elf.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "fw/fw.h"
#include "machine.h"

#define MiB (1UL << 20)

/* An executable with one segment, as little as the loader accepts. */
#define KERNEL_PA 0x4000000UL
struct kernel {
	Elf64_Ehdr eh;
	Elf64_Phdr ph[2];
	uint8_t code[64];
} __attribute__((packed));

static inline struct kernel kernel_make(void)
{
	struct kernel k = {
		.eh = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC,
			.e_machine = EM_IA_64,
			.e_version = EV_CURRENT,
			.e_entry = KERNEL_PA + 16,
			.e_phoff = sizeof(Elf64_Ehdr),
			.e_flags = 0x50,
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = 2 },
		.ph = { { .p_type = PT_LOAD,
			  .p_flags = PF_R | PF_X,
			  .p_offset = offsetof(struct kernel, code),
			  .p_vaddr = 0xa000000100000000,
			  .p_paddr = KERNEL_PA,
			  .p_filesz = 64,
			  .p_memsz = 0x10000,
			  .p_align = 0x10000 },
			{ .p_type = PT_NULL } },
	};

	memset(k.code, 0x5a, sizeof(k.code));
	return k;
}

/* A path that leads to these bytes. */
struct bytes_file {
	int fd;
	char path[32];
};

static inline struct bytes_file bytes_file(const void *data, size_t len)
{
	struct bytes_file f = { .fd = memfd_create("test", 0) };

	assert_true(f.fd >= 0);
	assert_int_equal(write(f.fd, data, len), len);
	snprintf(f.path, sizeof(f.path), "/proc/self/fd/%d", f.fd);
	return f;
}

static inline uint64_t board_itc(void *opaque, struct cpu *cpu)
{
	(void)opaque;
	return cpu->n_bundles;
}

static const struct cpu_ops board_ops = { .firmware = fw_call, .itc_now = board_itc };

static inline void board_init(struct machine *m, uint64_t ram)
{
	memset(m, 0, sizeof(*m));
	m->opt.ram_size = ram;
	m->opt.rtc_base = 951782400; /* 2000-02-29 00:00:00 */
	m->bus = bus_create(ram);
	assert_non_null(m->bus);
	m->ncpus = 1;
	m->cpus[0] = cpu_create(0, m->bus, &board_ops, m);
	assert_non_null(m->cpus[0]);
}

static inline void board_fini(struct machine *m)
{
	fw_destroy(m);
	for (unsigned i = 0; i < m->ncpus; i++)
		cpu_destroy(m->cpus[i]);
	bus_destroy(m->bus);
}

/* fw_load() with what it prints on stderr in @text */
static inline int board_load(struct machine *m, char *text, size_t size)
{
	int err = dup(2), fd = memfd_create("stderr", 0), r;
	ssize_t n;

	fflush(stderr);
	dup2(fd, 2);
	r = fw_load(m);
	fflush(stderr);
	dup2(err, 2);
	close(err);
	n = pread(fd, text, size - 1, 0);
	text[n < 0 ? 0 : n] = 0;
	close(fd);
	return r;
}

static inline void board_add_cpus(struct machine *m, unsigned cpus)
{
	for (; m->ncpus < cpus; m->ncpus++) {
		m->cpus[m->ncpus] = cpu_create(m->ncpus, m->bus, &board_ops, m);
		assert_non_null(m->cpus[m->ncpus]);
	}
}

/* A loaded machine of @cpus processors with the smallest kernel. */
static inline void board_boot(struct machine *m, uint64_t ram, unsigned cpus)
{
	struct kernel k = kernel_make();
	struct bytes_file f = bytes_file(&k, sizeof(k));

	board_init(m, ram);
	board_add_cpus(m, cpus);
	m->opt.kernel = f.path;
	m->opt.append = "console=ttyS0";
	assert_int_equal(fw_load(m), 0);
	m->opt.kernel = NULL;
	close(f.fd);
}

static inline uint64_t board_peek(struct machine *m, uint64_t pa, unsigned size)
{
	uint64_t val = 0;

	assert_true(bus_copy_from(m->bus, &val, pa, size));
	return val;
}

#endif
