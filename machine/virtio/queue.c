// SPDX-License-Identifier: MIT
/*
 * Split virtqueues (virtio 1.1 §2.6), the device's side.
 *
 * Each field is read from guest memory once and then checked, so that a driver that changes
 * it meanwhile gains nothing. Indirect descriptors and event indices are not offered.
 */
#include <string.h>

#include "dma.h"
#include "virtio/virtio.h"

#define DESC_BYTES   16
#define DESC_NEXT    1
#define DESC_WRITE   2
#define DESC_KNOWN   (DESC_NEXT | DESC_WRITE)
#define RING_IDX     2 /* offsets in both rings */
#define RING_ENTRIES 4

#define AVAIL_NO_INTERRUPT 1

struct desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags, next;
};
_Static_assert(sizeof(struct desc) == DESC_BYTES, "virtio 1.1 2.6.5");

/* Walk the chain from @chain->head; a loop is longer than the queue. */
static bool walk(const struct virtq *q, struct machine *m, struct virtq_chain *chain)
{
	uint16_t at = chain->head;
	struct desc d;

	chain->n = chain->n_out = 0;
	chain->out_len = chain->in_len = 0;
	do {
		if (at >= q->size || chain->n == q->size ||
		    !dma_read(m, q->desc + at * (uint64_t)DESC_BYTES, &d, sizeof(d)))
			return false;
		if (d.flags & ~DESC_KNOWN)
			return false;
		if (d.flags & DESC_WRITE) {
			chain->in_len += d.len;
		} else {
			if (chain->n_out != chain->n)
				return false; /* to be read, behind one to be written: §2.6.4.2 */
			chain->n_out++;
			chain->out_len += d.len;
		}
		chain->buf[chain->n++] = (struct virtq_buf){ d.addr, d.len };
		at = d.next;
	} while (d.flags & DESC_NEXT);
	return true;
}

enum virtq_result virtq_pop(struct virtq *q, struct machine *m, struct virtq_chain *chain)
{
	uint64_t slot = q->avail + RING_ENTRIES + 2 * (q->next_avail & (q->size - 1u));
	uint16_t idx;

	if (!dma_read(m, q->avail + RING_IDX, &idx, sizeof(idx)))
		return VIRTQ_BAD;
	if (idx == q->next_avail)
		return VIRTQ_EMPTY;
	if ((uint16_t)(idx - q->next_avail) > q->size)
		return VIRTQ_BAD;
	if (!dma_read(m, slot, &chain->head, sizeof(chain->head)) || !walk(q, m, chain))
		return VIRTQ_BAD;
	q->next_avail++;
	return VIRTQ_CHAIN;
}

bool virtq_push(struct virtq *q, struct machine *m, const struct virtq_chain *chain, uint32_t len,
		bool *interrupt)
{
	uint32_t elem[2] = { chain->head, len };
	uint64_t slot = q->used + RING_ENTRIES + sizeof(elem) * (q->next_used & (q->size - 1u));
	uint16_t flags;

	if (!dma_write(m, slot, elem, sizeof(elem)))
		return false;
	q->next_used++;
	if (!dma_write(m, q->used + RING_IDX, &q->next_used, sizeof(q->next_used)) ||
	    !dma_read(m, q->avail, &flags, sizeof(flags)))
		return false;
	*interrupt = !(flags & AVAIL_NO_INTERRUPT);
	return true;
}

bool virtq_read(struct machine *m, const struct virtq_chain *chain, uint64_t off, void *dst,
		size_t len)
{
	uint8_t *to = dst;

	for (unsigned i = 0; i < chain->n_out && len; i++) {
		const struct virtq_buf *b = &chain->buf[i];
		size_t n;

		if (off >= b->len) {
			off -= b->len;
			continue;
		}
		n = b->len - off < len ? b->len - off : len;
		if (!dma_read(m, b->pa + off, to, n))
			return false;
		to += n;
		len -= n;
		off = 0;
	}
	return !len;
}

bool virtq_write(struct machine *m, const struct virtq_chain *chain, uint64_t off, const void *src,
		 size_t len)
{
	const uint8_t *from = src;

	for (unsigned i = chain->n_out; i < chain->n && len; i++) {
		const struct virtq_buf *b = &chain->buf[i];
		size_t n;

		if (off >= b->len) {
			off -= b->len;
			continue;
		}
		n = b->len - off < len ? b->len - off : len;
		if (!dma_write(m, b->pa + off, from, n))
			return false;
		from += n;
		len -= n;
		off = 0;
	}
	return !len;
}
