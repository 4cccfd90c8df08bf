// SPDX-License-Identifier: MIT
/*
 * Runstates, and the hypercall about virtual processors (Xen public/vcpu.h).
 */
#include "runstate.h"

#include "lib.h"
#include "sched.h"
#include "xen.h"
#include "xencomm.h"

static void enter(struct vcpu *v, enum xen_runstate state)
{
	uint64_t t = now(), since = v->runstate.since;

	if ((int64_t)(t - since) < 0)
		t = since; /* another processor's clock was a little ahead */
	if (since)
		v->runstate.time[v->runstate.state] += t - since;
	v->runstate.since = t;
	v->runstate.state = state;
}

static void fill(const struct vcpu *v, struct xen_runstate_info *info)
{
	*info = (struct xen_runstate_info){ .state = v->runstate.state,
					    .entry_time = to_ns(v->runstate.since) };
	for (unsigned int i = 0; i < XEN_RUNSTATES; i++)
		info->time[i] = to_ns(v->runstate.time[i]);
}

/* An area that cannot be reached is the guest's loss. */
static void publish(struct vcpu *v)
{
	struct xen_runstate_info info;

	if (!v->runstate.area)
		return;
	fill(v, &info);
	xencomm_write(v->domain, v->runstate.area, 0, &info, sizeof(info));
}

void runstate_left(struct vcpu *v)
{
	if (!v->domain)
		return;
	enter(v, v->state == VCPU_RUNNABLE  ? XEN_RUNSTATE_runnable
		 : v->state == VCPU_BLOCKED ? XEN_RUNSTATE_blocked
					    : XEN_RUNSTATE_offline);
}

void runstate_entered(struct vcpu *v)
{
	enter(v, XEN_RUNSTATE_running);
	publish(v);
}

void runstate_ready(struct vcpu *v)
{
	if (v != current)
		enter(v, XEN_RUNSTATE_runnable);
}

/*
 * Any area is accepted, as Xen does: Linux 3.1 for one processor names an address that has a
 * translation only on the guest's side.
 */
static int64_t register_area(struct vcpu *v, uint64_t handle)
{
	struct xen_register_runstate r;

	if (!xencomm_read(v->domain, &r, handle, 0, sizeof(r)))
		return -XEN_EFAULT;
	v->runstate.area = r.area;
	publish(v);
	return 0;
}

static int64_t get_runstate(struct vcpu *v, uint64_t handle)
{
	struct xen_runstate_info info;

	fill(v, &info);
	return xencomm_write(v->domain, handle, 0, &info, sizeof(info)) ? 0 : -XEN_EFAULT;
}

/* arg: command, vcpu, handle. Processors are started through SAL, not here. */
int64_t vcpu_op(struct vcpu *v, const uint64_t *arg)
{
	struct domain *d = v->domain;
	struct vcpu *target;

	if (arg[1] >= d->vcpus)
		return -XEN_ENOENT;
	target = d->vcpu[arg[1]];
	switch ((uint32_t)arg[0]) {
	case VCPUOP_is_up: return target->state != VCPU_DOWN;
	case VCPUOP_get_runstate_info: return get_runstate(target, arg[2]);
	case VCPUOP_register_runstate_memory_area: return register_area(target, arg[2]);
	default: return -XEN_ENOSYS;
	}
}
