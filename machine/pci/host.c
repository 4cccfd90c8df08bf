// SPDX-License-Identifier: MIT
/*
 * The host bridge: bus 0, its window of memory addresses, its four interrupt lines.
 *
 * Configuration cycles come from SAL_PCI_CONFIG_READ and _WRITE; there is no other way to them.
 * A reference to the window that no BAR decodes is a master abort: ones are read, a store is
 * lost. INTA to INTD of a device go to the I/O SAPIC as the DSDT's _PRT says; several devices
 * share a pin, which is asserted while any of them asks. PCI device 0 is the bridge itself and
 * has no configuration space.
 */
#include <assert.h>
#include <stdlib.h>

#include "debug/trace.h"
#include "irq/iosapic.h"
#include "machine.h"
#include "pci/pci.h"

#define FIRST_DEVICE 1
#define INTX_LINES   4

struct pci_host {
	struct machine *m;
	struct pci_function *fn[PCI_DEVICES];
	uint32_t asserting[INTX_LINES]; /* a bit for each device that asks */
};

/* ---- interrupts ---- */

/* INTA# of device n: line n mod 4, the usual swizzle */
static unsigned intx_line(const struct pci_function *f)
{
	return f->dev % INTX_LINES;
}

void pci_host_intx(struct pci_host *host, const struct pci_function *f)
{
	unsigned line = intx_line(f);
	bool on = f->intx && !(pci_get(f, PCI_COMMAND, 2) & PCI_COMMAND_NO_INTX) &&
		  !pci_msix_enabled(f);
	uint32_t bit = UINT32_C(1) << f->dev, was = host->asserting[line];

	host->asserting[line] = on ? was | bit : was & ~bit;
	if (!was != !host->asserting[line])
		iosapic_set(host->m->iosapic, GSI_PCI_BASE + line, host->asserting[line]);
}

/* ---- the memory window ---- */

static struct pci_function *decode(struct pci_host *host, uint64_t pa, unsigned size, unsigned *bar,
				   uint64_t *off)
{
	uint64_t base;

	for (unsigned dev = 0; dev < PCI_DEVICES; dev++) {
		struct pci_function *f = host->fn[dev];

		for (unsigned b = 0; f && b < PCI_BARS; b++) {
			if (!pci_bar_base(f, b, &base) || pa < base)
				continue;
			*bar = b;
			*off = pa - base;
			if (*off < f->bar_size[b] && size <= f->bar_size[b] - *off)
				return f;
		}
	}
	return NULL;
}

static uint64_t window_read(void *opaque, uint64_t off, unsigned size)
{
	struct pci_host *host = opaque;
	struct pci_function *f;
	unsigned bar;
	uint64_t at;

	f = decode(host, PCI_MEM_BASE + off, size, &bar, &at);
	return f ? pci_bar_read(f, bar, at, size) : ~UINT64_C(0);
}

static void window_write(void *opaque, uint64_t off, unsigned size, uint64_t val)
{
	struct pci_host *host = opaque;
	struct pci_function *f;
	unsigned bar;
	uint64_t at;

	f = decode(host, PCI_MEM_BASE + off, size, &bar, &at);
	if (f)
		pci_bar_write(f, bar, at, size, val);
}

static const struct bus_dev_ops window_ops = {
	.read = window_read,
	.write = window_write,
};

/* ---- configuration cycles ---- */

static struct pci_function *target(struct pci_host *host, unsigned bus, unsigned devfn)
{
	if (!host || bus || devfn & 7)
		return NULL;
	return host->fn[devfn >> 3 & (PCI_DEVICES - 1)];
}

uint32_t pci_config_read(struct pci_host *host, unsigned bus, unsigned devfn, unsigned reg,
			 unsigned size)
{
	struct pci_function *f = target(host, bus, devfn);

	assert((size == 1 || size == 2 || size == 4) && !(reg & (size - 1)));
	if (!f || reg >= PCI_CONFIG)
		return PCI_NOBODY >> (32 - 8 * size);
	return pci_function_read(f, reg, size);
}

void pci_config_write(struct pci_host *host, unsigned bus, unsigned devfn, unsigned reg,
		      unsigned size, uint32_t val)
{
	struct pci_function *f = target(host, bus, devfn);

	assert((size == 1 || size == 2 || size == 4) && !(reg & (size - 1)));
	if (f && reg < PCI_CONFIG)
		pci_function_write(f, reg, size, val);
}

/* ---- power-on ---- */

/* As firmware leaves the bus: Linux/ia64 takes BARs as it finds them. */
void pci_host_setup(struct pci_host *host)
{
	uint64_t next = PCI_MEM_BASE;

	for (unsigned dev = 0; dev < PCI_DEVICES; dev++) {
		struct pci_function *f = host->fn[dev];
		unsigned devfn = dev << 3;

		for (unsigned b = 0; f && b < PCI_BARS; b++) {
			uint64_t size = f->bar_size[b];

			if (!size)
				continue;
			next = (next + size - 1) & ~(size - 1);
			assert(next + size <= PCI_MEM_BASE + PCI_MEM_SIZE);
			pci_config_write(host, 0, devfn, PCI_BAR0 + 4 * b, 4, next);
			next += size;
		}
		if (!f)
			continue;
		pci_config_write(host, 0, devfn, PCI_IRQ_LINE, 1, GSI_PCI_BASE + intx_line(f));
		pci_config_write(host, 0, devfn, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	}
}

void pci_host_reset(struct pci_host *host)
{
	for (unsigned dev = 0; dev < PCI_DEVICES; dev++)
		if (host->fn[dev])
			pci_function_reset(host->fn[dev]);
}

bool pci_host_full(const struct pci_host *host)
{
	return host->fn[PCI_DEVICES - 1];
}

bool pci_host_add(struct pci_host *host, struct pci_function *f)
{
	for (unsigned dev = FIRST_DEVICE; dev < PCI_DEVICES; dev++) {
		if (host->fn[dev])
			continue;
		host->fn[dev] = f;
		f->host = host;
		f->dev = dev;
		pci_function_reset(f);
		return true;
	}
	return false;
}

struct pci_host *pci_host_create(struct machine *m)
{
	struct pci_host *host = calloc(1, sizeof(*host));

	if (!host)
		return NULL;
	host->m = m;
	bus_add_mmio(m->bus, PCI_MEM_BASE, PCI_MEM_SIZE, "pci", &window_ops, host);
	return host;
}

void pci_host_destroy(struct pci_host *host)
{
	if (!host)
		return;
	for (unsigned dev = 0; dev < PCI_DEVICES; dev++)
		if (host->fn[dev])
			host->fn[dev]->ops->destroy(host->fn[dev]);
	free(host);
}
