// SPDX-License-Identifier: MIT
/*
 * Data references: translation with every check in the order of SDM vol 2 table 5-6, then the
 * access itself, to RAM or through the bus.
 *
 * What repeats is served by the lines of tlb.c before it gets here (mem_read() and mem_write()
 * in parts.h); a reference that passes all checks on write-back RAM leaves such a line.
 *
 * Alignment (SDM vol 2 §4.5 leaves it to the processor): with PSR.ac = 0 a misaligned
 * reference to RAM is done if it lies within an aligned 8 bytes (one of 10 or 16 bytes:
 * within an aligned 16); all others, and all semaphores, raise Unaligned Data Reference. So no
 * reference ever crosses a page.
 */
#include <string.h>

#include "bus.h"
#include "cpu/cpu.h"
#include "cpu/fault.h"
#include "cpu/parts.h"
#include "debug/gdb-break.h"

#define PAGE_MASK (-(uint64_t)STLB_PAGE)
#define UC_BIT	  (1UL << 63) /* of a physical address */

/* Which checks follow the translation */
enum { CHECK_KEY = 1, CHECK_RIGHTS = 2, CHECK_REST = 4, CHECK_ALL = 7 };

/**
 * struct ref - a reference being made
 * @defer: a speculative load that ends with a NaT instead of a fault
 * @checks: CHECK_*
 * @pa, @ma: the result: physical address and memory attribute
 * @speculative: the page permits control speculation
 */
struct ref {
	struct cpu *cpu;
	uint64_t va;
	unsigned size, how, pl, checks;
	uint64_t isr; /* what a fault reports of it */
	bool defer, speculative;
	uint64_t pa;
	unsigned ma;
};

static unsigned ref_mode(const struct cpu *cpu, unsigned how)
{
	if (how & MEM_RSE)
		return cpu->psr & PSR_RT ? cpu->ar[AR_RSC] >> 2 & 3 : 4;
	return cpu->psr & PSR_DT ? cpu_cpl(cpu) : 4;
}

static bool ref_big_endian(const struct cpu *cpu, unsigned how)
{
	return how & MEM_RSE ? cpu->ar[AR_RSC] >> 4 & 1 : (cpu->psr & PSR_BE) != 0;
}

static uint64_t ref_isr(unsigned how)
{
	uint64_t isr = how >> 16;

	isr |= how & MEM_READ ? ISR_R : 0;
	isr |= how & MEM_WRITE ? ISR_W : 0;
	isr |= how & MEM_NONACCESS ? ISR_NA : 0;
	isr |= how & MEM_SPEC ? ISR_SP : 0;
	isr |= how & MEM_RSE ? ISR_RS : 0;
	return isr;
}

bool mem_code_ed(struct cpu *cpu)
{
	const struct tlb_entry *e;

	if (!(cpu->psr & PSR_IT))
		return false;
	e = tlb_find(cpu, true, cpu->ip);
	return e && e->pte & PTE_ED;
}

/*
 * Is this exception of a speculative load deferred (SDM vol 2 §5.5.5)?
 * @dcr: its bit in DCR; ~0 for one that is deferred wherever the code page says ED
 */
static bool ref_defers(struct ref *r, uint64_t dcr)
{
	struct cpu *cpu = r->cpu;

	if (!(r->how & MEM_SPEC))
		return false;
	if (cpu->psr & PSR_IC && !(mem_code_ed(cpu) && (cpu->cr[CR_DCR] & dcr || dcr == ~0UL)))
		return false;
	r->defer = true;
	return true;
}

static enum exec ref_fault(struct ref *r, unsigned vector)
{
	return fault_data(r->cpu, vector, r->isr, r->va);
}

/* The data TLB and the VHPT have nothing for the address: which fault that is. */
static enum exec ref_miss(struct ref *r, enum vhpt_result why)
{
	struct cpu *cpu = r->cpu;
	enum exec x;
	uint64_t iha, rr;

	if (cpu->stop)
		return EXEC_STOP;
	if (ref_defers(r, DCR_DM))
		return EXEC_SYNC;
	if (!(cpu->psr & PSR_IC))
		return ref_fault(r, VEC_NESTED_DTLB);
	if (why == VHPT_OFF)
		return ref_fault(r, VEC_ALT_DTLB);
	x = ref_fault(r, why == VHPT_NO_TRANS ? VEC_VHPT_TRANS : VEC_DTLB);
	iha = vhpt_hash(cpu, r->va);
	cpu->fault.set_iha = true;
	cpu->fault.iha = iha;
	if (why == VHPT_NO_TRANS) { /* ITIR is for the table's own translation */
		rr = cpu->rr[VA_REGION(iha)];
		cpu->fault.set_itir = true;
		cpu->fault.itir = RR_RID(rr) << 8 | RR_PS(rr) << 2;
	}
	return x;
}

/* Protection keys, SDM vol 2 §4.1.3 */
static enum exec check_key(struct ref *r, const struct tlb_entry *e)
{
	const uint64_t *pkr = pkr_find(r->cpu, e->key);

	if (!pkr) {
		if (!ref_defers(r, DCR_DK))
			return ref_fault(r, VEC_DKEY_MISS);
	} else if ((r->how & MEM_READ && *pkr & PKR_RD) || (r->how & MEM_WRITE && *pkr & PKR_WD)) {
		if (r->checks & CHECK_RIGHTS && !ref_defers(r, DCR_DX))
			return ref_fault(r, VEC_KEY_PERM);
	}
	return EXEC_NEXT;
}

static bool break_match(const uint64_t *br, uint64_t kinds, unsigned pl, uint64_t va, unsigned size)
{
	uint64_t mask = br[1] | 0xffUL << 56;

	if (!(br[1] & kinds) || !(br[1] >> 56 >> pl & 1))
		return false;
	for (unsigned i = 0; i < size; i++)
		if (!(((va + i) ^ br[0]) & mask))
			return true;
	return false;
}

static bool data_break(const struct ref *r)
{
	const struct cpu *cpu = r->cpu;
	uint64_t kinds = (r->how & MEM_READ ? 1UL << 63 : 0) | (r->how & MEM_WRITE ? 1UL << 62 : 0);

	for (unsigned i = 0; i < CPU_NDBR; i += 2)
		if (break_match(&cpu->dbr[i], kinds, r->pl, r->va, r->size))
			return true;
	return false;
}

bool mem_insn_break(const struct cpu *cpu, uint64_t va)
{
	for (unsigned i = 0; i < CPU_NIBR; i += 2)
		if (break_match(&cpu->ibr[i], 1UL << 63, cpu_cpl(cpu), va, 1))
			return true;
	return false;
}

/* May a reference of this size and kind be made at this address? */
static bool aligned_enough(const struct cpu *cpu, uint64_t va, unsigned size, unsigned how,
			   bool ram)
{
	unsigned natural = size == 10 ? 16 : size, window = size > 8 ? 16 : 8;

	if (likely(!(va & (natural - 1))))
		return true;
	if (how & MEM_NO_ALIGN)
		return ((va ^ (va + size - 1)) & PAGE_MASK) == 0;
	if (cpu->psr & PSR_AC || (how & MEM_SEM) == MEM_SEM || !ram)
		return false;
	return !((va ^ (va + size - 1)) & -(uint64_t)window);
}

/* Data Debug, Unaligned, Unsupported: what depends on no translation. */
static enum exec check_rest(struct ref *r)
{
	struct cpu *cpu = r->cpu;

	if (cpu->psr & PSR_DB && !(cpu->psr & PSR_DD) && data_break(r) && !ref_defers(r, DCR_DD))
		return ref_fault(r, VEC_DEBUG);
	if (!(r->how & MEM_NONACCESS) &&
	    !aligned_enough(cpu, r->va, r->size, r->how, bus_ram(cpu->bus, r->pa, NULL)) &&
	    !ref_defers(r, ~0UL))
		return ref_fault(r, VEC_UNALIGNED);
	if (r->how & MEM_WB_ONLY && r->ma != MA_WB)
		return ref_fault(r, VEC_UNSUPP_DATA);
	return EXEC_NEXT;
}

static enum exec check_entry(struct ref *r, const struct tlb_entry *e)
{
	struct cpu *cpu = r->cpu;
	unsigned need = (r->how & MEM_READ ? TLB_R : 0) | (r->how & MEM_WRITE ? TLB_W : 0);
	enum exec x;

	if (!(e->pte & PTE_P))
		return ref_defers(r, DCR_DP) ? EXEC_SYNC : ref_fault(r, VEC_PAGE_NOT_PRESENT);
	r->ma = PTE_MA(e->pte);
	if (r->ma == MA_NATPAGE) {
		if (r->how & MEM_SPEC)
			return EXEC_SYNC;
		r->isr |= NAT_PAGE;
		return ref_fault(r, VEC_NAT_CONSUMPTION);
	}
	r->pa = e->pa | (r->va & e->mask);
	r->speculative = r->ma == MA_WB;
	if (r->checks & CHECK_KEY && cpu->psr & PSR_PK) {
		x = check_key(r, e);
		if (x != EXEC_NEXT)
			return x;
	}
	if (r->checks & CHECK_RIGHTS && need & ~tlb_allowed(e, r->pl) && !ref_defers(r, DCR_DR))
		return ref_fault(r, VEC_DACCESS_RIGHTS);
	if (!(r->checks & CHECK_REST))
		return EXEC_NEXT;
	if (!(cpu->psr & PSR_DA)) {
		if (r->how & MEM_WRITE && !(e->pte & PTE_D))
			return ref_fault(r, VEC_DIRTY);
		if (!(e->pte & PTE_A) && !ref_defers(r, DCR_DA))
			return ref_fault(r, VEC_DACCESS_BIT);
	}
	return check_rest(r);
}

/* Physical addressing, SDM vol 2 §4.3.1: bit 63 is the attribute, 62:50 are not implemented. */
static enum exec check_physical(struct ref *r)
{
	if (r->va & ~UC_BIT & -(1UL << CPU_PA_BITS)) {
		if (r->how & MEM_SPEC)
			return EXEC_SYNC;
		return fault_unimpl_data(r->cpu, r->isr, r->va);
	}
	r->pa = r->va & ~UC_BIT;
	r->ma = r->va & UC_BIT ? MA_UC : MA_WB;
	r->speculative = false; /* limited speculation: nothing vouches for the page */
	return r->checks & CHECK_REST ? check_rest(r) : EXEC_NEXT;
}

/* What the non-access instructions check beyond presence, by ISR.code (their SDM vol 3 pages) */
static unsigned ref_checks(unsigned how)
{
	if (!(how & MEM_NONACCESS) || how & MEM_FAULTING)
		return CHECK_ALL;
	switch (how >> 16) {
	case NA_FC: return CHECK_RIGHTS;
	case NA_PROBE: return CHECK_KEY;
	default: return 0;
	}
}

/* A host-side copy of a page that has just been referenced without objection. */
static void fill_lines(struct ref *r, const struct tlb_entry *e)
{
	struct cpu *cpu = r->cpu;
	unsigned mode = ref_mode(cpu, r->how), n = r->va / STLB_PAGE & (STLB_LINES - 1);
	unsigned may = e ? tlb_allowed(e, r->pl) : TLB_R | TLB_W;
	uint64_t page = r->pa & PAGE_MASK, room, used = 1UL << n % 64;
	uint8_t *host;

	if (r->ma != MA_WB || (e && !(e->pte & PTE_A)) || r->how & MEM_NONACCESS)
		return;
	if (e && (cpu->psr & PSR_PK || e->mask < STLB_PAGE - 1))
		return;
	host = bus_ram(cpu->bus, page, &room);
	if (!host || room < STLB_PAGE)
		return;
	cpu->mmu.regions |= 1u << VA_REGION(r->va);
	if (may & TLB_R) {
		cpu->stlb_rd[mode][n].tag = r->va & PAGE_MASK;
		cpu->stlb_rd[mode][n].addend = (uintptr_t)host - (r->va & PAGE_MASK);
		cpu->mmu.rd_used[mode][n / 64] |= used;
	}
	if (may & TLB_W && (!e || e->pte & PTE_D) && r->how & MEM_WRITE &&
	    !code_present(cpu, page)) {
		cpu->stlb_wr[mode][n].tag = r->va & PAGE_MASK;
		cpu->stlb_wr[mode][n].addend = (uintptr_t)host - (r->va & PAGE_MASK);
		cpu->mmu.wr_used[mode][n / 64] |= used;
	}
}

/* EXEC_SYNC: a speculative load that is deferred. */
static enum exec ref_translate(struct ref *r)
{
	struct cpu *cpu = r->cpu;
	bool rse = r->how & MEM_RSE;
	const struct tlb_entry *e = NULL;
	enum vhpt_result walk;
	struct tlb_entry found;
	enum exec x;

	r->isr = ref_isr(r->how);
	r->checks = ref_checks(r->how);
	r->pl = r->how & MEM_PL(0) ? r->how >> 12 & 3
		: rse		   ? cpu->ar[AR_RSC] >> 2 & 3
				   : cpu_cpl(cpu);
	if (r->how & MEM_SPEC && cpu->psr & PSR_ED)
		return EXEC_SYNC;
	if (!(cpu->psr & (rse ? PSR_RT : PSR_DT)) && !(r->how & MEM_VIRTUAL)) {
		x = check_physical(r);
	} else {
		e = tlb_find(cpu, false, r->va);
		if (!e) {
			cpu->stats.dtlb_miss++;
			walk = vhpt_walk(cpu, false, rse, r->va, &found);
			if (walk != VHPT_HIT)
				return ref_miss(r, walk);
			e = &found;
		}
		x = check_entry(r, e);
	}
	if (x != EXEC_NEXT)
		return x;
	if (r->defer || (r->how & MEM_SPEC && !r->speculative))
		return EXEC_SYNC;
	fill_lines(r, e);
	return EXEC_NEXT;
}

enum exec mem_translate(struct cpu *cpu, uint64_t va, unsigned size, unsigned how, uint64_t *pa)
{
	struct ref r = { .cpu = cpu, .va = va, .size = size, .how = how };
	enum exec x = ref_translate(&r);

	*pa = r.pa;
	return x;
}

/* ---- values and bytes ---- */

static void swap_bytes(void *to, const void *from, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		((uint8_t *)to)[i] = ((const uint8_t *)from)[n - 1 - i];
}

/* Memory bytes to a value or back: the same either way. */
static void order_bytes(void *to, const void *from, unsigned size, bool be, bool pair)
{
	unsigned half = size / 2;

	if (!be) {
		memcpy(to, from, size);
	} else if (pair) {
		swap_bytes(to, from, half);
		swap_bytes((char *)to + half, (const char *)from + half, half);
	} else {
		swap_bytes(to, from, size);
	}
}

static enum exec no_answer(struct cpu *cpu, const char *what, unsigned size, uint64_t pa)
{
	return cpu_stop(cpu, CPU_STOP_MCHECK,
			"machine check: nothing answers a %u-byte %s at physical %#lx, ip %#lx",
			size, what, pa, cpu->ip);
}

static enum exec device_read(struct ref *r, uint8_t *bytes)
{
	unsigned step = r->size > 8 ? 8 : r->size;
	uint64_t v;

	for (unsigned i = 0; i < r->size; i += step) {
		if (!bus_read(r->cpu->bus, r->pa + i, step, &v))
			return no_answer(r->cpu, "read", step, r->pa + i);
		memcpy(bytes + i, &v, step);
	}
	return EXEC_NEXT;
}

static enum exec device_write(struct ref *r, const uint8_t *bytes)
{
	unsigned step = r->size > 8 ? 8 : r->size;
	uint64_t v;

	for (unsigned i = 0; i < r->size; i += step) {
		v = 0;
		memcpy(&v, bytes + i, step);
		if (!bus_write(r->cpu->bus, r->pa + i, step, v))
			return no_answer(r->cpu, "write", step, r->pa + i);
	}
	return EXEC_NEXT;
}

/*
 * The host address of a reference that a line of its mode covers; NULL if there is none or
 * something has to be looked at. What the inline path refuses (misaligned within its window,
 * 16 bytes, big-endian, the RSE's mode) is served here.
 */
static void *line_hit(struct cpu *cpu, uint64_t va, unsigned size, unsigned how)
{
	struct stlb_line(*table)[STLB_LINES] = how & MEM_WRITE ? cpu->stlb_wr : cpu->stlb_rd;
	unsigned mode = ref_mode(cpu, how);
	const struct stlb_line *l = stlb_at(table[mode], va);

	if (l->tag != (va & PAGE_MASK) || cpu->psr & (PSR_DB | PSR_PK))
		return NULL;
	if (how & MEM_SPEC && (mode == 4 || cpu->psr & PSR_ED))
		return NULL;
	if (!aligned_enough(cpu, va, size, how, true))
		return NULL;
	return (void *)(uintptr_t)(va + l->addend);
}

enum exec mem_read_slow(struct cpu *cpu, uint64_t va, unsigned size, unsigned how, uint64_t *val)
{
	struct ref r = { .cpu = cpu, .va = va, .size = size, .how = how };
	const void *host = line_hit(cpu, va, size, how);
	uint8_t bytes[16];
	enum exec x;

	if (unlikely(cpu->debug))
		breaks_access(cpu, va, size, false);
	if (!host) {
		x = ref_translate(&r);
		if (x != EXEC_NEXT)
			return x;
		host = bus_ram(cpu->bus, r.pa, NULL);
	}
	val[0] = 0;
	if (size > 8)
		val[1] = 0;
	if (how & MEM_ADVANCED && r.ma != MA_WB) /* always fails, SDM vol 2 §4.4.6 */
		return EXEC_NEXT;
	if (!host) {
		x = device_read(&r, bytes);
		if (x != EXEC_NEXT)
			return x;
		host = bytes;
	}
	order_bytes(val, host, size, ref_big_endian(cpu, how), how & MEM_PAIR);
	return EXEC_NEXT;
}

/* After a store to RAM: watched loads, and code that was decoded there. */
static enum exec stored(struct cpu *cpu, const struct mem_ref *ref, unsigned size, unsigned how)
{
	if (cpu->alat_live && !(how & MEM_RSE))
		alat_store(cpu, (uintptr_t)ref->host, size);
	if (ref->pa != ~0UL && code_written(cpu, ref->pa, size) && !(how & MEM_RSE))
		return EXEC_SYNC;
	return EXEC_NEXT;
}

enum exec mem_write_slow(struct cpu *cpu, uint64_t va, unsigned size, unsigned how,
			 const uint64_t *val)
{
	struct ref r = { .cpu = cpu, .va = va, .size = size, .how = how };
	struct mem_ref ref = { .host = line_hit(cpu, va, size, how), .pa = ~0UL };
	uint8_t bytes[16];
	enum exec x;

	if (unlikely(cpu->debug))
		breaks_access(cpu, va, size, true);
	if (!ref.host) {
		x = ref_translate(&r);
		if (x != EXEC_NEXT)
			return x;
		ref.host = bus_ram(cpu->bus, r.pa, NULL);
		ref.pa = r.pa;
	}
	if (!ref.host) {
		order_bytes(bytes, val, size, ref_big_endian(cpu, how), how & MEM_PAIR);
		return device_write(&r, bytes);
	}
	order_bytes(ref.host, val, size, ref_big_endian(cpu, how), how & MEM_PAIR);
	return stored(cpu, &ref, size, how);
}

enum exec mem_sem(struct cpu *cpu, uint64_t va, unsigned size, struct mem_ref *ref)
{
	struct ref r = { .cpu = cpu, .va = va, .size = size, .how = MEM_SEM | MEM_WB_ONLY };
	enum exec x;

	if (unlikely(cpu->debug)) {
		breaks_access(cpu, va, size, false);
		breaks_access(cpu, va, size, true);
	}
	/* a writable line alone does not say that reading is allowed, both do */
	ref->host = line_hit(cpu, va, size, MEM_SEM) ? line_hit(cpu, va, size, MEM_READ) : NULL;
	ref->pa = ~0UL;
	if (ref->host)
		return EXEC_NEXT;
	x = ref_translate(&r);
	if (x != EXEC_NEXT)
		return x;
	ref->pa = r.pa;
	ref->host = bus_ram(cpu->bus, r.pa, NULL);
	return ref->host ? EXEC_NEXT : no_answer(cpu, "semaphore operation", size, r.pa);
}

enum exec mem_sem_done(struct cpu *cpu, const struct mem_ref *ref, unsigned size)
{
	return stored(cpu, ref, size, MEM_SEM);
}

uint64_t mem_host(struct cpu *cpu, uint64_t va)
{
	return (uintptr_t)line_hit(cpu, va, 1, MEM_READ);
}

/* ---- firmware's view ---- */

void mem_changed(struct cpu *cpu, uint64_t pa, uint64_t len)
{
	const struct cpu_domain *d = cpu->domain;
	void *host = bus_ram(cpu->bus, pa, NULL);

	code_written(cpu, pa, len);
	for (unsigned i = 0; host && len && i < d->n; i++)
		if (d->cpu[i]->alat_live)
			alat_store(d->cpu[i], (uintptr_t)host, len);
}

static enum exec copy(struct cpu *cpu, void *host, uint64_t va, size_t len, unsigned how)
{
	while (len) {
		size_t n = STLB_PAGE - va % STLB_PAGE;
		uint64_t pa;
		bool ok;
		enum exec x;

		n = n < len ? n : len;
		x = mem_translate(cpu, va, 1, how, &pa);
		if (x != EXEC_NEXT)
			return x;
		if (how & MEM_WRITE) {
			ok = bus_copy_to(cpu->bus, pa, host, n);
			mem_changed(cpu, pa, n);
		} else {
			ok = bus_copy_from(cpu->bus, host, pa, n);
		}
		if (!ok)
			return no_answer(cpu, how & MEM_WRITE ? "write" : "read", n, pa);
		host = (char *)host + n;
		va += n;
		len -= n;
	}
	return EXEC_NEXT;
}

enum exec mem_copy_in(struct cpu *cpu, void *dst, uint64_t va, size_t len)
{
	return copy(cpu, dst, va, len, MEM_READ);
}

enum exec mem_copy_out(struct cpu *cpu, uint64_t va, const void *src, size_t len)
{
	return copy(cpu, (void *)src, va, len, MEM_WRITE);
}
