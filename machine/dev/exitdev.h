/* SPDX-License-Identifier: MIT */
/*
 * The exit device: a guest chooses the exit status of the program. For tests.
 */
#ifndef DEV_EXITDEV_H
#define DEV_EXITDEV_H

struct machine;

/** exitdev_create() - at EXITDEV_BASE */
void exitdev_create(struct machine *m);

#endif
