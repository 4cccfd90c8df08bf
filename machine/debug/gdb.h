/* SPDX-License-Identifier: MIT */
/*
 * The debugger's side of the machine: -gdb, -s, -S.
 *
 * All functions take a NULL @g, a machine without the option, and do nothing then.
 */
#ifndef DEBUG_GDB_H
#define DEBUG_GDB_H

#include <stdbool.h>

struct cpu;
struct gdb;
struct machine;

/**
 * gdb_create() - listen at @device ("tcp::PORT")
 * @wait: do not run the guest before a debugger says so
 * Return: NULL after one line on stderr.
 */
struct gdb *gdb_create(struct machine *m, const char *device, bool wait);
void gdb_destroy(struct gdb *g);

/** gdb_poll() - while the guest runs: a debugger that connects, or Ctrl-C from it */
void gdb_poll(struct gdb *g);
/** gdb_stop() - a processor has stopped with CPU_STOP_DEBUG; false when that was none of gdb's */
bool gdb_stop(struct gdb *g, struct cpu *cpu);
/** gdb_stopped() - is the guest to stand still? then gdb_serve() */
bool gdb_stopped(const struct gdb *g);
/** gdb_serve() - answer the debugger until the guest goes on or the machine is to end */
void gdb_serve(struct gdb *g);
/** gdb_end() - the machine has ended with @status: tell it */
void gdb_end(struct gdb *g, int status);

#endif
