/* SPDX-License-Identifier: MIT */
#ifndef RT_SYS_STAT_H
#define RT_SYS_STAT_H

#include <sys/types.h>

#define S_IRUSR 0400
#define S_IWUSR 0200
#define S_IXUSR 0100

#endif
