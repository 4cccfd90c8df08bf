// SPDX-License-Identifier: MIT
/*
 * A device's way to memory.
 */
#include "dma.h"

#include "cpu/parts.h"
#include "debug/trace.h"
#include "irq/iosapic.h"
#include "machine.h"

/* An interrupt message's data, as the I/O SAPIC sends it: vector and delivery mode */
#define MSG_VECTOR	0xffu
#define MSG_MODE	0x700u
#define MSG_MODE_LOWEST 0x100u

bool dma_read(struct machine *m, uint64_t pa, void *dst, size_t len)
{
	return bus_copy_from(m->bus, dst, pa, len);
}

bool dma_write(struct machine *m, uint64_t pa, const void *src, size_t len)
{
	if (!bus_copy_to(m->bus, pa, src, len))
		return false;
	mem_changed(m->cpus[0], pa, len);
	return true;
}

void dma_message(struct machine *m, uint64_t pa, uint32_t data)
{
	unsigned target;

	if (pa >= PIB_BASE && sapic_pib_target(pa - PIB_BASE, &target)) {
		data &= MSG_MODE | MSG_VECTOR;
		if ((data & MSG_MODE) == MSG_MODE_LOWEST)
			sapic_redirect(m, target >> 8, target & 0xff, data & ~MSG_MODE);
		else
			sapic_deliver(m, target >> 8, target & 0xff, data);
	} else if (!dma_write(m, pa, &data, sizeof(data)) && trace_on(m->trace, unassigned)) {
		trace_msg(m->trace, unassigned, "message %#x to %#lx", data, pa);
	}
}
