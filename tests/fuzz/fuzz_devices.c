// SPDX-License-Identifier: MIT
/*
 * fuzz_devices.c - any sequence of register accesses, of stores to the memory that devices
 * read, and of time that passes: UART, I/O SAPIC, processor interrupt block, ACPI, PCI, virtio.
 *
 * The image below a disk is only read (a snapshot): it has to be the same afterwards.
 */
#define _GNU_SOURCE /* memfd_create */
#include <sys/mman.h>
#include <unistd.h>

#include "cpu/parts.h"
#include "dev/acpipm.h"
#include "dev/disk.h"
#include "dev/exitdev.h"
#include "dev/uart.h"
#include "event.h"
#include "fuzz/fuzz.h"
#include "irq/iosapic.h"
#include "machine.h"
#include "pci/pci.h"
#include "virtio/virtio.h"

#define RAM	  (1UL << 20)
#define SECTORS	  32
#define STEPS	  2000
#define TICKS_MAX 100000

/* Rings and buffers of the driver that is set up when the input asks for it */
#define RING_DESC  0x10000UL
#define RING_AVAIL 0x11000UL
#define RING_USED  0x12000UL
#define QUEUE	   16

static uint64_t no_time(void *opaque, struct cpu *cpu)
{
	(void)opaque, (void)cpu;
	return 0;
}

static void nothing(void *opaque, struct cpu *cpu)
{
	(void)opaque, (void)cpu;
}

static void no_eoi(void *opaque, struct cpu *cpu, unsigned vector)
{
	(void)opaque, (void)cpu, (void)vector;
}

static const struct cpu_ops ops = { .itc_now = no_time, .itm_changed = nothing, .eoi = no_eoi };

static const char *image_path(void)
{
	static char path[32];
	uint8_t sector[SECTOR_SIZE];
	int fd;

	if (*path)
		return path;
	fd = memfd_create("disk", 0);
	for (unsigned i = 0; i < SECTORS; i++) {
		memset(sector, i, sizeof(sector));
		require(write(fd, sector, sizeof(sector)) == sizeof(sector));
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

static void check_image(void)
{
	uint8_t sector[SECTOR_SIZE];
	int fd = atoi(strrchr(image_path(), '/') + 1);

	for (unsigned i = 0; i < SECTORS; i++) {
		require(pread(fd, sector, sizeof(sector), i * SECTOR_SIZE) == sizeof(sector));
		require(sector[0] == i && sector[SECTOR_SIZE - 1] == i);
	}
}

static void add_disk(struct machine *m, bool readonly)
{
	char why[200];
	struct disk *d = disk_open(image_path(), readonly, true, why, sizeof(why));

	require(d);
	require(pci_host_add(m->pci, virtio_blk_create(m, d, readonly)));
}

static struct machine *board(void)
{
	struct machine *m = calloc(1, sizeof(*m));

	m->opt.no_reboot = true;
	m->bus = bus_create(RAM);
	m->cpus[0] = cpu_create(0, m->bus, &ops, m);
	m->ncpus = 1;
	m->iosapic = iosapic_create(m);
	pib_create(m);
	m->com1 = uart_create(m, PORT_COM1, GSI_COM1);
	m->pm = acpipm_create(m);
	exitdev_create(m);
	m->pci = pci_host_create(m);
	add_disk(m, false);
	add_disk(m, true);
	pci_host_setup(m->pci);
	return m;
}

static void unboard(struct machine *m)
{
	pci_host_destroy(m->pci);
	acpipm_destroy(m->pm);
	uart_destroy(m->com1);
	iosapic_destroy(m->iosapic);
	cpu_destroy(m->cpus[0]);
	bus_destroy(m->bus);
	free(m);
}

static uint64_t bar(struct machine *m, unsigned dev, unsigned n)
{
	return pci_config_read(m->pci, 0, dev << 3, PCI_BAR0 + 4 * n, 4);
}

/* A driver as far as DRIVER_OK, so that an input need not find that out first */
static void driver(struct machine *m, unsigned dev)
{
	uint64_t at = bar(m, dev, 0);

	pci_config_write(m->pci, 0, dev << 3, PCI_COMMAND, 2,
			 PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	bus_write(m->bus, at + 0x14, 1, 0);
	bus_write(m->bus, at + 0x14, 1, 3);
	for (unsigned i = 0; i < 2; i++) {
		uint64_t features;

		bus_write(m->bus, at, 4, i);
		bus_write(m->bus, at + 8, 4, i);
		bus_read(m->bus, at + 4, 4, &features);
		bus_write(m->bus, at + 12, 4, features);
	}
	bus_write(m->bus, at + 0x14, 1, 11);
	bus_write(m->bus, at + 0x18, 2, QUEUE);
	bus_write(m->bus, at + 0x20, 4, RING_DESC);
	bus_write(m->bus, at + 0x28, 4, RING_AVAIL);
	bus_write(m->bus, at + 0x30, 4, RING_USED);
	bus_write(m->bus, at + 0x1c, 2, 1);
	bus_write(m->bus, at + 0x14, 1, 15);
}

static uint64_t port(unsigned p)
{
	return IO_PORT_BASE + ((uint64_t)p >> 2 << 12) + p % 4096;
}

/* An address that is likely to be something's */
static uint64_t address(struct input *in, struct machine *m)
{
	unsigned where = take_num(in, 1), off = take_num(in, 2);

	switch (where % 12) {
	case 0: return port(PORT_COM1 + off % 8);
	case 1: return port(PORT_PM1_EVT + off % 16);
	case 2: return IO_PORT_BASE + take_num(in, 4) % IO_PORT_SIZE;
	case 3: return IOSAPIC_BASE + off % 0x48;
	case 4: return PIB_BASE + take_num(in, 4) % PIB_SIZE;
	case 5: return EXITDEV_BASE + off;
	case 6: return bar(m, 1 + (where >> 4 & 1), 0) + (off & 0x303f);
	case 7: return bar(m, 1 + (where >> 4 & 1), 0) + off;
	case 8: return bar(m, 1 + (where >> 4 & 1), 2) + (off & 0x83f);
	case 9: return PCI_MEM_BASE + take_num(in, 4) % PCI_MEM_SIZE;
	case 10: return RING_DESC + off % 0x2100;
	default: return take_num(in, 8);
	}
}

static void config(struct input *in, struct machine *m)
{
	unsigned how = take_num(in, 1), dev = take_num(in, 1), size = 1u << how % 3;
	unsigned reg = take_num(in, 2) % 0x140 & ~(size - 1);

	dev = how & 0x80 ? dev : (1 + dev % 2) << 3;
	if (how & 0x40)
		pci_config_write(m->pci, how & 0x20, dev, reg, size, take_num(in, size));
	else
		pci_config_read(m->pci, how & 0x20, dev, reg, size);
}

/* A chain of one to four descriptors, made available, and the bell */
static void offer(struct input *in, struct machine *m)
{
	unsigned how = take_num(in, 1), n = 1 + how % 4, head = take_num(in, 1);
	uint64_t idx = 0;

	for (unsigned i = 0; i < n; i++) {
		uint64_t at = RING_DESC + 16 * ((head + i) % QUEUE);
		unsigned flags = take_num(in, 1);

		bus_write(m->bus, at, 8,
			  flags & 0x80 ? take_num(in, 8) : 0x20000 + take_num(in, 2));
		bus_write(m->bus, at + 8, 4, flags & 0x40 ? take_num(in, 4) : take_num(in, 1));
		bus_write(m->bus, at + 12, 2, (flags & 0x26) | (i + 1 < n));
		bus_write(m->bus, at + 14, 2, flags & 0x10 ? flags : (head + i + 1) % QUEUE);
	}
	bus_read(m->bus, RING_AVAIL + 2, 2, &idx);
	bus_write(m->bus, RING_AVAIL + 4 + 2 * (idx % QUEUE), 2, head % QUEUE);
	bus_write(m->bus, RING_AVAIL + 2, 2, idx + 1);
	bus_write(m->bus, bar(m, 1, 0) + 0x3000, 2, 0);
}

/* The three parts of a request as a driver makes them, with any content */
static void well_formed(struct input *in, struct machine *m)
{
	unsigned len = take_num(in, 2) & 0xfe00;
	uint8_t header[16];
	uint64_t idx = 0;

	take_bytes(in, header, sizeof(header));
	memset(header + 1, 0, 3 + 4); /* a type that exists, perhaps */
	bus_copy_to(m->bus, 0x20000, header, sizeof(header));
	bus_write(m->bus, RING_DESC, 8, 0x20000);
	bus_write(m->bus, RING_DESC + 8, 8, 16 | 1UL << 32 | 1UL << 48);
	bus_write(m->bus, RING_DESC + 16, 8, 0x30000);
	bus_write(m->bus, RING_DESC + 24, 8,
		  (len ? len : 20) | (header[0] & 1 ? 1UL : 3UL) << 32 | 2UL << 48);
	bus_write(m->bus, RING_DESC + 32, 8, 0x21000);
	bus_write(m->bus, RING_DESC + 40, 8, 1 | 2UL << 32);
	bus_read(m->bus, RING_AVAIL + 2, 2, &idx);
	bus_write(m->bus, RING_AVAIL + 4 + 2 * (idx % QUEUE), 2, 0);
	bus_write(m->bus, RING_AVAIL + 2, 2, idx + 1);
	bus_write(m->bus, bar(m, 1, 0) + 0x3000, 2, 0);
}

static void store(struct input *in, struct machine *m)
{
	uint64_t at = 0x10000 + take_num(in, 2);
	uint8_t bytes[24];
	unsigned n = take_num(in, 1) % sizeof(bytes);

	take_bytes(in, bytes, n);
	bus_copy_to(m->bus, at, bytes, n);
}

static void pass(struct input *in, struct machine *m)
{
	m->sched.latest += take_num(in, 3) % TICKS_MAX;
	if (machine_now(m) >= acpipm_next(m->pm))
		acpipm_tick(m->pm);
	event_run(m, machine_now(m));
}

static void step(struct input *in, struct machine *m)
{
	unsigned what = take_num(in, 1), size = 1u << (what >> 6);
	uint64_t at, val;

	switch (what & 15) {
	case 0 ... 3: bus_read(m->bus, address(in, m), size, &val); break;
	case 4 ... 7:
		at = address(in, m);
		bus_write(m->bus, at, size, take_num(in, size));
		break;
	case 8: config(in, m); break;
	case 9: store(in, m); break;
	case 10: offer(in, m); break;
	case 11: well_formed(in, m); break;
	case 12: pass(in, m); break;
	case 13:
		if (uart_room(m->com1))
			uart_receive(m->com1, what);
		break;
	case 14:
		if (what & 16)
			sapic_read_ivr(m->cpus[0]);
		else
			sapic_write_eoi(m->cpus[0]);
		break;
	case 15:
		if (what & 16)
			pci_host_reset(m->pci);
		driver(m, 1 + (what >> 5 & 1));
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct machine *m = board();

	if (take_num(&in, 1) & 1)
		driver(m, 1);
	for (unsigned i = 0; in.n && i < STEPS; i++)
		step(&in, m);
	unboard(m);
	check_image();
	return 0;
}
