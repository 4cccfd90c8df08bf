/* SPDX-License-Identifier: MIT */
/*
 * heap.h - the hypervisor's two stores of memory: its pinned heap, and pages for guests.
 *
 * heap_alloc() and heap_free() are in domain.h. Both stores count what is in use, so that it
 * can be seen that a guest gives back all it had.
 */
#ifndef HV_HEAP_H
#define HV_HEAP_H

#include <stdint.h>

void heap_init(void);
/** heap_settle - what is in use stays so: the hypervisor's own; it is counted no more */
void heap_settle(void);
uint64_t heap_used(void);
uint64_t heap_size(void);

/**
 * guest_memory_alloc - contiguous, zeroed memory, aligned for large translations if it can be
 * Return: its physical address, 0: no room
 */
uint64_t guest_memory_alloc(uint64_t bytes);
void guest_memory_free(uint64_t base, uint64_t bytes);
void guest_memory_init(void);
uint64_t guest_memory_total(void);
uint64_t guest_memory_free_bytes(void);
/** guest_memory_largest - the largest piece that could be had now */
uint64_t guest_memory_largest(void);

#endif
