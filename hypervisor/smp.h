/* SPDX-License-Identifier: MIT */
/*
 * smp.h - the machine's processors: starting them, and getting one's attention.
 */
#ifndef HV_SMP_H
#define HV_SMP_H

#include "domain.h"

#define VECTOR_KICK 0xee

extern struct percpu percpu_area; /* head.S: of the first one */
extern struct percpu *cpus[CPUS_MAX];
extern unsigned int cpu_count; /* those that run */

/** smp_init - start all processors of the MADT; each goes on in its idle vcpu */
void smp_init(void);

/**
 * cpu_kick - have @cpu pass through C, where it schedules if its @resched is set, and delivers
 * what is deliverable. Nothing for the caller's own: it is in C.
 */
void cpu_kick(struct percpu *cpu);

/** ap_main - (from head.S) where another processor goes, on the stack of its idle vcpu */
void ap_main(void) __attribute__((noreturn));

#endif
