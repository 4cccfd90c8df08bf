/* SPDX-License-Identifier: MIT */
/*
 * hypercall.h - what the table of hypercalls needs of other files.
 */
#ifndef HV_HYPERCALL_H
#define HV_HYPERCALL_H

#include "domain.h"

/** hypercall_fn - arg: r32 to r36; what goes to r8 */
typedef int64_t hypercall_fn(struct vcpu *v, const uint64_t *arg);

hypercall_fn vcpu_op;	       /* runstate.c */
hypercall_fn event_channel_op; /* evtchn.c */

#endif
