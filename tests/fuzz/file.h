/* SPDX-License-Identifier: MIT */
/*
 * Bytes as a file that has a path, for what opens files itself. Needs _GNU_SOURCE.
 */
#ifndef TESTS_FUZZ_FILE_H
#define TESTS_FUZZ_FILE_H

#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/fuzz.h"

struct bytes {
	int fd;
	char path[32];
};

static inline struct bytes as_file(const void *data, size_t len)
{
	struct bytes f = { .fd = memfd_create("fuzz", 0) };

	require(f.fd >= 0 && write(f.fd, data, len) == (ssize_t)len);
	snprintf(f.path, sizeof(f.path), "/proc/self/fd/%d", f.fd);
	return f;
}

#endif
