// SPDX-License-Identifier: MIT
/*
 * pvops.c - the tables themselves, and the rows of ops.def as data.
 *
 * Owns the current pv_* instances: the only mutable state of pvops/, which is what a
 * kernel calls through. They are statically native, so that a call before early
 * selection is a native one. A row without a native function does not link.
 */
#include "pvops.h"

#include "isa.h"

/* A table's rows are those for which PV_INIT_<table> is defined as an initialiser. */
#define PV_ROW(table, name, ...) PV_INIT_##table(name, pv_native_##table##_##name)
#define PV_INIT_init(name, id)
#define PV_INIT_iosapic(name, id)
#define PV_INIT_irq(name, id)
#define PV_INIT_time(name, id)

#undef PV_INIT_init
#define PV_INIT_init(name, id) .name = id,
#define PV_FN		       PV_ROW
const struct pv_init_ops pv_native_init_ops = {
#include "ops.def"
};
#define PV_FN PV_ROW
struct pv_init_ops pv_init_ops = {
#include "ops.def"
};
#undef PV_INIT_init
#define PV_INIT_init(name, id)

#undef PV_INIT_iosapic
#define PV_INIT_iosapic(name, id) .name = id,
#define PV_FN			  PV_ROW
const struct pv_iosapic_ops pv_native_iosapic_ops = {
#include "ops.def"
};
#define PV_FN PV_ROW
struct pv_iosapic_ops pv_iosapic_ops = {
#include "ops.def"
};
#undef PV_INIT_iosapic
#define PV_INIT_iosapic(name, id)

#undef PV_INIT_irq
#define PV_INIT_irq(name, id) .name = id,
#define PV_FN		      PV_ROW
const struct pv_irq_ops pv_native_irq_ops = {
#include "ops.def"
};
#define PV_FN PV_ROW
struct pv_irq_ops pv_irq_ops = {
#include "ops.def"
};
#undef PV_INIT_irq
#define PV_INIT_irq(name, id)

#undef PV_INIT_time
#define PV_INIT_time(name, id) .name = id,
#define PV_FN		       PV_ROW
const struct pv_time_ops pv_native_time_ops = {
#include "ops.def"
};
#define PV_FN PV_ROW
struct pv_time_ops pv_time_ops = {
#include "ops.def"
};
#undef PV_INIT_time
#define PV_INIT_time(name, id)

#define PV_OP(name, ...) .name = pv_native_##name,
const struct pv_cpu_ops pv_native_cpu_ops = {
#include "ops.def"
};
#define PV_OP(name, ...) .name = pv_native_##name,
struct pv_cpu_ops pv_cpu_ops = {
#include "ops.def"
};

const struct pv_info pv_native_info = { .name = "bare hardware" };
struct pv_info pv_info = { .name = "bare hardware" };

const struct pv_op_desc pv_op_desc[PV_OP_COUNT] = {
	[PV_OP_none] = { .name = "none", .text = "", .unreached = "", .doc = "" },
#define PV_OP(name_, shape_, insn, cond, value, text_, unreached_, doc_)                           \
	[PV_OP_##name_] = { .name = #name_,                                                        \
			    .text = text_,                                                         \
			    .unreached = unreached_,                                               \
			    .doc = doc_,                                                           \
			    .shape = PV_SHAPE_##shape_ },
#include "ops.def"
};

/* The first part of a composite operation passes its own PSR bit; the others say what. */
const struct pv_native_insn pv_native_insns[] = {
#define PV_OP(name, shape, insn_, cond_, value_, ...)                                              \
	{ .value = value_,                                                                         \
	  .arg = value_,                                                                           \
	  .insn = ISA_##insn_,                                                                     \
	  .op = PV_OP_##name,                                                                      \
	  .cond = PV_COND_##cond_ },
#define PV_PART(name, insn_, cond_, value_, arg_)                                                  \
	{ .value = value_,                                                                         \
	  .arg = arg_,                                                                             \
	  .insn = ISA_##insn_,                                                                     \
	  .op = PV_OP_##name,                                                                      \
	  .cond = PV_COND_##cond_ },
#include "ops.def"
};
const size_t pv_native_insn_count = sizeof(pv_native_insns) / sizeof(pv_native_insns[0]);

const char *const pv_macro_name[PV_MACRO_COUNT] = {
#define PV_MACRO(name, ...) #name,
#include "ops.def"
};

const char *const pv_entry_name[PV_ENTRY_COUNT] = {
#define PV_ENTRY(name, ...) #name,
#include "ops.def"
};

const char *const pv_fn_name[PV_FN_COUNT] = {
#define PV_FN(table, name, ...) "pv_" #table "_ops." #name,
#include "ops.def"
};

/* Tables are arrays of function pointers, all of one size, in the rows' order. */
#define SLOT	      sizeof(void (*)(void))
#define SLOTS(object) (sizeof(object) / SLOT)
#define PV_CHECK(name, ...)                                                                        \
	_Static_assert(offsetof(struct pv_cpu_ops, name) == (PV_OP_##name - 1) * SLOT,             \
		       "pv_cpu_ops is in the order of enum pv_op");
#define PV_OP PV_CHECK
#include "ops.def"
_Static_assert(SLOTS(struct pv_init_ops) + SLOTS(struct pv_iosapic_ops) + SLOTS(struct pv_irq_ops) +
			       SLOTS(struct pv_time_ops) ==
		       PV_FN_COUNT,
	       "every PV_FN row is in one table");

static bool condition_holds(const struct pv_native_insn *native, const struct isa_insn *insn)
{
	switch (native->cond) {
	case PV_COND_ANY: return true;
	case PV_COND_IMM: return (uint64_t)insn->imm == native->value;
	case PV_COND_NOT: return (uint64_t)insn->imm != native->value;
	case PV_COND_REG: return insn->r3 == native->value;
	}
	return false;
}

const struct pv_native_insn *pv_op_native(enum pv_op op, const struct isa_insn *insn)
{
	/* The row's own one comes first; the parts are behind all rows. */
	for (size_t i = op - 1; i < pv_native_insn_count; i++) {
		const struct pv_native_insn *native = &pv_native_insns[i];

		if (native->op == op && native->insn == insn->id && condition_holds(native, insn))
			return native;
	}
	return NULL;
}

uintptr_t pv_op_function(const struct pv_cpu_ops *ops, enum pv_op op)
{
	const uintptr_t *slots = (const void *)ops;

	return op > PV_OP_none && op < PV_OP_COUNT ? slots[op - 1] : 0;
}

bool pv_op_overridden(enum pv_op op)
{
	return pv_op_function(&pv_cpu_ops, op) != pv_op_function(&pv_native_cpu_ops, op);
}

void pv_reset_native(void)
{
	pv_info = pv_native_info;
	pv_init_ops = pv_native_init_ops;
	pv_iosapic_ops = pv_native_iosapic_ops;
	pv_irq_ops = pv_native_irq_ops;
	pv_time_ops = pv_native_time_ops;
	pv_cpu_ops = pv_native_cpu_ops;
}

const char *pv_find_null(void)
{
#define PV_FN(table, name, ...)                                                                    \
	if (!pv_##table##_ops.name)                                                                \
		return "pv_" #table "_ops." #name;
#define PV_OP(name, ...)                                                                           \
	if (!pv_cpu_ops.name)                                                                      \
		return "pv_cpu_ops." #name;
#include "ops.def"
	return NULL;
}
