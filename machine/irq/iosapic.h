/* SPDX-License-Identifier: MIT */
/*
 * The I/O SAPIC (interrupt pins to messages) and the processor interrupt block (messages to
 * processors): Itanium Software Developer's Manual vol 2 §5.8.4, and the DIG64 platform's
 * I/O xAPIC-like register set.
 */
#ifndef IRQ_IOSAPIC_H
#define IRQ_IOSAPIC_H

#include <stdbool.h>
#include <stdint.h>

struct machine;
struct iosapic;

/** iosapic_create() - at IOSAPIC_BASE, all pins masked; NULL when memory is short */
struct iosapic *iosapic_create(struct machine *m);
void iosapic_destroy(struct iosapic *io);
void iosapic_reset(struct iosapic *io);
/** iosapic_set() - a device asserts or releases its pin, whatever the pin's polarity */
void iosapic_set(struct iosapic *io, unsigned pin, bool asserted);

/* Delivery modes of redirection entries and of inter-processor messages */
enum sapic_mode {
	SAPIC_INT = 0,
	SAPIC_LOWEST = 1, /* redirectable: with one processor the same as INT */
	SAPIC_PMI = 2,
	SAPIC_NMI = 4,
	SAPIC_INIT = 5,
	SAPIC_EXTINT = 7,
};

/** sapic_deliver() - a message to the processor with this @id and @eid (cr.lid) */
void sapic_deliver(struct machine *m, unsigned id, unsigned eid, enum sapic_mode mode,
		   unsigned vector);

/** pib_create() - give the processor interrupt block at PIB_BASE to the bus */
void pib_create(struct machine *m);

#endif
