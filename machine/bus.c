// SPDX-License-Identifier: MIT
/*
 * The physical address space: RAM in one host mapping, devices in two sorted lists.
 *
 * RAM is one mapping that the host fills in when it is touched, split around the hole of
 * memmap.h. The sparse port window (SDM vol 2 §10.7) is translated here, so that a device
 * on a port sees port numbers. An access never straddles RAM and a device: it is refused.
 */
#include "bus.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "debug/trace.h"
#include "hostmem.h"
#include "memmap.h"

#define MAX_DEVS 16

/* A range given to a device: of memory, or of ports. */
struct range {
	uint64_t base, size;
	const char *name;
	const struct bus_dev_ops *ops;
	void *opaque;
};

struct ranges {
	struct range r[MAX_DEVS];
	unsigned n;
};

struct bus {
	uint8_t *ram;
	uint64_t ram_size, low, high; /* bytes: all, below the hole, above it */
	struct ranges mmio, ports;
	struct trace *trace;
};

struct bus *bus_create(uint64_t ram_size)
{
	struct bus *bus = calloc(1, sizeof(*bus));

	if (!bus)
		return NULL;
	bus->ram = hostmem_get(ram_size);
	if (!bus->ram) {
		free(bus);
		return NULL;
	}
	bus->ram_size = ram_size;
	bus->low = ram_size < RAM_LOW_MAX ? ram_size : RAM_LOW_MAX;
	bus->high = ram_size - bus->low;
	return bus;
}

void bus_destroy(struct bus *bus)
{
	if (!bus)
		return;
	hostmem_put(bus->ram, bus->ram_size);
	free(bus);
}

void bus_set_trace(struct bus *bus, struct trace *trace)
{
	bus->trace = trace;
}

void bus_clear_ram(struct bus *bus)
{
	hostmem_clear(bus->ram, bus->ram_size);
}

void *bus_ram(struct bus *bus, uint64_t pa, uint64_t *room)
{
	uint64_t off = pa, end = bus->low;

	if (pa >= bus->low) {
		if (pa < RAM_HIGH_BASE || pa - RAM_HIGH_BASE >= bus->high)
			return NULL;
		off = bus->low + (pa - RAM_HIGH_BASE);
		end = bus->ram_size;
	}
	if (room)
		*room = end - off;
	return bus->ram + off;
}

bool bus_ram_range(struct bus *bus, unsigned i, uint64_t *base, uint64_t *size)
{
	if (i > 1 || (i == 1 && !bus->high))
		return false;
	*base = i ? RAM_HIGH_BASE : 0;
	*size = i ? bus->high : bus->low;
	return true;
}

static void range_add(struct ranges *rs, const struct range *r)
{
	unsigned i = rs->n;

	assert(rs->n < MAX_DEVS && r->size);
	while (i && rs->r[i - 1].base > r->base) {
		rs->r[i] = rs->r[i - 1];
		i--;
	}
	rs->r[i] = *r;
	rs->n++;
	assert(i == 0 || rs->r[i - 1].base + rs->r[i - 1].size <= r->base);
	assert(i + 1 == rs->n || r->base + r->size <= rs->r[i + 1].base);
}

static const struct range *range_find(const struct ranges *rs, uint64_t at, unsigned size)
{
	for (unsigned i = 0; i < rs->n; i++) {
		const struct range *r = &rs->r[i];

		if (at >= r->base && at - r->base < r->size)
			return at - r->base + size <= r->size ? r : NULL;
	}
	return NULL;
}

void bus_add_mmio(struct bus *bus, uint64_t base, uint64_t size, const char *name,
		  const struct bus_dev_ops *ops, void *opaque)
{
	range_add(&bus->mmio, &(struct range){ base, size, name, ops, opaque });
}

void bus_add_port(struct bus *bus, uint16_t base, unsigned n, const char *name,
		  const struct bus_dev_ops *ops, void *opaque)
{
	assert(base + n <= 0x10000);
	range_add(&bus->ports, &(struct range){ base, n, name, ops, opaque });
}

static bool in_port_window(uint64_t pa)
{
	return pa >= IO_PORT_BASE && pa - IO_PORT_BASE < IO_PORT_SIZE;
}

/* Four ports a page; the low 12 address bits repeat the port's. */
static uint64_t window_port(uint64_t pa)
{
	uint64_t off = pa - IO_PORT_BASE;

	return off >> 12 << 2 | (off & 3);
}

static void trace_access(struct bus *bus, const struct range *r, bool write, uint64_t at,
			 unsigned size, uint64_t val)
{
	const char *way = write ? "<-" : "->";

	if (r && trace_on(bus->trace, io))
		trace_msg(bus->trace, io, "%s %#lx/%u %s %#lx", r->name, at, size, way, val);
	else if (!r && trace_on(bus->trace, unassigned))
		trace_msg(bus->trace, unassigned, "%#lx/%u %s %#lx", at, size, way, val);
}

static uint64_t ones(unsigned size)
{
	return ~UINT64_C(0) >> (64 - 8 * size);
}

static bool dev_read(struct bus *bus, uint64_t pa, unsigned size, uint64_t *val)
{
	bool port = in_port_window(pa);
	uint64_t at = port ? window_port(pa) : pa;
	const struct range *r = range_find(port ? &bus->ports : &bus->mmio, at, size);

	*val = r ? r->ops->read(r->opaque, at - r->base, size) & ones(size) : ones(size);
	trace_access(bus, r, false, at, size, *val);
	return r || port;
}

static bool dev_write(struct bus *bus, uint64_t pa, unsigned size, uint64_t val)
{
	bool port = in_port_window(pa);
	uint64_t at = port ? window_port(pa) : pa;
	const struct range *r = range_find(port ? &bus->ports : &bus->mmio, at, size);

	val &= ones(size);
	trace_access(bus, r, true, at, size, val);
	if (r)
		r->ops->write(r->opaque, at - r->base, size, val);
	return r || port;
}

bool bus_read(struct bus *bus, uint64_t pa, unsigned size, uint64_t *val)
{
	uint64_t room;
	const void *p = bus_ram(bus, pa, &room);

	assert(size == 1 || size == 2 || size == 4 || size == 8);
	if (!p)
		return dev_read(bus, pa, size, val);
	if (room < size)
		return false;
	*val = 0;
	memcpy(val, p, size);
	return true;
}

bool bus_write(struct bus *bus, uint64_t pa, unsigned size, uint64_t val)
{
	uint64_t room;
	void *p = bus_ram(bus, pa, &room);

	assert(size == 1 || size == 2 || size == 4 || size == 8);
	if (!p)
		return dev_write(bus, pa, size, val);
	if (room < size)
		return false;
	memcpy(p, &val, size);
	return true;
}

bool bus_copy_to(struct bus *bus, uint64_t pa, const void *src, size_t len)
{
	uint64_t room;
	void *p = bus_ram(bus, pa, &room);

	if (!p || room < len)
		return len == 0;
	memcpy(p, src, len);
	return true;
}

bool bus_copy_from(struct bus *bus, void *dst, uint64_t pa, size_t len)
{
	uint64_t room;
	const void *p = bus_ram(bus, pa, &room);

	if (!p || room < len)
		return len == 0;
	memcpy(dst, p, len);
	return true;
}
