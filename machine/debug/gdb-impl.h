/* SPDX-License-Identifier: MIT */
/*
 * Inside the debugger: its state, between gdb.c (when the guest runs) and gdb-cmd.c (the
 * commands).
 */
#ifndef DEBUG_GDB_IMPL_H
#define DEBUG_GDB_IMPL_H

#include <stdbool.h>
#include <stddef.h>

#include "debug/gdb-break.h"
#include "debug/gdb-link.h"
#include "machine.h"

#define GDB_REPLY_MAX LINK_PACKET_MAX

/**
 * struct gdb - the debugger
 * @cpu: the processor whose registers and memory are asked for
 * @at: the one that stopped
 * @stopped: the guest stands still
 * @told: gdb waits for nothing: it has been told of the stop, or never said go
 * @signal: what the stop is called
 * @reply: the answer being made, @len characters of it
 */
struct gdb {
	struct machine *m;
	struct gdb_link *link;
	struct cpu *cpu, *at;
	struct breaks breaks;
	bool stopped, told;
	unsigned signal;
	char reply[GDB_REPLY_MAX + 1];
	size_t len;
};

/** gdb_add()/gdb_add_hex() - make the answer longer; gdb_send() sends it */
void gdb_add(struct gdb *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void gdb_add_hex(struct gdb *g, const void *bytes, size_t n);
void gdb_send(struct gdb *g);
/** gdb_stop_reply() - why and where the guest stands still */
void gdb_stop_reply(struct gdb *g);

/** gdb_update() - breakpoints have changed: the processors are to look */
void gdb_update(struct gdb *g);
/**
 * gdb_go() - let the guest go on
 * @step: the processor that stops after one instruction, or NULL; @alone: nobody else moves
 */
void gdb_go(struct gdb *g, const struct cpu *step, bool alone);
/** gdb_let_go() - nobody debugs any more */
void gdb_let_go(struct gdb *g);

/** gdb_run_packet() - a command of @len bytes, a NUL behind them (gdb-cmd.c) */
void gdb_run_packet(struct gdb *g, char *packet, size_t len);

#endif
