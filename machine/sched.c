// SPDX-License-Identifier: MIT
/*
 * Whose turn it is, and what time it is: see sched.h.
 *
 * The processor whose time is furthest behind has the next turn. It lasts until it is ahead of the
 * next one by a random amount, or until the next event: no processor passes an event before
 * all have reached it. So devices and timers act at exact times, and a processor that runs
 * alone, the others being halted, is never interrupted for their sake.
 *
 * A spinning processor that says so (hint @pause) gives up its turn, and its time moves up to
 * that of the next one, or a little beyond when it spins on: waiting costs the host next to
 * nothing, however long it takes.
 */
#include "sched.h"

#include "cpu/parts.h"
#include "debug/trace.h"
#include "machine.h"

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static bool is_awake(const struct machine *m, const struct cpu *cpu)
{
	return m->sched.awake >> cpu->index & 1;
}

struct cpu *sched_current(const struct machine *m)
{
	return m->sched.current ? m->sched.current : m->sched.last ? m->sched.last : m->cpus[0];
}

/* ---- time ---- */

uint64_t sched_time(const struct machine *m, const struct cpu *cpu)
{
	return cpu->n_bundles + m->sched.slept[cpu->index];
}

uint64_t machine_now(const struct machine *m)
{
	const struct sched *s = &m->sched;

	return s->current ? max(s->latest, sched_time(m, s->current)) : s->latest;
}

uint64_t sched_now(const struct machine *m)
{
	uint64_t now = MACHINE_NEVER;

	for (uint64_t left = m->sched.awake; left; left &= left - 1)
		now = min(now, sched_time(m, m->cpus[__builtin_ctzl(left)]));
	return now == MACHINE_NEVER ? m->sched.latest : now;
}

static void set_time(struct machine *m, const struct cpu *cpu, uint64_t now)
{
	m->sched.slept[cpu->index] = now - cpu->n_bundles;
}

uint64_t sched_itc(void *opaque, struct cpu *cpu)
{
	const struct machine *m = opaque;

	return is_awake(m, cpu) ? sched_time(m, cpu) : m->sched.latest;
}

void sched_come_back(struct machine *m, uint64_t at)
{
	struct cpu *cpu = m->sched.current;

	m->sched.turn.until = min(m->sched.turn.until, at);
	if (!cpu || at == MACHINE_NEVER || at - m->sched.slept[cpu->index] >= cpu->run_until)
		return;
	cpu->run_until = at - m->sched.slept[cpu->index];
	cpu_kick(cpu);
}

/* ---- interval timers ---- */

static void find_next_timer(struct machine *m)
{
	m->sched.itm_next = MACHINE_NEVER;
	for (unsigned i = 0; i < m->ncpus; i++)
		m->sched.itm_next = min(m->sched.itm_next, m->sched.itm[i]);
}

/*
 * The interrupt comes when the counter becomes equal to cr.itm (SDM vol 2 §3.3.4.2). A value
 * that has passed already is met after the counter has wrapped: never.
 */
void sched_itm_changed(void *opaque, struct cpu *cpu)
{
	struct machine *m = opaque;
	uint64_t wait = cpu->cr[CR_ITM] - cpu_itc(cpu), *itm = &m->sched.itm[cpu->index];

	*itm = wait <= INT64_MAX ? sched_time(m, cpu) + wait : MACHINE_NEVER;
	find_next_timer(m);
	sched_come_back(m, *itm);
	if (trace_on(m->trace, timer))
		trace_msg(m->trace, timer, "itm %#lx: in %ld ticks", cpu->cr[CR_ITM], (long)wait);
}

void sched_run_timers(struct machine *m, uint64_t now)
{
	struct sched *s = &m->sched;

	if (now < s->itm_next)
		return;
	for (unsigned i = 0; i < m->ncpus; i++) {
		if (s->itm[i] > now)
			continue;
		s->itm[i] = MACHINE_NEVER;
		sapic_itm(m->cpus[i]);
	}
	find_next_timer(m);
}

/* ---- sleeping and waking ---- */

void sched_woken(void *opaque, struct cpu *cpu)
{
	struct machine *m = opaque;

	if (is_awake(m, cpu))
		return;
	m->sched.awake |= 1UL << cpu->index;
	set_time(m, cpu, machine_now(m));
	sched_come_back(m,
			machine_now(m)); /* whoever woke it gets its next turn as all others do */
	if (trace_on(m->trace, halt))
		trace_msg(m->trace, halt, "cpu%u woken", cpu->index);
}

void sched_sleep(struct machine *m, uint64_t until)
{
	m->sched.latest = max(m->sched.latest, until);
}

/* ---- turns ---- */

/* xorshift64*, Vigna 2016 */
static uint64_t random_bits(struct sched *s)
{
	s->random ^= s->random >> 12;
	s->random ^= s->random << 25;
	s->random ^= s->random >> 27;
	return s->random * 0x2545f4914f6cdd1dUL;
}

void sched_seed(struct machine *m, uint64_t seed)
{
	m->sched.random = (seed + 1) * 0x9e3779b97f4a7c15UL;
	if (!m->sched.random) /* the one state that the generator does not leave */
		m->sched.random = 1;
	random_bits(&m->sched);
}

/* Of random magnitude first: an interleaving bundle by bundle is as likely as a long turn. */
static uint64_t quantum(struct sched *s)
{
	uint64_t r = random_bits(s) >> 32;
	unsigned bits = (r & 0xffff) % (SCHED_QUANTUM_BITS + 1);

	return 1 + (r >> 16 & ((1UL << bits) - 1));
}

/* The processor furthest behind; *@next: the time of the one after it. */
static struct cpu *furthest_behind(const struct machine *m, uint64_t *next)
{
	uint64_t first = MACHINE_NEVER;
	struct cpu *cpu = NULL;

	*next = MACHINE_NEVER;
	for (uint64_t left = m->sched.awake; left; left &= left - 1) {
		struct cpu *c = m->cpus[__builtin_ctzl(left)];
		uint64_t t = sched_time(m, c);

		if (!cpu || t < first) {
			*next = first;
			first = t;
			cpu = c;
		} else {
			*next = min(*next, t);
		}
	}
	return cpu;
}

static void change_over(struct machine *m, struct cpu *cpu)
{
	struct sched *s = &m->sched;

	if (s->last == cpu)
		return;
	/* Others have stored meanwhile. An entry may end at any time (SDM vol 1 §4.4.5.2). */
	if (cpu->alat_live)
		alat_purge_all(cpu);
	s->last = cpu;
	if (m->trace)
		trace_processor(m->trace, cpu, m->ncpus > 1);
}

static void pause_over(struct machine *m, struct cpu *cpu, uint64_t next)
{
	uint8_t *pauses = &m->sched.pauses[cpu->index];
	uint64_t now = sched_time(m, cpu) + (1u << *pauses);

	set_time(m, cpu, next == MACHINE_NEVER ? now : max(now, next));
	if (*pauses < SCHED_PAUSE_BITS)
		(*pauses)++;
}

static void turn_over(struct machine *m, struct cpu *cpu)
{
	struct sched *s = &m->sched;
	uint64_t next = MACHINE_NEVER;

	if (s->turn.cpu == cpu) {
		next = s->turn.next;
		s->turn.cpu = NULL;
	}
	if (s->paused)
		pause_over(m, cpu, next);
	else
		s->pauses[cpu->index] = 0;
	s->paused = false;
	if (cpu->halted && !cpu->irq_ready)
		s->awake &= ~(1UL << cpu->index);
}

/* Whose turn it is, which a debugger may have interrupted; NULL: all are halted */
static struct cpu *begin_turn(struct machine *m, uint64_t until)
{
	struct sched *s = &m->sched;
	struct turn *t = &s->turn;

	if (t->cpu)
		return t->cpu;
	t->cpu = furthest_behind(m, &t->next);
	t->until = until;
	if (t->cpu && t->next != MACHINE_NEVER)
		t->until = min(until, t->next + quantum(s));
	return t->cpu;
}

/*
 * What a debugger stops, or executes step by step, is the same turn still: no other
 * processor comes in between, and the generator is asked as often as without it.
 */
static bool goes_on(const struct sched *s, const struct cpu *cpu, bool alone)
{
	return s->turn.cpu == cpu && (alone || cpu->stop == CPU_STOP_DEBUG) && !cpu->halted &&
	       !s->paused;
}

struct cpu *sched_turn(struct machine *m, uint64_t until)
{
	struct sched *s = &m->sched;
	bool alone = s->only && is_awake(m, s->only); /* by a step; the others then catch up */
	struct cpu *cpu = alone ? m->cpus[s->only->index] : begin_turn(m, until);

	if (!cpu)
		return NULL;
	change_over(m, cpu);
	s->current = cpu;
	cpu->halted = false;
	until = alone ? sched_time(m, cpu) + 1 : max(s->turn.until, sched_time(m, cpu));
	cpu_run(cpu, until - s->slept[cpu->index]);
	if (!goes_on(s, cpu, alone))
		turn_over(m, cpu);
	s->current = NULL;
	s->latest = max(s->latest, sched_time(m, cpu));
	return cpu;
}

bool sched_pause(void *opaque, struct cpu *cpu)
{
	struct machine *m = opaque;

	if (m->sched.current != cpu || m->sched.awake == 1UL << cpu->index)
		return false;
	m->sched.paused = true;
	cpu->run_until = 0;
	cpu_kick(cpu);
	return true;
}

void sched_reset(struct machine *m)
{
	struct sched *s = &m->sched;

	s->latest = machine_now(m);
	s->current = s->last = NULL;
	s->only = NULL;
	s->turn.cpu = NULL;
	s->paused = false;
	s->itm_next = MACHINE_NEVER;
	s->awake = 0;
	for (unsigned i = 0; i < m->ncpus; i++) {
		s->itm[i] = MACHINE_NEVER;
		s->awake |= 1UL << i;
		set_time(m, m->cpus[i], s->latest);
	}
}
