// SPDX-License-Identifier: MIT
/*
 * Reads the registers of an unmodified Ski after each instruction: a library for LD_PRELOAD.
 *
 * Ski's batch mode asks for the time of day when it is about to run the loaded program. That
 * call is answered here: the program is executed one instruction at a time by Ski's own
 * function for that, its own functions say what the registers hold, and the changes go to the
 * descriptor PROBE_FD (regs.h). Ski's functions are found by name in its symbol table, so it
 * must not be stripped. PROBE_LIMIT ends the run after so many instructions.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "regs.h"

#define STACK_TOP UINT64_C(0xa000000000000000)
#define WINDOW	  (256 * 1024)

/* Ski by name. @frs and @prs are looked at as bytes, only to see whether anything changed. */
static struct {
	uint64_t (*ip)(int proc);
	uint64_t (*cfm)(int proc);
	uint64_t (*gr)(int proc, int i);
	uint64_t (*gr_nat)(int proc, int i);
	uint64_t (*fr_sign)(int proc, int i);
	uint64_t (*fr_exp)(int proc, int i);
	uint64_t (*fr_mant)(int proc, int i);
	uint64_t (*pr)(int proc, int i);
	uint64_t (*br)(int proc, int i);
	uint64_t (*ar)(int proc, int i);
	unsigned (*read)(uint64_t addr, unsigned size, uint64_t *val);
	unsigned (*step)(uint64_t count);
	const unsigned *loaded, *incomplete;
	const unsigned char *frs, *prs;
} ski;

static const struct symbol {
	const char *name;
	void *place;
	size_t size; /* of an object at least; 0: a function */
} symbols[] = {
	{ "ipGet", &ski.ip, 0 },	  { "cfmGet", &ski.cfm, 0 },
	{ "grGet", &ski.gr, 0 },	  { "grNatGet", &ski.gr_nat, 0 },
	{ "frSignGet", &ski.fr_sign, 0 }, { "frExpGet", &ski.fr_exp, 0 },
	{ "frMantGet", &ski.fr_mant, 0 }, { "prGet", &ski.pr, 0 },
	{ "brGet", &ski.br, 0 },	  { "arGet", &ski.ar, 0 },
	{ "memMRd", &ski.read, 0 },	  { "stepIt_loop", &ski.step, 0 },
	{ "fileLoaded", &ski.loaded, 4 }, { "cfle", &ski.incomplete, 4 },
	{ "frs", &ski.frs, 2048 },	  { "prs", &ski.prs, 256 },
};
#define NSYMBOLS (sizeof(symbols) / sizeof(*symbols))
#define FRS_SIZE 2048
#define PRS_SIZE 256

static struct {
	int fd;
	size_t used;
	unsigned char buffer[WINDOW];
} out;

static void flush_out(void)
{
	for (size_t done = 0; done < out.used;) {
		ssize_t n = write(out.fd, out.buffer + done, out.used - done);

		if (n < 0 && errno != EINTR)
			_exit(3);
		done += n < 0 ? 0 : n;
	}
	out.used = 0;
}

static void put(const void *data, size_t size)
{
	if (out.used + size > sizeof(out.buffer))
		flush_out();
	memcpy(out.buffer + out.used, data, size);
	out.used += size;
}

static void give_up(const char *why)
{
	fprintf(stderr, "probe: %s\n", why);
	_exit(2);
}

/* ---- Ski's symbols ---- */

static void find_in(const unsigned char *file, const Elf64_Shdr *table, const char *names,
		    uint64_t base)
{
	const Elf64_Sym *sym = (const void *)(file + table->sh_offset);

	for (size_t i = 0; i < table->sh_size / sizeof(*sym); i++)
		for (size_t s = 0; s < NSYMBOLS; s++) {
			const void *p = (const void *)(base + sym[i].st_value);

			if (sym[i].st_value && sym[i].st_size >= symbols[s].size &&
			    !strcmp(names + sym[i].st_name, symbols[s].name))
				memcpy(symbols[s].place, &p, sizeof(p));
		}
}

static int find_base(struct dl_phdr_info *info, size_t size, void *base)
{
	(void)size;
	*(uint64_t *)base = info->dlpi_addr;
	return 1; /* the first is the program itself */
}

static void find_symbols(void)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	struct stat st;
	const unsigned char *file;
	const Elf64_Ehdr *head;
	const Elf64_Shdr *section;
	uint64_t base = 0;

	if (fd < 0 || fstat(fd, &st) < 0)
		give_up("cannot open the simulator's file");
	file = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (file == MAP_FAILED)
		give_up("cannot read the simulator's file");
	dl_iterate_phdr(find_base, &base);
	head = (const void *)file;
	section = (const void *)(file + head->e_shoff);
	for (unsigned i = 0; i < head->e_shnum; i++)
		if (section[i].sh_type == SHT_SYMTAB)
			find_in(file, &section[i],
				(const char *)file + section[section[i].sh_link].sh_offset, base);
	for (size_t s = 0; s < NSYMBOLS; s++)
		if (!*(void **)symbols[s].place) {
			fprintf(stderr, "probe: no symbol %s: not this Ski, or stripped\n",
				symbols[s].name);
			_exit(2);
		}
	close(fd);
}

/* ---- registers ---- */

static void read_frs(uint64_t *now)
{
	for (int i = 0; i < 128; i++) {
		now[REG_FR + 2 * i] = ski.fr_mant(0, i);
		now[REG_FR + 2 * i + 1] = ski.fr_exp(0, i) | ski.fr_sign(0, i) << 17;
	}
}

static void read_grs(uint64_t *now, unsigned n)
{
	memset(now + REG_NAT, 0, 2 * sizeof(*now));
	for (unsigned i = 0; i < n; i++) {
		now[REG_GR + i] = ski.gr(0, i);
		now[REG_NAT + i / 64] |= (ski.gr_nat(0, i) & 1) << i % 64;
	}
	if (n > 32)
		memset(now + REG_GR + n, 0, (128 - n) * sizeof(*now));
}

/* What was read last time is still in @now. */
static void read_registers(uint64_t *now)
{
	static const unsigned char ars[] = REGS_AR;
	static unsigned char frs[FRS_SIZE], prs[PRS_SIZE];
	uint64_t cfm = ski.cfm(0), ip = ski.ip(0);
	bool fresh = !now[REG_CFM], renamed = fresh || cfm != now[REG_CFM];

	now[REG_IP] = (ip & ~UINT64_C(15)) | (ip >> 2 & 3);
	now[REG_CFM] = cfm;
	now[REG_PARTIAL] = *ski.incomplete & 1;
	if (renamed || memcmp(prs, ski.prs, sizeof(prs))) {
		memcpy(prs, ski.prs, sizeof(prs));
		now[REG_PR] = 0;
		for (int i = 0; i < 64; i++)
			now[REG_PR] |= (ski.pr(0, i) & 1) << i;
	}
	for (unsigned i = 0; i < REGS_NAR; i++)
		now[REG_AR + i] = ski.ar(0, ars[i]);
	for (int i = 0; i < 8; i++)
		now[REG_BR + i] = ski.br(0, i);
	read_grs(now, now[REG_PARTIAL] ? 32 : 32 + (cfm & 0x7f));
	if (renamed || memcmp(frs, ski.frs, sizeof(frs))) {
		memcpy(frs, ski.frs, sizeof(frs));
		read_frs(now);
	}
}

static void put_record(const uint64_t *now, uint64_t *last)
{
	uint64_t record[1 + 2 * REG_COUNT], n = 0;

	for (unsigned i = 0; i < REG_COUNT; i++)
		if (now[i] != last[i]) {
			record[1 + 2 * n] = i;
			record[2 + 2 * n] = last[i] = now[i];
			n++;
		}
	record[0] = n;
	put(record, (1 + 2 * n) * sizeof(*record));
}

static void put_start(void)
{
	struct stream_start start = { .magic = STREAM_MAGIC, .sp = ski.gr(0, 12) };

	start.words = (STACK_TOP - start.sp) / 8;
	put(&start, sizeof(start));
	for (uint64_t a = start.sp; a < STACK_TOP; a += 8) {
		uint64_t val = 0;

		if (!ski.read(a, 8, &val))
			val = 0;
		put(&val, sizeof(val));
	}
}

static void trace(int fd)
{
	static uint64_t now[REG_COUNT], last[REG_COUNT];
	const char *limit = getenv("PROBE_LIMIT");
	uint64_t left = limit && *limit ? strtoull(limit, NULL, 0) : UINT64_MAX;
	uint64_t end = STREAM_END;

	out.fd = fd;
	put_start();
	do {
		read_registers(now);
		put_record(now, last);
	} while (left-- && ski.step(1));
	put(&end, sizeof(end));
	flush_out();
	_exit(0);
}

int gettimeofday(struct timeval *restrict tv, void *restrict tz)
{
	const char *fd = getenv("PROBE_FD");
	struct timespec now;

	(void)tz;
	if (fd && !ski.step)
		find_symbols();
	if (fd && *ski.loaded)
		trace(atoi(fd));
	clock_gettime(CLOCK_REALTIME, &now);
	tv->tv_sec = now.tv_sec;
	tv->tv_usec = now.tv_nsec / 1000;
	return 0;
}
