// SPDX-License-Identifier: GPL-2.0-only
/*
 * The native functions of the cold tables: bare hardware, as Linux drives it without
 * pv_ops. Here an operation's native function gets the name that ops.def gives it;
 * most of them do nothing, which is what a slot without a use holds.
 */
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/sched/clock.h>

#include <asm/hw_irq.h>
#include <asm/io.h>
#include <asm/iosapic.h>
#include <asm/meminit.h>
#include <asm/xtp.h>

#include "../kernel/irq.h"

#include <pvops/pvops.h>

/* pv_init_ops */

void pv_native_init_banner(void)
{
}

void pv_native_init_setup_early(void)
{
}

int pv_native_init_reserve_memory(struct rsvd_region *region)
{
	return 0;
}

void pv_native_init_setup_console(char **cmdline)
{
}

int pv_native_init_setup_nomca(void)
{
	return 0;
}

void pv_native_init_cpu_init(void)
{
}

void pv_native_init_post_smp_prepare_boot_cpu(void)
{
}

/* pv_iosapic_ops */

void __ref pv_native_iosapic_pcat_compat_init(void)
{
	ia64_native_iosapic_pcat_compat_init();
}

struct irq_chip *pv_native_iosapic_get_irq_chip(unsigned long trigger)
{
	return ia64_native_iosapic_get_irq_chip(trigger);
}

unsigned int pv_native_iosapic_read(char *iosapic, unsigned int reg)
{
	return __ia64_native_iosapic_read((char __iomem *)iosapic, reg);
}

void pv_native_iosapic_write(char *iosapic, unsigned int reg, unsigned int val)
{
	__ia64_native_iosapic_write((char __iomem *)iosapic, reg, val);
}

/* pv_irq_ops */

void __ref pv_native_irq_register_ipi(void)
{
	ia64_native_register_ipi();
}

int pv_native_irq_assign_irq_vector(int irq)
{
	return ia64_native_assign_irq_vector(irq);
}

void pv_native_irq_free_irq_vector(int vector)
{
	ia64_native_free_irq_vector(vector);
}

int pv_native_irq_create_irq(void)
{
	return ia64_native_create_irq();
}

void pv_native_irq_destroy_irq(unsigned int irq)
{
	ia64_native_destroy_irq(irq);
}

int pv_native_irq_prepare_move(int irq, int cpu)
{
	return ia64_native_irq_prepare_move(irq, cpu);
}

void pv_native_irq_register_percpu_irq(unsigned char vector, pv_irq_handler handler,
				       unsigned long flags, const char *name)
{
	ia64_native_register_percpu_irq(vector, handler, flags, name);
}

void pv_native_irq_resend_irq(unsigned int vector)
{
	ia64_native_resend_irq(vector);
}

/*
 * ia64_send_ipi() once more: that one becomes a branch where the operation is
 * overridden, and a backend may still want the hardware's.
 */
void pv_native_irq_send_ipi(int cpu, int vector, int delivery_mode, int redirect)
{
	unsigned long data = (delivery_mode << 8) | (vector & 0xff);
	unsigned long target = cpu_physical_id(cpu) << 4 | (redirect & 1) << 3;

	writeq(data, ipi_base_addr + target);
}

/* arch_cpu_idle() once more, for the same reason. */
void pv_native_irq_idle(void)
{
	min_xtp();
	rmb();	/* what the last wake-up changed, before the wait for the next one */
	raw_safe_halt();
	normal_xtp();
}

/* pv_time_ops */

void pv_native_time_init_missing_ticks_accounting(int cpu)
{
}

int pv_native_time_do_steal_accounting(unsigned long *new_itm)
{
	return 0;
}

unsigned long pv_native_time_steal_clock(int cpu)
{
	return 0;
}

void pv_native_time_clocksource_resume(void)
{
}

/* What kernel/sched/clock.c has for an architecture that defines none: jiffies. */
static __always_inline unsigned long long jiffies_clock(void)
{
	return (unsigned long long)(jiffies - INITIAL_JIFFIES) * (NSEC_PER_SEC / HZ);
}

unsigned long long notrace pv_native_time_sched_clock(void)
{
	return jiffies_clock();
}

/* Becomes a branch to the operation where that is overridden: it must stay one of its own. */
__attribute__((no_icf)) unsigned long long notrace sched_clock(void)
{
	return jiffies_clock();
}
