/* SPDX-License-Identifier: MIT */
/*
 * Whole files in memory, for the loader; gzip data is unpacked on request.
 */
#ifndef FW_FILE_H
#define FW_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILE_MAX (1UL << 30)

struct file {
	uint8_t *data;
	size_t len;
};

/**
 * file_read() - read the file @path, of at most @max bytes
 * @why: the reason when it fails, without the file's name
 *
 * Regular files and pipes are read; an empty file is an error.
 */
bool file_read(struct file *f, const char *path, size_t max, char *why, size_t why_size);
/** file_gunzip() - replace gzip data by what it holds, at most FILE_MAX; others stay as they are */
bool file_gunzip(struct file *f, char *why, size_t why_size);
void file_free(struct file *f);

#endif
