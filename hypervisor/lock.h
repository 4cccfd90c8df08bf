/* SPDX-License-Identifier: MIT */
/*
 * lock.h - what processors share, and the locks for it.
 *
 * hv_lock() is for all that processors share: the list of guests, states, timers and run times
 * of vcpus, event channels, vectors that are pending, consoles, the monitor, calls of the
 * machine's firmware. It is taken by hypercalls, external interrupts, and whoever schedules.
 *
 * What a vcpu has for itself (saved and mapped registers, MMU, counters) is touched by the
 * processor whose @running it is, and needs no lock: TLB misses, privileged instructions,
 * hyperprivops and reflection take none, nor does assembly. Another processor may touch it
 * under hv_lock() while it is no processor's @running. Of a vcpu that runs elsewhere only tags
 * of its VHPT may be cleared (vmmu_purge_global()).
 *
 * The heap, pages for guests, making and releasing guests, and the monitor's commands are the
 * idle vcpu's of processor 0, under hv_lock() where others could look; it lets go of it for
 * what takes long (hv_lock_drop()).
 *
 * Order: hv_lock(), then a struct lock (purges), under which no other is taken.
 * hv_lock() nests. The processor holds it, not the vcpu: whoever goes on after a switch holds it.
 */
#ifndef HV_LOCK_H
#define HV_LOCK_H

#include "domain.h"

/** struct lock - tickets: who came first is served first */
struct lock {
	uint32_t next, serving;
};

/* Processors beside the first have been started: until then no lock costs anything. */
extern bool several;

void lock_take(struct lock *l);
void lock_release(struct lock *l);

/* lock.c: the same when there are several processors */
void hv_lock_really(void);
void hv_unlock_really(void);

static inline void hv_lock(void)
{
	if (several)
		hv_lock_really();
}

static inline void hv_unlock(void)
{
	if (several)
		hv_unlock_really();
}

/** hv_lock_drop - let go of it however deep; hv_lock_again: what drop returned */
unsigned int hv_lock_drop(void);
void hv_lock_again(unsigned int depth);

/** hv_lock_ours - (after a switch of vcpus) held, as deep as in the context that goes on */
static inline void hv_lock_ours(unsigned int depth)
{
	this_cpu->lock_depth = depth;
}

#define assert_locked() assert(!several || this_cpu->lock_depth)

static inline void cpu_relax(void)
{
	asm volatile("hint @pause" ::: "memory");
}

#endif
