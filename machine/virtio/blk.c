// SPDX-License-Identifier: MIT
/*
 * The virtio block device (virtio 1.1 §5.2) over a disk image.
 *
 * It serves one request at a time, each in a fixed span of virtual time, so that what the host
 * takes for it shows nowhere. A request that is well formed but cannot be done - out of range,
 * beyond the limits, refused by the host - ends with VIRTIO_BLK_S_IOERR; a chain without room
 * for header and status is a driver error and stops the device.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debug/trace.h"
#include "dev/disk.h"
#include "event.h"
#include "machine.h"
#include "virtio/virtio.h"

#define VIRTIO_ID_BLOCK 2
#define CLASS_STORAGE	0x018000 /* mass storage, other */

#define REQUEST_TICKS (ITC_HZ / 50000) /* 20 us */
#define QUEUE	      0

/* Features, §5.2.3 */
#define F_SIZE_MAX     (1u << 1)
#define F_SEG_MAX      (1u << 2)
#define F_RO	       (1u << 5)
#define F_BLK_SIZE     (1u << 6)
#define F_FLUSH	       (1u << 9)
#define F_DISCARD      (1u << 13)
#define F_WRITE_ZEROES (1u << 14)

/* Request types, §5.2.6 */
enum { T_IN = 0, T_OUT = 1, T_FLUSH = 4, T_GET_ID = 8, T_DISCARD = 11, T_WRITE_ZEROES = 13 };
enum status { S_OK, S_IOERR, S_UNSUPP };

#define SEGMENTS_MAX   (VIRTQ_MAX - 2) /* beside header and status */
#define SEGMENT_BYTES  (1u << 20)
#define RANGE_SECTORS  (64u << 20 >> 9) /* of one discard or write zeroes */
#define ZEROES_UNMAP   1u
#define ID_BYTES       20
#define COPY_SECTORS   128u
#define COPY_BYTES     (COPY_SECTORS * SECTOR_SIZE)
#define TRANSFER_BYTES ((uint64_t)SEGMENTS_MAX * SEGMENT_BYTES)

/* §5.2.4; what belongs to features that are not offered is 0 */
struct blk_config {
	uint64_t capacity;
	uint32_t size_max, seg_max;
	uint32_t geometry;
	uint32_t blk_size;
	uint64_t topology;
	uint8_t writeback, unused0;
	uint16_t num_queues;
	uint32_t discard_sectors, discard_segs, discard_align;
	uint32_t zeroes_sectors, zeroes_segs;
	uint8_t zeroes_may_unmap, unused1[3];
};
#define CONFIG_LEN 60
_Static_assert(offsetof(struct blk_config, unused1) + 3 == CONFIG_LEN, "virtio 1.1 5.2.4");

struct blk_header {
	uint32_t type, reserved;
	uint64_t sector;
};

struct blk_range {
	uint64_t sector;
	uint32_t n, flags;
};

struct blk {
	struct virtio v;
	struct disk *disk;
	struct blk_config config;
	struct event event; /* the request under way, or the next, is done */
	char id[ID_BYTES];
	struct virtq_chain chain;
	uint8_t copy[COPY_BYTES];
};

static bool in_range(const struct blk *b, uint64_t sector, uint64_t n)
{
	return sector <= b->config.capacity && n <= b->config.capacity - sector;
}

/* @bytes: written for the driver, beside the status */
static enum status transfer(struct blk *b, const struct blk_header *h, bool in, uint32_t *bytes)
{
	const struct virtq_chain *c = &b->chain;
	uint64_t len = in ? c->in_len - 1 : c->out_len - sizeof(*h), done = 0;

	if (len % SECTOR_SIZE || len > TRANSFER_BYTES || !in_range(b, h->sector, len / SECTOR_SIZE))
		return S_IOERR;
	while (done < len) {
		uint32_t n = len - done < COPY_BYTES ? len - done : COPY_BYTES;
		uint64_t sector = h->sector + done / SECTOR_SIZE;

		if (in && !(disk_read(b->disk, sector, b->copy, n / SECTOR_SIZE) &&
			    virtq_write(b->v.pci.m, c, done, b->copy, n)))
			return S_IOERR;
		if (!in && !(virtq_read(b->v.pci.m, c, sizeof(*h) + done, b->copy, n) &&
			     disk_write(b->disk, sector, b->copy, n / SECTOR_SIZE)))
			return S_IOERR;
		done += n;
		*bytes = in ? done : 0;
	}
	return S_OK;
}

/* §5.2.6.2: one range, as the configuration says */
static enum status zero_or_discard(struct blk *b, const struct blk_header *h)
{
	bool zero = h->type == T_WRITE_ZEROES;
	struct blk_range r;

	if (!(b->v.accepted & (zero ? F_WRITE_ZEROES : F_DISCARD)))
		return S_UNSUPP;
	if (b->chain.out_len != sizeof(*h) + sizeof(r) ||
	    !virtq_read(b->v.pci.m, &b->chain, sizeof(*h), &r, sizeof(r)))
		return S_IOERR;
	if (r.flags & ~(zero ? ZEROES_UNMAP : 0u))
		return S_UNSUPP;
	if (r.n > RANGE_SECTORS || !in_range(b, r.sector, r.n))
		return S_IOERR;
	if (zero)
		return disk_zero(b->disk, r.sector, r.n, r.flags & ZEROES_UNMAP) ? S_OK : S_IOERR;
	disk_discard(b->disk, r.sector, r.n);
	return S_OK;
}

static enum status get_id(struct blk *b, uint32_t *bytes)
{
	if (b->chain.in_len - 1 < ID_BYTES ||
	    !virtq_write(b->v.pci.m, &b->chain, 0, b->id, ID_BYTES))
		return S_IOERR;
	*bytes = ID_BYTES;
	return S_OK;
}

static enum status execute(struct blk *b, const struct blk_header *h, uint32_t *bytes)
{
	bool writes = h->type == T_OUT || h->type == T_DISCARD || h->type == T_WRITE_ZEROES;

	if (writes && disk_readonly(b->disk))
		return S_IOERR;
	switch (h->type) {
	case T_IN: return transfer(b, h, true, bytes);
	case T_OUT: return transfer(b, h, false, bytes);
	case T_FLUSH: return disk_flush(b->disk) ? S_OK : S_IOERR;
	case T_GET_ID: return get_id(b, bytes);
	case T_DISCARD:
	case T_WRITE_ZEROES: return zero_or_discard(b, h);
	}
	return S_UNSUPP;
}

/* Serve the chain and give it back. Return: false for a driver error. */
static bool serve_chain(struct blk *b)
{
	struct machine *m = b->v.pci.m;
	const struct virtq_chain *c = &b->chain;
	struct blk_header h;
	uint32_t bytes = 0;
	bool interrupt;
	uint8_t status;

	if (c->in_len < 1 || !virtq_read(m, c, 0, &h, sizeof(h)))
		return false;
	status = execute(b, &h, &bytes);
	if (trace_on(m->trace, virtio))
		trace_msg(m->trace, virtio, "blk %u: type %u sector %lu, %lu bytes: status %u",
			  b->v.pci.dev, h.type, h.sector, c->out_len + c->in_len - sizeof(h) - 1,
			  status);
	if (!virtq_write(m, c, c->in_len - 1, &status, 1) ||
	    !virtq_push(&b->v.queue[QUEUE], m, c, bytes + 1, &interrupt))
		return false;
	if (interrupt)
		virtio_interrupt(&b->v, QUEUE);
	return true;
}

/* The event: a request is done. If there was one, another may follow. */
static void serve(void *opaque)
{
	struct blk *b = opaque;
	struct machine *m = b->v.pci.m;
	enum virtq_result r;

	if (!virtio_ready(&b->v, QUEUE))
		return;
	r = virtq_pop(&b->v.queue[QUEUE], m, &b->chain);
	if (r == VIRTQ_EMPTY)
		return;
	if (r == VIRTQ_BAD || !serve_chain(b))
		virtio_broken(&b->v);
	else
		event_set(m, &b->event, machine_now(m) + REQUEST_TICKS);
}

static void notify(struct virtio *v, unsigned queue)
{
	struct blk *b = (struct blk *)v;

	(void)queue;
	if (!b->event.pending)
		event_set(v->pci.m, &b->event, machine_now(v->pci.m) + REQUEST_TICKS);
}

static void reset(struct virtio *v)
{
	struct blk *b = (struct blk *)v;

	event_cancel(v->pci.m, &b->event);
}

static void destroy(struct virtio *v)
{
	struct blk *b = (struct blk *)v;

	event_cancel(v->pci.m, &b->event);
	disk_close(b->disk);
	free(b);
}

static const struct virtio_ops blk_ops = {
	.name = "virtio-blk",
	.id = VIRTIO_ID_BLOCK,
	.class = CLASS_STORAGE,
	.notify = notify,
	.reset = reset,
	.destroy = destroy,
};

struct pci_function *virtio_blk_create(struct machine *m, struct disk *disk, unsigned number)
{
	uint64_t features = F_SIZE_MAX | F_SEG_MAX | F_BLK_SIZE | F_FLUSH;
	struct blk *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->disk = disk;
	b->event = (struct event){ .fn = serve, .opaque = b };
	snprintf(b->id, sizeof(b->id), "disk%u", number);
	features |= disk_readonly(disk) ? F_RO : F_DISCARD | F_WRITE_ZEROES;
	b->config = (struct blk_config){
		.capacity = disk_sectors(disk),
		.size_max = SEGMENT_BYTES,
		.seg_max = SEGMENTS_MAX,
		.blk_size = SECTOR_SIZE,
	};
	if (!disk_readonly(disk)) {
		b->config.discard_sectors = b->config.zeroes_sectors = RANGE_SECTORS;
		b->config.discard_segs = b->config.zeroes_segs = 1;
		b->config.discard_align = 8;
		b->config.zeroes_may_unmap = 1;
	}
	virtio_init(&b->v, &blk_ops, m, features, &b->config, CONFIG_LEN);
	return &b->v.pci;
}
