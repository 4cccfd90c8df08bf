// SPDX-License-Identifier: MIT
/*
 * The virtio block device, driven through its registers and rings as a driver would, and as
 * one that is broken or means harm would. What is expected comes from virtio 1.1.
 */
#include "dev/pcbus.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#define SECTORS 64

enum { IN = 0, OUT = 1, FLUSH = 4, GET_ID = 8, DISCARD = 11, ZEROES = 13 };
enum { OK = 0, IOERR = 1, UNSUPP = 2, NO_ANSWER = 0xff };

static struct image image;
static struct disk *disk; /* the machine's */

static struct machine *machine(bool readonly, bool snapshot)
{
	struct machine *m = pcbus_create();

	image = image_create(SECTORS);
	disk = image_open(&image, readonly, snapshot);
	assert_true(pci_host_add(m->pci, virtio_blk_create(m, disk, 3)));
	pci_host_setup(m->pci);
	pin_to(m, GSI_PCI_BASE + 1, VECTOR);
	return m;
}

static int setup(void **state)
{
	*state = machine(false, false);
	driver_start(*state, 8);
	return 0;
}

static int setup_readonly(void **state)
{
	*state = machine(true, false);
	driver_start(*state, 8);
	return 0;
}

static int setup_snapshot(void **state)
{
	*state = machine(false, true);
	driver_start(*state, 8);
	return 0;
}

static int teardown(void **state)
{
	pcbus_destroy(*state);
	close(image.fd);
	return 0;
}

/* ---- the transport ---- */

static void features(void **state)
{
	struct machine *m = *state;

	common_set(m, STATUS, 1, 0);
	assert_int_equal(common(m, STATUS, 1), 0);
	common_set(m, DF_SEL, 4, 0);
	/* SIZE_MAX, SEG_MAX, BLK_SIZE, FLUSH, DISCARD, WRITE_ZEROES; VERSION_1; no more */
	assert_int_equal(common(m, DF, 4), 0x6246);
	common_set(m, DF_SEL, 4, 1);
	assert_int_equal(common(m, DF, 4), 1);
	common_set(m, DF_SEL, 4, 2);
	assert_int_equal(common(m, DF, 4), 0);

	/* a legacy driver, and one that wants what is not offered, are refused */
	common_set(m, STATUS, 1, ACK | DRIVER);
	common_set(m, STATUS, 1, ACK | DRIVER | FEATURES_OK);
	assert_int_equal(common(m, STATUS, 1), ACK | DRIVER);
	common_set(m, GF_SEL, 4, 1);
	common_set(m, GF, 4, 3);
	common_set(m, STATUS, 1, ACK | DRIVER | FEATURES_OK | DRIVER_OK);
	assert_int_equal(common(m, STATUS, 1), ACK | DRIVER);
	common_set(m, GF_SEL, 4, 7);
	common_set(m, GF, 4, 5); /* no such half */
	common_set(m, GF_SEL, 4, 1);
	common_set(m, GF, 4, 1);
	common_set(m, STATUS, 1, ACK | DRIVER | FEATURES_OK);
	assert_int_equal(common(m, STATUS, 1), ACK | DRIVER | FEATURES_OK);
	common_set(m, GF, 4, 0); /* too late */
	assert_int_equal(common(m, GF, 4), 1);
	common_set(m, STATUS, 1, ACK); /* bits stay until a reset */
	assert_int_equal(common(m, STATUS, 1), ACK | DRIVER | FEATURES_OK);
}

static void registers(void **state)
{
	struct machine *m = *state;
	uint64_t config = bar(m, 1, 0) + 0x2000;

	assert_int_equal(common(m, Q_SIZE, 4), 0); /* not a register's own size */
	common_set(m, Q_SIZE, 4, 4);
	assert_int_equal(common(m, Q_SIZE, 2), 8);
	common_set(m, Q_SIZE, 2, 4); /* the queue is enabled */
	assert_int_equal(common(m, Q_SIZE, 2), 8);
	common_set(m, Q_SEL, 2, 1); /* there is one */
	assert_int_equal(common(m, Q_SIZE, 2), 0);
	common_set(m, Q_SIZE, 2, 4);
	common_set(m, STATUS, 1, 0);
	assert_int_equal(common(m, Q_SIZE, 2), 128);
	for (unsigned bad = 0; bad < 3; bad++)
		common_set(m, Q_SIZE, 2, bad == 0 ? 0 : bad == 1 ? 7 : 256);
	assert_int_equal(common(m, Q_SIZE, 2), 128);
	common_set(m, Q_MSIX, 2, 2);
	assert_int_equal(common(m, Q_MSIX, 2), 0xffff);
	common_set(m, Q_MSIX, 2, 1);
	assert_int_equal(common(m, Q_MSIX, 2), 1);

	assert_int_equal(rd(m, config, 8), SECTORS);
	assert_int_equal(rd(m, config + 8, 4), MIB); /* size_max */
	assert_int_equal(rd(m, config + 12, 4), 126);
	assert_int_equal(rd(m, config + 20, 4), 512);
	assert_int_equal(rd(m, config + 56, 1), 1);
	assert_int_equal(rd(m, config + 60, 8), 0);
	wr(m, config, 8, 5);
	assert_int_equal(rd(m, config, 8), SECTORS);
}

/* ---- requests that a driver makes ---- */

static void read_and_write(void **state)
{
	struct machine *m = *state;
	uint32_t used = 0;

	assert_int_equal(request(m, IN, 5, 1024, true, &used), OK);
	assert_int_equal(used, 1025);
	assert_int_equal(rd(m, DATA, 8), 0x0606060606060606);
	assert_int_equal(rd(m, DATA + 512, 8), 0x0707070707070707);
	assert_int_equal(rd(m, DATA + 1024, 8), 0);
	assert_int_equal(rd(m, RING_USED + 4, 4), 0); /* the chain's head */
	wr(m, DATA, 8, 0x1122334455667788);
	assert_int_equal(request(m, OUT, 63, 512, false, &used), OK);
	assert_int_equal(used, 1);
	assert_int_equal(image_byte(&image, 63 * 512), 0x88);
	assert_int_equal(image_byte(&image, 62 * 512 + 511), 63);
	assert_int_equal(request(m, FLUSH, 0, 0, false, &used), OK);
	assert_int_equal(request(m, IN, 3, 0, true, &used), OK); /* no data: nothing to do */
	assert_int_equal(used, 1);
	wr(m, DATA, 8, 0);
	assert_int_equal(request(m, IN, 63, 512, true, &used), OK);
	assert_int_equal(rd(m, DATA, 8), 0x1122334455667788);
	assert_int_equal(request(m, GET_ID, 0, 20, true, &used), OK);
	assert_int_equal(used, 21);
	assert_int_equal(rd(m, DATA, 8), 0x336b736964); /* "disk3" */
	assert_false(common(m, STATUS, 1) & NEEDS_RESET);
}

/* Header, data and status may be cut and put together in any way: §2.6.4 */
static void any_layout(void **state)
{
	struct machine *m = *state;

	wr(m, HEADER, 8, IN);
	wr(m, HEADER + 8, 8, 9);
	desc(m, 0, HEADER, 3, NEXT, 1);
	desc(m, 1, HEADER + 3, 0, NEXT, 7);
	desc(m, 7, HEADER + 3, 13, NEXT, 2);
	desc(m, 2, DATA, 1, NEXT | WRITE, 3);
	desc(m, 3, DATA + 0x100000, 510, NEXT | WRITE, 4);
	desc(m, 4, DATA + 0x1001, 2, WRITE, 0); /* the last byte and the status */
	wr(m, DATA + 0x1002, 1, 0xff);
	offer(m, 8, 0);
	pass(m, REQUEST);
	assert_int_equal(rd(m, DATA, 1), 10);
	assert_int_equal(rd(m, DATA + 0x100000 + 509, 2), 10);
	assert_int_equal(rd(m, DATA + 0x1001, 2), 10); /* and OK behind it */
}

static void takes_its_time(void **state)
{
	struct machine *m = *state;

	wr(m, HEADER, 8, FLUSH);
	desc(m, 0, HEADER, 16, NEXT, 1);
	desc(m, 1, STATUS_AT, 1, WRITE, 0);
	desc(m, 2, HEADER, 16, NEXT, 3);
	desc(m, 3, STATUS_AT + 1, 1, WRITE, 0);
	wr(m, STATUS_AT, 2, 0xffff);
	offer(m, 8, 0);
	offer(m, 8, 2);
	assert_int_equal(event_next(m), REQUEST);
	pass(m, REQUEST - 1);
	assert_int_equal(rd(m, RING_USED + 2, 2), 0);
	assert_false(delivered(m, VECTOR));
	pass(m, 1);
	assert_int_equal(rd(m, STATUS_AT, 2), 0xff00);
	assert_int_equal(rd(m, RING_USED + 2, 2), 1);
	assert_true(delivered(m, VECTOR));
	assert_int_equal(rd(m, bar(m, 1, 0) + 0x1000, 1), 1); /* ISR: a queue */
	assert_int_equal(rd(m, bar(m, 1, 0) + 0x1000, 1), 0); /* reading it ended that */
	end_of(m, VECTOR);
	assert_false(delivered(m, VECTOR));
	pass(m, REQUEST);
	assert_int_equal(rd(m, RING_USED + 2, 2), 2);
	assert_true(delivered(m, VECTOR));
	pass(m, REQUEST);
	assert_int_equal(event_next(m), MACHINE_NEVER);
	assert_int_equal(rd(m, RING_USED + 2, 2), 2);
}

static void interrupts_on_demand(void **state)
{
	struct machine *m = *state;

	wr(m, RING_AVAIL, 2, 1); /* none, please: §2.6.7 */
	assert_int_equal(request(m, FLUSH, 0, 0, false, NULL), OK);
	assert_false(delivered(m, VECTOR));
	wr(m, RING_AVAIL, 2, 0);
	/* MSI-X in place of the pin */
	wr(m, bar(m, 1, 2) + 16, 8, PIB_BASE);
	wr(m, bar(m, 1, 2) + 24, 8, 0x77);
	cfg_set(m, 1, cfg(m, 1, PCI_CAP_POINTER, 1) + 2, 2, 0x8000);
	common_set(m, Q_MSIX, 2, 1);
	assert_int_equal(request(m, FLUSH, 0, 0, false, NULL), OK);
	assert_true(delivered(m, 0x77));
	assert_false(delivered(m, VECTOR));
	common_set(m, Q_MSIX, 2, 0xffff);
	assert_int_equal(request(m, FLUSH, 0, 0, false, NULL), OK);
	assert_false(delivered(m, 0x77));
}

static void zeroes_and_discard(void **state)
{
	struct machine *m = *state;

	wr(m, DATA, 8, 10);    /* from sector 10, */
	wr(m, DATA + 8, 8, 2); /* two of them */
	assert_int_equal(request(m, ZEROES, 0, 16, false, NULL), OK);
	assert_int_equal(image_byte(&image, 10 * 512 - 1), 10);
	assert_int_equal(image_byte(&image, 10 * 512), 0);
	assert_int_equal(image_byte(&image, 12 * 512 - 1), 0);
	assert_int_equal(image_byte(&image, 12 * 512), 13);
	wr(m, DATA, 8, 16);
	wr(m, DATA + 8, 8, 8 | 1UL << 32); /* may be unmapped */
	assert_int_equal(request(m, ZEROES, 0, 16, false, NULL), OK);
	assert_int_equal(image_byte(&image, 16 * 512), 0);
	assert_int_equal(image_byte(&image, 24 * 512), 25);
	assert_int_equal(request(m, DISCARD, 0, 16, false, NULL), UNSUPP); /* a flag */
	wr(m, DATA + 8, 8, 8);
	assert_int_equal(request(m, DISCARD, 0, 16, false, NULL), OK);
	wr(m, DATA, 8, 60);
	assert_int_equal(request(m, DISCARD, 0, 16, false, NULL), IOERR); /* beyond the end */
	assert_int_equal(request(m, ZEROES, 0, 16, false, NULL), IOERR);
	wr(m, DATA, 8, UINT64_MAX);
	assert_int_equal(request(m, ZEROES, 0, 16, false, NULL), IOERR);
	assert_int_equal(request(m, ZEROES, 0, 32, false, NULL), IOERR); /* two ranges */
	assert_int_equal(request(m, ZEROES, 0, 15, false, NULL), IOERR);
	assert_int_equal(image_byte(&image, 60 * 512), 61);
}

/* ---- requests that cannot be done ---- */

static void errors(void **state)
{
	struct machine *m = *state;
	uint32_t used = 0;

	assert_int_equal(request(m, IN, 64, 512, true, &used), IOERR);
	assert_int_equal(used, 1);
	assert_int_equal(request(m, OUT, 63, 1024, false, NULL), IOERR);
	assert_int_equal(request(m, IN, UINT64_MAX, 512, true, NULL), IOERR);
	assert_int_equal(request(m, IN, 1UL << 55, 512, true, NULL), IOERR);
	assert_int_equal(request(m, IN, 0, 511, true, NULL), IOERR);
	assert_int_equal(request(m, IN, 0, 0xfffffe00, true, NULL), IOERR);
	assert_int_equal(request(m, GET_ID, 0, 19, true, NULL), IOERR);
	assert_int_equal(request(m, 99, 0, 512, true, NULL), UNSUPP);
	assert_int_equal(request(m, 0xffffffff, 0, 0, false, NULL), UNSUPP);
	assert_int_equal(image_byte(&image, 63 * 512), 64);
	assert_false(common(m, STATUS, 1) & NEEDS_RESET);
	assert_int_equal(request(m, IN, 63, 512, true, NULL), OK);
}

static void readonly(void **state)
{
	struct machine *m = *state;

	common_set(m, DF_SEL, 4, 0);
	assert_int_equal(common(m, DF, 4), 0x0266); /* RO, not DISCARD, not WRITE_ZEROES */
	wr(m, DATA, 8, 0);
	wr(m, DATA + 8, 8, 8);
	assert_int_equal(request(m, OUT, 0, 512, false, NULL), IOERR);
	assert_int_equal(request(m, ZEROES, 0, 16, false, NULL), IOERR);
	assert_int_equal(request(m, DISCARD, 0, 16, false, NULL), IOERR);
	assert_int_equal(request(m, FLUSH, 0, 0, false, NULL), OK);
	assert_int_equal(request(m, IN, 0, 512, true, NULL), OK);
	assert_int_equal(image_byte(&image, 0), 1);
}

/* Buffers outside RAM: the transfer fails, the machine does not */
static void buffers_nowhere(void **state)
{
	static const uint64_t at[] = { 32 * MIB, 32 * MIB - 100, PIB_BASE, UINT64_MAX - 100,
				       1UL << 63 };
	struct machine *m = *state;

	wr(m, HEADER, 8, IN);
	wr(m, HEADER + 8, 8, 0);
	desc(m, 0, HEADER, 16, NEXT, 1);
	desc(m, 2, STATUS_AT, 1, WRITE, 0);
	for (unsigned i = 0; i < 5; i++) {
		desc(m, 1, at[i], 512, NEXT | WRITE, 2);
		wr(m, STATUS_AT, 1, 0xff);
		offer(m, 8, 0);
		pass(m, REQUEST);
		assert_int_equal(rd(m, STATUS_AT, 1), IOERR);
	}
	assert_false(delivered(m, 0)); /* no store to the PIB was an interrupt */
}

static void host_fails(void **state)
{
	struct machine *m = *state;
	struct rlimit old, limit;

	/* the image ends early */
	assert_int_equal(ftruncate(image.fd, 20 * 512), 0);
	assert_int_equal(request(m, IN, 19, 512, true, NULL), OK);
	assert_int_equal(request(m, IN, 19, 1024, true, NULL), IOERR);
	assert_int_equal(request(m, IN, 30, 512, true, NULL), IOERR);
	/* there is no room to write */
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	limit = old;
	limit.rlim_cur = 30 * 512;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(request(m, OUT, 29, 512, false, NULL), OK);
	assert_int_equal(request(m, OUT, 29, 1024, false, NULL), IOERR);
	assert_int_equal(request(m, OUT, 40, 512, false, NULL), IOERR);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(request(m, OUT, 40, 512, false, NULL), OK);
	assert_false(common(m, STATUS, 1) & NEEDS_RESET);
	assert_int_equal(disk_stats(disk).failed, 4);
	assert_int_equal(disk_stats(disk).read, 1);
	assert_int_equal(disk_stats(disk).written, 2);
}

/* ---- drivers that are broken ---- */

/* The device says so, and nothing goes on before a reset; then all is well. */
static void assert_broken(struct machine *m)
{
	uint16_t used = rd(m, RING_USED + 2, 2);

	assert_true(common(m, STATUS, 1) & NEEDS_RESET);
	assert_int_equal(rd(m, bar(m, 1, 0) + 0x1000, 1) & 2, 2); /* a change of configuration */
	end_of(m, VECTOR);
	assert_true(delivered(m, VECTOR));
	request(m, FLUSH, 0, 0, false, NULL);
	assert_int_equal(rd(m, RING_USED + 2, 2), used);
	for (unsigned i = 0; i < 2; i++)
		memset(bus_ram(m->bus, i ? RING_USED : RING_AVAIL, NULL), 0, 256);
	driver_start(m, 8);
	assert_int_equal(request(m, IN, 1, 512, true, NULL), OK);
	rd(m, bar(m, 1, 0) + 0x1000, 1);
	end_of(m, VECTOR);
	delivered(m, VECTOR);
}

static void broken(struct machine *m, unsigned head)
{
	wr(m, HEADER, 8, FLUSH);
	desc(m, 6, HEADER, 16, NEXT, 7);
	desc(m, 7, STATUS_AT, 1, WRITE, 0);
	offer(m, 8, head);
	pass(m, REQUEST);
	assert_broken(m);
}

static void bad_chains(void **state)
{
	struct machine *m = *state;

	broken(m, 8); /* no such descriptor */
	broken(m, 65535);
	desc(m, 0, HEADER, 16, NEXT, 8);
	broken(m, 0);
	desc(m, 0, HEADER, 16, NEXT, 0); /* a loop */
	broken(m, 0);
	desc(m, 0, HEADER, 16, NEXT, 1);
	desc(m, 1, HEADER, 16, NEXT, 0);
	broken(m, 0);
	desc(m, 0, HEADER, 16, 4 | NEXT, 7); /* indirect, not offered */
	broken(m, 0);
	desc(m, 0, STATUS_AT, 1, WRITE | NEXT, 6); /* to be read behind to be written */
	broken(m, 0);
	desc(m, 0, HEADER, 16, 0, 0); /* no status */
	broken(m, 0);
	desc(m, 0, HEADER, 15, NEXT, 7); /* no header */
	broken(m, 0);
	desc(m, 0, STATUS_AT, 1, WRITE, 0);
	broken(m, 0);
	desc(m, 0, HEADER, 16, NEXT, 1);
	desc(m, 1, STATUS_AT, 0, WRITE, 0); /* a status of no byte */
	broken(m, 0);
	desc(m, 1, 32 * MIB, 1, WRITE, 0); /* or outside RAM */
	broken(m, 0);
	desc(m, 0, UINT64_MAX - 3, 16, NEXT, 7);
	broken(m, 0);
}

static void bad_rings(void **state)
{
	static const unsigned ring[] = { Q_DESC, Q_AVAIL, Q_USED };
	struct machine *m = *state;

	wr(m, RING_AVAIL + 2, 2, 9); /* more than there is room for */
	wr(m, bar(m, 1, 0) + 0x3000, 2, 0);
	pass(m, REQUEST);
	assert_broken(m);

	for (unsigned i = 0; i < 3; i++) {
		common_set(m, STATUS, 1, 0);
		driver_start(m, 8);
		/* as if the driver had said so before it enabled the queue */
		common_set(m, STATUS, 1, 0);
		common_set(m, GF_SEL, 4, 1);
		common_set(m, GF, 4, 1);
		common_set(m, STATUS, 1, FEATURES_OK);
		common_set(m, Q_DESC, 4, RING_DESC);
		common_set(m, Q_AVAIL, 4, RING_AVAIL);
		common_set(m, Q_USED, 4, RING_USED);
		common_set(m, ring[i], 4, 0xfffffff0);
		common_set(m, ring[i] + 4, 4, i == 0 ? 0xffffffff : 0);
		common_set(m, Q_SIZE, 2, 8);
		common_set(m, Q_ENABLE, 2, 1);
		common_set(m, STATUS, 1, DRIVER_OK);
		memset(bus_ram(m->bus, RING_AVAIL, NULL), 0, 256);
		broken(m, 6);
	}
}

/* A queue that is not enabled, a driver that is not ready, no bus master: nothing happens */
static void not_ready(void **state)
{
	struct machine *m = *state;

	cfg_set(m, 1, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	assert_int_equal(request(m, FLUSH, 0, 0, false, NULL), NO_ANSWER);
	cfg_set(m, 1, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	common_set(m, STATUS, 1, 0);
	assert_int_equal(request(m, FLUSH, 0, 0, false, NULL), NO_ANSWER);
	common_set(m, GF_SEL, 4, 1);
	common_set(m, GF, 4, 1);
	common_set(m, STATUS, 1, FEATURES_OK);
	common_set(m, STATUS, 1, DRIVER_OK);
	assert_int_equal(request(m, FLUSH, 0, 0, false, NULL), NO_ANSWER);
	wr(m, bar(m, 1, 0) + 0x3004, 2, 1);
	wr(m, bar(m, 1, 0) + 0x3ffe, 2, 1);

	/* a reset forgets a request under way */
	wr(m, RING_AVAIL + 2, 2, 0);
	wr(m, RING_USED + 2, 2, 0);
	driver_start(m, 8);
	offer(m, 8, 0);
	common_set(m, STATUS, 1, 0);
	assert_int_equal(event_next(m), MACHINE_NEVER);
}

/* ---- coherence ---- */

static void dma_is_coherent(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpus[0];
	uint64_t host = (uintptr_t)bus_ram(m->bus, DATA + 0x100, NULL);

	cpu->gr_limit = 32;
	alat_insert(cpu, false, 8, host, 8);
	alat_insert(cpu, false, 9, host + 0x200, 8);
	assert_int_equal(request(m, IN, 0, 512, true, NULL), OK);
	assert_false(alat_check(cpu, false, 8, host, 8, false));
	assert_true(alat_check(cpu, false, 9, host + 0x200, 8, false));
}

/* ---- the image below ---- */

static void snapshot(void **state)
{
	struct machine *m = *state;

	memset(bus_ram(m->bus, DATA, NULL), 0xee, 0x3000);
	assert_int_equal(request(m, OUT, 6, 512, false, NULL), OK);
	assert_int_equal(request(m, OUT, 15, 512 * 18, false, NULL), OK);
	assert_int_equal(request(m, FLUSH, 0, 0, false, NULL), OK);
	wr(m, DATA, 8, 20);
	wr(m, DATA + 8, 8, 1 | 1UL << 32);
	assert_int_equal(request(m, ZEROES, 0, 16, false, NULL), OK);
	assert_int_equal(request(m, DISCARD, 0, 16, false, NULL), UNSUPP);
	wr(m, DATA + 8, 8, 1);
	assert_int_equal(request(m, DISCARD, 0, 16, false, NULL), OK);
	for (unsigned i = 0; i < SECTORS; i++) {
		unsigned want = i == 20 ? 0 : i == 6 || (i >= 15 && i < 33) ? 0xee : 1 + i;

		assert_int_equal(request(m, IN, i, 512, true, NULL), OK);
		assert_int_equal(rd(m, DATA, 1), want);
		assert_int_equal(rd(m, DATA + 511, 1), want);
		assert_int_equal(image_byte(&image, i * 512), 1 + i);
	}
	assert_int_equal(request(m, IN, 0, 512 * SECTORS, true, NULL), OK);
	assert_int_equal(rd(m, DATA + 512 * 33 - 1, 2), 34 << 8 | 0xee);
}

static void open_errors(void **state)
{
	char why[200], dir[] = "/tmp/diskXXXXXX";
	struct image img = image_create(3), odd = image_create(1);
	struct disk *a, *b, *c;

	(void)state;
	assert_null(disk_open("/nonexistent/disk", false, false, why, sizeof(why)));
	assert_string_equal(why, "No such file or directory");
	assert_non_null(mkdtemp(dir));
	assert_null(disk_open(dir, false, false, why, sizeof(why)));
	assert_string_equal(why, "is a directory");
	assert_null(disk_open(dir, true, false, why, sizeof(why)));
	assert_string_equal(why, "is a directory");
	rmdir(dir);
	assert_null(disk_open("/dev/null", true, false, why, sizeof(why)));
	assert_string_equal(why, "is neither a file nor a block device");
	assert_int_equal(ftruncate(odd.fd, 513), 0);
	assert_null(disk_open(odd.path, false, false, why, sizeof(why)));
	assert_string_equal(why, "its size, 513 bytes, is not a multiple of 512");
	assert_int_equal(ftruncate(odd.fd, 0), 0);
	assert_null(disk_open(odd.path, false, false, why, sizeof(why)));
	assert_string_equal(why, "is empty");

	/* who writes is alone */
	a = image_open(&img, true, false);
	b = image_open(&img, false, true);
	c = image_open(&img, false, false);
	assert_false(disk_conflict(a, b));
	assert_true(disk_conflict(a, c) && disk_conflict(c, b) && disk_conflict(c, c));
	assert_true(disk_lock(a, why, sizeof(why)));
	assert_true(disk_lock(b, why, sizeof(why)));
	assert_false(disk_lock(c, why, sizeof(why)));
	assert_string_equal(why, "is in use by another process");
	disk_close(a);
	disk_close(b);
	assert_true(disk_lock(c, why, sizeof(why)));
	a = image_open(&img, true, false);
	assert_false(disk_lock(a, why, sizeof(why)));
	disk_close(a);
	disk_close(c);
	close(img.fd);
	close(odd.fd);
}

static void drive_text(void **state)
{
	static const char *const bad[] = {
		"",
		"disk.img",
		"file=",
		"file=a,format=qcow2",
		"file=a,if=ide",
		"format=raw",
		"file=a,readonly",
		"file=a,readonly=yes",
		"file=a,cache=none",
		"file=a,media=cdrom",
		"=",
	};
	struct drive_options d;
	int err = dup(2), null = open("/dev/null", O_WRONLY);

	(void)state;
	assert_true(drive_parse(&d, "if=virtio,format=raw,file=a,,b=c,,,readonly=on,id=x"));
	assert_string_equal(d.file, "a,b=c,");
	assert_true(d.readonly && !d.snapshot);
	drive_free(&d);
	assert_true(drive_parse(&d, "file=x,snapshot=on,readonly=off,media=disk"));
	assert_true(!d.readonly && d.snapshot);
	drive_free(&d);
	dup2(null, 2);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (drive_parse(&d, bad[i]))
			fail_msg("taken: %s", bad[i]);
		else
			drive_free(&d);
	dup2(err, 2);
	close(err);
	close(null);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(features, setup, teardown),
		cmocka_unit_test_setup_teardown(registers, setup, teardown),
		cmocka_unit_test_setup_teardown(read_and_write, setup, teardown),
		cmocka_unit_test_setup_teardown(any_layout, setup, teardown),
		cmocka_unit_test_setup_teardown(takes_its_time, setup, teardown),
		cmocka_unit_test_setup_teardown(interrupts_on_demand, setup, teardown),
		cmocka_unit_test_setup_teardown(zeroes_and_discard, setup, teardown),
		cmocka_unit_test_setup_teardown(errors, setup, teardown),
		cmocka_unit_test_setup_teardown(readonly, setup_readonly, teardown),
		cmocka_unit_test_setup_teardown(buffers_nowhere, setup, teardown),
		cmocka_unit_test_setup_teardown(host_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_chains, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_rings, setup, teardown),
		cmocka_unit_test_setup_teardown(not_ready, setup, teardown),
		cmocka_unit_test_setup_teardown(dma_is_coherent, setup, teardown),
		cmocka_unit_test_setup_teardown(snapshot, setup_snapshot, teardown),
		cmocka_unit_test(open_errors),
		cmocka_unit_test(drive_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
