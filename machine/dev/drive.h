/* SPDX-License-Identifier: MIT */
/*
 * -drive: from a line of text to a disk on the PCI bus.
 */
#ifndef DEV_DRIVE_H
#define DEV_DRIVE_H

#include <stdbool.h>

struct machine;

/**
 * struct drive_options - what -drive asks for
 * @file: path of the image, owned
 */
struct drive_options {
	char *file;
	bool readonly, snapshot;
};

/**
 * drive_parse() - "file=PATH[,format=raw][,if=virtio][,readonly=on][,snapshot=on]", as QEMU
 *
 * A comma in the path is written twice. Return: false after one line on stderr.
 */
bool drive_parse(struct drive_options *drive, const char *text);
void drive_free(struct drive_options *drive);

/** drives_create() - a virtio block device for each -drive; false after one line on stderr */
bool drives_create(struct machine *m);

#endif
