// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's console: a page with a ring in each direction, which the hypervisor reads
 * and fills, and an event channel; for the privileged guest a hypercall and a virtual
 * interrupt. Before interrupts work it is a boot console; then it is hvc0.
 */
#include <linux/console.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/string.h>

#include "../../../../drivers/tty/hvc/hvc_console.h"

#include "../start.h"
#include "xen.h"

#define COOKIE 0x58656e /* hvc's name for this terminal */

static struct xen_console_ring *ring;
static unsigned int port;
static const struct hv_ops *ops; /* NULL: there is no console */

/* As much as there is room for. */
static int write_ring(const char *text, int count)
{
	u32 prod = ring->out_prod;
	u32 room = sizeof(ring->out) - (prod - READ_ONCE(ring->out_cons));
	int n = min_t(u32, count, room);
	int i;

	mb();	/* that room is free: the hypervisor has read what was there */
	for (i = 0; i < n; i++)
		ring->out[prod++ % sizeof(ring->out)] = text[i];
	wmb();	/* the text before the index that makes it valid */
	WRITE_ONCE(ring->out_prod, prod);
	if (n)
		xen_notify(port);
	return n;
}

static int put_chars(u32 term, const char *text, int count)
{
	int written = write_ring(text, count);

	/* hvc tries again for what is left: let the hypervisor take some first. */
	if (!written && count)
		xen_call(SCHEDOP_yield, 0, 0, 0, 0, XEN_CALL_sched_op);
	return written;
}

static int get_chars(u32 term, char *text, int count)
{
	u32 cons = ring->in_cons;
	u32 there = READ_ONCE(ring->in_prod) - cons;
	int n = min_t(u32, count, there);
	int i;

	rmb();	/* the text after the index that makes it valid */
	for (i = 0; i < n; i++)
		text[i] = ring->in[cons++ % sizeof(ring->in)];
	mb();	/* all is read before its room is free */
	WRITE_ONCE(ring->in_cons, cons);
	if (n)
		xen_notify(port);
	return n;
}

static const struct hv_ops ring_ops = {
	.get_chars = get_chars,
	.put_chars = put_chars,
	.notifier_add = notifier_add_irq,
	.notifier_del = notifier_del_irq,
	.notifier_hangup = notifier_hangup_irq,
};

/* --- the privileged guest has Xen's own serial line --- */

static long console_io(enum xen_console_io_cmd cmd, const char *text, int count)
{
	return xen_call(cmd, count, xen_handle(text), 0, 0, XEN_CALL_console_io);
}

static int call_put_chars(u32 term, const char *text, int count)
{
	return console_io(XEN_CONSOLE_WRITE, text, count) < 0 ? -EIO : count;
}

static int call_get_chars(u32 term, char *text, int count)
{
	return max(console_io(XEN_CONSOLE_READ, text, count), 0l);
}

static const struct hv_ops call_ops = {
	.get_chars = call_get_chars,
	.put_chars = call_put_chars,
	.notifier_add = notifier_add_irq,
	.notifier_del = notifier_del_irq,
	.notifier_hangup = notifier_hangup_irq,
};

/* --- before there is a terminal --- */

static void write_all(const char *text, int count)
{
	while (count > 0) {
		int written = ops->put_chars(COOKIE, text, count);

		if (written < 0)
			break;
		text += written;
		count -= written;
	}
}

static void xenboot_write(struct console *console, const char *text, unsigned int count)
{
	const char *end = text + count;

	while (text < end) {
		const char *line = memchr(text, '\n', end - text);

		write_all(text, (line ? line : end) - text);
		if (!line)
			break;
		write_all("\r\n", 2);
		text = line + 1;
	}
}

static struct console xenboot = {
	.name = "xenboot",
	.write = xenboot_write,
	.flags = CON_PRINTBUFFER | CON_BOOT,
	.index = -1,
};

void __init xen_console_early(void)
{
	const struct xen_start_info *info = xen_start_info();

	if (info->flags & XEN_SIF_INITDOMAIN) {
		ops = &call_ops;
	} else if (info->console_evtchn) {
		ring = __va(info->console_pfn << XEN_PAGE_SHIFT);
		port = info->console_evtchn;
		ops = &ring_ops;
	}
	if (ops)
		register_console(&xenboot);
}

/* --- hvc0 --- */

static int __init xen_console_instantiate(void)
{
	if (pv_environment == PV_ENV_XEN && ops)
		hvc_instantiate(COOKIE, 0, ops);
	return 0;
}
console_initcall(xen_console_instantiate);

/* The port that says that there is input; -errno. */
static int __init input_port(void)
{
	struct xen_evtchn_bind_virq virq = { .virq = XEN_VIRQ_CONSOLE };
	int err;

	if (ops == &ring_ops)
		return port;
	err = xen_evtchn_op(EVTCHNOP_bind_virq, &virq);
	return err ? err : virq.port;
}

static int __init xen_console_init(void)
{
	struct hvc_struct *hvc;
	int irq;

	if (pv_environment != PV_ENV_XEN || !ops)
		return 0;
	irq = input_port();
	if (irq >= 0)
		irq = xen_bind_port(irq);
	if (irq < 0) {
		pr_err("xen: no interrupt for the console: %d\n", irq);
		return irq;
	}
	hvc = hvc_alloc(COOKIE, irq, ops, 256);
	return PTR_ERR_OR_ZERO(hvc);
}
device_initcall(xen_console_init);
