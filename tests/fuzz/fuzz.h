/* SPDX-License-Identifier: MIT */
/*
 * What the fuzzing targets share: what must hold, and the input as a stream.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define require(what)                                                                              \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what);         \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* The rest of an input; past its end there are zeros. */
struct input {
	const uint8_t *p;
	size_t n;
};

static inline void take_bytes(struct input *in, void *to, size_t n)
{
	size_t have = n < in->n ? n : in->n;

	memset(to, 0, n);
	memcpy(to, in->p, have);
	in->p += have;
	in->n -= have;
}

/* A number of @n bytes, 1 to 8 */
static inline uint64_t take_num(struct input *in, unsigned n)
{
	uint64_t v = 0;

	take_bytes(in, &v, n);
	return v;
}

#endif
