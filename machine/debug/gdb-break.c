// SPDX-License-Identifier: MIT
/*
 * Breakpoints, watchpoints and single steps of a debugger.
 *
 * A breakpoint is a virtual address with a slot number, and holds whatever PSR.it and the
 * region registers say. It stops before the instruction; interrupts that are due and faults of
 * its fetch come first. A watchpoint stops after the instruction that made the access. A single step is one
 * slot, or one interruption delivered in its place.
 */
#include "debug/gdb-break.h"

#include <string.h>

#include "cpu/parts.h"

static bool stop(struct cpu *cpu, enum break_stop why)
{
	cpu->debug->why = why;
	cpu_stop(cpu, CPU_STOP_DEBUG, "debugger");
	return true;
}

static bool find(const struct breaks *b, uint64_t addr)
{
	for (unsigned i = 0; i < b->n; i++)
		if (b->at[i] == addr)
			return true;
	return false;
}

bool breaks_stepped(struct cpu *cpu)
{
	struct breaks *b = cpu->debug;

	b->hit = NULL;
	if (b->step != cpu)
		return false;
	if (b->stepped)
		return stop(cpu, BREAK_STEP);
	b->stepped = true;
	return false;
}

bool breaks_point(struct cpu *cpu, bool mlx)
{
	const struct breaks *b = cpu->debug;

	if (b->step == cpu || !breaks_page(b, cpu->ip))
		return false; /* a step leaves the breakpoint it starts at */
	if (!find(b, cpu->ip | cpu->ri) && !(mlx && cpu->ri == 1 && find(b, cpu->ip | 2)))
		return false;
	return stop(cpu, BREAK_POINT);
}

bool breaks_after(struct cpu *cpu, bool done)
{
	if (!done || !cpu->debug->hit)
		return false;
	return stop(cpu, BREAK_WATCH);
}

void breaks_access(struct cpu *cpu, uint64_t va, unsigned size, bool write)
{
	struct breaks *b = cpu->debug;
	unsigned kind = write ? WATCH_WRITE : WATCH_READ;

	for (unsigned i = 0; i < b->nwatch; i++) {
		const struct watch_range *w = &b->watch[i];

		if (w->kind & kind && va < w->addr + w->len && w->addr < va + size)
			b->hit = w;
	}
}

/* ---- the lists ---- */

static void index_pages(struct breaks *b)
{
	b->pages = 0;
	for (unsigned i = 0; i < b->n; i++)
		b->pages |= 1UL << (b->at[i] / 4096 % 64);
}

static unsigned find_break(const struct breaks *b, uint64_t addr, bool hard)
{
	unsigned i = 0;

	while (i < b->n && (b->at[i] != addr || b->hard[i] != hard))
		i++;
	return i;
}

bool breaks_insert(struct breaks *b, uint64_t addr, bool hard)
{
	if (find_break(b, addr, hard) < b->n)
		return true;
	if (b->n == BREAKS_MAX)
		return false;
	b->at[b->n] = addr;
	b->hard[b->n++] = hard;
	index_pages(b);
	return true;
}

void breaks_remove(struct breaks *b, uint64_t addr, bool hard)
{
	unsigned i = find_break(b, addr, hard);

	if (i == b->n)
		return;
	b->n--;
	b->at[i] = b->at[b->n];
	b->hard[i] = b->hard[b->n];
	index_pages(b);
}

static unsigned find_watch(const struct breaks *b, uint64_t addr, uint64_t len, unsigned kind)
{
	unsigned i = 0;

	while (i < b->nwatch &&
	       (b->watch[i].addr != addr || b->watch[i].len != len || b->watch[i].kind != kind))
		i++;
	return i;
}

bool breaks_watch(struct breaks *b, uint64_t addr, uint64_t len, unsigned kind)
{
	if (find_watch(b, addr, len, kind) < b->nwatch)
		return true;
	if (b->nwatch == WATCHES_MAX || !len)
		return false;
	b->watch[b->nwatch++] = (struct watch_range){ addr, len, kind };
	return true;
}

void breaks_unwatch(struct breaks *b, uint64_t addr, uint64_t len, unsigned kind)
{
	unsigned i = find_watch(b, addr, len, kind);

	if (i < b->nwatch)
		b->watch[i] = b->watch[--b->nwatch];
	b->hit = NULL;
}

void breaks_clear(struct breaks *b)
{
	memset(b, 0, sizeof(*b));
}

bool breaks_any(const struct breaks *b)
{
	return b->n || b->nwatch || b->step;
}
