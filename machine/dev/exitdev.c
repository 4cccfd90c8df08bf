// SPDX-License-Identifier: MIT
/*
 * The exit device: a store of any size to its first bytes ends the machine with the low 8
 * bits stored as the exit status of the program. A load from there gives EXITDEV_MAGIC, so
 * that a bare guest can find out whether it runs on a machine that has the device. No
 * firmware table mentions it: an operating system never comes across it.
 */
#include "dev/exitdev.h"

#include "machine.h"

#define EXITDEV_MAGIC 0x54495845 /* "EXIT" */

static uint64_t exitdev_read(void *opaque, uint64_t off, unsigned size)
{
	(void)opaque, (void)size;
	return off == 0 ? EXITDEV_MAGIC : 0;
}

static void exitdev_write(void *opaque, uint64_t off, unsigned size, uint64_t val)
{
	(void)size;
	if (off == 0)
		machine_end(opaque, val & 0xff);
}

static const struct bus_dev_ops exitdev_ops = {
	.read = exitdev_read,
	.write = exitdev_write,
};

void exitdev_create(struct machine *m)
{
	bus_add_mmio(m->bus, EXITDEV_BASE, EXITDEV_SIZE, "exit", &exitdev_ops, m);
}
