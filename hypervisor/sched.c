// SPDX-License-Identifier: MIT
/*
 * The scheduler and the interval timer.
 *
 * cr.itm stands at the next thing to happen: a vcpu's timer, the end of a wait with a limit,
 * the end of the quantum if somebody waits for the processor. Fast paths may bring it
 * forward (SET_ITM), never put it off.
 */
#include "sched.h"

#include "boot.h"
#include "create.h"
#include "evtchn.h"
#include "lib.h"
#include "runstate.h"
#include "xen.h"

#define QUANTUM_MS 2 /* with many guests, one that wakes up may wait for one or two of each other */
#define ITM_LEAD   200 /* ticks: an earlier value of cr.itm might pass unseen */
#define ITV_MASKED 0x10000
#define ITM_NEVER  (1UL << 62) /* ahead: far enough */

static bool resched;
static bool idle_work;
static uint64_t floor_runtime; /* of the vcpu chosen last: nobody starts below it */

/* ---- time ---- */

uint64_t to_ns(uint64_t ticks)
{
	uint64_t hz = boot_info.itc_hz;

	return ticks / hz * 1000000000 + ticks % hz * 1000000000 / hz;
}

uint64_t from_ns(uint64_t ns)
{
	uint64_t hz = boot_info.itc_hz;

	return ns / 1000000000 * hz + ns % 1000000000 * hz / 1000000000;
}

static bool passed(uint64_t deadline, uint64_t t)
{
	return (int64_t)(t - deadline) >= 0;
}

/* ---- vcpus ---- */

typedef bool vcpu_fn(struct vcpu *v, uint64_t arg);

/* Every vcpu of every living guest, until @fn says false. */
static void each_vcpu(vcpu_fn *fn, uint64_t arg)
{
	for (struct domain *d = domains; d; d = d->next) {
		for (unsigned int i = 0; !d->dying && i < d->vcpus; i++)
			if (d->vcpu[i] && !fn(d->vcpu[i], arg))
				return;
	}
}

static void account(struct vcpu *v)
{
	uint64_t t = now();

	v->run_ticks += t - v->run_start;
	v->vruntime += t - v->run_start;
	v->run_start = t;
}

uint64_t sched_ran(const struct vcpu *v)
{
	return v->run_ticks + (v == current ? now() - v->run_start : 0);
}

/*
 * A guest's timer expires once for each value that it sets. Between its callback and VIRQ_ITC's
 * port there is nowhere to go to: it expires when the port is there (bind_virq()). Linux 3.1
 * sets its timer that early, and never again if the first tick is lost.
 */
static bool itm_due(const struct vcpu *v)
{
	uint64_t itv = v->mregs->itv;

	if (v->callback && !v->virq_port[XEN_VIRQ_ITC])
		return false;
	return v->itm && v->itm != v->itm_fired && itv && !(itv & ITV_MASKED);
}

static bool expire(struct vcpu *v, uint64_t t)
{
	if (itm_due(v) && passed(v->itm, t)) {
		v->itm_fired = v->itm;
		if (v->callback)
			evtchn_raise_virq(v, XEN_VIRQ_ITC);
		else
			guest_send_vector(v, v->mregs->itv & 0xff);
	}
	if (v->timeout && passed(v->timeout, t)) {
		v->timeout = 0;
		sched_ready(v);
	}
	return true;
}

/* ---- choosing ---- */

static struct vcpu *best, *yielding;
static unsigned int waiting;

static bool consider(struct vcpu *v, uint64_t arg)
{
	(void)arg;
	if (v->state != VCPU_RUNNABLE || v->domain->paused)
		return true;
	waiting++;
	if (v == yielding)
		return true;
	if (!best || (int64_t)(v->vruntime - best->vruntime) < 0)
		best = v;
	return true;
}

static uint64_t deadline;

static bool earlier(struct vcpu *v, uint64_t arg)
{
	(void)arg;
	if (itm_due(v) && (int64_t)(v->itm - deadline) < 0)
		deadline = v->itm;
	if (v->timeout && (int64_t)(v->timeout - deadline) < 0)
		deadline = v->timeout;
	return true;
}

/*
 * Nothing that is over is waited for again: what is due has been served, and the end of a
 * quantum is known (@resched) until schedule() begins the next one. take_interrupts() would
 * never come to an end otherwise.
 *
 * SDM vol 2 §3.3.4.2: the interrupt comes when the counter is equal, so it must lie ahead.
 */
static void program_timer(void)
{
	uint64_t lead = ITM_LEAD, at;

	deadline = now() + ITM_NEVER;
	if (waiting > 1 && !resched)
		deadline = this_cpu->quantum_end;
	each_vcpu(earlier, 0);
	for (const struct domain *d = domains; d; d = d->next)
		if (d->deadline && !d->dying && (int64_t)(d->deadline - deadline) < 0)
			deadline = d->deadline;
	do {
		at = passed(deadline, now() + lead) ? now() + lead : deadline;
		asm volatile("mov cr.itm = %0 ;;\n srlz.d ;;" ::"r"(at) : "memory");
		lead *= 2;
	} while (passed(at, now()));
}

bool sched_anyone(void)
{
	best = NULL;
	waiting = 0;
	each_vcpu(consider, 0);
	return waiting;
}

void timer_set(struct vcpu *v)
{
	(void)v;
	program_timer();
}

void schedule(void)
{
	struct vcpu *prev = current, *next;
	uint64_t t;

	account(prev);
	resched = false;
	best = NULL;
	waiting = 0;
	each_vcpu(consider, 0);
	if (!best && waiting)
		best = yielding;
	yielding = NULL;
	next = best && !idle_work ? best : this_cpu->idle;
	t = now();
	if (next->domain && (int64_t)(next->vruntime - floor_runtime) > 0)
		floor_runtime = next->vruntime;
	this_cpu->quantum_end = t + from_ns(QUANTUM_MS * 1000000UL);
	next->run_start = t;
	program_timer();
	if (next == prev)
		return;
	runstate_left(prev);
	if (next->domain) {
		count(next, HV_SWITCH_IN);
		runstate_entered(next);
	}
	vcpu_switch(next);
}

void before_guest(void)
{
	const struct vcpu *v = current;

	while (resched || idle_work || v->state != VCPU_RUNNABLE || v->domain->dying ||
	       v->domain->paused)
		schedule();
}

/* ---- changes of state ---- */

void sched_ready(struct vcpu *v)
{
	uint64_t quantum = from_ns(QUANTUM_MS * 1000000UL), least = floor_runtime - quantum;

	if (v->state == VCPU_RUNNABLE || v->domain->dying)
		return;
	v->state = VCPU_RUNNABLE;
	v->timeout = 0;
	if ((int64_t)(v->vruntime - least) < 0)
		v->vruntime = least;
	runstate_ready(v);
	resched = true;
}

void sched_wake(struct vcpu *v)
{
	if (v->state == VCPU_BLOCKED)
		sched_ready(v);
}

void sched_stop(struct vcpu *v, enum vcpu_state state)
{
	v->state = state;
	v->timeout = 0;
	resched = true;
}

void sched_block(uint64_t timeout)
{
	struct vcpu *v = current;

	count(v, HV_BLOCK);
	v->timeout = timeout;
	v->state = VCPU_BLOCKED;
	while (v->state != VCPU_RUNNABLE || v->domain->dying)
		schedule();
}

void sched_yield(void)
{
	yielding = current;
	schedule();
}

void sched_idle_work(void)
{
	idle_work = true;
}

bool sched_take_idle_work(void)
{
	bool had = idle_work;

	idle_work = false;
	return had;
}

void sched_timer(void)
{
	uint64_t t = now();

	each_vcpu(expire, t);
	domain_check_deadlines(t);
	if (passed(this_cpu->quantum_end, t))
		resched = true;
	program_timer();
}
