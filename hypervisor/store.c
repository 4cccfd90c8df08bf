// SPDX-License-Identifier: MIT
/*
 * The store ring (Xen public/io/xs_wire.h): messages of a 16-byte head and up to 4096 bytes,
 * both ways through rings of 1 KiB in the guest's memory.
 */
#include "store.h"

#include "evtchn.h"
#include "lib.h"
#include "xen.h"

#define PAYLOAD_MAX 4096

/**
 * struct guest_store - what is on its way
 * @in: the request being received, @in_len of its bytes are here; beyond PAYLOAD_MAX they are
 *      dropped
 * @out: the answer being sent, @out_at of @out_len bytes are gone
 */
struct guest_store {
	struct xen_store_ring *ring;
	unsigned int port;
	uint32_t req_cons, rsp_prod;
	struct {
		struct xen_store_msg head;
		char payload[PAYLOAD_MAX];
	} in;
	uint64_t in_len;
	struct {
		struct xen_store_msg head;
		char payload[64];
	} out;
	unsigned int out_at, out_len;
};

/* Return: false while the ring is full */
static bool send_some(struct guest_store *s)
{
	const char *bytes = (const char *)&s->out;
	uint32_t cons = __atomic_load_n(&s->ring->rsp_cons, __ATOMIC_ACQUIRE);

	while (s->out_at < s->out_len && s->rsp_prod - cons < sizeof(s->ring->rsp))
		s->ring->rsp[s->rsp_prod++ % sizeof(s->ring->rsp)] = bytes[s->out_at++];
	__atomic_store_n(&s->ring->rsp_prod, s->rsp_prod, __ATOMIC_RELEASE);
	return s->out_at == s->out_len;
}

static void answer(struct guest_store *s, uint32_t type, const char *payload)
{
	s->out.head = s->in.head;
	s->out.head.type = type;
	s->out.head.len = strlen(payload) + 1;
	memcpy(s->out.payload, payload, s->out.head.len);
	s->out_at = 0;
	s->out_len = sizeof(s->out.head) + s->out.head.len;
}

static void carry_out(struct domain *d, struct guest_store *s)
{
	uint32_t type = s->in.head.type;
	char path[32];

	switch (type) {
	case XEN_STORE_WATCH:
	case XEN_STORE_UNWATCH:
	case XEN_STORE_TRANSACTION_END: answer(s, type, "OK"); break;
	case XEN_STORE_TRANSACTION_START: answer(s, type, "1"); break;
	case XEN_STORE_GET_DOMAIN_PATH:
		format(path, sizeof(path), "/local/domain/%u", d->id);
		answer(s, type, path);
		break;
	case XEN_STORE_DIRECTORY:
	case XEN_STORE_READ:
	case XEN_STORE_GET_PERMS: answer(s, XEN_STORE_ERROR, "ENOENT"); break;
	case XEN_STORE_WRITE:
	case XEN_STORE_MKDIR:
	case XEN_STORE_RM:
	case XEN_STORE_SET_PERMS: answer(s, XEN_STORE_ERROR, "EACCES"); break;
	default: answer(s, XEN_STORE_ERROR, "ENOSYS"); break;
	}
}

/* Bytes that the request needs to be complete, as far as can be said yet. */
static uint64_t wanted(const struct guest_store *s)
{
	return sizeof(s->in.head) + (s->in_len < sizeof(s->in.head) ? 0 : (uint64_t)s->in.head.len);
}

/* Return: whether a whole request is there */
static bool receive_some(struct guest_store *s, uint32_t prod)
{
	char *bytes = (char *)&s->in;

	if (prod - s->req_cons > sizeof(s->ring->req))
		s->req_cons = prod;
	while (s->req_cons != prod && s->in_len < wanted(s)) {
		char c = s->ring->req[s->req_cons++ % sizeof(s->ring->req)];

		if (s->in_len < sizeof(s->in))
			bytes[s->in_len] = c;
		s->in_len++;
	}
	__atomic_store_n(&s->ring->req_cons, s->req_cons, __ATOMIC_RELEASE);
	return s->in_len >= sizeof(s->in.head) && s->in_len == wanted(s);
}

static void serve(struct domain *d)
{
	struct guest_store *s = d->store;
	/* once, or another vcpu of the guest could keep this loop, and the lock, busy for ever */
	uint32_t prod = __atomic_load_n(&s->ring->req_prod, __ATOMIC_ACQUIRE);

	while (send_some(s) && receive_some(s, prod)) {
		carry_out(d, s);
		s->in_len = 0;
	}
	evtchn_notify(d, s->port);
}

bool store_create(struct domain *d, void *ring)
{
	struct guest_store *s = heap_alloc(sizeof(*s), 8);

	if (!s)
		return false;
	d->store = s;
	s->ring = ring;
	s->port = evtchn_service(d, serve);
	return s->port;
}

void store_destroy(struct domain *d)
{
	heap_free(d->store);
	d->store = NULL;
}

unsigned int store_port(const struct domain *d)
{
	return d->store->port;
}
