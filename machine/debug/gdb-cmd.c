// SPDX-License-Identifier: MIT
/*
 * The commands of gdb's remote protocol.
 *
 * A processor is a thread, numbered from 1; all stop and go together. No target description is
 * sent: gdb's own IA-64 registers are what gdb-regs.c knows. Signals cannot be passed to a
 * machine, so that C and S go on as c and s do.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/parts.h"
#include "debug/gdb-impl.h"
#include "debug/gdb-mem.h"
#include "debug/gdb-regs.h"
#include "debug/monitor.h"

#define MEM_MAX	    (GDB_REPLY_MAX / 2)
#define BAD_REQUEST "E01"
#define BAD_ADDRESS "E14"
#define NO_ROOM	    "E28"

/* ---- reading text ---- */

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decode @n bytes; moves @s on. */
static bool take_hex(const char **s, void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++, *s += 2) {
		int hi = digit((*s)[0]), lo = hi < 0 ? -1 : digit((*s)[1]);

		if (lo < 0)
			return false;
		((uint8_t *)bytes)[i] = hi << 4 | lo;
	}
	return true;
}

/* A hexadecimal number followed by @after ('\0': the end); moves @s behind both. */
static bool take_number(const char **s, uint64_t *v, char after)
{
	const char *start = *s;

	for (*v = 0; digit(**s) >= 0; ++*s)
		*v = *v << 4 | digit(**s);
	if (*s == start || *s - start > 16 || **s != after)
		return false;
	*s += after != '\0';
	return true;
}

/* ---- threads: the processors ---- */

static struct cpu *by_thread(const struct gdb *g, const char *s)
{
	uint64_t id;

	if (!strcmp(s, "-1") || !strcmp(s, "0"))
		return g->at;
	if (!take_number(&s, &id, '\0') || !id || id > g->m->ncpus)
		return NULL;
	return g->m->cpus[id - 1];
}

static void cmd_thread(struct gdb *g, const char *arg)
{
	struct cpu *cpu = *arg ? by_thread(g, arg + 1) : NULL;

	if (cpu && *arg == 'g')
		g->cpu = cpu;
	gdb_add(g, cpu ? "OK" : BAD_REQUEST);
}

static void cmd_alive(struct gdb *g, const char *arg)
{
	gdb_add(g, by_thread(g, arg) ? "OK" : BAD_REQUEST);
}

/* ---- registers and memory ---- */

static void add_register(struct gdb *g, unsigned n)
{
	uint8_t v[GDB_REG_MAX];

	if (gdb_reg_read(g->cpu, n, v))
		gdb_add_hex(g, v, gdb_reg_size(n));
	else
		gdb_add(g, "%.*s", (int)(2 * gdb_reg_size(n)), "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
}

static void cmd_read_all(struct gdb *g, const char *arg)
{
	(void)arg;
	for (unsigned n = 0; n < GDB_NREGS; n++)
		add_register(g, n);
}

static void cmd_write_all(struct gdb *g, const char *arg)
{
	uint8_t v[GDB_REG_MAX];

	for (unsigned n = 0; n < GDB_NREGS && *arg; n++) {
		if (*arg == 'x') {
			arg += strnlen(arg, 2 * gdb_reg_size(n));
			continue;
		}
		if (!take_hex(&arg, v, gdb_reg_size(n))) {
			gdb_add(g, BAD_REQUEST);
			return;
		}
		gdb_reg_write(g->cpu, n, v); /* r0 and the like keep their values */
	}
	gdb_add(g, "OK");
}

static void cmd_read_register(struct gdb *g, const char *arg)
{
	uint64_t n;

	if (take_number(&arg, &n, '\0') && n < GDB_NREGS)
		add_register(g, n);
	else
		gdb_add(g, BAD_REQUEST);
}

static void cmd_write_register(struct gdb *g, const char *arg)
{
	uint8_t v[GDB_REG_MAX];
	uint64_t n;
	bool ok = take_number(&arg, &n, '=') && n < GDB_NREGS &&
		  take_hex(&arg, v, gdb_reg_size(n)) && gdb_reg_write(g->cpu, n, v);

	gdb_add(g, ok ? "OK" : BAD_REQUEST);
}

static void cmd_read_memory(struct gdb *g, const char *arg)
{
	uint8_t buf[MEM_MAX];
	uint64_t addr, len;
	size_t got;

	if (!take_number(&arg, &addr, ',') || !take_number(&arg, &len, '\0')) {
		gdb_add(g, BAD_REQUEST);
		return;
	}
	got = gdb_mem_read(g->cpu, addr, buf, len < MEM_MAX ? len : MEM_MAX);
	if (got || !len)
		gdb_add_hex(g, buf, got);
	else
		gdb_add(g, BAD_ADDRESS);
}

static void write_memory(struct gdb *g, uint64_t addr, const void *buf, size_t len)
{
	bool ok = gdb_mem_write(g->cpu, addr, buf, len) == len;

	for (unsigned i = 0; i < g->m->ncpus; i++)
		code_flush(g->m->cpus[i]);
	gdb_add(g, ok ? "OK" : BAD_ADDRESS);
}

static void cmd_write_memory(struct gdb *g, const char *arg)
{
	uint8_t buf[MEM_MAX];
	uint64_t addr, len;

	if (take_number(&arg, &addr, ',') && take_number(&arg, &len, ':') && len <= MEM_MAX &&
	    take_hex(&arg, buf, len))
		write_memory(g, addr, buf, len);
	else
		gdb_add(g, BAD_REQUEST);
}

/* X: the bytes themselves, @end of them is where the packet ends */
static void cmd_write_binary(struct gdb *g, const char *arg, const char *end)
{
	uint64_t addr, len;

	if (take_number(&arg, &addr, ',') && take_number(&arg, &len, ':') &&
	    len == (uint64_t)(end - arg))
		write_memory(g, addr, arg, len);
	else
		gdb_add(g, BAD_REQUEST);
}

/* ---- breakpoints ---- */

/* Z and z: "TYPE,ADDRESS,KIND", KIND is the length of a watched place */
static void change_breakpoint(struct gdb *g, const char *arg, bool insert)
{
	static const unsigned kinds[] = {
		[2] = WATCH_WRITE, [3] = WATCH_READ, [4] = WATCH_READ | WATCH_WRITE
	};
	uint64_t type, addr, len;
	bool ok = true;

	if (!take_number(&arg, &type, ',') || !take_number(&arg, &addr, ',') ||
	    !take_number(&arg, &len, '\0')) {
		gdb_add(g, BAD_REQUEST);
		return;
	}
	if (type > 4)
		return; /* empty: not supported */
	if (type < 2 && insert)
		ok = breaks_insert(&g->breaks, addr, type);
	else if (type < 2)
		breaks_remove(&g->breaks, addr, type);
	else if (insert)
		ok = breaks_watch(&g->breaks, addr, len, kinds[type]);
	else
		breaks_unwatch(&g->breaks, addr, len, kinds[type]);
	gdb_update(g);
	gdb_add(g, ok ? "OK" : NO_ROOM);
}

static void cmd_insert(struct gdb *g, const char *arg)
{
	change_breakpoint(g, arg, true);
}

static void cmd_remove(struct gdb *g, const char *arg)
{
	change_breakpoint(g, arg, false);
}

/* ---- going on ---- */

/* c and s may name an address to go on at. */
static void resume(struct gdb *g, const char *arg, bool step)
{
	uint64_t addr;

	if (*arg && take_number(&arg, &addr, '\0')) {
		g->cpu->ip = addr & ~15UL;
		g->cpu->ri = (addr & 3) % 3;
	}
	gdb_go(g, step ? g->cpu : NULL, false);
}

static void cmd_continue(struct gdb *g, const char *arg)
{
	resume(g, arg, false);
}

static void cmd_step(struct gdb *g, const char *arg)
{
	resume(g, arg, true);
}

/* C and S: "SIGNAL[;ADDRESS]" */
static const char *behind_signal(const char *arg)
{
	const char *semicolon = strchr(arg, ';');

	return semicolon ? semicolon + 1 : "";
}

static void cmd_continue_signal(struct gdb *g, const char *arg)
{
	resume(g, behind_signal(arg), false);
}

static void cmd_step_signal(struct gdb *g, const char *arg)
{
	resume(g, behind_signal(arg), true);
}

/*
 * vCont;ACTION[:THREAD]...: the first that steps decides who steps. The others go along, but
 * for a step that names its thread where no action is for all: gdb has taken a breakpoint out
 * then, which nobody else is to miss.
 */
static void cmd_vcont(struct gdb *g, char *arg)
{
	const struct cpu *step = NULL;
	bool for_all = false;

	for (char *a = strtok(arg, ";"); a; a = strtok(NULL, ";")) {
		const char *thread = strchr(a, ':');

		if (!strchr("cCsS", *a)) {
			gdb_add(g, BAD_REQUEST);
			return;
		}
		if ((*a == 's' || *a == 'S') && !step)
			step = thread ? by_thread(g, thread + 1) : g->at;
		for_all |= !thread || !strcmp(thread, ":-1");
	}
	gdb_go(g, step, step && !for_all);
}

static void cmd_detach(struct gdb *g, const char *arg)
{
	(void)arg;
	gdb_let_go(g);
	gdb_add(g, "OK");
}

static void cmd_kill(struct gdb *g, const char *arg)
{
	(void)arg;
	g->told = true;
	machine_end(g->m, EXIT_POWEROFF);
}

static void cmd_reason(struct gdb *g, const char *arg)
{
	(void)arg;
	gdb_stop_reply(g);
}

/* ---- q, Q and v ---- */

static void query_supported(struct gdb *g, char *arg)
{
	(void)arg;
	gdb_add(g, "PacketSize=%x;QStartNoAckMode+;vContSupported+", LINK_PACKET_MAX);
}

static void query_threads(struct gdb *g, char *arg)
{
	(void)arg;
	for (unsigned i = 0; i < g->m->ncpus; i++)
		gdb_add(g, "%c%x", i ? ',' : 'm', i + 1);
}

static void query_no_more(struct gdb *g, char *arg)
{
	(void)arg;
	gdb_add(g, "l");
}

static void query_thread_text(struct gdb *g, char *arg)
{
	const struct cpu *cpu = by_thread(g, arg);
	char text[64];
	int n;

	if (!cpu) {
		gdb_add(g, BAD_REQUEST);
		return;
	}
	n = snprintf(text, sizeof(text), "processor %u%s", cpu->index,
		     cpu->halted ? ", halted" : "");
	gdb_add_hex(g, text, n);
}

static void query_current(struct gdb *g, char *arg)
{
	(void)arg;
	gdb_add(g, "QC%x", g->at->index + 1);
}

static void query_attached(struct gdb *g, char *arg)
{
	(void)arg;
	gdb_add(g, "1"); /* gdb detaches when it quits, and does not kill */
}

/* Output of a monitor command goes in packets of its own, in hexadecimal. */
static void send_output(struct gdb *g, const char *text, size_t len)
{
	const size_t most = (GDB_REPLY_MAX - 1) / 2;

	for (size_t n; len; text += n, len -= n) {
		n = len < most ? len : most;
		gdb_add(g, "O");
		gdb_add_hex(g, text, n);
		gdb_send(g);
	}
}

/* A command for the machine's own monitor, in hexadecimal */
static void query_monitor(struct gdb *g, char *arg)
{
	const char *s = arg;
	size_t n = strlen(arg) / 2, len = 0;
	char line[256], *text = NULL;
	FILE *out;

	if (n >= sizeof(line) || !take_hex(&s, line, n)) {
		gdb_add(g, BAD_REQUEST);
		return;
	}
	line[n] = '\0';
	out = open_memstream(&text, &len);
	if (!out) {
		gdb_add(g, NO_ROOM);
		return;
	}
	monitor_command(g->m, out, line);
	fclose(out);
	send_output(g, text, len);
	free(text);
	gdb_add(g, "OK");
}

static void no_ack(struct gdb *g, char *arg)
{
	(void)arg;
	gdb_add(g, "OK");
	gdb_send(g);
	link_no_ack(g->link);
}

static void query_vcont(struct gdb *g, char *arg)
{
	(void)arg;
	gdb_add(g, "vCont;c;C;s;S");
}

static void v_kill(struct gdb *g, char *arg)
{
	cmd_kill(g, arg);
	gdb_add(g, "OK");
}

/* A name matches as a prefix; longer ones come first. */
static const struct named {
	const char *name;
	void (*run)(struct gdb *g, char *arg);
	bool silent; /* makes its own answer */
} named[] = {
	{ "qSupported", query_supported, false }, { "qfThreadInfo", query_threads, false },
	{ "qsThreadInfo", query_no_more, false }, { "qThreadExtraInfo,", query_thread_text, false },
	{ "qAttached", query_attached, false },	  { "qRcmd,", query_monitor, false },
	{ "QStartNoAckMode", no_ack, true },	  { "vCont?", query_vcont, false },
	{ "vCont;", cmd_vcont, false },		  { "vKill", v_kill, false },
	{ "qC", query_current, false },
};

/* Returns whether an answer is due; an empty one says "not supported". */
static bool run_named(struct gdb *g, char *packet)
{
	for (unsigned i = 0; i < sizeof(named) / sizeof(*named); i++) {
		size_t n = strlen(named[i].name);

		if (strncmp(packet, named[i].name, n))
			continue;
		named[i].run(g, packet + n);
		return !named[i].silent;
	}
	return true;
}

static const struct {
	char letter;
	void (*run)(struct gdb *g, const char *arg);
} letters[] = {
	{ '?', cmd_reason },
	{ 'g', cmd_read_all },
	{ 'G', cmd_write_all },
	{ 'p', cmd_read_register },
	{ 'P', cmd_write_register },
	{ 'm', cmd_read_memory },
	{ 'M', cmd_write_memory },
	{ 'Z', cmd_insert },
	{ 'z', cmd_remove },
	{ 'c', cmd_continue },
	{ 'C', cmd_continue_signal },
	{ 's', cmd_step },
	{ 'S', cmd_step_signal },
	{ 'H', cmd_thread },
	{ 'T', cmd_alive },
	{ 'D', cmd_detach },
	{ 'k', cmd_kill },
};

void gdb_run_packet(struct gdb *g, char *packet, size_t len)
{
	bool answer = true;

	g->len = 0;
	if (*packet == 'X')
		cmd_write_binary(g, packet + 1, packet + len);
	else if (strchr("qQv", *packet))
		answer = *packet && run_named(g, packet);
	for (unsigned i = 0; i < sizeof(letters) / sizeof(*letters); i++)
		if (letters[i].letter == *packet)
			letters[i].run(g, packet + 1);
	/* what makes the guest go is answered by its next stop; k by nothing */
	answer = answer && (g->len || g->stopped) && *packet != 'k';
	if (answer)
		gdb_send(g);
	g->len = 0;
}
