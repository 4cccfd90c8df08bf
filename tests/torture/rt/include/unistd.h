/* SPDX-License-Identifier: MIT */
#ifndef RT_UNISTD_H
#define RT_UNISTD_H

#include <stddef.h>

#define _SC_PAGESIZE  30
#define _SC_PAGE_SIZE _SC_PAGESIZE

long sysconf(int what);
int getpagesize(void);
long read(int fd, void *buf, size_t size);
long write(int fd, const void *buf, size_t size);
int close(int fd);
int unlink(const char *path);
int getpid(void);
unsigned alarm(unsigned seconds);
void _exit(int status) __attribute__((noreturn));

#endif
