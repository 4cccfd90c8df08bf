// SPDX-License-Identifier: MIT
/*
 * The board: what the machine is made of, and the loop that makes time pass.
 *
 * Virtual time is the count of retired bundles plus the ticks slept through while halted
 * (sched.c); no host clock enters it, except while an idle guest waits for somebody to type (then
 * the wait takes as long as the guest thinks it does, and costs the host nothing). Events -
 * interval timer, PM timer, input - happen between two bundles at a virtual time of their own,
 * so two runs with the same input are the same run.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cpu/parts.h"
#include "debug/gdb.h"
#include "debug/monitor.h"
#include "debug/stats.h"
#include "debug/trace.h"
#include "dev/acpipm.h"
#include "dev/console.h"
#include "dev/drive.h"
#include "dev/exitdev.h"
#include "dev/uart.h"
#include "event.h"
#include "irq/iosapic.h"
#include "machine.h"
#include "pci/pci.h"

#define NS_PER_TICK (1000000000UL / ITC_HZ)
/* How often the host's input is looked at; how long a character takes on the line (10 bits
 * at 115200 baud), and how many come at a time */
#define POLL_TICKS (ITC_HZ / 100)
#define CHAR_TICKS (10 * ITC_HZ / 115200)
#define FEED_BYTES 16
#define SLEEP_MAX  (ITC_HZ / 4)	  /* look at signals and --timeout this often */
#define LATE_MAX   (ITC_HZ / 100) /* a sleep may overrun the event by this much */

static double host_seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec * 1e-9;
}

double machine_host_seconds(const struct machine *m)
{
	return host_seconds() - m->host_start;
}

/* Whoever runs the processor finds out at the next bundle. */
static void halt_processors(struct machine *m)
{
	for (unsigned i = 0; i < m->ncpus; i++) {
		if (m->cpus[i]->stop == CPU_STOP_NONE)
			m->cpus[i]->stop = CPU_STOP_GUEST;
		cpu_kick(m->cpus[i]);
	}
}

void machine_end(struct machine *m, int status)
{
	if (!m->ending)
		m->exit_status = status;
	m->ending = true;
	halt_processors(m);
}

bool machine_heed_host(struct machine *m)
{
	int sig = console_signal(m->console);

	if (sig)
		machine_end(m, 128 + sig);
	if (m->opt.timeout && !m->ending && machine_host_seconds(m) >= m->opt.timeout) {
		fprintf(stderr, "ia64-machine: --timeout: ended after %u seconds\n",
			m->opt.timeout);
		machine_end(m, EXIT_TIMEOUT);
	}
	return m->ending;
}

void machine_reset(struct machine *m)
{
	if (m->opt.no_reboot) {
		machine_end(m, m->panic_seen ? EXIT_PANIC : EXIT_RESET);
		return;
	}
	m->reset_request = true;
	halt_processors(m);
}

/* ---- what the processor asks of the board; its clock: sched.c ---- */

static void eoi(void *opaque, struct cpu *cpu, unsigned vector)
{
	struct machine *m = opaque;

	/* A level-triggered pin is ended by a store to the I/O SAPIC, not by this. */
	(void)cpu;
	if (trace_on(m->trace, irq))
		trace_msg(m->trace, irq, "end of interrupt %#x", vector);
}

static const struct cpu_ops cpu_ops = {
	.firmware = fw_call,
	.itc_now = sched_itc,
	.itm_changed = sched_itm_changed,
	.init = fw_init,
	.eoi = eoi,
	.woken = sched_woken,
	.pause = sched_pause,
};

/* ---- making and unmaking ---- */

static bool out_of_memory(void)
{
	fprintf(stderr, "ia64-machine: out of memory\n");
	return false;
}

static bool create_processors(struct machine *m)
{
	for (unsigned i = 0; i < m->opt.smp; i++) {
		struct cpu *cpu = cpu_create(i, m->bus, &cpu_ops, m);

		if (!cpu)
			return out_of_memory();
		if (i)
			cpu_join(cpu, m->cpus[0]);
		m->cpus[m->ncpus++] = cpu;
		cpu->trace = m->trace;
		cpu_psr_changed(cpu);
	}
	if (m->trace)
		trace_processor(m->trace, m->cpus[0], m->ncpus > 1);
	sched_seed(m, m->opt.seed);
	sched_reset(m);
	return true;
}

static bool create_devices(struct machine *m)
{
	m->iosapic = iosapic_create(m); /* pins of all devices: first */
	if (!m->iosapic)
		return out_of_memory();
	pib_create(m); /* messages between processors */
	m->com1 = uart_create(m, PORT_COM1, GSI_COM1);
	m->pm = acpipm_create(m); /* power, PM timer, reset */
	exitdev_create(m);	  /* exit status, for tests */
	m->pci = pci_host_create(m);
	if (!m->com1 || !m->pm || !m->pci)
		return out_of_memory();
	return drives_create(m);
}

static bool create_debugger(struct machine *m)
{
	if (m->opt.gdb)
		m->gdb = gdb_create(m, m->opt.gdb, m->opt.gdb_wait);
	return m->gdb || !m->opt.gdb;
}

static bool build(struct machine *m)
{
	if (m->opt.trace_items) {
		m->trace = trace_create(m->opt.trace_items, m->opt.trace_file);
		if (!m->trace)
			return false;
	}
	m->bus = bus_create(m->opt.ram_size);
	if (!m->bus) {
		fprintf(stderr, "ia64-machine: -m: the host has no room for %luM of memory\n",
			m->opt.ram_size >> 20);
		return false;
	}
	bus_set_trace(m->bus, m->trace);
	if (!create_processors(m) || !create_devices(m) || !create_debugger(m) || fw_load(m) != 0)
		return false;
	m->console = console_create(m); /* last: the terminal is raw from here */
	return m->console;
}

struct machine *machine_create(const struct machine_options *opt)
{
	struct machine *m = calloc(1, sizeof(*m));

	if (!m) {
		out_of_memory();
		return NULL;
	}
	m->opt = *opt;
	m->host_start = host_seconds();
	if (build(m))
		return m;
	machine_destroy(m);
	return NULL;
}

void machine_destroy(struct machine *m)
{
	if (!m)
		return;
	console_destroy(m->console);
	gdb_destroy(m->gdb);
	fw_destroy(m);
	pci_host_destroy(m->pci);
	acpipm_destroy(m->pm);
	uart_destroy(m->com1);
	iosapic_destroy(m->iosapic);
	for (unsigned i = 0; i < m->ncpus; i++)
		cpu_destroy(m->cpus[i]);
	bus_destroy(m->bus);
	trace_destroy(m->trace);
	free(m);
}

/* Everything as at power-on, except that time and the counts go on. */
static void reset(struct machine *m)
{
	m->reset_request = false;
	m->panic_seen = false;
	m->poll_next = machine_now(m); /* a guest may do nothing but reset */
	bus_clear_ram(m->bus);
	for (unsigned i = 0; i < m->ncpus; i++) {
		uint64_t n_bundles = m->cpus[i]->n_bundles;

		cpu_reset(m->cpus[i]);
		m->cpus[i]->n_bundles = n_bundles;
		m->cpus[i]->stop = CPU_STOP_NONE;
	}
	sched_reset(m);
	memset(m->xtp, 0, sizeof(m->xtp));
	iosapic_reset(m->iosapic);
	uart_reset(m->com1);
	acpipm_reset(m->pm);
	pci_host_reset(m->pci);
	if (fw_load(m) != 0)
		machine_end(m, EXIT_USAGE);
}

/* ---- time ---- */

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t next_timer(const struct machine *m)
{
	return min(min(m->sched.itm_next, acpipm_next(m->pm)), event_next(m));
}

static bool input_waits(const struct machine *m)
{
	return console_pending(m->console) && uart_room(m->com1);
}

/* Return: how long the line is busy with what was sent, or until there may be room again */
static uint64_t feed_uart(struct machine *m)
{
	unsigned n = 0;

	while (n < FEED_BYTES && input_waits(m)) {
		uart_receive(m->com1, console_read(m->console));
		n++;
	}
	return (n ? n : FEED_BYTES) * CHAR_TICKS;
}

/* The host's side: input, signals, the watched line, the time limit. */
static void look_around(struct machine *m)
{
	uint64_t busy;

	console_poll(m->console, 0);
	console_watch(m->console);
	gdb_poll(m->gdb);
	busy = feed_uart(m);
	m->poll_next = machine_now(m) + (console_pending(m->console) ? busy : POLL_TICKS);
	machine_heed_host(m);
}

static void run_events(struct machine *m)
{
	uint64_t now = sched_now(m);

	sched_run_timers(m, now);
	if (now >= acpipm_next(m->pm))
		acpipm_tick(m->pm);
	event_run(m, now);
	if (now >= m->poll_next)
		look_around(m);
}

/* Nothing runs and nothing is due: the guest is at its end, though it did not say so. */
static void hang(struct machine *m)
{
	fprintf(stderr, "ia64-machine: the guest halted at ip %#lx and nothing can wake it%s\n",
		m->cpus[0]->ip, m->panic_seen ? " (its kernel panicked)" : "");
	machine_end(m, m->panic_seen ? EXIT_PANIC : EXIT_HANG);
}

/* Real time passes, until input comes or as much has passed as the guest waits for. */
static void sleep_until(struct machine *m, uint64_t next)
{
	uint64_t ticks = min(next - machine_now(m), SLEEP_MAX), passed;
	double start = host_seconds();

	console_poll(m->console, ticks * NS_PER_TICK);
	passed = (host_seconds() - start) * ITC_HZ;
	sched_sleep(m, machine_now(m) + min(passed, ticks + LATE_MAX));
	look_around(m);
}

static void idle(struct machine *m)
{
	uint64_t now = machine_now(m), next;

	look_around(m);
	if (m->ending || m->sched.awake || gdb_stopped(m->gdb))
		return;
	next = input_waits(m) ? min(next_timer(m), m->poll_next) : next_timer(m);
	if (console_live(m->console))
		sleep_until(m, next);
	else if (next == MACHINE_NEVER)
		hang(m);
	else
		sched_sleep(m, next);
	if (trace_on(m->trace, halt))
		trace_msg(m->trace, halt, "halted for %lu ticks", machine_now(m) - now);
}

/* ---- the loop ---- */

static void check_stop(struct machine *m, struct cpu *cpu)
{
	enum cpu_stop why = cpu->stop;

	if (why == CPU_STOP_NONE)
		return;
	cpu->stop = CPU_STOP_NONE;
	if (why == CPU_STOP_DEBUG && !gdb_stop(m->gdb, cpu))
		m->monitor_request = true;
	if (why != CPU_STOP_MCHECK)
		return; /* the device that asked for the end has called machine_end() */
	if (trace_on(m->trace, stop))
		dump_registers(m->trace->file, cpu);
	fprintf(stderr, "ia64-machine: machine check: %s (ip %#lx)\n", cpu->stop_msg, cpu->ip);
	machine_end(m, EXIT_MCHECK);
}

static void step(struct machine *m)
{
	struct cpu *cpu;

	run_events(m);
	if (m->monitor_request)
		monitor(m);
	if (gdb_stopped(m->gdb))
		gdb_serve(m->gdb);
	if (m->reset_request)
		reset(m);
	if (m->ending)
		return;
	cpu = sched_turn(m, min(next_timer(m), m->poll_next));
	if (cpu)
		check_stop(m, cpu);
	else
		idle(m);
}

int machine_run(struct machine *m)
{
	while (!m->ending)
		step(m);
	console_watch(m->console);
	if (m->exit_status == EXIT_POWEROFF && !console_expected(m->console)) {
		fprintf(stderr, "ia64-machine: --expect: no line matched\n");
		m->exit_status = EXIT_EXPECT;
	}
	gdb_end(m->gdb, m->exit_status);
	if (m->opt.stats)
		stats_print(stderr, m);
	return m->exit_status;
}
