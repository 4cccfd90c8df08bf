/* SPDX-License-Identifier: MIT */
/*
 * core.h - what the parts of the test of the virtual processor have in common.
 */
#ifndef GUEST_CORE_H
#define GUEST_CORE_H

#include "ops.h"

extern int tests, failures;

#define check(cond, ...)                                                                           \
	do {                                                                                       \
		bool ok_ = (cond);                                                                 \
		print("%sok %d - ", ok_ ? "" : "not ", ++tests);                                   \
		print(__VA_ARGS__);                                                                \
		print("\n");                                                                       \
		failures += !ok_;                                                                  \
	} while (0)

/* The first interruption since expect(), which says what its handler does; how many. */
extern struct frame last;
extern volatile unsigned int count;
void expect(void (*f)(struct frame *));
void skip(struct frame *f);

uint64_t psr_now(void);
/** call_at - @f(@arg) with @set in psr (its level, psr.i, ...); it comes back by a break */
uint64_t call_at(uint64_t (*f)(uint64_t), uint64_t arg, uint64_t set);
uint64_t run_at(uint64_t (*f)(uint64_t), uint64_t arg, uint64_t psr, volatile void *mr);

/* core-events.c */
void event_came(struct frame *f);
void test_events(void);

#endif
