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
#include "lock.h"
#include "runstate.h"
#include "smp.h"
#include "xen.h"

#define QUANTUM_MS 2 /* with many guests, one that wakes up may wait for one or two of each other */
#define ITV_MASKED 0x10000
#define ITM_NEVER  (1UL << 62) /* ahead: far enough */

static bool idle_work;
static uint64_t floor_runtime; /* of the vcpu chosen last: nobody starts below it */

/* ---- time ---- */

/* Divisions are many instructions here: not where a tick is a whole number of ns. */
uint64_t to_ns(uint64_t ticks)
{
	uint64_t hz = boot_info.itc_hz;

	if (boot_info.tick_ns)
		return ticks * boot_info.tick_ns;
	return ticks / hz * 1000000000 + ticks % hz * 1000000000 / hz;
}

uint64_t from_ns(uint64_t ns)
{
	uint64_t hz = boot_info.itc_hz;

	return ns / 1000000000 * hz + ns % 1000000000 * hz / 1000000000;
}

static uint64_t quantum(void)
{
	return boot_info.itc_hz / 1000 * QUANTUM_MS;
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

bool sched_runs(const struct vcpu *v)
{
	return v->cpu && v->cpu->running == v;
}

bool sched_runs_any(const struct domain *d)
{
	for (unsigned int i = 0; i < d->vcpus; i++)
		if (sched_runs(d->vcpu[i]))
			return true;
	return false;
}

/* Since it began to run; 0 if the processor's clock is ahead of ours. */
static uint64_t running_for(const struct vcpu *v, uint64_t t)
{
	return (int64_t)(t - v->run_start) > 0 ? t - v->run_start : 0;
}

static void account(struct vcpu *v)
{
	uint64_t t = now(), ran = running_for(v, t);

	v->run_ticks += ran;
	v->vruntime += ran;
	v->run_start = t;
}

uint64_t sched_ran(const struct vcpu *v)
{
	return v->run_ticks + (sched_runs(v) ? running_for(v, now()) : 0);
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
	if (v->cpu != this_cpu->self)
		return true;
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

/** struct choice - @best of what this processor could run, but @last; @waiting: how many there are */
struct choice {
	struct vcpu *best, *last;
	unsigned int waiting;
};

static bool consider(struct vcpu *v, uint64_t arg)
{
	struct choice *c = (struct choice *)arg;

	if (v->state != VCPU_RUNNABLE || v->domain->paused)
		return true;
	if (v->cpu != this_cpu->self && sched_runs(v))
		return true;
	c->waiting++;
	if (v == c->last)
		return true;
	if (!c->best || (int64_t)(v->vruntime - c->best->vruntime) < 0)
		c->best = v;
	return true;
}

/* @last: goes only if there is nobody else, or NULL */
static struct choice choose(struct vcpu *last)
{
	struct choice c = { NULL, last, 0 };

	each_vcpu(consider, (uint64_t)&c);
	if (!c.best && c.waiting)
		c.best = last;
	return c;
}

/** struct next - @deadline: what comes first, but for the timer of the vcpu @besides */
struct next {
	uint64_t deadline;
	const struct vcpu *besides;
};

static bool earlier(struct vcpu *v, uint64_t arg)
{
	struct next *n = (struct next *)arg;

	if (v->cpu != this_cpu->self)
		return true;
	if (v != n->besides && itm_due(v) && (int64_t)(v->itm - n->deadline) < 0)
		n->deadline = v->itm;
	if (v->timeout && (int64_t)(v->timeout - n->deadline) < 0)
		n->deadline = v->timeout;
	return true;
}

/*
 * Nothing that is over is waited for again: what is due has been served, and the end of a
 * quantum is known (@resched) until schedule() begins the next one. take_interrupts() would
 * never come to an end otherwise. Guests' time limits are processor 0's. @v: who runs now, whose
 * own timer the fast paths look after (fast-event.S).
 *
 * SDM vol 2 §3.3.4.2: the interrupt comes when the counter is equal, so it must lie ahead.
 */
static void program_timer(struct vcpu *v)
{
	struct next next = { now() + ITM_NEVER, v };
	uint64_t lead = ITM_LEAD, at, deadline;

	if (this_cpu->quantum_on && !this_cpu->resched)
		next.deadline = this_cpu->quantum_end;
	each_vcpu(earlier, (uint64_t)&next);
	for (const struct domain *d = domains; d && !this_cpu->id; d = d->next)
		if (d->deadline && !d->dying && (int64_t)(d->deadline - next.deadline) < 0)
			next.deadline = d->deadline;
	v->fast.itm_limit = deadline = next.deadline;
	if (v->domain && itm_due(v) && (int64_t)(v->itm - deadline) < 0)
		deadline = v->itm;
	do {
		at = passed(deadline, now() + lead) ? now() + lead : deadline;
		asm volatile("mov cr.itm = %0 ;;\n srlz.d ;;" ::"r"(at) : "memory");
		lead *= 2;
	} while (passed(at, now()));
}

/* ---- other processors ---- */

static void look_again(struct percpu *cpu)
{
	cpu->resched = true;
	cpu_kick(cpu);
}

static bool is_free(const struct percpu *cpu)
{
	return !cpu->running->domain && !cpu->resched && !cpu->busy;
}

/* One that would have halted, or has; @cpu if it is. NULL: all have something to do. */
static struct percpu *free_cpu(struct percpu *cpu)
{
	if (cpu && is_free(cpu))
		return cpu;
	for (unsigned int i = 0; i < cpu_count; i++)
		if (is_free(cpus[i]))
			return cpus[i];
	return NULL;
}

/* Somebody waits, and it is not for this processor. */
static void wake_another(void)
{
	for (unsigned int i = 0; i < cpu_count; i++) {
		if (cpus[i] == this_cpu->self || !is_free(cpus[i]))
			continue;
		look_again(cpus[i]);
		return;
	}
}

/*
 * All are busy, and one more wants to run: those that thought they were alone begin to
 * count their quantum, the one whose vcpu has run most makes way if that is more than @v has.
 */
static void make_way(const struct vcpu *v)
{
	struct percpu *most = NULL;
	uint64_t t = now(), most_ran = v->vruntime;

	for (unsigned int i = 0; i < cpu_count; i++) {
		const struct vcpu *c = cpus[i]->running;
		uint64_t ran = c->vruntime + running_for(c, t);

		if (cpus[i]->resched || !c->domain)
			continue;
		if (!cpus[i]->quantum_on)
			look_again(cpus[i]);
		else if ((int64_t)(ran - most_ran) > 0) {
			most = cpus[i];
			most_ran = ran;
		}
	}
	if (most)
		look_again(most);
}

/* @v can run and does not: somebody has to look. */
static void find_place(struct vcpu *v)
{
	struct percpu *cpu;

	if (!several) {
		this_cpu->resched = true;
		return;
	}
	cpu = free_cpu(v->cpu);
	if (cpu)
		look_again(cpu);
	else
		make_way(v);
}

void timer_set(struct vcpu *v)
{
	hv_lock();
	if (v->cpu == this_cpu->self)
		program_timer(current);
	else if (v->cpu)
		look_again(v->cpu);
	hv_unlock();
}

void sched_kick(struct vcpu *v)
{
	if (several && sched_runs(v))
		cpu_kick(v->cpu);
}

void sched_interrupt(struct vcpu *v)
{
	if (sched_runs(v))
		look_again(v->cpu);
}

void sched_paused(struct domain *d)
{
	for (unsigned int i = 0; i < d->vcpus; i++) {
		if (sched_runs(d->vcpu[i]))
			look_again(d->vcpu[i]->cpu);
		else if (d->vcpu[i]->state == VCPU_RUNNABLE && !d->paused)
			find_place(d->vcpu[i]);
	}
}

/* ---- switching ---- */

static void leave(struct vcpu *v)
{
	v->left_at = now();
	runstate_left(v);
	if (v->domain && v->domain->dying && several)
		sched_idle_work(); /* domain_reap() may wait for it */
}

/* A guest's time never goes back: a processor whose clock is behind waits. */
static void enter(struct vcpu *v)
{
	while (v->cpu && v->cpu != this_cpu->self && !passed(v->left_at, now()))
		cpu_relax();
	v->cpu = this_cpu->self;
	v->run_start = now();
	if (!v->domain)
		return;
	count(v, HV_SWITCH_IN);
	runstate_entered(v);
}

static struct vcpu *yielding;

bool schedule(void)
{
	struct vcpu *prev = current, *next;
	unsigned int depth = this_cpu->lock_depth;
	struct choice c;

	assert_locked();
	account(prev);
	this_cpu->resched = false;
	c = choose(yielding);
	yielding = NULL;
	next = c.best && !(idle_work && !this_cpu->id) ? c.best : this_cpu->idle;
	if (next->domain && (int64_t)(next->vruntime - floor_runtime) > 0)
		floor_runtime = next->vruntime;
	if (next != prev) {
		leave(prev);
		enter(next);
	}
	this_cpu->quantum_end = now() + quantum();
	this_cpu->quantum_on = next->domain && c.waiting > 1;
	program_timer(next);
	if (next == prev)
		return false;
	if (several && c.waiting > (next->domain != NULL))
		wake_another();
	vcpu_switch(next);
	hv_lock_ours(depth);
	return true;
}

void before_guest(void)
{
	struct vcpu *v = current;

	if (!this_cpu->resched && v->state == VCPU_RUNNABLE && !v->domain->dying &&
	    !v->domain->paused)
		return;
	hv_lock();
	while (this_cpu->resched || v->state != VCPU_RUNNABLE || v->domain->dying ||
	       v->domain->paused)
		schedule();
	if (v->fast.xsi_va != v->domain->xsi_va)
		xsi_moved(v); /* by another vcpu of the guest */
	hv_unlock();
}

/* ---- changes of state ---- */

/* What a vcpu that wakes up starts with at least: it has not saved up more than a quantum. */
static uint64_t least_runtime(void)
{
	uint64_t least = floor_runtime, t = now(), slowest = 0;
	bool any = false;

	for (unsigned int i = 0; i < cpu_count; i++) {
		const struct vcpu *c = cpus[i]->running;
		uint64_t ran = c->vruntime + running_for(c, t);

		if (c->domain && (!any || (int64_t)(ran - slowest) < 0)) {
			slowest = ran;
			any = true;
		}
	}
	if (any && (int64_t)(slowest - least) > 0)
		least = slowest;
	return least - quantum();
}

void sched_ready(struct vcpu *v)
{
	uint64_t least;

	assert_locked();
	if (v->state == VCPU_RUNNABLE || v->domain->dying)
		return;
	least = least_runtime();
	v->state = VCPU_RUNNABLE;
	v->timeout = 0;
	if ((int64_t)(v->vruntime - least) < 0)
		v->vruntime = least;
	runstate_ready(v);
	find_place(v);
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
	sched_interrupt(v);
}

/*
 * With one processor and nobody else to run, a vcpu waits where it is: the way to the idle vcpu
 * and back would be most of what a short sleep costs. It is not charged for the time.
 */
static void wait_in_place(struct vcpu *v)
{
	if (idle_work || this_cpu->resched || choose(NULL).best)
		return;
	account(v);
	runstate_left(v);
	this_cpu->quantum_on = false;
	program_timer(v);
	while (!this_cpu->resched && !idle_work) {
		pal_halt();
		v->run_start = now();
		take_interrupts();
	}
	v->run_start = now();
	if (v->state != VCPU_RUNNABLE)
		return;
	count(v, HV_SWITCH_IN);
	runstate_entered(v);
	if (!idle_work && choose(NULL).waiting == 1)
		this_cpu->resched = false; /* there is still nobody else */
}

void sched_block(uint64_t timeout)
{
	struct vcpu *v = current;

	count(v, HV_BLOCK);
	v->timeout = timeout;
	v->state = VCPU_BLOCKED;
	if (!several)
		wait_in_place(v);
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
	look_again(cpus[0]);
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
	if (!this_cpu->id)
		domain_check_deadlines(t);
	if (this_cpu->quantum_on && passed(this_cpu->quantum_end, t))
		this_cpu->resched = true;
	program_timer(current);
}
