// SPDX-License-Identifier: MIT
/*
 * Hypercalls: break 0x1000 of a guest's kernel, by the number in r2 (abi/xen.def).
 *
 * Whatever the arguments are, there is an answer: an error number for what is wrong or not
 * there. What a call costs is bounded: nothing in here loops by the guest's word for more
 * than a page.
 */
#include "hypercall.h"

#include "boot.h"
#include "console.h"
#include "create.h"
#include "entry.h"
#include "evtchn.h"
#include "fw.h"
#include "lib.h"
#include "lock.h"
#include "sched.h"
#include "xen.h"
#include "xencomm.h"

#define VERSION		     (4 << 16 | 1)
#define EXTRAVERSION	     ".2-pv"
#define CAPABILITIES	     "xen-3.0-ia64"
#define CONSOLE_MAX	     4096 /* bytes of one console_io */
#define GRANT_STATUS_GENERAL (-1)
#define POLL_PORTS_MAX	     128

void fw_result(struct vcpu *v, uint64_t r8, uint64_t r9, uint64_t r10, uint64_t r11)
{
	guest_set_gr(v, 8, r8);
	guest_set_gr(v, 9, r9);
	guest_set_gr(v, 10, r10);
	guest_set_gr(v, 11, r11);
}

/* ---- xen_version ---- */

static int64_t write_text(struct vcpu *v, uint64_t handle, const char *text, unsigned int size)
{
	char buf[1024] = "";

	copy_string(buf, text, size);
	return xencomm_write(v->domain, handle, 0, buf, size) ? 0 : -XEN_EFAULT;
}

static int64_t get_features(struct vcpu *v, uint64_t handle)
{
	struct xen_feature_info f;

	if (!xencomm_read(v->domain, &f, handle, 0, sizeof(f)))
		return -XEN_EFAULT;
	f.submap = f.submap_idx ? 0
				: 1 << XENFEAT_writable_page_tables |
					  1 << XENFEAT_auto_translated_physmap;
	return xencomm_write(v->domain, handle, 0, &f, sizeof(f)) ? 0 : -XEN_EFAULT;
}

static int64_t xen_version(struct vcpu *v, const uint64_t *arg)
{
	uint64_t handle = arg[1], virt_start = XEN_HOLE_START;

	switch ((uint32_t)arg[0]) {
	case XENVER_version: return VERSION;
	case XENVER_extraversion: return write_text(v, handle, EXTRAVERSION, 16);
	case XENVER_compile_info: return write_text(v, handle, "gcc", 64 + 16 + 32 + 32);
	case XENVER_capabilities: return write_text(v, handle, CAPABILITIES, 1024);
	case XENVER_changeset: return write_text(v, handle, "", 64);
	case XENVER_platform_parameters:
		return xencomm_write(v->domain, handle, 0, &virt_start, 8) ? 0 : -XEN_EFAULT;
	case XENVER_get_features: return get_features(v, handle);
	case XENVER_pagesize: return PAGE_SIZE;
	default: return -XEN_ENOSYS;
	}
}

/* ---- console_io: the console without its ring, for early messages ---- */

/* arg: command, bytes, handle */
static int64_t console_io(struct vcpu *v, const uint64_t *arg)
{
	uint64_t bytes = (int32_t)arg[1] < 0 ? 0 : min(arg[1], (uint64_t)CONSOLE_MAX), n;
	char text[128];

	if ((uint32_t)arg[0] != XEN_CONSOLE_WRITE)
		return -XEN_EPERM;
	for (uint64_t at = 0; at < bytes; at += n) {
		n = min(bytes - at, sizeof(text));
		if (!xencomm_read(v->domain, text, arg[2], at, n))
			return -XEN_EFAULT;
		console_write(v->domain, text, n);
	}
	return bytes;
}

/* ---- sched_op ---- */

static int64_t shutdown(struct vcpu *v, uint64_t handle)
{
	struct xen_sched_shutdown s;

	if (!xencomm_read(v->domain, &s, handle, 0, sizeof(s)))
		return -XEN_EFAULT;
	if (s.reason > XEN_SHUTDOWN_crash)
		return -XEN_EINVAL;
	if (s.reason == XEN_SHUTDOWN_crash)
		domain_crash(v, "its kernel says so");
	else
		domain_end(v->domain, s.reason);
	return 0;
}

static bool any_pending(struct vcpu *v, const struct xen_sched_poll *p, int64_t *error)
{
	uint32_t port;

	for (uint32_t i = 0; i < p->nr_ports; i++) {
		if (!xencomm_read(v->domain, &port, p->ports, i * sizeof(port), sizeof(port))) {
			*error = -XEN_EFAULT;
			return true;
		}
		if (port >= EVTCHN_MAX) {
			*error = -XEN_EINVAL;
			return true;
		}
		if (evtchn_pending(v->domain, port))
			return true;
	}
	return false;
}

/* The timeout is the system's time in ns, which is ar.itc's. */
static int64_t poll(struct vcpu *v, uint64_t handle)
{
	struct xen_sched_poll p;
	int64_t error = 0;
	uint64_t ticks;

	if (!xencomm_read(v->domain, &p, handle, 0, sizeof(p)))
		return -XEN_EFAULT;
	if (p.nr_ports > POLL_PORTS_MAX)
		return -XEN_EINVAL;
	if (any_pending(v, &p, &error))
		return error;
	ticks = from_ns(p.timeout);
	v->polling = true;
	sched_block(p.timeout ? max(ticks, 1ul) : 0); /* 0 is for ever */
	v->polling = false;
	return 0;
}

static int64_t block(struct vcpu *v)
{
	struct xen_vcpu_info *info = &v->domain->shared->vcpu[v->id];

	info->upcall_mask = 0;
	if (!info->upcall_pending && !guest_vector_pending(v))
		sched_block(0);
	return 0;
}

static int64_t sched_op(struct vcpu *v, const uint64_t *arg)
{
	switch ((uint32_t)arg[0]) {
	case SCHEDOP_yield: sched_yield(); return 0;
	case SCHEDOP_block: return block(v);
	case SCHEDOP_shutdown: return shutdown(v, arg[1]);
	case SCHEDOP_poll: return poll(v, arg[1]);
	default: return -XEN_ENOSYS;
	}
}

/* Of old: the argument of shutdown is the reason itself. */
static int64_t sched_op_compat(struct vcpu *v, const uint64_t *arg)
{
	switch ((uint32_t)arg[0]) {
	case SCHEDOP_yield: sched_yield(); return 0;
	case SCHEDOP_block: return block(v);
	case SCHEDOP_shutdown:
		if (arg[1] > XEN_SHUTDOWN_crash)
			return -XEN_EINVAL;
		domain_end(v->domain, arg[1]);
		return 0;
	default: return -XEN_ENOSYS;
	}
}

/* ---- callback_op: always the calling vcpu ---- */

static bool in_hole(uint64_t va)
{
	return va >= XEN_HOLE_START && va < XEN_HOLE_END;
}

static int64_t callback_op(struct vcpu *v, const uint64_t *arg)
{
	struct xen_callback_register r;

	if ((uint32_t)arg[0] == CALLBACKOP_unregister)
		return -XEN_EINVAL; /* events cannot be done without once they are used */
	if ((uint32_t)arg[0] != CALLBACKOP_register)
		return -XEN_ENOSYS;
	if (!xencomm_read(v->domain, &r, arg[1], 0, sizeof(r)))
		return -XEN_EFAULT;
	if (r.type != XEN_CALLBACKTYPE_event)
		return -XEN_ENOSYS;
	if (in_hole(r.ip) || r.ip & 15 || !r.ip)
		return -XEN_EINVAL;
	v->callback = r.ip;
	return 0;
}

/* ---- grant_table_op: there are no grants, and no back end that would use them ---- */

static int64_t grant_table_op(struct vcpu *v, const uint64_t *arg)
{
	struct xen_grant_query_size q;

	if ((uint32_t)arg[0] != GNTTABOP_query_size)
		return -XEN_ENOSYS;
	if (!xencomm_read(v->domain, &q, arg[1], 0, sizeof(q)))
		return -XEN_EFAULT;
	q.nr_frames = q.max_nr_frames = 0;
	q.status = GRANT_STATUS_GENERAL;
	return xencomm_write(v->domain, arg[1], 0, &q, sizeof(q)) ? 0 : -XEN_EFAULT;
}

/* For what only a privileged guest may do: there is none. */
static int64_t not_permitted(struct vcpu *v, const uint64_t *arg)
{
	(void)v, (void)arg;
	return -XEN_EPERM;
}

static hypercall_fn *const calls[64] = {
	[XEN_CALL_sched_op_compat] = sched_op_compat,
	[XEN_CALL_platform_op] = not_permitted,
	[XEN_CALL_xen_version] = xen_version,
	[XEN_CALL_console_io] = console_io,
	[XEN_CALL_grant_table_op] = grant_table_op,
	[XEN_CALL_vcpu_op] = vcpu_op,
	[XEN_CALL_sched_op] = sched_op,
	[XEN_CALL_callback_op] = callback_op,
	[XEN_CALL_event_channel_op] = event_channel_op,
	[XEN_CALL_physdev_op] = not_permitted,
	[XEN_CALL_sysctl] = not_permitted,
	[XEN_CALL_domctl] = not_permitted,
};

/* ---- classes ---- */

/* One that has just gone down may not have left its processor yet; one may be on its way down. */
static void start_processor(struct vcpu *v)
{
	while (v->state == VCPU_DOWN && !v->domain->dying && sched_runs(v)) {
		unsigned int depth = hv_lock_drop();

		cpu_relax();
		hv_lock_again(depth);
	}
	if (v->domain->dying || !v->domain->fw->ap_entry)
		return;
	if (v->state != VCPU_DOWN) {
		v->wakeup = true;
		return;
	}
	fw_ap_start(v);
	sched_ready(v);
}

/* r14: vcpu, r15: vector */
static void send_ipi(struct vcpu *v)
{
	uint64_t to = guest_gr(v, 14), vector = guest_gr(v, 15);

	if (to >= v->domain->vcpus || vector > 255) {
		fw_result(v, -XEN_EINVAL, 0, 0, 0);
		return;
	}
	if (vector == XEN_AP_WAKEUP)
		start_processor(v->domain->vcpu[to]);
	else
		guest_send_vector(v->domain->vcpu[to], vector);
	fw_result(v, 0, 0, 0, 0);
}

/* r28: 64 KiB-aligned, in region 7, not in the hypervisor's hole */
static void set_shared_info_va(struct vcpu *v)
{
	uint64_t va = guest_gr(v, 28);

	if (va >> 61 != 7 || va & 0xffff || in_hole(va)) {
		domain_crash(v, "shared page at %#lx", va);
		return;
	}
	v->domain->xsi_va = va;
	for (unsigned int i = 0; i < v->domain->vcpus; i++) {
		struct vcpu *other = v->domain->vcpu[i];

		if (other == v || !sched_runs(other))
			xsi_moved(other);
		else
			sched_interrupt(other); /* before_guest() finds it */
	}
	fw_result(v, 0, 0, 0, 0);
}

/* r32: handle. Region 7 mapped without the guest: only an offer, which a guest can do without. */
static void opt_feature(struct vcpu *v)
{
	fw_result(v, -XEN_ENOSYS, 0, 0, 0);
}

static void class_call(struct vcpu *v, uint64_t class)
{
	switch (class) {
#define XEN_CLASS(name, number, doc)                                                               \
	case number:                                                                               \
		count(v, HV_CLASS_##name);                                                         \
		break;
#include "xen.def"
	}
	switch (class) {
	case XEN_CLASS_send_ipi: send_ipi(v); break;
	case XEN_CLASS_set_shared_info_va: set_shared_info_va(v); break;
	case XEN_CLASS_opt_feature: opt_feature(v); break;
	case XEN_CLASS_pal: fw_pal(v); break;
	case XEN_CLASS_sal: fw_sal(v); break;
	case XEN_CLASS_sal_return: fw_sal_return(v); break;
	default:
		if (class >= XEN_CLASS_efi_get_time && class <= XEN_CLASS_efi_reset_system)
			fw_efi(v, class);
		else
			fw_result(v, -XEN_ENOSYS, 0, 0, 0);
	}
}

static void count_call(struct vcpu *v, uint64_t number)
{
	switch (number) {
#define XEN_HYPERCALL(name, nr, doc)                                                               \
	case nr:                                                                                   \
		count(v, HV_CALL_##name);                                                          \
		break;
#include "xen.def"
	default: count(v, HV_CALL_unknown);
	}
}

static void call(struct vcpu *v, uint64_t number)
{
	uint64_t arg[5];

	if (number >= 0x100) {
		class_call(v, number);
		return;
	}
	count_call(v, number);
	if (number >= ARRAY_SIZE(calls) || !calls[number]) {
		guest_set_gr(v, 8, -XEN_ENOSYS);
		return;
	}
	for (unsigned int i = 0; i < 5; i++)
		arg[i] = guest_gr(v, 32 + i);
	guest_set_gr(v, 8, calls[number](v, arg));
}

void hypercall(struct vcpu *v)
{
	uint64_t number = guest_gr(v, 2);

	hv_lock();
	if (!v->domain->dying) /* ended by another vcpu while this one waited for the lock */
		call(v, number);
	hv_unlock();
}
