// SPDX-License-Identifier: MIT
/*
 * The list of events, by time. There are as many as there are busy devices: a handful.
 */
#include "event.h"

#include "machine.h"

void event_cancel(struct machine *m, struct event *ev)
{
	struct event **p = &m->events;

	if (!ev->pending)
		return;
	while (*p != ev)
		p = &(*p)->next;
	*p = ev->next;
	ev->pending = false;
}

void event_set(struct machine *m, struct event *ev, uint64_t at)
{
	struct event **p = &m->events;

	event_cancel(m, ev);
	while (*p && (*p)->at <= at)
		p = &(*p)->next;
	ev->at = at;
	ev->next = *p;
	ev->pending = true;
	*p = ev;
	sched_come_back(m, at);
}

uint64_t event_next(const struct machine *m)
{
	return m->events ? m->events->at : MACHINE_NEVER;
}

void event_run(struct machine *m, uint64_t now)
{
	while (m->events && m->events->at <= now) {
		struct event *ev = m->events;

		m->events = ev->next;
		ev->pending = false;
		ev->fn(ev->opaque);
	}
}
