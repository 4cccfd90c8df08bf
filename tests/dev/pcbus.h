/* SPDX-License-Identifier: MIT */
/*
 * A machine with disks for the tests of PCI and virtio, and the part of a virtio driver that
 * they need. There is a processor, but it never runs: its IRR shows what was delivered.
 */
#ifndef TESTS_DEV_PCBUS_H
#define TESTS_DEV_PCBUS_H

#define _GNU_SOURCE /* memfd_create */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "cpu/parts.h"
#include "dev/disk.h"
#include "dev/drive.h"
#include "event.h"
#include "irq/iosapic.h"
#include "machine.h"
#include "pci/pci.h"
#include "virtio/virtio.h"

#define MIB (1UL << 20)

/* The common configuration, virtio 1.1 §4.1.4.3 */
enum {
	DF_SEL = 0x00,
	DF = 0x04,
	GF_SEL = 0x08,
	GF = 0x0c,
	MSIX_CONFIG = 0x10,
	NUM_QUEUES = 0x12,
	STATUS = 0x14,
	Q_SEL = 0x16,
	Q_SIZE = 0x18,
	Q_MSIX = 0x1a,
	Q_ENABLE = 0x1c,
	Q_DESC = 0x20,
	Q_AVAIL = 0x28,
	Q_USED = 0x30,
};
enum { ACK = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8, NEEDS_RESET = 64 };

/* Where the driver has its things */
#define RING_DESC  0x100000UL
#define RING_AVAIL 0x101000UL
#define RING_USED  0x102000UL
#define HEADER	   0x103000UL
#define STATUS_AT  0x103100UL
#define DATA	   0x110000UL

#define NEXT  1
#define WRITE 2

#define VECTOR 0x41 /* of the INTx pin */

static inline uint64_t pcbus_no_time(void *opaque, struct cpu *cpu)
{
	(void)opaque, (void)cpu;
	return 0;
}

static const struct cpu_ops pcbus_ops = { .itc_now = pcbus_no_time };

static inline struct machine *pcbus_create(void)
{
	struct machine *m = calloc(1, sizeof(*m));

	m->bus = bus_create(32 * MIB);
	m->cpus[0] = cpu_create(0, m->bus, &pcbus_ops, m);
	m->ncpus = 1;
	m->iosapic = iosapic_create(m);
	pib_create(m);
	m->pci = pci_host_create(m);
	return m;
}

static inline void pcbus_destroy(struct machine *m)
{
	pci_host_destroy(m->pci);
	iosapic_destroy(m->iosapic);
	cpu_destroy(m->cpus[0]);
	bus_destroy(m->bus);
	free(m);
}

static inline uint64_t rd(struct machine *m, uint64_t pa, unsigned size)
{
	uint64_t val;

	assert_true(bus_read(m->bus, pa, size, &val));
	return val;
}

static inline void wr(struct machine *m, uint64_t pa, unsigned size, uint64_t val)
{
	assert_true(bus_write(m->bus, pa, size, val));
}

static inline uint32_t cfg(struct machine *m, unsigned dev, unsigned reg, unsigned size)
{
	return pci_config_read(m->pci, 0, dev << 3, reg, size);
}

static inline void cfg_set(struct machine *m, unsigned dev, unsigned reg, unsigned size,
			   uint32_t val)
{
	pci_config_write(m->pci, 0, dev << 3, reg, size, val);
}

static inline uint64_t bar(struct machine *m, unsigned dev, unsigned n)
{
	return cfg(m, dev, PCI_BAR0 + 4 * n, 4);
}

/* Was @vector delivered since the last call? */
static inline bool delivered(struct machine *m, unsigned vector)
{
	uint64_t *word = &m->cpus[0]->irr[vector / 64], bit = UINT64_C(1) << vector % 64;
	bool was = *word & bit;

	*word &= ~bit;
	return was;
}

/* A redirection entry: level, active low, to processor 0 */
static inline void pin_to(struct machine *m, unsigned pin, unsigned vector)
{
	wr(m, IOSAPIC_BASE, 4, 0x10 + 2 * pin);
	wr(m, IOSAPIC_BASE + 0x10, 4, vector | 1 << 13 | 1 << 15);
}

static inline void end_of(struct machine *m, unsigned vector)
{
	wr(m, IOSAPIC_BASE + 0x40, 4, vector);
}

/* Virtual time passes. */
static inline void pass(struct machine *m, uint64_t ticks)
{
	m->sched.latest += ticks;
	event_run(m, machine_now(m));
}

/* ---- images ---- */

struct image {
	int fd;
	char path[32];
};

static inline struct image image_create(unsigned sectors)
{
	struct image img = { .fd = memfd_create("disk", 0) };
	uint8_t sector[SECTOR_SIZE];

	assert_true(img.fd >= 0);
	for (unsigned i = 0; i < sectors; i++) {
		memset(sector, 1 + i, sizeof(sector));
		assert_int_equal(write(img.fd, sector, sizeof(sector)), sizeof(sector));
	}
	snprintf(img.path, sizeof(img.path), "/proc/self/fd/%d", img.fd);
	return img;
}

static inline int image_byte(const struct image *img, uint64_t at)
{
	uint8_t byte;

	return pread(img->fd, &byte, 1, at) == 1 ? byte : -1;
}

static inline struct disk *image_open(const struct image *img, bool readonly, bool snapshot)
{
	char why[200] = "";
	struct disk *d = disk_open(img->path, readonly, snapshot, why, sizeof(why));

	if (!d)
		fail_msg("%s", why);
	return d;
}

/* ---- the driver ---- */

static inline uint64_t common(struct machine *m, unsigned reg, unsigned size)
{
	return rd(m, bar(m, 1, 0) + reg, size);
}

static inline void common_set(struct machine *m, unsigned reg, unsigned size, uint64_t val)
{
	wr(m, bar(m, 1, 0) + reg, size, val);
}

/* Device 1 from reset to DRIVER_OK with all that it offers, a queue of @size */
static inline void driver_start(struct machine *m, unsigned size)
{
	cfg_set(m, 1, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	common_set(m, STATUS, 1, 0);
	common_set(m, STATUS, 1, ACK | DRIVER);
	for (unsigned i = 0; i < 2; i++) {
		common_set(m, DF_SEL, 4, i);
		common_set(m, GF_SEL, 4, i);
		common_set(m, GF, 4, common(m, DF, 4));
	}
	common_set(m, STATUS, 1, ACK | DRIVER | FEATURES_OK);
	assert_true(common(m, STATUS, 1) & FEATURES_OK);
	common_set(m, Q_SEL, 2, 0);
	common_set(m, Q_SIZE, 2, size);
	common_set(m, Q_DESC, 4, RING_DESC);
	common_set(m, Q_AVAIL, 4, RING_AVAIL);
	common_set(m, Q_USED, 4, RING_USED);
	common_set(m, Q_ENABLE, 2, 1);
	common_set(m, STATUS, 1, ACK | DRIVER | FEATURES_OK | DRIVER_OK);
	assert_int_equal(common(m, STATUS, 1), ACK | DRIVER | FEATURES_OK | DRIVER_OK);
}

static inline void desc(struct machine *m, unsigned i, uint64_t pa, uint32_t len, uint16_t flags,
			uint16_t next)
{
	wr(m, RING_DESC + 16 * i, 8, pa);
	wr(m, RING_DESC + 16 * i + 8, 4, len);
	wr(m, RING_DESC + 16 * i + 12, 2, flags);
	wr(m, RING_DESC + 16 * i + 14, 2, next);
}

/* Make the chain at @head available, in a queue of @size; ring the bell */
static inline void offer(struct machine *m, unsigned size, unsigned head)
{
	uint16_t idx = rd(m, RING_AVAIL + 2, 2);

	wr(m, RING_AVAIL + 4 + 2 * (idx % size), 2, head);
	wr(m, RING_AVAIL + 2, 2, idx + 1);
	wr(m, bar(m, 1, 0) + 0x3000, 2, 0);
}

#define REQUEST 2000 /* ticks */

/*
 * A request of one data buffer at DATA, which the device writes when @in. Return: its status,
 * 0xff when there is none; @used: the length in the used ring
 */
static inline unsigned request(struct machine *m, uint32_t type, uint64_t sector, uint32_t len,
			       bool in, uint32_t *used)
{
	uint16_t before = rd(m, RING_USED + 2, 2);

	wr(m, HEADER, 4, type);
	wr(m, HEADER + 4, 4, 0);
	wr(m, HEADER + 8, 8, sector);
	wr(m, STATUS_AT, 1, 0xff);
	desc(m, 0, HEADER, 16, NEXT, len ? 1 : 2);
	desc(m, 1, DATA, len, NEXT | (in ? WRITE : 0), 2);
	desc(m, 2, STATUS_AT, 1, WRITE, 0);
	offer(m, 8, 0);
	pass(m, REQUEST);
	if (used && rd(m, RING_USED + 2, 2) != before)
		*used = rd(m, RING_USED + 4 + 8 * (before % 8) + 4, 4);
	return rd(m, STATUS_AT, 1);
}

#endif
