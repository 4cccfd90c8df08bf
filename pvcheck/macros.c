// SPDX-License-Identifier: MIT
/*
 * macros.c - ops.def's macros with contract.h's registers.
 *
 * A file of its own: contract.h gives registers to names as common as `size`.
 */
#include "macros.h"

#include "contract.h"

#define TEXT(...)  TEXT_(__VA_ARGS__)
#define TEXT_(...) #__VA_ARGS__

const struct pc_macro pc_macros[] = {
#define PV_MACRO(name, operands) { #name, #operands, TEXT(operands) },
#include "ops.def"
};

const size_t pc_macro_count = sizeof(pc_macros) / sizeof(pc_macros[0]);
const char pc_contract_section_name[] = PV_CONTRACT_SECTION;
const char pc_contract_prefix[] = PV_CONTRACT_PREFIX;
