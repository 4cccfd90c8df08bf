// SPDX-License-Identifier: MIT
/*
 * fuzz_guest.c - whole random guests on a small machine of one or three processors, at any
 * privilege level: some thousand bundles, then the end. Whatever they do, the host does not
 * notice.
 *
 * An input is code, registers and PSR. Most bundles have a valid template and rows of the
 * instruction table with random operands, some are any 128 bits. What a guest's vectors would
 * do is done here, so that a fault is not the end: a missing translation is inserted, another
 * instruction that faults is skipped. Branch registers lead to the firmware.
 */
#define _GNU_SOURCE /* memfd_create */
#include <elf.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cpu/fault.h"
#include "cpu/parts.h"
#include "event.h"
#include "fuzz/code.h"
#include "fw/fw.h"
#include "machine.h"

#define RAM	    (64UL << 20) /* what a relative branch from the code can reach */
#define CODE	    0x1800000UL
#define BUNDLES_MAX 100
#define CODE_SIZE   (CODE - 8) /* there the number of bundles is kept */
#define TICKS	    4000

#define PSR_START                                                                                  \
	(PSR_BE | PSR_UP | PSR_AC | PSR_MFL | PSR_MFH | PSR_IC | PSR_I | PSR_PK | PSR_DT |         \
	 PSR_DFL | PSR_DFH | PSR_SP | PSR_PP | PSR_DI | PSR_SI | PSR_DB | PSR_LP | PSR_TB |        \
	 PSR_RT | PSR_CPL | PSR_MC | PSR_IT | PSR_ID | PSR_DA | PSR_DD | PSR_SS | PSR_ED |         \
	 PSR_BN | PSR_IA)

/* A page of 64 KiB that everybody may read, write and execute */
#define PTE_ALL	 (PTE_P | PTE_A | PTE_D | 3UL << 7 | 3UL << 9)
#define ITIR_64K (16UL << 2)

/* ---- the guest's memory, registers and code ---- */

static const char *kernel_path(void)
{
	static char path[32];
	struct {
		Elf64_Ehdr eh;
		Elf64_Phdr ph;
	} k = {
		.eh = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC,
			.e_machine = EM_IA_64,
			.e_version = EV_CURRENT,
			.e_entry = CODE,
			.e_phoff = sizeof(Elf64_Ehdr),
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = 1 },
		.ph = { .p_type = PT_LOAD,
			.p_filesz = sizeof(Elf64_Ehdr),
			.p_vaddr = CODE,
			.p_paddr = CODE,
			.p_memsz = 0x10000 },
	};
	int fd;

	if (*path)
		return path;
	fd = memfd_create("kernel", 0);
	require(fd >= 0 && write(fd, &k, sizeof(k)) == sizeof(k));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

static void code(struct input *in, struct machine *m)
{
	/* { nop.m 0; nop.i 0; br.ret.sptk.many b0 ;; } */
	static const uint64_t again[2] = { 0x0000000100000011, 0x0084000880000200 };
	uint8_t bytes[16];
	uint64_t at = CODE;
	unsigned n = 0;

	for (; in->n && n < BUNDLES_MAX; n++, at += sizeof(bytes)) {
		random_bundle(in, bytes);
		bus_copy_to(m->bus, at, bytes, sizeof(bytes));
	}
	bus_copy_to(m->bus, at, again, sizeof(again));
	n++;
	bus_copy_to(m->bus, CODE_SIZE, &n, sizeof(n));
}

/* Values that lead somewhere */
static uint64_t value(struct input *in)
{
	static const uint64_t some[] = { 0,
					 1,
					 UINT64_MAX,
					 CODE,
					 CODE + 0x8000,
					 RAM - 8,
					 FW_BASE,
					 IO_PORT_BASE,
					 PIB_BASE,
					 IOSAPIC_BASE,
					 PCI_MEM_BASE,
					 1UL << 63,
					 1UL << 63 | (CODE + 0x9000),
					 7UL << 61 | CODE,
					 5UL << 61 | 0x1234 };
	unsigned how = take_num(in, 1);

	return how < 16 ? take_num(in, 8) : some[how % (sizeof(some) / sizeof(*some))] + how / 16;
}

static void registers(struct input *in, struct cpu *cpu)
{
	uint64_t psr = take_num(in, 6) & take_num(in, 6) & PSR_START;

	cpu->ip = CODE;
	rse_alloc(cpu, 96, 64, take_num(in, 1) % 9 * 8);
	for (unsigned i = 2; i < 32; i++)
		cpu->gr[i] = (struct gr){ .val = value(in) };
	for (unsigned i = 1; i < 8; i++)
		cpu->br[i] = fw_stub_address(take_num(in, 1) % FW_STUB_IVT);
	cpu->br[0] = CODE;
	cpu->gr[28].val %= 1 + 64 * (psr & 1); /* a PAL procedure that exists, perhaps */
	for (unsigned i = 32; i < 40; i++)
		*cpu_gr(cpu, i) = (struct gr){ .val = value(in) };
	pr_set_physical(cpu, take_num(in, 8) | 1);
	cpu->ar[AR_LC] = 5;
	cpu->pkr[0] = 1; /* key 0, all rights */
	/* the vectors are reached with PSR.it = 1, too */
	tlb_insert_tr(cpu, true, 0, PTE_ALL | FW_IVT_BASE, ITIR_64K, FW_IVT_BASE);
	cpu_set_psr(cpu, psr);
}

/* ---- what its vectors do ---- */

static bool is_miss(unsigned vector, bool *insn)
{
	*insn = vector == VEC_ITLB || vector == VEC_ALT_ITLB;
	return *insn || vector == VEC_DTLB || vector == VEC_ALT_DTLB || vector == VEC_VHPT_TRANS;
}

/* Who has lost the way, or has not collected where it was, goes on somewhere in the code. */
static uint64_t back_to_code(struct cpu *cpu, uint64_t ip)
{
	uint64_t n = 1;

	bus_copy_from(cpu->bus, &n, CODE_SIZE, 4);
	n = n >= 1 && n <= BUNDLES_MAX + 1 ? n : 1;
	if (!(cpu->cr[CR_ISR] & ISR_NI) && (ip & (RAM - 1)) - CODE < n * 16)
		return ip;
	return CODE + cpu->n_bundles % n * 16;
}

static enum exec vectors(struct cpu *cpu, unsigned vector)
{
	uint64_t ipsr = cpu->cr[CR_IPSR], ip = cpu->cr[CR_IIP] & ~15UL, ifa = cpu->cr[CR_IFA];
	unsigned ri = ipsr >> PSR_RI_SHIFT & 3;
	bool insn;

	if (is_miss(vector, &insn)) {
		uint64_t pa = (ifa & (RAM - 1)) & ~0xffffUL;

		tlb_insert_tc(cpu, insn, PTE_ALL | pa, ITIR_64K, ifa);
		if (vector == VEC_VHPT_TRANS)
			tlb_insert_tc(cpu, true, PTE_ALL | pa, ITIR_64K, ifa);
	} else if (vector != VEC_EXTINT) {
		ri = ri == 2 ? 0 : ri + 1;
		ip += ri ? 0 : 16;
	} else {
		sapic_read_ivr(cpu);
		sapic_write_eoi(cpu);
	}
	cpu_set_psr(cpu, ipsr & ~(PSR_RI | PSR_IS | PSR_VM));
	cpu->ip = back_to_code(cpu, ip);
	cpu->ri = ri;
	return EXEC_RESUME;
}

static enum exec firmware(void *opaque, struct cpu *cpu, unsigned index)
{
	uint64_t pa;

	if (index != FW_STUB_IVT || tlb_fetch(cpu, cpu->ip, &pa) != EXEC_NEXT)
		return fw_call(opaque, cpu, index);
	pa &= (1UL << CPU_PA_BITS) - 1;
	if (pa < FW_IVT_BASE || pa >= FW_IVT_BASE + FW_IVT_SIZE)
		return fw_call(opaque, cpu, index);
	return vectors(cpu, (pa - FW_IVT_BASE) & ~0xffUL);
}

/* ---- */

static void the_end(void *opaque)
{
	machine_end(opaque, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machine_options opt = { .kernel = kernel_path(),
				       .append = "",
				       .ram_size = RAM,
				       .no_reboot = true,
				       .serial = SERIAL_NULL };
	struct input in = { data, size };
	struct event end = { .fn = the_end };
	struct machine *m;
	struct cpu_ops ops;

	opt.smp = 1 + take_num(&in, 1) % 8 / 7 * 2;
	opt.seed = take_num(&in, 1);
	m = machine_create(&opt);
	require(m);
	ops = *m->cpus[0]->ops;
	ops.firmware = firmware;
	for (unsigned i = 0; i < m->ncpus; i++) {
		m->cpus[i]->ops = &ops;
		registers(&in, m->cpus[i]);
	}
	code(&in, m);
	end.opaque = m;
	event_set(m, &end, machine_now(m) + TICKS);
	machine_run(m);
	event_cancel(m, &end);
	machine_destroy(m);
	return 0;
}
