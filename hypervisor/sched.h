/* SPDX-License-Identifier: MIT */
/*
 * sched.h - which virtual processor runs, and time.
 *
 * The vcpu that has run the least goes first, on whatever processor there is; it keeps it for a
 * quantum unless one wakes up that has run less. One that slept does not save up time. No
 * processor is idle while a vcpu waits, none goes on for more than a quantum while one waits that
 * has run less. Each processor has an idle vcpu, in C for good, which runs when nobody else can; the
 * first one's also when there is work that is done between guests.
 *
 * All of this is under hv_lock(). A vcpu's timer is the processor's where it runs or ran last.
 */
#ifndef HV_SCHED_H
#define HV_SCHED_H

#include "domain.h"

#define VECTOR_TIMER 0xef
#define ITM_LEAD     200 /* ticks: an earlier value of cr.itm might pass unseen */

/** schedule - account, choose, switch; returns when the caller's vcpu runs again: whether others did */
bool schedule(void);
/** sched_runs - whether @v is some processor's @running; sched_runs_any: one of @d's */
bool sched_runs(const struct vcpu *v);
bool sched_runs_any(const struct domain *d);
/** sched_kick - if @v runs on another processor, have it come to C */
void sched_kick(struct vcpu *v);
/** sched_interrupt - the same, and have that processor's scheduler look */
void sched_interrupt(struct vcpu *v);
/** sched_paused - @d is paused no more, or is now */
void sched_paused(struct domain *d);
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
/** sched_timer - the interval timer: expired timers of all vcpus, the end of a quantum */
void sched_timer(void);
/** sched_ran - ticks that @v, or an idle vcpu, has run, up to now */
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
