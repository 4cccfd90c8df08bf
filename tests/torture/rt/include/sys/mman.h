/* SPDX-License-Identifier: MIT */
#ifndef RT_SYS_MMAN_H
#define RT_SYS_MMAN_H

#include <sys/types.h>

#define PROT_NONE     0
#define PROT_READ     1
#define PROT_WRITE    2
#define PROT_EXEC     4
#define MAP_SHARED    1
#define MAP_PRIVATE   2
#define MAP_FIXED     16
#define MAP_ANONYMOUS 32
#define MAP_ANON      MAP_ANONYMOUS
#define MAP_FAILED    ((void *)-1)

void *mmap(void *where, size_t size, int prot, int flags, int fd, off_t offset);
int munmap(void *where, size_t size);
int mprotect(void *where, size_t size, int prot);

#endif
