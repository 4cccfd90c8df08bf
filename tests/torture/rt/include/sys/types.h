/* SPDX-License-Identifier: MIT */
#ifndef RT_SYS_TYPES_H
#define RT_SYS_TYPES_H

#include <stddef.h>

typedef long ssize_t;
typedef long off_t;
typedef int pid_t;
typedef unsigned mode_t;
typedef unsigned int uint;
typedef unsigned short ushort;
typedef unsigned long ulong;

#endif
