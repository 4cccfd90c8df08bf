/* SPDX-License-Identifier: MIT */
/*
 * site.h - the record that names one paravirtualizable instruction.
 *
 * A pv site is a native instruction exactly where the compiler or assembler put
 * it, plus one record in the section .pv_sites. Code emits records with the macros
 * below, which add nothing to .text; the patcher and the checker read them. The
 * record's layout is defined here, once, for C, for inline assembly and for .S
 * files. The operands are not recorded: they are read from the instruction.
 *
 * Inline assembly: asm inline volatile (PV_SITE("ssm %0") :: "i"(mask),
 *	PV_SITE_OP(op) : "memory"). `inline` keeps GCC's size estimate of the
 * statement what it is without the record.
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

/* .S: PV_SITE(PV_OP_thash, thash r17=r16). The instruction may have a predicate. */
#define PV_SITE(op, ...)                                                                           \
	[997:] __VA_ARGS__;                                                                        \
	.xdata8 PV_SITE_SECTION, 997b, op

/* Declares the section's flags: once in each .S file, before the first site. */
#define PV_SITE_DECLARE                                                                            \
	.section PV_SITE_SECTION, "a";                                                             \
	.previous

#else

#include <stddef.h>
#include <stdint.h>

/**
 * struct pv_site - one recorded instruction
 * @where: address of its bundle; bits 1:0 hold the slot
 * @op: enum pv_op of pvops.h in bits 31:0; bits 63:32 are 0
 */
struct pv_site {
	uint64_t where;
	uint64_t op;
};

_Static_assert(sizeof(struct pv_site) == PV_SITE_SIZE, "pv_site: size");
_Static_assert(offsetof(struct pv_site, where) == PV_SITE_WHERE, "pv_site: where");
_Static_assert(offsetof(struct pv_site, op) == PV_SITE_OPCODE, "pv_site: op");

/* The text of one recorded instruction; the statement has the operand PV_SITE_OP(op). */
#define PV_SITE(insn) PV_SITE_NAMED(insn, "pv_op")
#define PV_SITE_NAMED(insn, operand)                                                               \
	"[997:]\t" insn "\n\t.xdata8 \"" PV_SITE_SECTION "\", 997b, %c[" operand "]\n\t"

#define PV_SITE_OP(op)	[pv_op] "i"(op)

/* File scope, before the first site: .xdata8 makes no section by itself with these flags. */
#define PV_SITE_DECLARE asm(".section \"" PV_SITE_SECTION "\", \"a\"\n\t.previous")

static inline uint64_t pv_site_bundle(const struct pv_site *site)
{
	return site->where & ~(uint64_t)15;
}

static inline unsigned int pv_site_slot(const struct pv_site *site)
{
	return site->where & PV_SITE_SLOT_MASK;
}

#endif /* !__ASSEMBLER__ */
#endif
