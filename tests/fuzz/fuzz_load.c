// SPDX-License-Identifier: MIT
/*
 * fuzz_load.c - any bytes as kernel (or hypervisor), initrd and module, any text as command
 * line of the kernel: the machine is loaded, or it is refused. What is loaded lies in RAM, outside the firmware.
 *
 * The first byte may ask for a kernel that is good but for bytes of its headers, and for gzip.
 */
#define _GNU_SOURCE /* file.h */
#include <elf.h>
#include <unistd.h>
#include <zlib.h>

#include "fuzz/file.h"
#include "fw/fw.h"
#include "machine.h"

#define RAM (32UL << 20)

static uint64_t no_time(void *opaque, struct cpu *cpu)
{
	(void)opaque, (void)cpu;
	return 0;
}

static const struct cpu_ops ops = { .firmware = fw_call, .itc_now = no_time };

/* A kernel of one segment, then @n changes of its headers */
static size_t good_kernel(struct input *in, uint8_t *to, unsigned n)
{
	struct {
		Elf64_Ehdr eh;
		Elf64_Phdr ph[3];
		uint8_t code[64];
	} k = {
		.eh = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC,
			.e_machine = EM_IA_64,
			.e_version = EV_CURRENT,
			.e_entry = 0x1800000,
			.e_phoff = sizeof(Elf64_Ehdr),
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = 3 },
	};

	for (unsigned i = 0; i < 3; i++)
		k.ph[i] = (Elf64_Phdr){ .p_type = PT_LOAD,
					.p_offset = offsetof(__typeof__(k), code),
					.p_vaddr = 0xa000000000000000 + i,
					.p_paddr = 0x1800000 + 0x10000 * i,
					.p_filesz = 64,
					.p_memsz = 0x8000 };
	for (unsigned i = 0; i < n; i++)
		((uint8_t *)&k)[take_num(in, 1) % sizeof(k)] = take_num(in, 1);
	memcpy(to, &k, sizeof(k));
	return sizeof(k);
}

static size_t zip(uint8_t *to, size_t room, const void *from, size_t len)
{
	z_stream z = {
		.next_in = (void *)from, .avail_in = len, .next_out = to, .avail_out = room
	};

	require(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	require(deflate(&z, Z_FINISH) == Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
}

static void check_module(const struct fw_module *f)
{
	if (f->size)
		require(f->base >= FW_END && f->size <= RAM && f->base <= RAM - f->size);
}

static void check(const struct machine *m)
{
	const struct firmware *fw = m->fw;
	const struct fw_boot *b = &fw->boot;

	require(fw->map.n > 0 && fw->map.n <= EFI_MAP_MAX);
	for (unsigned i = 0; i + 1 < fw->map.n; i++)
		require(fw->map.r[i].base + fw->map.r[i].size <= fw->map.r[i + 1].base);
	check_module(&b->initrd);
	check_module(&b->guest);
	check_module(&b->module[0]);
	require(m->cpus[0]->ip == b->entry);
}

static struct bytes kernel_file(struct input *in, unsigned how)
{
	uint8_t plain[4096], packed[8192];
	size_t len = take_num(in, 2) % (sizeof(plain) + 1);

	if (how & 1)
		len = good_kernel(in, plain, how >> 4);
	else
		take_bytes(in, plain, len = len < in->n ? len : in->n);
	if (!(how & 2))
		return as_file(plain, len);
	len = zip(packed, sizeof(packed), plain, len);
	if (how & 4 && len) /* damaged */
		packed[take_num(in, 2) % len] ^= take_num(in, 1);
	return as_file(packed, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	unsigned how = take_num(&in, 1);
	bool hypervisor = take_num(&in, 1) & 1;
	struct bytes kernel = kernel_file(&in, how), initrd;
	size_t len = take_num(&in, 1), append_len;
	uint8_t bytes[256];
	struct machine *m = calloc(1, sizeof(*m));
	char *append;

	take_bytes(&in, bytes, len);
	initrd = as_file(bytes, len);
	append_len = in.n;
	append = malloc(append_len + 1);
	take_bytes(&in, append, append_len);
	append[append_len] = '\0';
	m->opt = (struct machine_options){ .kernel = kernel.path,
					   .append = append,
					   .ram_size = RAM };
	m->opt.initrd = how & 8 ? initrd.path : NULL;
	if (hypervisor) {
		m->opt.hypervisor = kernel.path;
		m->opt.kernel = how & 16 ? initrd.path : NULL;
		m->opt.module[0] = (struct module_option){ .name = "m", .path = initrd.path };
		m->opt.nmodules = how >> 5 & 1;
	}
	m->bus = bus_create(RAM);
	m->cpus[0] = cpu_create(0, m->bus, &ops, m);
	m->ncpus = 1;
	if (fw_load(m) == 0) {
		check(m);
		require(fw_load(m) == 0); /* as at a reset */
	}
	fw_destroy(m);
	cpu_destroy(m->cpus[0]);
	bus_destroy(m->bus);
	free(m);
	free(append);
	close(kernel.fd);
	close(initrd.fd);
	return 0;
}
