// SPDX-License-Identifier: MIT
/*
 * smp.c - several virtual processors, seen by a bare guest: how they are started, what each has
 * for itself, how they interrupt each other; what they share is in smp-memory.c.
 *
 * Words: vcpus=N. The first processor runs the tests, one line of TAP each; the others carry
 * out what it posts to them. Waiting is yielding, for they may share one physical processor.
 */
#include "smp.h"
#include "others.h"
#include "words.h"

extern char event_callback[], ivt[], ap_start[];
extern uint64_t level[];

void ap_main(uint64_t b0);

#define SHARED		((volatile struct xen_shared_info *)XEN_XSI_LINUX)
#define PATIENCE	200000 /* yields until something is given up */
#define ITC_TICKS	100000ul
#define SAL_RETURN_STUB 0x840

volatile struct processor cpu[CPUS];
unsigned int cpus;
static uint64_t tests, failures;

void check(bool ok, const char *what)
{
	print("%sok %lu - %s\n", ok ? "" : "not ", ++tests, what);
	failures += !ok;
}

static int64_t op(uint64_t call, uint64_t cmd, void *arg)
{
	return hypercall(call, cmd, inline_handle(arg), 0);
}
#define EVTCHN(cmd, arg) op(XEN_CALL_event_channel_op, EVTCHNOP_##cmd, arg)

void yield(void)
{
	hypercall(XEN_CALL_sched_op, SCHEDOP_yield, 0, 0);
}

static uint64_t itc(void)
{
	uint64_t t;

	asm volatile("mov %0 = ar.itc" : "=r"(t));
	return t;
}

/* ---- interruptions ---- */

static void take_events(void)
{
	volatile struct xen_vcpu_info *info = &SHARED->vcpu[me()];
	uint32_t mine[] = { cpu[me()].ipi, cpu[me()].timer };

	info->upcall_pending = 0;
	__atomic_exchange_n(&info->pending_sel, 0, __ATOMIC_ACQ_REL);
	for (unsigned int i = 0; i < 2; i++) {
		uint64_t bit = 1ul << mine[i] % 64;

		if (mine[i] && __atomic_fetch_and(&SHARED->evtchn_pending[mine[i] / 64], ~bit,
						  __ATOMIC_ACQ_REL) &
				       bit)
			cpu[me()].events++;
	}
}

void interrupted(struct frame *f)
{
	if (f->vector == VEC_EVENT) {
		take_events();
	} else if (!memory_miss(f)) {
		/* the lock-free print: it is the end */
		print("Bail out! processor %u: vector %#lx ip %#lx isr %#lx ifa %#lx\n", me(),
		      f->vector, f->iip, f->isr, f->ifa);
		guest_exit(1);
	}
}

/* Let events that are there come. */
static void open_events(void)
{
	SHARED->vcpu[me()].upcall_mask = 0;
	if (SHARED->vcpu[me()].upcall_pending)
		PRIVOP(SSM_I, 0, 0);
	SHARED->vcpu[me()].upcall_mask = 1;
}

/* ---- posting ---- */

void post(unsigned int to, command *f, uint64_t arg)
{
	cpu[to].arg = arg;
	__atomic_store_n(&cpu[to].command, f, __ATOMIC_RELEASE);
}

bool done(unsigned int to)
{
	for (unsigned int i = 0; i < PATIENCE; i++) {
		if (!__atomic_load_n(&cpu[to].command, __ATOMIC_ACQUIRE))
			return true;
		yield();
	}
	print("Bail out! processor %u does not answer\n", to);
	guest_exit(1);
}

uint64_t on(unsigned int to, command *f, uint64_t arg)
{
	post(to, f, arg);
	done(to);
	return cpu[to].result;
}

unsigned int on_others(command *f, uint64_t arg, uint64_t want)
{
	unsigned int n = 0;

	for (unsigned int i = 1; i < cpus; i++)
		post(i, f, arg);
	for (unsigned int i = 1; i < cpus; i++)
		n += done(i) && cpu[i].result == want;
	return n;
}

static bool reached(volatile uint64_t *word, uint64_t value)
{
	for (unsigned int i = 0; i < PATIENCE && *word != value; i++)
		yield();
	return *word == value;
}

void ap_main(uint64_t b0)
{
	struct xen_callback_register r = { .type = XEN_CALLBACKTYPE_event,
					   .ip = (uint64_t)event_callback };
	uint64_t lid;

	asm volatile("mov %0 = cr.lid" : "=r"(lid));
	asm volatile("mov cr.iva = %0;; srlz.i" ::"r"(ivt));
	set_rr(REGION1, TEST_RID << 8 | 14 << 2 | 1);
	cpu[me()].b0 = b0;
	cpu[me()].lid = lid;
	if (op(XEN_CALL_callback_op, CALLBACKOP_register, &r))
		cpu[me()].b0 = ~0ul;
	cpu[me()].runs++;
	for (;;) {
		command *f = __atomic_load_n(&cpu[me()].command, __ATOMIC_ACQUIRE);

		if (!f) {
			yield();
			continue;
		}
		cpu[me()].result = f(cpu[me()].arg);
		__atomic_store_n(&cpu[me()].command, NULL, __ATOMIC_RELEASE);
	}
}

/* ---- tables, starting ---- */

static uint64_t word(uint64_t address, unsigned int bytes)
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < bytes; i++)
		v |= (uint64_t)((uint8_t *)address)[i] << 8 * i;
	return v;
}

/* Enabled local SAPICs of the MADT: EFI system table, second configuration table, XSDT. */
static unsigned int processors_in_madt(uint64_t boot_param)
{
	uint64_t systab = ((struct xen_boot_param *)boot_param)->efi_systab;
	uint64_t config = word(systab + 112, 8), xsdt = word(word(config + 24 + 16, 8) + 24, 8);
	unsigned int n = 0;

	for (uint64_t at = xsdt + 36; at < xsdt + word(xsdt + 4, 4); at += 8) {
		uint64_t t = word(at, 8);

		if (word(t, 4) != 0x43495041) /* "APIC" */
			continue;
		for (uint64_t e = t + 44; e < t + word(t + 4, 4); e += word(e + 1, 1))
			n += word(e, 1) == 7 && word(e + 8, 4) & 1;
	}
	return n;
}

static void start(uint64_t boot_param)
{
	unsigned int ok = 0;

	check(processors_in_madt(boot_param) == cpus, "the MADT has all processors");
	check(!send_vector(1, XEN_AP_WAKEUP), "a wake-up before there is a rendezvous");
	yield();
	check(hypercall(XEN_CALL_vcpu_op, VCPUOP_is_up, 1, 0) == 0, "... wakes nobody");
	check(!set_rendezvous(ap_start), "SAL_SET_VECTORS takes the rendezvous' address");
	for (unsigned int i = 1; i < cpus; i++)
		ok += !send_vector(i, XEN_AP_WAKEUP);
	check(ok == cpus - 1, "a wake-up for each");
	ok = 0;
	for (unsigned int i = 1; i < cpus; i++)
		ok += reached(&cpu[i].runs, 1);
	check(ok == cpus - 1, "all of them start");
	ok = 0;
	for (unsigned int i = 1; i < cpus; i++)
		ok += cpu[i].b0 == SAL_RETURN_STUB && cpu[i].lid == (uint64_t)i << 24 &&
		      hypercall(XEN_CALL_vcpu_op, VCPUOP_is_up, i, 0) == 1;
	check(ok == cpus - 1, "... with SAL's return address and their own number");
	check(!send_vector(1, XEN_AP_WAKEUP), "a wake-up for one that runs");
	yield();
	check(cpu[1].runs == 1, "... does nothing as long as it runs");
	check(send_vector(cpus, XEN_AP_WAKEUP) == -XEN_EINVAL,
	      "a wake-up for one that is not there");
}

/* ---- what each has for itself ---- */

static uint64_t fixed_address(uint64_t arg)
{
	struct class_regs in = { .r28 = 12 };
	uint64_t out[4];

	(void)arg;
	class_call(XEN_CLASS_pal, &in, out);
	return out[0] ? ~0ul : out[1];
}

static uint64_t own_state(uint64_t arg)
{
	uint64_t kr, bad = 0, expected = arg + me();

	PRIVOP(SET_KR, 3, expected);
	MR->tmp[0] = expected;
	asm volatile("setf.sig f33 = %0\n setf.sig f127 = %0;;" ::"r"(expected));
	for (unsigned int i = 0; i < 20; i++) {
		uint64_t low, high;

		yield();
		asm volatile("mov %0 = ar.k3" : "=r"(kr));
		asm volatile("getf.sig %0 = f33\n getf.sig %1 = f127" : "=r"(low), "=r"(high));
		bad += kr != expected || MR->tmp[0] != expected || low != expected ||
		       high != expected;
	}
	return bad;
}

static uint64_t own_translation(uint64_t arg)
{
	volatile uint64_t *p = (uint64_t *)VA_OWN;
	uint64_t bad = 0;

	(void)arg;
	MR->ic = 0;
	MR->ifa = VA_OWN;
	MR->itir = 14 << 2;
	PRIVOP(ITR_D, 3, (uint64_t)pages[2 + me()] | PTE_RW);
	MR->ic = 1;
	*p = me();
	for (unsigned int i = 0; i < 20; i++) {
		yield();
		bad += *p != me();
	}
	return bad;
}

static void own(void)
{
	unsigned int ok = 0;

	for (unsigned int i = 1; i < cpus; i++)
		ok += on(i, fixed_address, 0) == i;
	check(ok == cpus - 1, "PAL_FIXED_ADDR is each one's own");
	for (unsigned int i = 1; i < cpus; i++)
		post(i, own_state, 1000);
	check(!own_state(1000), "kernel registers, mapped registers and f32 to f127 are");
	ok = 0;
	for (unsigned int i = 1; i < cpus; i++)
		ok += done(i) && !cpu[i].result;
	check(ok == cpus - 1, "... on the others as well");
	for (unsigned int i = 1; i < cpus; i++)
		post(i, own_translation, 0);
	check(!own_translation(0), "a translation register's page is each one's own");
	ok = 0;
	for (unsigned int i = 1; i < cpus; i++)
		ok += done(i) && !cpu[i].result;
	check(ok == cpus - 1, "... at the same address");
}

/* ---- vectors, events, timers ---- */

static uint64_t take_vector(uint64_t arg)
{
	uint64_t vector = PRIVOP(GET_IVR, 0, 0);

	(void)arg;
	PRIVOP(EOI, 0, 0);
	return vector;
}

/* Only without a callback: the first processor has none yet. */
static void vectors(void)
{
	check(!send_vector(0, 0xe3) && take_vector(0) == 0xe3, "a vector to oneself");
	check(!send_vector(1, 0xe3) && on(1, take_vector, 0) == XEN_IVR_NONE,
	      "one to a processor that has events instead is dropped");
}

static uint64_t bind_all(uint64_t arg)
{
	struct xen_evtchn_bind_ipi ipi = { .vcpu = me() };
	struct xen_evtchn_bind_virq virq = { .virq = XEN_VIRQ_ITC, .vcpu = me() };
	int64_t error = EVTCHN(bind_ipi, &ipi);

	(void)arg;
	if (!error)
		error = EVTCHN(bind_virq, &virq);
	cpu[me()].ipi = ipi.port;
	cpu[me()].timer = virq.port;
	for (unsigned int i = 0; i < 2; i++) {
		uint32_t port = i ? virq.port : ipi.port;

		__atomic_fetch_and(&SHARED->evtchn_mask[port / 64], ~(1ul << port % 64),
				   __ATOMIC_ACQ_REL);
	}
	return error;
}

static int64_t send_event(unsigned int to)
{
	struct xen_evtchn_port p = { cpu[to].ipi };

	return EVTCHN(send, &p);
}

/* PAL_HALT_LIGHT until @events of its own have come. */
static uint64_t halt_until(uint64_t events)
{
	struct class_regs in = { .r28 = 29 };
	uint64_t out[4];

	while (cpu[me()].events < events) {
		class_call(XEN_CLASS_pal, &in, out);
		open_events();
	}
	return cpu[me()].events;
}

/* Running, events enabled; what came while they were not, comes with SSM_I. */
static uint64_t spin_until(uint64_t events)
{
	SHARED->vcpu[me()].upcall_mask = 0;
	if (SHARED->vcpu[me()].upcall_pending)
		PRIVOP(SSM_I, 0, 0);
	while (cpu[me()].events < events)
		asm volatile("hint @pause" ::: "memory");
	SHARED->vcpu[me()].upcall_mask = 1;
	return cpu[me()].events;
}

static uint64_t send_to_first(uint64_t arg)
{
	return arg + send_event(0);
}

static void events(void)
{
	struct xen_callback_register r = { .type = XEN_CALLBACKTYPE_event,
					   .ip = (uint64_t)event_callback };
	struct xen_evtchn_bind_ipi nobody = { .vcpu = cpus };
	unsigned int ok = 0;

	check(!op(XEN_CALL_callback_op, CALLBACKOP_register, &r) && !bind_all(0),
	      "event channels of the first");
	check(on_others(bind_all, 0, 0) == cpus - 1, "... of the others");
	check(EVTCHN(bind_ipi, &nobody) == -XEN_ENOENT, "... of one that is not there");
	for (unsigned int i = 1; i < cpus; i++)
		post(i, halt_until, 1);
	for (unsigned int i = 0; i < 5; i++)
		yield();
	for (unsigned int i = 1; i < cpus; i++)
		ok += !send_event(i);
	check(ok == cpus - 1, "an event for each");
	ok = 0;
	for (unsigned int i = 1; i < cpus; i++)
		ok += done(i) && cpu[i].result == 1;
	check(ok == cpus - 1, "... wakes those that were halted, once");
	for (unsigned int i = 1; i < cpus; i++)
		post(i, spin_until, 2);
	for (unsigned int i = 1; i < cpus; i++)
		ok += !send_event(i);
	for (unsigned int i = 1; i < cpus; i++)
		ok += done(i) && cpu[i].result == 2;
	check(ok == 3 * (cpus - 1), "... interrupts those that spin, once");
	ok = 0;
	for (unsigned int i = 1; i < cpus; i++) {
		uint64_t before = cpu[0].events;

		post(i, send_to_first, 7);
		ok += halt_until(before + 1) == before + 1;
		ok += done(i) && cpu[i].result == 7;
	}
	check(ok == 2 * (cpus - 1), "... and all of them the first");
}

static uint64_t set_timer(uint64_t ticks)
{
	uint64_t start = itc();

	asm volatile("mov cr.itv = %0;; srlz.d" ::"r"(0xeful));
	cpu[me()].events = 0;
	PRIVOP(SET_ITM, start + ticks * (me() + 1), 0);
	halt_until(1);
	return itc() - start >= ticks * (me() + 1) ? cpu[me()].events : ~0ul;
}

static void timers(void)
{
	unsigned int ok = 0;

	for (unsigned int i = 1; i < cpus; i++)
		post(i, set_timer, ITC_TICKS);
	ok += set_timer(ITC_TICKS * 4) == 1;
	for (unsigned int i = 1; i < cpus; i++)
		ok += done(i) && cpu[i].result == 1;
	check(ok == cpus, "each one's own timer, at its own time");
	yield();
	ok = 0;
	for (unsigned int i = 0; i < cpus; i++)
		ok += cpu[i].events == 1;
	check(ok == cpus, "... once");
}

/* ---- runstate, going down ---- */

static uint64_t go_down(uint64_t b0)
{
	__atomic_store_n(&cpu[me()].command, NULL, __ATOMIC_RELEASE);
	asm volatile("mov b6 = %0;; br.few b6" ::"r"(b0) : "b6");
	return ~0ul;
}

static uint64_t pal_halt(uint64_t arg)
{
	uint64_t out[4];

	__atomic_store_n(&cpu[me()].command, NULL, __ATOMIC_RELEASE);
	class_call(XEN_CLASS_pal, &(struct class_regs){ .r28 = 28, .r29 = arg }, out);
	return ~0ul;
}

static uint64_t through_f40(uint64_t value)
{
	asm volatile("setf.sig f40 = %0;;\n getf.sig %0 = f40" : "+r"(value));
	return value;
}

static bool is_down(unsigned int n)
{
	for (unsigned int i = 0; i < PATIENCE; i++) {
		if (!hypercall(XEN_CALL_vcpu_op, VCPUOP_is_up, n, 0))
			return true;
		yield();
	}
	return false;
}

static void down(void)
{
	static struct xen_runstate_info info;
	uint64_t before;

	post(1, halt_until, cpu[1].events + 1);
	for (unsigned int i = 0; i < 5; i++)
		yield();
	hypercall(XEN_CALL_vcpu_op, VCPUOP_get_runstate_info, 1, inline_handle(&info));
	check(info.state == XEN_RUNSTATE_blocked && info.time[XEN_RUNSTATE_running],
	      "the runstate of one that is halted");
	send_event(1);
	done(1);
	/* As Linux does it: that it goes is said before it has gone. */
	on(1, through_f40, 1);
	post(1, go_down, SAL_RETURN_STUB);
	check(reached(&cpu[1].runs, 2),
	      "a wake-up that came too early is there when it returns to SAL");
	check(on(1, fixed_address, 0) == 1 && on(1, through_f40, 2) == 2, "... it works");
	send_vector(1, XEN_AP_WAKEUP);
	level[1] = 0;
	post(1, pal_halt, 0);
	check(reached(&cpu[1].runs, 3), "... or calls PAL_HALT");
	post(1, go_down, SAL_RETURN_STUB);
	check(is_down(1), "it returns to SAL once more, and stays");
	hypercall(XEN_CALL_vcpu_op, VCPUOP_get_runstate_info, 1, inline_handle(&info));
	check(info.state == XEN_RUNSTATE_offline, "... its runstate says so");
	before = cpu[1].runs;
	cpu[1].b0 = 0;
	level[1] = 0;
	check(!send_vector(1, XEN_AP_WAKEUP) && reached(&cpu[1].runs, before + 1) &&
		      cpu[1].b0 == SAL_RETURN_STUB,
	      "... and starts once again");
	check(on(1, fixed_address, 0) == 1, "... and works");
}

static uint64_t finish(uint64_t status)
{
	guest_exit(status);
}

void guest_main(uint64_t boot_param)
{
	asm volatile("mov cr.iva = %0;; srlz.i" ::"r"(ivt));
	map_shared_pages();
	for (unsigned int i = 0; i < 64; i++)
		SHARED->evtchn_mask[i] = ~0ul;
	cpus = word_number(guest_cmdline(boot_param), "vcpus", 2);
	start(boot_param);
	own();
	vectors();
	events();
	timers();
	test_memory();
	down();
	print("1..%lu\n", tests);
	post(cpus - 1, finish, failures != 0); /* the end need not be the first one's */
	for (;;)
		yield();
}
