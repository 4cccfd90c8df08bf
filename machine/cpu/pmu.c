// SPDX-License-Identifier: MIT
/*
 * Performance monitors: four generic counter pairs, PMC4-7 with PMD4-7, of 47 bits, and the
 * overflow status in PMC0 (SDM vol 2 §7.2). PMC1-3 have no counter to report on: they are 0.
 *
 * Each counts one of the two events that every model has. Nobody counts anything: pmu_update()
 * adds what the processor's own counts have gained since it was last called, under the
 * conditions that held meanwhile. The run loop calls it between slices while a monitor is set
 * up; whatever changes PSR.up, PSR.pp or the privilege level ends a slice. Reading and writing
 * happen slot by slot (cpu->exact), so that each count is exact to the instruction.
 */
#include "cpu/parts.h"

#define PMC_FREEZE   1UL
#define PMC_PLM(pmc) ((pmc)&15)
#define PMC_OI	     (1UL << 5)
#define PMC_PM	     (1UL << 6)
#define PMC_ES(pmc)  ((pmc) >> 8 & 0xff)
#define PMC_KEPT     0xff7fUL /* plm, ev, oi, pm, es; nothing of ours is above */

#define GENERIC	   (PMU_GENERIC << PMU_FIRST) /* bits of the counters, also in PMC0 */
#define COUNT_MASK ((1UL << PMU_WIDTH) - 1)
#define LVT_M	   (1UL << 16)

static bool known_event(uint64_t pmc)
{
	return PMC_ES(pmc) == PMU_CPU_CYCLES || PMC_ES(pmc) == PMU_INST_RETIRED;
}

/* Could the counter count in some state of the PSR? */
static bool armed(const struct cpu *cpu, unsigned i)
{
	return !(cpu->pmc[0] & PMC_FREEZE) && PMC_PLM(cpu->pmc[i]) && known_event(cpu->pmc[i]);
}

/* SDM vol 2 table 7-5: user monitors count while PSR.up = 1, privileged ones while PSR.pp = 1. */
static bool counts_now(const struct cpu *cpu, unsigned i)
{
	uint64_t pmc = cpu->pmc[i];

	return armed(cpu, i) && PMC_PLM(pmc) >> cpu_cpl(cpu) & 1 &&
	       cpu->psr & (pmc & PMC_PM ? PSR_PP : PSR_UP);
}

static void look_anew(struct cpu *cpu)
{
	struct pmu *p = &cpu->pmu;

	p->armed = p->counting = 0;
	for (unsigned i = PMU_FIRST; i < PMU_FIRST + PMU_COUNTERS; i++) {
		p->armed |= (uint32_t)armed(cpu, i) << i;
		p->counting |= (uint32_t)counts_now(cpu, i) << i;
	}
	p->bundles = cpu->n_bundles;
	p->insns = cpu->stats.insns;
}

/* Return: does the overflow ask for an interrupt? */
static bool add(struct cpu *cpu, unsigned i, uint64_t n)
{
	cpu->pmd[i] += n;
	if (!(cpu->pmd[i] >> PMU_WIDTH))
		return false;
	cpu->pmd[i] &= COUNT_MASK;
	cpu->pmc[0] |= 1UL << i;
	return cpu->pmc[i] & PMC_OI;
}

static void freeze(struct cpu *cpu)
{
	uint64_t pmv = cpu->cr[CR_PMV];

	cpu->pmc[0] |= PMC_FREEZE;
	if (!(pmv & LVT_M))
		sapic_raise(cpu, pmv & 0xff);
}

void pmu_update(struct cpu *cpu)
{
	const struct pmu *p = &cpu->pmu;
	uint64_t bundles = cpu->n_bundles - p->bundles, insns = cpu->stats.insns - p->insns;
	bool interrupt = false;

	for (uint32_t left = p->counting; left; left &= left - 1) {
		unsigned i = __builtin_ctz(left);

		interrupt |= add(cpu, i, PMC_ES(cpu->pmc[i]) == PMU_CPU_CYCLES ? bundles : insns);
	}
	if (interrupt)
		freeze(cpu);
	look_anew(cpu);
}

uint64_t pmu_room(const struct cpu *cpu)
{
	uint64_t room = UINT64_MAX;

	for (uint32_t left = cpu->pmu.counting; left; left &= left - 1) {
		unsigned i = __builtin_ctz(left);
		uint64_t n = COUNT_MASK + 1 - cpu->pmd[i];

		if (PMC_ES(cpu->pmc[i]) == PMU_INST_RETIRED)
			n = (n + 2) / 3;
		room = n < room ? n : room;
	}
	return room;
}

uint64_t pmu_read_pmc(struct cpu *cpu, unsigned i)
{
	pmu_update(cpu);
	return i < CPU_NPMC ? cpu->pmc[i] : 0;
}

/* SDM vol 3 "mov indirect": what a program is not to see reads as 0. */
uint64_t pmu_read_pmd(struct cpu *cpu, unsigned i)
{
	pmu_update(cpu);
	if (i >= CPU_NPMC)
		return 0;
	if (cpu_cpl(cpu) && (cpu->psr & PSR_SP || (i >= PMU_FIRST && cpu->pmc[i] & PMC_PM)))
		return 0;
	return cpu->pmd[i];
}

void pmu_write_pmc(struct cpu *cpu, unsigned i, uint64_t val)
{
	pmu_update(cpu);
	if (i == 0)
		cpu->pmc[0] = val & (PMC_FREEZE | GENERIC);
	else if (i < CPU_NPMC && GENERIC >> i & 1)
		cpu->pmc[i] = val & PMC_KEPT;
	look_anew(cpu);
}

void pmu_write_pmd(struct cpu *cpu, unsigned i, uint64_t val)
{
	pmu_update(cpu);
	if (i < CPU_NPMC && GENERIC >> i & 1)
		cpu->pmd[i] = val & COUNT_MASK;
}
