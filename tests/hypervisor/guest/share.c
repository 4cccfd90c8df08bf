// SPDX-License-Identifier: MIT
/*
 * share.c - how much of the machine each virtual processor gets that never waits.
 *
 * Words: vcpus=N, from=MS, to=MS. All spin; between the two times of the machine's clock, which
 * are the same for all guests, each takes the time that it ran, by its runstate, and in the
 * end the first one prints them, in parts of a thousand.
 */
#include "ops.h"
#include "others.h"
#include "words.h"

extern char ivt[], ap_start[];

void ap_main(uint64_t b0);

#define TICKS_PER_MS 100000ul
#define NS_PER_TICK  10

static uint64_t from, to;
static volatile uint64_t ran[PROCESSORS], lasted[PROCESSORS];
static volatile uint64_t finished;

void interrupted(struct frame *f)
{
	print("share: FAIL: vector %#lx ip %#lx\n", f->vector, f->iip);
	guest_exit(1);
}

static uint64_t spin_until(uint64_t t)
{
	uint64_t now;

	do {
		asm volatile("hint @pause" ::: "memory");
		asm volatile("mov %0 = ar.itc" : "=r"(now));
	} while ((int64_t)(now - t) < 0);
	return now;
}

/* Of this vcpu: what the runstate says, and what has passed since. */
static uint64_t time_run(unsigned int me, uint64_t now)
{
	struct xen_runstate_info info;

	if (hypercall(XEN_CALL_vcpu_op, VCPUOP_get_runstate_info, me, inline_handle(&info))) {
		print("share: FAIL: no runstate\n");
		guest_exit(1);
	}
	return info.time[XEN_RUNSTATE_running] / NS_PER_TICK + now - info.entry_time / NS_PER_TICK;
}

static void measure(unsigned int me)
{
	uint64_t t0 = spin_until(from), r0 = time_run(me, t0);
	uint64_t t1 = spin_until(to), r1 = time_run(me, t1);

	ran[me] = r1 - r0;
	lasted[me] = t1 - t0;
	__atomic_fetch_add(&finished, 1, __ATOMIC_ACQ_REL);
}

void ap_main(uint64_t b0)
{
	(void)b0;
	measure(MR->lid >> 24);
	for (;;)
		asm volatile("hint @pause");
}

static uint64_t thousandths(uint64_t part, uint64_t of)
{
	uint64_t n = 0;

	for (part *= 1000; part >= of && n < 10000; part -= of) /* no division */
		n++;
	return n;
}

void guest_main(uint64_t boot_param)
{
	const char *words = guest_cmdline(boot_param);
	uint64_t vcpus = word_number(words, "vcpus", 1);

	from = word_number(words, "from", 500) * TICKS_PER_MS;
	to = word_number(words, "to", 1500) * TICKS_PER_MS;
	asm volatile("mov cr.iva = %0;; srlz.i" ::"r"(ivt));
	map_shared_pages();
	start_others(vcpus, ap_start);
	measure(0);
	while (finished < vcpus)
		asm volatile("hint @pause");
	for (unsigned int i = 0; i < vcpus; i++)
		print("share: vcpu %u %lu\n", i, thousandths(ran[i], lasted[i]));
	guest_exit(0);
}
