// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event channels as Linux interrupts. A port that stands for something that each
 * processor has for itself (timer, inter-processor interrupts) is one port for each
 * processor and one irq, the number of the vector it would have on bare metal. Any
 * other port gets an irq of its own. What the hypervisor delivers ends up in
 * xen_evtchn_upcall(), which looks for the ports that are pending.
 */
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/kernel_stat.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include <asm/delay.h>
#include <asm/hw_irq.h>
#include <asm/intrinsics.h>
#include <asm/sal.h>
#include <asm/tlbflush.h>

#include "xen.h"

#define PORT_WORDS	(XEN_EVTCHNS / 64)

/* In assembly: an address, not a function descriptor. */
extern const char xen_event_callback[];

/* By port; 0: nobody's. */
static u16 port_irq[XEN_EVTCHNS];
static u16 irq_port[NR_IRQS];

/**
 * struct xen_source - what each processor has a port of its own for
 * @vector: on bare metal; also the irq
 * @virq: which virtual interrupt; -1: inter-processor
 * @wanted: has been registered
 */
struct xen_source {
	u8 vector;
	s8 virq;
	bool wanted;
};

static struct xen_source sources[] = {
	{ IA64_TIMER_VECTOR, XEN_VIRQ_ITC },
	{ IA64_IPI_VECTOR, -1 },
	{ IA64_IPI_RESCHEDULE, -1 },
	{ IA64_IPI_LOCAL_TLB_FLUSH, -1 },
};

/**
 * struct xen_cpu - what a processor has of its own
 * @ports: those that it looks at
 * @source_port: its port for each of the sources; 0: none
 */
struct xen_cpu {
	unsigned long ports[PORT_WORDS];
	u32 source_port[ARRAY_SIZE(sources)];
} ____cacheline_aligned;

/* By processor; not per-CPU variables, which a kernel on bare metal would have, too. */
static struct xen_cpu *cpus;

static struct xen_cpu *this_cpu(void)
{
	return &cpus[smp_processor_id()];
}

int xen_evtchn_op(enum xen_evtchn_cmd cmd, void *arg)
{
	return xen_call(cmd, xen_handle(arg), 0, 0, 0, XEN_CALL_event_channel_op);
}

void xen_notify(unsigned int port)
{
	struct xen_evtchn_port send = { .port = port };

	xen_evtchn_op(EVTCHNOP_send, &send);
}

static void unmask_port(unsigned int port)
{
	struct xen_evtchn_port unmask = { .port = port };

	xen_evtchn_op(EVTCHNOP_unmask, &unmask);
}

static void mask_port(unsigned int port)
{
	set_bit(port, (void *)XEN_SHARED->evtchn_mask);
}

/*
 * To be handled once more. To send tells the other end of a port, if it has one. The hypervisor
 * looks at the pending bit when a port is unmasked that was masked; one that stays masked waits.
 */
static void raise_port(unsigned int port)
{
	bool masked;

	if (!port)
		return;
	masked = test_and_set_bit(port, (void *)XEN_SHARED->evtchn_mask);
	set_bit(port, (void *)XEN_SHARED->evtchn_pending);
	if (!masked)
		unmask_port(port);
}

/* This processor's part of the shared page */
static struct xen_vcpu_info *this_vcpu(void)
{
	return (void *)(XEN_MREGS->mask_addr - XSI_UPCALL_MASK);
}

/* --- an event --- */

static void handle_port(unsigned int port)
{
	unsigned int irq = port_irq[port];

	clear_bit(port, (void *)XEN_SHARED->evtchn_pending);
	switch (irq) {
	case 0:
		pr_err_ratelimited("xen: an event on port %u, which nobody wants\n", port);
		mask_port(port);
		break;
	case IA64_IPI_RESCHEDULE:
		scheduler_ipi();
		kstat_incr_irq_this_cpu(irq);
		break;
	case IA64_IPI_LOCAL_TLB_FLUSH:
		smp_local_flush_tlb();
		kstat_incr_irq_this_cpu(irq);
		break;
	default:
		generic_handle_irq(irq);
		local_irq_disable();
	}
}

static void handle_word(unsigned int word)
{
	u64 ports = XEN_SHARED->evtchn_pending[word] & ~XEN_SHARED->evtchn_mask[word] &
		    this_cpu()->ports[word];

	while (ports) {
		unsigned int bit = __ffs(ports);

		ports &= ports - 1;
		handle_port(word * 64 + bit);
	}
}

/*
 * Called with events masked. A port that becomes pending after its word was looked at
 * makes the processor's pending byte 1 again.
 */
void xen_evtchn_upcall(struct pt_regs *regs)
{
	struct pt_regs *old_regs = set_irq_regs(regs);
	struct xen_vcpu_info *vcpu = this_vcpu();

	irq_enter();
	while (READ_ONCE(vcpu->upcall_pending)) {
		u64 words;

		WRITE_ONCE(vcpu->upcall_pending, 0);
		mb();	/* a port that is set from now on sets the byte again */
		words = xchg(&vcpu->pending_sel, 0);
		while (words) {
			unsigned int word = __ffs(words);

			words &= words - 1;
			handle_word(word);
		}
	}
	irq_exit();
	set_irq_regs(old_regs);
}

/* --- ports for each processor --- */

static void use_port(unsigned int port, unsigned int irq)
{
	port_irq[port] = irq;
	set_bit(port, this_cpu()->ports);
	unmask_port(port);
}

static void bind_source(unsigned int i)
{
	const struct xen_source *source = &sources[i];
	unsigned int vcpu = xen_vcpu(smp_processor_id());
	struct xen_evtchn_bind_virq virq = { .virq = source->virq, .vcpu = vcpu };
	struct xen_evtchn_bind_ipi ipi = { .vcpu = vcpu };
	bool is_virq = source->virq >= 0;
	int err;

	/* A processor that was off line still has its own. */
	if (this_cpu()->source_port[i])
		return;
	err = is_virq ? xen_evtchn_op(EVTCHNOP_bind_virq, &virq) :
			xen_evtchn_op(EVTCHNOP_bind_ipi, &ipi);
	if (err) {
		pr_err("xen: no event channel for vector %#x: %d\n", source->vector, err);
		return;
	}
	this_cpu()->source_port[i] = is_virq ? virq.port : ipi.port;
	use_port(is_virq ? virq.port : ipi.port, source->vector);
}

void xen_register_percpu_irq(unsigned char vector, pv_irq_handler handler,
			     unsigned long flags, const char *name)
{
	unsigned int i;

	ia64_native_register_percpu_irq(vector, handler, flags, name);
	for (i = 0; i < ARRAY_SIZE(sources); i++) {
		if (sources[i].vector != vector)
			continue;
		sources[i].wanted = true;
		bind_source(i);
	}
}

static void register_callback(void)
{
	struct xen_callback_register callback = {
		.type = XEN_CALLBACKTYPE_event,
		.ip = (u64)xen_event_callback,
	};

	if (xen_call(CALLBACKOP_register, xen_handle(&callback), 0, 0, 0, XEN_CALL_callback_op))
		panic("xen: no callback for events");
}

/*
 * The other processors: what the boot processor has registered. One that was off line may have
 * left events behind. Xen has forgotten that there are any, but not which, and says nothing of
 * those again: so it looks once.
 */
void xen_events_cpu_init(void)
{
	unsigned int i;

	register_callback();
	WRITE_ONCE(this_vcpu()->upcall_pending, 1);
	for (i = 0; i < ARRAY_SIZE(sources); i++)
		if (sources[i].wanted)
			bind_source(i);
}

/* The boot processor's interrupts come as events from here on. */
void __init xen_register_ipi(void)
{
	unsigned int i;

	cpus = kcalloc(nr_cpu_ids, sizeof(*cpus), GFP_KERNEL | __GFP_NOFAIL);
	for (i = 0; i < PORT_WORDS; i++)
		XEN_SHARED->evtchn_mask[i] = ~0ul;
	register_callback();
	ia64_native_register_ipi();
}

void xen_irq_send_ipi(int cpu, int vector, int delivery_mode, int redirect)
{
	unsigned int i;

	/* An event is an interrupt; it cannot be an INIT or a PMI. */
	if (WARN_ON_ONCE(delivery_mode != IA64_IPI_DM_INT))
		return;
	for (i = 0; i < ARRAY_SIZE(sources); i++) {
		if (!sources[i].wanted || sources[i].vector != vector)
			continue;
		if (cpus[cpu].source_port[i]) {
			xen_notify(cpus[cpu].source_port[i]);
			return;
		}
	}
	/* A processor is started, or there are no events yet. */
	xen_send_ipi(xen_vcpu(cpu), vector);
}

/* An interrupt that came while its irq was disabled. */
void xen_resend_irq(unsigned int irq)
{
	unsigned int i;

	if (irq < NR_IRQS && irq_port[irq]) {
		raise_port(irq_port[irq]);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(sources); i++)
		if (sources[i].vector == irq)
			raise_port(this_cpu()->source_port[i]);
}

/* --- ports with an irq of their own --- */

static void xen_irq_mask(struct irq_data *data)
{
	mask_port(irq_port[data->irq]);
}

static void xen_irq_unmask(struct irq_data *data)
{
	unmask_port(irq_port[data->irq]);
}

static void xen_irq_ack(struct irq_data *data)
{
}

/*
 * Masked meanwhile: then the new processor looks at the port and the old one no longer. If the
 * hypervisor refuses, all stays as it was.
 */
static int xen_irq_set_affinity(struct irq_data *data, const struct cpumask *mask, bool force)
{
	unsigned int port = irq_port[data->irq], cpu = cpumask_any_and(mask, cpu_online_mask), old;
	struct xen_evtchn_bind_vcpu bind = { .port = port };
	bool masked;
	int err;

	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	bind.vcpu = xen_vcpu(cpu);
	masked = test_and_set_bit(port, (void *)XEN_SHARED->evtchn_mask);
	err = xen_evtchn_op(EVTCHNOP_bind_vcpu, &bind);
	if (!err) {
		for_each_possible_cpu(old)
			clear_bit(port, cpus[old].ports);
		set_bit(port, cpus[cpu].ports);
		irq_data_update_effective_affinity(data, cpumask_of(cpu));
	}
	if (!masked)
		unmask_port(port);
	return err ? err : IRQ_SET_MASK_OK;
}

static int xen_irq_retrigger(struct irq_data *data)
{
	raise_port(irq_port[data->irq]);
	return 1;
}

static struct irq_chip xen_irq_chip = {
	.name = "xen",
	.irq_mask = xen_irq_mask,
	.irq_unmask = xen_irq_unmask,
	.irq_ack = xen_irq_ack,
	.irq_enable = xen_irq_unmask,
	.irq_disable = xen_irq_mask,
	.irq_set_affinity = xen_irq_set_affinity,
	.irq_retrigger = xen_irq_retrigger,
};

/* A port that the hypervisor opened is sent to its processor 0 until it is moved. */
int xen_bind_port(unsigned int port)
{
	int irq;

	if (!port || port >= XEN_EVTCHNS)
		return -EINVAL;
	irq = create_irq();
	if (irq < 0)
		return irq;
	irq_port[irq] = port;
	irq_set_chip_and_handler_name(irq, &xen_irq_chip, handle_edge_irq, "event");
	irq_set_status_flags(irq, IRQ_MOVE_PCNTXT);
	port_irq[port] = irq;
	set_bit(port, cpus[0].ports);
	return irq;
}
