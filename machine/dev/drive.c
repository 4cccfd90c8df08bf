// SPDX-License-Identifier: MIT
/*
 * The disks of the command line. The first -drive is PCI device 1 and Linux's vda.
 */
#include "dev/drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dev/disk.h"
#include "machine.h"
#include "virtio/virtio.h"

static bool bad(const char *text, const char *what, const char *value)
{
	fprintf(stderr, "ia64-machine: -drive %s: %s%s\n", text, what, value);
	return false;
}

static bool set_file(struct drive_options *d, const char *value)
{
	free(d->file);
	d->file = strdup(value);
	return d->file && *value;
}

static bool set_switch(bool *to, const char *value)
{
	*to = !strcmp(value, "on");
	return *to || !strcmp(value, "off");
}

static bool set_readonly(struct drive_options *d, const char *value)
{
	return set_switch(&d->readonly, value);
}

static bool set_snapshot(struct drive_options *d, const char *value)
{
	return set_switch(&d->snapshot, value);
}

static bool check_format(struct drive_options *d, const char *value)
{
	(void)d;
	return !strcmp(value, "raw");
}

static bool check_if(struct drive_options *d, const char *value)
{
	(void)d;
	return !strcmp(value, "virtio");
}

static bool check_media(struct drive_options *d, const char *value)
{
	(void)d;
	return !strcmp(value, "disk");
}

static bool ignore(struct drive_options *d, const char *value)
{
	(void)d, (void)value;
	return true;
}

static const struct property {
	const char *name;
	bool (*set)(struct drive_options *d, const char *value);
	const char *must_be;
} properties[] = {
	{ "file", set_file, "file= needs a name" },
	{ "format", check_format, "the only format is raw, not " },
	{ "if", check_if, "the only interface is virtio, not " },
	{ "readonly", set_readonly, "readonly= must be on or off, not " },
	{ "snapshot", set_snapshot, "snapshot= must be on or off, not " },
	{ "media", check_media, "the only medium is disk, not " },
	{ "id", ignore, "" },
};

static const struct property *find(const char *name, size_t len)
{
	for (unsigned i = 0; i < sizeof(properties) / sizeof(*properties); i++)
		if (strlen(properties[i].name) == len && !memcmp(properties[i].name, name, len))
			return &properties[i];
	return NULL;
}

/* Copy up to a single comma; two of them are one of the value. Return: behind what was read */
static const char *copy_value(char *to, const char *from)
{
	while (*from && (*from != ',' || from[1] == ',')) {
		from += *from == ',';
		*to++ = *from++;
	}
	*to = '\0';
	return *from ? from + 1 : from;
}

static bool parse(struct drive_options *d, const char *text, char *value)
{
	for (const char *at = text; *at;) {
		size_t len = strcspn(at, "=,");
		const struct property *p = find(at, len);
		const char *name = at;

		if (at[len] != '=') {
			copy_value(value, at);
			return bad(text, "not NAME=VALUE: ", value);
		}
		at = copy_value(value, at + len + 1);
		if (!p) {
			snprintf(value, len + 1, "%s", name);
			return bad(text, "unknown property ", value);
		}
		if (!p->set(d, value))
			return bad(text, p->must_be, value);
	}
	return d->file || bad(text, "file= is missing", "");
}

bool drive_parse(struct drive_options *drive, const char *text)
{
	char *value = malloc(strlen(text) + 1);
	bool ok;

	*drive = (struct drive_options){ 0 };
	ok = value ? parse(drive, text, value) : bad(text, "out of memory", "");
	free(value);
	if (!ok)
		drive_free(drive);
	return ok;
}

void drive_free(struct drive_options *drive)
{
	free(drive->file);
	drive->file = NULL;
}

/* @disk: those that are open already, @n of them */
static bool is_alone(const struct disk *d, struct disk **disk, unsigned n, char *why,
		     size_t why_size)
{
	for (unsigned i = 0; i < n; i++) {
		if (!disk_conflict(d, disk[i]))
			continue;
		snprintf(why, why_size, "is another disk of this machine already");
		return false;
	}
	return disk_lock(d, why, why_size);
}

static struct disk *open_drive(const struct drive_options *o, bool snapshot, struct disk **disk,
			       unsigned n)
{
	char why[200];
	struct disk *d = disk_open(o->file, o->readonly, snapshot || o->snapshot, why, sizeof(why));

	if (d && is_alone(d, disk, n, why, sizeof(why)))
		return d;
	disk_close(d);
	fprintf(stderr, "ia64-machine: -drive file=%s: %s\n", o->file, why);
	return NULL;
}

static bool add_drive(struct machine *m, const char *text, unsigned n)
{
	struct disk **disk = m->disk;
	struct drive_options d;
	struct pci_function *f;

	if (!drive_parse(&d, text))
		return false;
	disk[n] = open_drive(&d, m->opt.snapshot, disk, n);
	drive_free(&d);
	if (!disk[n])
		return false;
	f = virtio_blk_create(m, disk[n], n);
	if (f && pci_host_add(m->pci, f))
		return true;
	fprintf(stderr, "ia64-machine: -drive %s: %s\n", text,
		f ? "no place left on the PCI bus" : "out of memory");
	if (f)
		f->ops->destroy(f);
	else
		disk_close(disk[n]);
	return false;
}

bool drives_create(struct machine *m)
{
	for (unsigned i = 0; i < m->opt.ndrives; i++)
		if (!add_drive(m, m->opt.drive[i], i))
			return false;
	return true;
}
