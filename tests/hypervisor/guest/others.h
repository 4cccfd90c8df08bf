/* SPDX-License-Identifier: MIT */
/*
 * others.h - firmware calls of the bare guest (class.S), and how its other processors are started.
 */
#ifndef GUEST_OTHERS_H
#define GUEST_OTHERS_H

#include "guest.h"

#define SAL_SET_VECTORS 0x01000000
#define BOOT_RENDEZ	2

struct class_regs {
	uint64_t r14, r15, r28, r29, r30, r31, in[5];
};
void class_call(uint64_t class, const struct class_regs *in, uint64_t out[4]);

/** set_rendezvous - where the others begin, a label; Return: SAL's status */
static inline int64_t set_rendezvous(const char *entry)
{
	uint64_t out[4], gp;

	asm("mov %0 = gp" : "=r"(gp));
	class_call(XEN_CLASS_sal,
		   &(struct class_regs){
			   .in = { SAL_SET_VECTORS, BOOT_RENDEZ, (uint64_t)entry, gp, 0 } },
		   out);
	return out[0];
}

static inline int64_t send_vector(unsigned int to, unsigned int vector)
{
	uint64_t out[4];

	class_call(XEN_CLASS_send_ipi, &(struct class_regs){ .r14 = to, .r15 = vector }, out);
	return out[0];
}

/** start_others - processors 1 to @vcpus - 1, at @entry */
static inline void start_others(unsigned int vcpus, const char *entry)
{
	set_rendezvous(entry);
	for (unsigned int i = 1; i < vcpus; i++)
		send_vector(i, XEN_AP_WAKEUP);
}

static inline int64_t map_shared_pages(void)
{
	uint64_t out[4];

	class_call(XEN_CLASS_set_shared_info_va, &(struct class_regs){ .r28 = XEN_XSI_LINUX }, out);
	return out[0];
}

#endif
