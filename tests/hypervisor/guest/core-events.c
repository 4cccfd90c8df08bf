// SPDX-License-Identifier: MIT
/*
 * core-events.c - timer and events in virtual mode: SET_ITM, SSM_I, and what they lead to. The
 * shared page's words are those of Xen's public/xen.h; what an event's handler finds in
 * the mapped registers is as for an interruption, with cr.isr's slot (SDM vol 2 §8.3).
 */
#include "core.h"

#define SHARED ((volatile struct xen_shared_info *)XEN_XSI_LINUX)
#define SOON   5000ul /* ticks */

extern char event_callback[];

static struct frame event; /* the last */
static volatile unsigned int events;
static uint64_t came_at;
static bool was_pending, was_selected, was_masked;
static unsigned int port;

static uint64_t itc(void)
{
	uint64_t t;

	asm volatile("mov %0 = ar.itc" : "=r"(t));
	return t;
}

static bool port_pending(void)
{
	return SHARED->evtchn_pending[port / 64] >> port % 64 & 1;
}

static void clear(void)
{
	SHARED->evtchn_pending[port / 64] &= ~(1ul << port % 64);
	SHARED->vcpu[0].pending_sel = 0;
	SHARED->vcpu[0].upcall_pending = 0;
}

void event_came(struct frame *f)
{
	event = *f;
	came_at = itc();
	events++;
	was_pending = port_pending() && INFO->upcall_pending == 1;
	was_selected = SHARED->vcpu[0].pending_sel == 1ul << port / 64;
	was_masked = INFO->upcall_mask == 1 && !MR->ic;
	clear();
}

static void spin_until(uint64_t t)
{
	while ((int64_t)(itc() - t) < 0)
		asm volatile("hint @pause" ::: "memory");
}

/* Sets the timer with events as @mask says; whether one came within five times its time. */
static bool one_came(uint64_t ticks, uint8_t mask)
{
	uint64_t start = itc(), at = start + ticks;

	events = 0;
	INFO->upcall_mask = mask;
	PRIVOP(SET_ITM, at, 0);
	spin_until(start + 5 * ticks);
	INFO->upcall_mask = 1;
	return events == 1 && (int64_t)(came_at - at) >= 0;
}

static bool nothing_told(void)
{
	return !events && !INFO->upcall_pending && !SHARED->vcpu[0].pending_sel;
}

static void bind(void)
{
	struct xen_callback_register r = { .type = XEN_CALLBACKTYPE_event,
					   .ip = (uint64_t)event_callback };
	struct xen_evtchn_bind_virq b = { .virq = XEN_VIRQ_ITC };
	struct xen_evtchn_port p;
	int64_t bad;

	bad = hypercall(XEN_CALL_callback_op, CALLBACKOP_register, inline_handle(&r), 0);
	bad |= hypercall(XEN_CALL_event_channel_op, EVTCHNOP_bind_virq, inline_handle(&b), 0);
	p.port = port = b.port;
	bad |= hypercall(XEN_CALL_event_channel_op, EVTCHNOP_unmask, inline_handle(&p), 0);
	check(!bad && port, "a callback and the timer's port");
	clear();
}

/* ---- SSM_I ---- */

static void test_ssm_i(void)
{
	uint64_t before;

	events = 0;
	INFO->upcall_mask = 1;
	MR->ic = 0;
	PRIVOP(SSM_I, 0, 0);
	check(!events && !INFO->upcall_mask && MR->ic == 1, "SSM_I: psr.i and psr.ic are 1");
	INFO->upcall_mask = 1;
	INFO->upcall_pending = 1;
	asm volatile("mov %0 = ip;; break.m %1;;"
		     : "=r"(before)
		     : "i"(XEN_PRIVOP_SSM_I)
		     : "memory");
	check(events == 1 && !INFO->upcall_mask, "  delivers an event: %u", events);
	check((event.iip | (event.ipsr & PSR_RI) >> 41) - before <= 0x20 &&
		      event.isr == (event.ipsr & PSR_RI),
	      "  behind itself: %#lx, isr %#lx", event.iip - before, event.isr);
	check((event.ipsr & (PSR_I | PSR_IC | PSR_VIRTUAL | PSR_BN | PSR_CPL)) ==
			      (PSR_I | PSR_IC | PSR_VIRTUAL | PSR_BN) &&
		      was_masked,
	      "  with psr.i, ic, bn: %#lx; the handler without i and ic", event.ipsr);
	INFO->upcall_mask = 1;
	INFO->upcall_pending = 1;
	for (uint64_t i = 0; i < 3; i++) {
		MR->ic = 1;
		asm volatile("{ .mmi; break.m %0; nop.m 0; nop.i 0;; }"
			     "{ .mmi; nop.m 0; break.m %0; nop.i 0;; }"
			     "{ .mii; nop.m 0; break.i %0; nop.i 0;; }" ::"i"(XEN_PRIVOP_SSM_I)
			     : "memory");
		check(events == 2 + i, "  in any slot: %u", events);
		INFO->upcall_mask = 1;
		INFO->upcall_pending = 1;
	}
	clear();
}

/* ---- the timer ---- */

static void test_timer(void)
{
	uint64_t t;

	asm volatile("mov cr.itv = %0;; srlz.d" ::"r"(0xeful));
	check(one_came(SOON, 0), "SET_ITM: an event at its time: %u", events);
	check(was_pending && was_selected && was_masked, "  its port, and that, pending");
	check(event.isr == (event.ipsr & PSR_RI) && event.ipsr & PSR_I, "  its isr: %#lx",
	      event.isr);
	t = MR->itm;
	events = 0;
	INFO->upcall_mask = 0;
	PRIVOP(SET_ITM, t, 0);
	spin_until(itc() + 2 * SOON);
	INFO->upcall_mask = 1;
	check(!events && MR->itm == t, "  once for each value");
	check(!one_came(SOON, 1) && !events && port_pending() && INFO->upcall_pending,
	      "  not with events masked: it is pending");
	PRIVOP(SSM_I, 0, 0);
	check(events == 1 && was_pending, "  until SSM_I");
	INFO->upcall_mask = 1;
	PRIVOP(SET_ITM, itc() + 10 * SOON, 0);
	check(one_came(SOON, 0), "an earlier one instead: %u", events);
	PRIVOP(SET_ITM, itc() + SOON, 0);
	check(one_came(5 * SOON, 0), "a later one instead: %u", events);
	INFO->upcall_mask = 0;
	events = 0;
	PRIVOP(SET_ITM, itc() - 5, 0);
	spin_until(itc() + SOON);
	INFO->upcall_mask = 1;
	check(events == 1, "one that is over before it is set: %u", events);
	PRIVOP(SET_ITM, itc() + SOON, 0);
	PRIVOP(SET_ITM, 0, 0);
	events = 0;
	spin_until(itc() + 2 * SOON);
	check(nothing_told() && !port_pending(), "none");
}

static void test_silence(void)
{
	uint64_t *mask = (uint64_t *)&SHARED->evtchn_mask[port / 64];

	*mask |= 1ul << port % 64;
	one_came(SOON, 0);
	check(nothing_told() && port_pending(), "a masked port: pending, and nobody is told");
	*mask &= ~(1ul << port % 64);
	clear();
	asm volatile("mov cr.itv = %0;; srlz.d" ::"r"(0x100eful));
	one_came(SOON, 0);
	check(nothing_told() && !port_pending(), "cr.itv masked: no timer");
	asm volatile("mov cr.itv = %0;; srlz.d" ::"r"(0xeful));
	spin_until(itc() + SOON);
	clear();

	/* No interruption may come now, not even a miss. */
	one_came(SOON, 1);
	clear();
	events = 0;
	PRIVOP(SET_ITM, itc() + SOON, 0);
	MR->ic = 0;
	INFO->upcall_mask = 0;
	spin_until(itc() + 2 * SOON);
	check(!events && INFO->upcall_pending, "psr.ic = 0: it waits");
	PRIVOP(SSM_I, 0, 0);
	check(events == 1, "  for SSM_I: %u", events);
	INFO->upcall_mask = 1;
}

/* ---- anywhere ---- */

static uint64_t checks_until(uint64_t t)
{
	uint64_t wrong = 0;

	while ((int64_t)(itc() - t) < 0)
		wrong += state_check();
	return wrong;
}

/* The timer goes off at all places of code that has its registers full. */
static uint64_t storm(uint64_t set)
{
	uint64_t wrong = 0;

	events = 0;
	for (unsigned int i = 0; i < 60; i++) {
		uint64_t now = itc();

		INFO->upcall_mask = 1;
		PRIVOP(SET_ITM, now + 2000 + i * 7, 0);
		wrong += call_at(checks_until, now + 4000, PSR_I | set);
		INFO->upcall_mask = 1;
	}
	return wrong;
}

void test_events(void)
{
	uint64_t wrong;

	bind();
	test_ssm_i();
	test_timer();
	test_silence();
	expect(skip);
	wrong = storm(0);
	check(!wrong && events == 60,
	      "registers across events, in the kernel: %ld wrong, %u events", wrong, events);
	wrong = storm(3ul << 32);
	check(!wrong && events == 60 && (event.ipsr & PSR_CPL) == 3ul << 32,
	      "registers across events, of a user: %ld wrong, %u events", wrong, events);
	INFO->upcall_mask = 1;
}
