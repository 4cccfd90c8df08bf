/* SPDX-License-Identifier: MIT */
/*
 * Memory as a device reaches it: RAM only, coherent with all processors.
 *
 * A device's store does to a processor what another processor's would: code that was decoded
 * there is decoded anew, advanced loads from there fail their check (SDM vol 1 §4.4.5).
 * To be called between two bundles, from an event: see event.h.
 */
#ifndef DMA_H
#define DMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct machine;

/** dma_read() - false, and nothing is read, unless all of it is RAM */
bool dma_read(struct machine *m, uint64_t pa, void *dst, size_t len);
/** dma_write() - false, and nothing is written, unless all of it is RAM */
bool dma_write(struct machine *m, uint64_t pa, const void *src, size_t len);

/**
 * dma_message() - a 32-bit store of a device that may be an interrupt message (MSI)
 *
 * The processor interrupt block takes it as one; anywhere else it is a store to RAM, or lost.
 */
void dma_message(struct machine *m, uint64_t pa, uint32_t data);

#endif
