// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stolen time: while this processor could have run, another one's ran. The hypervisor
 * keeps account of it in memory of ours, for each processor, in nanoseconds. The clock
 * itself and the timer are those of bare metal, through pv_cpu_ops.
 *
 * The timer interrupt makes up for each tick that it is late, and what was stolen is taken
 * off one of them; the others would count as the task's. So what was stolen is shown by and
 * by, never more than the ticks that are due.
 */
#include <linux/cpu.h>
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>

#include <asm/delay.h>
#include <asm/paravirt.h>
#include <asm/processor.h>

#include "../start.h"
#include "xen.h"

/*
 * By processor, a cache line each; not per-CPU variables, which bare metal would have, too.
 * @shown: what Linux was told so far, by the processor itself
 * @untold: what it is never told: a processor off line is not one that was robbed
 */
static struct {
	struct xen_runstate_info info;
	u64 shown, untold;
} ____cacheline_aligned *runstate;

/* The hypervisor writes while the processor does not run: a reader elsewhere looks twice. */
static u64 stolen(int cpu)
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

/* The scheduler asks from here on. The boot processor comes first; others may come again. */
void xen_time_cpu_init(int cpu)
{
	struct xen_register_runstate area;

	if (!runstate)
		runstate = kcalloc(nr_cpu_ids, sizeof(*runstate), GFP_KERNEL | __GFP_NOFAIL);
	area.area = xen_handle(&runstate[cpu].info);
	xen_call(VCPUOP_register_runstate_memory_area, xen_vcpu(cpu), xen_handle(&area), 0, 0,
		 XEN_CALL_vcpu_op);
	runstate[cpu].untold = stolen(cpu) - runstate[cpu].shown;
}

unsigned long xen_steal_clock(int cpu)
{
	return runstate[cpu].shown;
}

/*
 * Whole stolen ticks are dealt with here, but for the last of those that are due. A tick that
 * comes off line, or before its time, is the native handler's alone.
 */
int xen_do_steal_accounting(unsigned long *new_itm)
{
	extern volatile int time_keeper_id;	/* as in irq.c: no header has it */
	int cpu = smp_processor_id();
	unsigned long delta = local_cpu_data->itm_delta, late = ia64_get_itc() - *new_itm;
	u64 ticks, more, told, hidden;

	if (cpu_is_offline(cpu) || (long)late < 0)
		return 0;
	more = late < delta ? 0 : late / delta;
	told = runstate[cpu].untold + runstate[cpu].shown;
	hidden = min_t(u64, stolen(cpu) - told, (more + 1) * TICK_NSEC);
	ticks = min_t(u64, more, hidden / TICK_NSEC);
	if (ticks) {
		runstate[cpu].shown += ticks * TICK_NSEC;
		legacy_timer_tick(cpu == time_keeper_id ? ticks : 0);
		*new_itm += ticks * delta;
	}
	runstate[cpu].shown += hidden - ticks * TICK_NSEC;
	return 0;
}

static int __init xen_enable_steal(void)
{
	if (pv_environment == PV_ENV_XEN)
		static_key_slow_inc(&paravirt_steal_enabled);
	return 0;
}
core_initcall(xen_enable_steal);
