// SPDX-License-Identifier: MIT
/*
 * The monitor behind Ctrl-A c: registers, TLBs, memory, disassembly, counters.
 *
 * It only looks: a reference of its own never walks the VHPT, takes no fault and changes no
 * state of the processor, so that a run with a visit to the monitor goes on as one without.
 */
#include "debug/monitor.h"

#include <stdlib.h>
#include <string.h>

#include "cpu/parts.h"
#include "debug/stats.h"
#include "debug/trace.h"
#include "dev/console.h"
#include "machine.h"

struct mon {
	struct machine *m;
	struct cpu *cpu;
	FILE *out;
	bool leave;
};

/* ---- reading addresses ---- */

static bool parse_register(struct cpu *cpu, const char *s, uint64_t *val)
{
	char *end;
	unsigned long n = s[0] ? strtoul(s + 1, &end, 10) : 0;

	if (!strcmp(s, "ip")) {
		*val = cpu->ip;
		return true;
	}
	if (s[0] == 'r' && s[1] && !*end && n < cpu->gr_limit) {
		*val = cpu_gr(cpu, n)->val;
		return true;
	}
	if (s[0] == 'b' && s[1] && !*end && n < 8) {
		*val = cpu->br[n];
		return true;
	}
	return false;
}

static bool parse_address(struct mon *mon, const char *s, uint64_t *val)
{
	char *end;

	if (!s) {
		*val = mon->cpu->ip;
		return true;
	}
	if (parse_register(mon->cpu, s, val))
		return true;
	*val = strtoull(s, &end, 0);
	if (*s && !*end)
		return true;
	fprintf(mon->out, "%s: not an address (a number, ip, rN or bN)\n", s);
	return false;
}

/* Physical address of @va as the processor sees data (or instructions) now. */
static bool to_physical(struct mon *mon, bool insn, uint64_t va, uint64_t *pa)
{
	bool virtual = mon->cpu->psr & (insn ? PSR_IT : PSR_DT);
	const struct tlb_entry *e;

	if (!virtual) {
		*pa = va & ~(UINT64_C(1) << 63);
		return true;
	}
	e = tlb_find(mon->cpu, insn, va);
	if (!e)
		e = tlb_find(mon->cpu, !insn, va);
	if (!e) {
		fprintf(mon->out, "%#lx: no translation in the TLBs\n", va);
		return false;
	}
	*pa = e->pa | (va & e->mask);
	return true;
}

static bool peek(struct mon *mon, bool physical, bool insn, uint64_t addr, void *buf, size_t len)
{
	uint64_t pa = addr;

	if (!physical && !to_physical(mon, insn, addr, &pa))
		return false;
	if (bus_copy_from(mon->m->bus, buf, pa, len))
		return true;
	fprintf(mon->out, "%#lx: no memory there\n", pa);
	return false;
}

/* ---- commands: x, xp, disas ---- */

struct format {
	unsigned count, size;
	char kind; /* x d u c s i */
};

/* "/8gx", each part optional, as debuggers write it. */
static bool parse_format(struct mon *mon, const char *s, struct format *fmt)
{
	static const char sizes[] = "bhwg";
	char *end;

	*fmt = (struct format){ .count = 1, .size = 8, .kind = 'x' };
	fmt->count = strtoul(s, &end, 10);
	if (end == s)
		fmt->count = 1;
	for (s = end; *s; s++) {
		const char *size = strchr(sizes, *s);

		if (size)
			fmt->size = 1u << (size - sizes);
		else if (strchr("xduci", *s))
			fmt->kind = *s;
		else
			break;
	}
	if (*s || fmt->count > 4096)
		fprintf(mon->out, "bad format: /COUNT, then b h w or g, then x d u c or i\n");
	return !*s && fmt->count <= 4096;
}

static void disassemble(struct mon *mon, bool physical, uint64_t addr, unsigned bundles)
{
	uint64_t bits[2];

	addr &= ~UINT64_C(15);
	for (; bundles; bundles--, addr += 16) {
		if (!peek(mon, physical, true, addr, bits, sizeof(bits)))
			return;
		disas_bundle(mon->out, addr, bits);
	}
}

static void print_value(FILE *f, const struct format *fmt, uint64_t val)
{
	int64_t sval = (int64_t)(val << (64 - 8 * fmt->size)) >> (64 - 8 * fmt->size);

	switch (fmt->kind) {
	case 'd': fprintf(f, " %ld", sval); break;
	case 'u': fprintf(f, " %lu", val); break;
	case 'c': fprintf(f, " %c", val >= ' ' && val < 0x7f ? (int)val : '.'); break;
	default: fprintf(f, " %0*lx", 2 * fmt->size, val); break;
	}
}

static void examine(struct mon *mon, bool physical, char *format, char *arg)
{
	unsigned per_line;
	struct format fmt;
	uint64_t addr;

	if (!parse_format(mon, format ? format : "", &fmt) || !parse_address(mon, arg, &addr))
		return;
	if (fmt.kind == 'i') {
		disassemble(mon, physical, addr, fmt.count);
		return;
	}
	per_line = 32 / fmt.size / (fmt.size < 4 ? 2 : 1);
	for (unsigned i = 0; i < fmt.count; i++, addr += fmt.size) {
		uint64_t val = 0;

		if (i % per_line == 0)
			fprintf(mon->out, "%s%016lx:", i ? "\n" : "", addr);
		if (!peek(mon, physical, false, addr, &val, fmt.size))
			return;
		print_value(mon->out, &fmt, val);
	}
	fputc('\n', mon->out);
}

static void cmd_x(struct mon *mon, char *format, char *arg, char *arg2)
{
	(void)arg2;
	examine(mon, false, format, arg);
}

static void cmd_xp(struct mon *mon, char *format, char *arg, char *arg2)
{
	(void)arg2;
	examine(mon, true, format, arg);
}

static void cmd_disas(struct mon *mon, char *format, char *arg, char *arg2)
{
	unsigned long n = arg2 ? strtoul(arg2, NULL, 0) : 8;
	uint64_t addr;

	(void)format;
	if (parse_address(mon, arg, &addr))
		disassemble(mon, false, addr, n < 4096 ? n : 4096);
}

/* ---- commands: info ---- */

static void print_tlb(struct mon *mon, const char *name, const struct tlb_entry *e, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (e[i].valid)
			fprintf(mon->out,
				"%s[%3u] rid %06x va %016lx pa %013lx size %#lx key %06x pte %016lx\n",
				name, i, e[i].rid, e[i].va, e[i].pa, e[i].mask + 1, e[i].key,
				e[i].pte);
}

static void print_cpus(struct mon *mon)
{
	for (unsigned i = 0; i < mon->m->ncpus; i++) {
		const struct cpu *cpu = mon->m->cpus[i];

		fprintf(mon->out, "%c cpu %2u ip %016lx bundles %14lu%s\n",
			cpu == mon->cpu ? '*' : ' ', i, cpu->ip, cpu->n_bundles,
			cpu->halted ? " halted" : "");
	}
}

static void cmd_info(struct mon *mon, char *format, char *arg, char *arg2)
{
	struct cpu *cpu = mon->cpu;

	(void)format, (void)arg2;
	if (arg && !strcmp(arg, "cpus")) {
		print_cpus(mon);
	} else if (arg && !strcmp(arg, "registers")) {
		dump_registers(mon->out, cpu);
	} else if (arg && !strcmp(arg, "tlb")) {
		print_tlb(mon, "itr", cpu->itr, CPU_NTR);
		print_tlb(mon, "dtr", cpu->dtr, CPU_NTR);
		print_tlb(mon, "itc", cpu->itc, CPU_NTC);
		print_tlb(mon, "dtc", cpu->dtc, CPU_NTC);
	} else if (arg && !strcmp(arg, "stats")) {
		stats_print(mon->out, mon->m);
	} else {
		fprintf(mon->out, "info cpus, info registers, info tlb or info stats\n");
	}
}

/* ---- the rest ---- */

/* Stays chosen, also for the monitor commands of a debugger. */
static void cmd_cpu(struct mon *mon, char *format, char *arg, char *arg2)
{
	char *end = arg;
	unsigned long n = arg ? strtoul(arg, &end, 10) : 0;

	(void)format, (void)arg2;
	if (end == arg || *end || n >= mon->m->ncpus) {
		fprintf(mon->out, "cpu N: one of 0 to %u\n", mon->m->ncpus - 1);
		return;
	}
	mon->m->monitor_cpu = n;
	mon->cpu = mon->m->cpus[n];
}

static void cmd_cont(struct mon *mon, char *format, char *arg, char *arg2)
{
	(void)format, (void)arg, (void)arg2;
	mon->leave = true;
}

static void cmd_quit(struct mon *mon, char *format, char *arg, char *arg2)
{
	(void)format, (void)arg, (void)arg2;
	mon->leave = true;
	machine_end(mon->m, EXIT_POWEROFF);
}

static void cmd_reset(struct mon *mon, char *format, char *arg, char *arg2)
{
	(void)format, (void)arg, (void)arg2;
	mon->leave = true;
	machine_reset(mon->m);
}

/* As the button of Itanium systems does: all processors, and SAL_SET_VECTORS says who handles it. */
static void cmd_init(struct mon *mon, char *format, char *arg, char *arg2)
{
	(void)format, (void)arg, (void)arg2;
	for (unsigned i = 0; i < mon->m->ncpus; i++)
		sapic_init(mon->m->cpus[i]);
}

static void cmd_help(struct mon *mon, char *format, char *arg, char *arg2);

static const struct command {
	const char *name, *args, *help;
	void (*run)(struct mon *mon, char *format, char *arg, char *arg2);
} commands[] = {
	{ "info", "registers|tlb|stats", "show the processor's state or the counts", cmd_info },
	{ "info", "cpus", "all processors: where they are", cmd_info },
	{ "cpu", "N", "look at processor N from now on", cmd_cpu },
	{ "x", "/FORMAT ADDRESS", "memory by virtual address, /8gx = 8 giant words, hex", cmd_x },
	{ "xp", "/FORMAT ADDRESS", "memory by physical address", cmd_xp },
	{ "disas", "[ADDRESS [BUNDLES]]", "disassemble, from ip if not told", cmd_disas },
	{ "cont", "", "let the guest go on (also Ctrl-A c)", cmd_cont },
	{ "c", "", "the same", cmd_cont },
	{ "init", "", "INIT to all processors, as the dump button of a real system", cmd_init },
	{ "reset", "", "reset the machine", cmd_reset },
	{ "quit", "", "end the machine", cmd_quit },
	{ "q", "", "the same", cmd_quit },
	{ "help", "", "this list", cmd_help },
};
#define N_COMMANDS (sizeof(commands) / sizeof(*commands))

static void cmd_help(struct mon *mon, char *format, char *arg, char *arg2)
{
	(void)format, (void)arg, (void)arg2;
	for (unsigned i = 0; i < N_COMMANDS; i++)
		fprintf(mon->out, "%-6s %-20s %s\n", commands[i].name, commands[i].args,
			commands[i].help);
	fprintf(mon->out, "An address is a number, ip, rN or bN.\n");
}

static void run_command(struct mon *mon, char *line)
{
	char *word = strtok(line, " "), *format = NULL, *arg, *arg2;

	if (!word)
		return;
	format = strchr(word, '/');
	if (format)
		*format++ = '\0';
	arg = strtok(NULL, " ");
	if (!format && arg && *arg == '/') {
		format = arg + 1;
		arg = strtok(NULL, " ");
	}
	arg2 = strtok(NULL, " ");
	for (unsigned i = 0; i < N_COMMANDS; i++)
		if (!strcmp(word, commands[i].name)) {
			commands[i].run(mon, format, arg, arg2);
			return;
		}
	fprintf(mon->out, "%s: unknown command (help lists them)\n", word);
}

void monitor_command(struct machine *m, FILE *out, char *line)
{
	struct mon mon = { .m = m, .cpu = m->cpus[m->monitor_cpu], .out = out };

	run_command(&mon, line);
}

void monitor(struct machine *m)
{
	struct mon mon = { .m = m, .cpu = m->cpus[m->monitor_cpu], .out = stdout };
	char line[256];

	m->monitor_request = false;
	fprintf(mon.out, "\nMonitor; the guest stands still. help, cont, quit.\n");
	while (!mon.leave) {
		fprintf(mon.out, "(ia64) ");
		fflush(mon.out);
		if (!console_line(m->console, line, sizeof(line)))
			break;
		run_command(&mon, line);
	}
	if (!mon.leave)
		fputc('\n', mon.out);
	fflush(mon.out);
	console_leave_monitor(m->console);
}
