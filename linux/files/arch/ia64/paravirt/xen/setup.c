// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux on a Xen/ia64 hypervisor: what pv_start() calls when the kernel was entered
 * through startup_xen, and the members of the cold tables that differ from bare metal.
 *
 * xen_setup() runs before anything else: no site may be executed below it. All
 * pointers that the hypervisor gets are handles (abi/xen.h).
 */
#include <linux/console.h>
#include <linux/init.h>
#include <linux/kdebug.h>
#include <linux/kexec.h>
#include <linux/panic_notifier.h>
#include <linux/reboot.h>

#include <asm/intrinsics.h>
#include <asm/meminit.h>
#include <asm/page.h>
#include <asm/processor.h>

#include "../start.h"
#include "xen.h"

/* Physical minus virtual address of the kernel's image. */
static unsigned long image_offset __ro_after_init;

unsigned long xen_handle(const void *object)
{
	unsigned long address = (unsigned long)object;

	if (!object)
		return 0;
	if (REGION_NUMBER(address) == RGN_GATE)
		return xen_inline_handle(address + image_offset);
	return xen_inline_handle(__pa(address));
}

const struct xen_start_info *xen_start_info(void)
{
	return __va(XEN_SHARED->start_info_pfn << XEN_PAGE_SHIFT);
}

/* --- the end --- */

static void xen_shutdown(enum xen_shutdown_reason why)
{
	struct xen_sched_shutdown shutdown = { .reason = why };

	xen_call(SCHEDOP_shutdown, xen_handle(&shutdown), 0, 0, 0, XEN_CALL_sched_op);
}

static int xen_power_off(struct sys_off_data *data)
{
	xen_shutdown(XEN_SHUTDOWN_poweroff);
	return NOTIFY_DONE;
}

/*
 * A panic that is to be followed by a restart (panic=N) is one. Any other would stop for ever: it
 * ends in a crash, but where a restart would be, so that panic() has said all by then.
 */
static bool crashed;

static int xen_panic(struct notifier_block *block, unsigned long event, void *message)
{
	if (!panic_timeout) {
		crashed = true;
		panic_timeout = -1;	/* at once */
	}
	return NOTIFY_DONE;
}

static struct notifier_block xen_panic_block = {
	.notifier_call = xen_panic,
	.priority = INT_MIN,
};

static int xen_restart(struct notifier_block *block, unsigned long event, void *args)
{
	if (event == DIE_MACHINE_RESTART && crashed)
		xen_shutdown(XEN_SHUTDOWN_crash);
	return NOTIFY_DONE;
}

static struct notifier_block xen_restart_block = {
	.notifier_call = xen_restart,
	.priority = INT_MIN,
};

/*
 * The kernel that kexec starts begins as on bare metal, with the events of this one still coming.
 * Only a kernel that is entered through startup_xen knows better.
 */
#ifdef CONFIG_KEXEC_CORE
static void __init no_kexec(void)
{
	kexec_load_disabled = 1;
	pr_info("xen: a guest's kernel cannot start another one: kexec and kdump are disabled\n");
}
#else
static void __init no_kexec(void)
{
}
#endif

static int __init xen_register_end(void)
{
	if (pv_environment != PV_ENV_XEN)
		return 0;
	no_kexec();
	atomic_notifier_chain_register(&panic_notifier_list, &xen_panic_block);
	register_die_notifier(&xen_restart_block);
	register_sys_off_handler(SYS_OFF_MODE_POWER_OFF, SYS_OFF_PRIO_HIGH, xen_power_off,
				 NULL);
	return 0;
}
core_initcall(xen_register_end);

/* --- pv_init_ops --- */

static int __init xen_reserve_memory(struct rsvd_region *region)
{
	region->start = (unsigned long)xen_start_info();
	region->end = region->start + PAGE_SIZE;
	return 1;
}

static void __init xen_setup_console(char **cmdline)
{
	xen_console_early();
	add_preferred_console("hvc", 0, NULL);
}

/* Machine checks are the hypervisor's. */
static int __init xen_setup_nomca(void)
{
	return 1;
}

static void xen_cpu_init(void)
{
	if (smp_processor_id())
		xen_events_cpu_init();
}

/* With events masked, until there is one; it is taken on the way out. */
static void xen_cpu_idle(void)
{
	xen_halt();
	pv_cpu_ops.ssm_i();
}

void __init xen_setup(void)
{
	unsigned long rsc, image;

	/* Not ia64_tpa(): sites are patched later. */
	asm volatile ("tpa %0 = %1" : "=r"(image) : "r"(KERNEL_START) : "memory");
	image_offset = image - KERNEL_START;
	if (xen_map_shared(XEN_XSI_LINUX)) {
		pv_note("pv_ops: the hypervisor does not map its shared pages\n");
		return;
	}
	asm volatile ("mov %0 = ar.rsc" : "=r"(rsc));
	pv_info.name = "Xen/ia64";
	pv_info.kernel_rpl = rsc >> 2 & 3;
	pv_info.guest = true;
	xen_setup_cpu_ops();
	pv_init_ops.reserve_memory = xen_reserve_memory;
	pv_init_ops.setup_console = xen_setup_console;
	pv_init_ops.setup_nomca = xen_setup_nomca;
	pv_init_ops.cpu_init = xen_cpu_init;
	pv_irq_ops.register_ipi = xen_register_ipi;
	pv_irq_ops.register_percpu_irq = xen_register_percpu_irq;
	pv_irq_ops.idle = xen_cpu_idle;
	pv_irq_ops.send_ipi = xen_irq_send_ipi;
	pv_irq_ops.resend_irq = xen_resend_irq;
	pv_time_ops.init_missing_ticks_accounting = xen_time_cpu_init;
	pv_time_ops.do_steal_accounting = xen_do_steal_accounting;
	pv_time_ops.steal_clock = xen_steal_clock;
}
