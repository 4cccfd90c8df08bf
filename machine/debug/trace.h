/* SPDX-License-Identifier: MIT */
/*
 * Trace points: what the machine does, as lines of text that two runs can diff.
 *
 * The items are the rows of trace.def; -d turns them on, none is on by default. A place that
 * traces asks trace_on() first, which costs one test of a pointer when no trace is asked for.
 * A line starts with the count of retired bundles of the processor whose turn it is; with
 * several processors its number and a colon stand before that.
 */
#ifndef DEBUG_TRACE_H
#define DEBUG_TRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cpu/cpu.h"

enum trace_item {
#define TRACE(name, slow, help) TRACE_##name,
#include "debug/trace.def"
#undef TRACE
	TRACE_COUNT
};

/**
 * struct trace - an open trace
 * @items: one bit for each enum trace_item
 * @file: where the lines go
 * @clock: the count of bundles of the processor whose turn it is, NULL before there is one
 * @processor: its number, or -1 where there is only one
 * @places: of item sensitive, what has been reported
 */
struct trace {
	uint32_t items;
	FILE *file;
	const uint64_t *clock;
	int processor;
	struct place_set *places;
};

/** trace_on() - is @item (a bare name of trace.def) wanted? @t may be NULL */
#define trace_on(t, item) unlikely((t) && ((t)->items >> TRACE_##item & 1))

/** trace_msg() - one line of @item: bundle count, item, text; @t not NULL */
#define trace_msg(t, item, ...) trace_line((t), TRACE_##item, __VA_ARGS__)
void trace_line(struct trace *t, enum trace_item item, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * trace_create() - parse a list of items ("int,tlb") and open the trace
 * @path: file for the lines, NULL for stderr
 * Return: the trace, or NULL after one line on stderr.
 */
struct trace *trace_create(const char *items, const char *path);
void trace_destroy(struct trace *t);
/** trace_processor() - the next lines are of @cpu; @many: and say so */
void trace_processor(struct trace *t, const struct cpu *cpu, bool many);
/** trace_help() - the list of items, for -d help */
void trace_help(FILE *f);

enum {
	TRACE_SLOW_ITEMS = 0
#define TRACE(name, slow, help) | slow << TRACE_##name
#include "debug/trace.def"
#undef TRACE
};

/** trace_slow() - does the trace need the processor's slow loop? @t may be NULL */
static inline bool trace_slow(const struct trace *t)
{
	return t && t->items & TRACE_SLOW_ITEMS;
}

/*
 * What the processor calls, each guarded by trace_on():
 * trace_exec() (exec) before slot @slot of the bundle at physical address @pa executes;
 * trace_cpu() (cpu) before a bundle; trace_in_asm() (in_asm) when the bundle at @pa is decoded;
 * trace_int() (int) at the end of the delivery of an interruption to @vector;
 * trace_sensitive() (sensitive) before the instruction in @slot of the bundle @bits at cpu->ip:
 * place, level, whether PSR.it is 1, kind, the slot's 41 bits, disassembly (pvcheck reads it).
 */
void trace_exec(struct cpu *cpu, uint64_t pa, unsigned slot);
void trace_cpu(struct cpu *cpu);
void trace_in_asm(struct cpu *cpu, uint64_t pa);
void trace_int(struct cpu *cpu, unsigned vector);
void trace_sensitive(struct cpu *cpu, const uint64_t bits[2], unsigned slot, const char *kind);
void trace_places_free(struct place_set *s);

/** vector_name() - an IVT offset as text ("Data TLB"), never NULL */
const char *vector_name(unsigned vector);

/** disas_bundle() - print the bundle at @bits (two words) as up to three lines, each "\t…\n" */
void disas_bundle(FILE *f, uint64_t addr, const uint64_t bits[2]);
/** dump_registers() - the processor's whole register state, as the monitor shows it */
void dump_registers(FILE *f, struct cpu *cpu);

#endif
