/* SPDX-License-Identifier: MIT */
/*
 * Whose turn it is, and what time it is.
 *
 * Each processor has a time of its own: the bundles it has retired and the ticks it has
 * slept. A turn ends a random number of bundles after the time of the next processor, so that
 * no two are further apart than SCHED_QUANTUM, and different seeds give different
 * interleavings. A halted processor has no turns, and its time is that of whoever wakes it.
 * Nothing here depends on the host: the same seed and input give the same run.
 */
#ifndef SCHED_H
#define SCHED_H

#include <stdbool.h>
#include <stdint.h>

struct cpu;
struct machine;

#define SCHED_MAX_CPUS 64
/* A turn may take this many ticks more than that of the processor behind; small ones are as
 * frequent as large ones */
#define SCHED_QUANTUM_BITS 11
#define SCHED_QUANTUM	   (1u << SCHED_QUANTUM_BITS)
/* A hint @pause takes one tick; each further one in a row twice as long, up to so much */
#define SCHED_PAUSE_BITS 6

/**
 * struct turn - one processor's, from the choice to its end, whatever a debugger does meanwhile
 * @cpu: whose; NULL: nobody's
 * @next: the time of the processor that was the next one behind
 * @until: the time at which it ends at the latest
 */
struct turn {
	struct cpu *cpu;
	uint64_t next, until;
};

/**
 * struct sched - the processors' turns
 * @latest: the time that whoever is furthest has reached
 * @slept: of each processor, its time less its bundles; stale while it is asleep
 * @itm: machine time at which cr.itm matches, of each processor, or MACHINE_NEVER
 * @itm_next: the first of these
 * @awake: a bit for each processor that is not halted
 * @turn: the one under way, or that a debugger has interrupted
 * @current: who executes now, or NULL; @last: who did
 * @only: a debugger lets nobody else execute, NULL when all do
 * @paused: @current gave the rest of its turn away
 * @pauses: of each processor, how many turns in a row ended so, up to SCHED_PAUSE_BITS
 * @random: the interleaving's generator
 */
struct sched {
	uint64_t latest;
	uint64_t slept[SCHED_MAX_CPUS], itm[SCHED_MAX_CPUS], itm_next;
	uint64_t awake;
	struct turn turn;
	struct cpu *current, *last;
	const struct cpu *only;
	bool paused;
	uint8_t pauses[SCHED_MAX_CPUS];
	uint64_t random;
};

/** sched_reset() - all processors awake at the time reached so far, no timer armed */
void sched_reset(struct machine *m);
/** sched_seed() - choose the interleaving */
void sched_seed(struct machine *m, uint64_t seed);
/** sched_time() - a processor's own time, in ticks */
uint64_t sched_time(const struct machine *m, const struct cpu *cpu);
/**
 * sched_now() - the time that all have reached: events up to it are due
 *
 * machine_now() is the time of whose turn it is, or else of whoever is furthest.
 */
uint64_t sched_now(const struct machine *m);
/** sched_run_timers() - raise the interval timers' interrupts that are due at @now */
void sched_run_timers(struct machine *m, uint64_t now);
/**
 * sched_turn() - let the processor run whose turn it is, at most up to @until
 * Return: it, or NULL when all are halted.
 */
struct cpu *sched_turn(struct machine *m, uint64_t until);
/** sched_current() - whose turn it is, or was last */
struct cpu *sched_current(const struct machine *m);
/** sched_come_back() - end the current turn at machine time @at, if it would only end later */
void sched_come_back(struct machine *m, uint64_t at);
/** sched_sleep() - all are halted: time goes on to @until */
void sched_sleep(struct machine *m, uint64_t until);

/* What a processor asks (struct cpu_ops); @opaque is the machine */
uint64_t sched_itc(void *opaque, struct cpu *cpu);
void sched_itm_changed(void *opaque, struct cpu *cpu);
void sched_woken(void *opaque, struct cpu *cpu);
bool sched_pause(void *opaque, struct cpu *cpu);

#endif
