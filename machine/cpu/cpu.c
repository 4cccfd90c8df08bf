// SPDX-License-Identifier: MIT
/*
 * The life of a processor: creation, power-on state, the way it stops.
 *
 * It identifies itself as a dual-core Itanium 2 (Montecito): the last generation whose
 * instruction set is Itanium 2's, with long branches and 16-byte atomic operations.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/fault.h"
#include "cpu/parts.h"

/* CPUID register 3: archrev, family, model, revision, number of the last register */
#define CPUID3 (0UL << 32 | 0x20UL << 24 | 0x00UL << 16 | 0x07UL << 8 | 4)
/* CPUID register 4: lb (brl), ao (16-byte atomic operations) */
#define CPUID4 (1UL << 0 | 1UL << 2)

/* All traps disabled, sf0 64-bit precision, sf1 with wre, sf2 and sf3 with traps off too */
#define FPSR_RESET 0x0009804c0270033fUL

static void reset_registers(struct cpu *cpu)
{
	memset(cpu->gr, 0, sizeof(cpu->gr));
	memset(cpu->gr_bank, 0, sizeof(cpu->gr_bank));
	memset(cpu->fr, 0, sizeof(cpu->fr));
	memset(cpu->br, 0, sizeof(cpu->br));
	memset(cpu->ar, 0, sizeof(cpu->ar));
	memset(cpu->cr, 0, sizeof(cpu->cr));
	memset(cpu->pkr, 0, sizeof(cpu->pkr));
	memset(cpu->ibr, 0, sizeof(cpu->ibr));
	memset(cpu->dbr, 0, sizeof(cpu->dbr));
	memset(cpu->pmc, 0, sizeof(cpu->pmc));
	memset(cpu->pmd, 0, sizeof(cpu->pmd));
	memset(&cpu->pmu, 0, sizeof(cpu->pmu));
	cpu->exact = false;
	cpu->pr = 1;
	cpu->fr[1] = FP_REG_ONE;
	cpu->ar[AR_FPSR] = FPSR_RESET;
	cpu->cr[CR_PTA] = 15 << 2; /* the smallest VHPT, not enabled */
	cpu->cr[CR_LID] = (uint64_t)cpu->index << 24;
	for (unsigned i = 0; i < 8; i++)
		cpu->rr[i] = 12 << 2;
}

void cpu_reset(struct cpu *cpu)
{
	cpu->psr = 0;
	reset_registers(cpu);
	cpu->ip = 0;
	cpu->ri = 0;
	cpu->last_ip = 0;
	cpu->itc_offset = 0;
	cpu->halted = false;
	cpu->init_pending = false;
	cpu->stop = CPU_STOP_NONE;
	cpu->stop_msg[0] = 0;
	alat_purge_all(cpu);
	rse_reset(cpu);
	tlb_reset(cpu);
	code_flush(cpu);
	sapic_reset(cpu);
	cpu_psr_changed(cpu);
}

/* ---- the coherence domain: it ends with its last processor ---- */

static struct cpu_domain *domain_create(void)
{
	struct cpu_domain *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->code = code_create();
	if (d->code)
		return d;
	free(d);
	return NULL;
}

static void domain_add(struct cpu_domain *d, struct cpu *cpu)
{
	assert(d->n < CPU_DOMAIN_MAX);
	d->cpu[d->n++] = cpu;
	cpu->domain = d;
}

static void domain_leave(struct cpu *cpu)
{
	struct cpu_domain *d = cpu->domain;
	unsigned i = 0;

	while (d->cpu[i] != cpu)
		i++;
	d->cpu[i] = d->cpu[--d->n];
	if (d->n)
		return;
	code_destroy(d->code);
	free(d);
}

void cpu_join(struct cpu *cpu, struct cpu *other)
{
	assert(cpu->domain->n == 1 && cpu->bus == other->bus);
	domain_leave(cpu);
	domain_add(other->domain, cpu);
}

struct cpu *cpu_create(unsigned index, struct bus *bus, const struct cpu_ops *ops, void *opaque)
{
	struct cpu *cpu = calloc(1, sizeof(*cpu));

	if (!cpu)
		return NULL;
	cpu->domain = domain_create();
	if (!cpu->domain) {
		free(cpu);
		return NULL;
	}
	domain_add(cpu->domain, cpu);
	cpu->grp[0] = cpu->gr;
	cpu->index = index;
	cpu->bus = bus;
	cpu->ops = ops;
	cpu->opaque = opaque;
	memcpy(cpu->cpuid, "GenuineIntel", 12);
	cpu->cpuid[3] = CPUID3;
	cpu->cpuid[4] = CPUID4;
	cpu_reset(cpu);
	return cpu;
}

void cpu_destroy(struct cpu *cpu)
{
	if (!cpu)
		return;
	domain_leave(cpu);
	free(cpu);
}

enum exec cpu_stop(struct cpu *cpu, enum cpu_stop why, const char *fmt, ...)
{
	va_list ap;

	if (cpu->stop == CPU_STOP_NONE) {
		cpu->stop = why;
		va_start(ap, fmt);
		vsnprintf(cpu->stop_msg, sizeof(cpu->stop_msg), fmt, ap);
		va_end(ap);
	}
	cpu_kick(cpu);
	return EXEC_STOP;
}
