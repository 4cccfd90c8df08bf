/* SPDX-License-Identifier: MIT */
/*
 * The host's end of the serial line: standard input and output, the watched output, Ctrl-A.
 */
#ifndef DEV_CONSOLE_H
#define DEV_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

struct machine;
struct console;

/** console_create() - also puts a terminal into raw mode; NULL after one line on stderr */
struct console *console_create(struct machine *m);
/** console_destroy() - gives the terminal back as it was */
void console_destroy(struct console *c);

/** console_write() - a byte from the guest: shown at once, and watched */
void console_write(struct console *c, uint8_t byte);
/** console_watch() - look for --expect and --fail-on in the unfinished line too */
void console_watch(struct console *c);
/** console_expected() - was --expect seen, or not asked for? */
bool console_expected(const struct console *c);

/** console_poll() - take what the host's input has; wait at most @ns nanoseconds for it */
void console_poll(struct console *c, uint64_t ns);
/** console_pending() - how many bytes for the guest are waiting */
unsigned console_pending(const struct console *c);
/** console_read() - the next of them; only when there is one */
uint8_t console_read(struct console *c);
/**
 * console_live() - may input still arrive that is not there yet?
 *
 * True for a terminal and for a pipe that is not at its end: time spent waiting is then real
 * time. False for a file, a closed input or the end: nothing outside can happen any more,
 * the wait is skipped, and a run is the same each time.
 */
bool console_live(const struct console *c);
/** console_signal() - the number of a signal that asks for the end, or 0 */
int console_signal(const struct console *c);

/**
 * console_line() - for the monitor: read a line of input, with echo on a terminal
 * Return: false at the end of the input or when Ctrl-A c or Ctrl-A x was typed.
 */
bool console_line(struct console *c, char *line, unsigned size);
/** console_leave_monitor() - input goes to the guest again */
void console_leave_monitor(struct console *c);

#endif
