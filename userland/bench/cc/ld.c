// SPDX-License-Identifier: MIT
/*
 * ld.c - linker: objects one behind the other, symbols resolved; variables follow the code.
 */
#include <stdlib.h>
#include <string.h>

#include "cc.h"

struct object {
	const char *path;
	uint64_t *code;
	struct name **symbols;
	const struct fixup *fixups;
	struct object_header header;
	long start;
	struct object *next;
};

static struct name **all;
static long count, room;

static void remember(struct name *name)
{
	if (count == room) {
		struct name **larger = grab((room = room ? 2 * room : 256) * sizeof(*larger));

		if (count)
			memcpy(larger, all, count * sizeof(*larger));
		all = larger;
	}
	all[count++] = name;
	name->wanted = true;
}

static void take_symbols(struct object *o, const struct object_symbol *symbols, const char *strings)
{
	o->symbols = grab(o->header.symbols * sizeof(*o->symbols));
	for (long i = 1; i < o->header.symbols; i++) {
		const char *text = strings + symbols[i].string;
		struct name *n = intern(text, strlen(text));

		o->symbols[i] = n;
		if (!n->wanted)
			remember(n);
		if (!symbols[i].defined)
			continue;
		if (n->defined)
			die("%s: %s is defined twice", o->path, n->text);
		n->defined = true;
		n->value = o->start + symbols[i].value;
	}
}

static struct object *open_object(const char *path, long start)
{
	struct object *o = grab(sizeof(*o));
	struct object_header *h = &o->header;
	size_t size;
	char *bytes = slurp(path, &size);

	if (!bytes || size < sizeof(*h))
		die("%s: no object", path);
	memcpy(h, bytes, sizeof(*h));
	o->path = path;
	o->start = start;
	o->code = (uint64_t *)(bytes + sizeof(*h));
	bytes += sizeof(*h) + h->words * 8;
	o->fixups = (const void *)(bytes + h->symbols * sizeof(struct object_symbol));
	if (h->magic != OBJECT_MAGIC ||
	    size != sizeof(*h) + h->words * 8 + h->symbols * sizeof(struct object_symbol) +
			    h->fixups * sizeof(struct fixup) + h->strings)
		die("%s: damaged", path);
	take_symbols(o, (const void *)bytes, (const char *)(o->fixups + h->fixups));
	return o;
}

static int by_text(const void *left, const void *right)
{
	return strcmp((*(struct name *const *)left)->text, (*(struct name *const *)right)->text);
}

static void place_variables(long at)
{
	qsort(all, count, sizeof(*all), by_text);
	for (long i = 0; i < count; i++)
		if (!all[i]->defined)
			all[i]->value = at++;
}

/* Calls go to code, loads and stores to words behind it. */
static void fix(struct object *o, long code_words)
{
	for (long i = 0; i < o->header.fixups; i++) {
		const struct fixup *x = &o->fixups[i];
		const struct name *n = x->symbol ? o->symbols[x->symbol] : NULL;
		enum op op = o->code[x->word - 1] & 0xffff;

		o->code[x->word] += n ? n->value : o->start;
		if (n && (op == OP_call) != ((long)o->code[x->word] < code_words))
			die("%s: %s is not defined", o->path, n->text);
	}
}

int link_objects(char *const paths[], const char *image)
{
	struct object *objects = NULL, **end = &objects;
	struct image_header h = { .magic = IMAGE_MAGIC };
	struct out *out = grab(sizeof(*out));
	struct name *entry = intern("main", 4);

	for (; *paths; paths++) {
		*end = open_object(*paths, h.words);
		h.words += (*end)->header.words;
		end = &(*end)->next;
	}
	if (!entry->defined)
		die("there is no main");
	h.entry = entry->value;
	place_variables(h.words);
	out_open(out, image);
	out_bytes(out, &h, sizeof(h));
	for (struct object *o = objects; o; o = o->next) {
		fix(o, h.words);
		out_bytes(out, o->code, o->header.words * 8);
	}
	out_close(out);
	return 0;
}
