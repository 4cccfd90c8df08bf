// SPDX-License-Identifier: MIT
/*
 * exceptions.c - what a file excuses, each line with its reason.
 *
 * `KIND NAME: reason`; NAME is a shell pattern. There is no line without a reason, and
 * pvcheck prints the lines that a file needed (--summary): an exception that nobody sees is
 * a hole. The built-in ones are exceptions.txt.
 */
#include "pvcheck.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_name[PC_EXCEPT_COUNT] = {
	[PC_EXCEPT_ENTRY] = "entry",	 [PC_EXCEPT_FUNCTION] = "function",
	[PC_EXCEPT_TRAPS] = "traps",	 [PC_EXCEPT_LATER] = "later",
	[PC_EXCEPT_NATIVE] = "native",	 [PC_EXCEPT_SCRATCH] = "scratch",
	[PC_EXCEPT_FLAVOUR] = "flavour",
};

struct exception {
	char *name; /* a shell pattern */
	char *reason;
	enum pc_exception_kind kind;
};

struct pc_exceptions {
	struct exception *exception;
	size_t count;
};

static bool parse_line(struct pc_exceptions *list, char *line)
{
	char *kind = line + strspn(line, " \t"), *name, *reason;
	struct exception e = { 0 };

	if (!*kind || *kind == '#')
		return true;
	name = kind + strcspn(kind, " \t");
	reason = strchr(name, ':');
	if (!*name || !reason)
		return false;
	*name++ = *reason++ = '\0';
	name += strspn(name, " \t");
	reason += strspn(reason, " \t");
	while (e.kind < PC_EXCEPT_COUNT && strcmp(kind, kind_name[e.kind]))
		e.kind++;
	if (!*name || !*reason || e.kind == PC_EXCEPT_COUNT)
		return false;
	e.name = pc_format("%s", name);
	e.reason = pc_format("%s", reason);
	list->exception = pc_grow(list->exception, list->count, sizeof(e));
	list->exception[list->count++] = e;
	return true;
}

struct pc_exceptions *pc_exceptions_parse(const char *text, size_t size, const char *origin)
{
	struct pc_exceptions *list = pc_room(1, sizeof(*list));
	unsigned int number = 0;

	while (size) {
		const char *end = memchr(text, '\n', size);
		size_t length = end ? (size_t)(end - text) : size;
		char *line = pc_format("%.*s", (int)length, text);
		bool good = parse_line(list, line);

		free(line);
		number++;
		if (!good) {
			fprintf(stderr, "pvcheck: %s:%u: not `KIND NAME: reason`\n", origin,
				number);
			pc_exceptions_free(list);
			return NULL;
		}
		size -= end ? length + 1 : length;
		text += end ? length + 1 : length;
	}
	return list;
}

struct pc_exceptions *pc_exceptions_read(const char *path)
{
	struct pc_exceptions *list = NULL;
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t room = 0;
	ssize_t size = -1;

	errno = 0;
	if (file) {
		size = getdelim(&text, &room, '\0', file);
		fclose(file);
	}
	if (size < 0 && (!file || errno))
		fprintf(stderr, "pvcheck: %s: %s\n", path, strerror(errno));
	else
		list = pc_exceptions_parse(text, size < 0 ? 0 : size, path);
	free(text);
	return list;
}

struct pc_exceptions *pc_exceptions_built_in(void)
{
	static const char text[] = {
#include "exceptions.txt.h"
	};

	return pc_exceptions_parse(text, sizeof(text), "exceptions.txt");
}

void pc_exceptions_free(struct pc_exceptions *list)
{
	for (size_t i = 0; list && i < list->count; i++) {
		free(list->exception[i].name);
		free(list->exception[i].reason);
	}
	if (list)
		free(list->exception);
	free(list);
}

static const struct exception *find(const struct pc_exceptions *list, enum pc_exception_kind kind,
				    const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->exception[i].kind == kind && !fnmatch(list->exception[i].name, name, 0))
			return &list->exception[i];
	return NULL;
}

bool pc_exception_has(const struct pc_check *check, enum pc_exception_kind kind, const char *name)
{
	return find(check->exceptions, kind, name);
}

bool pc_excepted(struct pc_check *check, enum pc_exception_kind kind, const char *name)
{
	const struct exception *e = find(check->exceptions, kind, name);

	if (!e)
		return false;
	if (!check->used)
		check->used = pc_room(check->exceptions->count, sizeof(bool));
	check->used[e - check->exceptions->exception] = true;
	return true;
}

void pc_exceptions_print(const struct pc_check *check, FILE *out)
{
	const struct pc_exceptions *list = check->exceptions;

	for (size_t i = 0; check->used && i < list->count; i++)
		if (check->used[i])
			fprintf(out, "  exception: %s %s: %s\n", kind_name[list->exception[i].kind],
				list->exception[i].name, list->exception[i].reason);
}
