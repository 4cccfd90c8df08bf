// SPDX-License-Identifier: MIT
/*
 * lock.c - ticket locks, and the one for what processors share (lock.h).
 */
#include "lock.h"

bool several;

static struct lock shared;

void lock_take(struct lock *l)
{
	uint32_t ticket = __atomic_fetch_add(&l->next, 1, __ATOMIC_ACQUIRE);

	while (__atomic_load_n(&l->serving, __ATOMIC_ACQUIRE) != ticket)
		cpu_relax();
}

void lock_release(struct lock *l)
{
	__atomic_store_n(&l->serving, l->serving + 1, __ATOMIC_RELEASE);
}

void hv_lock_really(void)
{
	struct percpu *cpu = this_cpu;

	if (cpu->lock_depth++)
		return;
	cpu->lock_taken++;
	if (shared.next != shared.serving)
		cpu->lock_waited++;
	lock_take(&shared);
}

void hv_unlock_really(void)
{
	struct percpu *cpu = this_cpu;

	assert(cpu->lock_depth);
	if (!--cpu->lock_depth)
		lock_release(&shared);
}

unsigned int hv_lock_drop(void)
{
	unsigned int depth = this_cpu->lock_depth;

	if (depth) {
		this_cpu->lock_depth = 1;
		hv_unlock_really();
	}
	return depth;
}

void hv_lock_again(unsigned int depth)
{
	if (!depth)
		return;
	hv_lock_really();
	this_cpu->lock_depth = depth;
}
