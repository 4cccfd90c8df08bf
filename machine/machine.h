/* SPDX-License-Identifier: MIT */
/*
 * The machine as a whole: options from the command line, processors, bus, devices, the end.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bus.h"
#include "cpu/cpu.h"
#include "memmap.h"
#include "sched.h"

#define MACHINE_MAX_CPUS   SCHED_MAX_CPUS
#define MACHINE_MAX_DRIVES 24

/*
 * Exit status of the program, EXIT_ROW(name, value, meaning); --help prints them. A guest may
 * also choose any status with the exit device (dev/exitdev.h).
 */
#define MACHINE_EXITS(EXIT_ROW)                                                                    \
	EXIT_ROW(EXIT_POWEROFF, 0, "guest powered off, --expect matched, or Ctrl-A x")             \
	EXIT_ROW(EXIT_USAGE, 1, "bad option or bad file")                                          \
	EXIT_ROW(EXIT_INTERNAL, 70, "internal error of the emulator")                              \
	EXIT_ROW(EXIT_MCHECK, 72, "machine check, e.g. access where nothing answers")              \
	EXIT_ROW(EXIT_RESET, 73, "guest reset itself under -no-reboot")                            \
	EXIT_ROW(EXIT_PANIC, 74, "guest kernel panicked under -no-reboot, or then hung")           \
	EXIT_ROW(EXIT_EXPECT, 75, "--fail-on matched, or the end came without --expect")           \
	EXIT_ROW(EXIT_HANG, 76, "guest halted and nothing can wake it")                            \
	EXIT_ROW(EXIT_TIMEOUT, 124, "--timeout ran out")

#define EXIT_ENUM(name, value, meaning) name = value,
enum machine_exit { MACHINE_EXITS(EXIT_ENUM) };
#undef EXIT_ENUM

/** enum serial_to - what the serial port is connected to */
enum serial_to {
	SERIAL_STDIO, /* Ctrl-A is a command when stdin is a terminal */
	SERIAL_MUX,   /* -nographic: Ctrl-A always is */
	SERIAL_NULL,  /* no input; output is watched but not shown */
};

#define MACHINE_MAX_MODULES 16
#define MODULE_NAME_MAX	    32 /* with its NUL */

/** struct module_option - -module NAME=FILE */
struct module_option {
	char name[MODULE_NAME_MAX];
	const char *path;
};

struct machine_options {
	const char *kernel, *initrd, *append;
	const char *hypervisor; /* entered in place of the kernel, which it finds in memory */
	struct module_option module[MACHINE_MAX_MODULES];
	unsigned nmodules;
	uint64_t ram_size;
	unsigned smp;
	uint64_t seed; /* of the processors' interleaving */
	bool no_reboot, stats;
	unsigned timeout; /* host seconds, 0 = none */
	const char *expect, *fail_on;
	bool rtc_host;	   /* -rtc base=utc: host's clock; else rtc_base */
	uint64_t rtc_base; /* seconds since 1970, UTC */
	const char *trace_items, *trace_file;
	enum serial_to serial;
	const char *gdb;		       /* where to listen for a debugger, or NULL */
	bool gdb_wait;			       /* -S */
	const char *drive[MACHINE_MAX_DRIVES]; /* -drive, as given: dev/drive.h */
	unsigned ndrives;
	bool snapshot; /* -snapshot: no image is written */
};

struct uart;
struct iosapic;
struct acpipm;
struct console;
struct firmware;
struct gdb;
struct pci_host;
struct disk;
struct event;

struct machine {
	struct machine_options opt;
	struct bus *bus;
	struct cpu *cpus[MACHINE_MAX_CPUS];
	unsigned ncpus;
	struct uart *com1;
	struct iosapic *iosapic;
	struct acpipm *pm;
	struct pci_host *pci;
	struct disk *disk[MACHINE_MAX_DRIVES]; /* the devices on the bus own them */
	struct console *console;
	struct firmware *fw;
	struct trace *trace;
	struct gdb *gdb;	       /* NULL without -gdb */
	uint8_t xtp[MACHINE_MAX_CPUS]; /* external task priorities: irq/pib.c */
	struct sched sched;	       /* the processors' turns and times */
	struct event *events;	       /* of devices, the next one first: event.h */
	uint64_t poll_next;	       /* machine_now() of the next look at the host's input */
	bool ending;		       /* leave the run loop with exit_status */
	int exit_status;
	bool reset_request;
	bool panic_seen; /* the console said that the guest's kernel panicked */
	bool monitor_request;
	unsigned monitor_cpu; /* what the monitor looks at */
	double host_start;    /* host's clock, seconds */
};

#define MACHINE_NEVER UINT64_MAX

/**
 * options_parse() - the command line
 * Return: -1 to go on, else the status to exit with (--help, or one line went to stderr).
 */
int options_parse(struct machine_options *opt, int argc, char **argv);

/** machine_create() - the whole board, kernel loaded; NULL after one line on stderr */
struct machine *machine_create(const struct machine_options *opt);
/** machine_run() - until its end; returns the exit status */
int machine_run(struct machine *m);
void machine_destroy(struct machine *m);
/** machine_host_seconds() - the host's monotonic clock since the machine was created */
double machine_host_seconds(const struct machine *m);

/** machine_now() - virtual time in ITC ticks (ITC_HZ), the one clock of all devices */
uint64_t machine_now(const struct machine *m);
/** machine_end() - stop the machine at the next look of the run loop, with this status */
void machine_end(struct machine *m, int status);
/** machine_heed_host() - end it if a signal came or --timeout ran out; return: is it to end? */
bool machine_heed_host(struct machine *m);
/** machine_reset() - the guest asked for a reset */
void machine_reset(struct machine *m);

/* fw/: see fw/fw.h */
/**
 * fw_load() - load kernel and initrd, lay out the firmware, set the boot processor's registers
 * Return: 0, or -1 after one line on stderr.
 */
int fw_load(struct machine *m);
void fw_destroy(struct machine *m);
enum exec fw_call(void *machine, struct cpu *cpu, unsigned index);
enum exec fw_init(void *machine, struct cpu *cpu);

#endif
