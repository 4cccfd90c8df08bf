/* SPDX-License-Identifier: MIT */
/*
 * The wire to gdb: a TCP port on the loopback interface, and packets of the remote protocol.
 */
#ifndef DEBUG_GDB_LINK_H
#define DEBUG_GDB_LINK_H

#include <stdbool.h>
#include <stddef.h>

#define LINK_PACKET_MAX 0x4000 /* contents of a packet, as qSupported tells */

struct gdb_link;

enum link_event {
	LINK_NOTHING,
	LINK_CONNECTED,
	LINK_PACKET,
	LINK_INTERRUPT, /* Ctrl-C */
	LINK_CLOSED,
};

/**
 * link_open() - listen
 * @device: tcp:HOST:PORT, where HOST is nothing, localhost or 127.0.0.1; port 0 lets the host
 *	choose one, which is printed on stderr
 * Return: NULL after one line on stderr.
 */
struct gdb_link *link_open(const char *device);
/** link_close() - what was sent still arrives; waits a moment for the other side to close */
void link_close(struct gdb_link *l);

/**
 * link_poll() - what came, waiting at most @ms milliseconds for something
 * @packet: LINK_PACKET: its contents with a NUL behind them, valid until the next call
 */
enum link_event link_poll(struct gdb_link *l, int ms, char **packet, size_t *len);
/** link_send() - a packet; @data must not need escapes (letters, digits) */
void link_send(struct gdb_link *l, const char *data, size_t len);
/** link_no_ack() - from here on neither side confirms packets */
void link_no_ack(struct gdb_link *l);
bool link_connected(const struct gdb_link *l);

#endif
