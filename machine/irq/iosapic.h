/* SPDX-License-Identifier: MIT */
/*
 * The I/O SAPIC (interrupt pins to messages) and the processor interrupt block (messages to
 * processors), SDM vol 2 §5.8.
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

/** sapic_deliver() - a message to the processor with this @id and @eid: sapic_ipi()'s @data */
void sapic_deliver(struct machine *m, unsigned id, unsigned eid, uint64_t data);

/** sapic_redirect() - the same, but to whoever has the lowest external task priority */
void sapic_redirect(struct machine *m, unsigned id, unsigned eid, uint64_t data);

/** pib_create() - give the processor interrupt block at PIB_BASE to the bus */
void pib_create(struct machine *m);

#endif
