/* SPDX-License-Identifier: MIT */
/*
 * runstate.h - how long each vcpu ran, could have run, or waited; the guest may have it in
 * its own memory, brought up to date whenever it begins to run (steal accounting).
 */
#ifndef HV_RUNSTATE_H
#define HV_RUNSTATE_H

#include "domain.h"

void runstate_left(struct vcpu *v);    /* its vcpu has stopped running */
void runstate_entered(struct vcpu *v); /* it is about to run */
void runstate_ready(struct vcpu *v);   /* it could run now */

/** vcpu_op - the hypercall */
int64_t vcpu_op(struct vcpu *v, const uint64_t *arg);

#endif
