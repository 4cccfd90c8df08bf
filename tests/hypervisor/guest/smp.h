/* SPDX-License-Identifier: MIT */
/*
 * smp.h - what the parts of the test of several virtual processors have in common: smp.c has
 * the processors and what they do for the first one, smp-memory.c what they share.
 */
#ifndef GUEST_SMP_H
#define GUEST_SMP_H

#include "ops.h"

#define CPUS	 16
#define REGION1	 (1ul << 61)
#define TEST_RID 0x77
#define VA_OWN	 (REGION1 + 0x40000) /* another page on each, by a translation register */

typedef uint64_t command(uint64_t arg);

/** struct processor - what each tells of itself, and what it is told to do */
struct processor {
	uint64_t b0, lid, runs;
	uint64_t events, misses;
	command *command;
	uint64_t arg, result;
	uint32_t ipi, timer;
};

extern volatile struct processor cpu[CPUS];
extern unsigned int cpus;
extern uint8_t pages[CPUS + 2][16384];

static inline unsigned int me(void)
{
	return MR->lid >> 24;
}

void check(bool ok, const char *what);
void yield(void);

/** post - let processor @to do @f(@arg); done: wait until it has */
void post(unsigned int to, command *f, uint64_t arg);
bool done(unsigned int to);
/** on - both; the result */
uint64_t on(unsigned int to, command *f, uint64_t arg);
/** on_others - the same everywhere, at the same time; how many others answered @want */
unsigned int on_others(command *f, uint64_t arg, uint64_t want);

/* smp-memory.c */
/** memory_miss - if it is a miss of the test's memory, answer it */
bool memory_miss(const struct frame *f);
void test_memory(void);

#endif
