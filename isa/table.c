// SPDX-License-Identifier: MIT
/*
 * table.c - turns insns.def, operands.def and completers.def into data (table.h).
 *
 * In a row of insns.def, COMPLETERS() and OPERANDS() name rows of the two other files, and
 * the field macros below, joined by |, say which bits the row fixes: each gives its mask in
 * the high and its value in the low half of a 128-bit constant.
 */
#include "table.h"

/* The names of the opcode extension fields are those of SDM vol 3 chapter 4. */
#define F(pos, width, v)                                                                           \
	((unsigned __int128)((UINT64_C(1) << (width)) - 1) << (64 + (pos)) |                       \
	 (unsigned __int128)(v) << (pos))
#define OP(v)	 F(37, 4, v)
#define OPC(v)	 F(39, 2, v) /* compares: the low half of the opcode is the type */
#define OPF(v)	 F(38, 3, v) /* fma, fms, fnma: the low bit is part of pc */
#define X2A(v)	 F(34, 2, v)
#define VE(v)	 F(33, 1, v)
#define X4(v)	 F(29, 4, v)
#define X2B(v)	 F(27, 2, v)
#define X2(v)	 F(34, 2, v)
#define TB(v)	 F(36, 1, v)
#define TA(v)	 F(33, 1, v)
#define C(v)	 F(12, 1, v)
#define ZA(v)	 F(36, 1, v)
#define ZB(v)	 F(33, 1, v)
#define IVE(v)	 F(32, 1, v)
#define IX2B(v)	 F(28, 2, v)
#define IX2C(v)	 F(30, 2, v)
#define X(v)	 F(33, 1, v)
#define Y(v)	 F(26, 1, v)
#define X3(v)	 F(33, 3, v)
#define X6(v)	 F(27, 6, v)
#define X6A(v)	 F(30, 6, v)
#define M(v)	 F(36, 1, v)
#define MX(v)	 F(27, 1, v)
#define MX2(v)	 F(31, 2, v)
#define MX4(v)	 F(27, 4, v)
#define BTYPE(v) F(6, 3, v)
#define QP(v)	 F(0, 6, v)
#define FX(v)	 F(36, 1, v)
#define Q(v)	 F(36, 1, v)

#define COMPLETERS(...)                                                                            \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define OPERANDS(...)                                                                              \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define NAMES(...) __VA_ARGS__
#define PIECE(pos, width)                                                                          \
	{                                                                                          \
		pos, width                                                                         \
	}
#define L_PIECE(pos, width)                                                                        \
	{                                                                                          \
		(pos) | L_SLOT, width                                                              \
	}
#define ENTRIES(a) (sizeof(a) / sizeof((a)[0]))

const struct isa_row isa_rows[ISA_ID_COUNT] = {
#define INSN(id, fmt, u, bits, mnem, completers, operands, fl)                                     \
	[ISA_##id] = { .mask = (uint64_t)((bits) >> 64),                                           \
		       .value = (uint64_t)(bits),                                                  \
		       .mnemonic = mnem,                                                           \
		       .name = #id,                                                                \
		       .format = #fmt,                                                             \
		       .flags = fl,                                                                \
		       .unit = ISA_UNIT_##u,                                                       \
		       .completer = completers,                                                    \
		       .operand = operands },
#include "insns.def"
};

/* One list of names a completer, and the descriptors that point at them. */
#define COMPLETER(id, first, names, ...) static const char *const names_##id[] = { names };
#include "completers.def"

const struct completer isa_completers[COMPLETER_COUNT] = {
#define COMPLETER(id, first, list, ...)                                                            \
	[id] = { .base = first,                                                                    \
		 .count = ENTRIES(names_##id),                                                     \
		 .names = names_##id,                                                              \
		 .piece = { __VA_ARGS__ } },
#include "completers.def"
};

/* What an operand's field can stand for when it is not a number: indexed by the field. */
static const int8_t list_inc3[] = { 16, 8, 4, 1, -16, -8, -4, -1 };
static const int8_t list_ct2d[] = { 0, 7, 15, 16 };
static const int8_t list_ct2_3[] = { 1, 2, 3 };
static const char *const list_mbtype[] = {
	"@brcst", NULL, NULL, NULL, NULL, NULL, NULL, NULL, "@mix", "@shuf", "@alt", "@rev",
};

#define NOWHERE	   raw
#define PLAIN	   .bias = 0
#define SIGNED	   .is_signed = true
#define BIAS(n)	   .bias = n
#define FROM(n)	   .bias = n, .complement = true
#define SHIFTED(n) .is_signed = true, .shift = n
#define TIMES8	   .shift = 3
#define LIST(l)	   .list = list_##l, .count = ENTRIES(list_##l)
#define NAMED(l)   .names = list_##l, .count = ENTRIES(list_##l)

const struct operand isa_operands[OPERAND_COUNT] = {
#define OPERAND(id, k, where, form, txt, ...)                                                      \
	[id] = { .kind = k,                                                                        \
		 .member = offsetof(struct isa_insn, where),                                       \
		 .wide = sizeof(((struct isa_insn *)0)->where) == 8,                               \
		 form,                                                                             \
		 .text = txt,                                                                      \
		 .piece = { __VA_ARGS__ } },
#include "operands.def"
};

#undef PIECE
#undef L_PIECE
#define PIECE(pos, width)		      (width)
#define L_PIECE(pos, width)		      (width)
#define SUM(a, b, c, d, e, f, ...)	      (0 + a + b + c + d + e + f)
#define OPERAND(id, k, where, form, txt, ...) [id] = SUM(__VA_ARGS__, 0, 0, 0, 0, 0, 0),

const uint8_t isa_operand_width[OPERAND_COUNT] = {
#include "operands.def"
};

/* How many rows each unit has: they are consecutive, in the order of enum isa_unit. */
enum {
	ROWS_A = 0
#define INSN(id, fmt, u, ...) +(ISA_UNIT_##u == ISA_UNIT_A)
#include "insns.def"
	,
	ROWS_I = 0
#define INSN(id, fmt, u, ...) +(ISA_UNIT_##u == ISA_UNIT_I)
#include "insns.def"
	,
	ROWS_M = 0
#define INSN(id, fmt, u, ...) +(ISA_UNIT_##u == ISA_UNIT_M)
#include "insns.def"
	,
	ROWS_B = 0
#define INSN(id, fmt, u, ...) +(ISA_UNIT_##u == ISA_UNIT_B)
#include "insns.def"
	,
	ROWS_F = 0
#define INSN(id, fmt, u, ...) +(ISA_UNIT_##u == ISA_UNIT_F)
#include "insns.def"
	,
	FIRST_A = ISA_INVALID + 1,
	FIRST_I = FIRST_A + ROWS_A,
	FIRST_M = FIRST_I + ROWS_I,
	FIRST_B = FIRST_M + ROWS_M,
	FIRST_F = FIRST_B + ROWS_B,
	FIRST_X = FIRST_F + ROWS_F,
};

void isa_unit_rows(enum isa_unit unit, unsigned int *first, unsigned int *end)
{
	static const uint16_t starts[] = { FIRST_A, FIRST_I, FIRST_M,	  FIRST_B,
					   FIRST_F, FIRST_X, ISA_ID_COUNT };

	*first = starts[unit];
	*end = starts[unit + 1];
}

const char *isa_name(enum isa_id id)
{
	return id > ISA_INVALID && id < ISA_ID_COUNT ? isa_rows[id].name : "invalid";
}

uint32_t isa_flags(enum isa_id id)
{
	return id > ISA_INVALID && id < ISA_ID_COUNT ? isa_rows[id].flags : 0;
}
