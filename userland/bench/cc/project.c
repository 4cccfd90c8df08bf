// SPDX-License-Identifier: MIT
/*
 * project.c - sources to compile: headers that include each other, and units, always the same.
 *
 * Sizes are as in real ones (docs/bench.md). What is computed does not matter, but it ends: a
 * function calls one of half its number at the most, and loops count to a small constant.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cc.h"

enum {
	HEADERS = 48,
	UNITS = 4,
	FUNCTIONS = 7, /* of a unit */
	INCLUDED = 12, /* by a unit itself; these include others */
};

static uint32_t seed;

static unsigned int draw(unsigned int below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

/* ---- headers ---- */

static void comment(struct out *out, int words)
{
	static const char *const text[] = { "the",    "buffer", "of",  "a",	"queue",   "is",
					    "locked", "before", "its", "state", "changes", "when",
					    "nobody", "waits",	"for", "pages", "that",	   "are" };

	out_text(out, "/*");
	for (int i = 0; i < words; i++)
		out_text(out, "%s%s", i % 12 ? " " : "\n * ", text[draw(18)]);
	out_text(out, "\n */\n");
}

static void header_name(char *name, size_t size, int n)
{
	snprintf(name, size, "%spart%d.h", n % 3 ? "" : "local/", n);
}

static void include_header(struct out *out, int n)
{
	char name[32];

	/* Those of local/ are found by their directory or by searching for it. */
	header_name(name, sizeof(name), n);
	out_text(out, "#include \"%s\"\n",
		 n % 6		      ? name
		 : strrchr(name, '/') ? strrchr(name, '/') + 1
				      : name);
}

static void helper(struct out *out, int n, int k)
{
	out_text(out,
		 "static long part%d_help%d(long state, long flags)\n{\n"
		 "\tif ((flags & PART%d_MASK%d) == 0 || state > PART%d_LIMIT%d)\n"
		 "\t\treturn state;\n"
		 "\twhile (state > PART%d_STATE%d) {\n\t\tstate = state / 3 - PART%d_FIRST;\n\t}\n"
		 "\treturn state + (flags >> PART%d_SHIFT%d);\n}\n\n",
		 n, k, n, k, n, k, n, k, n, n, k);
}

static void header(int n)
{
	struct out *out = grab(sizeof(*out));
	char name[32], path[64];

	header_name(name, sizeof(name), n);
	snprintf(path, sizeof(path), "include/%s", name);
	out_open(out, path);
	comment(out, 30);
	out_text(out, "#ifndef PART%d_H\n#define PART%d_H\n\n", n, n);
	for (int i = 0; i < 3 && n; i++)
		include_header(out, draw(n));
	out_text(out, "\nenum {\n\tPART%d_FIRST = 1,\n", n);
	for (int k = 0; k < 12; k++)
		out_text(out, "\tPART%d_STATE%d = %u,\n", n, k, draw(1000));
	out_text(out, "};\n\n");
	for (int k = 0; k < 12; k++) {
		comment(out, 10 + draw(40));
		out_text(out, "#define PART%d_MASK%d ((1 << %u) - 1)\n", n, k, draw(16));
		out_text(out, "#define PART%d_SHIFT%d (PART%d_FIRST + %u)\n", n, k, n, draw(8));
		out_text(out, "#define PART%d_LIMIT%d %u\n\n", n, k, 1000 + draw(100000));
		out_text(out, "extern long part%d_total%d;\n", n, k);
		out_text(out,
			 "extern long part%d_service%d(long state, long flags, long size);\n\n", n,
			 k);
	}
	for (int k = 0; k < 6; k++)
		helper(out, n, k);
	out_text(out, "#endif\n");
	out_close(out);
}

/* ---- units ---- */

static void operand(struct out *out, int headers)
{
	static const char *const locals[] = { "state", "flags", "size", "sum", "last", "i" };

	switch (draw(6)) {
	case 0: out_text(out, "%u", draw(4096)); break;
	case 1: out_text(out, "PART%u_MASK%u", draw(headers), draw(12)); break;
	case 2: out_text(out, "PART%u_STATE%u", draw(headers), draw(12)); break;
	case 3: out_text(out, "part%u_total%u", draw(headers), draw(12)); break;
	default: out_text(out, "%s", locals[draw(6)]);
	}
}

static void expression(struct out *out, int depth)
{
	static const char *const operators[] = { "+", "-",  "*",  "/", "%",  "&", "|",
						 "^", ">>", "==", "<", ">=", "+", "&" };

	if (!depth || !draw(4)) {
		operand(out, INCLUDED);
		return;
	}
	out_text(out, "(");
	expression(out, depth - 1);
	out_text(out, " %s ", operators[draw(14)]);
	expression(out, depth - 1);
	out_text(out, ")");
}

static void assignment(struct out *out, const char *indent, const char *to)
{
	out_text(out, "%s%s = ", indent, to);
	expression(out, 3);
	out_text(out, ";\n");
}

static void statement(struct out *out)
{
	static const char *const to[] = { "state", "flags", "sum", "last" };
	unsigned int n = draw(INCLUDED), k = draw(12);

	switch (draw(6)) {
	case 0:
		out_text(out, "\tif (state > PART%u_STATE%u && flags & PART%u_MASK%u) {\n", n, k, n,
			 k);
		assignment(out, "\t\t", to[draw(4)]);
		out_text(out, "\t} else {\n");
		assignment(out, "\t\t", to[draw(4)]);
		out_text(out, "\t}\n");
		break;
	case 1:
		out_text(out, "\ti = 0;\n\twhile (i < %u) {\n", 2 + draw(6));
		assignment(out, "\t\t", "sum");
		assignment(out, "\t\t", "last");
		out_text(out, "\t\ti = i + 1;\n\t}\n");
		break;
	case 2: out_text(out, "\tsum = sum + part%u_help%u(state, last);\n", n, k % 6); break;
	case 3: out_text(out, "\tpart%u_total%u = sum & 1023;\n", n, k); break;
	default: assignment(out, "\t", to[draw(4)]);
	}
}

static void function(struct out *out, int n)
{
	comment(out, 10 + draw(40));
	out_text(out, "long work%d(long state, long flags, long size)\n{\n", n);
	out_text(out, "\tlong sum = 0;\n\tlong last = size;\n\tlong i = 0;\n\n");
	for (int k = 8 + draw(16); k; k--)
		statement(out);
	if (n > 1)
		out_text(out, "\tsum = sum + work%u(last, sum, i);\n", draw(n / 2));
	out_text(out, "\treturn sum ^ last;\n}\n\n");
}

static void unit(int n)
{
	struct out *out = grab(sizeof(*out));
	char name[32];

	snprintf(name, sizeof(name), "unit%d.c", n);
	out_open(out, name);
	comment(out, 60);
	for (int i = 0; i < INCLUDED; i++)
		include_header(out, i);
	for (int i = 0; i < INCLUDED; i++)
		include_header(out, draw(HEADERS));
	out_text(out, "\n");
	for (int k = 0; k < n * FUNCTIONS; k++)
		out_text(out, "extern long work%d(long state, long flags, long size);\n", k);
	for (int k = 0; k < FUNCTIONS; k++)
		function(out, n * FUNCTIONS + k);
	if (n == UNITS - 1) {
		out_text(out, "long main()\n{\n\tlong sum = 0;\n");
		for (int k = 0; k < UNITS * FUNCTIONS; k++)
			out_text(out, "\tsum = sum * 31 + work%d(%d, sum, %d);\n", k, k, k + 7);
		out_text(out, "\treturn sum;\n}\n");
	}
	out_close(out);
}

int make_project(const char *directory)
{
	static const char *const directories[] = { "include", "include/local" };
	struct out *out = grab(sizeof(*out));

	if (mkdir(directory, 0755) && errno != EEXIST)
		die("%s: %s", directory, strerror(errno));
	if (chdir(directory))
		die("%s: %s", directory, strerror(errno));
	for (int i = 0; i < 2; i++)
		if (mkdir(directories[i], 0755) && errno != EEXIST)
			die("%s: %s", directories[i], strerror(errno));
	seed = 2026;
	for (int n = 0; n < HEADERS; n++)
		header(n);
	out_open(out, "units");
	for (int n = 0; n < UNITS; n++) {
		unit(n);
		out_text(out, "unit%d\n", n);
	}
	out_close(out);
	return 0;
}
