// SPDX-License-Identifier: MIT
/*
 * fuzz_gdb.c - any bytes from a debugger: frames, commands, and the guest going on between them.
 *
 * The wire is one end of a socket pair, whose other end has written all it ever will and does
 * not read. The first byte says how many of the following bytes are commands without a frame,
 * which get a good one here: checksums are hard to guess. When that debugger is lost, and the
 * guest stands still, the next one is waiting already: it ends the machine.
 */
#define _GNU_SOURCE /* accept4 */
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../machine/debug/gdb-link.c" /* for a connection without a port */
#include "cpu/parts.h"
#include "debug/gdb-impl.h"
#include "debug/gdb.h"
#include "fuzz/fuzz.h"
#include "machine.h"

#define RAM   (1UL << 20)
#define CODE  0x10000UL
#define CPUS  2
#define TURNS 200

static uint64_t no_time(void *opaque, struct cpu *cpu)
{
	(void)opaque, (void)cpu;
	return 0;
}

static void nothing(void *opaque, struct cpu *cpu)
{
	(void)opaque, (void)cpu;
}

static void no_eoi(void *opaque, struct cpu *cpu, unsigned vector)
{
	(void)opaque, (void)cpu, (void)vector;
}

static const struct cpu_ops ops = { .itc_now = no_time, .itm_changed = nothing, .eoi = no_eoi };

/*
 * { .mib; ld8 r14 = [r15], 8; adds r16 = 1, r16; nop.b 0 ;; }
 * { .mib; st8 [r17] = r16; nop.i 0; br.cond.sptk.few .-16 ;; }
 */
static const uint64_t loop[] = {
	0x090014181e207011,
	0x2000000000420040,
	0x0000119822400011,
	0x48fffff000000200,
};

/* A listening socket, and in @next a debugger that waits there and has said "kill" */
static int listener_with_next(int *next)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(name);

	/* Without a path: Linux gives it a name */
	require(fd >= 0 && bind(fd, (void *)&name, sizeof(name.sun_family)) == 0);
	require(listen(fd, 1) == 0 && getsockname(fd, (void *)&name, &len) == 0);
	*next = socket(AF_UNIX, SOCK_STREAM, 0);
	require(*next >= 0 && connect(*next, (void *)&name, len) == 0);
	require(write(*next, "$k#6b", 5) == 5);
	return fd;
}

static struct machine *machine_with_gdb(int conn, int listener)
{
	struct machine *m = calloc(1, sizeof(*m));
	struct gdb *g = calloc(1, sizeof(*g));

	m->bus = bus_create(RAM);
	for (unsigned i = 0; i < CPUS; i++) {
		m->cpus[i] = cpu_create(i, m->bus, &ops, m);
		m->cpus[i]->ip = CODE;
		if (i)
			cpu_join(m->cpus[i], m->cpus[0]);
	}
	m->ncpus = CPUS;
	bus_copy_to(m->bus, CODE, loop, sizeof(loop));
	g->m = m;
	g->cpu = g->at = m->cpus[0];
	g->signal = 5;
	g->told = g->stopped = true;
	g->link = calloc(1, sizeof(*g->link));
	g->link->listener = listener;
	g->link->conn = conn;
	m->gdb = g;
	return m;
}

static void end_machine(struct machine *m)
{
	gdb_end(m->gdb, 0);
	if (m->gdb->link->conn >= 0)
		close(m->gdb->link->conn);
	free(m->gdb->link);
	free(m->gdb);
	for (unsigned i = 0; i < CPUS; i++)
		cpu_destroy(m->cpus[i]);
	bus_destroy(m->bus);
	free(m);
}

/* What is said, in one piece: a socket has room for few small ones */
struct text {
	char s[16384];
	size_t n;
};

static void add(struct text *t, const void *s, size_t n)
{
	require(n <= sizeof(t->s) - t->n);
	memcpy(t->s + t->n, s, n);
	t->n += n;
}

static void add_frame(struct text *t, const uint8_t *s, size_t n)
{
	uint8_t sum = 0;
	char end[4];

	for (size_t i = 0; i < n; i++)
		sum += s[i];
	snprintf(end, sizeof(end), "#%02x", sum);
	add(t, "$", 1);
	add(t, s, n);
	add(t, end, 3);
}

/* Commands are separated by newlines; what follows the last one goes as it is. */
static void say_it_all(int fd, const uint8_t *data, size_t size)
{
	unsigned frames = size ? *data : 0;
	struct text t = { .n = 0 };

	data += !!size;
	size -= !!size;
	for (; frames && size; frames--) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t n = end ? (size_t)(end - data) : size;

		add_frame(&t, data, n);
		n += !!end;
		data += n;
		size -= n;
	}
	add(&t, data, size);
	require(write(fd, t.s, t.n) == (ssize_t)t.n);
	shutdown(fd, SHUT_RDWR);
}

/* As board.c does it */
static void turn(struct machine *m)
{
	gdb_poll(m->gdb);
	if (gdb_stopped(m->gdb))
		gdb_serve(m->gdb);
	for (unsigned i = 0; i < CPUS && !m->ending; i++) {
		struct cpu *cpu = m->cpus[i];

		cpu_run(cpu, cpu->n_bundles + 20);
		if (cpu->stop == CPU_STOP_DEBUG && !gdb_stop(m->gdb, cpu))
			m->monitor_request = true;
		cpu->stop = CPU_STOP_NONE;
		cpu->halted = false;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machine *m;
	int pair[2], listener, next;

	require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
	listener = listener_with_next(&next);
	m = machine_with_gdb(pair[0], listener);
	say_it_all(pair[1], data, size);
	for (unsigned i = 0; i < TURNS && m->gdb->link->conn >= 0 && !m->ending; i++)
		turn(m);
	end_machine(m);
	close(pair[1]);
	close(next);
	close(listener);
	return 0;
}
