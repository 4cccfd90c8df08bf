// SPDX-License-Identifier: MIT
/*
 * as.c - assembler: one pass over the text, labels filled in at its end.
 *
 * What is not defined here is left to the linker, as is everything's address: see cc.h.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cc.h"

struct fix {
	long word;
	struct name *name;
	struct fix *next;
};

static uint64_t *code;
static long words, room;
static struct fix *fixes, **last_fix = &fixes;
static long fix_count;
static struct fix *globals, **last_global = &globals;

static void add_word(uint64_t word)
{
	if (words == room) {
		uint64_t *larger = grab((room = room ? 2 * room : 1024) * sizeof(*larger));

		if (words)
			memcpy(larger, code, words * sizeof(*larger));
		code = larger;
	}
	code[words++] = word;
}

static void refer(struct name *name)
{
	struct fix *fix = grab(sizeof(*fix));

	*fix = (struct fix){ .word = words - 1, .name = name };
	*last_fix = fix;
	last_fix = &fix->next;
	fix_count++;
}

static void make_global(struct name *name)
{
	struct fix *global = grab(sizeof(*global));

	global->name = name;
	*last_global = global;
	last_global = &global->next;
	name->wanted = true;
}

static const char *skip(const char *at)
{
	while (*at == ' ' || *at == '\t' || *at == ',')
		at++;
	return at;
}

static struct name *symbol(const char **at)
{
	const char *start = skip(*at);

	for (*at = start; isalnum((unsigned char)**at) || **at == '_' || **at == '.'; ++*at)
		;
	return intern(start, *at - start);
}

static unsigned int reg(const char **at)
{
	char *end;
	unsigned long n;

	*at = skip(*at);
	n = **at == 'r' ? strtoul(*at + 1, &end, 10) : 0;
	if (!n || n > 0xffff)
		die("assembler: not a register: %.20s", *at);
	*at = end;
	return n;
}

/* Operands by operation: what is put where. */
static void operands(enum op op, const char **at)
{
	unsigned int dst, a;
	char *end;

	switch (op) {
	case OP_const:
	case OP_param:
	case OP_arg:
		a = reg(at);
		add_word(op == OP_arg ? encode(op, 0, a, 0) : encode(op, a, 0, 0));
		add_word(strtol(skip(*at), &end, 10));
		*at = end;
		break;
	case OP_load:
	case OP_store:
	case OP_call:
	case OP_brz:
		a = reg(at);
		add_word(op == OP_load || op == OP_call ? encode(op, a, 0, 0)
							: encode(op, 0, a, 0));
		add_word(0);
		refer(symbol(at));
		break;
	case OP_jump:
		add_word(encode(op, 0, 0, 0));
		add_word(0);
		refer(symbol(at));
		break;
	case OP_enter:
		add_word(encode(op, 0, 0, 0));
		add_word(strtol(skip(*at), &end, 10));
		*at = end;
		break;
	case OP_ret:
		add_word(encode(op, 0, reg(at), 0));
		add_word(0);
		break;
	default:
		dst = reg(at);
		a = reg(at);
		add_word(encode(op, dst, a, op == OP_move ? 0 : reg(at)));
		add_word(0);
	}
}

/* Return: the next line */
static const char *line(const char *at)
{
	struct name *word = symbol(&at);

	if (*at == ':') {
		word->defined = true;
		word->value = words;
		at++;
	} else if (!strcmp(word->text, ".global")) {
		make_global(symbol(&at));
	} else if (word->meaning == CONSTANT) {
		operands(word->value, &at);
	} else {
		die("assembler: what is %s?", word->text);
	}
	if (*at != '\n')
		die("assembler: too much on a line: %.20s", at);
	return at + 1;
}

/* ---- the object ---- */

/* Local labels are resolved, relative to the object's start, which the linker adds. */
static long number_symbols(struct name **symbols)
{
	long n = 1; /* 0: the object's own start */

	for (struct fix *global = globals; global; global = global->next)
		symbols[global->name->scope = n++] = global->name;
	for (struct fix *fix = fixes; fix; fix = fix->next) {
		struct name *name = fix->name;

		if (name->defined && !name->wanted)
			code[fix->word] = name->value;
		else if (!name->scope)
			symbols[name->scope = n++] = name;
	}
	return n;
}

static void write_object(const char *path, struct name **symbols, long count)
{
	struct object_header h = { OBJECT_MAGIC, words, count, fix_count, 0 };
	struct out *out = grab(sizeof(*out));

	for (long i = 1; i < count; i++)
		h.strings += symbols[i]->length + 1;
	out_open(out, path);
	out_bytes(out, &h, sizeof(h));
	out_bytes(out, code, words * sizeof(*code));
	h.strings = 0;
	for (long i = 0; i < count; i++) {
		struct object_symbol s = { h.strings, 0, 1 };

		if (i) {
			s.value = symbols[i]->value;
			s.defined = symbols[i]->defined;
			h.strings += symbols[i]->length + 1;
		}
		out_bytes(out, &s, sizeof(s));
	}
	for (struct fix *fix = fixes; fix; fix = fix->next) {
		struct fixup record = { fix->word, fix->name->scope };

		out_bytes(out, &record, sizeof(record));
	}
	for (long i = 1; i < count; i++)
		out_bytes(out, symbols[i]->text, symbols[i]->length + 1);
	out_close(out);
}

int assemble(const char *assembly, const char *object)
{
	struct name **symbols;
	size_t size;
	const char *at = slurp(assembly, &size);

	if (!at)
		die("%s: no such file", assembly);
	for (int op = 0; op < OPS; op++) {
		struct name *n = intern(op_names[op], strlen(op_names[op]));

		n->meaning = CONSTANT;
		n->value = op;
	}
	while (*at)
		at = line(at);
	symbols = grab((fix_count + words + 1) * sizeof(*symbols)); /* as many at the most */
	write_object(object, symbols, number_symbols(symbols));
	return 0;
}
