/* SPDX-License-Identifier: MIT */
#ifndef RT_ASSERT_H
#define RT_ASSERT_H

void abort(void) __attribute__((noreturn));

#define assert(x) ((x) ? (void)0 : abort())

#endif
