// SPDX-License-Identifier: MIT
/*
 * The configuration space of a function: PCI 3.0 chapter 6.
 *
 * It is an array of bytes with a mask of what software may write; that is all that sizing a
 * BAR takes, too. After a write the consequences are drawn: INTx, MSI-X.
 */
#include <assert.h>
#include <string.h>

#include "debug/trace.h"
#include "machine.h"
#include "pci/pci.h"

#define COMMAND_BITS                                                                               \
	(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_NO_INTX | 0x0140u) /* PERR, SERR */

void pci_set(struct pci_function *f, unsigned off, unsigned size, uint32_t val)
{
	assert(off + size <= PCI_CONFIG);
	memcpy(&f->config[off], &val, size);
	memcpy(&f->power_on[off], &val, size);
}

uint32_t pci_get(const struct pci_function *f, unsigned off, unsigned size)
{
	uint32_t val = 0;

	assert(off + size <= PCI_CONFIG);
	memcpy(&val, &f->config[off], size);
	return val;
}

static void set_writable(struct pci_function *f, unsigned off, unsigned size, uint32_t bits)
{
	memcpy(&f->writable[off], &bits, size);
}

void pci_init(struct pci_function *f, const struct pci_ops *ops, struct machine *m, uint16_t vendor,
	      uint16_t device, uint32_t class)
{
	f->ops = ops;
	f->m = m;
	f->caps_end = PCI_HEADER_END;
	pci_set(f, PCI_VENDOR, 2, vendor);
	pci_set(f, PCI_DEVICE, 2, device);
	pci_set(f, PCI_CLASS, 1, class & 0xff);
	pci_set(f, PCI_CLASS + 1, 2, class >> 8);
	pci_set(f, PCI_IRQ_PIN, 1, 1); /* INTA# */
	set_writable(f, PCI_COMMAND, 2, COMMAND_BITS);
	set_writable(f, PCI_IRQ_LINE, 1, 0xff);
}

void pci_add_bar(struct pci_function *f, unsigned bar, uint32_t size)
{
	assert(bar < PCI_BARS && size >= 16 && !(size & (size - 1)));
	f->bar_size[bar] = size;
	set_writable(f, PCI_BAR0 + 4 * bar, 4, ~(size - 1));
}

unsigned pci_add_cap(struct pci_function *f, uint8_t id, unsigned len)
{
	unsigned cap = f->caps_end;

	assert(cap + len <= PCI_CONFIG);
	pci_set(f, cap, 1, id);
	pci_set(f, f->last_cap ? f->last_cap + 1 : (unsigned)PCI_CAP_POINTER, 1, cap);
	pci_set(f, PCI_STATUS, 2, PCI_STATUS_CAPS);
	f->last_cap = cap;
	f->caps_end = (cap + len + 3) & ~3u;
	return cap;
}

void pci_function_reset(struct pci_function *f)
{
	memcpy(f->config, f->power_on, sizeof(f->config));
	f->intx = false;
	pci_msix_reset(f);
	f->ops->reset(f);
	pci_host_intx(f->host, f);
}

uint32_t pci_function_read(struct pci_function *f, unsigned reg, unsigned size)
{
	uint32_t val;

	if (f->ops->config_read)
		f->ops->config_read(f, reg, size);
	val = pci_get(f, reg, size);
	if (reg <= PCI_STATUS && reg + size > PCI_STATUS && f->intx)
		val |= PCI_STATUS_INTX << 8 * (PCI_STATUS - reg);
	if (trace_on(f->m->trace, pci))
		trace_msg(f->m->trace, pci, "%s %u: %#x/%u -> %#x", f->ops->name, f->dev, reg, size,
			  val);
	return val;
}

void pci_function_write(struct pci_function *f, unsigned reg, unsigned size, uint32_t val)
{
	if (trace_on(f->m->trace, pci))
		trace_msg(f->m->trace, pci, "%s %u: %#x/%u <- %#x", f->ops->name, f->dev, reg, size,
			  val);
	for (unsigned i = 0; i < size; i++) {
		uint8_t may = f->writable[reg + i], *byte = &f->config[reg + i];

		*byte = (*byte & ~may) | (val >> 8 * i & may);
	}
	if (f->ops->config_write)
		f->ops->config_write(f, reg, size);
	pci_host_intx(f->host, f);
	pci_msix_changed(f);
}

bool pci_bar_base(const struct pci_function *f, unsigned bar, uint64_t *base)
{
	*base = pci_get(f, PCI_BAR0 + 4 * bar, 4);
	return f->bar_size[bar] && pci_get(f, PCI_COMMAND, 2) & PCI_COMMAND_MEMORY;
}

uint64_t pci_bar_read(struct pci_function *f, unsigned bar, uint64_t off, unsigned size)
{
	assert(size <= f->bar_size[bar] && off <= f->bar_size[bar] - size);
	if (f->msix.n && bar == f->msix.bar)
		return pci_msix_read(f, off, size);
	return f->ops->read(f, bar, off, size);
}

void pci_bar_write(struct pci_function *f, unsigned bar, uint64_t off, unsigned size, uint64_t val)
{
	assert(size <= f->bar_size[bar] && off <= f->bar_size[bar] - size);
	if (f->msix.n && bar == f->msix.bar)
		pci_msix_write(f, off, size, val);
	else
		f->ops->write(f, bar, off, size, val);
}

bool pci_master(const struct pci_function *f)
{
	return pci_get(f, PCI_COMMAND, 2) & PCI_COMMAND_MASTER;
}

void pci_set_intx(struct pci_function *f, bool asserted)
{
	f->intx = asserted;
	pci_host_intx(f->host, f);
}
