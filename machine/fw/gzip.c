// SPDX-License-Identifier: MIT
/*
 * Unpacking gzip-compressed kernels with zlib.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "fw/file.h"

#define WINDOW_GZIP (15 + 16) /* inflateInit2(): largest window, gzip header only */

static bool inflate_all(struct file *out, z_stream *z, char *why, size_t why_size)
{
	size_t room = (size_t)z->avail_in * 4 + 65536;

	for (;;) {
		uint8_t *more = room <= 2 * FILE_MAX ? realloc(out->data, room) : NULL;
		int rc;

		if (!more) {
			snprintf(why, why_size, "not enough memory to unpack it");
			return false;
		}
		out->data = more;
		z->next_out = out->data + out->len;
		z->avail_out = room - out->len > UINT_MAX ? UINT_MAX : room - out->len;
		rc = inflate(z, Z_NO_FLUSH);
		out->len = z->next_out - out->data;
		if (out->len > FILE_MAX) {
			snprintf(why, why_size, "unpacks to more than %lu MiB", FILE_MAX >> 20);
			return false;
		}
		if (rc == Z_STREAM_END)
			return true;
		if (rc == Z_BUF_ERROR || (rc == Z_OK && !z->avail_in && z->avail_out)) {
			snprintf(why, why_size, "truncated gzip data");
			return false;
		}
		if (rc != Z_OK) {
			snprintf(why, why_size, "damaged gzip data (%s)",
				 z->msg ? z->msg : "no detail");
			return false;
		}
		if (!z->avail_out)
			room *= 2;
	}
}

bool file_gunzip(struct file *f, char *why, size_t why_size)
{
	struct file out = { 0 };
	z_stream z = { 0 };
	bool ok;

	if (f->len < 2 || f->data[0] != 0x1f || f->data[1] != 0x8b)
		return true;
	if (inflateInit2(&z, WINDOW_GZIP) != Z_OK) {
		snprintf(why, why_size, "not enough memory to unpack it");
		return false;
	}
	z.next_in = f->data;
	z.avail_in = f->len; /* below FILE_MAX, so it fits */
	ok = inflate_all(&out, &z, why, why_size);
	inflateEnd(&z);
	if (!ok) {
		file_free(&out);
		return false;
	}
	file_free(f);
	*f = out;
	return true;
}
