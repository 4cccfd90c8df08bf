/* SPDX-License-Identifier: MIT */
/*
 * The physical address space: RAM by pointer, devices by call.
 *
 * One picture of it is in memmap.h. A device registers a range of memory or of the legacy
 * I/O port space; the sparse 64 MB port window is translated here (SDM vol 2 §10.7).
 */
#ifndef BUS_H
#define BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct bus_dev_ops - a device's registers
 * @read: @off from the start of the range, @size 1, 2, 4 or 8
 */
struct bus_dev_ops {
	uint64_t (*read)(void *opaque, uint64_t off, unsigned size);
	void (*write)(void *opaque, uint64_t off, unsigned size, uint64_t val);
};

struct bus;
struct trace;

/** bus_create() - RAM of @ram_size bytes around the hole; NULL when the host has not so much */
struct bus *bus_create(uint64_t ram_size);
void bus_destroy(struct bus *bus);
/** bus_set_trace() - where accesses are traced, NULL for nowhere */
void bus_set_trace(struct bus *bus, struct trace *trace);
/** bus_clear_ram() - all of RAM zero, as after power-on */
void bus_clear_ram(struct bus *bus);
/** bus_ram() - host address of @pa, or NULL where there is no RAM; @room: bytes that follow */
void *bus_ram(struct bus *bus, uint64_t pa, uint64_t *room);
/** bus_add_mmio() - give [base, base + size) to a device; overlap is a bug in the board */
void bus_add_mmio(struct bus *bus, uint64_t base, uint64_t size, const char *name,
		  const struct bus_dev_ops *ops, void *opaque);
/** bus_add_port() - the same for legacy I/O ports */
void bus_add_port(struct bus *bus, uint16_t base, unsigned n, const char *name,
		  const struct bus_dev_ops *ops, void *opaque);
/**
 * bus_read()/bus_write() - RAM or device, @size 1, 2, 4 or 8
 *
 * A port without a device reads as all ones and ignores writes, as on every PC.
 * Return: false when nothing answers at @pa (machine check).
 */
bool bus_read(struct bus *bus, uint64_t pa, unsigned size, uint64_t *val);
bool bus_write(struct bus *bus, uint64_t pa, unsigned size, uint64_t val);
/** bus_copy_to()/bus_copy_from() - RAM only, for loaders and firmware; false outside RAM */
bool bus_copy_to(struct bus *bus, uint64_t pa, const void *src, size_t len);
bool bus_copy_from(struct bus *bus, void *dst, uint64_t pa, size_t len);
/** bus_ram_range() - the @i-th range of RAM, false after the last */
bool bus_ram_range(struct bus *bus, unsigned i, uint64_t *base, uint64_t *size);

#endif
