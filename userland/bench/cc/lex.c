// SPDX-License-Identifier: MIT
/*
 * lex.c - preprocessor and lexer: files to tokens.
 *
 * Directives: include (looked for in the directories of search[], one after the other), define
 * without parameters, ifdef, ifndef, endif. Included files and macros are read from a stack.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cc.h"

struct source {
	const char *at;
	const char *path;
	int line, conditions;
	struct source *up;
};

struct expansion {
	const struct token *at;
	struct name *name;
	struct expansion *up;
};

static const char *const search[] = { "", "include/local/", "include/generated/", "include/uapi/",
				      "include/" };
static struct source *source;
static struct expansion *expansion;

static bool push(const char *path)
{
	size_t size;
	char *text = slurp(path, &size);
	struct source *s;

	if (!text)
		return false;
	s = grab(sizeof(*s) + strlen(path) + 1);
	strcpy((char *)(s + 1), path);
	*s = (struct source){ .at = text, .path = (char *)(s + 1), .line = 1, .up = source };
	source = s;
	return true;
}

void lex_open(const char *path)
{
	if (!push(path))
		die("%s: no such file", path);
}

const char *lex_where(void)
{
	static char where[256];

	snprintf(where, sizeof(where), "%s:%d", source ? source->path : "end",
		 source ? source->line : 0);
	return where;
}

/* Blanks and comments; whether a line begins. */
static bool skip_blanks(struct source *s)
{
	bool fresh = false;

	for (;; s->at++) {
		if (*s->at == '\n') {
			s->line++;
			fresh = true;
		} else if (s->at[0] == '/' && s->at[1] == '*') {
			for (s->at += 2; *s->at && (s->at[0] != '*' || s->at[1] != '/'); s->at++)
				s->line += *s->at == '\n';
			s->at++;
		} else if (*s->at != ' ' && *s->at != '\t') {
			return fresh;
		}
	}
}

static struct name *word(struct source *s)
{
	const char *start = s->at;

	while (isalnum((unsigned char)*s->at) || *s->at == '_')
		s->at++;
	return intern(start, s->at - start);
}

static struct token operator(struct source *s)
{
	static const struct {
		char text[3];
		int kind;
	} two[] = { { "==", T_EQ },  { "!=", T_NE },  { "<=", T_LE },  { ">=", T_GE },
		    { "<<", T_SHL }, { ">>", T_SHR }, { "&&", T_AND }, { "||", T_OR } };

	for (size_t i = 0; i < sizeof(two) / sizeof(two[0]); i++)
		if (s->at[0] == two[i].text[0] && s->at[1] == two[i].text[1]) {
			s->at += 2;
			return (struct token){ .kind = two[i].kind };
		}
	return (struct token){ .kind = *s->at++ };
}

/* One token of the text; blanks have been skipped. */
static struct token plain(struct source *s)
{
	char *end;
	struct token t = { .kind = T_NUMBER };

	if (isdigit((unsigned char)*s->at)) {
		t.value = strtol(s->at, &end, 0);
		s->at = end;
		return t;
	}
	if (isalpha((unsigned char)*s->at) || *s->at == '_')
		return (struct token){ .kind = T_NAME, .name = word(s) };
	return operator(s);
}

/* ---- directives ---- */

static void skip_line(struct source *s)
{
	while (*s->at && *s->at != '\n')
		s->at++;
}

static void define(struct source *s)
{
	struct token body[64];
	struct name *name;
	int n = 0;

	skip_blanks(s);
	name = word(s);
	for (;;) {
		const char *at = s->at;

		if (skip_blanks(s) || !*s->at) {
			s->at = at; /* the line's end is read again */
			break;
		}
		if (n == 63)
			die("%s: a macro is too long", lex_where());
		body[n++] = plain(s);
	}
	body[n++] = (struct token){ .kind = T_END };
	name->body = grab(n * sizeof(*body));
	memcpy(name->body, body, n * sizeof(*body));
}

static void include(struct source *s)
{
	const char *start = strchr(s->at, '"'), *end = start ? strchr(start + 1, '"') : NULL;
	char path[128];

	if (!end)
		die("%s: no file name", lex_where());
	s->at = end + 1;
	for (size_t i = 0; i < sizeof(search) / sizeof(search[0]); i++) {
		snprintf(path, sizeof(path), "%s%.*s", search[i], (int)(end - start - 1),
			 start + 1);
		if (push(path))
			return;
	}
	die("%s: %.*s is not found", lex_where(), (int)(end - start - 1), start + 1);
}

/* To the endif that belongs to it. */
static void skip_condition(struct source *s)
{
	for (int depth = 1; depth;) {
		skip_line(s);
		if (!*s->at)
			die("%s: no endif", lex_where());
		s->at++;
		s->line++;
		depth += !strncmp(s->at, "#if", 3);
		depth -= !strncmp(s->at, "#endif", 6);
	}
	skip_line(s);
}

static void directive(struct source *s)
{
	struct name *what;

	s->at++;
	what = word(s);
	if (!strcmp(what->text, "include")) {
		include(s);
	} else if (!strcmp(what->text, "define")) {
		define(s);
	} else if (!strcmp(what->text, "endif")) {
		if (!s->conditions--)
			die("%s: nothing to end", lex_where());
		skip_line(s);
	} else if (!strcmp(what->text, "ifdef") || !strcmp(what->text, "ifndef")) {
		skip_blanks(s);
		if (!word(s)->body == !strcmp(what->text, "ifdef"))
			skip_condition(s);
		else
			s->conditions++;
	} else {
		die("%s: what is #%s?", lex_where(), what->text);
	}
}

/* ---- the stream ---- */

static struct token from_file(void)
{
	while (source) {
		struct source *s = source;

		skip_blanks(s);
		if (!*s->at)
			source = s->up;
		else if (*s->at == '#')
			directive(s);
		else
			return plain(s);
	}
	return (struct token){ .kind = T_END };
}

struct token lex_next(void)
{
	for (;;) {
		struct token t;
		struct expansion *e;

		if (expansion && expansion->at->kind == T_END) {
			expansion->name->busy = false;
			expansion = expansion->up;
			continue;
		}
		t = expansion ? *expansion->at++ : from_file();
		if (t.kind != T_NAME || !t.name->body || t.name->busy)
			return t;
		e = grab(sizeof(*e));
		*e = (struct expansion){ .at = t.name->body, .name = t.name, .up = expansion };
		t.name->busy = true;
		expansion = e;
	}
}
