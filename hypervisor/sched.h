/* SPDX-License-Identifier: MIT */
/*
 * sched.h - which virtual processor runs, and time.
 *
 * The vcpu that has run the least goes first; it keeps the processor for a quantum unless one
 * wakes up that has run less. One that slept does not save up time. The idle vcpu, in C for
 * good, runs when nobody else can, or when there is work that is done between guests.
 */
#ifndef HV_SCHED_H
#define HV_SCHED_H

#include "domain.h"

/** schedule - account, choose, switch; returns when the caller's vcpu runs again */
void schedule(void);
/** sched_ready - @v, which is new or was blocked, can run */
void sched_ready(struct vcpu *v);
/** sched_wake - an event for @v: if it waits for one, it can run */
void sched_wake(struct vcpu *v);
/** sched_block - current waits for an event, until @timeout (an ITC value, 0: none) at most */
void sched_block(uint64_t timeout);
/** sched_yield - let others go first, once */
void sched_yield(void);
/** sched_stop - @v does not run any more, for @state's reason */
void sched_stop(struct vcpu *v, enum vcpu_state state);
/** sched_idle_work - have the idle vcpu run soon: it has something to do */
void sched_idle_work(void);
/** sched_take_idle_work - (idle vcpu) whether there was something */
bool sched_take_idle_work(void);
/** sched_anyone - whether a guest could run */
bool sched_anyone(void);
/** sched_timer - the interval timer: expired timers of all vcpus, the end of a quantum */
void sched_timer(void);
/** sched_ran - ticks that @v has run, up to now */
uint64_t sched_ran(const struct vcpu *v);

static inline uint64_t now(void)
{
	uint64_t t;

	asm volatile("mov %0 = ar.itc" : "=r"(t));
	return t;
}

/** to_ns, from_ns - between ITC ticks and nanoseconds */
uint64_t to_ns(uint64_t ticks);
uint64_t from_ns(uint64_t ns);

#endif
