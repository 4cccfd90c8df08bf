// SPDX-License-Identifier: MIT
/*
 * External interrupts of the machine: the local SAPIC's registers and the I/O SAPIC.
 *
 * Interrupts are taken one after the other with psr.i = 0: take_interrupts() ends each before
 * it looks for the next. Devices interrupt processor 0; timers and kicks are each one's own.
 */
#include "boot.h"
#include "domain.h"
#include "lock.h"
#include "sched.h"
#include "smp.h"

#define VECTOR_FIRST 0x40 /* of devices */
#define VECTORS	     8
#define VECTOR_NONE  0x0f
#define MASKED	     0x10000

/* I/O SAPIC */
#define IOSAPIC_SELECT 0x00
#define IOSAPIC_WINDOW 0x10
#define IOSAPIC_RTE    0x10

static irq_handler *handlers[VECTORS];
static unsigned int routed;

static void iosapic_write(unsigned int index, uint32_t value)
{
	*(volatile uint32_t *)ident_uc(boot_info.iosapic + IOSAPIC_SELECT) = index;
	asm volatile("mf.a" ::: "memory");
	*(volatile uint32_t *)ident_uc(boot_info.iosapic + IOSAPIC_WINDOW) = value;
	asm volatile("mf.a" ::: "memory");
}

/* Edge-triggered, active high, as ISA devices are wired. */
void irq_route(uint32_t gsi, irq_handler *handler)
{
	unsigned int pin = gsi - boot_info.iosapic_gsi;

	assert(routed < VECTORS);
	handlers[routed] = handler;
	iosapic_write(IOSAPIC_RTE + 2 * pin + 1, boot_info.lid & 0xffff0000);
	iosapic_write(IOSAPIC_RTE + 2 * pin, VECTOR_FIRST + routed);
	routed++;
}

void irq_init(void)
{
	asm volatile("mov cr.tpr = r0\n"
		     "mov cr.itv = %0\n"
		     "mov cr.pmv = %1\n"
		     "mov cr.cmcv = %1\n"
		     "mov cr.lrr0 = %1\n"
		     "mov cr.lrr1 = %1 ;;\n"
		     "srlz.d ;;\n" ::"r"((uint64_t)VECTOR_TIMER),
		     "r"((uint64_t)MASKED));
}

static void serve(uint64_t vector)
{
	if (vector == VECTOR_KICK)
		return; /* to be in C was all */
	hv_lock();
	if (vector == VECTOR_TIMER)
		sched_timer();
	else if (vector - VECTOR_FIRST < routed)
		handlers[vector - VECTOR_FIRST]();
	else
		hv_printf("stray interrupt, vector %#lx\n", vector);
	hv_unlock();
}

void take_interrupts(void)
{
	uint64_t vector;

	for (;;) {
		asm volatile("mov %0 = cr.ivr ;;" : "=r"(vector)::"memory");
		if (vector == VECTOR_NONE)
			return;
		if (current->domain)
			count(current, HV_INTERRUPT);
		serve(vector);
		asm volatile("mov cr.eoi = r0 ;;\n srlz.d ;;" ::: "memory");
	}
}
