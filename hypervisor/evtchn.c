// SPDX-License-Identifier: MIT
/*
 * Event channels.
 *
 * Delivery into a guest is the core's (event_deliverable()); here a port becomes pending, its
 * vcpu is told and woken up. Sending to a service port calls the service at once.
 */
#include "evtchn.h"

#include "lib.h"
#include "lock.h"
#include "sched.h"
#include "xen.h"
#include "xencomm.h"

enum state { FREE, UNBOUND, INTERDOMAIN, VIRQ, IPI, SERVICE };

/**
 * struct evtchn - a port
 * @remote: UNBOUND: number of the guest that may bind; INTERDOMAIN: of the other side
 * @port: INTERDOMAIN: the other side's; VIRQ: its number
 */
struct evtchn {
	uint8_t state;
	uint8_t vcpu;
	uint16_t remote;
	uint32_t port;
	evtchn_service_fn *service;
};

bool evtchn_create(struct domain *d)
{
	d->ports = heap_alloc(EVTCHN_MAX * sizeof(struct evtchn), 8);
	return d->ports;
}

/* Port 0 is never given out: it means "none". NULL: all are in use. */
static struct evtchn *new_port(struct domain *d, unsigned int *port)
{
	for (unsigned int p = 1; p < EVTCHN_MAX; p++) {
		if (d->ports[p].state != FREE)
			continue;
		*port = p;
		d->ports[p] = (struct evtchn){ 0 };
		return &d->ports[p];
	}
	return NULL;
}

static struct domain *find_domain(unsigned int id)
{
	struct domain *d = domains;

	while (d && (d->id != id || d->dying))
		d = d->next;
	return d;
}

static struct domain *named_domain(struct vcpu *v, unsigned int id)
{
	return id == XEN_DOMID_SELF ? v->domain : find_domain(id);
}

/* ---- events ---- */

/* The guest changes these words by plain stores and atomics of its own. */
static void set_bit(uint64_t *word, unsigned int bit)
{
	__atomic_fetch_or(word, 1UL << bit, __ATOMIC_ACQ_REL);
}

static void upcall(struct domain *d, unsigned int port)
{
	struct vcpu *v = d->vcpu[d->ports[port].vcpu];

	set_bit(&d->shared->vcpu[v->id].pending_sel, port / 64);
	/* one that is pending already has been told: the guest empties it before it looks */
	if (!__atomic_exchange_n(&d->shared->vcpu[v->id].upcall_pending, 1, __ATOMIC_ACQ_REL))
		sched_kick(v);
	sched_wake(v);
}

void evtchn_notify(struct domain *d, unsigned int port)
{
	struct vcpu *v;

	assert_locked();
	if (d->dying)
		return; /* its ports may be gone */
	v = d->vcpu[d->ports[port].vcpu];
	set_bit(&d->shared->evtchn_pending[port / 64], port % 64);
	if (!(d->shared->evtchn_mask[port / 64] >> port % 64 & 1))
		upcall(d, port);
	else if (v->polling)
		sched_wake(v);
}

bool evtchn_pending(const struct domain *d, unsigned int port)
{
	return d->shared->evtchn_pending[port / 64] >> port % 64 & 1;
}

void evtchn_raise_virq(struct vcpu *v, unsigned int virq)
{
	struct domain *d = v->domain;
	uint16_t port = v->virq_port[virq];

	if (port)
		evtchn_notify(d, port);
}

/* ---- binding ---- */

unsigned int evtchn_service(struct domain *d, evtchn_service_fn *fn)
{
	unsigned int port = 0;
	struct evtchn *e = new_port(d, &port);

	if (!e)
		return 0;
	e->state = SERVICE;
	e->service = fn;
	return port;
}

static void close_port(struct domain *d, unsigned int port)
{
	struct evtchn *e = &d->ports[port];
	struct domain *other;

	if (e->state == INTERDOMAIN) {
		other = find_domain(e->remote);
		/* while this guest was dying, the other side may have got another use */
		if (other && other->ports[e->port].state == INTERDOMAIN &&
		    other->ports[e->port].remote == d->id && other->ports[e->port].port == port) {
			other->ports[e->port].state = UNBOUND;
			other->ports[e->port].remote = d->id;
		}
	} else if (e->state == VIRQ) {
		d->vcpu[e->vcpu]->virq_port[e->port] = 0;
	}
	e->state = FREE;
	__atomic_fetch_and(&d->shared->evtchn_pending[port / 64], ~(1UL << port % 64),
			   __ATOMIC_ACQ_REL);
}

void evtchn_destroy(struct domain *d)
{
	if (!d->ports)
		return;
	for (unsigned int p = 1; p < EVTCHN_MAX; p++)
		if (d->ports[p].state == INTERDOMAIN)
			close_port(d, p);
	heap_free(d->ports);
	d->ports = NULL;
}

static int64_t bind_virq(struct vcpu *v, struct xen_evtchn_bind_virq *a)
{
	struct domain *d = v->domain;
	struct evtchn *e;
	unsigned int port;

	if (a->virq >= XEN_VIRQS)
		return -XEN_EINVAL;
	if (a->vcpu >= d->vcpus)
		return -XEN_ENOENT;
	if (d->vcpu[a->vcpu]->virq_port[a->virq])
		return -XEN_EEXIST;
	e = new_port(d, &port);
	if (!e)
		return -XEN_ENOSPC;
	*e = (struct evtchn){ .state = VIRQ, .vcpu = a->vcpu, .port = a->virq };
	d->vcpu[a->vcpu]->virq_port[a->virq] = port;
	if (a->virq == XEN_VIRQ_ITC)
		timer_set(d->vcpu[a->vcpu]); /* it may have expired meanwhile */
	a->port = port;
	return 0;
}

static int64_t bind_ipi(struct vcpu *v, struct xen_evtchn_bind_ipi *a)
{
	struct evtchn *e;
	unsigned int port;

	if (a->vcpu >= v->domain->vcpus)
		return -XEN_ENOENT;
	e = new_port(v->domain, &port);
	if (!e)
		return -XEN_ENOSPC;
	*e = (struct evtchn){ .state = IPI, .vcpu = a->vcpu };
	a->port = port;
	return 0;
}

/* Only for itself: nobody here may act for another guest. */
static int64_t alloc_unbound(struct vcpu *v, struct xen_evtchn_alloc_unbound *a)
{
	struct evtchn *e;
	unsigned int port;

	if (a->dom != XEN_DOMID_SELF && a->dom != v->domain->id)
		return -XEN_EPERM;
	e = new_port(v->domain, &port);
	if (!e)
		return -XEN_ENOSPC;
	*e = (struct evtchn){ .state = UNBOUND, .remote = a->remote_dom };
	if (a->remote_dom == XEN_DOMID_SELF)
		e->remote = v->domain->id;
	a->port = port;
	return 0;
}

static int64_t bind_interdomain(struct vcpu *v, struct xen_evtchn_bind_interdomain *a)
{
	struct domain *other = named_domain(v, a->remote_dom);
	struct evtchn *e, *r;
	unsigned int port;

	if (!other)
		return -XEN_ESRCH;
	if (!a->remote_port || a->remote_port >= EVTCHN_MAX)
		return -XEN_EINVAL;
	r = &other->ports[a->remote_port];
	if (r->state != UNBOUND || r->remote != v->domain->id)
		return -XEN_EINVAL;
	e = new_port(v->domain, &port);
	if (!e)
		return -XEN_ENOSPC;
	*e = (struct evtchn){
		.state = INTERDOMAIN, .vcpu = v->id, .remote = other->id, .port = a->remote_port
	};
	r->state = INTERDOMAIN;
	r->remote = v->domain->id;
	r->port = port;
	a->local_port = port;
	evtchn_notify(v->domain, port); /* what came before the binding */
	return 0;
}

/* ---- using ---- */

/* A port that is in use, or NULL. */
static struct evtchn *used_port(struct domain *d, uint32_t port)
{
	if (!port || port >= EVTCHN_MAX || d->ports[port].state == FREE)
		return NULL;
	return &d->ports[port];
}

static int64_t close_op(struct vcpu *v, struct xen_evtchn_port *a)
{
	struct evtchn *e = used_port(v->domain, a->port);

	if (!e || e->state == SERVICE)
		return -XEN_EINVAL;
	close_port(v->domain, a->port);
	return 0;
}

static int64_t send(struct vcpu *v, struct xen_evtchn_port *a)
{
	struct evtchn *e = used_port(v->domain, a->port);
	struct domain *other;

	if (!e)
		return -XEN_EINVAL;
	switch (e->state) {
	case SERVICE: e->service(v->domain); return 0;
	case IPI: evtchn_notify(v->domain, a->port); return 0;
	case UNBOUND: return 0; /* nobody hears it */
	case INTERDOMAIN:
		other = find_domain(e->remote);
		if (other)
			evtchn_notify(other, e->port);
		return 0;
	default: return -XEN_EINVAL;
	}
}

static int64_t status(struct vcpu *v, struct xen_evtchn_status *a)
{
	static const uint8_t to_xen[] = {
		[FREE] = EVTCHNSTAT_closed,
		[UNBOUND] = EVTCHNSTAT_unbound,
		[INTERDOMAIN] = EVTCHNSTAT_interdomain,
		[VIRQ] = EVTCHNSTAT_virq,
		[IPI] = EVTCHNSTAT_ipi,
		[SERVICE] = EVTCHNSTAT_interdomain,
	};
	const struct evtchn *e;

	if (a->dom != XEN_DOMID_SELF && a->dom != v->domain->id)
		return -XEN_EPERM;
	if (a->port >= EVTCHN_MAX)
		return -XEN_EINVAL;
	e = &v->domain->ports[a->port];
	a->status = to_xen[e->state];
	a->vcpu = e->vcpu;
	a->interdomain.dom = a->interdomain.pad = 0;
	a->interdomain.port = 0;
	if (e->state == UNBOUND) {
		a->unbound_dom = e->remote;
	} else if (e->state == INTERDOMAIN) {
		a->interdomain.dom = e->remote;
		a->interdomain.port = e->port;
	} else if (e->state == VIRQ) {
		a->virq = e->port;
	}
	return 0;
}

/* Timers and IPIs belong to their vcpu. */
static int64_t bind_vcpu(struct vcpu *v, struct xen_evtchn_bind_vcpu *a)
{
	struct evtchn *e = used_port(v->domain, a->port);

	if (a->vcpu >= v->domain->vcpus)
		return -XEN_ENOENT;
	if (!e || e->state == VIRQ || e->state == IPI)
		return -XEN_EINVAL;
	e->vcpu = a->vcpu;
	return 0;
}

static int64_t unmask(struct vcpu *v, struct xen_evtchn_port *a)
{
	struct domain *d = v->domain;

	if (!used_port(d, a->port))
		return -XEN_EINVAL;
	__atomic_fetch_and(&d->shared->evtchn_mask[a->port / 64], ~(1UL << a->port % 64),
			   __ATOMIC_ACQ_REL);
	if (evtchn_pending(d, a->port))
		upcall(d, a->port);
	return 0;
}

/* Everything but what the hypervisor opened itself. */
static int64_t reset(struct vcpu *v)
{
	for (unsigned int p = 1; p < EVTCHN_MAX; p++) {
		unsigned int state = v->domain->ports[p].state;

		if (state != FREE && state != SERVICE)
			close_port(v->domain, p);
	}
	return 0;
}

union argument {
	struct xen_evtchn_bind_virq bind_virq;
	struct xen_evtchn_bind_ipi bind_ipi;
	struct xen_evtchn_port port;
	struct xen_evtchn_bind_vcpu bind_vcpu;
	struct xen_evtchn_status status;
	struct xen_evtchn_alloc_unbound alloc_unbound;
	struct xen_evtchn_bind_interdomain bind_interdomain;
	struct {
		uint16_t dom;
	} reset;
};

/* Bytes of a command's argument; 0: there is no such command. */
static unsigned int size_of(uint64_t cmd)
{
	switch (cmd) {
	case EVTCHNOP_bind_interdomain: return sizeof(struct xen_evtchn_bind_interdomain);
	case EVTCHNOP_bind_virq: return sizeof(struct xen_evtchn_bind_virq);
	case EVTCHNOP_close:
	case EVTCHNOP_send:
	case EVTCHNOP_unmask: return sizeof(struct xen_evtchn_port);
	case EVTCHNOP_status: return sizeof(struct xen_evtchn_status);
	case EVTCHNOP_alloc_unbound: return sizeof(struct xen_evtchn_alloc_unbound);
	case EVTCHNOP_bind_ipi: return sizeof(struct xen_evtchn_bind_ipi);
	case EVTCHNOP_bind_vcpu: return sizeof(struct xen_evtchn_bind_vcpu);
	case EVTCHNOP_reset: return 2;
	default: return 0; /* bind_pirq: no guest has physical interrupts */
	}
}

static int64_t run(struct vcpu *v, uint64_t cmd, union argument *a)
{
	switch (cmd) {
	case EVTCHNOP_bind_interdomain: return bind_interdomain(v, &a->bind_interdomain);
	case EVTCHNOP_bind_virq: return bind_virq(v, &a->bind_virq);
	case EVTCHNOP_close: return close_op(v, &a->port);
	case EVTCHNOP_send: return send(v, &a->port);
	case EVTCHNOP_unmask: return unmask(v, &a->port);
	case EVTCHNOP_status: return status(v, &a->status);
	case EVTCHNOP_alloc_unbound: return alloc_unbound(v, &a->alloc_unbound);
	case EVTCHNOP_bind_ipi: return bind_ipi(v, &a->bind_ipi);
	case EVTCHNOP_bind_vcpu: return bind_vcpu(v, &a->bind_vcpu);
	default: return named_domain(v, a->reset.dom) == v->domain ? reset(v) : -XEN_EPERM;
	}
}

/* arg: command, handle of its argument, which is written back. */
int64_t event_channel_op(struct vcpu *v, const uint64_t *arg)
{
	uint64_t cmd = (uint32_t)arg[0];
	unsigned int size = size_of(cmd);
	union argument a;
	int64_t ret;

	if (!size)
		return -XEN_ENOSYS;
	if (!xencomm_read(v->domain, &a, arg[1], 0, size))
		return -XEN_EFAULT;
	ret = run(v, cmd, &a);
	if (!ret && !xencomm_write(v->domain, arg[1], 0, &a, size))
		ret = -XEN_EFAULT;
	return ret;
}

bool event_deliverable(struct vcpu *v)
{
	const struct xen_vcpu_info *i = &v->domain->shared->vcpu[v->id];

	return i->upcall_pending && !i->upcall_mask;
}

/* ---- vectors: what a guest has before it registers a callback ---- */

bool guest_vector_pending(const struct vcpu *v)
{
	return !v->callback && (v->irr[0] | v->irr[1] | v->irr[2] | v->irr[3]);
}

void guest_send_vector(struct vcpu *v, unsigned int vector)
{
	if (v->callback)
		return; /* it reads no vectors any more */
	v->irr[vector / 64 & 3] |= 1UL << vector % 64;
	sched_wake(v);
}
