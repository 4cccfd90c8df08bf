// SPDX-License-Identifier: MIT
/*
 * Reading a file whole.
 */
#include "fw/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool check_kind(int fd, size_t *size, char *why, size_t why_size)
{
	struct stat st;

	if (fstat(fd, &st)) {
		snprintf(why, why_size, "%s", strerror(errno));
		return false;
	}
	if (S_ISDIR(st.st_mode)) {
		snprintf(why, why_size, "is a directory");
		return false;
	}
	if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode)) {
		snprintf(why, why_size, "is neither a file nor a pipe");
		return false;
	}
	*size = S_ISREG(st.st_mode) ? (size_t)st.st_size : 0;
	return true;
}

/* A pipe has no size, and a file's may change while it is read. */
static bool read_all(struct file *f, int fd, size_t size, size_t max, char *why, size_t why_size)
{
	size_t room = size + 1 > 65536 ? size + 1 : 65536;
	ssize_t n;

	f->data = malloc(room);
	while (f->data && f->len <= max) {
		n = read(fd, f->data + f->len, room - f->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			snprintf(why, why_size, "%s", strerror(errno));
			return false;
		}
		if (!n)
			return true;
		f->len += n;
		if (f->len == room) {
			uint8_t *more = realloc(f->data, room * 2);

			if (!more)
				break;
			f->data = more;
			room *= 2;
		}
	}
	if (f->len > max)
		snprintf(why, why_size, "is larger than %zu MiB", max >> 20);
	else
		snprintf(why, why_size, "not enough memory to read it");
	return false;
}

bool file_read(struct file *f, const char *path, size_t max, char *why, size_t why_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t size;
	bool ok;

	memset(f, 0, sizeof(*f));
	if (fd < 0) {
		snprintf(why, why_size, "%s", strerror(errno));
		return false;
	}
	ok = check_kind(fd, &size, why, why_size);
	if (ok && size > max) {
		snprintf(why, why_size, "is larger than %zu MiB", max >> 20);
		ok = false;
	}
	ok = ok && read_all(f, fd, size, max, why, why_size);
	close(fd);
	if (ok && !f->len) {
		snprintf(why, why_size, "is empty");
		ok = false;
	}
	if (!ok)
		file_free(f);
	return ok;
}

void file_free(struct file *f)
{
	free(f->data);
	memset(f, 0, sizeof(*f));
}
