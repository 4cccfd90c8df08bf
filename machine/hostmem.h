/* SPDX-License-Identifier: MIT */
/*
 * Large memory from the host: the guest's RAM, and what has been decoded.
 *
 * It is zero, costs nothing until it is touched, and is in huge pages where the host gives
 * them: a guest's references are spread over all of it, and the host's TLB is small.
 */
#ifndef HOSTMEM_H
#define HOSTMEM_H

#include <stddef.h>

/** hostmem_get() - @size bytes of zeroes; NULL if the host has no room */
void *hostmem_get(size_t size);
/** hostmem_clear() - make it zero again */
void hostmem_clear(void *mem, size_t size);
void hostmem_put(void *mem, size_t size);

#endif
