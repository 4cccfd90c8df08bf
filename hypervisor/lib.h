/* SPDX-License-Identifier: MIT */
/*
 * lib.h - the pieces of a C library that the hypervisor and its compiler need.
 *
 * Division is here, too: IA-64 has none for integers, and the compiler's own routines use
 * floating-point registers that belong to the guest.
 */
#ifndef HV_LIB_H
#define HV_LIB_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int byte, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t bytes);
char *strchr(const char *s, int c);
char *strstr(const char *s, const char *part);

/** copy_string - at most @size - 1 bytes of @from, and a NUL */
void copy_string(char *to, const char *from, size_t size);

/**
 * parse_number - an unsigned number, decimal or 0x..., with K, M or G behind it
 * @end: where it ended
 * Return: false if there is none, or it does not fit 64 bits
 */
bool parse_number(const char *text, uint64_t *value, const char **end);

/**
 * format - printf into a buffer: %c %s %d %i %u %x %p %%, with l, width, 0, - and #
 * Return: the length that it would have
 */
int format(char *to, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int vformat(char *to, size_t size, const char *fmt, va_list ap);

#define ARRAY_SIZE(a)	   (sizeof(a) / sizeof((a)[0]))
#define round_up(x, align) (((x) + (align)-1) & -(uint64_t)(align))
#define min(a, b)	   ((a) < (b) ? (a) : (b))
#define max(a, b)	   ((a) > (b) ? (a) : (b))

#endif
