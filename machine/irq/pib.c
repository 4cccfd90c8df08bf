// SPDX-License-Identifier: MIT
/*
 * The processor interrupt block: 2 MiB of physical addresses, SDM vol 2 §5.8.4.
 *
 * A store of 8 bytes to the lower half is an interrupt message for the processor that the
 * address names; the upper half holds the INTA byte and the XTP byte. There is no 8259
 * behind INTA. A redirectable message goes to the processor of lowest external task priority
 * (XTP), among equals to the one it names.
 */
#include "cpu/parts.h"
#include "debug/trace.h"
#include "irq/iosapic.h"
#include "machine.h"

#define PIB_INTA 0x1e0000
#define PIB_XTP	 0x1e0008

#define PIB_REDIRECT 8 /* address bit "ir" of a message, SDM vol 2 table 5-13 */

static struct cpu *find_cpu(const struct machine *m, unsigned id, unsigned eid)
{
	for (unsigned i = 0; i < m->ncpus; i++) {
		uint64_t lid = m->cpus[i]->cr[CR_LID];

		if ((lid >> 24 & 0xff) == id && (lid >> 16 & 0xff) == eid)
			return m->cpus[i];
	}
	return NULL;
}

void sapic_deliver(struct machine *m, unsigned id, unsigned eid, uint64_t data)
{
	struct cpu *cpu = find_cpu(m, id, eid);

	if (cpu) {
		sapic_ipi(cpu, data);
		cpu_kick(cpu);
	} else if (trace_on(m->trace, irq)) {
		trace_msg(m->trace, irq, "message %#lx: no processor %u/%u", data, id, eid);
	}
}

void sapic_redirect(struct machine *m, unsigned id, unsigned eid, uint64_t data)
{
	const struct cpu *named = find_cpu(m, id, eid);
	unsigned best = named ? named->index : 0;

	for (unsigned i = 0; i < m->ncpus; i++)
		if (m->xtp[i] < m->xtp[best])
			best = i;
	sapic_deliver(m, m->cpus[best]->cr[CR_LID] >> 24 & 0xff,
		      m->cpus[best]->cr[CR_LID] >> 16 & 0xff, data);
}

static uint64_t pib_read(void *opaque, uint64_t off, unsigned size)
{
	(void)opaque;
	(void)size;
	/* Without an 8259 nothing drives the bus in an INTA cycle. */
	return off == PIB_INTA ? 0xff : 0;
}

static void pib_write(void *opaque, uint64_t off, unsigned size, uint64_t val)
{
	struct machine *m = opaque;
	unsigned target;

	if (off == PIB_XTP) {
		if (m->sched.current)
			m->xtp[m->sched.current->index] = val;
		return;
	}
	if (!sapic_pib_target(off, &target) || off & 7 || size != 8) {
		if (trace_on(m->trace, irq))
			trace_msg(m->trace, irq, "malformed interrupt message at %#lx/%u", off,
				  size);
		return;
	}
	if (off & PIB_REDIRECT)
		sapic_redirect(m, target >> 8, target & 0xff, val);
	else
		sapic_deliver(m, target >> 8, target & 0xff, val);
}

static const struct bus_dev_ops pib_ops = {
	.read = pib_read,
	.write = pib_write,
};

void pib_create(struct machine *m)
{
	bus_add_mmio(m->bus, PIB_BASE, PIB_SIZE, "pib", &pib_ops, m);
}
