// SPDX-License-Identifier: MIT
/*
 * A user-level program on the machine's processor, without a kernel.
 *
 * Memory is a list of ranges, in pages that are made when they are first touched.
 */
#include "guest.h"

#include <elf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "bus.h"
#include "cpu/exec.h"
#include "cpu/fault.h"
#include "cpu/parts.h"
#include "debug/gdb-break.h"

#define RAM	   (256UL << 20)
#define PAGE_BITS  14
#define PAGE	   (1UL << PAGE_BITS)
#define PAGES	   (RAM / 2 / PAGE)
#define IVT	   0xe000000000000000UL /* nothing is ever fetched there */
#define STACK_TOP  0xa000000000000000UL
#define STACK_SIZE (8UL << 20)
#define USER_PSR   (PSR_IC | PSR_IT | PSR_DT | PSR_RT | PSR_BN | PSR_CPL)
#define PTE_USER   (PTE_P | PTE_A | PTE_D | 3UL << 7 | 3UL << 9) /* read, write, execute */

#define NR_EXIT	      1025
#define NR_WRITE      1027
#define NR_EXIT_GROUP 1236

struct range {
	uint64_t start, end;
};

struct guest {
	struct bus *bus;
	struct cpu *cpu;
	struct breaks breaks;
	struct range range[16];
	unsigned nranges;
	uint64_t page[PAGES]; /* virtual address by physical page, which starts at PAGE */
	unsigned npages;
	struct fpreg frs[128]; /* when guest_get() looked last */
	unsigned rrb_fr;
	bool seen;
	char why[200];
};

static uint64_t itc_now(void *opaque, struct cpu *cpu)
{
	(void)opaque;
	return cpu->n_bundles;
}

static void no_itm(void *opaque, struct cpu *cpu)
{
	(void)opaque;
	(void)cpu;
}

static void no_eoi(void *opaque, struct cpu *cpu, unsigned vector)
{
	(void)opaque;
	(void)cpu;
	(void)vector;
}

static const struct cpu_ops ops = { .itc_now = itc_now, .itm_changed = no_itm, .eoi = no_eoi };

static enum guest_end stopped(struct guest *g, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static enum guest_end stopped(struct guest *g, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(g->why, sizeof(g->why), fmt, ap);
	va_end(ap);
	return GUEST_STOPPED;
}

const char *guest_why(const struct guest *g)
{
	return g->why;
}

/* ---- memory ---- */

static bool in_range(const struct guest *g, uint64_t va)
{
	for (unsigned i = 0; i < g->nranges; i++)
		if (va >= g->range[i].start && va < g->range[i].end)
			return true;
	return false;
}

static bool add_range(struct guest *g, uint64_t start, uint64_t end)
{
	if (g->nranges == sizeof(g->range) / sizeof(*g->range))
		return false;
	g->range[g->nranges++] = (struct range){ start & -PAGE, (end + PAGE - 1) & -PAGE };
	return true;
}

/* The physical address of @va's page, 0 if it is no part of the program */
static uint64_t page_of(struct guest *g, uint64_t va)
{
	unsigned i;

	va &= -PAGE;
	for (i = 0; i < g->npages; i++)
		if (g->page[i] == va)
			return (i + 1) * PAGE;
	if (!in_range(g, va) || g->npages == PAGES)
		return 0;
	g->page[g->npages++] = va;
	return g->npages * PAGE;
}

static bool copy_in(struct guest *g, uint64_t va, const void *data, uint64_t size)
{
	while (size) {
		uint64_t n = PAGE - va % PAGE, pa = page_of(g, va);

		n = n < size ? n : size;
		if (!pa || !bus_copy_to(g->bus, pa + va % PAGE, data, n))
			return false;
		data = (const char *)data + n;
		va += n;
		size -= n;
	}
	return true;
}

bool guest_poke(struct guest *g, uint64_t va, uint64_t val)
{
	return copy_in(g, va, &val, sizeof(val));
}

/* ---- the executable ---- */

static bool load(struct guest *g, const unsigned char *file, size_t size)
{
	const Elf64_Ehdr *head = (const void *)file;
	const Elf64_Phdr *ph = (const void *)(file + head->e_phoff);

	if (size < sizeof(*head) || memcmp(head->e_ident, ELFMAG, SELFMAG) ||
	    head->e_machine != EM_IA_64 || head->e_type != ET_EXEC ||
	    head->e_phoff + head->e_phnum * sizeof(*ph) > size)
		return false;
	for (unsigned i = 0; i < head->e_phnum; i++) {
		if (ph[i].p_type != PT_LOAD)
			continue;
		if (ph[i].p_offset + ph[i].p_filesz > size ||
		    !add_range(g, ph[i].p_vaddr, ph[i].p_vaddr + ph[i].p_memsz) ||
		    !copy_in(g, ph[i].p_vaddr, file + ph[i].p_offset, ph[i].p_filesz))
			return false;
	}
	return add_range(g, STACK_TOP - STACK_SIZE, STACK_TOP);
}

static unsigned char *read_file(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	unsigned char *data = NULL;
	long n;

	if (!f)
		return NULL;
	if (!fseek(f, 0, SEEK_END) && (n = ftell(f)) > 0 && (data = malloc(n))) {
		rewind(f);
		*size = fread(data, 1, n, f);
	}
	fclose(f);
	return data;
}

struct guest *guest_create(const char *path)
{
	struct guest *g = calloc(1, sizeof(*g));
	size_t size = 0;
	unsigned char *file = read_file(path, &size);

	if (!g || !file || !(g->bus = bus_create(RAM)) ||
	    !(g->cpu = cpu_create(0, g->bus, &ops, NULL)) || !load(g, file, size)) {
		fprintf(stderr, "compare: %s: not a static IA-64 executable that can be loaded\n",
			path);
		free(file);
		return NULL;
	}
	free(file);
	for (unsigned i = 0; i < 8; i++)
		tlb_write_rr(g->cpu, i, (0x100UL + i) << 8 | PAGE_BITS << 2);
	g->cpu->cr[CR_IVA] = IVT;
	g->cpu->debug = &g->breaks;
	g->breaks.step = g->cpu;
	return g;
}

void guest_destroy(struct guest *g)
{
	cpu_destroy(g->cpu);
	bus_destroy(g->bus);
	free(g);
}

/* ---- registers ---- */

static const uint8_t ars[] = REGS_AR;

static uint64_t *ar_place(struct cpu *cpu, unsigned i)
{
	return ars[i] == AR_BSP ? &cpu->bsp : &cpu->ar[ars[i]];
}

static void set_start(struct guest *g, const uint64_t *regs)
{
	struct cpu *cpu = g->cpu;
	uint64_t bsp = regs[REG_AR + 1];

	add_range(g, bsp, bsp + STACK_SIZE);
	rse_write_bspstore(cpu, bsp);
	cfm_unpack(&cpu->cfm, regs[REG_CFM]);
	cpu->gr_limit = 32 + cpu->cfm.sof;
	cpu_set_psr(cpu, USER_PSR);
}

void guest_set(struct guest *g, const uint64_t *regs, bool all)
{
	struct cpu *cpu = g->cpu;

	if (all)
		set_start(g, regs);
	cpu->ip = regs[REG_IP] & ~15UL;
	cpu->ri = regs[REG_IP] & 3;
	cpu->pr = regs[REG_PR] | 1;
	for (unsigned i = 0; i < REGS_NAR; i++)
		if (ars[i] != AR_BSP)
			cpu->ar[ars[i]] = regs[REG_AR + i];
	memcpy(cpu->br, regs + REG_BR, sizeof(cpu->br));
	for (unsigned r = 1; r < 32u + cpu->cfm.sof; r++)
		*cpu_gr(cpu, r) =
			(struct gr){ regs[REG_GR + r], regs[REG_NAT + r / 64] >> r % 64 & 1 };
	for (unsigned f = 2; f < 128; f++)
		*cpu_fr(cpu, f) = fp_from_spill(regs[REG_FR + 2 * f], regs[REG_FR + 2 * f + 1]);
	g->seen = false;
}

static void get_frs(struct guest *g, uint64_t *regs)
{
	struct cpu *cpu = g->cpu;

	if (g->seen && g->rrb_fr == cpu->cfm.rrb_fr && !memcmp(g->frs, cpu->fr, sizeof(g->frs)))
		return;
	g->seen = true;
	g->rrb_fr = cpu->cfm.rrb_fr;
	memcpy(g->frs, cpu->fr, sizeof(g->frs));
	for (unsigned f = 0; f < 128; f++)
		fp_to_spill(cpu_fr(cpu, f), &regs[REG_FR + 2 * f], &regs[REG_FR + 2 * f + 1]);
}

void guest_get(struct guest *g, uint64_t *regs)
{
	struct cpu *cpu = g->cpu;
	unsigned n = 32 + cpu->cfm.sof;

	regs[REG_IP] = cpu->ip | cpu->ri;
	regs[REG_PARTIAL] = 0;
	regs[REG_CFM] = cfm_pack(&cpu->cfm);
	regs[REG_PR] = cpu->pr;
	for (unsigned i = 0; i < REGS_NAR; i++)
		regs[REG_AR + i] = *ar_place(cpu, i);
	memcpy(regs + REG_BR, cpu->br, sizeof(cpu->br));
	regs[REG_NAT] = regs[REG_NAT + 1] = 0;
	for (unsigned r = 0; r < n; r++) {
		const struct gr *gr = cpu_gr(cpu, r);

		regs[REG_GR + r] = gr->val;
		regs[REG_NAT + r / 64] |= gr->nat << r % 64;
	}
	memset(regs + REG_GR + n, 0, (128 - n) * sizeof(*regs));
	get_frs(g, regs);
}

/* ---- execution ---- */

static void resume(struct cpu *cpu)
{
	static const struct op none;

	exec_cover(cpu, &none);
	exec_rfi(cpu, &none);
}

static enum guest_end one_step(struct guest *g)
{
	struct cpu *cpu = g->cpu;

	g->breaks.stepped = false;
	cpu->stop = CPU_STOP_NONE;
	cpu_run(cpu, UINT64_MAX);
	if (cpu->stop != CPU_STOP_DEBUG)
		return stopped(g, "the machine stopped: %s", cpu->stop_msg);
	return GUEST_RUNS;
}

static enum guest_end system_call(struct guest *g)
{
	struct cpu *cpu = g->cpu;

	if (cpu->cr[CR_IIM] != 0x100000)
		return stopped(g, "break %#lx", cpu->cr[CR_IIM]);
	switch (cpu->gr[15].val) {
	case NR_EXIT:
	case NR_EXIT_GROUP: return GUEST_EXITED;
	case NR_WRITE:
		cpu->gr[8] = (struct gr){ cpu_gr(cpu, 34)->val, 0 };
		cpu->gr[10] = (struct gr){ 0, 0 };
		break;
	default: return stopped(g, "system call %lu", cpu->gr[15].val);
	}
	/* the next slot */
	if (((cpu->cr[CR_IPSR] += 1UL << PSR_RI_SHIFT) & PSR_RI) == PSR_RI) {
		cpu->cr[CR_IPSR] &= ~PSR_RI;
		cpu->cr[CR_IIP] += 16;
	}
	resume(cpu);
	return GUEST_RUNS;
}

static bool insert(struct guest *g, bool insn)
{
	struct cpu *cpu = g->cpu;
	uint64_t ifa = cpu->cr[CR_IFA], pa = page_of(g, ifa);

	if (pa)
		tlb_insert_tc(cpu, insn, pa | PTE_USER, PAGE_BITS << 2, ifa & -PAGE);
	else if (cpu->cr[CR_ISR] & ISR_SP)
		cpu->cr[CR_IPSR] |= PSR_ED;
	else
		return false;
	resume(cpu);
	return true;
}

/* Return: true when the interrupted instruction is to be executed again. */
static bool serve(struct guest *g, enum guest_end *end)
{
	struct cpu *cpu = g->cpu;
	unsigned vector = cpu->ip - IVT;

	*end = GUEST_RUNS;
	switch (vector) {
	case VEC_BREAK: *end = system_call(g); return false;
	case VEC_ITLB:
	case VEC_ALT_ITLB:
		if (insert(g, true))
			return true;
		break;
	case VEC_DTLB:
	case VEC_ALT_DTLB:
		if (insert(g, false))
			return true;
		break;
	}
	*end = stopped(g, "interruption %#x, isr %#lx, ifa %#lx, at %#lx.%lu", vector,
		       cpu->cr[CR_ISR], cpu->cr[CR_IFA], cpu->cr[CR_IIP],
		       (cpu->cr[CR_IPSR] & PSR_RI) >> PSR_RI_SHIFT);
	return false;
}

enum guest_end guest_step(struct guest *g)
{
	enum guest_end end;

	/* an interruption takes the place of the instruction; what it reports is 0..3 of them */
	do {
		end = one_step(g);
		if (end != GUEST_RUNS || cpu_cpl(g->cpu))
			return end;
	} while (serve(g, &end));
	return end;
}

bool guest_insn(struct guest *g, uint64_t ip, struct isa_insn *insn, char *text, unsigned size)
{
	uint64_t bits[2], pa = page_of(g, ip);
	struct isa_bundle b;
	unsigned slot = ip & 3;

	if (!pa || !bus_copy_from(g->bus, bits, pa + (ip & (PAGE - 1) & ~15UL), sizeof(bits)))
		return false;
	b = isa_bundle_words(bits[0], bits[1]);
	if (isa_templates[b.template].unit[1] == ISA_SLOT_L && slot)
		slot = 2;
	if (!isa_bundle_decode(insn, &b, slot))
		return false;
	isa_print(text, size, insn, ip & ~15UL);
	return true;
}
