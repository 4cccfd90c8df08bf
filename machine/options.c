// SPDX-License-Identifier: MIT
/*
 * The command line: one table of options, spelt as QEMU spells them, with one dash or two.
 *
 * Every mistake is one line on stderr and exit status 1. What other front ends (kunit.py,
 * CI scripts) pass to QEMU and means nothing here is accepted and ignored, by the table.
 */
#define _GNU_SOURCE /* strptime */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "debug/trace.h"
#include "machine.h"

#define VERSION	    "0.1"
#define RAM_MIN	    (32UL << 20)
#define RAM_MAX	    (64UL << 30)
#define RAM_DEFAULT (512UL << 20)
/* The clock starts here unless -rtc says otherwise, so that runs are alike. */
#define RTC_DEFAULT "2025-01-01T00:00:00"

static int bad(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* One line on stderr; answers with the exit status. */
static int bad(const char *fmt, ...)
{
	va_list ap;

	fputs("ia64-machine: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return EXIT_USAGE;
}

/* ---- values: each setter answers -1, or an exit status ---- */

static int set_kernel(struct machine_options *o, const char *arg)
{
	o->kernel = arg;
	return -1;
}

static int set_hypervisor(struct machine_options *o, const char *arg)
{
	o->hypervisor = arg;
	return -1;
}

static int set_module(struct machine_options *o, const char *arg)
{
	size_t len = strcspn(arg, "=");
	struct module_option *m = &o->module[o->nmodules];

	if (!arg[len] || !len || !arg[len + 1])
		return bad("-module %s: must be NAME=FILE", arg);
	if (len >= MODULE_NAME_MAX)
		return bad("-module %s: a name has at most %d characters", arg,
			   MODULE_NAME_MAX - 1);
	if (o->nmodules == MACHINE_MAX_MODULES)
		return bad("-module %s: there are %d already", arg, MACHINE_MAX_MODULES);
	memcpy(m->name, arg, len);
	m->name[len] = '\0';
	for (unsigned i = 0; i < o->nmodules; i++)
		if (!strcmp(m->name, o->module[i].name))
			return bad("-module %s: there is one of that name", arg);
	m->path = arg + len + 1;
	o->nmodules++;
	return -1;
}

static int set_initrd(struct machine_options *o, const char *arg)
{
	o->initrd = arg;
	return -1;
}

static int set_append(struct machine_options *o, const char *arg)
{
	o->append = arg;
	return -1;
}

static bool parse_unsigned(const char *arg, uint64_t *val, const char **end)
{
	char *stop;

	errno = 0;
	if (*arg < '0' || *arg > '9')
		return false;
	*val = strtoull(arg, &stop, 10);
	*end = stop;
	return errno == 0;
}

static int set_ram(struct machine_options *o, const char *arg)
{
	static const char units[] = "KMGT";
	const char *end, *unit;
	unsigned shift = 20;
	uint64_t n;

	if (!parse_unsigned(strncmp(arg, "size=", 5) ? arg : arg + 5, &n, &end))
		return bad("-m %s: not a size", arg);
	unit = *end ? strchr(units, *end >= 'a' ? *end - 'a' + 'A' : *end) : NULL;
	if (unit) {
		shift = 10 * (unit - units + 1);
		end++;
	}
	if (*end)
		return bad("-m %s: not a size (a number, then K, M, G or nothing for M)", arg);
	if (n > RAM_MAX >> shift)
		return bad("-m %s: too much memory, the most is %luG", arg, RAM_MAX >> 30);
	o->ram_size = n << shift;
	if (o->ram_size < RAM_MIN)
		return bad("-m %s: too little memory, the least is %luM", arg, RAM_MIN >> 20);
	if (o->ram_size % 4096)
		return bad("-m %s: not a multiple of 4K", arg);
	return -1;
}

static int set_smp(struct machine_options *o, const char *arg)
{
	const char *end;
	uint64_t n;

	if (!parse_unsigned(strncmp(arg, "cpus=", 5) ? arg : arg + 5, &n, &end) || *end)
		return bad("-smp %s: not a number of processors", arg);
	if (n == 0)
		return bad("-smp 0: a machine has at least one processor");
	if (n > MACHINE_MAX_CPUS)
		return bad("-smp %s: too many processors, the most is %u", arg, MACHINE_MAX_CPUS);
	o->smp = n;
	return -1;
}

static int set_seed(struct machine_options *o, const char *arg)
{
	const char *end;

	if (!parse_unsigned(arg, &o->seed, &end) || *end)
		return bad("--seed %s: not a number", arg);
	return -1;
}

static int set_machine(struct machine_options *o, const char *arg)
{
	(void)o;
	if (!strcmp(arg, "help")) {
		puts("dig64  the only machine: a DIG64 platform with one serial port");
		return EXIT_POWEROFF;
	}
	if (strcmp(arg, "dig64"))
		return bad("-machine %s: unknown machine, there is only dig64", arg);
	return -1;
}

static int set_nographic(struct machine_options *o, const char *arg)
{
	(void)arg;
	/* -serial stdio beside it, as kunit.py passes both, means the same as here */
	o->serial = SERIAL_MUX;
	return -1;
}

static int set_serial(struct machine_options *o, const char *arg)
{
	if (!strcmp(arg, "mon:stdio"))
		o->serial = SERIAL_MUX;
	else if (!strcmp(arg, "null") || !strcmp(arg, "none"))
		o->serial = SERIAL_NULL;
	else if (strcmp(arg, "stdio"))
		return bad("-serial %s: must be stdio, mon:stdio or null", arg);
	return -1;
}

static int set_display(struct machine_options *o, const char *arg)
{
	(void)o;
	return strcmp(arg, "none") ? bad("-display %s: there is no display, only none", arg) : -1;
}

static int set_ignored(struct machine_options *o, const char *arg)
{
	(void)o, (void)arg;
	return -1;
}

static int set_no_reboot(struct machine_options *o, const char *arg)
{
	(void)arg;
	o->no_reboot = true;
	return -1;
}

static int set_stats(struct machine_options *o, const char *arg)
{
	(void)arg;
	o->stats = true;
	return -1;
}

static bool parse_date(const char *text, uint64_t *secs)
{
	static const char *const formats[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d" };

	for (unsigned i = 0; i < 2; i++) {
		struct tm tm = { 0 }, was;
		const char *end = strptime(text, formats[i], &tm);
		time_t t;

		if (!end || *end)
			continue;
		was = tm;
		t = timegm(&tm);
		*secs = t;
		/* of a day that its month does not have, one of the next is made */
		return t >= 0 && tm.tm_mon == was.tm_mon && tm.tm_mday == was.tm_mday;
	}
	return false;
}

static int set_rtc(struct machine_options *o, const char *arg)
{
	if (strncmp(arg, "base=", 5))
		return bad("-rtc %s: must be base=utc or base=YYYY-MM-DDTHH:MM:SS", arg);
	o->rtc_host = !strcmp(arg + 5, "utc");
	if (!o->rtc_host && !parse_date(arg + 5, &o->rtc_base))
		return bad("-rtc %s: must be base=utc or base=YYYY-MM-DDTHH:MM:SS", arg);
	return -1;
}

static int set_timeout(struct machine_options *o, const char *arg)
{
	const char *end;
	uint64_t n;

	if (!parse_unsigned(arg, &n, &end) || *end || n == 0 || n > 100000000)
		return bad("--timeout %s: not a number of seconds", arg);
	o->timeout = n;
	return -1;
}

static int set_expect(struct machine_options *o, const char *arg)
{
	o->expect = arg;
	return -1;
}

static int set_fail_on(struct machine_options *o, const char *arg)
{
	o->fail_on = arg;
	return -1;
}

static int set_trace(struct machine_options *o, const char *arg)
{
	o->trace_items = arg;
	if (strcmp(arg, "help"))
		return -1;
	trace_help(stdout);
	return EXIT_POWEROFF;
}

static int set_trace_file(struct machine_options *o, const char *arg)
{
	o->trace_file = arg;
	return -1;
}

static int set_gdb(struct machine_options *o, const char *arg)
{
	o->gdb = arg;
	return -1;
}

static int set_gdb_default(struct machine_options *o, const char *arg)
{
	(void)arg;
	return set_gdb(o, "tcp::1234");
}

static int set_gdb_wait(struct machine_options *o, const char *arg)
{
	(void)arg;
	o->gdb_wait = true;
	return -1;
}

static int set_drive(struct machine_options *o, const char *arg)
{
	if (o->ndrives == MACHINE_MAX_DRIVES)
		return bad("-drive %s: the machine has room for %d disks", arg, MACHINE_MAX_DRIVES);
	o->drive[o->ndrives++] = arg;
	return -1;
}

static int set_snapshot(struct machine_options *o, const char *arg)
{
	(void)arg;
	o->snapshot = true;
	return -1;
}

static int show_version(struct machine_options *o, const char *arg)
{
	(void)o, (void)arg;
	puts("ia64-machine " VERSION);
	return EXIT_POWEROFF;
}

static int show_help(struct machine_options *o, const char *arg);

static const struct option {
	const char *name, *arg;
	int (*set)(struct machine_options *o, const char *arg);
	const char *help;
} options[] = {
	{ "kernel", "FILE", set_kernel, "ELF kernel, plain or gzipped" },
	{ "initrd", "FILE", set_initrd, "initial RAM disk" },
	{ "append", "TEXT", set_append, "kernel command line" },
	{ "hypervisor", "FILE", set_hypervisor,
	  "ELF file to start; -kernel is then its first guest" },
	{ "module", "NAME=FILE", set_module, "a further file in memory, for the hypervisor" },
	{ "drive", "file=FILE", set_drive,
	  "a disk: a raw image; more: ,format=raw ,if=virtio ,readonly=on ,snapshot=on" },
	{ "snapshot", NULL, set_snapshot, "no image is written; what the guest writes is lost" },
	{ "m", "SIZE", set_ram, "memory, with K, M (default) or G; 512M if not given" },
	{ "smp", "N", set_smp, "number of processors, 1 to 64; 1 if not given" },
	{ "seed", "N", set_seed, "how the turns of several processors interleave; 0" },
	{ "M", "NAME", set_machine, "machine: dig64" },
	{ "machine", "NAME", set_machine, "the same" },
	{ "nographic", NULL, set_nographic, "serial port on stdio, Ctrl-A h for help" },
	{ "serial", "WHERE", set_serial, "stdio (default), mon:stdio (Ctrl-A always on), null" },
	{ "no-reboot", NULL, set_no_reboot, "end when the guest resets or panics" },
	{ "rtc", "base=WHEN", set_rtc, "utc or YYYY-MM-DDTHH:MM:SS; " RTC_DEFAULT " if not given" },
	{ "timeout", "SECONDS", set_timeout, "end after so many seconds of the host" },
	{ "expect", "REGEX", set_expect, "end with 0 when a console line matches (POSIX ERE)" },
	{ "fail-on", "REGEX", set_fail_on, "end when a console line matches" },
	{ "stats", NULL, set_stats, "print counts at the end, on stderr" },
	{ "d", "ITEMS", set_trace, "trace, a list with commas; -d help lists the items" },
	{ "D", "FILE", set_trace_file, "where the trace goes; stderr if not given" },
	{ "nodefaults", NULL, set_ignored, "accepted, no effect" },
	{ "accel", "NAME", set_ignored, "accepted, no effect" },
	{ "display", "none", set_display, "accepted, no effect" },
	{ "s", NULL, set_gdb_default, "the same as -gdb tcp::1234" },
	{ "S", NULL, set_gdb_wait, "wait for gdb before the first instruction" },
	{ "gdb", "tcp::PORT", set_gdb, "listen for gdb on 127.0.0.1; port 0: any, printed" },
	{ "help", NULL, show_help, "this text" },
	{ "h", NULL, show_help, "the same" },
	{ "version", NULL, show_version, "the version" },
};
#define N_OPTIONS (sizeof(options) / sizeof(*options))

static int show_help(struct machine_options *o, const char *arg)
{
	static const struct {
		int value;
		const char *meaning;
	} exits[] = {
#define EXIT_ROW(name, value, meaning) { value, meaning },
		MACHINE_EXITS(EXIT_ROW)
#undef EXIT_ROW
	};

	(void)o, (void)arg;
	puts("Usage: ia64-machine -kernel FILE [OPTION]...\n"
	     "An IA-64 machine with its firmware. Options may be spelt with one dash or two.\n");
	for (unsigned i = 0; i < N_OPTIONS; i++) {
		char left[40];

		snprintf(left, sizeof(left), "-%s %s", options[i].name,
			 options[i].arg ? options[i].arg : "");
		printf("  %-20s %s\n", left, options[i].help);
	}
	puts("\nExit status:");
	for (unsigned i = 0; i < sizeof(exits) / sizeof(*exits); i++)
		printf("  %-20d %s\n", exits[i].value, exits[i].meaning);
	puts("  any                  what the guest stored to the exit device\n"
	     "  128 + N              ended by signal N");
	return EXIT_POWEROFF;
}

/* The option that @arg spells, with or without "=VALUE" behind two dashes. */
static const struct option *find_option(const char *arg, const char **value)
{
	const char *name = arg + 1 + (arg[1] == '-');
	size_t len = arg[1] == '-' ? strcspn(name, "=") : strlen(name);

	*value = name[len] ? name + len + 1 : NULL;
	for (unsigned i = 0; i < N_OPTIONS; i++)
		if (strlen(options[i].name) == len && !memcmp(options[i].name, name, len))
			return &options[i];
	return NULL;
}

int options_parse(struct machine_options *opt, int argc, char **argv)
{
	*opt = (struct machine_options){ .ram_size = RAM_DEFAULT, .smp = 1, .append = "" };
	parse_date(RTC_DEFAULT, &opt->rtc_base);
	for (int i = 1; i < argc; i++) {
		const struct option *o;
		const char *value;
		int status;

		if (argv[i][0] != '-')
			return bad("%s: not an option (the kernel goes behind -kernel)", argv[i]);
		o = find_option(argv[i], &value);
		if (!o)
			return bad("%s: unknown option (--help lists them)", argv[i]);
		if (!o->arg && value)
			return bad("%s: -%s takes no value", argv[i], o->name);
		if (o->arg && !value) {
			if (++i == argc)
				return bad("-%s needs a value: %s", o->name, o->arg);
			value = argv[i];
		}
		status = o->set(opt, value);
		if (status >= 0)
			return status;
	}
	if (opt->nmodules && !opt->hypervisor)
		return bad("-module: without -hypervisor nobody would look at it");
	if (!opt->kernel && !opt->hypervisor)
		return bad("no kernel: give one with -kernel FILE (--help lists the options)");
	if (opt->gdb_wait && !opt->gdb)
		return bad("-S: without -s or -gdb nobody could start the guest");
	if (opt->trace_file && !opt->trace_items)
		return bad("-D %s: without -d there is nothing to trace", opt->trace_file);
	return -1;
}
