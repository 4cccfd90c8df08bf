/* SPDX-License-Identifier: MIT */
/*
 * Counts: what the guest retired and what it cost.
 */
#ifndef DEBUG_STATS_H
#define DEBUG_STATS_H

#include <stdio.h>

struct machine;

/** stats_print() - exact counts first, the host's figures last */
void stats_print(FILE *f, const struct machine *m);

#endif
