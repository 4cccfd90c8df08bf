// SPDX-License-Identifier: MIT
/*
 * aliases.c - what may differ between the texts of objdump and isa/ (aliases.h).
 *
 * A pseudo-op is described by the row it stands for, when, and how the row's own text becomes
 * the pseudo-op's: another mnemonic, some source operands left out.
 */
#include <stdio.h>
#include <string.h>

#include "aliases.h"
#include "table.h"

static bool r3_is_r0(const struct isa_insn *i)
{
	return i->r3 == 0;
}

static bool imm_is_0(const struct isa_insn *i)
{
	return i->imm == 0;
}

static bool field_reaches_bit_63(const struct isa_insn *i)
{
	return i->pos + i->len == 64;
}

static bool f2_is_f0(const struct isa_insn *i)
{
	return i->r2 == 0;
}

static bool f4_is_f1(const struct isa_insn *i)
{
	return i->r4 == 1;
}

static bool fnorm(const struct isa_insn *i)
{
	return i->r4 == 1 && i->r2 == 0;
}

static bool merge_own(const struct isa_insn *i)
{
	return i->c[0] == ISA_FMERGE_S && i->r2 == i->r3;
}

static bool merge_own_negated(const struct isa_insn *i)
{
	return i->c[0] == ISA_FMERGE_NS && i->r2 == i->r3;
}

static bool merge_plus(const struct isa_insn *i)
{
	return i->c[0] == ISA_FMERGE_S && i->r2 == 0;
}

static bool merge_minus(const struct isa_insn *i)
{
	return i->c[0] == ISA_FMERGE_NS && i->r2 == 0;
}

static bool always_taken(const struct isa_insn *i)
{
	return i->qp == 0 && i->c[0] == ISA_WH_SPTK;
}

/* "mov b1=r2" without completers; objdump then leaves the tag out whatever it is */
static bool no_prediction(const struct isa_insn *i)
{
	return i->c[0] == 0 && i->c[1] == 1 && i->c[2] == 0;
}

#define DROP(n) (1u << (n)) /* source operand n, from 0, is left out */

static const struct alias {
	enum isa_id id;
	bool (*when)(const struct isa_insn *insn);
	const char *from, *to; /* the start of the mnemonic */
	unsigned int drop;
} aliases[] = {
	{ ISA_addl, r3_is_r0, "addl", "mov", DROP(1) },
	{ ISA_adds, imm_is_0, "adds", "mov", DROP(0) },
	{ ISA_extr, field_reaches_bit_63, "extr", "shr", DROP(2) },
	{ ISA_extr_u, field_reaches_bit_63, "extr.u", "shr.u", DROP(2) },
	{ ISA_dep_z, field_reaches_bit_63, "dep.z", "shl", DROP(2) },
	{ ISA_fma, f2_is_f0, "fma", "fmpy", DROP(2) },
	{ ISA_fma, f4_is_f1, "fma", "fadd", DROP(1) },
	{ ISA_fma, fnorm, "fma", "fnorm", DROP(1) | DROP(2) },
	{ ISA_fms, f2_is_f0, "fms", "fmpy", DROP(2) },
	{ ISA_fms, f4_is_f1, "fms", "fsub", DROP(1) },
	{ ISA_fnma, f2_is_f0, "fnma", "fnmpy", DROP(2) },
	{ ISA_fpma, f2_is_f0, "fpma", "fpmpy", DROP(2) },
	{ ISA_fpnma, f2_is_f0, "fpnma", "fpnmpy", DROP(2) },
	{ ISA_xma, f2_is_f0, "xma", "xmpy", DROP(2) },
	{ ISA_fmerge, merge_own, "fmerge.s", "mov", DROP(0) },
	{ ISA_fmerge, merge_own_negated, "fmerge.ns", "fneg", DROP(0) },
	{ ISA_fmerge, merge_plus, "fmerge.s", "fabs", DROP(0) },
	{ ISA_fmerge, merge_minus, "fmerge.ns", "fnegabs", DROP(0) },
	{ ISA_fpmerge, merge_own_negated, "fpmerge.ns", "fpneg", DROP(0) },
	{ ISA_fpmerge, merge_plus, "fpmerge.s", "fpabs", DROP(0) },
	{ ISA_fpmerge, merge_minus, "fpmerge.ns", "fpnegabs", DROP(0) },
	{ ISA_br_cond, always_taken, "br.cond.sptk", "br", 0 },
	{ ISA_br_cond_ind, always_taken, "br.cond.sptk", "br", 0 },
	{ ISA_brl_cond, always_taken, "brl.cond.sptk", "brl", 0 },
	{ ISA_mov_to_br, no_prediction, "mov", "mov", DROP(1) },
};

/* Copy the source operands of text that the alias keeps. */
static void keep_sources(char *to, const char *sources, unsigned int drop)
{
	unsigned int n = 0;
	bool first = true;

	for (const char *s = sources; *s; n++) {
		size_t len = strcspn(s, ",");

		if (!(drop & DROP(n)) || n > 3) {
			if (!first)
				*to++ = ',';
			memcpy(to, s, len);
			to += len;
			first = false;
		}
		s += len;
		s += *s == ',';
	}
	*to = '\0';
}

static void apply(const struct alias *a, const char *text, char *out, size_t size)
{
	const char *mnemonic = text[0] == '(' ? strchr(text, ')') + 2 : text;
	const char *rest = mnemonic + strlen(a->from), *equals = strchr(rest, '=');
	int n = snprintf(out, size, "%.*s%s", (int)(mnemonic - text), text, a->to);

	if (equals && a->drop) {
		n += snprintf(out + n, size - n, "%.*s", (int)(equals + 1 - rest), rest);
		keep_sources(out + n, equals + 1, a->drop);
	} else {
		snprintf(out + n, size - n, "%s", rest);
	}
}

/* Equal, but for the 0x that objdump leaves out of an address it knows a symbol for. */
static bool same_text(const char *a, const char *b)
{
	while (*a && *b) {
		if (*a == *b) {
			a++;
			b++;
		} else if (!strncmp(b, "0x", 2)) {
			b += 2;
		} else {
			return false;
		}
	}
	return !*a && !*b;
}

/* binutils sees two bits of hint.m's immediate as a type, and the rest as a number of its own. */
static bool is_hint_m(const struct isa_insn *insn, const char *theirs)
{
	unsigned int imm = ((insn->imm >> 2) & ~0xfu) | (insn->imm & 0xf);
	char text[64];

	if (insn->id != ISA_hint_m || (insn->imm >> 4 & 3) != 0)
		return false;
	if (insn->qp)
		snprintf(text, sizeof(text), "(p%02u) hint.m %u", insn->qp, imm);
	else
		snprintf(text, sizeof(text), "hint.m %u", imm);
	return !strcmp(text, theirs);
}

bool same_by_alias(const struct isa_insn *insn, uint64_t addr, const char *theirs)
{
	char ours[160], text[160];

	isa_print(ours, sizeof(ours), insn, addr);
	if (same_text(theirs, ours) || is_hint_m(insn, theirs))
		return true;
	for (const struct alias *a = aliases; a < aliases + sizeof(aliases) / sizeof(*a); a++) {
		if (a->id != insn->id || !a->when(insn))
			continue;
		apply(a, ours, text, sizeof(text));
		if (same_text(theirs, text))
			return true;
	}
	return false;
}

/*
 * A reserved value of a hint: the SDM has it execute as the default hint (vol 3 §4.4.1.1 and
 * §4.5), objdump knows no instruction with it.
 */
static bool has_reserved_hint(const struct isa_insn *insn)
{
	const struct isa_row *row = &isa_rows[insn->id];

	for (unsigned int i = 0; i < MAX_COMPLETERS; i++) {
		unsigned int c = insn->c[i];

		switch ((enum completer_id)row->completer[i]) {
		case LDHINT:
			if (c == 2)
				return true;
			break;
		case STHINT:
			if (c == 1 || c == 2)
				return true;
			break;
		case BWH5:
			if (!(c & 1))
				return true;
			break;
		case INDWH:
			if (c & 1)
				return true;
			break;
		case MWH:
			if (c == 3)
				return true;
			break;
		default: break;
		}
	}
	/* a hint in the part of hint.m's space that binutils keeps for types to come */
	return insn->id == ISA_hint_m && (insn->imm >> 4 & 2);
}

bool excused(const struct isa_insn *insn, const char *theirs, const char *ours)
{
	struct isa_insn unpredicated;
	char text[160];

	if (insn->id != ISA_INVALID)
		return !strncmp(theirs, "data8", 5) && has_reserved_hint(insn);

	(void)ours;
	/* reserved values of an immediate, which objdump prints (SDM vol 3 §4.8) */
	if (strstr(theirs, "pshladd2 ") || strstr(theirs, "pshradd2 "))
		return (insn->raw >> 27 & 3) == 3;
	if (strstr(theirs, "mux1 "))
		return strstr(theirs, ",0x") != NULL;
	/* format I9 has a constant 0 in bits 19:13, which objdump ignores */
	if (strstr(theirs, "popcnt ") || strstr(theirs, "clz "))
		return (insn->raw >> 13 & 0x7f) != 0;
	/* an instruction without predicate whose constant 0 field is not 0: objdump ignores it */
	for (enum isa_slot s = ISA_SLOT_M; s <= ISA_SLOT_B; s++) {
		if (!isa_decode(&unpredicated, s, insn->raw & ~UINT64_C(0x3f), 0) ||
		    unpredicated.unit != insn->unit)
			continue;
		isa_print(text, sizeof(text), &unpredicated, 0);
		return isa_flags((enum isa_id)unpredicated.id) & ISA_F_NOQP &&
		       insn->reserved == ISA_RESERVED_FAULT &&
		       !strncmp(text, theirs, strcspn(text, " "));
	}
	return false;
}

/* The bits of a slot that its row, its completers and its operands account for. */
static void covered(const struct isa_row *row, uint64_t *bits, uint64_t *l_bits)
{
	*bits = row->mask | (row->flags & ISA_F_NOQP ? 0 : 0x3f);
	*l_bits = 0;
	for (unsigned int i = 0; i < MAX_COMPLETERS && row->completer[i]; i++)
		field_set(isa_completers[row->completer[i]].piece, 2, UINT64_MAX, bits, l_bits);
	for (unsigned int i = 0; i < MAX_OPERANDS && row->operand[i]; i++)
		field_set(isa_operands[row->operand[i]].piece, MAX_PIECES, UINT64_MAX, bits,
			  l_bits);
}

bool same_but_ignored(const struct isa_insn *insn, const struct isa_bundle *b, unsigned int slot,
		      uint64_t bits, uint64_t l_bits)
{
	uint64_t mask, l_mask;

	covered(&isa_rows[insn->id], &mask, &l_mask);
	return !((bits ^ b->slot[slot]) & mask) && !((l_bits ^ b->slot[1]) & l_mask);
}
