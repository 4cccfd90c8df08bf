// SPDX-License-Identifier: MIT
/*
 * MSI-X (PCI 3.0 §6.8.2): interrupts as stores of the device, one address and datum a vector.
 *
 * On IA-64 the address is one of the processor interrupt block (SDM vol 2 §5.8.4).
 */
#include <assert.h>
#include <string.h>

#include "dma.h"
#include "pci/pci.h"

#define CAP_ID	    0x11
#define CAP_LEN	    12
#define CAP_CONTROL 2
#define CAP_TABLE   4
#define CAP_PBA	    8

#define CONTROL_ENABLE 0x8000u
#define CONTROL_MASK   0x4000u /* all vectors */

#define ENTRY_BYTES  16
#define ENTRY_MASKED 1u
#define PBA_AT	     0x800

enum { ADDR_LOW, ADDR_HIGH, DATA, CONTROL };

void pci_add_msix(struct pci_function *f, unsigned n, unsigned bar)
{
	unsigned cap = pci_add_cap(f, CAP_ID, CAP_LEN);

	assert(n && n <= PCI_MSIX_MAX && f->bar_size[bar] >= PBA_AT + 8);
	f->msix.n = n;
	f->msix.cap = cap;
	f->msix.bar = bar;
	pci_set(f, cap + CAP_CONTROL, 2, n - 1);
	pci_set(f, cap + CAP_TABLE, 4, bar);
	pci_set(f, cap + CAP_PBA, 4, PBA_AT | bar);
	f->writable[cap + CAP_CONTROL + 1] = (CONTROL_ENABLE | CONTROL_MASK) >> 8;
	pci_msix_reset(f);
}

void pci_msix_reset(struct pci_function *f)
{
	f->msix.pending = 0;
	for (unsigned i = 0; i < f->msix.n; i++)
		memcpy(f->msix.entry[i], (uint32_t[4]){ [CONTROL] = ENTRY_MASKED }, ENTRY_BYTES);
}

static uint32_t control(const struct pci_function *f)
{
	return f->msix.n ? pci_get(f, f->msix.cap + CAP_CONTROL, 2) : 0;
}

bool pci_msix_enabled(const struct pci_function *f)
{
	return control(f) & CONTROL_ENABLE;
}

void pci_msix_changed(struct pci_function *f)
{
	uint32_t ready = f->msix.pending;

	if (!pci_msix_enabled(f) || control(f) & CONTROL_MASK || !pci_master(f))
		return;
	for (; ready; ready &= ready - 1) {
		unsigned i = __builtin_ctz(ready);
		const uint32_t *e = f->msix.entry[i];

		if (e[CONTROL] & ENTRY_MASKED)
			continue;
		f->msix.pending &= ~(1u << i);
		dma_message(f->m, (uint64_t)e[ADDR_HIGH] << 32 | e[ADDR_LOW], e[DATA]);
	}
}

void pci_msix_send(struct pci_function *f, unsigned vector)
{
	if (vector >= f->msix.n || !pci_msix_enabled(f))
		return;
	f->msix.pending |= 1u << vector;
	pci_msix_changed(f);
}

/* Accesses of 4 or 8 bytes are defined, §6.8.2; others read as 0 and are ignored. */
static uint32_t read_word(const struct pci_function *f, unsigned off)
{
	unsigned i = off / ENTRY_BYTES;

	if (i < f->msix.n)
		return f->msix.entry[i][off % ENTRY_BYTES / 4];
	return off == PBA_AT ? f->msix.pending : 0;
}

uint64_t pci_msix_read(const struct pci_function *f, uint64_t off, unsigned size)
{
	uint64_t val;

	if (size < 4 || off % size)
		return 0;
	val = read_word(f, off);
	if (size == 8)
		val |= (uint64_t)read_word(f, off + 4) << 32;
	return val;
}

static void write_word(struct pci_function *f, unsigned off, uint32_t val)
{
	unsigned i = off / ENTRY_BYTES, word = off % ENTRY_BYTES / 4;

	if (i >= f->msix.n)
		return;
	if (word == ADDR_LOW)
		val &= ~3u;
	if (word == CONTROL)
		val &= ENTRY_MASKED;
	f->msix.entry[i][word] = val;
}

void pci_msix_write(struct pci_function *f, uint64_t off, unsigned size, uint64_t val)
{
	if (size < 4 || off % size)
		return;
	write_word(f, off, val);
	if (size == 8)
		write_word(f, off + 4, val >> 32);
	pci_msix_changed(f);
}
