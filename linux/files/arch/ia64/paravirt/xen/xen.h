/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the Xen/ia64 guest share: how to tell the hypervisor where
 * something is, event channels as interrupts, and what setup.c puts into the tables.
 */
#ifndef _PARAVIRT_XEN_H
#define _PARAVIRT_XEN_H

#include <linux/irqreturn.h>
#include <linux/types.h>

#include <asm/smp.h>

#include <backends/xen/privop.h>
#include <pvops/pvops.h>

/* The handle of memory that is contiguous: the kernel's image, or the linear mapping. */
unsigned long xen_handle(const void *object);

/* What the hypervisor says to a new guest; valid once the linear mapping is. */
const struct xen_start_info *xen_start_info(void);

/* The hypervisor counts processors by their id, which is in the local SAPIC. */
static inline unsigned int xen_vcpu(int cpu)
{
	return cpu_physical_id(cpu) >> 8;
}

/* events.c */
int xen_evtchn_op(enum xen_evtchn_cmd cmd, void *arg);
void xen_notify(unsigned int port);
int xen_bind_port(unsigned int port);	/* an irq for a port that exists, or -errno */
void xen_events_cpu_init(void);
void xen_register_ipi(void);
void xen_register_percpu_irq(unsigned char vector, pv_irq_handler handler,
			     unsigned long flags, const char *name);
void xen_irq_send_ipi(int cpu, int vector, int delivery_mode, int redirect);
void xen_resend_irq(unsigned int vector);

/* time.c */
void xen_time_cpu_init(int cpu);
unsigned long xen_steal_clock(int cpu);
int xen_do_steal_accounting(unsigned long *new_itm);

/* console.c */
void xen_console_early(void);

#endif /* _PARAVIRT_XEN_H */
