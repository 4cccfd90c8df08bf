// SPDX-License-Identifier: MIT
/*
 * Virtio over PCI, the modern interface (virtio 1.1 §4.1): registers in BAR 0, described by
 * vendor capabilities, MSI-X in BAR 2.
 *
 * A register takes accesses of its own size (§4.1.3.1) and ignores others; a device status
 * that the driver may not set is not set.
 */
#include <string.h>

#include "debug/trace.h"
#include "machine.h"
#include "virtio/virtio.h"

#define VENDOR	    0x1af4
#define DEVICE_BASE 0x1040
#define SUBSYS	    0x1100
#define BAR	    0
#define BAR_MSIX    2
#define BAR_SIZE    0x4000 /* a page of Linux/ia64, so that one can be mapped alone */
#define NO_VECTOR   0xffff
#define NOTIFY_STEP 4
#define VECTORS	    (1 + VIRTIO_QUEUES)

/* Parts of BAR 0 */
#define AT_COMMON 0x0000
#define AT_ISR	  0x1000
#define AT_CONFIG 0x2000
#define AT_NOTIFY 0x3000
#define PART_MASK 0x3000

enum { CAP_COMMON = 1, CAP_NOTIFY, CAP_ISR, CAP_DEVICE, CAP_PCI };
#define CAP_VENDOR 0x09
/* struct virtio_pci_cap */
#define CAP_TYPE   3
#define CAP_BAR	   4
#define CAP_OFFSET 8
#define CAP_LENGTH 12
#define CAP_LEN	   16
#define CAP_EXTRA  16 /* notify: multiplier; PCI: data */

enum {
	ISR_QUEUE = 1,
	ISR_CONFIG = 2,
};

enum {
	ST_ACKNOWLEDGE = 0x01,
	ST_DRIVER = 0x02,
	ST_DRIVER_OK = 0x04,
	ST_FEATURES_OK = 0x08,
	ST_NEEDS_RESET = 0x40,
	ST_FAILED = 0x80,
	ST_DRIVERS = ST_ACKNOWLEDGE | ST_DRIVER | ST_DRIVER_OK | ST_FEATURES_OK | ST_FAILED,
};

/* The common configuration, §4.1.4.3: REG(offset, bytes, name) */
#define COMMON_REGS(REG)                                                                           \
	REG(0x00, 4, OFFERED_SEL)                                                                  \
	REG(0x04, 4, OFFERED)                                                                      \
	REG(0x08, 4, ACCEPTED_SEL)                                                                 \
	REG(0x0c, 4, ACCEPTED)                                                                     \
	REG(0x10, 2, CONFIG_VECTOR)                                                                \
	REG(0x12, 2, NUM_QUEUES)                                                                   \
	REG(0x14, 1, STATUS)                                                                       \
	REG(0x15, 1, GENERATION)                                                                   \
	REG(0x16, 2, Q_SELECT)                                                                     \
	REG(0x18, 2, Q_SIZE)                                                                       \
	REG(0x1a, 2, Q_VECTOR)                                                                     \
	REG(0x1c, 2, Q_ENABLE)                                                                     \
	REG(0x1e, 2, Q_NOTIFY_OFF)                                                                 \
	REG(0x20, 4, Q_DESC_LOW)                                                                   \
	REG(0x24, 4, Q_DESC_HIGH)                                                                  \
	REG(0x28, 4, Q_AVAIL_LOW)                                                                  \
	REG(0x2c, 4, Q_AVAIL_HIGH)                                                                 \
	REG(0x30, 4, Q_USED_LOW)                                                                   \
	REG(0x34, 4, Q_USED_HIGH)
#define COMMON_LEN 0x38

#define ENUM(off, size, name) name = off,
enum { COMMON_REGS(ENUM) };
#undef ENUM

static bool natural_access(uint64_t off, unsigned size)
{
#define WIDTH(off, size, name) [off] = size,
	static const uint8_t width[COMMON_LEN] = { COMMON_REGS(WIDTH) };
#undef WIDTH

	return off < COMMON_LEN && width[off] == size;
}

static struct virtq *selected(struct virtio *v)
{
	return v->queue_sel < VIRTIO_QUEUES ? &v->queue[v->queue_sel] : NULL;
}

/* ---- interrupts and the end ---- */

static void interrupt(struct virtio *v, uint8_t why, uint16_t vector)
{
	if (pci_msix_enabled(&v->pci)) {
		pci_msix_send(&v->pci, vector);
		return;
	}
	v->isr |= why;
	pci_set_intx(&v->pci, true);
}

void virtio_interrupt(struct virtio *v, unsigned queue)
{
	interrupt(v, ISR_QUEUE, v->queue[queue].vector);
}

void virtio_broken(struct virtio *v)
{
	if (trace_on(v->pci.m->trace, virtio))
		trace_msg(v->pci.m->trace, virtio, "%s %u: driver error, needs reset", v->ops->name,
			  v->pci.dev);
	v->status |= ST_NEEDS_RESET;
	if (v->status & ST_DRIVER_OK)
		interrupt(v, ISR_CONFIG, v->config_vector);
}

bool virtio_ready(const struct virtio *v, unsigned queue)
{
	return (v->status & (ST_DRIVER_OK | ST_NEEDS_RESET | ST_FAILED)) == ST_DRIVER_OK &&
	       v->queue[queue].enabled && pci_master(&v->pci);
}

static void reset(struct virtio *v)
{
	v->ops->reset(v);
	v->accepted = 0;
	v->offered_sel = v->accepted_sel = 0;
	v->config_vector = NO_VECTOR;
	v->queue_sel = 0;
	v->status = v->isr = 0;
	for (unsigned i = 0; i < VIRTIO_QUEUES; i++)
		v->queue[i] = (struct virtq){ .size = VIRTQ_MAX, .vector = NO_VECTOR };
	pci_set_intx(&v->pci, false);
}

/* ---- common configuration ---- */

static uint32_t half(uint64_t val, uint32_t sel)
{
	return sel > 1 ? 0 : val >> 32 * sel;
}

static void set_half(uint64_t *val, uint32_t sel, uint32_t to)
{
	if (sel <= 1)
		*val = (*val & ~(UINT64_C(0xffffffff) << 32 * sel)) | (uint64_t)to << 32 * sel;
}

static uint32_t queue_read(const struct virtio *v, const struct virtq *q, unsigned reg)
{
	switch (reg) {
	case Q_SIZE: return q->size;
	case Q_VECTOR: return q->vector;
	case Q_ENABLE: return q->enabled;
	case Q_NOTIFY_OFF: return v->queue_sel;
	case Q_DESC_LOW: return half(q->desc, 0);
	case Q_DESC_HIGH: return half(q->desc, 1);
	case Q_AVAIL_LOW: return half(q->avail, 0);
	case Q_AVAIL_HIGH: return half(q->avail, 1);
	case Q_USED_LOW: return half(q->used, 0);
	case Q_USED_HIGH: return half(q->used, 1);
	}
	return 0;
}

static uint32_t common_read(struct virtio *v, unsigned reg)
{
	const struct virtq *q = selected(v);

	switch (reg) {
	case OFFERED_SEL: return v->offered_sel;
	case OFFERED: return half(v->offered, v->offered_sel);
	case ACCEPTED_SEL: return v->accepted_sel;
	case ACCEPTED: return half(v->accepted, v->accepted_sel);
	case CONFIG_VECTOR: return v->config_vector;
	case NUM_QUEUES: return VIRTIO_QUEUES;
	case STATUS: return v->status;
	case GENERATION: return 0; /* the configuration never changes */
	case Q_SELECT: return v->queue_sel;
	}
	return q ? queue_read(v, q, reg) : 0; /* no such queue: size 0, §4.1.4.3.1 */
}

static uint16_t checked_vector(const struct virtio *v, uint32_t val)
{
	return val < v->pci.msix.n ? val : NO_VECTOR;
}

static void set_status(struct virtio *v, uint8_t val)
{
	bool agreed = !(v->accepted & ~v->offered) && v->accepted & VIRTIO_F_VERSION_1;

	if (!val) {
		reset(v);
		return;
	}
	val &= ST_DRIVERS;
	if (!(v->status & ST_FEATURES_OK) && !agreed)
		val &= ~ST_FEATURES_OK;
	if (!((v->status | val) & ST_FEATURES_OK))
		val &= ~ST_DRIVER_OK;
	v->status |= val; /* no bit is ever cleared but by a reset, §2.1.1 */
}

/* §4.1.4.3.2: what describes a queue is fixed while it is enabled */
static void queue_write(struct virtio *v, struct virtq *q, unsigned reg, uint32_t val)
{
	if (reg == Q_VECTOR)
		q->vector = checked_vector(v, val);
	if (q->enabled)
		return;
	switch (reg) {
	case Q_SIZE:
		if (val && val <= VIRTQ_MAX && !(val & (val - 1)))
			q->size = val;
		break;
	case Q_ENABLE: q->enabled = val == 1; break;
	case Q_DESC_LOW: set_half(&q->desc, 0, val); break;
	case Q_DESC_HIGH: set_half(&q->desc, 1, val); break;
	case Q_AVAIL_LOW: set_half(&q->avail, 0, val); break;
	case Q_AVAIL_HIGH: set_half(&q->avail, 1, val); break;
	case Q_USED_LOW: set_half(&q->used, 0, val); break;
	case Q_USED_HIGH: set_half(&q->used, 1, val); break;
	}
}

static void common_write(struct virtio *v, unsigned reg, uint32_t val)
{
	struct virtq *q = selected(v);

	switch (reg) {
	case OFFERED_SEL: v->offered_sel = val; return;
	case ACCEPTED_SEL: v->accepted_sel = val; return;
	case ACCEPTED:
		if (!(v->status & ST_FEATURES_OK))
			set_half(&v->accepted, v->accepted_sel, val);
		return;
	case CONFIG_VECTOR: v->config_vector = checked_vector(v, val); return;
	case STATUS: set_status(v, val); return;
	case Q_SELECT: v->queue_sel = val; return;
	}
	if (q)
		queue_write(v, q, reg, val);
}

/* ---- BAR 0 ---- */

static uint8_t read_isr(struct virtio *v)
{
	uint8_t isr = v->isr;

	v->isr = 0;
	pci_set_intx(&v->pci, false);
	return isr;
}

static uint64_t config_bytes(const struct virtio *v, uint64_t off, unsigned size)
{
	uint64_t val = 0;

	if (off < v->config_len)
		memcpy(&val, (const uint8_t *)v->config + off,
		       size < v->config_len - off ? size : v->config_len - off);
	return val;
}

static uint64_t bar_read(struct pci_function *f, unsigned bar, uint64_t off, unsigned size)
{
	struct virtio *v = (struct virtio *)f;
	uint64_t at = off & ~(uint64_t)PART_MASK;

	(void)bar;
	switch (off & PART_MASK) {
	case AT_COMMON: return natural_access(at, size) ? common_read(v, at) : 0;
	case AT_ISR: return at == 0 ? read_isr(v) : 0;
	case AT_CONFIG: return config_bytes(v, at, size);
	}
	return 0;
}

static void bar_write(struct pci_function *f, unsigned bar, uint64_t off, unsigned size,
		      uint64_t val)
{
	struct virtio *v = (struct virtio *)f;
	uint64_t at = off & ~(uint64_t)PART_MASK;
	unsigned queue = at / NOTIFY_STEP;

	(void)bar;
	switch (off & PART_MASK) {
	case AT_COMMON:
		if (natural_access(at, size))
			common_write(v, at, val);
		break;
	case AT_NOTIFY:
		if (queue < VIRTIO_QUEUES && virtio_ready(v, queue))
			v->ops->notify(v, queue);
		break;
	}
}

/* ---- capabilities ---- */

static unsigned add_cap(struct virtio *v, uint8_t type, uint32_t at, uint32_t len, unsigned extra)
{
	unsigned cap = pci_add_cap(&v->pci, CAP_VENDOR, CAP_LEN + extra);

	pci_set(&v->pci, cap + 2, 1, CAP_LEN + extra);
	pci_set(&v->pci, cap + CAP_TYPE, 1, type);
	pci_set(&v->pci, cap + CAP_BAR, 1, BAR);
	pci_set(&v->pci, cap + CAP_OFFSET, 4, at);
	pci_set(&v->pci, cap + CAP_LENGTH, 4, len);
	return cap;
}

/*
 * A window to the BARs in the configuration space, for who cannot map them (§4.1.4.9).
 * Return: does the access to the configuration space at @off go through it?
 */
static bool pci_window(struct virtio *v, unsigned off, unsigned size, unsigned *bar, uint32_t *at,
		       uint32_t *len)
{
	const struct pci_function *f = &v->pci;
	unsigned cap = f->last_cap, data = cap + CAP_EXTRA; /* it is the last one */

	if (off + size <= data || off >= data + 4)
		return false;
	*bar = pci_get(f, cap + CAP_BAR, 1);
	*at = pci_get(f, cap + CAP_OFFSET, 4);
	*len = pci_get(f, cap + CAP_LENGTH, 4);
	if ((*len != 1 && *len != 2 && *len != 4) || *at % *len || *bar >= PCI_BARS)
		return false;
	return *len <= f->bar_size[*bar] && *at <= f->bar_size[*bar] - *len;
}

static void config_read(struct pci_function *f, unsigned off, unsigned size)
{
	struct virtio *v = (struct virtio *)f;
	unsigned bar;
	uint32_t at, len, val;

	if (!pci_window(v, off, size, &bar, &at, &len))
		return;
	val = pci_bar_read(f, bar, at, len);
	memcpy(&f->config[f->last_cap + CAP_EXTRA], &val, len);
}

static void config_write(struct pci_function *f, unsigned off, unsigned size)
{
	struct virtio *v = (struct virtio *)f;
	unsigned bar;
	uint32_t at, len;

	if (pci_window(v, off, size, &bar, &at, &len))
		pci_bar_write(f, bar, at, len, pci_get(f, f->last_cap + CAP_EXTRA, len));
}

static void add_pci_cap(struct virtio *v)
{
	unsigned cap = add_cap(v, CAP_PCI, 0, 0, 4);
	struct pci_function *f = &v->pci;

	f->writable[cap + CAP_BAR] = 0xff;
	memset(&f->writable[cap + CAP_OFFSET], 0xff, 4 + 4 + 4);
}

static void function_reset(struct pci_function *f)
{
	reset((struct virtio *)f);
}

static void function_destroy(struct pci_function *f)
{
	struct virtio *v = (struct virtio *)f;

	v->ops->destroy(v);
}

static const struct pci_ops virtio_pci_ops = {
	.name = "virtio",
	.read = bar_read,
	.write = bar_write,
	.config_read = config_read,
	.config_write = config_write,
	.reset = function_reset,
	.destroy = function_destroy,
};

void virtio_init(struct virtio *v, const struct virtio_ops *ops, struct machine *m,
		 uint64_t features, const void *config, unsigned config_len)
{
	struct pci_function *f = &v->pci;
	unsigned notify;

	v->ops = ops;
	v->offered = features | VIRTIO_F_VERSION_1;
	v->config = config;
	v->config_len = config_len;

	pci_init(f, &virtio_pci_ops, m, VENDOR, DEVICE_BASE + ops->id, ops->class);
	pci_set(f, PCI_REVISION, 1, 1);
	pci_set(f, PCI_SUBSYS_VENDOR, 2, VENDOR);
	pci_set(f, PCI_SUBSYS_ID, 2, SUBSYS);
	pci_add_bar(f, BAR, BAR_SIZE);
	pci_add_bar(f, BAR_MSIX, BAR_SIZE);
	pci_add_msix(f, VECTORS, BAR_MSIX);
	add_cap(v, CAP_COMMON, AT_COMMON, COMMON_LEN, 0);
	notify = add_cap(v, CAP_NOTIFY, AT_NOTIFY, VIRTIO_QUEUES * NOTIFY_STEP, 4);
	pci_set(f, notify + CAP_EXTRA, 4, NOTIFY_STEP);
	add_cap(v, CAP_ISR, AT_ISR, 1, 0);
	add_cap(v, CAP_DEVICE, AT_CONFIG, config_len, 0);
	add_pci_cap(v);
}
