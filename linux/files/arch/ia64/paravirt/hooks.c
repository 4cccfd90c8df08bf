// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calls through the cold tables, under the names that the rest of the kernel
 * uses (asm/paravirt.h, asm/paravirt_calls.h). They do nothing else: what an
 * operation means is the backend's business.
 */
#include <linux/clocksource.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/jump_label.h>
#include <linux/printk.h>

#include <asm/delay.h>
#include <asm/hw_irq.h>
#include <asm/iosapic.h>
#include <asm/meminit.h>
#include <asm/paravirt.h>
#include <asm/paravirt_calls.h>
#include <asm/processor.h>

#include <pvops/pvops.h>

struct static_key paravirt_steal_enabled;
struct static_key paravirt_steal_rq_enabled;

void __init paravirt_banner(void)
{
	pv_init_ops.banner();
	if (pv_info.guest)
		pr_info("pv_ops: running on %s at privilege level %u\n", pv_info.name,
			pv_info.kernel_rpl);
}

void __init paravirt_setup_early(void)
{
	pv_init_ops.setup_early();
}

int __init paravirt_reserve_memory(struct rsvd_region *region)
{
	return pv_init_ops.reserve_memory(region);
}

void __init paravirt_setup_console(char **cmdline)
{
	pv_init_ops.setup_console(cmdline);
}

int __init paravirt_setup_nomca(void)
{
	return pv_init_ops.setup_nomca();
}

/* A hypervisor moves its processors about: only clocks that agree already can be of use. */
bool paravirt_itc_synchronous(void)
{
	return pv_info.guest;
}

void paravirt_cpu_init(void)
{
	pv_init_ops.cpu_init();
}

void paravirt_post_smp_prepare_boot_cpu(void)
{
	pv_init_ops.post_smp_prepare_boot_cpu();
}

void paravirt_iosapic_pcat_compat_init(void)
{
	pv_iosapic_ops.pcat_compat_init();
}

struct irq_chip *paravirt_iosapic_get_irq_chip(unsigned long trigger)
{
	return pv_iosapic_ops.get_irq_chip(trigger);
}

unsigned int paravirt_iosapic_read(char __iomem *iosapic, unsigned int reg)
{
	return pv_iosapic_ops.read((char __force *)iosapic, reg);
}

void paravirt_iosapic_write(char __iomem *iosapic, unsigned int reg, u32 val)
{
	pv_iosapic_ops.write((char __force *)iosapic, reg, val);
}

void paravirt_register_ipi(void)
{
	pv_irq_ops.register_ipi();
}

int paravirt_assign_irq_vector(int irq)
{
	return pv_irq_ops.assign_irq_vector(irq);
}

void paravirt_free_irq_vector(int vector)
{
	pv_irq_ops.free_irq_vector(vector);
}

int paravirt_create_irq(void)
{
	return pv_irq_ops.create_irq();
}

void paravirt_destroy_irq(unsigned int irq)
{
	pv_irq_ops.destroy_irq(irq);
}

int paravirt_irq_prepare_move(int irq, int cpu)
{
	return pv_irq_ops.prepare_move(irq, cpu);
}

/*
 * The timer interrupt where a backend accounts stolen ticks: that is looked at in front of
 * the handler, which therefore is on bare metal what it always was.
 */
static irq_handler_t native_timer_interrupt;

static irqreturn_t paravirt_timer_interrupt(int irq, void *dev)
{
	unsigned long itm = local_cpu_data->itm_next;
	int done = pv_time_ops.do_steal_accounting(&itm);

	local_cpu_data->itm_next = itm;
	if (!done)
		return native_timer_interrupt(irq, dev);
	do {
		while (!time_after(itm, ia64_get_itc() + local_cpu_data->itm_delta / 2))
			itm += local_cpu_data->itm_delta;
		ia64_set_itm(itm);
	} while (time_after_eq(ia64_get_itc(), itm));
	return IRQ_HANDLED;
}

void paravirt_register_percpu_irq(u8 vector, irqreturn_t (*handler)(int, void *),
				  unsigned long flags, const char *name)
{
	if (vector == IA64_TIMER_VECTOR &&
	    pv_time_ops.do_steal_accounting != pv_native_time_ops.do_steal_accounting) {
		native_timer_interrupt = handler;
		handler = paravirt_timer_interrupt;
	}
	pv_irq_ops.register_percpu_irq(vector, handler, flags, name);
}

void paravirt_resend_irq(unsigned int vector)
{
	pv_irq_ops.resend_irq(vector);
}

void paravirt_init_missing_ticks_accounting(int cpu)
{
	pv_time_ops.init_missing_ticks_accounting(cpu);
}

u64 paravirt_steal_clock(int cpu)
{
	return pv_time_ops.steal_clock(cpu);
}

void paravirt_clocksource_resume(struct clocksource *cs)
{
	pv_time_ops.clocksource_resume();
}
