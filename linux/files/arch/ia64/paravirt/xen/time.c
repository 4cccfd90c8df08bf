// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stolen time: while this processor could have run, another one's ran. The hypervisor
 * keeps account of it in memory of ours, for each processor, in nanoseconds. The clock
 * itself and the timer are those of bare metal, through pv_cpu_ops.
 */
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include <asm/paravirt.h>

#include "../start.h"
#include "xen.h"

/* By processor, a cache line each; not per-CPU variables, which bare metal would have, too. */
static struct {
	struct xen_runstate_info info;
} ____cacheline_aligned *runstate;

/* The scheduler asks from here on. The boot processor comes first. */
void xen_time_cpu_init(int cpu)
{
	struct xen_register_runstate area;

	if (!runstate)
		runstate = kcalloc(nr_cpu_ids, sizeof(*runstate), GFP_KERNEL | __GFP_NOFAIL);
	area.area = xen_handle(&runstate[cpu].info);
	xen_call(VCPUOP_register_runstate_memory_area, xen_vcpu(cpu), xen_handle(&area), 0, 0,
		 XEN_CALL_vcpu_op);
}

/* The hypervisor writes while the processor does not run: a reader elsewhere looks twice. */
unsigned long xen_steal_clock(int cpu)
{
	const struct xen_runstate_info *state = &runstate[cpu].info;
	u64 entry, runnable, offline;

	do {
		entry = READ_ONCE(state->entry_time);
		smp_rmb();	/* the times after the time of entry ... */
		runnable = READ_ONCE(state->time[XEN_RUNSTATE_runnable]);
		offline = READ_ONCE(state->time[XEN_RUNSTATE_offline]);
		smp_rmb();	/* ... which must not have changed meanwhile */
	} while (READ_ONCE(state->entry_time) != entry);
	return runnable + offline;
}

static int __init xen_enable_steal(void)
{
	if (pv_environment == PV_ENV_XEN)
		static_key_slow_inc(&paravirt_steal_enabled);
	return 0;
}
core_initcall(xen_enable_steal);
