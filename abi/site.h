/* SPDX-License-Identifier: MIT */
/*
 * site.h - the record that names one paravirtualizable instruction.
 *
 * A pv site is a native instruction exactly where the compiler or assembler put
 * it, plus one record in the section .pv_sites. Code emits both with the assembler
 * macro pv_site, which adds nothing to .text; the patcher and the checker read the
 * records. Record and macro are defined here, once, for C, inline assembly and .S
 * files; no header is needed. Operands are not recorded: they are read from the
 * instruction.
 *
 * Inline assembly: asm volatile (PV_SITE("ssm %0") :: "i"(mask), PV_SITE_OP(op) :
 *	"memory"). GCC sizes a statement by its lines: one macro call is one line, as
 * the bare instruction was, so that inlining decisions stay what they were.
 */
#ifndef ABI_SITE_H
#define ABI_SITE_H

#define PV_SITE_SECTION ".pv_sites"
#define PV_SITE_SIZE	16
#define PV_SITE_WHERE	0 /* offsets in the record */
#define PV_SITE_OPCODE	8

/* The slot of a tag label is in the low bits of its address (an IA-64 bundle has 16 bytes). */
#define PV_SITE_SLOT_MASK 3ul
#define PV_SITE_OP_MASK	  0xfffffffful /* the high half: flags, none defined, must be 0 */

#ifdef __ASSEMBLER__

/* pv_site PV_OP_thash, (p6) thash r17=r16 */
	.section ".pv_sites", "a"
	.previous
	.macro pv_site op, insn:vararg
	[997:] \insn
	.xdata8 ".pv_sites", 997b, \op
	.endm

#else

/**
 * struct pv_site - one recorded instruction
 * @where: address of its bundle; bits 1:0 hold the slot
 * @op: enum pv_op in bits 31:0; bits 63:32 are 0
 */
struct pv_site {
	__UINT64_TYPE__ where;
	__UINT64_TYPE__ op;
};

_Static_assert(sizeof(struct pv_site) == PV_SITE_SIZE, "pv_site: size");
_Static_assert(__builtin_offsetof(struct pv_site, where) == PV_SITE_WHERE, "pv_site: where");
_Static_assert(__builtin_offsetof(struct pv_site, op) == PV_SITE_OPCODE, "pv_site: op");

/* The text of one recorded instruction; the statement has the operand PV_SITE_OP(op). */
#define PV_SITE(insn)		     PV_SITE_NAMED(insn, "pv_op")
/* The same in a statement with sites of several operations: which operand says it. */
#define PV_SITE_NAMED(insn, operand) "pv_site %[" operand "], " insn

#define PV_SITE_OP(op) [pv_op] "i"(op)

/* At file scope, before the first site. */
#define PV_SITE_DECLARE                                                                            \
	asm("\t.section \"" PV_SITE_SECTION "\", \"a\"\n"                                            \
	    "\t.previous\n"                                                                        \
	    "\t.macro pv_site op, insn:vararg\n"                                                   \
	    "\t[997:] \\insn\n"                                                                   \
	    "\t.xdata8 \"" PV_SITE_SECTION "\", 997b, \\op\n"                                      \
	    "\t.endm")

static inline __UINT64_TYPE__ pv_site_bundle(const struct pv_site *site)
{
	return site->where & ~(__UINT64_TYPE__)15;
}

static inline unsigned int pv_site_slot(const struct pv_site *site)
{
	return site->where & PV_SITE_SLOT_MASK;
}

#endif /* !__ASSEMBLER__ */
#endif
