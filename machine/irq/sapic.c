// SPDX-License-Identifier: MIT
/*
 * The local SAPIC: pending and in-service external interrupts of one processor, their
 * priorities, and what arrives by way of the processor interrupt block (SDM vol 2 §5.8).
 *
 * IRR and the in-service bits are bit sets of 256 vectors. cpu->irq_ready says whether a
 * pending vector is unmasked, PSR.i apart; every change of its inputs ends in sapic_update().
 */
#include <assert.h>
#include <string.h>

#include "cpu/fault.h"
#include "cpu/parts.h"
#include "debug/trace.h"

#define VECTOR_EXTINT	0
#define VECTOR_NMI	2
#define VECTOR_SPURIOUS 15
#define VECTOR_FIRST	16
#define NO_VECTOR	-1

#define TPR_MMI (1UL << 16)
#define LVT_M	(1UL << 16)

/* Delivery modes of an IPI's data, SDM vol 2 table 5-14 */
enum { DM_INT, DM_PMI = 2, DM_NMI = 4, DM_INIT = 5, DM_EXTINT = 7 };

static bool valid(unsigned vector)
{
	return vector == VECTOR_EXTINT || vector == VECTOR_NMI ||
	       (vector >= VECTOR_FIRST && vector < 256);
}

/* NMI, then ExtINT, then by number; SDM vol 2 table 5-8 */
static int priority(int vector)
{
	switch (vector) {
	case NO_VECTOR: return 0;
	case VECTOR_NMI: return 257;
	case VECTOR_EXTINT: return 256;
	}
	return vector;
}

/* The set's vector of highest priority, or NO_VECTOR */
static int highest(const uint64_t set[4])
{
	if (set[0] >> VECTOR_NMI & 1)
		return VECTOR_NMI;
	if (set[0] & 1)
		return VECTOR_EXTINT;
	for (int i = 3; i >= 0; i--)
		if (set[i])
			return i * 64 + 63 - __builtin_clzl(set[i]);
	return NO_VECTOR;
}

static bool tpr_masks(uint64_t tpr, int vector)
{
	if (vector == VECTOR_NMI)
		return false;
	if (tpr & TPR_MMI)
		return true;
	return vector != VECTOR_EXTINT && (unsigned)vector >> 4 <= (tpr >> 4 & 15);
}

/* The vector that reading cr.ivr would give, or NO_VECTOR */
static int deliverable(const struct cpu *cpu)
{
	int v = highest(cpu->irr);

	if (v == NO_VECTOR || tpr_masks(cpu->cr[CR_TPR], v))
		return NO_VECTOR;
	return priority(v) > priority(highest(cpu->isrv)) ? v : NO_VECTOR;
}

static void set_bit(uint64_t set[4], unsigned vector)
{
	set[vector / 64] |= 1UL << vector % 64;
}

static void clear_bit(uint64_t set[4], unsigned vector)
{
	set[vector / 64] &= ~(1UL << vector % 64);
}

void sapic_reset(struct cpu *cpu)
{
	memset(cpu->irr, 0, sizeof(cpu->irr));
	memset(cpu->isrv, 0, sizeof(cpu->isrv));
	cpu->cr[CR_TPR] = 0;
	cpu->cr[CR_ITV] = LVT_M;
	cpu->cr[CR_PMV] = LVT_M;
	cpu->cr[CR_CMCV] = LVT_M;
	cpu->cr[CR_LRR0] = LVT_M;
	cpu->cr[CR_LRR1] = LVT_M;
	sapic_update(cpu);
}

static void wake(struct cpu *cpu)
{
	if (!cpu->halted)
		return;
	cpu->halted = false;
	if (cpu->ops->woken)
		cpu->ops->woken(cpu->opaque, cpu);
}

void sapic_update(struct cpu *cpu)
{
	cpu->irq_ready = deliverable(cpu) != NO_VECTOR;
	if (!cpu->irq_ready)
		return;
	wake(cpu);
	if (cpu->psr & PSR_I)
		cpu_kick(cpu);
}

void sapic_raise(struct cpu *cpu, unsigned vector)
{
	if (trace_on(cpu->trace, irq))
		trace_msg(cpu->trace, irq, "cpu%u vector %u pending", cpu->index, vector);
	if (!valid(vector))
		return; /* reserved vectors are dropped, SDM vol 2 §5.8.1 */
	set_bit(cpu->irr, vector);
	sapic_update(cpu);
}

uint64_t sapic_read_ivr(struct cpu *cpu)
{
	int v = deliverable(cpu);

	if (v == NO_VECTOR)
		return VECTOR_SPURIOUS;
	if (trace_on(cpu->trace, irq))
		trace_msg(cpu->trace, irq, "cpu%u vector %d taken", cpu->index, v);
	clear_bit(cpu->irr, v);
	set_bit(cpu->isrv, v);
	sapic_update(cpu);
	return v;
}

bool sapic_take(struct cpu *cpu, unsigned vector)
{
	bool pending = cpu->irr[vector / 64 & 3] >> vector % 64 & 1;

	if (pending) {
		clear_bit(cpu->irr, vector);
		sapic_update(cpu);
	}
	return pending;
}

void sapic_write_eoi(struct cpu *cpu)
{
	int v = highest(cpu->isrv);

	if (v == NO_VECTOR)
		return;
	clear_bit(cpu->isrv, v);
	sapic_update(cpu);
	cpu->ops->eoi(cpu->opaque, cpu, v);
}

void sapic_itm(struct cpu *cpu)
{
	uint64_t itv = cpu->cr[CR_ITV];

	if (!(itv & LVT_M))
		sapic_raise(cpu, itv & 0xff);
}

bool sapic_pib_target(uint64_t off, unsigned *local_id)
{
	if (off >> 20)
		return false;
	*local_id = off >> 4 & 0xffff;
	return true;
}

void sapic_init(struct cpu *cpu)
{
	cpu->init_pending = true;
	wake(cpu);
	cpu_kick(cpu);
}

void sapic_ipi(struct cpu *cpu, uint64_t data)
{
	switch (data >> 8 & 7) {
	case DM_INT: sapic_raise(cpu, data & 0xff); return;
	case DM_NMI: sapic_raise(cpu, VECTOR_NMI); return;
	case DM_EXTINT: sapic_raise(cpu, VECTOR_EXTINT); return;
	case DM_PMI: return; /* SAL's handler of platform events: there are none, it returns */
	case DM_INIT: sapic_init(cpu); return;
	}
	/* reserved delivery modes: dropped */
}
