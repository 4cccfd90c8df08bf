/* SPDX-License-Identifier: MIT */
/*
 * PCI: the host bridge of bus 0, and what a function on it is made of.
 *
 * A device is a struct pci_function with operations; it fills in its configuration space when
 * it is created, with which bits software may write, and is then asked only for its memory
 * BARs. Command register, BAR decoding, INTx and MSI-X are done here. PCI Local Bus 3.0; there
 * are no I/O BARs, no bridges behind this one, one function a device.
 */
#ifndef PCI_PCI_H
#define PCI_PCI_H

#include <stdbool.h>
#include <stdint.h>

#define PCI_DEVICES  32
#define PCI_BARS     6
#define PCI_CONFIG   256
#define PCI_MSIX_MAX 8 /* vectors of a function */

/* Configuration space, PCI 3.0 §6.1 */
enum {
	PCI_VENDOR = 0x00,
	PCI_DEVICE = 0x02,
	PCI_COMMAND = 0x04,
	PCI_STATUS = 0x06,
	PCI_REVISION = 0x08,
	PCI_CLASS = 0x09, /* 3 bytes */
	PCI_BAR0 = 0x10,
	PCI_SUBSYS_VENDOR = 0x2c,
	PCI_SUBSYS_ID = 0x2e,
	PCI_CAP_POINTER = 0x34,
	PCI_IRQ_LINE = 0x3c,
	PCI_IRQ_PIN = 0x3d,
	PCI_HEADER_END = 0x40,
};
#define PCI_COMMAND_MEMORY  0x0002u
#define PCI_COMMAND_MASTER  0x0004u
#define PCI_COMMAND_NO_INTX 0x0400u
#define PCI_STATUS_INTX	    0x0008u
#define PCI_STATUS_CAPS	    0x0010u
#define PCI_NOBODY	    0xffffffffu /* what a read gives that nobody answers */

struct machine;
struct pci_host;
struct pci_function;

/**
 * struct pci_ops - a device
 * @read, @write: its registers in a BAR; the access lies in the BAR, @size 1, 2, 4 or 8
 * @config_read: the bytes at @off are about to be read: bring them up to date; or NULL
 * @config_write: the bytes at @off have been written; or NULL
 * @reset: power-on state of all but the configuration space
 * @destroy: free it
 */
struct pci_ops {
	const char *name;
	uint64_t (*read)(struct pci_function *f, unsigned bar, uint64_t off, unsigned size);
	void (*write)(struct pci_function *f, unsigned bar, uint64_t off, unsigned size,
		      uint64_t val);
	void (*config_read)(struct pci_function *f, unsigned off, unsigned size);
	void (*config_write)(struct pci_function *f, unsigned off, unsigned size);
	void (*reset)(struct pci_function *f);
	void (*destroy)(struct pci_function *f);
};

/**
 * struct pci_msix - the MSI-X capability (PCI 3.0 §6.8.2)
 * @n: vectors, 0 without the capability
 * @cap: where it is in the configuration space
 * @bar: the BAR that holds table and pending bits, and nothing else
 * @entry: address low and high, data, vector control
 */
struct pci_msix {
	unsigned n, cap, bar;
	uint32_t entry[PCI_MSIX_MAX][4];
	uint32_t pending;
};

/**
 * struct pci_function - the part that all devices have; a device's structure starts with it
 * @config: the configuration space; @power_on: as it is after a reset; @writable: by software
 * @bar_size: 0 for none, else a power of 2
 * @intx: the device wants its INTA# asserted
 */
struct pci_function {
	const struct pci_ops *ops;
	struct machine *m;
	struct pci_host *host;
	unsigned dev;
	uint8_t config[PCI_CONFIG], power_on[PCI_CONFIG], writable[PCI_CONFIG];
	uint32_t bar_size[PCI_BARS];
	unsigned caps_end, last_cap;
	bool intx;
	struct pci_msix msix;
};

/* ---- host.c: the bridge ---- */
/** pci_host_create() - an empty bus 0, its memory window on the bus; NULL: memory is short */
struct pci_host *pci_host_create(struct machine *m);
/** pci_host_destroy() - with all functions on it */
void pci_host_destroy(struct pci_host *host);
void pci_host_reset(struct pci_host *host);
/** pci_host_add() - put @f, whose configuration space is complete, at the next device number */
bool pci_host_add(struct pci_host *host, struct pci_function *f);
/** pci_host_full() - is there no device number left? */
bool pci_host_full(const struct pci_host *host);
/**
 * pci_config_read()/pci_config_write() - configuration cycle; @size 1, 2, 4, @reg aligned to it
 *
 * Reads where there is no function give ones, writes are lost. @host may be NULL: no bus.
 */
uint32_t pci_config_read(struct pci_host *host, unsigned bus, unsigned devfn, unsigned reg,
			 unsigned size);
void pci_config_write(struct pci_host *host, unsigned bus, unsigned devfn, unsigned reg,
		      unsigned size, uint32_t val);
/** pci_host_setup() - what firmware does at power-on: BARs, memory decoding, interrupt lines */
void pci_host_setup(struct pci_host *host);
/** pci_host_intx() - the interrupt line of @f may have changed */
void pci_host_intx(struct pci_host *host, const struct pci_function *f);

/* ---- function.c: configuration space ---- */
/** pci_init() - identity and header; @class: base class, subclass, interface in three bytes */
void pci_init(struct pci_function *f, const struct pci_ops *ops, struct machine *m, uint16_t vendor,
	      uint16_t device, uint32_t class);
/** pci_set() - a field of the configuration space, 1, 2 or 4 bytes */
void pci_set(struct pci_function *f, unsigned off, unsigned size, uint32_t val);
uint32_t pci_get(const struct pci_function *f, unsigned off, unsigned size);
/** pci_add_bar() - a 32-bit memory BAR of @size bytes, a power of 2 of at least 16 */
void pci_add_bar(struct pci_function *f, unsigned bar, uint32_t size);
/** pci_add_cap() - the next capability, @len bytes with its two bytes of header; its offset */
unsigned pci_add_cap(struct pci_function *f, uint8_t id, unsigned len);
/** pci_function_reset() - configuration space and MSI-X as at power-on; then the device */
void pci_function_reset(struct pci_function *f);
uint32_t pci_function_read(struct pci_function *f, unsigned reg, unsigned size);
void pci_function_write(struct pci_function *f, unsigned reg, unsigned size, uint32_t val);
/** pci_bar_base() - where BAR @bar is decoded now; false when it is not */
bool pci_bar_base(const struct pci_function *f, unsigned bar, uint64_t *base);
/** pci_bar_read()/pci_bar_write() - an access within a BAR, MSI-X table included */
uint64_t pci_bar_read(struct pci_function *f, unsigned bar, uint64_t off, unsigned size);
void pci_bar_write(struct pci_function *f, unsigned bar, uint64_t off, unsigned size, uint64_t val);
/** pci_master() - may the function access memory and send messages? */
bool pci_master(const struct pci_function *f);
/** pci_set_intx() - assert or release INTA# */
void pci_set_intx(struct pci_function *f, bool asserted);

/* ---- msix.c ---- */
/** pci_add_msix() - the capability for @n vectors, with a BAR of its own; after other BARs */
void pci_add_msix(struct pci_function *f, unsigned n, unsigned bar);
/** pci_msix_enabled() - then INTx stays silent */
bool pci_msix_enabled(const struct pci_function *f);
/** pci_msix_send() - message @vector, now or when it is no longer masked; others are ignored */
void pci_msix_send(struct pci_function *f, unsigned vector);
/** pci_msix_changed() - a mask may have gone: send what is pending */
void pci_msix_changed(struct pci_function *f);
void pci_msix_reset(struct pci_function *f);
uint64_t pci_msix_read(const struct pci_function *f, uint64_t off, unsigned size);
void pci_msix_write(struct pci_function *f, uint64_t off, unsigned size, uint64_t val);

#endif
