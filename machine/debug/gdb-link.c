// SPDX-License-Identifier: MIT
/*
 * The wire to gdb: socket, framing, checksums, acknowledgements.
 *
 * One debugger at a time; the socket is bound to the loopback interface and nothing else,
 * because whoever reaches it owns the guest. The protocol is that of the chapter "gdb Remote
 * Serial Protocol" of gdb's manual: $contents#checksum, with + or - in answer.
 */
#define _GNU_SOURCE /* accept4 */
#include "debug/gdb-link.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CTRL_C	      3
#define ESCAPE	      '}'
#define ESCAPE_XOR    0x20
#define IN_SIZE	      (2 * LINK_PACKET_MAX + 64) /* every byte escaped, and the frame */
#define CLOSE_WAIT_MS 1000
#define SEND_WAIT_MS  5000 /* who takes nothing for so long has gone away */
#define CLOSE_READS   64   /* whoever goes on talking after the end has to miss it */

struct gdb_link {
	int listener, conn; /* -1: none */
	bool no_ack;
	char in[IN_SIZE];
	size_t fill; /* bytes in @in */
	char packet[LINK_PACKET_MAX + 1];
	char out[LINK_PACKET_MAX + 8]; /* the last frame sent, until it is confirmed */
	size_t out_len;
};

/* ---- opening ---- */

static bool parse_device(const char *device, uint16_t *port)
{
	static const char *const hosts[] = { "tcp::", "tcp:localhost:", "tcp:127.0.0.1:" };
	unsigned long n;
	char *end;

	for (unsigned i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		const char *s = device + strlen(hosts[i]);

		if (strncmp(device, hosts[i], strlen(hosts[i])) || *s < '0' || *s > '9')
			continue;
		n = strtoul(s, &end, 10);
		*port = n;
		return n <= UINT16_MAX && (!*end || !strncmp(end, ",server", 7));
	}
	return false;
}

static int listen_on(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0)
		return -1;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 || listen(fd, 1) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void tell_port(int fd)
{
	struct sockaddr_in a = { 0 };
	socklen_t len = sizeof(a);

	getsockname(fd, (struct sockaddr *)&a, &len);
	fprintf(stderr, "ia64-machine: -gdb: listening on 127.0.0.1:%u\n", ntohs(a.sin_port));
}

struct gdb_link *link_open(const char *device)
{
	struct gdb_link *l = calloc(1, sizeof(*l));
	uint16_t port;

	if (!l) {
		fprintf(stderr, "ia64-machine: out of memory\n");
		return NULL;
	}
	l->conn = l->listener = -1;
	if (!parse_device(device, &port)) {
		fprintf(stderr, "ia64-machine: -gdb %s: must be tcp::PORT\n", device);
		free(l);
		return NULL;
	}
	l->listener = listen_on(port);
	if (l->listener < 0) {
		fprintf(stderr, "ia64-machine: -gdb %s: %s\n", device, strerror(errno));
		free(l);
		return NULL;
	}
	if (!port)
		tell_port(l->listener);
	return l;
}

static void drop(struct gdb_link *l)
{
	if (l->conn >= 0)
		close(l->conn);
	l->conn = -1;
	l->fill = l->out_len = 0;
	l->no_ack = false;
}

void link_close(struct gdb_link *l)
{
	struct pollfd fd;
	char rest[256];

	if (!l)
		return;
	if (l->conn >= 0) {
		/* To close with input unread would take back what was sent last. */
		fd = (struct pollfd){ .fd = l->conn, .events = POLLIN };
		shutdown(l->conn, SHUT_WR);
		for (unsigned i = 0; i < CLOSE_READS && poll(&fd, 1, CLOSE_WAIT_MS) > 0; i++)
			if (read(l->conn, rest, sizeof(rest)) <= 0)
				break;
	}
	drop(l);
	close(l->listener);
	free(l);
}

bool link_connected(const struct gdb_link *l)
{
	return l->conn >= 0;
}

/* ---- sending ---- */

static void write_all(struct gdb_link *l, const char *s, size_t n)
{
	while (n && l->conn >= 0) {
		ssize_t did = send(l->conn, s, n, MSG_NOSIGNAL);

		if (did < 0 && (errno == EAGAIN || errno == EINTR)) {
			if (poll(&(struct pollfd){ .fd = l->conn, .events = POLLOUT }, 1,
				 SEND_WAIT_MS) == 0)
				shutdown(l->conn, SHUT_RDWR);
			continue;
		}
		if (did < 0)
			return; /* the next read finds the end */
		s += did;
		n -= did;
	}
}

void link_send(struct gdb_link *l, const char *data, size_t len)
{
	uint8_t sum = 0;

	assert(len <= LINK_PACKET_MAX);
	for (size_t i = 0; i < len; i++)
		sum += (uint8_t)data[i];
	l->out[0] = '$';
	memcpy(l->out + 1, data, len);
	snprintf(l->out + 1 + len, 4, "#%02x", sum);
	l->out_len = len + 4;
	write_all(l, l->out, l->out_len);
}

void link_no_ack(struct gdb_link *l)
{
	l->no_ack = true;
}

/* ---- receiving ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void consume(struct gdb_link *l, size_t n)
{
	l->fill -= n;
	memmove(l->in, l->in + n, l->fill);
}

/* Take the contents of a frame, of @n bytes from l->in[1] on. False: damaged or too long */
static bool unpack(struct gdb_link *l, size_t n, size_t *len)
{
	const char *s = l->in + 1;
	int hi = hex_digit(s[n + 1]), lo = hex_digit(s[n + 2]);
	uint8_t sum = 0;
	size_t out = 0;

	for (size_t i = 0; i < n; i++)
		sum += (uint8_t)s[i];
	if (!l->no_ack && (hi < 0 || lo < 0 || sum != hi * 16 + lo))
		return false;
	for (size_t i = 0; i < n && out < LINK_PACKET_MAX; i++) {
		bool escaped = s[i] == ESCAPE && i + 1 < n;

		i += escaped;
		l->packet[out++] = escaped ? s[i] ^ ESCAPE_XOR : s[i];
	}
	l->packet[out] = '\0';
	*len = out;
	return true;
}

/* The frame at the start of l->in. LINK_NOTHING: not all of it is there, or it was damaged */
static enum link_event take_frame(struct gdb_link *l, size_t *len)
{
	const char *end = memchr(l->in, '#', l->fill);
	bool ok;

	if (!end && l->fill == IN_SIZE)
		l->fill = 0; /* nothing sends such packets; find the next one */
	if (!end || end + 3 > l->in + l->fill)
		return LINK_NOTHING;
	ok = unpack(l, end - l->in - 1, len);
	consume(l, end + 3 - l->in);
	if (!l->no_ack)
		write_all(l, ok ? "+" : "-", 1);
	return ok ? LINK_PACKET : LINK_NOTHING;
}

/* What is in the buffer */
static enum link_event take(struct gdb_link *l, char **packet, size_t *len)
{
	*packet = l->packet;
	while (l->fill && l->in[0] != '$') {
		char c = l->in[0];

		consume(l, 1);
		if (c == CTRL_C)
			return LINK_INTERRUPT;
		if (c == '-' && !l->no_ack && l->out_len)
			write_all(l, l->out, l->out_len);
	}
	return l->fill ? take_frame(l, len) : LINK_NOTHING;
}

static enum link_event accept_one(struct gdb_link *l)
{
	int one = 1;

	l->conn = accept4(l->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (l->conn < 0)
		return LINK_NOTHING;
	setsockopt(l->conn, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return LINK_CONNECTED;
}

enum link_event link_poll(struct gdb_link *l, int ms, char **packet, size_t *len)
{
	struct pollfd fd = { .fd = l->conn >= 0 ? l->conn : l->listener, .events = POLLIN };
	enum link_event e = take(l, packet, len);
	ssize_t n;

	if (e != LINK_NOTHING || poll(&fd, 1, ms) <= 0)
		return e;
	if (l->conn < 0)
		return accept_one(l);
	n = read(l->conn, l->in + l->fill, IN_SIZE - l->fill);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return LINK_NOTHING;
	if (n <= 0) {
		drop(l);
		return LINK_CLOSED;
	}
	l->fill += n;
	return take(l, packet, len);
}
