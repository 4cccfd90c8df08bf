// SPDX-License-Identifier: MIT
/*
 * baseline.c - findings that are known, so that only new ones count.
 *
 * A line is RULE<tab>SYMBOL<tab>INSTRUCTION<tab>COUNT. Addresses are left out: they change
 * with every build. More findings of a kind than the baseline has are new.
 */
#include "pvcheck.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	char *key;
	size_t count;
};

struct pc_baseline {
	struct entry *entry;
	size_t count;
};

static struct entry *find(struct pc_baseline *b, const char *key)
{
	size_t lo = 0, hi = b->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = strcmp(key, b->entry[mid].key);

		if (!order)
			return &b->entry[mid];
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

static int by_key(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;

	return strcmp(a->key, b->key);
}

static void add(struct pc_baseline *b, char *key, size_t count)
{
	b->entry = pc_grow(b->entry, b->count, sizeof(*b->entry));
	b->entry[b->count++] = (struct entry){ key, count };
}

/* Sorts, and makes entries of one key one entry. */
static void settle(struct pc_baseline *b)
{
	size_t kept = 0;

	if (!b->count)
		return;
	qsort(b->entry, b->count, sizeof(*b->entry), by_key);
	for (size_t i = 1; i < b->count; i++) {
		if (strcmp(b->entry[kept].key, b->entry[i].key)) {
			b->entry[++kept] = b->entry[i];
			continue;
		}
		b->entry[kept].count += b->entry[i].count;
		free(b->entry[i].key);
	}
	b->count = kept + 1;
}

static bool parse_line(void *ctx, char *line)
{
	struct pc_baseline *b = ctx;
	char *tab, *end;
	size_t count;

	line[strcspn(line, "\n")] = '\0';
	if (!*line || *line == '#')
		return true;
	tab = strrchr(line, '\t');
	if (!tab)
		return false;
	errno = 0;
	count = strtoul(tab + 1, &end, 10);
	if (end == tab + 1 || *end || errno)
		return false;
	*tab = '\0';
	add(b, pc_format("%s", line), count);
	return true;
}

struct pc_baseline *pc_baseline_read(const char *path)
{
	struct pc_baseline *b = pc_room(1, sizeof(*b));

	if (pc_each_line(path, "a baseline", parse_line, b)) {
		settle(b);
		return b;
	}
	pc_baseline_free(b);
	return NULL;
}

static char *key_of(const struct pc_check *check, const struct pc_finding *f)
{
	const struct pc_symbol *s = pc_symbol_at(&check->image, f->addr);
	char *insn = f->in_code ? pc_insn_text(&check->image, f->addr) : pc_format("-");
	char *name = pc_printable(pc_format("%s", s ? s->name : "-"));
	char *key = pc_format("%s\t%s\t%s", pc_rules[f->rule].name, name, insn);

	free(name);
	free(insn);
	return key;
}

void pc_baseline_apply(struct pc_baseline *baseline, struct pc_check *check)
{
	for (size_t i = 0; i < check->findings; i++) {
		char *key = key_of(check, &check->finding[i]);
		struct entry *e = find(baseline, key);

		free(key);
		if (!e || !e->count)
			continue;
		e->count--;
		check->finding[i].known = true;
	}
}

bool pc_baseline_write(const char *path, const struct pc_check *checks, size_t count)
{
	struct pc_baseline b = { 0 };
	FILE *file = fopen(path, "w");
	bool good = file;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < checks[i].findings; k++)
			add(&b, key_of(&checks[i], &checks[i].finding[k]), 1);
	settle(&b);
	for (size_t i = 0; file && i < b.count; i++)
		good &= fprintf(file, "%s\t%zu\n", b.entry[i].key, b.entry[i].count) > 0;
	if (file)
		good &= !fclose(file);
	if (!good)
		fprintf(stderr, "pvcheck: %s: %s\n", path, strerror(errno));
	for (size_t i = 0; i < b.count; i++)
		free(b.entry[i].key);
	free(b.entry);
	return good;
}

void pc_baseline_free(struct pc_baseline *baseline)
{
	for (size_t i = 0; baseline && i < baseline->count; i++)
		free(baseline->entry[i].key);
	if (baseline)
		free(baseline->entry);
	free(baseline);
}
