// SPDX-License-Identifier: MIT
/*
 * fuzz_options.c - any lines as command line: refused, answered, or options that make sense;
 * and what -drive and -d have to parse later.
 */
#include "debug/trace.h"
#include "dev/drive.h"
#include "fuzz/fuzz.h"
#include "machine.h"

#define ARGS 24

static void check(const struct machine_options *o)
{
	require((o->kernel || o->hypervisor) && o->append);
	require(o->hypervisor || !o->nmodules);
	require(o->ram_size >= 16UL << 20 && o->ram_size % 4096 == 0);
	require(o->smp >= 1 && o->smp <= MACHINE_MAX_CPUS);
	require(o->ndrives <= MACHINE_MAX_DRIVES);
	for (unsigned i = 0; i < o->ndrives; i++) {
		struct drive_options d;

		if (drive_parse(&d, o->drive[i])) {
			require(d.file && *d.file);
			drive_free(&d);
		}
	}
	if (o->trace_items && !o->trace_file)
		trace_destroy(trace_create(o->trace_items, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *args[ARGS + 2] = { "ia64-machine" }, *text = malloc(size + 1), *at = text;
	struct machine_options opt;
	int n = 1, status;

	memcpy(text, data, size);
	text[size] = '\0';
	while (n <= ARGS && at) {
		args[n++] = at;
		at = strchr(at, '\n');
		if (at)
			*at++ = '\0';
	}
	status = options_parse(&opt, n, args);
	require(status == -1 || status == EXIT_POWEROFF || status == EXIT_USAGE);
	if (status == -1)
		check(&opt);
	free(text);
	return 0;
}
