/* SPDX-License-Identifier: MIT */
/* GCC brings the types as a file for systems without a C library. */
#include <stdint-gcc.h>
