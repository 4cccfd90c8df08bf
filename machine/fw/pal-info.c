// SPDX-License-Identifier: MIT
/*
 * PAL procedures that describe the processor.
 *
 * Where software depends on an answer it comes from the constants the processor itself is
 * built with; caches, which do not exist here, are described as those of an Itanium 2.
 */
#include <string.h>

#include "cpu/parts.h"
#include "fw/pal.h"

/* ---- caches ---- */

struct cache {
	uint8_t level, type; /* 1 instruction, 2 data or unified */
	bool unified;
	uint8_t attr; /* 0 write-through, 1 write-back */
	uint8_t ways, line_shift, latency, tag_lsb;
	uint32_t size;
};

static const struct cache caches[] = {
	{ 0, 1, false, 0, 4, 6, 1, 12, 16 << 10 },
	{ 0, 2, false, 0, 4, 6, 1, 12, 16 << 10 },
	{ 1, 2, true, 1, 8, 7, 5, 15, 256 << 10 },
	{ 2, 2, true, 1, 12, 7, 12, 18, 3 << 20 },
};
#define NCACHES (sizeof(caches) / sizeof(caches[0]))

static const struct cache *find_cache(uint64_t level, uint64_t type)
{
	for (unsigned i = 0; i < NCACHES; i++) {
		if (caches[i].level == level && caches[i].type == type)
			return &caches[i];
	}
	return NULL;
}

/* SDM vol 2, PAL_CACHE_INFO: config_info_1, config_info_2 */
enum exec pal_cache_info(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			 struct fw_ret *ret)
{
	const struct cache *c = find_cache(a[0], a[1]);

	(void)fw, (void)cpu;
	if (!c) {
		ret->status = PAL_INVALID;
		return EXEC_NEXT;
	}
	ret->v[0] = c->unified | c->attr << 1 | c->ways << 8 | c->line_shift << 16 |
		    (uint64_t)c->line_shift << 24 | (uint64_t)c->latency << 32 |
		    (uint64_t)c->latency << 40 | 1UL << 48 | 1UL << 56;
	ret->v[1] = c->size | (uint64_t)c->tag_lsb << 40 | (uint64_t)(CPU_PA_BITS - 1) << 48;
	return EXEC_NEXT;
}

enum exec pal_cache_summary(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			    struct fw_ret *ret)
{
	(void)fw, (void)cpu, (void)a;
	ret->v[0] = caches[NCACHES - 1].level + 1;
	ret->v[1] = NCACHES;
	return EXEC_NEXT;
}

/* No cache has protection: method 0 in each of the six elements. */
enum exec pal_cache_prot_info(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			      struct fw_ret *ret)
{
	(void)fw, (void)cpu;
	ret->status = find_cache(a[0], a[1]) ? PAL_OK : PAL_INVALID;
	return EXEC_NEXT;
}

/* Each processor has all its caches to itself. */
enum exec pal_cache_shared_info(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				struct fw_ret *ret)
{
	(void)fw;
	if (!find_cache(a[0], a[1]) || (a[2] && a[2] != ~0UL)) {
		ret->status = PAL_INVALID;
		return EXEC_NEXT;
	}
	ret->v[0] = 1;
	ret->v[2] = cpu->index;
	return EXEC_NEXT;
}

/* ---- virtual memory ---- */

/* One level, instruction and data apart, nothing preferred, TRs not taken from the TC. */
enum exec pal_vm_info(struct firmware *fw, struct cpu *cpu, const uint64_t *a, struct fw_ret *ret)
{
	const unsigned sets = CPU_NTC / 128;

	(void)fw, (void)cpu;
	if (a[0] != 0 || (a[1] != 1 && a[1] != 2)) {
		ret->status = PAL_INVALID;
		return EXEC_NEXT;
	}
	ret->v[0] = sets | CPU_NTC / sets << 8 | CPU_NTC << 16;
	ret->v[1] = TLB_PAGE_SIZES;
	return EXEC_NEXT;
}

enum exec pal_vm_summary(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			 struct fw_ret *ret)
{
	(void)fw, (void)cpu, (void)a;
	ret->v[0] = 1 |				    /* VHPT walker */
		    CPU_PA_BITS << 1 | 24 << 8 |    /* key bits */
		    (CPU_NPKR - 1) << 16 |	    /* hash and tag functions: 0 at bit 24 */
		    (uint64_t)(CPU_NTR - 1) << 32 | /* highest DTR */
		    (uint64_t)(CPU_NTR - 1) << 40 | 2UL << 48 | 1UL << 56;
	ret->v[1] = (CPU_VA_BITS - 1) | CPU_RID_BITS << 8 | 1 << 16; /* one purge at a time */
	return EXEC_NEXT;
}

enum exec pal_vm_page_size(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			   struct fw_ret *ret)
{
	(void)fw, (void)cpu, (void)a;
	ret->v[0] = TLB_PAGE_SIZES;
	ret->v[1] = TLB_PAGE_SIZES;
	return EXEC_NEXT;
}

/* a: number, 0 instruction or 1 data, 32-byte buffer for pte, itir, ifa, rr */
enum exec pal_vm_tr_read(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			 struct fw_ret *ret)
{
	uint64_t tr[4] = { 0 };
	const struct tlb_entry *e;

	(void)fw;
	if (a[0] >= CPU_NTR || a[1] > 1) {
		ret->status = PAL_INVALID;
		return EXEC_NEXT;
	}
	e = a[1] ? &cpu->dtr[a[0]] : &cpu->itr[a[0]];
	if (e->valid) {
		tr[0] = e->pte;
		tr[1] = e->itir;
		tr[2] = (e->va & ~0xfffUL) | 1;
		tr[3] = (uint64_t)e->rid << 8;
		ret->v[0] =
			0xf; /* access rights, privilege level, dirty bit, attribute are valid */
	}
	return mem_copy_out(cpu, a[2], tr, sizeof(tr));
}

/*
 * One ptc.e purges everything. The call itself does too, as it may: entries leave the caches
 * when the processor likes (SDM vol 2 §4.1.1.2).
 *
 * Linux 6.1 needs that on any processor. Its first printk inserts a translation of the boot
 * processor's per-CPU area; per_cpu_init() then moves the area, changes ar.k3, from which such
 * misses are served, and purges nothing. A handful of insertions later ia64_tlb_init() stores
 * what this call answers, still through the old translation, and with the first ptc.e it is
 * gone: ptce_count reads as 0 for ever, no flush of all translations does anything, and what
 * vfree() leaves behind in the caches is believed.
 */
enum exec pal_ptce_info(struct firmware *fw, struct cpu *cpu, const uint64_t *a, struct fw_ret *ret)
{
	(void)fw, (void)a;
	tlb_purge_all_tc(cpu);
	ret->v[1] = 1UL << 32 | 1;
	return EXEC_NEXT;
}

/* WB, UC, UCE, WC, NaTPage: a bit for each ma encoding */
enum exec pal_mem_attrib(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			 struct fw_ret *ret)
{
	(void)fw, (void)cpu, (void)a;
	ret->v[0] = 1 << 0 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7;
	return EXEC_NEXT;
}

/* ---- registers ---- */

enum exec pal_debug_info(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			 struct fw_ret *ret)
{
	(void)fw, (void)cpu, (void)a;
	ret->v[0] = CPU_NIBR / 2;
	ret->v[1] = CPU_NDBR / 2;
	return EXEC_NEXT;
}

/*
 * PMC0-3 for status, PMC4-7 and PMD4-7 for the counters (cpu/pmu.c). The buffer has four masks
 * of 256 bits: PMCs, PMDs, which of them can count cycles, which retired instructions.
 */
enum exec pal_perf_mon_info(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			    struct fw_ret *ret)
{
	static const uint64_t counters = PMU_GENERIC << PMU_FIRST;
	static const uint64_t mask[16] = {
		[0] = 0xf | counters, [4] = counters, [8] = counters, [12] = counters
	};

	(void)fw;
	if (!a[0] || a[0] & 7) {
		ret->status = PAL_INVALID;
		return EXEC_NEXT;
	}
	ret->v[0] = PMU_COUNTERS | PMU_WIDTH << 8 | PMU_CPU_CYCLES << 16 | PMU_INST_RETIRED << 24;
	return mem_copy_out(cpu, a[0], mask, sizeof(mask));
}

/* Bit sets of registers: all ARs, ARs whose reading has side effects, the same of CRs. */
enum exec pal_register_info(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			    struct fw_ret *ret)
{
	static const uint64_t set[4][2] = {
		{ 0xffUL | 0xfUL << AR_RSC | 1UL << AR_FCR | 0x7fUL << AR_EFLAG | 1UL << AR_CCV |
			  1UL << AR_UNAT | 1UL << AR_FPSR | 1UL << AR_ITC | 1UL << AR_RUC,
		  0x7 },
		{ 0, 0 },
		{ 0x7UL | 1UL << CR_PTA | 3UL << CR_IPSR | 0x7fUL << CR_IIP,
		  0x7ffUL | 3UL << (CR_LRR0 - 64) },
		{ 0, 1UL << (CR_IVR - 64) },
	};

	(void)fw, (void)cpu;
	if (a[0] > 3) {
		ret->status = PAL_INVALID;
		return EXEC_NEXT;
	}
	ret->v[0] = set[a[0]][0];
	ret->v[1] = set[a[0]][1];
	return EXEC_NEXT;
}

enum exec pal_rse_info(struct firmware *fw, struct cpu *cpu, const uint64_t *a, struct fw_ret *ret)
{
	(void)fw, (void)cpu, (void)a;
	ret->v[0] = CPU_NSTACKED; /* v[1], the hints: no eager modes */
	return EXEC_NEXT;
}

/* ---- identity ---- */

/* Processor, bus and ITC all run at the base frequency that SAL_FREQ_BASE gives. */
enum exec pal_freq_ratios(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			  struct fw_ret *ret)
{
	(void)fw, (void)cpu, (void)a;
	for (unsigned i = 0; i < 3; i++)
		ret->v[i] = 1UL << 32 | 1;
	return EXEC_NEXT;
}

/* PAL_B revision and model, vendor (of nobody), PAL_A revision and model */
enum exec pal_version(struct firmware *fw, struct cpu *cpu, const uint64_t *a, struct fw_ret *ret)
{
	(void)fw, (void)cpu, (void)a;
	ret->v[0] = ret->v[1] = 0x00 | 0x01 << 8 | 0x00UL << 32 | 0x01UL << 40;
	return EXEC_NEXT;
}

enum exec pal_fixed_addr(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			 struct fw_ret *ret)
{
	(void)fw, (void)a;
	ret->v[0] = cpu->index;
	return EXEC_NEXT;
}

/* A package with one core of one thread for each processor. */
enum exec pal_logical_to_physical(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				  struct fw_ret *ret)
{
	(void)fw;
	if (a[0] && a[0] != ~0UL) {
		ret->status = PAL_INVALID;
		return EXEC_NEXT;
	}
	ret->v[0] = 1 | 1 << 16 | 1UL << 32 | (uint64_t)cpu->index << 48;
	ret->v[2] = cpu->index;
	return EXEC_NEXT;
}

/* Eight states; only the first, LIGHT HALT, is implemented, coherent and of no cost. */
enum exec pal_halt_info(struct firmware *fw, struct cpu *cpu, const uint64_t *a, struct fw_ret *ret)
{
	static const uint64_t state[8] = { 1 | 1 << 16 | 1000UL << 32 | 1UL << 60 | 1UL << 61 };

	(void)fw;
	if (!a[0] || a[0] & 7) {
		ret->status = PAL_INVALID;
		return EXEC_NEXT;
	}
	return mem_copy_out(cpu, a[0], state, sizeof(state));
}

/* a: 0 for the processor's name, buffer of 128 bytes */
enum exec pal_brand_info(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			 struct fw_ret *ret)
{
	static const char name[128] = "IA-64 emulated processor";

	(void)fw;
	if (a[0] || !a[1]) {
		ret->status = a[0] ? PAL_NO_ERROR_INFO : PAL_INVALID;
		return EXEC_NEXT;
	}
	ret->v[0] = strlen(name);
	return mem_copy_out(cpu, a[1], name, sizeof(name));
}
