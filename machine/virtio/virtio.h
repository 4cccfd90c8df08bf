/* SPDX-License-Identifier: MIT */
/*
 * Virtio devices on PCI (Virtual I/O Device 1.1, "virtio" below): split virtqueues, the modern
 * PCI transport, and what a device on it is made of.
 *
 * The driver is not trusted: rings, descriptors and addresses may hold anything at any time. A
 * device that is given nonsense says DEVICE_NEEDS_RESET and does nothing until it is reset.
 */
#ifndef VIRTIO_VIRTIO_H
#define VIRTIO_VIRTIO_H

#include "pci/pci.h"

#define VIRTIO_QUEUES 1
#define VIRTQ_MAX     128 /* descriptors of a queue, and of a chain */

/* Feature bits of any device, virtio §6 */
#define VIRTIO_F_VERSION_1 (UINT64_C(1) << 32)

/* ---- queue.c: split virtqueues, virtio §2.6 ---- */

/**
 * struct virtq - a queue as the driver has set it up
 * @desc, @avail, @used: physical addresses of the three parts
 * @next_avail, @next_used: free-running indices, as in the rings
 */
struct virtq {
	uint16_t size, vector;
	bool enabled;
	uint64_t desc, avail, used;
	uint16_t next_avail, next_used;
};

/* A buffer in guest memory: its address is as the driver gave it. */
struct virtq_buf {
	uint64_t pa;
	uint32_t len;
};

/**
 * struct virtq_chain - a chain of descriptors
 * @head: names it in the used ring
 * @n_out: the first buffers, which the device reads; the other @n - @n_out it writes
 * @out_len, @in_len: bytes in all of them
 */
struct virtq_chain {
	uint16_t head;
	unsigned n, n_out;
	uint64_t out_len, in_len;
	struct virtq_buf buf[VIRTQ_MAX];
};

enum virtq_result { VIRTQ_EMPTY, VIRTQ_CHAIN, VIRTQ_BAD };

/** virtq_pop() - the next chain that the driver has made available */
enum virtq_result virtq_pop(struct virtq *q, struct machine *m, struct virtq_chain *chain);
/**
 * virtq_push() - give @chain back with @len bytes written
 * @interrupt: does the driver want to be told?
 * Return: false when the ring is not in RAM.
 */
bool virtq_push(struct virtq *q, struct machine *m, const struct virtq_chain *chain, uint32_t len,
		bool *interrupt);
/** virtq_read() - @len bytes at @off of what the device reads; false: not there or not RAM */
bool virtq_read(struct machine *m, const struct virtq_chain *chain, uint64_t off, void *dst,
		size_t len);
/** virtq_write() - @len bytes at @off of what the device writes */
bool virtq_write(struct machine *m, const struct virtq_chain *chain, uint64_t off, const void *src,
		 size_t len);

/* ---- transport.c: virtio over PCI, virtio §4.1 ---- */

struct virtio;

/**
 * struct virtio_ops - a kind of device
 * @id: virtio §5; @class: of the PCI function
 * @notify: the driver has made buffers available in a queue that is set up; may set an event
 * @reset: forget all requests
 */
struct virtio_ops {
	const char *name;
	uint16_t id;
	uint32_t class;
	void (*notify)(struct virtio *v, unsigned queue);
	void (*reset)(struct virtio *v);
	void (*destroy)(struct virtio *v);
};

/**
 * struct virtio - the part that all devices have; a device's structure starts with it
 * @offered, @accepted: feature bits
 * @config: the device's own configuration, read-only, @config_len bytes
 */
struct virtio {
	struct pci_function pci;
	const struct virtio_ops *ops;
	uint64_t offered, accepted;
	const void *config;
	unsigned config_len;

	uint32_t offered_sel, accepted_sel;
	uint16_t config_vector, queue_sel;
	uint8_t status, isr;
	struct virtq queue[VIRTIO_QUEUES];
};

/** virtio_init() - complete the function's configuration space; then pci_host_add() */
void virtio_init(struct virtio *v, const struct virtio_ops *ops, struct machine *m,
		 uint64_t features, const void *config, unsigned config_len);
/** virtio_ready() - may the device use its queue now? (DRIVER_OK, bus master) */
bool virtio_ready(const struct virtio *v, unsigned queue);
/** virtio_interrupt() - a buffer of @queue was used */
void virtio_interrupt(struct virtio *v, unsigned queue);
/** virtio_broken() - the driver gave nonsense: nothing goes on before a reset */
void virtio_broken(struct virtio *v);

/* ---- blk.c ---- */
struct disk;
/** virtio_blk_create() - a block device over @disk, which is its own now; NULL: out of memory */
struct pci_function *virtio_blk_create(struct machine *m, struct disk *disk, unsigned number);

#endif
