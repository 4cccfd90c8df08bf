/* SPDX-License-Identifier: MIT */
/*
 * The monitor behind Ctrl-A c: look at the machine while it stands still.
 */
#ifndef DEBUG_MONITOR_H
#define DEBUG_MONITOR_H

#include <stdio.h>

struct machine;

/** monitor() - serve commands until the guest is to go on or the machine to end */
void monitor(struct machine *m);

/** monitor_command() - one command, its output to @out; @line is taken apart */
void monitor_command(struct machine *m, FILE *out, char *line);

#endif
