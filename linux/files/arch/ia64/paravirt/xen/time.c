// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stolen time: while this processor could have run, another one's ran. The hypervisor
 * keeps account of it in memory of ours, for each processor, in nanoseconds. The clock
 * itself and the timer are those of bare metal, through pv_cpu_ops.
 */
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/percpu.h>
#include <linux/smp.h>

#include <asm/paravirt.h>

#include "../start.h"
#include "xen.h"

static DEFINE_PER_CPU_ALIGNED(struct xen_runstate_info, xen_runstate);

/* The scheduler asks from here on. */
void xen_time_cpu_init(int cpu)
{
	struct xen_register_runstate area = {
		.area = xen_handle(per_cpu_ptr(&xen_runstate, cpu)),
	};

	xen_call(VCPUOP_register_runstate_memory_area, xen_vcpu(cpu), xen_handle(&area), 0, 0,
		 XEN_CALL_vcpu_op);
}

/* The hypervisor writes while the processor does not run: a reader elsewhere looks twice. */
unsigned long xen_steal_clock(int cpu)
{
	const struct xen_runstate_info *state = per_cpu_ptr(&xen_runstate, cpu);
	u64 entry, runnable, offline;

	do {
		entry = READ_ONCE(state->entry_time);
		smp_rmb();
		runnable = READ_ONCE(state->time[XEN_RUNSTATE_runnable]);
		offline = READ_ONCE(state->time[XEN_RUNSTATE_offline]);
		smp_rmb();
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
