/* SPDX-License-Identifier: MIT */
/*
 * cc.h - a small compiler, whose work is a workload: what its parts share.
 *
 * It is built as compilers are: `make` starts a driver for each source that changed, that one a
 * compiler and an assembler, and in the end there is a linker. Each is a process of its own, they
 * talk through files, and memory only grows. The language is a piece of C in which everything
 * is a long; the machine is one that run.c interprets, so that tests can tell whether the code
 * is right. It runs on any POSIX system: the profile of its work is compared with gcc's on
 * the host (docs/bench.md).
 */
#ifndef BENCH_CC_H
#define BENCH_CC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- util.c: memory, files ---- */

/** grab - zeroed memory, which is given back when the process ends */
void *grab(size_t bytes);

/** slurp - the whole of a file and a '\0'; NULL: there is none */
char *slurp(const char *path, size_t *size);

/** die - say why on stderr, exit with 1 */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/** struct out - a file being written */
struct out {
	int fd;
	size_t used;
	char buffer[4096];
};

void out_open(struct out *out, const char *path);
void out_bytes(struct out *out, const void *bytes, size_t count);
void out_text(struct out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void out_close(struct out *out);

/* ---- names, by a hash table that grows ---- */

enum meaning { UNKNOWN, CONSTANT, VARIABLE, FUNCTION, LOCAL };

/**
 * struct name - an identifier, or a symbol of the assembler and the linker: there is one of each
 * @body: what a macro stands for, T_END at its end; NULL: no macro
 * @busy: its expansion is being read
 * @value: of a constant; number of a local's register; address
 * @scope: LOCAL: of which function
 */
struct name {
	struct name *next;
	uint32_t hash;
	uint32_t length;
	const char *text;
	struct token *body;
	bool busy;
	enum meaning meaning;
	long value;
	unsigned int scope;
	bool defined, wanted, is_static;
	struct function *function; /* a static one, compiled when it is wanted */
};

struct name *intern(const char *text, size_t length);

/* ---- lex.c: files to tokens ---- */

/* Besides single characters. */
enum { T_END, T_NAME = 256, T_NUMBER, T_EQ, T_NE, T_LE, T_GE, T_SHL, T_SHR, T_AND, T_OR };

struct token {
	int kind;
	struct name *name;
	long value;
};

void lex_open(const char *path);
struct token lex_next(void);
/** lex_where - file and line, for messages */
const char *lex_where(void);

/* ---- the intermediate code ---- */

enum op {
#define OP(name) OP_##name,
#include "code.def"
	OPS
};

extern const char *const op_names[OPS];

static inline bool op_is_binary(enum op op)
{
	return op >= OP_add && op <= OP_le;
}

/** op_compute - what a binary operation gives; a division by zero gives 0 */
long op_compute(enum op op, long a, long b);

/** struct insn - @value: constant, number of a parameter, label */
struct insn {
	enum op op;
	int dst, a, b; /* registers; 0: none */
	long value;
	struct name *name;
};

struct function {
	struct name *name;
	struct insn *code;
	int count, room;
	int registers, labels; /* both from 1 */
	struct function *next;
};

/** parse - all functions of the open source, static ones that nobody wants left out */
struct function *parse(void);
void optimise(struct function *f, int level);
/** emit - give registers to @f's values and write it as assembly */
void emit(struct function *f, struct out *out);

/** struct flow - basic blocks, and which registers are live where one ends */
struct block {
	int from, to; /* instructions */
	int next[2];  /* blocks, -1: none */
	uint64_t *in, *out;
	bool reached;
};

struct flow {
	struct block *blocks;
	int count, words;
};

struct flow find_flow(const struct function *f);
/** visit_uses - the registers that @i reads; how many */
int insn_uses(const struct insn *i, int uses[2]);

/* ---- the programs ---- */

int cc1(const char *source, const char *assembly, int level);
int assemble(const char *assembly, const char *object);
int link_objects(char *const objects[], const char *image);
int run(const char *image);
int make(const char *self, const char *directory, const char *level);
int make_project(const char *directory);

/* ---- objects: longs, then strings ---- */

#define OBJECT_MAGIC 0x6a626f6363
#define IMAGE_MAGIC  0x656d696363

struct object_header {
	long magic, words, symbols, fixups, strings;
};

struct object_symbol {
	long string, value, defined;
};

/** struct fixup - code[@word] += the symbol's address */
struct fixup {
	long word, symbol;
};

struct image_header {
	long magic, words, entry;
};

/* An instruction is two words: op, dst, a, b in 16 bits each; value or address. */
static inline uint64_t encode(enum op op, unsigned int dst, unsigned int a, unsigned int b)
{
	return op | (uint64_t)dst << 16 | (uint64_t)a << 32 | (uint64_t)b << 48;
}

#endif
