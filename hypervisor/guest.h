/* SPDX-License-Identifier: MIT */
/*
 * guest.h - the virtual processor as its guest sees it: PSR, faults, events (core only).
 */
#ifndef HV_GUEST_H
#define HV_GUEST_H

#include "entry.h"

/** guest_gr_nat - the NaT bit of a general register */
bool guest_gr_nat(struct vcpu *v, unsigned int reg);

/** guest_gr_exists - r0 to r31, or within the guest's current frame */
bool guest_gr_exists(struct vcpu *v, unsigned int reg);

/* The real PSR of a guest's handler, beside what it inherits (reflect.c, fast.S) */
#define HANDLER_PSR (PSR(ic) | PSR(i) | PSR(dt) | PSR(rt) | PSR(it) | PSR(bn) | 1ul << PSR_BIT_cpl)

/* ---- vpsr.c ---- */

/** vpsr_get - the guest's PSR, with the bits that only an interruption shows */
uint64_t vpsr_get(struct vcpu *v);
/** vpsr_read - as mov r=psr gives it */
uint64_t vpsr_read(struct vcpu *v);
/** vpsr_set - all of the PSR, by rfi */
void vpsr_set(struct vcpu *v, uint64_t psr);
/** vpsr_change - ssm, rsm, mov psr.l; false: bits that the guest may not change */
bool vpsr_change(struct vcpu *v, uint64_t set, uint64_t clear);
/** bank_to_0, bank_to_1 - r16 to r31 change places with the bank in memory, if they must */
void bank_to_0(struct vcpu *v);
void bank_to_1(struct vcpu *v);

/* ---- reflect.c ---- */

/** reflect - deliver the fault that led here to the guest, at @vector */
void reflect(struct vcpu *v, uint64_t vector, uint64_t isr);
/** reflect_address - one that reports @va: cr.ifa, cr.itir, cr.iha */
void reflect_address(struct vcpu *v, uint64_t vector, uint64_t isr, uint64_t va);
/** reflect_iim - one that reports an immediate */
void reflect_iim(struct vcpu *v, uint64_t vector, uint64_t isr, uint64_t iim);
/** deliver_event - enter the guest's event callback */
void deliver_event(struct vcpu *v);
/** lazy_cover - cover the incomplete frame that the guest's handler was given; true: that was it */
bool lazy_cover(struct vcpu *v);
/** guest_rfi - rfi of the guest, by instruction or hyperprivop */
void guest_rfi(struct vcpu *v);
/** guest_skip - go on behind the instruction that led here */
void guest_skip(struct vcpu *v, unsigned int slots);

/* ---- privop.c, hyperprivop.c, vlsapic.c ---- */

/** decoded_alloc - what a processor remembers of slots that it has decoded; NULL: no memory */
struct decoded *decoded_alloc(void);
/** privop - a privileged instruction of the guest's kernel */
void privop(struct vcpu *v);
/** hyperprivop - break 1 to 0x1a of the guest's kernel */
void hyperprivop(struct vcpu *v, unsigned int number);

/** lsapic_ivr, lsapic_eoi - cr.ivr and cr.eoi of the guest */
uint64_t lsapic_ivr(struct vcpu *v);
void lsapic_eoi(struct vcpu *v);
/** set_timer - cr.itm of the guest, in the machine's ticks */
void set_itm(struct vcpu *v, uint64_t itm);
/** set_kr - a kernel register of the guest */
void set_kr(struct vcpu *v, unsigned int n, uint64_t value);

#endif
