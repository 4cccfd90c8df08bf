/* SPDX-License-Identifier: MIT */
/*
 * aliases.h - where objdump's text and isa/'s may differ and still mean the same bits.
 *
 * Pseudo-ops (SDM vol 3 lists them on the page of the instruction they stand for), fields the
 * hardware ignores, and the documented list of objdump's own mistakes.
 */
#ifndef TESTS_ISA_ALIASES_H
#define TESTS_ISA_ALIASES_H

#include "bundle.h"

/** same_by_alias - is @theirs a pseudo-op for @insn, or its text but for number formats? */
bool same_by_alias(const struct isa_insn *insn, uint64_t addr, const char *theirs);

/** excused - is this one of objdump's known disagreements with the SDM? */
bool excused(const struct isa_insn *insn, const char *theirs, const char *ours);

/** same_but_ignored - do bits that were encoded from operands alone equal the originals? */
bool same_but_ignored(const struct isa_insn *insn, const struct isa_bundle *b, unsigned int slot,
		      uint64_t bits, uint64_t l_bits);

#endif
