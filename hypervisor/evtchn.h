/* SPDX-License-Identifier: MIT */
/*
 * evtchn.h - event channels: a guest's virtual interrupts (Xen public/event_channel.h).
 *
 * Ports are this side's memory; only the pending and mask bits are shared with the guest, and
 * whatever it does to them concerns itself.
 */
#ifndef HV_EVTCHN_H
#define HV_EVTCHN_H

#include "domain.h"

/** evtchn_service_fn - the guest has sent an event on a port that leads to the hypervisor */
typedef void evtchn_service_fn(struct domain *d);

bool evtchn_create(struct domain *d);
void evtchn_destroy(struct domain *d);

/** evtchn_service - a port to the hypervisor itself, for the console and the store; 0: none */
unsigned int evtchn_service(struct domain *d, evtchn_service_fn *fn);
/** evtchn_notify - an event for the guest on @port */
void evtchn_notify(struct domain *d, unsigned int port);
/** evtchn_raise_virq - a virtual interrupt, if the guest has bound it */
void evtchn_raise_virq(struct vcpu *v, unsigned int virq);
/** evtchn_pending - whether an event waits on @port */
bool evtchn_pending(const struct domain *d, unsigned int port);

/** guest_vector_pending - a vector waits to be read from cr.ivr */
bool guest_vector_pending(const struct vcpu *v);

/** event_channel_op - the hypercall */
int64_t event_channel_op(struct vcpu *v, const uint64_t *arg);

#endif
