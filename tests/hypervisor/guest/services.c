// SPDX-License-Identifier: MIT
/*
 * services.c - hypercalls, firmware, events, timer and rings, seen by a bare guest: what they
 * do, and that hostile arguments are answered with an error. One line of TAP each.
 */
#include "ops.h"
#include "others.h"

extern char event_callback[], ivt[];

#define SHARED	   ((volatile struct xen_shared_info *)XEN_XSI_LINUX)
#define NOWHERE	   0x3000000000ul /* pseudo-physical, not memory */
#define HANDLE_BAD (NOWHERE | XENCOMM_INLINE)
#define VIRQ_FREE  XEN_VIRQ_DEBUG
#define EFAULT	   (-XEN_EFAULT)
#define EINVAL	   (-XEN_EINVAL)
#define ITC_TICKS  100000ul

static int tests, failures;
static const struct xen_start_info *start_info;
static uint8_t page[2 * 16384] __attribute__((aligned(16384)));
static volatile unsigned int events;

static void check(bool ok, const char *what)
{
	print("%sok %d - %s\n", ok ? "" : "not ", ++tests, what);
	failures += !ok;
}

static void equal(int64_t got, int64_t want, const char *what)
{
	if (got != want)
		print("# %ld instead of %ld\n", got, want);
	check(got == want, what);
}

static int64_t op(uint64_t call, uint64_t cmd, void *arg)
{
	return hypercall(call, cmd, inline_handle(arg), 0);
}

#define EVTCHN(cmd, arg) op(XEN_CALL_event_channel_op, EVTCHNOP_##cmd, arg)

static bool pending(uint32_t port)
{
	return SHARED->evtchn_pending[port / 64] >> port % 64 & 1;
}

static void set_mask(uint32_t port, bool masked)
{
	uint64_t bit = 1ul << port % 64;

	if (masked)
		SHARED->evtchn_mask[port / 64] |= bit;
	else
		SHARED->evtchn_mask[port / 64] &= ~bit;
	SHARED->evtchn_pending[port / 64] &= ~bit;
	SHARED->vcpu[0].pending_sel = 0;
	SHARED->vcpu[0].upcall_pending = 0;
}

void interrupted(struct frame *f)
{
	if (f->vector != VEC_EVENT) {
		print("Bail out! vector %#lx ip %#lx isr %#lx ifa %#lx\n", f->vector, f->iip,
		      f->isr, f->ifa);
		guest_exit(1);
	}
	events++;
	SHARED->vcpu[0].upcall_pending = 0;
	SHARED->vcpu[0].pending_sel = 0;
	for (unsigned int i = 0; i < 64; i++)
		SHARED->evtchn_pending[i] &= SHARED->evtchn_mask[i];
}

static uint64_t itc(void)
{
	uint64_t t;

	asm volatile("mov %0 = ar.itc" : "=r"(t));
	return t;
}

/* ---- calls that only answer ---- */

static void versions(void)
{
	struct xen_feature_info f = { 0, 0 };
	char *text = (char *)page;

	equal(hypercall(XEN_CALL_xen_version, XENVER_version, 0, 0), 4 << 16 | 1, "version is 4.1");
	equal(hypercall(XEN_CALL_xen_version, XENVER_pagesize, 0, 0), 16384, "page size");
	equal(op(XEN_CALL_xen_version, XENVER_get_features, &f), 0, "features");
	equal(f.submap, 1 << XENFEAT_writable_page_tables | 1 << XENFEAT_auto_translated_physmap,
	      "... auto-translated");
	f.submap_idx = 1;
	op(XEN_CALL_xen_version, XENVER_get_features, &f);
	equal(f.submap, 0, "... no others");
	equal(op(XEN_CALL_xen_version, XENVER_capabilities, text), 0, "capabilities");
	check(text[0] == 'x' && text[11] == '4' && !text[12], "... xen-3.0-ia64");
	equal(hypercall(XEN_CALL_xen_version, XENVER_get_features, HANDLE_BAD, 0), EFAULT,
	      "a buffer that is no memory");
	equal(hypercall(XEN_CALL_xen_version, XENVER_get_features, 0, 0), EFAULT, "no buffer");
	equal(hypercall(XEN_CALL_xen_version, 99, 0, 0), -XEN_ENOSYS, "no such subcommand");
}

static void absent(void)
{
	static const uint64_t permission[] = { XEN_CALL_platform_op, XEN_CALL_physdev_op,
					       XEN_CALL_sysctl, XEN_CALL_domctl };
	bool ok = true;

	for (unsigned int i = 0; i < 4; i++)
		ok = ok && hypercall(permission[i], ~0ul, ~0ul, ~0ul) == -XEN_EPERM;
	check(ok, "privileged calls are not permitted");
	ok = true;
	for (unsigned int i = 0; i < 300; i++) {
		bool there = false;

		switch (i) {
#define XEN_HYPERCALL(name, number, doc) case number:
#include "xen.def"
			there = true;
		}
		if (!there && i < 0x100)
			ok = ok && hypercall(i, ~0ul, ~0ul, ~0ul) == -XEN_ENOSYS;
	}
	check(ok, "calls that do not exist");
	equal(hypercall(~0ul, 0, 0, 0), -XEN_ENOSYS, "call number -1");
	equal(hypercall(0x12345, 0, 0, 0), -XEN_ENOSYS, "a class that does not exist");
	equal(hypercall(XEN_CALL_memory_op, 6, HANDLE_BAD, 0), -XEN_ENOSYS, "memory_op");
	equal(hypercall(XEN_CALL_grant_table_op, GNTTABOP_setup_table, HANDLE_BAD, 1), -XEN_ENOSYS,
	      "grants: no table");
	equal(hypercall(XEN_CALL_grant_table_op, GNTTABOP_query_size, HANDLE_BAD, 1), EFAULT,
	      "grants: a size to nowhere");
}

static void console(void)
{
	equal(hypercall(XEN_CALL_console_io, XEN_CONSOLE_READ, 10, inline_handle(page)), -XEN_EPERM,
	      "console_io: no reading");
	equal(hypercall(XEN_CALL_console_io, XEN_CONSOLE_WRITE, -1ul, inline_handle(page)), 0,
	      "console_io: -1 bytes");
	equal(hypercall(XEN_CALL_console_io, XEN_CONSOLE_WRITE, 10, HANDLE_BAD), EFAULT,
	      "console_io: from nowhere");
}

/* ---- handles ---- */

static void handles(void)
{
	static struct {
		struct xencomm_desc head;
		uint64_t address[3];
	} d __attribute__((aligned(64)));
	struct xen_feature_info *f = (void *)(page + 16384 - 4); /* across two pages */
	uint64_t end = start_info->nr_pages << XEN_PAGE_SHIFT;
	uint64_t version = XENVER_get_features;

	d.head.magic = XENCOMM_MAGIC;
	d.head.nr_addrs = 2;
	d.address[0] = (uint64_t)page + 16384 - 4;
	d.address[1] = (uint64_t)page + 16384;
	f->submap_idx = 0;
	equal(hypercall(XEN_CALL_xen_version, version, (uint64_t)&d, 0), 0, "a scattered buffer");
	equal(((uint32_t *)page)[4096], 5, "... its second page");
	d.head.nr_addrs = 1;
	equal(hypercall(XEN_CALL_xen_version, version, (uint64_t)&d, 0), EFAULT, "... is missing");
	d.head.nr_addrs = ~0u;
	d.address[1] = XENCOMM_INVALID;
	equal(hypercall(XEN_CALL_xen_version, version, (uint64_t)&d, 0), EFAULT, "... is a hole");
	d.address[0] = NOWHERE;
	equal(hypercall(XEN_CALL_xen_version, version, (uint64_t)&d, 0), EFAULT, "no memory");
	d.head.magic = 0;
	equal(hypercall(XEN_CALL_xen_version, version, (uint64_t)&d, 0), EFAULT, "no magic");
	equal(hypercall(XEN_CALL_xen_version, version, (uint64_t)&d + 4, 0), EFAULT, "unaligned");
	equal(hypercall(XEN_CALL_xen_version, version, (end - 4) | XENCOMM_INLINE, 0), EFAULT,
	      "a buffer that begins in memory");
	equal(hypercall(XEN_CALL_xen_version, version, ~0ul - 3, 0), EFAULT, "the last address");
	equal(hypercall(XEN_CALL_xen_version, version, 0xf400000004000000, 0), EFAULT,
	      "the hypervisor's address");
}

/* ---- event channels ---- */

static void virqs(void)
{
	struct xen_evtchn_bind_virq b = { .virq = VIRQ_FREE }, bad;
	struct xen_evtchn_status s = { .dom = XEN_DOMID_SELF };
	struct xen_evtchn_port p;

	equal(EVTCHN(bind_virq, &b), 0, "bind_virq");
	bad = b;
	equal(EVTCHN(bind_virq, &bad), -XEN_EEXIST, "... twice");
	bad.virq = XEN_VIRQS;
	equal(EVTCHN(bind_virq, &bad), EINVAL, "... one that does not exist");
	bad = (struct xen_evtchn_bind_virq){ .virq = VIRQ_FREE, .vcpu = 1 };
	equal(EVTCHN(bind_virq, &bad), -XEN_ENOENT, "... of another processor");
	s.port = p.port = b.port;
	equal(EVTCHN(status, &s), 0, "status");
	check(s.status == EVTCHNSTAT_virq && s.virq == VIRQ_FREE, "... a virtual interrupt");
	equal(EVTCHN(send, &p), EINVAL, "send on it");
	equal(EVTCHN(close, &p), 0, "close");
	equal(EVTCHN(close, &p), EINVAL, "... twice");
	s.dom = 12345;
	equal(EVTCHN(status, &s), -XEN_EPERM, "status of another guest");
}

static void ipis(void)
{
	struct xen_evtchn_bind_ipi b = { .vcpu = 0 };
	struct xen_evtchn_bind_vcpu v = { .vcpu = 0 };
	struct xen_evtchn_port p;

	equal(EVTCHN(bind_ipi, &b), 0, "bind_ipi");
	p.port = v.port = b.port;
	set_mask(p.port, true);
	equal(EVTCHN(send, &p), 0, "send to oneself");
	check(pending(p.port) && !SHARED->vcpu[0].upcall_pending, "... is pending, but masked");
	equal(EVTCHN(unmask, &p), 0, "unmask");
	check(SHARED->vcpu[0].upcall_pending && SHARED->vcpu[0].pending_sel == 1ul << p.port / 64,
	      "... is told");
	equal(EVTCHN(bind_vcpu, &v), EINVAL, "an IPI's port does not move");
	equal(EVTCHN(close, &p), 0, "close");
	check(!pending(p.port), "... is pending no more");
	b.vcpu = ~0u;
	equal(EVTCHN(bind_ipi, &b), -XEN_ENOENT, "bind_ipi to nobody");
	p.port = start_info->console_evtchn;
	equal(EVTCHN(close, &p), EINVAL, "the console's port cannot be closed");
	p.port = ~0u;
	equal(EVTCHN(send, &p), EINVAL, "send on port -1");
	p.port = 0;
	equal(EVTCHN(unmask, &p), EINVAL, "unmask port 0");
	equal(hypercall(XEN_CALL_event_channel_op, EVTCHNOP_send, HANDLE_BAD, 0), EFAULT,
	      "an argument that is no memory");
	equal(EVTCHN(bind_pirq, &p), -XEN_ENOSYS, "bind_pirq");
}

static void channels(void)
{
	struct xen_evtchn_alloc_unbound u = { .dom = XEN_DOMID_SELF, .remote_dom = XEN_DOMID_SELF };
	struct xen_evtchn_bind_interdomain b = { .remote_dom = XEN_DOMID_SELF };
	struct xen_evtchn_status s = { .dom = XEN_DOMID_SELF };
	struct xen_evtchn_port p;
	uint16_t other = 9999;
	unsigned int n = 0;

	equal(EVTCHN(alloc_unbound, &u), 0, "alloc_unbound");
	b.remote_port = u.port;
	equal(EVTCHN(bind_interdomain, &b), 0, "bind_interdomain");
	equal(EVTCHN(bind_interdomain, &b), EINVAL, "... to a port that is taken");
	set_mask(u.port, true);
	p.port = b.local_port;
	equal(EVTCHN(send, &p), 0, "send to the other side");
	check(pending(u.port), "... arrives");
	EVTCHN(close, &p);
	s.port = u.port;
	EVTCHN(status, &s);
	equal(s.status, EVTCHNSTAT_unbound, "the other side is unbound after close");
	b.remote_dom = 31000;
	equal(EVTCHN(bind_interdomain, &b), -XEN_ESRCH, "a guest that does not exist");
	u.dom = 31000;
	equal(EVTCHN(alloc_unbound, &u), -XEN_EPERM, "alloc_unbound for another");
	u.dom = XEN_DOMID_SELF;
	while (!EVTCHN(alloc_unbound, &u))
		n++;
	check(n > 4000 && n < XEN_EVTCHNS, "ports are finite");
	equal(EVTCHN(alloc_unbound, &u), -XEN_ENOSPC, "... and that is said");
	equal(op(XEN_CALL_event_channel_op, EVTCHNOP_reset, &other), -XEN_EPERM,
	      "reset of another guest");
	other = XEN_DOMID_SELF;
	equal(op(XEN_CALL_event_channel_op, EVTCHNOP_reset, &other), 0, "reset");
	equal(EVTCHN(alloc_unbound, &u), 0, "... ports are free again");
	p.port = u.port;
	EVTCHN(close, &p);
}

/* ---- vectors before a callback; then the callback, timer, idle ---- */

static void vectors(void)
{
	struct class_regs in = { .r14 = 0, .r15 = 0xef };
	uint64_t out[4], irr3;

	class_call(XEN_CLASS_send_ipi, &in, out);
	equal(out[0], 0, "a vector to oneself");
	asm volatile("mov %0 = cr.irr3" : "=r"(irr3));
	check(irr3 >> (0xef - 192) & 1, "... is in irr3");
	equal(PRIVOP(GET_IVR, 0, 0), 0xef, "... and comes");
	PRIVOP(EOI, 0, 0);
	in.r14 = 64;
	class_call(XEN_CLASS_send_ipi, &in, out);
	equal(out[0], EINVAL, "a vector to nobody");
	in = (struct class_regs){ .r15 = 1 << 20 };
	class_call(XEN_CLASS_send_ipi, &in, out);
	equal(out[0], EINVAL, "a vector that does not exist");
}

static void callback(void)
{
	struct xen_callback_register r = { .type = XEN_CALLBACKTYPE_event,
					   .ip = 0xf400000004000000 };

	equal(op(XEN_CALL_callback_op, CALLBACKOP_register, &r), EINVAL, "a callback in the hole");
	r.ip = (uint64_t)event_callback + 1;
	equal(op(XEN_CALL_callback_op, CALLBACKOP_register, &r), EINVAL, "... not at a bundle");
	r.type = 77;
	r.ip = (uint64_t)event_callback;
	equal(op(XEN_CALL_callback_op, CALLBACKOP_register, &r), -XEN_ENOSYS, "... of type 77");
	r.type = XEN_CALLBACKTYPE_event;
	equal(op(XEN_CALL_callback_op, CALLBACKOP_register, &r), 0, "callback");
	equal(op(XEN_CALL_callback_op, CALLBACKOP_unregister, &r), EINVAL, "... is for good");
}

/* Events come while this waits; answers how many did until @t. */
static unsigned int wait_until(uint64_t t)
{
	events = 0;
	INFO->upcall_mask = 0;
	if (INFO->upcall_pending)
		PRIVOP(SSM_I, 0, 0);
	while ((int64_t)(itc() - t) < 0 && !events)
		asm volatile("hint @pause" ::: "memory");
	INFO->upcall_mask = 1;
	return events;
}

static void timer(void)
{
	struct xen_evtchn_bind_virq b = { .virq = XEN_VIRQ_ITC };
	struct xen_evtchn_port p;
	uint64_t start = itc();

	asm volatile("mov cr.itv = %0;; srlz.d" ::"r"(0xeful));
	PRIVOP(SET_ITM, start + ITC_TICKS, 0);
	equal(wait_until(start + 10 * ITC_TICKS), 0, "the timer expires, and has no port");
	equal(EVTCHN(bind_virq, &b), 0, "the timer's interrupt");
	p.port = b.port;
	equal(EVTCHN(unmask, &p), 0, "... unmasked");
	equal(wait_until(itc() + 100 * ITC_TICKS), 1, "... what expired before comes now");
	start = itc();
	PRIVOP(SET_ITM, start + ITC_TICKS, 0);
	equal(wait_until(start + 100 * ITC_TICKS), 1, "an event at its time");
	check(itc() - start >= ITC_TICKS, "... not before");
	PRIVOP(SET_ITM, itc() - 5, 0);
	equal(wait_until(itc() + 100 * ITC_TICKS), 1, "a time that has passed: at once");
	equal(wait_until(itc() + 10 * ITC_TICKS), 0, "... and once only");
}

static void idle(void)
{
	struct class_regs in = { .r28 = 29 }; /* PAL_HALT_LIGHT */
	uint64_t out[4], start = itc();

	PRIVOP(SET_ITM, start + ITC_TICKS, 0);
	class_call(XEN_CLASS_pal, &in, out);
	check(itc() - start >= ITC_TICKS, "idle until the timer");
	equal(out[0], 0, "... PAL says");
	check(INFO->upcall_pending && INFO->upcall_mask, "... an event waits, masked");
	events = 0;
	wait_until(itc() + 1000);
	equal(events, 1, "... and comes");
	start = itc();
	PRIVOP(SET_ITM, start + ITC_TICKS, 0);
	hypercall(XEN_CALL_sched_op, SCHEDOP_block, 0, 0);
	check(itc() - start >= ITC_TICKS, "block until the timer");
	equal(events, 2, "... which comes, for block enables events");
	INFO->upcall_mask = 1;
}

static void scheduling(void)
{
	uint32_t port = start_info->console_evtchn, bad = ~0u;
	struct xen_sched_poll p = { .ports = inline_handle(&port), .nr_ports = 1 };
	struct xen_sched_shutdown s = { 77 };
	uint64_t start = itc();

	equal(hypercall(XEN_CALL_sched_op, SCHEDOP_yield, 0, 0), 0, "yield");
	set_mask(port, true);
	p.timeout = (start + ITC_TICKS) * 10; /* ns: 100 MHz */
	equal(op(XEN_CALL_sched_op, SCHEDOP_poll, &p), 0, "poll");
	check(itc() - start >= ITC_TICKS, "... until its time is up");
	p.timeout = 1;
	equal(op(XEN_CALL_sched_op, SCHEDOP_poll, &p), 0, "poll until long ago");
	SHARED->evtchn_pending[port / 64] |= 1ul << port % 64;
	p.timeout = 0;
	equal(op(XEN_CALL_sched_op, SCHEDOP_poll, &p), 0, "poll with something pending");
	set_mask(port, true);
	p.ports = inline_handle(&bad);
	equal(op(XEN_CALL_sched_op, SCHEDOP_poll, &p), EINVAL, "poll of port -1");
	p.ports = HANDLE_BAD;
	equal(op(XEN_CALL_sched_op, SCHEDOP_poll, &p), EFAULT, "poll of ports that are nowhere");
	p.nr_ports = ~0u;
	equal(op(XEN_CALL_sched_op, SCHEDOP_poll, &p), EINVAL, "poll of too many");
	equal(op(XEN_CALL_sched_op, SCHEDOP_shutdown, &s), EINVAL, "shutdown for reason 77");
	equal(hypercall(XEN_CALL_sched_op, SCHEDOP_shutdown, HANDLE_BAD, 0), EFAULT,
	      "... for none");
	equal(hypercall(XEN_CALL_sched_op, 99, 0, 0), -XEN_ENOSYS, "no such command");
}

static void runstates(void)
{
	static struct xen_runstate_info info;
	struct xen_register_runstate r = { .area = inline_handle(&info) };

	equal(hypercall(XEN_CALL_vcpu_op, VCPUOP_is_up, 0, 0), 1, "the processor is up");
	equal(hypercall(XEN_CALL_vcpu_op, VCPUOP_is_up, 99, 0), -XEN_ENOENT, "... 99 is not there");
	equal(hypercall(XEN_CALL_vcpu_op, VCPUOP_register_runstate_memory_area, 0,
			inline_handle(&r)),
	      0, "runstate");
	check(info.state == XEN_RUNSTATE_running && info.entry_time, "... running");
	check(info.time[XEN_RUNSTATE_blocked], "... has been waiting before");
	r.area = HANDLE_BAD;
	equal(hypercall(XEN_CALL_vcpu_op, VCPUOP_register_runstate_memory_area, 0,
			inline_handle(&r)),
	      0, "... to nowhere: accepted, as Linux 3.1 needs it");
}

/* ---- firmware ---- */

static int64_t firmware(uint64_t class, struct class_regs in, uint64_t out[4])
{
	class_call(class, &in, out);
	return out[0];
}

static void efi(void)
{
	uint64_t out[4];
	struct {
		uint16_t year;
		uint8_t month, day, hour, minute, second;
	} *t = (void *)page;

	equal(firmware(XEN_CLASS_efi_get_time, (struct class_regs){ .in = { (uint64_t)page, 0 } },
		       out),
	      0, "EFI GetTime");
	check(t->year == 2025 && t->month == 1 && t->day == 1 && !t->hour, "... is the machine's");
	check(firmware(XEN_CLASS_efi_get_time, (struct class_regs){ .in = { NOWHERE } }, out) < 0,
	      "... to nowhere");
	check(firmware(XEN_CLASS_efi_set_virtual_address_map,
		       (struct class_regs){ .in = { ~0ul, 40, 1, (uint64_t)page } }, out) < 0,
	      "SetVirtualAddressMap of -1 bytes");
	check(firmware(XEN_CLASS_efi_get_variable, (struct class_regs){ .in = { ~0ul } }, out) < 0,
	      "GetVariable: unsupported");
}

static void sal(void)
{
	uint64_t out[4];

	equal(firmware(XEN_CLASS_sal, (struct class_regs){ .in = { 0x01000012, 0 } }, out), 0,
	      "SAL_FREQ_BASE");
	equal(out[1], 100000000, "... 100 MHz");
	equal(firmware(XEN_CLASS_sal, (struct class_regs){ .in = { 0x01000012, 9 } }, out), -2,
	      "... of a clock that is not there");
	equal(firmware(XEN_CLASS_sal, (struct class_regs){ .in = { ~0ul } }, out), -1,
	      "SAL procedure -1");
	equal(firmware(XEN_CLASS_sal, (struct class_regs){ .in = { 0x01000001, 0 } }, out), -5,
	      "no error records");
}

static void pal(void)
{
	uint64_t out[4];

	equal(firmware(XEN_CLASS_pal, (struct class_regs){ .r28 = 8 }, out), 0, "PAL_VM_SUMMARY");
	equal(out[2] >> 8 & 0xff, 18, "... bits of a region id");
	equal(firmware(XEN_CLASS_pal, (struct class_regs){ .r28 = 6 }, out), 0, "PAL_PTCE_INFO");
	equal(out[2], 1ul << 32 | 1, "... once is enough");
	equal(firmware(XEN_CLASS_pal, (struct class_regs){ .r28 = ~0ul }, out), -1,
	      "PAL procedure -1");
	equal(firmware(XEN_CLASS_pal,
		       (struct class_regs){ .r28 = 257, .in = { 257, (uint64_t)page } }, out),
	      0, "PAL_HALT_INFO");
	equal(((uint64_t *)page)[0] >> 60, 3, "... one state");
	equal(firmware(XEN_CLASS_pal, (struct class_regs){ .r28 = 257, .in = { 257, NOWHERE } },
		       out),
	      -2, "... to nowhere");
	equal(firmware(XEN_CLASS_pal,
		       (struct class_regs){ .r28 = 261, .in = { 261, 0, 1, (uint64_t)page } }, out),
	      0, "PAL_VM_TR_READ");
	equal(firmware(XEN_CLASS_pal,
		       (struct class_regs){ .r28 = 261, .in = { 261, 12, 1, (uint64_t)page } },
		       out),
	      -2, "... of a register that is not there");
	equal(firmware(XEN_CLASS_pal, (struct class_regs){ .r28 = 15, .r29 = NOWHERE }, out), -2,
	      "PAL_PERF_MON_INFO to nowhere");
}

/* ---- rings ---- */

static void console_ring(void)
{
	volatile struct xen_console_ring *r = (void *)(start_info->console_pfn << XEN_PAGE_SHIFT);
	struct xen_evtchn_port p = { start_info->console_evtchn };
	static const char text[] = "# through the ring\n";

	for (unsigned int i = 0; text[i]; i++)
		r->out[r->out_prod++ % sizeof(r->out)] = text[i];
	equal(EVTCHN(send, &p), 0, "console: send");
	equal(r->out_cons, r->out_prod, "... all of it is taken");
	r->out_prod += 1 << 20;
	equal(EVTCHN(send, &p), 0, "... an index that cannot be");
	r->in_cons = 12345;
	equal(EVTCHN(send, &p), 0, "... and another");
	r->out_prod = r->out_cons;
	r->in_cons = r->in_prod;
}

static void store_put(volatile struct xen_store_ring *r, const void *bytes, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		r->req[r->req_prod++ % sizeof(r->req)] = ((const char *)bytes)[i];
}

static void store_ring(void)
{
	volatile struct xen_store_ring *r = (void *)(start_info->store_pfn << XEN_PAGE_SHIFT);
	struct xen_evtchn_port p = { start_info->store_evtchn };
	struct xen_store_msg m = { XEN_STORE_READ, 42, 0, 5 };
	const volatile struct xen_store_msg *a = (void *)r->rsp;

	store_put(r, &m, sizeof(m));
	equal(EVTCHN(send, &p), 0, "store: half a request");
	equal(r->rsp_prod, 0, "... is not answered");
	store_put(r, "name", 5);
	EVTCHN(send, &p);
	equal(r->rsp_prod, sizeof(m) + 7, "... the rest of it is");
	check(a->type == XEN_STORE_ERROR && a->req_id == 42 && a->len == 7 &&
		      r->rsp[sizeof(m)] == 'E' && r->rsp[sizeof(m) + 3] == 'E',
	      "... ENOENT");
	r->rsp_cons = r->rsp_prod;
	r->req_prod += 100000;
	equal(EVTCHN(send, &p), 0, "... an index that cannot be");
}

void guest_main(uint64_t boot_param)
{
	start_info = (void *)(boot_param - XEN_BOOT_PARAM_OFS);
	asm volatile("mov cr.iva = %0;; srlz.i" ::"r"(ivt));
	equal(map_shared_pages(), 0, "the shared pages");
	for (unsigned int i = 0; i < 64; i++)
		SHARED->evtchn_mask[i] = ~0ul;
	versions();
	absent();
	console();
	handles();
	virqs();
	ipis();
	channels();
	vectors();
	callback();
	timer();
	idle();
	scheduling();
	runstates();
	efi();
	sal();
	pal();
	console_ring();
	store_ring();
	print("1..%d\n", tests);
	guest_exit(failures != 0);
}
