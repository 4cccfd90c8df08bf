// SPDX-License-Identifier: MIT
/*
 * vlsapic.c - the local interrupt registers and the timer of a guest.
 *
 * Vectors (v->irr, v->insvc) are what a guest has before it registers an event callback;
 * after that cr.ivr is empty for good, as in Xen. Priorities: SDM vol 2 §5.8.1.
 */
#include "cpu.h"
#include "guest.h"
#include "lock.h"
#include "vcpu.h"
#include "xen.h"

static int highest(const uint64_t bits[4])
{
	for (int i = 3; i >= 0; i--)
		if (bits[i])
			return i * 64 + 63 - __builtin_clzl(bits[i]);
	return -1;
}

static bool deliverable(struct vcpu *v, int vector)
{
	int serving = highest(v->insvc);
	uint64_t tpr = v->mregs->tpr;

	if (vector < 0 || vector <= serving)
		return false;
	if (vector < 16) /* NMI and ExtINT pass tpr.mic */
		return true;
	return !(tpr & 1 << 16) && (unsigned int)vector >> 4 > (tpr >> 4 & 15);
}

/* Others send vectors meanwhile. */
uint64_t lsapic_ivr(struct vcpu *v)
{
	uint64_t ivr = XEN_IVR_NONE;
	int vector;

	hv_lock();
	vector = highest(v->irr);
	if (!v->callback && deliverable(v, vector)) {
		v->irr[vector / 64] &= ~(1ul << vector % 64);
		v->insvc[vector / 64] |= 1ul << vector % 64;
		ivr = vector;
	}
	hv_unlock();
	return ivr;
}

void lsapic_eoi(struct vcpu *v)
{
	int vector = highest(v->insvc);

	if (vector >= 0)
		v->insvc[vector / 64] &= ~(1ul << vector % 64);
}

void set_itm(struct vcpu *v, uint64_t itm)
{
	v->itm = itm;
	v->mregs->itm = itm;
	timer_set(v);
}

void set_kr(struct vcpu *v, unsigned int n, uint64_t value)
{
	v->mregs->krs[n] = value;
	v->krs[n] = value;
	load_krs(v);
}
