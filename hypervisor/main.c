// SPDX-License-Identifier: MIT
/*
 * The hypervisor's start, its command line, and the loop that is left when no guest runs.
 *
 * The command line is words for the hypervisor, then for each guest " -- " and its
 * configuration (config_parse()): "stats -- console=hvc0 -- [name=two mem=128M] console=hvc0".
 */
#include "boot.h"
#include "console.h"
#include "create.h"
#include "heap.h"
#include "lib.h"
#include "monitor.h"
#include "lock.h"
#include "sched.h"
#include "smp.h"

#define SEPARATOR "--"

static char options[BOOT_CMDLINE]; /* the hypervisor's part */

/* ---- command line ---- */

/* The next "--" that is a word of its own; NULL: none */
static char *find_separator(char *text)
{
	for (char *at = text; (at = strstr(at, SEPARATOR)); at += 2) {
		bool starts = at == text || at[-1] == ' ';

		if (starts && (at[2] == ' ' || !at[2]))
			return at;
	}
	return NULL;
}

/* What follows @name at the start of a word of the options; NULL: it is not there */
static const char *find_option(const char *name)
{
	size_t len = strlen(name);

	for (const char *at = options; *at;) {
		if (!strncmp(at, name, len) && (!at[len] || at[len] == ' ' || at[len] == '='))
			return at + len;
		while (*at && *at != ' ')
			at++;
		while (*at == ' ')
			at++;
	}
	return NULL;
}

bool option_set(const char *name)
{
	return find_option(name);
}

bool option_number(const char *name, uint64_t *value)
{
	const char *text = find_option(name), *end;

	if (!text || *text != '=')
		return false;
	if (parse_number(text + 1, value, &end) && (!*end || *end == ' '))
		return true;
	panic("%s= needs a number", name);
}

/* Unknown words are errors: a word that is mistyped would have no effect. */
static void check_options(void)
{
	static const char *const known[] = { "stats",	"log",	   "noreboot",
					     "monitor", "exitdev", "nofast" };
	char word[64];

	for (const char *at = options; *at;) {
		unsigned int n = 0, i = 0;

		while (*at == ' ')
			at++;
		for (; *at && *at != ' '; at++)
			if (n < sizeof(word) - 1)
				word[n++] = *at;
		word[n] = '\0';
		if (strchr(word, '='))
			*strchr(word, '=') = '\0';
		while (i < ARRAY_SIZE(known) && strcmp(word, known[i]))
			i++;
		if (*word && i == ARRAY_SIZE(known))
			panic("unknown argument \"%s\"", word);
	}
}

/* Line breaks are there for those who write long command lines in scripts. */
static void read_options(void)
{
	uint64_t exit_device;
	char *end;

	for (char *c = boot_info.cmdline; *c; c++)
		if (*c == '\n' || *c == '\t')
			*c = ' ';
	end = find_separator(boot_info.cmdline);
	copy_string(options, boot_info.cmdline,
		    end ? (size_t)(end - boot_info.cmdline) + 1 : sizeof(options));
	if (option_number("exitdev", &exit_device))
		machine_set_exit_device(exit_device);
}

/* ---- guests ---- */

static void start_guest(const char *text)
{
	static struct domain_config config;
	const char *why = config_parse(&config, text);

	if (!why)
		why = domain_create(&config);
	if (!why)
		return;
	hv_printf("cannot start a guest: %s\n", why);
	domain_failed();
}

/* One for each " -- "; a kernel without any gets one with no words. */
static void start_guests(void)
{
	char *text = find_separator(boot_info.cmdline);

	if (!text && boot_find_module("kernel"))
		start_guest("");
	while (text) {
		char *next = find_separator(text + 2), *end;

		if (next)
			*next = '\0';
		text += 2;
		for (end = text + strlen(text); end > text && end[-1] == ' '; end--)
			end[-1] = '\0';
		start_guest(text);
		text = next;
	}
}

/* ---- the image's own health ---- */

extern const char hv_constant_end[]; /* hv.lds */

static uint64_t image_checksum(void)
{
	const uint64_t *p = (const uint64_t *)HV_BASE, *end = (const uint64_t *)hv_constant_end;
	uint64_t sum = 0;

	for (; p < end; p++)
		sum = (sum << 7 | sum >> 57) + *p;
	return sum;
}

void image_check(void)
{
	static uint64_t first;
	uint64_t sum = image_checksum();

	if (!first) {
		first = sum;
		hv_printf("image checksum %#lx\n", sum);
	}
	if (sum != first)
		panic("the hypervisor's code or constants have changed: checksum %#lx", sum);
}

/* ---- when nobody runs ---- */

static void end_if_done(void)
{
	if (domains || option_set("monitor"))
		return;
	hv_printf("no guest is left; %u failed\n", domains_failed());
	machine_off(domains_failed() ? EXIT_HV_GUEST : EXIT_HV_OK);
}

/* Of processor 0 only */
static void between_guests(void)
{
	this_cpu->busy = true;
	while (sched_take_idle_work()) {
		monitor_run();
		domain_reap();
	}
	this_cpu->busy = false;
	end_if_done();
}

void idle(void)
{
	for (;;) {
		bool ran;

		if (!this_cpu->id)
			between_guests();
		ran = schedule();
		hv_unlock();
		if (!ran)
			pal_halt();
		take_interrupts();
		hv_lock();
	}
}

void hv_main(uint64_t boot_param)
{
	efi_init(boot_param); /* what machine this is */
	read_options();	      /* words before the first "--" */
	heap_init();	      /* pinned memory */
	guest_memory_init();  /* memory for guests */
	if (!cpu_prepare(&percpu_area))
		panic("the heap is too small");
	cpu_init(&percpu_area);		 /* the idle vcpu: this context */
	irq_init();			 /* interval timer's vector */
	console_init(option_set("log")); /* serial line */
	hv_printf("hypervisor for Xen/ia64 guests, %lu MHz, %lu MiB for guests\n",
		  boot_info.itc_hz / 1000000, guest_memory_total() >> 20);
	image_check();
	check_options();
	this_cpu->busy = true; /* until it is idle() */
	smp_init();	       /* all other processors */
	heap_settle();
	hv_lock();
	start_guests();
	if (option_set("monitor"))
		console_focus(NULL);
	idle();
}
