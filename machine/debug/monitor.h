/* SPDX-License-Identifier: MIT */
/*
 * The monitor behind Ctrl-A c: look at the machine while it stands still.
 */
#ifndef DEBUG_MONITOR_H
#define DEBUG_MONITOR_H

struct machine;

/** monitor() - serve commands until the guest is to go on or the machine to end */
void monitor(struct machine *m);

#endif
