// SPDX-License-Identifier: MIT
/*
 * The I/O SAPIC: 24 pins, each with a redirection entry that says which vector goes where.
 *
 * Registers are reached through a select register and a window; the EOI register ends
 * level-triggered interrupts by vector. A device says whether it asserts its pin; how the
 * board wired the pin (ISA pins active high, SCI and PCI active low) is here, so that an
 * entry programmed with the wrong polarity misbehaves as it would on a real board.
 * An edge on a masked pin is lost.
 */
#include "irq/iosapic.h"

#include <stdlib.h>

#include "debug/trace.h"
#include "machine.h"

#define REG_SELECT 0x00
#define REG_WINDOW 0x10
#define REG_EOI	   0x40

/* Behind the window */
#define IDX_ID	    0x00
#define IDX_VERSION 0x01
#define IDX_RTE	    0x10 /* two words each */
#define VERSION	    (0x20 | (IOSAPIC_PINS - 1) << 16)

/* Redirection entry, low word */
#define RTE_VECTOR	0xffu
#define RTE_MODE	0x700u
#define RTE_MODE_LOWEST 0x100u
#define RTE_MESSAGE	(RTE_MODE | RTE_VECTOR)
#define RTE_LOW_ACTIVE	(1u << 13)
#define RTE_REMOTE_IRR	(1u << 14)
#define RTE_LEVEL	(1u << 15)
#define RTE_MASK	(1u << 16)
#define RTE_LOW_BITS	0x1a7ffu /* what software may write */
#define RTE_HIGH_BITS	0xffff0000u

#define LOW_ACTIVE_PINS (1u << GSI_SCI | 1u << GSI_CPEI | ~0u << GSI_PCI_BASE)

struct iosapic {
	struct machine *m;
	uint32_t select, id;
	uint32_t rte[IOSAPIC_PINS][2];
	uint32_t asserted; /* by devices, one bit each pin */
};

/* Is the pin active, as its entry sees it? */
static bool pin_active(const struct iosapic *io, unsigned pin)
{
	bool level = (io->asserted ^ LOW_ACTIVE_PINS) >> pin & 1;

	return level != !!(io->rte[pin][0] & RTE_LOW_ACTIVE);
}

static void deliver(struct iosapic *io, unsigned pin)
{
	uint32_t data = io->rte[pin][0] & RTE_MESSAGE, to = io->rte[pin][1];

	if (trace_on(io->m->trace, irq))
		trace_msg(io->m->trace, irq, "pin %u: message %#x to %#x", pin, data, to >> 16);
	if ((data & RTE_MODE) == RTE_MODE_LOWEST)
		sapic_redirect(io->m, to >> 24, to >> 16 & 0xff, data & ~RTE_MODE);
	else
		sapic_deliver(io->m, to >> 24, to >> 16 & 0xff, data);
}

static void level_check(struct iosapic *io, unsigned pin)
{
	uint32_t *low = &io->rte[pin][0];

	if (!(*low & RTE_LEVEL) || *low & (RTE_MASK | RTE_REMOTE_IRR) || !pin_active(io, pin))
		return;
	*low |= RTE_REMOTE_IRR;
	deliver(io, pin);
}

void iosapic_set(struct iosapic *io, unsigned pin, bool asserted)
{
	uint32_t low = io->rte[pin][0];
	bool was = pin_active(io, pin);

	io->asserted = (io->asserted & ~(1u << pin)) | (uint32_t)asserted << pin;
	if (low & RTE_LEVEL)
		level_check(io, pin);
	else if (!was && pin_active(io, pin) && !(low & RTE_MASK))
		deliver(io, pin);
}

static void eoi(struct iosapic *io, unsigned vector)
{
	for (unsigned pin = 0; pin < IOSAPIC_PINS; pin++) {
		uint32_t *low = &io->rte[pin][0];

		if (!(*low & RTE_LEVEL) || (*low & RTE_VECTOR) != vector)
			continue;
		*low &= ~RTE_REMOTE_IRR;
		level_check(io, pin);
	}
}

static uint32_t window_read(const struct iosapic *io)
{
	unsigned n = io->select - IDX_RTE;

	if (io->select == IDX_ID)
		return io->id;
	if (io->select == IDX_VERSION)
		return VERSION;
	if (io->select >= IDX_RTE && n / 2 < IOSAPIC_PINS)
		return io->rte[n / 2][n % 2];
	return 0;
}

static void window_write(struct iosapic *io, uint32_t val)
{
	unsigned n = io->select - IDX_RTE, pin = n / 2;

	if (io->select == IDX_ID)
		io->id = val & 0x0f000000;
	if (io->select < IDX_RTE || pin >= IOSAPIC_PINS)
		return;
	if (n % 2) {
		io->rte[pin][1] = val & RTE_HIGH_BITS;
		return;
	}
	/* Changing to edge forgets an interrupt that waits for its EOI. */
	io->rte[pin][0] =
		(val & RTE_LOW_BITS) | (val & RTE_LEVEL ? io->rte[pin][0] & RTE_REMOTE_IRR : 0);
	level_check(io, pin);
}

static uint64_t iosapic_read(void *opaque, uint64_t off, unsigned size)
{
	const struct iosapic *io = opaque;

	(void)size;
	switch (off) {
	case REG_SELECT: return io->select;
	case REG_WINDOW: return window_read(io);
	default: return 0;
	}
}

static void iosapic_write(void *opaque, uint64_t off, unsigned size, uint64_t val)
{
	struct iosapic *io = opaque;

	(void)size;
	switch (off) {
	case REG_SELECT: io->select = val & 0xff; break;
	case REG_WINDOW: window_write(io, val); break;
	case REG_EOI: eoi(io, val & 0xff); break;
	}
}

static const struct bus_dev_ops iosapic_ops = {
	.read = iosapic_read,
	.write = iosapic_write,
};

void iosapic_reset(struct iosapic *io)
{
	io->select = 0;
	io->id = 0;
	for (unsigned pin = 0; pin < IOSAPIC_PINS; pin++) {
		io->rte[pin][0] = RTE_MASK;
		io->rte[pin][1] = 0;
	}
}

struct iosapic *iosapic_create(struct machine *m)
{
	struct iosapic *io = calloc(1, sizeof(*io));

	if (!io)
		return NULL;
	io->m = m;
	iosapic_reset(io);
	bus_add_mmio(m->bus, IOSAPIC_BASE, IOSAPIC_SIZE, "iosapic", &iosapic_ops, io);
	return io;
}

void iosapic_destroy(struct iosapic *io)
{
	free(io);
}
