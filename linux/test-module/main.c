// SPDX-License-Identifier: GPL-2.0-only
/*
 * pv_test: pv sites of most kinds, in the text of a module, in its init and its exit
 * section, in a timer's handler and on all processors at once. What the operations must
 * give is known from elsewhere, so that the same checks hold natively and under a
 * backend.
 *
 * Parameters in sysfs: "checks" made and "failed" so far. fail=1: loading is to fail
 * after the checks. quick=1: without timers, other processors and messages. What the
 * exit function finds is printed.
 */
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/timex.h>

#include <asm/hw_irq.h>
#include <asm/intrinsics.h>
#include <asm/kregs.h>
#include <asm/page.h>
#include <asm/processor.h>

#include "pv_test.h"

static int checks, failed;
static bool fail, quick;

module_param(checks, int, 0444);
module_param(failed, int, 0444);
module_param(fail, bool, 0444);
module_param(quick, bool, 0444);

void pv_test_check(bool holds, const char *what)
{
	__atomic_add_fetch(&checks, 1, __ATOMIC_RELAXED);
	if (holds)
		return;
	__atomic_add_fetch(&failed, 1, __ATOMIC_RELAXED);
	pr_err("pv_test: not so: %s\n", what);
}

static DEFINE_SPINLOCK(lock);
static DEFINE_RWLOCK(rwlock);

/* --- interrupts --- */

static void test_irqs(void)
{
	unsigned long flags, inner;

	CHECK(!irqs_disabled());
	local_irq_save(flags);
	CHECK(irqs_disabled());
	local_irq_save(inner);
	local_irq_restore(inner);
	CHECK(irqs_disabled());
	local_irq_restore(flags);
	CHECK(!irqs_disabled());

	local_irq_disable();
	CHECK(irqs_disabled());
	CHECK(!(ia64_getreg(_IA64_REG_PSR) & IA64_PSR_I));
	local_irq_enable();
	CHECK(!irqs_disabled());
	CHECK(ia64_getreg(_IA64_REG_PSR) & IA64_PSR_I);
}

/* A hundred times under both locks: how often interrupts were off inside. */
static int masked_inside(void)
{
	unsigned long flags;
	int i, inside = 0;

	for (i = 0; i < 100; i++) {
		spin_lock_irqsave(&lock, flags);
		inside += irqs_disabled();
		spin_unlock_irqrestore(&lock, flags);
		read_lock_irqsave(&rwlock, flags);
		inside += irqs_disabled();
		read_unlock_irqrestore(&rwlock, flags);
	}
	return inside;
}

static void test_locks(void)
{
	int i, inside = 0;

	CHECK(masked_inside() == 200);
	for (i = 0; i < 100; i++) {
		write_lock_irq(&rwlock);
		inside += irqs_disabled();
		write_unlock_irq(&rwlock);
	}
	CHECK(inside == 100);
	CHECK(!irqs_disabled());
}

struct ticking {
	struct timer_list timer;
	struct completion done;
	bool masked;
};

static void tick(struct timer_list *timer)
{
	struct ticking *ticking = from_timer(ticking, timer, timer);
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	ticking->masked = irqs_disabled();
	spin_unlock_irqrestore(&lock, flags);
	complete(&ticking->done);
}

static void test_timer(void)
{
	struct ticking ticking = { .masked = false };

	if (quick)
		return;
	init_completion(&ticking.done);
	timer_setup_on_stack(&ticking.timer, tick, 0);
	mod_timer(&ticking.timer, jiffies + 2);
	CHECK(wait_for_completion_timeout(&ticking.done, 5 * HZ));
	CHECK(ticking.masked);
	del_timer_sync(&ticking.timer);
	destroy_timer_on_stack(&ticking.timer);
}

/* --- on all processors at once, in an interrupt --- */

static void everywhere(void *cpus)
{
	CHECK(masked_inside() == 200);
	CHECK(ia64_getreg(_IA64_REG_AR_KR6) == (u64)current);
	atomic_inc(cpus);
}

static void test_everywhere(void)
{
	atomic_t cpus = ATOMIC_INIT(0);

	if (quick)
		return;
	on_each_cpu(everywhere, &cpus, 1);
	CHECK(atomic_read(&cpus) == num_online_cpus());
}

/* --- registers --- */

static void test_cycles(void)
{
	cycles_t first = get_cycles(), last = first;
	int i, backwards = 0;

	for (i = 0; i < 100; i++) {
		cycles_t now = get_cycles();

		backwards += now < last;
		last = now;
	}
	CHECK(!backwards);
	CHECK(last > first);
}

static void test_application_registers(void)
{
	CHECK(ia64_getreg(_IA64_REG_AR_KR6) == (u64)current);
	CHECK(ia64_getreg(_IA64_REG_TP) == (u64)current);
}

static void test_control_registers(void)
{
	unsigned long flags;
	u64 tpr, dcr;

	local_irq_save(flags);
	tpr = ia64_getreg(_IA64_REG_CR_TPR);
	ia64_setreg(_IA64_REG_CR_TPR, 0xf0);
	ia64_srlz_d();
	CHECK(ia64_getreg(_IA64_REG_CR_TPR) == 0xf0);
	ia64_setreg(_IA64_REG_CR_TPR, tpr);
	ia64_srlz_d();
	CHECK(ia64_getreg(_IA64_REG_CR_TPR) == tpr);

	dcr = ia64_getreg(_IA64_REG_CR_DCR);
	ia64_setreg(_IA64_REG_CR_DCR, dcr ^ IA64_DCR_PP);
	ia64_srlz_d();
	CHECK(ia64_getreg(_IA64_REG_CR_DCR) == (dcr ^ IA64_DCR_PP));
	ia64_setreg(_IA64_REG_CR_DCR, dcr);
	ia64_srlz_d();
	local_irq_restore(flags);
	CHECK(ia64_getreg(_IA64_REG_CR_ITV) == IA64_TIMER_VECTOR);
	CHECK(!(ia64_getreg(_IA64_REG_CR_IVA) & 0x7fff));
}

static void test_psr(void)
{
	CHECK(!(ia64_getreg(_IA64_REG_PSR) & IA64_PSR_PP));
	ia64_ssm(IA64_PSR_PP);
	ia64_srlz_d();
	CHECK(ia64_getreg(_IA64_REG_PSR) & IA64_PSR_PP);
	ia64_rsm(IA64_PSR_PP);
	ia64_srlz_d();
	CHECK(!(ia64_getreg(_IA64_REG_PSR) & IA64_PSR_PP));
	ia64_setreg(_IA64_REG_PSR_L, ia64_getreg(_IA64_REG_PSR) | IA64_PSR_PP);
	ia64_srlz_d();
	CHECK(ia64_getreg(_IA64_REG_PSR) & IA64_PSR_PP);
	ia64_rsm(IA64_PSR_PP);
	ia64_srlz_d();
}

static void test_indirect_registers(void)
{
	u64 rr[5], size;
	unsigned long flags;
	int i;

	CHECK(ia64_get_cpuid(4) == local_cpu_data->features);
	size = (ia64_get_rr(7ul << 61) >> 2) & 0x3f;
	CHECK(size >= 12 && size <= 28);
	local_irq_save(flags);
	for (i = 0; i < 5; i++)
		rr[i] = ia64_get_rr((u64)i << 61);
	ia64_set_rr0_to_rr4(rr[0], rr[1], rr[2], rr[3], rr[4]);
	ia64_srlz_i();
	CHECK(ia64_get_rr(0) == rr[0] && ia64_get_rr(4ul << 61) == rr[4]);
	ia64_set_rr(1ul << 61, rr[1]);
	ia64_srlz_i();
	CHECK(ia64_get_rr(1ul << 61) == rr[1]);
	local_irq_restore(flags);

	/* A hypervisor may keep the last one for itself. */
	ia64_set_pkr(14, 0x123400);
	ia64_srlz_d();
	CHECK(ia64_get_pkr(14) == 0x123400);
	ia64_set_pkr(14, 0);
	ia64_srlz_d();
	ia64_set_dbr(0, 0x5a5a);
	ia64_srlz_d();
	CHECK(ia64_get_dbr(0) == 0x5a5a);
	ia64_set_dbr(0, 0);
	ia64_set_ibr(0, 0xa5a0);
	ia64_srlz_i();
	CHECK(ia64_get_ibr(0) == 0xa5a0);
	ia64_set_ibr(0, 0);
	ia64_srlz_i();
}

/* --- memory --- */

static u64 word = 0x5eed;

static void test_translations(void)
{
	void *page = (void *)__get_free_page(GFP_KERNEL);

	if (!page) {
		CHECK(page);
		return;
	}
	CHECK(ia64_tpa(page) == __pa(page));
	/* Entries of neighbouring pages differ; what maps one page has one entry. */
	CHECK(ia64_thash(VMALLOC_START) == ia64_thash(VMALLOC_START + 8));
	CHECK(ia64_thash(VMALLOC_START) != ia64_thash(VMALLOC_START + PAGE_SIZE));
	CHECK(ia64_ttag(VMALLOC_START) == ia64_ttag(VMALLOC_START + 8));
	ia64_ptcl(0x10000, PAGE_SHIFT << 2);
	ia64_srlz_i();
	free_page((unsigned long)page);

	ia64_fc(&word);
	ia64_sync_i();
	ia64_srlz_i();
	CHECK(word == 0x5eed);
}

/* --- entry and exit: sites in these sections, too --- */

static int __init pv_test_init(void)
{
	cycles_t start = get_cycles();
	unsigned long flags;

	local_irq_save(flags);
	CHECK(irqs_disabled());
	local_irq_restore(flags);
	test_irqs();
	test_locks();
	test_timer();
	test_everywhere();
	test_cycles();
	test_application_registers();
	test_control_registers();
	test_psr();
	test_indirect_registers();
	test_translations();
	pv_test_faults();
	CHECK(get_cycles() > start);
	if (!quick)
		pr_info("pv_test: loaded: %d checks, %d failed\n", checks, failed);
	return fail ? -ECANCELED : 0;
}

static void __exit pv_test_exit(void)
{
	cycles_t start = get_cycles();
	unsigned long flags;

	local_irq_save(flags);
	CHECK(irqs_disabled());
	local_irq_restore(flags);
	CHECK(!irqs_disabled());
	test_locks();
	test_timer();
	test_everywhere();
	pv_test_faults();
	CHECK(get_cycles() > start);
	if (!quick)
		pr_info("pv_test: unloaded: %d checks, %d failed\n", checks, failed);
}

module_init(pv_test_init);
module_exit(pv_test_exit);
MODULE_DESCRIPTION("Test of pv sites in modules");
MODULE_LICENSE("GPL");
