// SPDX-License-Identifier: MIT
/*
 * The advanced load address table, SDM vol 1 §4.4.5.
 *
 * An entry belongs to a physical register, so that it survives register rotation and calls:
 * a stacked general register is identified by its place in the backing store (which BSP and
 * the frame give without regard to where the value is now), a floating-point register by
 * its number with rotation applied. Places in memory are host addresses of RAM. Stores of
 * the RSE do not end entries (SDM vol 2 §6.7).
 */
#include <string.h>

#include "cpu/cpu.h"
#include "cpu/parts.h"

/* The registers below a backing-store address: every 64th word there holds NaT bits. */
static uint32_t backing_number(uint64_t bsp)
{
	uint64_t words = bsp >> 3;

	return words - words / 64;
}

/* Physical identity of register @reg. */
static struct alat_entry identity(const struct cpu *cpu, bool fp, unsigned reg)
{
	struct alat_entry id = { .valid = true, .fp = fp, .reg = reg };
	unsigned n = reg - 32;

	if (reg < 32) {
		if (!fp && reg >= 16)
			id.phys = cpu->psr >> 44 & 1; /* the bank */
		return id;
	}
	if (fp) {
		n += cpu->cfm.rrb_fr;
		id.reg = 32 + (n >= 96 ? n - 96 : n);
		return id;
	}
	if (n < cpu->cfm.sor) {
		n += cpu->cfm.rrb_gr;
		if (n >= cpu->cfm.sor)
			n -= cpu->cfm.sor;
	}
	id.reg = 32;
	id.phys = backing_number(cpu->bsp) + n;
	return id;
}

static bool same_register(const struct alat_entry *a, const struct alat_entry *b)
{
	return a->fp == b->fp && a->reg == b->reg && a->phys == b->phys;
}

/* The filter has a bit for each 16-byte unit, by hash; an entry touches at most two. */
static inline unsigned filter_bit(uint64_t where)
{
	return (where >> 4 ^ where >> 12) & 255;
}

static void filter_add(struct cpu *cpu, const struct alat_entry *e)
{
	unsigned a = filter_bit(e->where), b = filter_bit(e->where + e->size - 1);

	cpu->mmu.alat_filter[a / 64] |= 1UL << a % 64;
	cpu->mmu.alat_filter[b / 64] |= 1UL << b % 64;
}

static inline bool filter_has(const struct cpu *cpu, uint64_t where)
{
	unsigned a = filter_bit(where);

	return cpu->mmu.alat_filter[a / 64] >> a % 64 & 1;
}

static void filter_rebuild(struct cpu *cpu)
{
	memset(cpu->mmu.alat_filter, 0, sizeof(cpu->mmu.alat_filter));
	for (uint32_t live = cpu->alat_live; live; live &= live - 1)
		filter_add(cpu, &cpu->alat[__builtin_ctz(live)]);
}

static void drop(struct cpu *cpu, unsigned n)
{
	cpu->alat[n].valid = false;
	cpu->alat_live &= ~(1u << n);
}

static int find(const struct cpu *cpu, bool fp, unsigned reg)
{
	struct alat_entry id;

	if (!cpu->alat_live)
		return -1;
	id = identity(cpu, fp, reg);
	for (uint32_t live = cpu->alat_live; live; live &= live - 1)
		if (same_register(&cpu->alat[__builtin_ctz(live)], &id))
			return __builtin_ctz(live);
	return -1;
}

void alat_insert(struct cpu *cpu, bool fp, unsigned reg, uint64_t where, unsigned size)
{
	struct alat_entry e = identity(cpu, fp, reg);
	int n = find(cpu, fp, reg);

	e.where = where;
	e.size = size;
	if (n < 0) {
		if (~cpu->alat_live) {
			n = __builtin_ctz(~cpu->alat_live);
		} else {
			n = cpu->mmu.alat_next;
			cpu->mmu.alat_next = (n + 1) % CPU_NALAT;
		}
	}
	cpu->alat[n] = e;
	cpu->alat_live |= 1u << n;
	filter_add(cpu, &e);
}

bool alat_check(struct cpu *cpu, bool fp, unsigned reg, uint64_t where, unsigned size, bool clear)
{
	int n = find(cpu, fp, reg);

	if (n < 0)
		return false;
	if (where != ~0UL && (cpu->alat[n].where != where || cpu->alat[n].size != size))
		return false;
	if (clear)
		drop(cpu, n);
	return true;
}

void alat_purge_reg(struct cpu *cpu, bool fp, unsigned reg)
{
	int n = find(cpu, fp, reg);

	if (n >= 0)
		drop(cpu, n);
}

void alat_store(struct cpu *cpu, uint64_t where, unsigned size)
{
	/* what is longer, a device's store, is not looked up by its ends */
	if (size <= 16 && !filter_has(cpu, where) && !filter_has(cpu, where + size - 1))
		return;
	for (uint32_t live = cpu->alat_live; live; live &= live - 1) {
		unsigned n = __builtin_ctz(live);
		const struct alat_entry *e = &cpu->alat[n];

		if (where < e->where + e->size && e->where < where + size)
			drop(cpu, n);
	}
	filter_rebuild(cpu);
}

void alat_purge_all(struct cpu *cpu)
{
	for (unsigned n = 0; n < CPU_NALAT; n++)
		cpu->alat[n].valid = false;
	cpu->alat_live = 0;
	memset(cpu->mmu.alat_filter, 0, sizeof(cpu->mmu.alat_filter));
}
