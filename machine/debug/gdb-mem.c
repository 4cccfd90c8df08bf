// SPDX-License-Identifier: MIT
/*
 * The guest's memory as gdb sees it: a translation that changes nothing.
 *
 * A virtual address is looked up in the TLBs, then in the VHPT if its entry there can be
 * reached, then, in regions 6 and 7 with the walker off, taken as an identity mapping: there
 * the guest's own miss handler would make one. What only the guest's page tables know is not
 * found. While data are addressed physically an address that is no physical one (its upper
 * bits are set) is looked up too, so that code is seen in the handlers that switch translation.
 */
#include "debug/gdb-mem.h"

#include <string.h>

#include "bus.h"
#include "cpu/parts.h"

#define UC_BIT	(1UL << 63)
#define PA_MASK ((1UL << CPU_PA_BITS) - 1)
#define PTA_VE	1UL
#define PTA_VF	(1UL << 8)
#define CHUNK	4096u

static bool tlb_lookup(struct cpu *cpu, uint64_t va, uint64_t *pa)
{
	const struct tlb_entry *e = tlb_find(cpu, false, va);

	if (!e)
		e = tlb_find(cpu, true, va);
	if (!e || !(e->pte & PTE_P))
		return false;
	*pa = e->pa | (va & e->mask);
	return true;
}

/* The table's entry, SDM vol 2 §4.1.5; the short format has no tag. */
static bool vhpt_lookup(struct cpu *cpu, uint64_t va, uint64_t *pa)
{
	uint64_t rr = cpu->rr[VA_REGION(va)], entry[4] = { 0 }, at, mask;
	bool vf = cpu->cr[CR_PTA] & PTA_VF;

	if (!(cpu->cr[CR_PTA] & PTA_VE) || !(rr & RR_VE))
		return false;
	if (!tlb_lookup(cpu, vhpt_hash(cpu, va), &at) ||
	    !bus_copy_from(cpu->bus, entry, at, vf ? sizeof(entry) : 8))
		return false;
	if (cpu->cr[CR_DCR] & DCR_BE)
		for (unsigned i = 0; i < 4; i++)
			entry[i] = __builtin_bswap64(entry[i]);
	if (!(entry[0] & PTE_P) || (vf && entry[2] != vhpt_tag(cpu, va)))
		return false;
	mask = (1UL << (vf ? ITIR_PS(entry[1]) : RR_PS(rr))) - 1;
	*pa = (entry[0] & PTE_PPN & ~mask) | (va & mask);
	return true;
}

static bool identity(const struct cpu *cpu, uint64_t va, uint64_t *pa)
{
	*pa = VA_OFFSET(va);
	return VA_REGION(va) >= 6 && !(cpu->rr[VA_REGION(va)] & RR_VE) && *pa <= PA_MASK;
}

static bool translate(struct cpu *cpu, uint64_t va, uint64_t *pa)
{
	*pa = va & ~UC_BIT;
	if (!(cpu->psr & PSR_DT) && *pa <= PA_MASK)
		return true;
	return tlb_lookup(cpu, va, pa) || vhpt_lookup(cpu, va, pa) || identity(cpu, va, pa);
}

static size_t copy(struct cpu *cpu, uint64_t va, void *in, const void *out, size_t len)
{
	uint64_t pa;
	bool ok;

	for (size_t did = 0; did < len;) {
		size_t n = CHUNK - (va + did) % CHUNK;

		if (n > len - did)
			n = len - did;
		if (!translate(cpu, va + did, &pa))
			return did;
		if (in)
			ok = bus_copy_from(cpu->bus, (char *)in + did, pa, n);
		else
			ok = bus_copy_to(cpu->bus, pa, (const char *)out + did, n);
		if (!ok)
			return did;
		if (out)
			mem_changed(cpu, pa, n);
		did += n;
	}
	return len;
}

/* ---- the register stack, SDM vol 2 ch. 6 ---- */

static unsigned slot_of(uint64_t addr)
{
	return addr >> 3 & 63;
}

/* Registers from address 0 to @addr: their difference counts the registers between two. */
static int64_t reg_number(uint64_t addr)
{
	return (addr >> 9) * 63 + slot_of(addr);
}

/* Of a backing store address in [bspstore, end), no collection: the register kept for it */
static struct gr *stack_reg(struct cpu *cpu, uint64_t addr)
{
	int64_t i = reg_number(addr) - reg_number(cpu->bsp);
	const struct cfm *c = &cpu->cfm;

	if (i >= 0 && i < c->sor) /* memory has physical order */
		i = (i + c->sor - c->rrb_gr) % c->sor;
	return &cpu->stk[(int64_t)cpu->bof + i];
}

static bool in_registers(const struct cpu *cpu, uint64_t addr)
{
	return addr >= cpu->bspstore && addr < gdb_stack_end(cpu);
}

uint64_t gdb_stack_end(const struct cpu *cpu)
{
	return rse_skip_regs(cpu->bsp, cpu->cfm.sof);
}

/* The NaT bits of the 63 registers below @where, the address of a collection */
static uint64_t collection(struct cpu *cpu, uint64_t where)
{
	uint64_t val = 0;

	for (unsigned s = 0; s < 63; s++) {
		uint64_t addr = where - 504 + 8 * s;

		if (in_registers(cpu, addr))
			val |= stack_reg(cpu, addr)->nat << s;
		else if (addr < cpu->bspstore)
			val |= cpu->rnat & 1UL << s;
	}
	return val;
}

static void set_collection(struct cpu *cpu, uint64_t where, uint64_t val)
{
	for (unsigned s = 0; s < 63; s++) {
		uint64_t addr = where - 504 + 8 * s, bit = val & 1UL << s;

		if (in_registers(cpu, addr))
			stack_reg(cpu, addr)->nat = bit >> s;
		else if (addr < cpu->bspstore)
			cpu->rnat = (cpu->rnat & ~(1UL << s)) | bit;
	}
}

uint64_t gdb_stack_rnat(const struct cpu *cpu)
{
	return collection((struct cpu *)cpu, gdb_stack_end(cpu) | 0x1f8);
}

void gdb_stack_set_rnat(struct cpu *cpu, uint64_t val)
{
	set_collection(cpu, gdb_stack_end(cpu) | 0x1f8, val);
}

static uint64_t stack_word(struct cpu *cpu, uint64_t addr)
{
	return slot_of(addr) == 63 ? collection(cpu, addr) : stack_reg(cpu, addr)->val;
}

static void set_stack_word(struct cpu *cpu, uint64_t addr, uint64_t val)
{
	if (slot_of(addr) == 63)
		set_collection(cpu, addr, val);
	else
		stack_reg(cpu, addr)->val = val;
}

/* ---- both together ---- */

/* How many of @len bytes from @va on are of one sort; @regs: in registers, to the word's end */
static size_t same_sort(const struct cpu *cpu, uint64_t va, size_t len, bool *regs)
{
	uint64_t room = len;

	*regs = in_registers(cpu, va);
	if (*regs)
		room = 8 - va % 8;
	else if (va < cpu->bspstore && cpu->bspstore < gdb_stack_end(cpu))
		room = cpu->bspstore - va;
	return room < len ? room : len;
}

size_t gdb_mem_read(struct cpu *cpu, uint64_t va, void *buf, size_t len)
{
	size_t did = 0, n, got;

	for (; did < len; did += n) {
		uint64_t word;
		bool regs;

		n = same_sort(cpu, va + did, len - did, &regs);
		if (!regs) {
			got = copy(cpu, va + did, (char *)buf + did, NULL, n);
			if (got < n)
				return did + got;
			continue;
		}
		word = stack_word(cpu, (va + did) & ~7UL) >> (va + did) % 8 * 8;
		memcpy((char *)buf + did, &word, n);
	}
	return did;
}

size_t gdb_mem_write(struct cpu *cpu, uint64_t va, const void *buf, size_t len)
{
	size_t did = 0, n, got;

	for (; did < len; did += n) {
		uint64_t at = (va + did) & ~7UL, word;
		bool regs;

		n = same_sort(cpu, va + did, len - did, &regs);
		if (!regs) {
			got = copy(cpu, va + did, NULL, (const char *)buf + did, n);
			if (got < n)
				return did + got;
			continue;
		}
		word = stack_word(cpu, at);
		memcpy((char *)&word + (va + did) % 8, (const char *)buf + did, n);
		set_stack_word(cpu, at, word);
	}
	return did;
}

/* ---- another frame ---- */

static bool spill_all(struct cpu *cpu)
{
	uint64_t end = gdb_stack_end(cpu);

	for (uint64_t addr = cpu->bspstore; addr < end; addr += 8) {
		uint64_t word = stack_word(cpu, addr);

		if (copy(cpu, addr, NULL, &word, 8) != 8)
			return false;
	}
	return true;
}

/* The NaT collection for @addr when all registers up to @spilled are in memory, @rnat above */
static uint64_t nats_for(struct cpu *cpu, uint64_t addr, uint64_t spilled, uint64_t rnat)
{
	uint64_t word = 0;

	addr |= 0x1f8;
	if (addr > spilled)
		return rnat;
	copy(cpu, addr, &word, NULL, 8);
	return word;
}

static bool frame_ok(const struct cfm *c)
{
	return c->sof <= CPU_NSTACKED && c->sol <= c->sof && c->sor <= c->sof &&
	       (!c->rrb_gr || c->rrb_gr < c->sor) && c->rrb_fr < 96 && c->rrb_pr < 48;
}

bool gdb_stack_move(struct cpu *cpu, uint64_t cfm, uint64_t end)
{
	uint64_t spilled = gdb_stack_end(cpu), rnat = gdb_stack_rnat(cpu), pr = pr_physical(cpu);
	struct cfm c;

	cfm_unpack(&c, cfm);
	if (!frame_ok(&c) || end % 8 || !spill_all(cpu))
		return false;
	alat_purge_all(cpu);
	cpu->cfm = c;
	cpu->bsp = cpu->bspstore = rse_skip_regs(end, -(int)c.sof);
	cpu->ndirty = 0;
	cpu->cfle = false;
	cpu->rnat = nats_for(cpu, cpu->bsp, spilled, rnat);
	cpu->grp[1] = &cpu->stk[cpu->bof] - 32;
	cpu->gr_limit = 32 + c.sof;
	pr_set_physical(cpu, pr);
	for (uint64_t addr = cpu->bsp; addr < end; addr += 8) {
		uint64_t word = 0, nats = nats_for(cpu, addr, spilled, rnat);

		if (slot_of(addr) == 63)
			continue;
		copy(cpu, addr, &word, NULL, 8);
		*stack_reg(cpu, addr) = (struct gr){ word, nats >> slot_of(addr) & 1 };
	}
	return true;
}
