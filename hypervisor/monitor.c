// SPDX-License-Identifier: MIT
/*
 * The monitor: one table of commands.
 */
#include "monitor.h"

#include "boot.h"
#include "console.h"
#include "create.h"
#include "heap.h"
#include "lib.h"
#include "lock.h"
#include "sched.h"
#include "smp.h"
#include "xen.h"

#define LINE_MAX  512
#define TYPED_MAX 1024

static char typed[TYPED_MAX]; /* by the interrupt handler */
static unsigned int typed_len;
static char line[LINE_MAX]; /* being edited */
static unsigned int line_len;
static bool active;

bool monitor_active(void)
{
	return active;
}

void monitor_prompt(void)
{
	active = true;
	console_say("\nhv> ");
	console_say(line);
}

void monitor_input(char c)
{
	if (typed_len < TYPED_MAX)
		typed[typed_len++] = c;
	sched_idle_work();
}

/* ---- commands: @arg is what follows the name ---- */

static struct domain *named(const char *arg)
{
	struct domain *d = domain_find(arg);

	if (!d)
		hv_printf("no guest \"%s\"\n", arg);
	return d;
}

static const char *state_of(const struct domain *d)
{
	bool waiting = false;

	if (d->paused)
		return "paused";
	for (unsigned int i = 0; i < d->vcpus; i++) {
		if (d->vcpu[i]->state == VCPU_RUNNABLE)
			return "running";
		waiting |= d->vcpu[i]->state == VCPU_BLOCKED;
	}
	return waiting ? "waiting" : "down";
}

static uint64_t milliseconds(const struct domain *d)
{
	uint64_t ticks = 0;

	for (unsigned int i = 0; i < d->vcpus; i++)
		ticks += sched_ran(d->vcpu[i]);
	return to_ns(ticks) / 1000000;
}

static void do_list(const char *arg)
{
	(void)arg;
	hv_printf(" id  name            state    cpus  memory    ran\n");
	for (const struct domain *d = domains; d; d = d->next) {
		uint64_t ms = milliseconds(d);

		if (d->dying)
			continue;
		hv_printf("%c%2u  %-14s  %-7s  %4u  %5lu M  %lu.%03lu s\n",
			  d == console_focused() ? '*' : ' ', d->id, d->name, state_of(d), d->vcpus,
			  d->pages * PAGE_SIZE >> 20, ms / 1000, ms % 1000);
	}
}

static void do_console(const char *arg)
{
	struct domain *d = named(arg);

	if (d)
		console_focus(d);
}

static void do_pause(const char *arg)
{
	struct domain *d = named(arg);

	if (!d)
		return;
	d->paused = true;
	sched_paused(d);
}

static void do_unpause(const char *arg)
{
	struct domain *d = named(arg);

	if (!d)
		return;
	d->paused = false;
	sched_paused(d);
}

static void do_destroy(const char *arg)
{
	struct domain *d = named(arg);

	if (d)
		domain_end(d, DOMAIN_DESTROYED);
}

static void do_create(const char *arg)
{
	struct domain_config config;
	const char *why = config_parse(&config, arg);

	if (!why)
		why = domain_create(&config);
	if (why)
		hv_printf("cannot create a guest: %s\n", why);
}

static const char *const count_text[] = {
#define HV_COUNT(name, text) text,
#include "counts.def"
};

static uint64_t total(const struct domain *d, unsigned int what)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < d->vcpus; i++)
		n += d->vcpu[i]->counts[what];
	return n;
}

void stats_print(const struct domain *d)
{
	uint64_t ms = milliseconds(d);

	hv_printf("%s: ran %lu.%03lu s\n", d->name, ms / 1000, ms % 1000);
	for (unsigned int i = 0; d->vcpus > 1 && i < d->vcpus; i++) {
		ms = to_ns(sched_ran(d->vcpu[i])) / 1000000;
		hv_printf("%s: vcpu %u ran %lu.%03lu s\n", d->name, i, ms / 1000, ms % 1000);
	}
	for (unsigned int i = 0; i < HV_COUNTS; i++) {
		uint64_t n = total(d, i);

		if (n)
			hv_printf("%s: %10lu %s\n", d->name, n, count_text[i]);
	}
}

void cpus_print(void)
{
	uint64_t all = to_ns(now()) / 1000000;

	for (unsigned int i = 0; i < cpu_count; i++) {
		const struct percpu *cpu = cpus[i];
		uint64_t idle = to_ns(sched_ran(cpu->idle)) / 1000000;

		hv_printf("processor %u: %lu.%03lu s, of these %lu.%03lu s idle", cpu->id,
			  all / 1000, all % 1000, idle / 1000, idle % 1000);
		if (several)
			hv_printf("; lock taken %lu times, %lu after a wait", cpu->lock_taken,
				  cpu->lock_waited);
		hv_printf("\n");
	}
}

static void do_stats(const char *arg)
{
	const struct domain *d;

	if (*arg) {
		d = named(arg);
		if (d)
			stats_print(d);
		return;
	}
	cpus_print();
	for (d = domains; d; d = d->next)
		stats_print(d);
}

static void do_memory(const char *arg)
{
	(void)arg;
	hv_printf("heap: %lu of %lu bytes in use\n", heap_used(), heap_size());
	hv_printf("guest memory: %lu of %lu KiB free, %lu in one piece\n",
		  guest_memory_free_bytes() >> 10, guest_memory_total() >> 10,
		  guest_memory_largest() >> 10);
	for (unsigned int i = 0; i < boot_info.modules; i++)
		hv_printf("module %s: %lu bytes\n", boot_info.module[i].name,
			  boot_info.module[i].size);
}

static void do_quit(const char *arg)
{
	(void)arg;
	hv_printf("switching the machine off\n");
	machine_off(EXIT_HV_OK);
}

static void do_help(const char *arg);

static const struct command {
	const char *name, *arg, *help;
	void (*run)(const char *arg);
} commands[] = {
	{ "list", "", "guests, their state and what they have run", do_list },
	{ "console", "GUEST", "its console gets the serial line; Ctrl-] comes back", do_console },
	{ "pause", "GUEST", "stop running it", do_pause },
	{ "unpause", "GUEST", "go on", do_unpause },
	{ "destroy", "GUEST", "end it at once", do_destroy },
	{ "create", "[name=.. mem=.. vcpus=.. kernel=..] TEXT", "start one", do_create },
	{ "stats", "[GUEST]", "what happened, counted", do_stats },
	{ "memory", "", "what is in use, and the modules", do_memory },
	{ "quit", "", "switch the machine off", do_quit },
	{ "help", "", "this text; a guest is named by its name or number", do_help },
};

static void do_help(const char *arg)
{
	char left[64];

	(void)arg;
	for (unsigned int i = 0; i < ARRAY_SIZE(commands); i++) {
		format(left, sizeof(left), "%s %s", commands[i].name, commands[i].arg);
		hv_printf("%-50s %s\n", left, commands[i].help);
	}
}

static void run_line(char *text)
{
	char *arg = strchr(text, ' ');

	if (arg) {
		*arg++ = '\0';
		while (*arg == ' ')
			arg++;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(commands[i].name, text)) {
			commands[i].run(arg ? arg : "");
			return;
		}
	}
	if (*text)
		hv_printf("no command \"%s\"; try help\n", text);
}

/* ---- the line ---- */

static void enter(void)
{
	char text[LINE_MAX];

	console_say("\n");
	copy_string(text, line, sizeof(text));
	line_len = 0;
	line[0] = '\0';
	run_line(text);
	if (!console_focused())
		console_say("hv> ");
}

static void edit(char c)
{
	char echo[2] = { c, '\0' };

	if (c == '\r' || c == '\n') {
		enter();
	} else if (c == '\b' || c == 0x7f) {
		if (line_len) {
			line[--line_len] = '\0';
			console_say("\b \b");
		}
	} else if (c >= ' ' && line_len < LINE_MAX - 1) {
		line[line_len++] = c;
		line[line_len] = '\0';
		console_say(echo);
	}
}

void monitor_run(void)
{
	/* what is behind `console` was meant for the guest */
	for (unsigned int i = 0; i < typed_len; i++) {
		if (console_focused())
			console_typed(typed[i]);
		else
			edit(typed[i]);
	}
	typed_len = 0;
}
