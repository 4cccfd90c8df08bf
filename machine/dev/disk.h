/* SPDX-License-Identifier: MIT */
/*
 * A disk image on the host: raw bytes, in a regular file or a block device.
 *
 * With a snapshot the image is only read; what is written goes to a temporary file without a
 * name, which ends with the process. What goes wrong on the host (it is full, a limit, an I/O
 * error) is the answer of the call that met it, never the end of the machine.
 */
#ifndef DEV_DISK_H
#define DEV_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECTOR_SIZE 512u

struct disk;

/** struct disk_stats - sectors read and written (zeroes included); requests that the host failed */
struct disk_stats {
	uint64_t read, written, failed;
};

/**
 * disk_open() - open an image
 * @readonly: the image is opened for reading, the disk refuses writes
 * @snapshot: the image is opened for reading, the disk takes writes
 * @why: the reason when it fails, without the file's name
 */
struct disk *disk_open(const char *path, bool readonly, bool snapshot, char *why, size_t why_size);
/**
 * disk_lock() - keep other machines from ruining the image, and this one from theirs
 *
 * While it is open, an image that is written cannot be locked by another process, and one that
 * is only read not by one that writes it. Return: false, and @why, when another has it.
 */
bool disk_lock(const struct disk *d, char *why, size_t why_size);
void disk_close(struct disk *d);
uint64_t disk_sectors(const struct disk *d);
bool disk_readonly(const struct disk *d);
struct disk_stats disk_stats(const struct disk *d);
/** disk_conflict() - are both the same file, and does one of them write it? */
bool disk_conflict(const struct disk *a, const struct disk *b);

/**
 * disk_read()/disk_write() - @n sectors from @sector on, all of them within the disk
 * Return: false when the host did not do all of it.
 */
bool disk_read(struct disk *d, uint64_t sector, void *buf, uint32_t n);
bool disk_write(struct disk *d, uint64_t sector, const void *buf, uint32_t n);
/** disk_flush() - what was written before is on the host's disk; nothing to do for a snapshot */
bool disk_flush(struct disk *d);
/** disk_zero() - @n sectors read as zero; @unmap: they need take no room */
bool disk_zero(struct disk *d, uint64_t sector, uint32_t n, bool unmap);
/** disk_discard() - the content of @n sectors no longer matters; a hint */
void disk_discard(struct disk *d, uint64_t sector, uint32_t n);

#endif
