// SPDX-License-Identifier: MIT
/*
 * parse.c - tokens to intermediate code, by recursive descent.
 *
 * file:	{ declaration | enumeration | function }
 * declaration:	[extern] long NAME ; or a function's without body
 * function:	[static] long NAME ( [long NAME {, long NAME}] ) block
 * statement:	block | if | while | return EXPRESSION ; | long NAME = EXPRESSION ;
 *		| NAME = EXPRESSION ; | EXPRESSION ;
 */
#include <string.h>

#include "cc.h"

static struct token t; /* the one looked at */
static struct function *f;
static unsigned int scope;
static struct name *k_long, *k_extern, *k_static, *k_enum, *k_if, *k_else, *k_while, *k_return;

static void next(void)
{
	t = lex_next();
}

static void expect(int kind)
{
	if (t.kind != kind)
		die("%s: expected '%c'", lex_where(), kind);
	next();
}

static bool accept(int kind)
{
	if (t.kind != kind)
		return false;
	next();
	return true;
}

static bool keyword(const struct name *k)
{
	if (t.kind != T_NAME || t.name != k)
		return false;
	next();
	return true;
}

static struct name *identifier(void)
{
	struct name *n = t.name;

	if (t.kind != T_NAME)
		die("%s: expected a name", lex_where());
	next();
	return n;
}

/* ---- code ---- */

static struct insn *put(enum op op, int dst, int a, int b)
{
	if (f->count == f->room) {
		struct insn *larger =
			grab((f->room = f->room ? 2 * f->room : 64) * sizeof(*larger));

		if (f->count)
			memcpy(larger, f->code, f->count * sizeof(*larger));
		f->code = larger;
	}
	f->code[f->count] = (struct insn){ .op = op, .dst = dst, .a = a, .b = b };
	return &f->code[f->count++];
}

static int constant(long value)
{
	struct insn *i = put(OP_const, ++f->registers, 0, 0);

	i->value = value;
	return i->dst;
}

static void branch(enum op op, int a, long label)
{
	put(op, 0, a, 0)->value = label;
}

/* ---- expressions: each gives a register ---- */

static int expression(void);

static int call(struct name *callee)
{
	int args[8], n = 0;
	struct insn *i;

	if (t.kind != ')') {
		do {
			if (n == 8)
				die("%s: too many arguments", lex_where());
			args[n++] = expression();
		} while (accept(','));
	}
	expect(')');
	for (int k = 0; k < n; k++)
		put(OP_arg, 0, args[k], 0)->value = k;
	i = put(OP_call, ++f->registers, 0, 0);
	i->name = callee;
	i->value = n;
	return i->dst;
}

static int reference(struct name *n)
{
	struct insn *i;

	if (n->meaning == LOCAL && n->scope == scope)
		return n->value;
	switch (n->meaning) {
	case CONSTANT: return constant(n->value);
	case VARIABLE:
		i = put(OP_load, ++f->registers, 0, 0);
		i->name = n;
		return i->dst;
	default: die("%s: %s is not declared", lex_where(), n->text);
	}
}

static int primary(void)
{
	struct name *n;
	int r;

	if (t.kind == T_NUMBER) {
		r = constant(t.value);
		next();
		return r;
	}
	if (accept('(')) {
		r = expression();
		expect(')');
		return r;
	}
	n = identifier();
	return accept('(') ? call(n) : reference(n);
}

static int unary(void)
{
	enum op op;
	int a, zero;

	switch (t.kind) {
	case '-': op = OP_sub; break;
	case '!': op = OP_eq; break;
	case '~': op = OP_xor; break;
	default: return primary();
	}
	next();
	a = unary();
	zero = constant(op == OP_xor ? -1 : 0);
	put(op, ++f->registers, zero, a);
	return f->registers;
}

static const struct {
	int kind, level;
	enum op op;
	bool swapped;
} operators[] = {
	{ '*', 8, OP_mul, false },   { '/', 8, OP_div, false }, { '%', 8, OP_mod, false },
	{ '+', 7, OP_add, false },   { '-', 7, OP_sub, false }, { T_SHL, 6, OP_shl, false },
	{ T_SHR, 6, OP_shr, false }, { '<', 5, OP_lt, false },	{ '>', 5, OP_lt, true },
	{ T_LE, 5, OP_le, false },   { T_GE, 5, OP_le, true },	{ T_EQ, 4, OP_eq, false },
	{ T_NE, 4, OP_ne, false },   { '&', 3, OP_and, false }, { '^', 2, OP_xor, false },
	{ '|', 1, OP_or, false },
};

#define OPERATORS (int)(sizeof(operators) / sizeof(operators[0]))

static int binary(int level)
{
	int left = level > 8 ? unary() : binary(level + 1);

	for (int i = 0; i < OPERATORS && level <= 8;) {
		int right;

		if (t.kind != operators[i].kind || operators[i].level != level) {
			i++;
			continue;
		}
		next();
		right = binary(level + 1);
		if (operators[i].swapped)
			put(operators[i].op, ++f->registers, right, left);
		else
			put(operators[i].op, ++f->registers, left, right);
		left = f->registers;
		i = 0;
	}
	return left;
}

/* The right side is left out if the left decides. */
static int logical(int kind)
{
	int left = kind == T_OR ? logical(T_AND) : binary(1), right, result, test, zero;
	long end;

	while (accept(kind)) {
		end = ++f->labels;
		result = ++f->registers;
		test = result;
		zero = constant(0);
		put(OP_ne, result, left, zero);
		if (kind == T_OR)
			put(OP_eq, test = ++f->registers, result, zero);
		branch(OP_brz, test, end);
		right = kind == T_OR ? logical(T_AND) : binary(1);
		zero = constant(0);
		put(OP_ne, result, right, zero);
		branch(OP_label, 0, end);
		left = result;
	}
	return left;
}

static int expression(void)
{
	return logical(T_OR);
}

/* ---- statements ---- */

static void statement(void);

static void block(void)
{
	while (t.kind != '}')
		statement();
	next();
}

static void if_statement(void)
{
	long otherwise = ++f->labels, end;

	expect('(');
	branch(OP_brz, expression(), otherwise);
	expect(')');
	statement();
	if (keyword(k_else)) {
		end = ++f->labels;
		branch(OP_jump, 0, end);
		branch(OP_label, 0, otherwise);
		statement();
		otherwise = end;
	}
	branch(OP_label, 0, otherwise);
}

static void while_statement(void)
{
	long again = ++f->labels, end = ++f->labels;

	branch(OP_label, 0, again);
	expect('(');
	branch(OP_brz, expression(), end);
	expect(')');
	statement();
	branch(OP_jump, 0, again);
	branch(OP_label, 0, end);
}

static struct name *new_local(void)
{
	struct name *n = identifier();

	n->meaning = LOCAL;
	n->scope = scope;
	n->value = ++f->registers;
	return n;
}

static void assign(struct name *n)
{
	int value = expression();

	expect(';');
	if (n->meaning == LOCAL && n->scope == scope)
		put(OP_move, n->value, value, 0);
	else if (n->meaning == VARIABLE)
		put(OP_store, 0, value, 0)->name = n;
	else
		die("%s: %s cannot be assigned to", lex_where(), n->text);
}

static void statement(void)
{
	struct name *n;

	if (accept('{')) {
		block();
	} else if (keyword(k_if)) {
		if_statement();
	} else if (keyword(k_while)) {
		while_statement();
	} else if (keyword(k_return)) {
		put(OP_ret, 0, expression(), 0);
		expect(';');
	} else if (keyword(k_long)) {
		n = new_local();
		expect('=');
		assign(n);
	} else {
		n = identifier();
		if (accept('=')) {
			assign(n);
		} else {
			expect('(');
			call(n);
			expect(';');
		}
	}
}

/* ---- what a file is made of ---- */

static void parameters(struct name *names[], int *count)
{
	*count = 0;
	if (accept(')'))
		return;
	do {
		if (!keyword(k_long))
			die("%s: a parameter is a long", lex_where());
		if (*count == 8)
			die("%s: too many parameters", lex_where());
		names[(*count)++] = identifier();
	} while (accept(','));
	expect(')');
}

static struct function *body(struct name *name, struct name *names[], int count)
{
	f = grab(sizeof(*f));
	f->name = name;
	scope++;
	for (int i = 0; i < count; i++) {
		names[i]->meaning = LOCAL;
		names[i]->scope = scope;
		names[i]->value = ++f->registers;
		put(OP_param, f->registers, 0, 0)->value = i;
	}
	block();
	put(OP_ret, 0, constant(0), 0);
	return f;
}

static void enumeration(void)
{
	long value = 0;

	expect('{');
	while (t.kind != '}') {
		struct name *n = identifier();

		if (accept('=')) {
			value = t.value;
			expect(T_NUMBER);
		}
		n->meaning = CONSTANT;
		n->value = value++;
		if (!accept(','))
			break;
	}
	expect('}');
	expect(';');
}

/* Return: a function, or NULL: something else was declared */
static struct function *declaration(bool is_static)
{
	struct name *name, *names[8];
	int count;

	if (!keyword(k_long))
		die("%s: neither a declaration nor a function", lex_where());
	name = identifier();
	if (accept(';')) {
		name->meaning = VARIABLE;
		return NULL;
	}
	expect('(');
	parameters(names, &count);
	name->meaning = FUNCTION;
	if (accept(';'))
		return NULL;
	expect('{');
	name->is_static = is_static;
	return name->function = body(name, names, count);
}

/* Static functions of headers are wanted if one that is wanted calls them. */
static void want(struct function *g)
{
	if (g->name->wanted)
		return;
	g->name->wanted = true;
	for (int i = 0; i < g->count; i++)
		if (g->code[i].op == OP_call && g->code[i].name->function)
			want(g->code[i].name->function);
}

struct function *parse(void)
{
	struct function *all = NULL, **end = &all, *g;

	k_long = intern("long", 4), k_extern = intern("extern", 6), k_static = intern("static", 6);
	k_enum = intern("enum", 4), k_if = intern("if", 2), k_else = intern("else", 4);
	k_while = intern("while", 5), k_return = intern("return", 6);
	next();
	while (t.kind != T_END) {
		if (keyword(k_enum)) {
			enumeration();
			continue;
		}
		keyword(k_extern);
		g = declaration(keyword(k_static));
		if (g) {
			*end = g;
			end = &g->next;
		}
	}
	for (g = all; g; g = g->next)
		if (!g->name->is_static)
			want(g);
	for (end = &all; *end;)
		if ((*end)->name->wanted)
			end = &(*end)->next;
		else
			*end = (*end)->next;
	return all;
}
