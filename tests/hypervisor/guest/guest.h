/* SPDX-License-Identifier: MIT */
/*
 * guest.h - what the programs of the bare guest use: hypercalls, printing, faults on purpose.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"
#include "xen.h"

/** hypercall - a table call; pointers go as inline handles: inline_handle() */
int64_t hypercall(uint64_t number, uint64_t a, uint64_t b, uint64_t c);
#define inline_handle(p) ((uint64_t)(p) | XENCOMM_INLINE)

/** print - %d %u %x %lx %s, on the console through the hypervisor */
void print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/** guest_exit - 0: power off; else crash, with a reason that the host sees */
void guest_exit(int status) __attribute__((noreturn));

/** guest_main - the program; start.S calls it in physical mode */
void guest_main(uint64_t boot_param);
/** interrupted - a fault or an event of this guest; what it changes in @f is where it goes on */
void interrupted(struct frame *f);

#endif
