/* SPDX-License-Identifier: MIT */
/*
 * The machine as a whole: options from the command line, processors, bus, devices, the end.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <regex.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bus.h"
#include "cpu/cpu.h"
#include "memmap.h"

#define MACHINE_MAX_CPUS 64

/* Exit status of the program */
enum machine_exit {
	EXIT_POWEROFF = 0,
	EXIT_USAGE = 1,	    /* bad option, bad file */
	EXIT_INTERNAL = 70, /* our own broken invariant */
	EXIT_UNIMPLEMENTED = 71,
	EXIT_MCHECK = 72,
	EXIT_RESET = 73,  /* guest reset under -no-reboot */
	EXIT_PANIC = 74,  /* guest panic seen on the console under -no-reboot */
	EXIT_EXPECT = 75, /* ended without having seen --expect, or --fail-on matched */
	EXIT_TIMEOUT = 124,
};

struct machine_options {
	const char *kernel, *initrd, *append;
	uint64_t ram_size;
	unsigned smp;
	bool no_reboot, stats;
	unsigned timeout; /* host seconds, 0 = none */
	const char *expect, *fail_on;
	bool rtc_host;	   /* -rtc base=utc: host's clock; else rtc_base */
	uint64_t rtc_base; /* seconds since 1970, UTC */
	const char *trace_items, *trace_file;
	bool gdb, gdb_wait;
};

struct uart;
struct iosapic;
struct acpipm;
struct console;
struct firmware;

struct machine {
	struct machine_options opt;
	struct bus *bus;
	struct cpu *cpus[MACHINE_MAX_CPUS];
	unsigned ncpus;
	struct uart *com1;
	struct iosapic *iosapic;
	struct acpipm *pm;
	struct console *console;
	struct firmware *fw;
	struct trace *trace;
	uint64_t idle_ticks; /* ITC ticks that passed while halted */
	bool ending;	     /* leave the run loop with exit_status */
	int exit_status;
	bool reset_request;
};

/** machine_now() - virtual time in ITC ticks (ITC_HZ), the one clock of all devices */
uint64_t machine_now(const struct machine *m);
/** machine_end() - stop the machine at the next look of the run loop, with this status */
void machine_end(struct machine *m, int status);
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

#endif
