/* SPDX-License-Identifier: MIT */
/*
 * pvops.h - the paravirt_ops tables of an IA-64 kernel.
 *
 * Everything here derives from ops.def: enum pv_op names the patchable operations,
 * the pv_*_ops structures hold what a kernel calls. The tables start out as the
 * native instances and never hold NULL: a backend assigns the members it overrides,
 * in C, before the sites are patched. An operation is overridden if its member
 * differs from the native one. Freestanding; knows no kernel's headers.
 */
#ifndef PVOPS_PVOPS_H
#define PVOPS_PVOPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "op.h"

/* Types of the kernel that the members name; only pointers to them are used here. */
struct rsvd_region;
struct irq_chip;
struct isa_insn;
enum irqreturn;
typedef enum irqreturn (*pv_irq_handler)(int irq, void *dev);

/** enum pv_shape - how the native instruction's operands are the C function's (ops.def) */
enum pv_shape {
	PV_SHAPE_GET,
	PV_SHAPE_SET,
	PV_SHAPE_USE,
	PV_SHAPE_MAP,
	PV_SHAPE_PAIR,
	PV_SHAPE_MASK,
	PV_SHAPE_VOID,
	PV_SHAPE_EACH,
	PV_SHAPE_LAST,
};

/** enum pv_cond - what else must hold of a site's native instruction */
enum pv_cond { PV_COND_ANY, PV_COND_IMM, PV_COND_NOT, PV_COND_REG };

/* The C prototype of each shape, written as a declaration of `id`. */
#define PV_DECLARE_GET(id)  unsigned long id(void)
#define PV_DECLARE_SET(id)  void id(unsigned long val)
#define PV_DECLARE_USE(id)  void id(unsigned long addr)
#define PV_DECLARE_MAP(id)  unsigned long id(unsigned long index)
#define PV_DECLARE_PAIR(id) void id(unsigned long index, unsigned long val)
#define PV_DECLARE_MASK(id) void id(unsigned long mask)
#define PV_DECLARE_VOID(id) void id(void)
#define PV_DECLARE_EACH(id) void id(unsigned long arg)
#define PV_DECLARE_LAST(id)                                                                        \
	void id(unsigned long v0, unsigned long v1, unsigned long v2, unsigned long v3,            \
		unsigned long v4)

/** struct pv_cpu_ops - one member an operation, in the order of enum pv_op */
struct pv_cpu_ops {
#define PV_OP(name, shape, ...) PV_DECLARE_##shape((*name));
#include "ops.def"
};

#define PV_MEMBER_init(name, ret, args)
#define PV_MEMBER_iosapic(name, ret, args)
#define PV_MEMBER_irq(name, ret, args)
#define PV_MEMBER_time(name, ret, args)

/**
 * struct pv_info - what the kernel runs on
 * @name: for the banner
 * @kernel_rpl: the privilege level the kernel runs at
 * @guest: whether there is a hypervisor
 */
struct pv_info {
	const char *name;
	unsigned int kernel_rpl;
	bool guest;
};

/* struct pv_init_ops, pv_iosapic_ops, pv_irq_ops, pv_time_ops: the rows of their table. */
#undef PV_MEMBER_init
#define PV_MEMBER_init(name, ret, args)		 ret(*name) args;
#define PV_FN(table, name, kind, ret, args, ...) PV_MEMBER_##table(name, ret, args)
struct pv_init_ops {
#include "ops.def"
};
#undef PV_MEMBER_init
#define PV_MEMBER_init(name, ret, args)
#undef PV_MEMBER_iosapic
#define PV_MEMBER_iosapic(name, ret, args)	 ret(*name) args;
#define PV_FN(table, name, kind, ret, args, ...) PV_MEMBER_##table(name, ret, args)
struct pv_iosapic_ops {
#include "ops.def"
};
#undef PV_MEMBER_iosapic
#define PV_MEMBER_iosapic(name, ret, args)
#undef PV_MEMBER_irq
#define PV_MEMBER_irq(name, ret, args)		 ret(*name) args;
#define PV_FN(table, name, kind, ret, args, ...) PV_MEMBER_##table(name, ret, args)
struct pv_irq_ops {
#include "ops.def"
};
#undef PV_MEMBER_irq
#define PV_MEMBER_irq(name, ret, args)
#undef PV_MEMBER_time
#define PV_MEMBER_time(name, ret, args)		 ret(*name) args;
#define PV_FN(table, name, kind, ret, args, ...) PV_MEMBER_##table(name, ret, args)
struct pv_time_ops {
#include "ops.def"
};
#undef PV_MEMBER_init
#undef PV_MEMBER_iosapic
#undef PV_MEMBER_irq
#undef PV_MEMBER_time

extern struct pv_info pv_info;
extern struct pv_init_ops pv_init_ops;
extern struct pv_iosapic_ops pv_iosapic_ops;
extern struct pv_irq_ops pv_irq_ops;
extern struct pv_time_ops pv_time_ops;
extern struct pv_cpu_ops pv_cpu_ops;

/* The native instances: backends/native has pv_cpu_ops', the kernel gives the others. */
extern const struct pv_info pv_native_info;
extern const struct pv_init_ops pv_native_init_ops;
extern const struct pv_iosapic_ops pv_native_iosapic_ops;
extern const struct pv_irq_ops pv_native_irq_ops;
extern const struct pv_time_ops pv_native_time_ops;
extern const struct pv_cpu_ops pv_native_cpu_ops;

/* The native functions, for backends that add to them. */
#define PV_OP(name, shape, ...)			 PV_DECLARE_##shape(pv_native_##name);
#define PV_FN(table, name, kind, ret, args, ...) ret pv_native_##table##_##name args;
#include "ops.def"

/** enum pv_macro - the assembly macros, for counters */
enum pv_macro {
#define PV_MACRO(name, ...) PV_MACRO_##name,
#include "ops.def"
	PV_MACRO_COUNT
};

/** enum pv_entry - the switchable entry points and tables of the assembly sources */
enum pv_entry {
#define PV_ENTRY(name, ...) PV_ENTRY_##name,
#include "ops.def"
	PV_ENTRY_COUNT
};

/** enum pv_fn - the members of the indirect tables, for counters */
enum pv_fn {
#define PV_FN(table, name, ...) PV_FN_##table##_##name,
#include "ops.def"
	PV_FN_COUNT
};

/**
 * struct pv_op_desc - a row of ops.def
 * @name: of the member of pv_cpu_ops
 * @text: the native instruction, as inline assembly writes it
 * @unreached: why Linux on the project's machine never executes it; "" if it does
 * @doc: what it does
 * @shape: enum pv_shape
 */
struct pv_op_desc {
	const char *name;
	const char *text;
	const char *unreached;
	const char *doc;
	uint8_t shape;
};

/**
 * struct pv_native_insn - an instruction that may stand at an operation's sites
 * @value: of the condition
 * @arg: EACH: the argument that this part passes
 * @insn: enum isa_id
 * @op: enum pv_op
 * @cond: enum pv_cond
 */
struct pv_native_insn {
	uint64_t value;
	unsigned long arg;
	uint16_t insn;
	uint16_t op;
	uint8_t cond;
};

/** pv_op_desc - indexed by enum pv_op; the row of PV_OP_none has empty texts */
extern const struct pv_op_desc pv_op_desc[PV_OP_COUNT];

/** pv_native_insns - one for each row (of operation op, at op - 1), then those of PV_PART rows */
extern const struct pv_native_insn pv_native_insns[];
extern const size_t pv_native_insn_count;

/* Names of the other rows, for listings. */
extern const char *const pv_macro_name[PV_MACRO_COUNT];
extern const char *const pv_entry_name[PV_ENTRY_COUNT];
extern const char *const pv_fn_name[PV_FN_COUNT];

/**
 * pv_op_native - is this an instruction that may stand at a site of @op?
 *
 * Return: the matching description, NULL if the instruction is another one.
 */
const struct pv_native_insn *pv_op_native(enum pv_op op, const struct isa_insn *insn);

/**
 * pv_op_function - a table's function for an operation
 *
 * Return: the function pointer (on IA-64 the address of its descriptor) as a number.
 */
uintptr_t pv_op_function(const struct pv_cpu_ops *ops, enum pv_op op);

/** pv_op_overridden - does pv_cpu_ops hold something else than the native function? */
bool pv_op_overridden(enum pv_op op);

/** pv_reset_native - give every table its native instance */
void pv_reset_native(void);

/**
 * pv_find_null - look for an empty slot in the current tables
 *
 * Return: the name of the first member that is NULL, or NULL if there is none.
 */
const char *pv_find_null(void);

#endif
