// SPDX-License-Identifier: MIT
/*
 * A disk image: a file, and over it for a snapshot a temporary one with a bit for each cluster
 * that is there and no longer in the image.
 */
#define _GNU_SOURCE /* F_OFD_SETLK, fallocate, O_TMPFILE */
#include "dev/disk.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLUSTER	      4096u
#define CLUSTER_SECTS (CLUSTER / SECTOR_SIZE)

struct disk {
	int fd, overlay; /* -1: none */
	bool readonly, snapshot;
	uint64_t sectors;
	dev_t dev;
	ino_t ino;
	uint8_t *moved; /* a bit for each cluster that is in the overlay */
	struct disk_stats stats;
};

/* ---- opening ---- */

static bool why_errno(char *why, size_t size, const char *hint)
{
	snprintf(why, size, "%s%s", strerror(errno), hint);
	return false;
}

static bool measure(struct disk *d, char *why, size_t why_size)
{
	struct stat st;
	off_t end;

	if (fstat(d->fd, &st))
		return why_errno(why, why_size, "");
	if (S_ISDIR(st.st_mode)) {
		snprintf(why, why_size, "is a directory");
		return false;
	}
	if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) {
		snprintf(why, why_size, "is neither a file nor a block device");
		return false;
	}
	end = lseek(d->fd, 0, SEEK_END);
	if (end < 0)
		return why_errno(why, why_size, "");
	d->sectors = end / SECTOR_SIZE;
	d->dev = S_ISBLK(st.st_mode) ? st.st_rdev : st.st_dev;
	d->ino = S_ISBLK(st.st_mode) ? 0 : st.st_ino;
	if (end && end % SECTOR_SIZE == 0)
		return true;
	if (end)
		snprintf(why, why_size, "its size, %jd bytes, is not a multiple of %u",
			 (intmax_t)end, SECTOR_SIZE);
	else
		snprintf(why, why_size, "is empty");
	return false;
}

static bool writes_image(const struct disk *d)
{
	return !d->readonly && !d->snapshot;
}

bool disk_lock(const struct disk *d, char *why, size_t why_size)
{
	short type = writes_image(d) ? F_WRLCK : F_RDLCK;
	struct flock l = { .l_type = type, .l_whence = SEEK_SET };

	/* a file system without locks cannot say who else is there */
	if (fcntl(d->fd, F_OFD_SETLK, &l) == 0 || (errno != EAGAIN && errno != EACCES))
		return true;
	snprintf(why, why_size, "is in use by another process");
	return false;
}

static int open_nameless(void)
{
	const char *dir = getenv("TMPDIR");
	char name[4096];
	int fd;

	if (!dir || !*dir)
		dir = "/var/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	/* a file system that cannot: make one and remove its name */
	if ((size_t)snprintf(name, sizeof(name), "%s/ia64-machine-XXXXXX", dir) >= sizeof(name)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	return fd;
}

static bool open_overlay(struct disk *d, char *why, size_t why_size)
{
	d->overlay = open_nameless();
	if (d->overlay < 0)
		return why_errno(why, why_size, " (for the snapshot's temporary file, in TMPDIR)");
	d->moved = calloc((d->sectors / CLUSTER_SECTS + 8) / 8, 1);
	if (!d->moved)
		return why_errno(why, why_size, "");
	return true;
}

struct disk *disk_open(const char *path, bool readonly, bool snapshot, char *why, size_t why_size)
{
	bool writes = !readonly && !snapshot;
	struct disk *d = calloc(1, sizeof(*d));

	if (!d) {
		why_errno(why, why_size, "");
		return NULL;
	}
	d->overlay = -1;
	d->readonly = readonly;
	d->snapshot = snapshot;
	d->fd = open(path, (writes ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK);
	if (d->fd < 0 && errno == EISDIR) /* that comes before the permission to write it */
		snprintf(why, why_size, "is a directory");
	else if (d->fd < 0)
		why_errno(why, why_size,
			  writes && errno != ENOENT ? " (readonly=on would only read it)" : "");
	else if (measure(d, why, why_size) &&
		 (!snapshot || readonly || open_overlay(d, why, why_size)))
		return d;
	disk_close(d);
	return NULL;
}

void disk_close(struct disk *d)
{
	if (!d)
		return;
	if (d->fd >= 0)
		close(d->fd);
	if (d->overlay >= 0)
		close(d->overlay);
	free(d->moved);
	free(d);
}

uint64_t disk_sectors(const struct disk *d)
{
	return d->sectors;
}

bool disk_readonly(const struct disk *d)
{
	return d->readonly;
}

struct disk_stats disk_stats(const struct disk *d)
{
	return d->stats;
}

bool disk_conflict(const struct disk *a, const struct disk *b)
{
	return a->dev == b->dev && a->ino == b->ino && (writes_image(a) || writes_image(b));
}

/* ---- bytes ---- */

static bool read_all(int fd, void *buf, size_t len, uint64_t at)
{
	while (len) {
		ssize_t n = pread(fd, buf, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false; /* also when the file has become shorter */
		buf = (char *)buf + n;
		at += n;
		len -= n;
	}
	return true;
}

static bool write_all(int fd, const void *buf, size_t len, uint64_t at)
{
	while (len) {
		ssize_t n = pwrite(fd, buf, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		buf = (const char *)buf + n;
		at += n;
		len -= n;
	}
	return true;
}

static bool moved(const struct disk *d, uint64_t cluster)
{
	return d->moved[cluster / 8] >> cluster % 8 & 1;
}

/* Bytes up to the end of the cluster that @at is in, or of the request */
static size_t piece(uint64_t at, size_t len)
{
	size_t n = CLUSTER - at % CLUSTER;

	return n < len ? n : len;
}

/* The last cluster of a disk may be a part of one. */
static bool move_cluster(struct disk *d, uint64_t cluster)
{
	uint64_t at = cluster * CLUSTER, size = d->sectors * SECTOR_SIZE;
	uint8_t buf[CLUSTER];
	size_t n = size - at < CLUSTER ? size - at : CLUSTER;

	return read_all(d->fd, buf, n, at) && write_all(d->overlay, buf, n, at);
}

static bool write_overlay(struct disk *d, const void *buf, size_t len, uint64_t at)
{
	while (len) {
		uint64_t cluster = at / CLUSTER;
		size_t n = piece(at, len);

		if (n < CLUSTER && !moved(d, cluster) && !move_cluster(d, cluster))
			return false;
		if (!write_all(d->overlay, buf, n, at))
			return false;
		d->moved[cluster / 8] |= 1u << cluster % 8;
		buf = (const char *)buf + n;
		at += n;
		len -= n;
	}
	return true;
}

static void check_range(const struct disk *d, uint64_t sector, uint32_t n)
{
	assert(sector <= d->sectors && n <= d->sectors - sector);
}

static bool read_overlay(struct disk *d, void *buf, size_t len, uint64_t at)
{
	while (len) {
		size_t part = piece(at, len);
		int fd = moved(d, at / CLUSTER) ? d->overlay : d->fd;

		if (!read_all(fd, buf, part, at))
			return false;
		buf = (char *)buf + part;
		at += part;
		len -= part;
	}
	return true;
}

/* Count @n sectors, or a failure. */
static bool count(struct disk *d, bool ok, uint64_t *sectors, uint32_t n)
{
	*sectors += ok ? n : 0;
	d->stats.failed += !ok;
	return ok;
}

bool disk_read(struct disk *d, uint64_t sector, void *buf, uint32_t n)
{
	uint64_t at = sector * SECTOR_SIZE;
	size_t len = (size_t)n * SECTOR_SIZE;
	bool ok;

	check_range(d, sector, n);
	ok = d->overlay < 0 ? read_all(d->fd, buf, len, at) : read_overlay(d, buf, len, at);
	return count(d, ok, &d->stats.read, n);
}

bool disk_write(struct disk *d, uint64_t sector, const void *buf, uint32_t n)
{
	uint64_t at = sector * SECTOR_SIZE;
	size_t len = (size_t)n * SECTOR_SIZE;
	bool ok;

	check_range(d, sector, n);
	if (d->readonly)
		return false;
	ok = d->overlay < 0 ? write_all(d->fd, buf, len, at) : write_overlay(d, buf, len, at);
	return count(d, ok, &d->stats.written, n);
}

bool disk_flush(struct disk *d)
{
	uint64_t none = 0;

	return count(d, !writes_image(d) || fdatasync(d->fd) == 0, &none, 0);
}

static bool punch(struct disk *d, uint64_t sector, uint32_t n)
{
	return fallocate(d->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, sector * SECTOR_SIZE,
			 (off_t)n * SECTOR_SIZE) == 0;
}

bool disk_zero(struct disk *d, uint64_t sector, uint32_t n, bool unmap)
{
	static const uint8_t zeros[16 * CLUSTER];
	const uint32_t most = sizeof(zeros) / SECTOR_SIZE;

	check_range(d, sector, n);
	if (d->readonly)
		return false;
	if (unmap && d->overlay < 0 && punch(d, sector, n))
		return count(d, true, &d->stats.written, n);
	while (n) {
		uint32_t part = n < most ? n : most;

		if (!disk_write(d, sector, zeros, part))
			return false;
		sector += part;
		n -= part;
	}
	return true;
}

void disk_discard(struct disk *d, uint64_t sector, uint32_t n)
{
	check_range(d, sector, n);
	/* where the file system cannot, the sectors keep their content: also an answer */
	if (writes_image(d))
		punch(d, sector, n);
}
