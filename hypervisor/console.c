// SPDX-License-Identifier: MIT
/*
 * Console rings (Xen public/io/console.h) and the serial line that they share.
 *
 * A ring lies in the guest's memory: its indices are read once, and a difference that cannot
 * be makes the ring empty or full. What the hypervisor counts itself is kept on this side.
 */
#include "console.h"

#include "evtchn.h"
#include "lib.h"
#include "monitor.h"
#include "uart.h"
#include "xen.h"

#define HISTORY 8192
#define LINE	200
#define TYPED	256

/**
 * struct guest_console - a guest's console
 * @line: output not yet printed because its line is not complete
 * @history: the last output; @history_len counts all of it
 * @typed: input that found no room in the ring
 */
struct guest_console {
	struct xen_console_ring *ring;
	unsigned int port;
	uint32_t in_prod, out_cons;
	char line[LINE];
	unsigned int line_len;
	char history[HISTORY];
	uint64_t history_len;
	char typed[TYPED];
	unsigned int typed_len;
};

static struct domain *focus, *last_focus;
static bool logging;
static bool line_open; /* the serial line is not at the start of a line */

/* ---- the serial line ---- */

static void put(char c)
{
	uart_put(c);
	line_open = c != '\n' && c != '\r';
}

static void put_text(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n')
			put('\r');
		put(text[i]);
	}
}

static void fresh_line(void)
{
	if (line_open)
		put_text("\n", 1);
}

void console_say(const char *text)
{
	put_text(text, strlen(text));
}

void console_message(const char *text)
{
	static bool inside; /* the message before this one did not end its line */
	size_t len;

	for (; *text; text += len) {
		const char *end = strchr(text, '\n');

		len = end ? (size_t)(end - text) + 1 : strlen(text);
		if (!inside) {
			fresh_line();
			put_text("(hv) ", 5);
		}
		put_text(text, len);
		inside = !end;
	}
}

/* ---- output ---- */

static void flush_line(struct domain *d)
{
	struct guest_console *c = d->console;

	if (!c->line_len)
		return;
	fresh_line();
	put_text("[", 1);
	put_text(d->name, strlen(d->name));
	put_text("] ", 2);
	put_text(c->line, c->line_len);
	put_text("\n", 1);
	c->line_len = 0;
}

static void output(struct domain *d, char ch)
{
	struct guest_console *c = d->console;

	c->history[c->history_len++ % HISTORY] = ch;
	if (focus == d) {
		put(ch);
		return;
	}
	if (!logging || ch == '\r')
		return;
	if (ch == '\n' || c->line_len == LINE)
		flush_line(d);
	if (ch != '\n')
		c->line[c->line_len++] = ch;
}

void console_write(struct domain *d, const char *text, uint64_t bytes)
{
	for (uint64_t i = 0; i < bytes; i++)
		output(d, text[i]);
}

static void drain_output(struct domain *d)
{
	struct guest_console *c = d->console;
	uint32_t prod = __atomic_load_n(&c->ring->out_prod, __ATOMIC_ACQUIRE);
	uint32_t n = prod - c->out_cons;

	if (n > sizeof(c->ring->out)) {
		c->out_cons = prod;
		n = 0;
	}
	for (uint32_t i = 0; i < n; i++)
		output(d, c->ring->out[c->out_cons++ % sizeof(c->ring->out)]);
	__atomic_store_n(&c->ring->out_cons, c->out_cons, __ATOMIC_RELEASE);
	if (n == sizeof(c->ring->out))
		evtchn_notify(d, c->port); /* it may wait for room */
}

/* ---- input ---- */

static bool ring_put(struct guest_console *c, char ch)
{
	uint32_t cons = __atomic_load_n(&c->ring->in_cons, __ATOMIC_ACQUIRE);

	if (c->in_prod - cons >= sizeof(c->ring->in))
		return false;
	c->ring->in[c->in_prod++ % sizeof(c->ring->in)] = ch;
	__atomic_store_n(&c->ring->in_prod, c->in_prod, __ATOMIC_RELEASE);
	return true;
}

/* Typed ahead: into the ring as far as there is room. */
static void feed(struct domain *d)
{
	struct guest_console *c = d->console;
	unsigned int n = 0;

	while (n < c->typed_len && ring_put(c, c->typed[n]))
		n++;
	if (!n)
		return;
	c->typed_len -= n;
	memmove(c->typed, c->typed + n, c->typed_len);
	evtchn_notify(d, c->port);
}

void console_drain(struct domain *d)
{
	drain_output(d);
	feed(d);
}

static void guest_input(struct domain *d, char ch)
{
	struct guest_console *c = d->console;

	if (c->typed_len < TYPED)
		c->typed[c->typed_len++] = ch;
	feed(d);
}

void console_typed(char ch)
{
	if (ch == CONSOLE_ESCAPE)
		console_focus(focus ? NULL : last_focus);
	else if (focus)
		guest_input(focus, ch);
	else
		monitor_input(ch);
}

/* ---- focus ---- */

static void replay(struct domain *d)
{
	struct guest_console *c = d->console;
	uint64_t at = c->history_len > HISTORY ? c->history_len - HISTORY : 0;

	c->line_len = 0;
	for (; at < c->history_len; at++)
		put(c->history[at % HISTORY]);
}

struct domain *console_focused(void)
{
	return focus;
}

void console_focus(struct domain *d)
{
	if (focus)
		last_focus = focus;
	focus = d;
	if (d) {
		hv_printf("console of %s; Ctrl-] for the monitor\n", d->name);
		replay(d);
	} else {
		monitor_prompt();
	}
}

/* ---- life ---- */

void console_init(bool log)
{
	logging = log;
	uart_init(console_typed);
}

bool console_create(struct domain *d, void *ring)
{
	struct guest_console *c = heap_alloc(sizeof(*c), 8);

	if (!c)
		return false;
	d->console = c;
	c->ring = ring;
	c->port = evtchn_service(d, console_drain);
	if (!last_focus)
		last_focus = d;
	if (!focus && !logging && !monitor_active())
		focus = d;
	return c->port;
}

unsigned int console_port(const struct domain *d)
{
	return d->console->port;
}

void console_destroy(struct domain *d)
{
	if (!d->console)
		return;
	console_drain(d);
	if (logging)
		flush_line(d);
	if (last_focus == d)
		last_focus = NULL;
	heap_free(d->console);
	d->console = NULL;
	if (focus != d)
		return;
	focus = NULL;
	for (struct domain *o = domains; o && !focus; o = o->next)
		if (o != d && o->console && !o->dying)
			console_focus(o);
}
