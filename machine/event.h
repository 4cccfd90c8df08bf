/* SPDX-License-Identifier: MIT */
/*
 * Events of devices: functions that are called at a virtual time, between two bundles.
 *
 * What a device does by itself - serve a request, reach into memory - it does in an event, so
 * that no instruction is under way and two runs do it at the same place. Events of the same
 * time happen in the order in which they were set.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

/**
 * struct event - one event of a device, which owns it
 * @fn: what happens; it may set the event again
 * @at: machine_now() when it does; valid while @pending
 */
struct event {
	void (*fn)(void *opaque);
	void *opaque;
	uint64_t at;
	struct event *next;
	bool pending;
};

/** event_set() - let @ev happen at machine_now() @at; a time set before is forgotten */
void event_set(struct machine *m, struct event *ev, uint64_t at);
void event_cancel(struct machine *m, struct event *ev);
/** event_next() - when the first event happens, or MACHINE_NEVER */
uint64_t event_next(const struct machine *m);
/** event_run() - all that are due at @now */
void event_run(struct machine *m, uint64_t now);

#endif
