// SPDX-License-Identifier: MIT
/*
 * The virtual hash page table and its hardware walker, SDM vol 2 §4.1.5 to §4.1.8.
 *
 * Both formats: the short one is a linear table in each region, the long one a single hash
 * table with tags. The walker reads through the data TLB at privilege level 0 and never
 * faults: it gives up, and the caller raises the fault that the SDM prescribes for that.
 */
#include <string.h>

#include "bus.h"
#include "cpu/cpu.h"
#include "cpu/parts.h"

#define PTA_VE	       1UL
#define PTA_VF	       (1UL << 8) /* long format */
#define PTA_SIZE(pta)  ((pta) >> 2 & 0x3f)
#define VHPT_LONG_BITS 5 /* an entry is 32 bytes */
#define TAG_INVALID    (1UL << 63)

/*
 * How the long format is hashed is the processor's own affair: page number and RID are
 * mixed so that the index (of at least 10 bits, the smallest table's) and the tag together
 * are those of one page only.
 */
static uint64_t page_number(const struct cpu *cpu, uint64_t va)
{
	return VA_OFFSET(va) >> RR_PS(cpu->rr[VA_REGION(va)]);
}

uint64_t vhpt_hash(struct cpu *cpu, uint64_t va)
{
	uint64_t pta = cpu->cr[CR_PTA], size = PTA_SIZE(pta), page = page_number(cpu, va);
	uint64_t mask = size >= 61 ? VA_OFFSET(~0UL) : (1UL << size) - 1;
	uint64_t base = VA_OFFSET(pta) & ~0x7fffUL, region, offset;

	if (pta & PTA_VF) {
		region = VA_REGION(pta);
		offset = (page ^ RR_RID(cpu->rr[VA_REGION(va)])) << VHPT_LONG_BITS;
	} else {
		region = VA_REGION(va);
		offset = page << 3;
	}
	mask |= 0x7fff;
	return region << 61 | (base & ~mask) | (VA_OFFSET(offset) & mask);
}

uint64_t vhpt_tag(struct cpu *cpu, uint64_t va)
{
	return (page_number(cpu, va) ^ RR_RID(cpu->rr[VA_REGION(va)]) << 39) & ~TAG_INVALID;
}

/* SDM vol 2 §4.1.5.1 */
static bool walker_enabled(const struct cpu *cpu, bool insn, bool rse, uint64_t va)
{
	uint64_t need = PSR_DT | (insn ? PSR_IT | PSR_IC : 0) | (rse ? PSR_RT : 0);

	return cpu->cr[CR_PTA] & PTA_VE && cpu->rr[VA_REGION(va)] & RR_VE &&
	       (cpu->psr & need) == need;
}

/* Where the table entry at @va is in RAM; NULL with the reason in @why. */
static const void *walker_reference(struct cpu *cpu, uint64_t va, unsigned size,
				    enum vhpt_result *why)
{
	const struct tlb_entry *e = tlb_find(cpu, false, va);
	const uint64_t *pkr;
	const void *p;
	uint64_t room;

	*why = VHPT_NO_TRANS;
	if (!e)
		return NULL;
	*why = VHPT_MISS;
	if (!(e->pte & PTE_P) || !(e->pte & PTE_A) || PTE_MA(e->pte) != MA_WB ||
	    !(tlb_allowed(e, 0) & TLB_R))
		return NULL;
	if (cpu->psr & PSR_PK) {
		pkr = pkr_find(cpu, e->key);
		if (!pkr || *pkr & PKR_RD)
			return NULL;
	}
	p = bus_ram(cpu->bus, e->pa | (va & e->mask), &room);
	return p && room >= size ? p : NULL;
}

static uint64_t table_word(const struct cpu *cpu, const void *p, unsigned i)
{
	uint64_t v;

	memcpy(&v, (const char *)p + 8 * i, 8);
	return cpu->cr[CR_DCR] & DCR_BE ? __builtin_bswap64(v) : v;
}

enum vhpt_result vhpt_walk(struct cpu *cpu, bool insn, bool rse, uint64_t va, struct tlb_entry *e)
{
	uint64_t rr = cpu->rr[VA_REGION(va)], pte, itir;
	bool vf = cpu->cr[CR_PTA] & PTA_VF;
	enum vhpt_result why;
	const void *p;

	if (!walker_enabled(cpu, insn, rse, va))
		return VHPT_OFF;
	cpu->stats.vhpt_walk++;
	p = walker_reference(cpu, vhpt_hash(cpu, va), vf ? 32 : 8, &why);
	if (!p)
		return why;
	pte = table_word(cpu, p, 0);
	if (vf) {
		itir = table_word(cpu, p, 1);
		if (table_word(cpu, p, 2) != vhpt_tag(cpu, va))
			return VHPT_MISS;
	} else {
		itir = RR_RID(rr) << 8 | RR_PS(rr) << 2;
	}
	if (tlb_reserved(pte, itir))
		return VHPT_MISS;
	cpu->stats.vhpt_hit++;
	if (!(pte & PTE_P)) { /* not cached: the OS may make it present without a purge */
		*e = (struct tlb_entry){ .pte = pte, .itir = itir };
		return VHPT_HIT;
	}
	tlb_insert_tc(cpu, insn, pte, itir, va);
	if (cpu->stop)
		return VHPT_MISS;
	*e = *tlb_find(cpu, insn, va);
	return VHPT_HIT;
}
