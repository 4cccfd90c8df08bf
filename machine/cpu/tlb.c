// SPDX-License-Identifier: MIT
/*
 * Translations: translation registers and the translation cache, instruction and data apart
 * (SDM vol 2 §4.1), and the host-side copies of them.
 *
 * The TC is a table with a hash chain for each (RID, page, page size); a lookup tries the page
 * sizes that are in use, which a guest keeps to a handful. Beside it stand lines that give
 * the host address of 4 KiB pieces by virtual address alone (cpu->stlb_rd, stlb_wr for data,
 * mmu.fetch for instructions, which give the decoded page): they hold nothing that the TLB, the region registers and the
 * access rights did not allow when they were filled, and each change that could revoke that
 * passes through this file. They may outlive the TC entry they came from, as a larger TC would.
 */
#include <string.h>

#include "cpu/code.h"
#include "cpu/fault.h"
#include "cpu/parts.h"
#include "debug/gdb-break.h"
#include "debug/trace.h"

#define NO_TAG (~(uint64_t)0)
/* A range of up to 1 << this is flushed page by page, a larger one by looking at all lines */
#define FLUSH_BY_PAGE_BITS 18

/* ---- access rights, SDM vol 2 table 4-2 ---- */

unsigned tlb_allowed(const struct tlb_entry *e, unsigned cpl)
{
	static const uint8_t plain[8] = {
		TLB_R,	       TLB_R | TLB_X,	      TLB_R | TLB_W,	     TLB_R | TLB_W | TLB_X,
		TLB_R | TLB_W, TLB_R | TLB_W | TLB_X, TLB_R | TLB_W | TLB_X, TLB_X,
	};
	unsigned ar = PTE_AR(e->pte), pl = PTE_PL(e->pte), allowed = plain[ar];

	if (ar == 7) /* execute-only, also from less privilege: epc promotes */
		return cpl == 0 ? TLB_R | TLB_X : TLB_X;
	if (cpl > pl)
		return 0;
	if (ar == 4 && cpl == pl && cpl != 0)
		allowed &= ~TLB_W;
	else if (ar == 5 && cpl != 0)
		allowed &= ~TLB_W;
	else if (ar == 6 && (cpl < pl || cpl == 0))
		allowed &= ~TLB_X;
	return allowed;
}

bool tlb_page_size_ok(unsigned ps)
{
	return TLB_PAGE_SIZES >> ps & 1;
}

bool tlb_reserved(uint64_t pte, uint64_t itir)
{
	unsigned ma = PTE_MA(pte);

	if (itir & (3 | ~0UL << 32) || !tlb_page_size_ok(ITIR_PS(itir)))
		return true;
	if (!(pte & PTE_P)) /* everything else is the software's */
		return false;
	return pte & PTE_RESERVED || (ma >= 1 && ma <= 3);
}

const uint64_t *pkr_find(const struct cpu *cpu, uint32_t key)
{
	for (unsigned i = 0; i < CPU_NPKR; i++)
		if (cpu->pkr[i] & 1 && (uint32_t)(cpu->pkr[i] >> 8 & 0xffffff) == key)
			return &cpu->pkr[i];
	return NULL;
}

/* ---- host-side copies ---- */

/* Forget the lines of @t whose address is @base under @mask. */
static void lines_forget(struct stlb_line *t, uint64_t *used, unsigned words, uint64_t base,
			 uint64_t mask)
{
	for (unsigned w = 0; w < words; w++) {
		uint64_t left = used[w];

		while (left) {
			unsigned bit = __builtin_ctzll(left);
			struct stlb_line *l = &t[w * 64 + bit];

			left &= left - 1;
			if (l->tag != NO_TAG && (l->tag & mask) != base)
				continue;
			l->tag = NO_TAG;
			used[w] &= ~(1UL << bit);
		}
	}
}

static void forget_data(struct cpu *cpu, uint64_t base, uint64_t mask)
{
	struct mmu *m = &cpu->mmu;

	for (unsigned i = 0; i < 4; i++) {
		lines_forget(cpu->stlb_rd[i], m->rd_used[i], STLB_LINES / 64, base, mask);
		lines_forget(cpu->stlb_wr[i], m->wr_used[i], STLB_LINES / 64, base, mask);
	}
}

static void forget_fetch(struct cpu *cpu, uint64_t base, uint64_t mask)
{
	struct mmu *m = &cpu->mmu;

	for (unsigned i = 0; i < 4; i++)
		lines_forget(m->fetch[i], m->fetch_used[i], FETCH_LINES / 64, base, mask);
}

static void forget_data_pages(struct cpu *cpu, uint64_t va, uint64_t size)
{
	for (uint64_t end = va + size; va != end; va += STLB_PAGE) {
		unsigned n = va / STLB_PAGE & (STLB_LINES - 1);

		for (unsigned i = 0; i < 4; i++) {
			if (cpu->stlb_rd[i][n].tag == va)
				cpu->stlb_rd[i][n].tag = NO_TAG;
			if (cpu->stlb_wr[i][n].tag == va)
				cpu->stlb_wr[i][n].tag = NO_TAG;
		}
	}
}

static void forget_fetch_pages(struct cpu *cpu, uint64_t va, uint64_t size)
{
	for (uint64_t end = va + size; va != end; va += STLB_PAGE) {
		unsigned n = va / STLB_PAGE & (FETCH_LINES - 1);

		for (unsigned i = 0; i < 4; i++)
			if (cpu->mmu.fetch[i][n].tag == va)
				cpu->mmu.fetch[i][n].tag = NO_TAG;
	}
}

enum { SIDE_DATA = 1, SIDE_INSN = 2 };

/* The lines of 1 << @ps bytes at @off, in each region that now has this RID. */
static void forget_range(struct cpu *cpu, unsigned sides, uint64_t rid, uint64_t off, unsigned ps)
{
	bool many = ps > FLUSH_BY_PAGE_BITS;
	uint64_t mask = ps >= 61 ? 7UL << 61 : ~0UL << ps;

	for (uint64_t r = 0; r < 8; r++) {
		uint64_t va = (r << 61 | off) & mask;

		if (RR_RID(cpu->rr[r]) != rid)
			continue;
		if (sides & SIDE_DATA) {
			if (many)
				forget_data(cpu, va, mask);
			else
				forget_data_pages(cpu, va, 1UL << ps);
		}
		if (sides & SIDE_INSN) {
			if (many)
				forget_fetch(cpu, va, mask);
			else
				forget_fetch_pages(cpu, va, 1UL << ps);
		}
	}
}

void tlb_flush_host(struct cpu *cpu)
{
	struct mmu *m = &cpu->mmu;

	forget_data(cpu, 0, 0);
	forget_fetch(cpu, 0, 0);
	lines_forget(cpu->stlb_rd[4], m->rd_used[4], STLB_LINES / 64, 0, 0);
	lines_forget(cpu->stlb_wr[4], m->wr_used[4], STLB_LINES / 64, 0, 0);
}

void tlb_flush_host_write(struct cpu *cpu)
{
	const struct cpu_domain *d = cpu->domain;

	for (unsigned n = 0; n < d->n; n++)
		for (unsigned i = 0; i < STLB_MODES; i++)
			lines_forget(d->cpu[n]->stlb_wr[i], d->cpu[n]->mmu.wr_used[i],
				     STLB_LINES / 64, 0, 0);
}

void tlb_keep_fetch(struct cpu *cpu, uint64_t va, struct code_page *page)
{
	unsigned cpl = cpu_cpl(cpu), n = va / STLB_PAGE & (FETCH_LINES - 1);
	struct stlb_line *l = &cpu->mmu.fetch[cpl][n];

	l->tag = va & -(uint64_t)STLB_PAGE;
	l->code = page;
	cpu->mmu.fetch_used[cpl][n / 64] |= 1UL << n % 64;
	cpu->mmu.regions |= 1u << VA_REGION(va);
}

void tlb_flush_host_fetch(struct cpu *cpu)
{
	const struct cpu_domain *d = cpu->domain;

	for (unsigned n = 0; n < d->n; n++)
		forget_fetch(d->cpu[n], 0, 0);
}

struct stlb_line *tlb_never_hit(void)
{
	static const struct stlb_line never[STLB_LINES] = {
		[0 ... STLB_LINES - 1] = { .tag = NO_TAG },
	};

	return (struct stlb_line *)never;
}

void tlb_select_mode(struct cpu *cpu)
{
	unsigned mode = cpu->psr & PSR_DT ? cpu_cpl(cpu) : 4;

	if (unlikely(cpu->psr & (PSR_BE | PSR_DB | PSR_PK) || breaks_slow(cpu->debug))) {
		cpu->stlb_r = cpu->stlb_w = tlb_never_hit();
		return;
	}
	cpu->stlb_r = cpu->stlb_rd[mode];
	cpu->stlb_w = cpu->stlb_wr[mode];
}

void tlb_write_rr(struct cpu *cpu, unsigned region, uint64_t val)
{
	if (RR_RID(cpu->rr[region]) != RR_RID(val) && cpu->mmu.regions >> region & 1) {
		cpu->mmu.regions &= ~(1u << region);
		forget_data(cpu, (uint64_t)region << 61, 7UL << 61);
		forget_fetch(cpu, (uint64_t)region << 61, 7UL << 61);
	}
	cpu->rr[region] = val;
}

/* ---- the translation cache ---- */

static inline unsigned tc_bucket(uint64_t off, uint32_t rid, unsigned ps)
{
	uint64_t x = (off >> ps) ^ (uint64_t)rid << 13 ^ (uint64_t)ps << 40;

	return x * 0x9e3779b97f4a7c15UL >> 56;
}

static inline bool covers(const struct tlb_entry *e, uint64_t off, uint32_t rid)
{
	return e->rid == rid && !((off ^ e->va) & ~e->mask);
}

static struct tlb_entry *tc_find(struct tlb_entry *tc, const struct tc_index *ix, uint64_t off,
				 uint32_t rid)
{
	for (uint64_t sizes = ix->sizes; sizes; sizes &= sizes - 1) {
		unsigned ps = __builtin_ctzll(sizes);

		for (unsigned n = ix->head[tc_bucket(off, rid, ps)]; n; n = ix->next[n - 1]) {
			struct tlb_entry *e = &tc[n - 1];

			if (covers(e, off, rid) && ITIR_PS(e->itir) == ps)
				return e;
		}
	}
	return NULL;
}

static void tc_unlink(struct tlb_entry *tc, struct tc_index *ix, unsigned n)
{
	struct tlb_entry *e = &tc[n];
	unsigned ps = ITIR_PS(e->itir);
	uint16_t *link = &ix->head[tc_bucket(e->va, e->rid, ps)];

	while (*link != n + 1)
		link = &ix->next[*link - 1];
	*link = ix->next[n];
	e->valid = false;
	if (--ix->count[ps] == 0)
		ix->sizes &= ~(1UL << ps);
}

static void tc_link(struct tlb_entry *tc, struct tc_index *ix, unsigned n)
{
	struct tlb_entry *e = &tc[n];
	unsigned ps = ITIR_PS(e->itir);
	uint16_t *head = &ix->head[tc_bucket(e->va, e->rid, ps)];

	ix->next[n] = *head;
	*head = n + 1;
	if (ix->count[ps]++ == 0)
		ix->sizes |= 1UL << ps;
}

static inline bool overlaps(const struct tlb_entry *e, uint64_t off, uint64_t mask, uint32_t rid)
{
	return e->valid && e->rid == rid && !((off ^ e->va) & ~(e->mask | mask));
}

/* Remove the entries that overlap 1 << @ps bytes at @off. */
static void tc_purge(struct tlb_entry *tc, struct tc_index *ix, uint64_t off, unsigned ps,
		     uint32_t rid)
{
	uint64_t mask = (1UL << ps) - 1, below = ix->sizes & mask;
	struct tlb_entry *e;

	if (!ix->sizes)
		return;
	/* Without smaller pages in use there is at most one entry, and the hash finds it. */
	if (!below) {
		e = tc_find(tc, ix, off, rid);
		if (e)
			tc_unlink(tc, ix, e - tc);
		return;
	}
	for (unsigned n = 0; n < CPU_NTC; n++)
		if (overlaps(&tc[n], off, mask, rid))
			tc_unlink(tc, ix, n);
}

static struct tlb_entry make_entry(struct cpu *cpu, uint64_t pte, uint64_t itir, uint64_t va)
{
	unsigned ps = ITIR_PS(itir);
	uint64_t mask = (1UL << ps) - 1;

	return (struct tlb_entry){
		.va = VA_OFFSET(va) & ~mask,
		.mask = mask,
		.pa = pte & PTE_PPN & ~mask,
		.pte = pte,
		.itir = itir,
		.rid = RR_RID(cpu->rr[VA_REGION(va)]),
		.key = itir >> 8 & 0xffffff,
		.valid = true,
	};
}

static struct tlb_entry *tr_overlap(struct tlb_entry *tr, uint64_t live, uint64_t off,
				    uint64_t mask, uint32_t rid)
{
	for (; live; live &= live - 1) {
		struct tlb_entry *e = &tr[__builtin_ctzll(live)];

		if (overlaps(e, off, mask, rid))
			return e;
	}
	return NULL;
}

static void overlap_stop(struct cpu *cpu, bool insn, const struct tlb_entry *e,
			 const struct tlb_entry *with, const char *what)
{
	cpu_stop(cpu, CPU_STOP_MCHECK,
		 "machine check: %s of %s translation %#lx (rid %#x, size 2^%u) overlaps the "
		 "translation register for %#lx (size 2^%u), ip %#lx",
		 what, insn ? "instruction" : "data", e->va, e->rid, (unsigned)ITIR_PS(e->itir),
		 with->va, (unsigned)ITIR_PS(with->itir), cpu->ip);
}

void tlb_insert_tc(struct cpu *cpu, bool insn, uint64_t pte, uint64_t itir, uint64_t ifa)
{
	struct tlb_entry e = make_entry(cpu, pte, itir, ifa), *tc = insn ? cpu->itc : cpu->dtc;
	struct tc_index *ix = insn ? &cpu->mmu.itc : &cpu->mmu.dtc;
	uint32_t *next = insn ? &cpu->itc_next : &cpu->dtc_next;
	unsigned ps = ITIR_PS(itir), n;
	const struct tlb_entry *tr;

	if (trace_on(cpu->trace, tlb))
		trace_msg(cpu->trace, tlb, "itc.%c va %#lx rid %#x ps %u pte %#lx",
			  insn ? 'i' : 'd', ifa, e.rid, ps, pte);
	/* An overlap with a TR is a machine check (SDM vol 2 table 4-1) */
	tr = tr_overlap(insn ? cpu->itr : cpu->dtr, insn ? cpu->mmu.itr_live : cpu->mmu.dtr_live,
			e.va, e.mask, e.rid);
	if (unlikely(tr)) {
		overlap_stop(cpu, insn, &e, tr, "insertion");
		return;
	}
	tc_purge(tc, ix, e.va, ps, e.rid);
	n = *next;
	*next = (n + 1) % CPU_NTC;
	if (tc[n].valid)
		tc_unlink(tc, ix, n);
	tc[n] = e;
	tc_link(tc, ix, n);
	forget_range(cpu, insn ? SIDE_INSN : SIDE_DATA, e.rid, e.va, ps);
}

void tlb_insert_tr(struct cpu *cpu, bool insn, unsigned slot, uint64_t pte, uint64_t itir,
		   uint64_t ifa)
{
	struct tlb_entry e = make_entry(cpu, pte, itir, ifa), *tr = insn ? cpu->itr : cpu->dtr;
	uint64_t *live = insn ? &cpu->mmu.itr_live : &cpu->mmu.dtr_live;
	unsigned sides = insn ? SIDE_INSN : SIDE_DATA, ps = ITIR_PS(itir);
	const struct tlb_entry *with;

	if (trace_on(cpu->trace, tlb))
		trace_msg(cpu->trace, tlb, "itr.%c[%u] va %#lx rid %#x ps %u pte %#lx",
			  insn ? 'i' : 'd', slot, ifa, e.rid, ps, pte);
	with = tr_overlap(tr, *live & ~(1UL << slot), e.va, e.mask, e.rid);
	if (with) {
		overlap_stop(cpu, insn, &e, with, "insertion");
		return;
	}
	if (tr[slot].valid) /* the old translation goes, TR and copies */
		forget_range(cpu, sides, tr[slot].rid, tr[slot].va, ITIR_PS(tr[slot].itir));
	tc_purge(insn ? cpu->itc : cpu->dtc, insn ? &cpu->mmu.itc : &cpu->mmu.dtc, e.va, ps, e.rid);
	tr[slot] = e;
	*live |= 1UL << slot;
	forget_range(cpu, sides, e.rid, e.va, ps);
}

/* The purge instructions take any size; ours are those that fit the address space. */
static unsigned purge_size(uint64_t ps)
{
	return ps < 12 ? 12 : ps > 61 ? 61 : ps;
}

void tlb_purge_tc(struct cpu *cpu, uint64_t va, uint64_t rid, uint64_t ps)
{
	unsigned bits = purge_size(ps);
	uint64_t off = VA_OFFSET(va) & ~((1UL << bits) - 1);

	if (trace_on(cpu->trace, tlb))
		trace_msg(cpu->trace, tlb, "ptc va %#lx rid %#lx ps %u", va, rid, bits);
	tc_purge(cpu->itc, &cpu->mmu.itc, off, bits, rid);
	tc_purge(cpu->dtc, &cpu->mmu.dtc, off, bits, rid);
	forget_range(cpu, SIDE_INSN | SIDE_DATA, rid, off, bits);
}

void tlb_purge_tr(struct cpu *cpu, bool insn, uint64_t va, uint64_t ps)
{
	unsigned bits = purge_size(ps);
	uint64_t mask = (1UL << bits) - 1, off = VA_OFFSET(va) & ~mask;
	uint32_t rid = RR_RID(cpu->rr[VA_REGION(va)]);
	struct tlb_entry *tr = insn ? cpu->itr : cpu->dtr;
	uint64_t *live = insn ? &cpu->mmu.itr_live : &cpu->mmu.dtr_live;
	struct tlb_entry *e;

	if (trace_on(cpu->trace, tlb))
		trace_msg(cpu->trace, tlb, "ptr.%c va %#lx rid %#x ps %u", insn ? 'i' : 'd', va,
			  rid, bits);
	while ((e = tr_overlap(tr, *live, off, mask, rid))) {
		forget_range(cpu, SIDE_INSN | SIDE_DATA, rid, e->va, ITIR_PS(e->itir));
		e->valid = false;
		*live &= ~(1UL << (e - tr));
	}
	tc_purge(insn ? cpu->itc : cpu->dtc, insn ? &cpu->mmu.itc : &cpu->mmu.dtc, off, bits, rid);
	forget_range(cpu, insn ? SIDE_INSN : SIDE_DATA, rid, off, bits);
}

static void tc_clear(struct tlb_entry *tc, struct tc_index *ix)
{
	for (unsigned n = 0; n < CPU_NTC; n++)
		tc[n].valid = false;
	memset(ix, 0, sizeof(*ix));
}

void tlb_purge_all_tc(struct cpu *cpu)
{
	if (trace_on(cpu->trace, tlb))
		trace_msg(cpu->trace, tlb, "ptc.e");
	tc_clear(cpu->itc, &cpu->mmu.itc);
	tc_clear(cpu->dtc, &cpu->mmu.dtc);
	tlb_flush_host(cpu);
}

void tlb_reset(struct cpu *cpu)
{
	tc_clear(cpu->itc, &cpu->mmu.itc);
	tc_clear(cpu->dtc, &cpu->mmu.dtc);
	cpu->itc_next = cpu->dtc_next = 0;
	cpu->mmu.itr_live = cpu->mmu.dtr_live = 0;
	for (unsigned i = 0; i < CPU_NTR; i++)
		cpu->itr[i].valid = cpu->dtr[i].valid = false;
	memset(cpu->stlb_rd, 0xff, sizeof(cpu->stlb_rd));
	memset(cpu->stlb_wr, 0xff, sizeof(cpu->stlb_wr));
	memset(cpu->mmu.fetch, 0xff, sizeof(cpu->mmu.fetch));
	memset(cpu->mmu.rd_used, 0, sizeof(cpu->mmu.rd_used));
	memset(cpu->mmu.wr_used, 0, sizeof(cpu->mmu.wr_used));
	memset(cpu->mmu.fetch_used, 0, sizeof(cpu->mmu.fetch_used));
	tlb_select_mode(cpu);
}

const struct tlb_entry *tlb_find(struct cpu *cpu, bool insn, uint64_t va)
{
	uint64_t off = VA_OFFSET(va), live = insn ? cpu->mmu.itr_live : cpu->mmu.dtr_live;
	uint32_t rid = RR_RID(cpu->rr[VA_REGION(va)]);
	const struct tlb_entry *tr = insn ? cpu->itr : cpu->dtr;

	for (; live; live &= live - 1) {
		const struct tlb_entry *e = &tr[__builtin_ctzll(live)];

		if (covers(e, off, rid))
			return e;
	}
	return insn ? tc_find(cpu->itc, &cpu->mmu.itc, off, rid)
		    : tc_find(cpu->dtc, &cpu->mmu.dtc, off, rid);
}

/* ---- instruction fetch ---- */

/* A fault of the fetch that names a place in the VHPT. */
static enum exec fetch_miss(struct cpu *cpu, enum vhpt_result why, uint64_t va)
{
	uint64_t iha;
	enum exec r;

	switch (why) {
	case VHPT_OFF: return fault_insn(cpu, VEC_ALT_ITLB, va);
	case VHPT_NO_TRANS: r = fault_insn(cpu, VEC_VHPT_TRANS, va); break;
	default: r = fault_insn(cpu, VEC_ITLB, va); break;
	}
	iha = vhpt_hash(cpu, va);
	cpu->fault.set_iha = true;
	cpu->fault.iha = iha;
	if (why == VHPT_NO_TRANS) /* ITIR is for the table's own translation */
		cpu->fault.itir = cpu->rr[VA_REGION(iha)] & ~3UL;
	return r;
}

/* The checks of a fetch in the order of SDM vol 2 table 5-6; 0 if it may go on. */
static unsigned fetch_vector(const struct cpu *cpu, const struct tlb_entry *e)
{
	const uint64_t *pkr;

	if (!(e->pte & PTE_P))
		return VEC_PAGE_NOT_PRESENT;
	if (PTE_MA(e->pte) == MA_NATPAGE)
		return VEC_NAT_CONSUMPTION;
	if (cpu->psr & PSR_PK) {
		pkr = pkr_find(cpu, e->key);
		if (!pkr)
			return VEC_IKEY_MISS;
		if (*pkr & PKR_XD)
			return VEC_KEY_PERM;
	}
	if (!(tlb_allowed(e, cpu_cpl(cpu)) & TLB_X))
		return VEC_IACCESS_RIGHTS;
	if (!(e->pte & PTE_A) && !(cpu->psr & PSR_IA))
		return VEC_IACCESS_BIT;
	return 0;
}

enum exec tlb_fetch_entry(struct cpu *cpu, uint64_t va, struct tlb_entry *found)
{
	const struct tlb_entry *e = tlb_find(cpu, true, va);
	enum vhpt_result walk;

	if (e) {
		*found = *e;
		return EXEC_NEXT;
	}
	cpu->stats.itlb_miss++;
	walk = vhpt_walk(cpu, true, false, va, found);
	if (walk == VHPT_HIT)
		return EXEC_NEXT;
	return cpu->stop ? EXEC_STOP : fetch_miss(cpu, walk, va);
}

enum exec tlb_fetch(struct cpu *cpu, uint64_t va, uint64_t *pa)
{
	const struct stlb_line *l = code_line(cpu, cpu_cpl(cpu), va);
	struct tlb_entry found, *e = &found;
	unsigned vector;
	enum exec r;

	if (!(cpu->psr & PSR_IT)) {
		*pa = va & ((1UL << CPU_PA_BITS) - 1);
		return EXEC_NEXT;
	}
	if (likely(l->tag == (va & -(uint64_t)STLB_PAGE) && !(cpu->psr & PSR_PK))) {
		*pa = l->code->pa | va % STLB_PAGE;
		return EXEC_NEXT;
	}
	r = tlb_fetch_entry(cpu, va, e);
	if (r != EXEC_NEXT)
		return r;
	vector = fetch_vector(cpu, e);
	if (unlikely(vector)) {
		r = fault_insn(cpu, vector, va);
		if (vector == VEC_NAT_CONSUMPTION)
			cpu->fault.isr |= NAT_PAGE;
		return r;
	}
	*pa = e->pa | (va & e->mask);
	return EXEC_NEXT;
}
