// SPDX-License-Identifier: MIT
/*
 * A console for fuzzed machines, in place of dev/console.c: nobody listens, nobody types, and
 * no signal is caught that the fuzzer wants.
 */
#include "dev/console.h"

#include <stddef.h>

static struct console {
	int nothing;
} console;

struct console *console_create(struct machine *m)
{
	(void)m;
	return &console;
}

void console_destroy(struct console *c)
{
	(void)c;
}

void console_write(struct console *c, uint8_t byte)
{
	(void)c, (void)byte;
}

void console_watch(struct console *c)
{
	(void)c;
}

bool console_expected(const struct console *c)
{
	(void)c;
	return true;
}

void console_poll(struct console *c, uint64_t ns)
{
	(void)c, (void)ns;
}

unsigned console_pending(const struct console *c)
{
	(void)c;
	return 0;
}

uint8_t console_read(struct console *c)
{
	(void)c;
	return 0;
}

bool console_live(const struct console *c)
{
	(void)c;
	return false;
}

int console_signal(const struct console *c)
{
	(void)c;
	return 0;
}

bool console_line(struct console *c, char *line, unsigned size)
{
	(void)c, (void)line, (void)size;
	return false;
}

void console_leave_monitor(struct console *c)
{
	(void)c;
}
