/* SPDX-License-Identifier: MIT */
#ifndef RT_STDLIB_H
#define RT_STDLIB_H

#include <stddef.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX     0x7fffffff

void abort(void) __attribute__((noreturn));
void exit(int status) __attribute__((noreturn));
void _exit(int status) __attribute__((noreturn));
void *malloc(size_t size);
void *calloc(size_t n, size_t size);
void *realloc(void *old, size_t size);
void free(void *p);
void *alloca(size_t size);
int abs(int n);
long labs(long n);
long long llabs(long long n);
int atoi(const char *s);
int rand(void);
void srand(unsigned seed);
void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *));
char *getenv(const char *name);

#endif
