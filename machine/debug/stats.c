// SPDX-License-Identifier: MIT
/*
 * Counts: all but the last lines are the same in each run with the same input.
 */
#include "debug/stats.h"

#include <sys/resource.h>

#include "debug/trace.h"
#include "dev/disk.h"
#include "machine.h"

static void line(FILE *f, const char *name, uint64_t n)
{
	fprintf(f, "%-28s %14lu\n", name, n);
}

static void interruptions(FILE *f, const struct cpu_stats *s)
{
	uint64_t all = 0;

	for (unsigned i = 0; i < 128; i++)
		all += s->intr[i];
	line(f, "interruptions", all);
	for (unsigned i = 0; i < 128; i++)
		if (s->intr[i])
			fprintf(f, "  %-26s %14lu\n", vector_name(i << 8), s->intr[i]);
}

static void processor(FILE *f, const struct machine *m, const struct cpu *cpu)
{
	const struct cpu_stats *s = &cpu->stats;

	if (m->ncpus > 1)
		fprintf(f, "processor %u\n", cpu->index);
	line(f, "bundles", cpu->n_bundles);
	for (unsigned cpl = 0; cpl < 4; cpl++) {
		if (cpu_level_bundles(cpu, cpl))
			fprintf(f, "  at privilege level %u       %14lu\n", cpl,
				cpu_level_bundles(cpu, cpl));
	}
	line(f, "instructions", s->insns);
	line(f, "nops", s->nops);
	line(f, "branches", s->branches);
	interruptions(f, s);
	line(f, "instruction TLB misses", s->itlb_miss);
	line(f, "data TLB misses", s->dtlb_miss);
	line(f, "VHPT walks", s->vhpt_walk);
	line(f, "VHPT hits", s->vhpt_hit);
	line(f, "RSE registers filled", s->rse_fill);
	line(f, "RSE registers spilled", s->rse_spill);
	line(f, "idle ticks", machine_now(m) - cpu->n_bundles);
}

static void disk(FILE *f, unsigned n, const struct disk_stats *s)
{
	static const char *const what[] = { "sectors read", "sectors written", "failures" };
	const uint64_t count[] = { s->read, s->written, s->failed };
	char name[40];

	for (unsigned i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "disk %u: %s", n, what[i]);
		line(f, name, count[i]);
	}
}

/* What the emulator itself has used of the host's processors, whatever else runs there */
static double host_cpu_seconds(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return r.ru_utime.tv_sec + r.ru_stime.tv_sec +
	       (r.ru_utime.tv_usec + r.ru_stime.tv_usec) * 1e-6;
}

void stats_print(FILE *f, const struct machine *m)
{
	double host = machine_host_seconds(m);
	uint64_t bundles = 0;

	for (unsigned i = 0; i < m->ncpus; i++) {
		processor(f, m, m->cpus[i]);
		bundles += m->cpus[i]->n_bundles;
	}
	if (m->ncpus > 1)
		line(f, "bundles, all processors", bundles);
	for (unsigned i = 0; i < m->opt.ndrives; i++) {
		struct disk_stats s = disk_stats(m->disk[i]);

		disk(f, i, &s);
	}
	fprintf(f, "%-28s %14.6f\n", "virtual seconds", (double)machine_now(m) / ITC_HZ);
	fprintf(f, "%-28s %14.3f\n", "host seconds", host);
	fprintf(f, "%-28s %14.3f\n", "host CPU seconds", host_cpu_seconds());
	fprintf(f, "%-28s %14.2f\n", "million bundles per host s", bundles / host * 1e-6);
}
