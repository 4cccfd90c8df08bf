/* SPDX-License-Identifier: MIT */
/*
 * vcpu.h - a virtual processor's state that is loaded when it runs (core only).
 */
#ifndef HV_VCPU_H
#define HV_VCPU_H

#include "domain.h"

/** load_krs - ar.k0 to k7 for the guest that runs */
void load_krs(struct vcpu *v);

/** update_fast - after a change of v->iva, v->dfh or the guest's cr.dcr */
void update_fast(struct vcpu *v);

/** fp_load - give f32 to f127 to the current vcpu */
void fp_load(struct vcpu *v);

/** fp_save_high, fp_load_high - (fp.S) f32 to f127; 96 * 16 bytes */
void fp_save_high(void *to);
void fp_load_high(const void *from);

#endif
