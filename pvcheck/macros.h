/* SPDX-License-Identifier: MIT */
/*
 * macros.h - the assembly macros of ops.def, and how their stand-alone expansions look.
 */
#ifndef PVCHECK_MACROS_H
#define PVCHECK_MACROS_H

#include <stddef.h>

/** struct pc_macro - a PV_MACRO row; the registers of its operands as contract.h has them */
struct pc_macro {
	const char *name;
	const char *operands;  /* "(pred, reg, clob)" */
	const char *registers; /* "(p6, r18, r20)" */
};

extern const struct pc_macro pc_macros[];
extern const size_t pc_macro_count;
extern const char pc_contract_section_name[], pc_contract_prefix[];

#endif
