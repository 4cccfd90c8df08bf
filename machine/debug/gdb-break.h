/* SPDX-License-Identifier: MIT */
/*
 * Breakpoints, watchpoints and single steps of a debugger, as the processor sees them.
 *
 * Guest memory and the debug registers are not touched: the run loop compares addresses. A
 * processor without a debugger has cpu->debug == NULL, and pays one test of that for each page
 * of code it enters. With breakpoints only the pages that hold one are executed slot by slot;
 * with a watchpoint or a single step everything is.
 */
#ifndef DEBUG_GDB_BREAK_H
#define DEBUG_GDB_BREAK_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/cpu.h"

#define BREAKS_MAX  256
#define WATCHES_MAX 64

enum break_stop { BREAK_NONE, BREAK_POINT, BREAK_STEP, BREAK_WATCH };

/* Kinds of watchpoints: bits of the accesses they stop at */
#define WATCH_READ  1u
#define WATCH_WRITE 2u

struct watch_range {
	uint64_t addr, len;
	unsigned kind;
};

/**
 * struct breaks - what stops a processor
 * @at: breakpoints, bundle address | slot; @hard: set as a hardware one, known apart by gdb
 * @pages: a bit for each page that may hold one, see breaks_page()
 * @step: the processor that executes one instruction and stops again, or NULL
 * @stepped: it has
 * @why: what the last stop was for; @hit: the watchpoint then
 */
struct breaks {
	uint64_t at[BREAKS_MAX];
	bool hard[BREAKS_MAX];
	unsigned n, nwatch;
	uint64_t pages;
	struct watch_range watch[WATCHES_MAX];
	const struct cpu *step;
	bool stepped;
	enum break_stop why;
	const struct watch_range *hit;
};

/** breaks_page() - may there be a breakpoint in the page of @ip? */
static inline bool breaks_page(const struct breaks *b, uint64_t ip)
{
	return b->pages >> (ip / 4096 % 64) & 1;
}

/** breaks_slow() - has every instruction to go through the slow loop? */
static inline bool breaks_slow(const struct breaks *b)
{
	return b && (b->step || b->nwatch);
}

/** breaks_stepping() - no interrupt is taken while the debugger steps */
static inline bool breaks_stepping(const struct cpu *cpu)
{
	return cpu->debug && cpu->debug->step == cpu;
}

/** breaks_stepped() - before an instruction is fetched: is a single step over? */
bool breaks_stepped(struct cpu *cpu);
/** breaks_point() - is there a breakpoint at cpu->ip, cpu->ri? @mlx: slots 1 and 2 are one */
bool breaks_point(struct cpu *cpu, bool mlx);
/** breaks_after() - it has been executed; @done: without a fault. Is this a stop? */
bool breaks_after(struct cpu *cpu, bool done);
/** breaks_access() - the instruction being executed refers to memory */
void breaks_access(struct cpu *cpu, uint64_t va, unsigned size, bool write);

/** breaks_insert()/breaks_remove() - @addr: bundle address | slot; false when there is no room */
bool breaks_insert(struct breaks *b, uint64_t addr, bool hard);
void breaks_remove(struct breaks *b, uint64_t addr, bool hard);
bool breaks_watch(struct breaks *b, uint64_t addr, uint64_t len, unsigned kind);
void breaks_unwatch(struct breaks *b, uint64_t addr, uint64_t len, unsigned kind);
/** breaks_clear() - as if none had ever been set */
void breaks_clear(struct breaks *b);
/** breaks_any() - is there a reason for the processor to look? */
bool breaks_any(const struct breaks *b);

#endif
