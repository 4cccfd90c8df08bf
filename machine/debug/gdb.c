// SPDX-License-Identifier: MIT
/*
 * The debugger: when the guest stands still, when it goes on, and who is told.
 *
 * While a debugger is at work the guest's time stands still, and a run with it retires the
 * same instructions as one without. When it detaches, the guest goes on; when the connection is
 * lost, the guest stays as it is, less breakpoints.
 */
#include "debug/gdb.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cpu/parts.h"
#include "debug/gdb-impl.h"
#include "debug/gdb-regs.h"
#include "dev/console.h"

#define WAIT_MS	    100 /* how often signals, keys and --timeout are looked at */
#define SIGNAL_INT  2
#define SIGNAL_TRAP 5

/* ---- answers ---- */

void gdb_add(struct gdb *g, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	g->len += vsnprintf(g->reply + g->len, sizeof(g->reply) - g->len, fmt, ap);
	va_end(ap);
	assert(g->len <= GDB_REPLY_MAX);
}

void gdb_add_hex(struct gdb *g, const void *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *b = bytes;

	assert(g->len + 2 * n <= GDB_REPLY_MAX);
	for (size_t i = 0; i < n; i++) {
		g->reply[g->len++] = digits[b[i] >> 4];
		g->reply[g->len++] = digits[b[i] & 15];
	}
	g->reply[g->len] = '\0';
}

void gdb_send(struct gdb *g)
{
	link_send(g->link, g->reply, g->len);
	g->len = 0;
}

/* ---- stopping and going on ---- */

void gdb_update(struct gdb *g)
{
	for (unsigned i = 0; i < g->m->ncpus; i++) {
		struct cpu *cpu = g->m->cpus[i];

		cpu->debug = breaks_any(&g->breaks) ? &g->breaks : NULL;
		cpu_psr_changed(cpu);
	}
}

static void halt(struct gdb *g, struct cpu *cpu, unsigned signal)
{
	g->stopped = true;
	g->signal = signal;
	g->at = g->cpu = cpu;
	g->breaks.step = NULL;
}

void gdb_go(struct gdb *g, const struct cpu *step, bool alone)
{
	g->stopped = g->told = false;
	g->breaks.why = BREAK_NONE;
	g->breaks.step = step;
	g->breaks.stepped = false;
	g->m->sched.only = alone ? step : NULL;
	g->breaks.hit = NULL;
	gdb_update(g);
}

void gdb_let_go(struct gdb *g)
{
	breaks_clear(&g->breaks);
	gdb_go(g, NULL, false);
	g->told = true;
}

void gdb_stop_reply(struct gdb *g)
{
	static const char *const names[] = {
		[WATCH_READ] = "rwatch",
		[WATCH_WRITE] = "watch",
		[WATCH_READ | WATCH_WRITE] = "awatch",
	};
	static const unsigned sent[] = { GDB_IP, GDB_PSR, GDB_CFM, GDB_AR0 + AR_BSP };
	const struct watch_range *w = g->breaks.why == BREAK_WATCH ? g->breaks.hit : NULL;
	uint8_t v[GDB_REG_MAX];

	gdb_add(g, "T%02xthread:%x;", g->signal, g->at->index + 1);
	if (w)
		gdb_add(g, "%s:%lx;", names[w->kind], w->addr);
	for (unsigned i = 0; i < sizeof(sent) / sizeof(*sent); i++) {
		gdb_reg_read(g->at, sent[i], v);
		gdb_add(g, "%x:", sent[i]);
		gdb_add_hex(g, v, gdb_reg_size(sent[i]));
		gdb_add(g, ";");
	}
}

/* ---- what the board calls ---- */

struct gdb *gdb_create(struct machine *m, const char *device, bool wait)
{
	struct gdb *g = calloc(1, sizeof(*g));

	if (!g) {
		fprintf(stderr, "ia64-machine: out of memory\n");
		return NULL;
	}
	g->m = m;
	g->cpu = g->at = m->cpus[0];
	g->signal = SIGNAL_TRAP;
	g->told = true;
	g->stopped = wait;
	g->link = link_open(device);
	if (g->link)
		return g;
	free(g);
	return NULL;
}

void gdb_destroy(struct gdb *g)
{
	if (!g)
		return;
	link_close(g->link);
	free(g);
}

/*
 * The debugger has gone without a word. As under QEMU a guest that stands still waits for
 * another one: who debugs it has not said that it may go on.
 */
static void lost(struct gdb *g)
{
	fprintf(stderr, "ia64-machine: -gdb: connection lost; the guest %s\n",
		g->stopped ? "stands still until a debugger attaches again" : "runs on");
	if (g->stopped)
		breaks_clear(&g->breaks);
	else
		gdb_let_go(g);
}

/* Something came from the debugger. */
static void handle(struct gdb *g, enum link_event e, char *packet, size_t len)
{
	switch (e) {
	case LINK_NOTHING: break;
	case LINK_CONNECTED: /* it expects a target that stands still */
		halt(g, g->at, SIGNAL_TRAP);
		g->told = true;
		break;
	case LINK_INTERRUPT:
		if (!g->stopped)
			halt(g, sched_current(g->m), SIGNAL_INT);
		break;
	case LINK_PACKET:
		if (g->stopped)
			gdb_run_packet(g, packet, len);
		break;
	case LINK_CLOSED: lost(g); break;
	}
}

void gdb_poll(struct gdb *g)
{
	enum link_event e;
	char *packet;
	size_t len;

	if (!g || g->stopped)
		return;
	e = link_poll(g->link, 0, &packet, &len);
	handle(g, e, packet, len);
}

bool gdb_stop(struct gdb *g, struct cpu *cpu)
{
	if (!g || g->breaks.why == BREAK_NONE)
		return false;
	halt(g, cpu, SIGNAL_TRAP);
	return true;
}

bool gdb_stopped(const struct gdb *g)
{
	return g && g->stopped;
}

void gdb_serve(struct gdb *g)
{
	enum link_event e;
	char *packet;
	size_t len;

	if (!g->told && link_connected(g->link)) {
		g->told = true;
		gdb_stop_reply(g);
		gdb_send(g);
	}
	gdb_update(g);
	while (g->stopped && !g->m->ending && !g->m->reset_request) {
		e = link_poll(g->link, WAIT_MS, &packet, &len);
		handle(g, e, packet, len);
		console_poll(g->m->console, 0); /* the host's side goes on */
		machine_heed_host(g->m);
	}
}

void gdb_end(struct gdb *g, int status)
{
	if (!g || !link_connected(g->link) || g->told)
		return;
	gdb_add(g, "W%02x", status & 0xff);
	gdb_send(g);
	g->told = true;
}
