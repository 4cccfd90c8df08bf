// SPDX-License-Identifier: MIT
/*
 * The host's end of the serial line.
 *
 * Bytes go out raw and unbuffered, one write each. Input is taken when the run loop asks,
 * into a bounded buffer, from which the board feeds the UART at the line's speed. A terminal
 * is raw while the machine runs and is given back on every way out, fatal signals included;
 * for those one static variable is needed, because a signal handler is given no context.
 */
#define _GNU_SOURCE /* ppoll */
#include "dev/console.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "dev/watch.h"
#include "machine.h"

#define RING_SIZE   65536
#define WAIT_MS	    100 /* whatever waits for the host looks at signals and --timeout so often */
#define KEY_CTRL(c) ((c)&0x1f)

struct ring {
	uint8_t b[RING_SIZE];
	unsigned head, count;
};

struct console {
	struct machine *m;
	struct watch *watch;
	bool tty;	 /* standard input is a terminal, now raw */
	bool keys;	 /* Ctrl-A is a command */
	bool prefix;	 /* Ctrl-A was the last byte */
	bool in_monitor; /* input goes to the monitor */
	bool waitable;	 /* input may arrive later: a terminal, a pipe, a socket */
	bool eof;
	bool expected;
	struct ring guest, monitor; /* input that nobody took yet */
};

/* For signal handlers: how the terminal was, and which polite signal came. */
static struct {
	volatile sig_atomic_t raw, signal;
	struct termios saved;
} terminal;

static void terminal_restore(void)
{
	if (terminal.raw)
		tcsetattr(STDIN_FILENO, TCSANOW, &terminal.saved);
	terminal.raw = 0;
}

/* The first request to end lets the run loop finish; anything else ends here. */
static void on_signal(int sig)
{
	bool polite = sig == SIGTERM || sig == SIGINT || sig == SIGHUP;

	if (polite && !terminal.signal) {
		terminal.signal = sig;
		return;
	}
	terminal_restore();
	signal(sig, SIG_DFL);
	raise(sig);
}

/* nohup, and a shell for what it runs in the background, have some ignored: they stay so. */
static bool is_ignored(int sig)
{
	struct sigaction was;

	return sigaction(sig, NULL, &was) == 0 && was.sa_handler == SIG_IGN;
}

static void catch_signals(void)
{
	static const int requests[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT };
	static const int faults[] = { SIGABRT, SIGSEGV, SIGBUS };
	struct sigaction sa = { .sa_handler = on_signal };

	for (unsigned i = 0; i < sizeof(requests) / sizeof(*requests); i++)
		if (!is_ignored(requests[i]))
			sigaction(requests[i], &sa, NULL);
	for (unsigned i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		sigaction(faults[i], &sa, NULL);
	signal(SIGPIPE, SIG_IGN); /* write() says EPIPE */
}

static void terminal_raw(struct console *c)
{
	struct termios t;

	if (tcgetattr(STDIN_FILENO, &terminal.saved) != 0)
		return;
	t = terminal.saved;
	cfmakeraw(&t);
	t.c_oflag = terminal.saved.c_oflag; /* our own messages end lines with \n alone */
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	c->tty = tcsetattr(STDIN_FILENO, TCSANOW, &t) == 0;
	terminal.raw = c->tty;
}

/* What standard input is decides whether waiting for it makes sense. */
static void input_open(struct console *c)
{
	struct stat st;

	if (c->m->opt.serial == SERIAL_NULL || fstat(STDIN_FILENO, &st) != 0) {
		c->eof = true;
		return;
	}
	if (isatty(STDIN_FILENO))
		terminal_raw(c);
	c->waitable = c->tty || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode);
	c->keys = c->tty || c->m->opt.serial == SERIAL_MUX;
}

struct console *console_create(struct machine *m)
{
	struct console *c = calloc(1, sizeof(*c));

	if (!c) {
		fprintf(stderr, "ia64-machine: out of memory\n");
		return NULL;
	}
	c->m = m;
	c->expected = !m->opt.expect;
	c->watch = watch_create(m->opt.expect, m->opt.fail_on);
	if (!c->watch) {
		free(c);
		return NULL;
	}
	catch_signals();
	input_open(c);
	return c;
}

void console_destroy(struct console *c)
{
	if (!c)
		return;
	terminal_restore();
	watch_destroy(c->watch);
	free(c);
}

/* ---- output ---- */

/* Wait for whoever reads. False: the machine is to end, which no reader may keep it from. */
static bool can_write(struct console *c)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
	int ready;

	while ((ready = poll(&out, 1, WAIT_MS)) == 0 || (ready < 0 && errno == EINTR))
		if (machine_heed_host(c->m))
			return false;
	return true;
}

static void host_write(struct console *c, const char *s, size_t n)
{
	while (n && can_write(c)) {
		ssize_t did = write(STDOUT_FILENO, s, n);

		if (did < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (did < 0)
			return; /* nobody listens any more; the machine does not mind */
		s += did;
		n -= did;
	}
}

static void say(struct console *c, const char *s)
{
	host_write(c, s, strlen(s));
}

/*
 * The last line may have no end, and is then looked at when the guest has gone: what it ended
 * well with after that line does not count. Where --expect has matched before, that does.
 */
static void failed(struct console *c)
{
	struct machine *m = c->m;

	fprintf(stderr, "ia64-machine: --fail-on matched: %s\n", watch_line(c->watch));
	if (m->ending && m->exit_status == EXIT_POWEROFF && !(m->opt.expect && c->expected))
		m->exit_status = EXIT_EXPECT;
	machine_end(m, EXIT_EXPECT);
}

static void act(struct console *c, enum watch_result r)
{
	if (r == WATCH_FAILED) {
		failed(c);
	} else if (r == WATCH_EXPECTED && !c->expected) {
		c->expected = true;
		machine_end(c->m, EXIT_POWEROFF);
	}
}

/*
 * Linux ends a panic without a reboot with a line of its own, and then spins for ever: under
 * -no-reboot that is the end. With panic=N the reset that follows ends the machine.
 */
static void look_for_panic(struct console *c)
{
	const char *line = watch_line(c->watch);

	if (!strstr(line, "Kernel panic - not syncing"))
		return;
	c->m->panic_seen = true;
	if (c->m->opt.no_reboot && strstr(line, "end Kernel panic"))
		machine_end(c->m, EXIT_PANIC);
}

void console_write(struct console *c, uint8_t byte)
{
	char ch = byte;

	if (c->m->opt.serial != SERIAL_NULL)
		host_write(c, &ch, 1);
	act(c, watch_byte(c->watch, byte));
	if (byte == '\n')
		look_for_panic(c);
}

void console_watch(struct console *c)
{
	act(c, watch_partial(c->watch));
}

bool console_expected(const struct console *c)
{
	return c->expected;
}

/* ---- input ---- */

static void ring_put(struct ring *r, uint8_t byte)
{
	assert(r->count < RING_SIZE);
	r->b[(r->head + r->count++) % RING_SIZE] = byte;
}

static uint8_t ring_get(struct ring *r)
{
	uint8_t byte = r->b[r->head];

	assert(r->count);
	r->head = (r->head + 1) % RING_SIZE;
	r->count--;
	return byte;
}

/* The byte after Ctrl-A. Returns whether it is input after all. */
static bool command_key(struct console *c, uint8_t byte)
{
	switch (byte) {
	case KEY_CTRL('a'): return true;
	case 'x': machine_end(c->m, EXIT_POWEROFF); break;
	case 'c':
		c->in_monitor = !c->in_monitor;
		c->m->monitor_request = c->in_monitor;
		break;
	case 'h':
	case '?':
		say(c, "\r\nCtrl-A h  this help\r\nCtrl-A x  end the machine\r\n"
		       "Ctrl-A c  monitor, and back\r\nCtrl-A Ctrl-A  send Ctrl-A\r\n");
		break;
	}
	return false;
}

static void accept_byte(struct console *c, uint8_t byte)
{
	if (c->keys && !c->prefix && byte == KEY_CTRL('a')) {
		c->prefix = true;
		return;
	}
	if (c->prefix) {
		c->prefix = false;
		if (!command_key(c, byte))
			return;
	}
	ring_put(c->in_monitor ? &c->monitor : &c->guest, byte);
}

/* What the monitor leaves over becomes the guest's: both together fit into one ring. */
static size_t room(const struct console *c)
{
	return RING_SIZE - c->guest.count - c->monitor.count;
}

/* One read, when there is something; sets eof. */
static void host_read(struct console *c)
{
	uint8_t buf[512];
	size_t most = room(c) < sizeof(buf) ? room(c) : sizeof(buf);
	ssize_t n = read(STDIN_FILENO, buf, most);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0)
		c->eof = true;
	for (ssize_t i = 0; i < n; i++)
		accept_byte(c, buf[i]);
}

void console_poll(struct console *c, uint64_t ns)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	struct timespec ts = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
	bool want = !c->eof && room(c);

	if ((want || ns) && ppoll(&fd, want, &ts, NULL) > 0)
		host_read(c);
}

unsigned console_pending(const struct console *c)
{
	return c->guest.count;
}

uint8_t console_read(struct console *c)
{
	return ring_get(&c->guest);
}

bool console_live(const struct console *c)
{
	return c->waitable && !c->eof && room(c);
}

int console_signal(const struct console *c)
{
	(void)c;
	return terminal.signal;
}

/* ---- the monitor's lines ---- */

static bool next_monitor_byte(struct console *c, uint8_t *byte)
{
	while (!c->monitor.count && c->in_monitor && !c->eof && !machine_heed_host(c->m)) {
		if (!room(c))
			return false;
		console_poll(c, WAIT_MS * 1000000UL);
	}
	if (!c->monitor.count)
		return false;
	*byte = ring_get(&c->monitor);
	return true;
}

bool console_line(struct console *c, char *line, unsigned size)
{
	unsigned len = 0;
	uint8_t b;

	while (next_monitor_byte(c, &b)) {
		if (b == '\r' || b == '\n') {
			say(c, c->tty ? "\r\n" : "");
			line[len] = '\0';
			return true;
		}
		if ((b == '\b' || b == 0x7f) && len) {
			len--;
			say(c, c->tty ? "\b \b" : "");
		} else if (b >= ' ' && b < 0x7f && len + 1 < size) {
			line[len++] = b;
			if (c->tty)
				host_write(c, &line[len - 1], 1);
		}
	}
	return false;
}

void console_leave_monitor(struct console *c)
{
	struct ring rest = c->monitor;

	/* What was typed after the command that leaves is the guest's. */
	c->in_monitor = false;
	c->monitor.count = 0;
	while (rest.count)
		accept_byte(c, ring_get(&rest));
}
