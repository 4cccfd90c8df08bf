// SPDX-License-Identifier: MIT
/*
 * access.c - operands, and what instructions access without an operand (SDM vol 3 §5.3).
 */
#include "access.h"

#include "pvcheck.h"

static bool reads_nothing(unsigned int id)
{
	switch (id) {
	case ISA_chk_a: /* look into the ALAT, not into the register */
	case ISA_chk_a_f:
	case ISA_invala_e:
	case ISA_invala_e_f: return true;
	}
	return false;
}

/* Instructions that write a predicate whatever their own says (SDM vol 3, cmp: unc; frcpa). */
static bool writes_always(const struct isa_insn *insn)
{
	switch (insn->id) {
	case ISA_frcpa:
	case ISA_fprcpa:
	case ISA_frsqrta:
	case ISA_fprsqrta: return true;
	}
	return isa_compare(insn) == ISA_COMPARE_UNC;
}

static enum pc_sort sort_of(const struct isa_insn *insn, bool second_target)
{
	switch (isa_compare(insn)) {
	case ISA_COMPARE_AND: return PC_SORT_AND;
	case ISA_COMPARE_OR: return PC_SORT_OR;
	case ISA_COMPARE_ORANDCM: return second_target ? PC_SORT_AND : PC_SORT_OR;
	default: return PC_SORT_PLAIN;
	}
}

static bool always_the_same(const struct pc_access *a)
{
	return (a->file == ISA_FILE_GR || a->file == ISA_FILE_PR)
		       ? !a->reg
		       : a->file == ISA_FILE_FR && a->reg < 2;
}

static void put(struct pc_accesses *list, struct pc_access a)
{
	if (!always_the_same(&a) && list->count < PC_MAX_ACCESSES)
		list->a[list->count++] = a;
}

static void put_predicates(struct pc_accesses *list, const struct isa_insn *insn, uint64_t mask,
			   bool write)
{
	for (unsigned int p = 1; p < 64; p++)
		if (mask >> p & 1)
			put(list,
			    (struct pc_access){ ISA_FILE_PR, p, PC_SORT_PLAIN, insn->qp, write });
}

/* Registers that no operand names. */
static void put_implied(struct pc_accesses *list, const struct isa_insn *insn)
{
	struct pc_access ar = { ISA_FILE_AR, PC_UNAT, PC_SORT_PLAIN, insn->qp, false };

	switch (insn->id) {
	case ISA_mov_pr: put_predicates(list, insn, insn->imm, true); break;
	case ISA_mov_pr_rot_imm: put_predicates(list, insn, ~UINT64_C(0xffff), true); break;
	case ISA_mov_from_pr: put_predicates(list, insn, ~UINT64_C(0), false); break;
	case ISA_ld8_fill:
	case ISA_ld8_fill_reg:
	case ISA_ld8_fill_imm: put(list, ar); break;
	case ISA_st8_spill:
	case ISA_st8_spill_imm:
		ar.write = true;
		ar.sort = PC_SORT_SPILL;
		put(list, ar);
		break;
	case ISA_alloc:
	case ISA_br_call:
	case ISA_br_call_ind:
	case ISA_brl_call:
	case ISA_br_ret:
	case ISA_br_ctop:
	case ISA_br_cexit:
	case ISA_br_wtop:
	case ISA_br_wexit:
	case ISA_cover:
	case ISA_clrrrb:
		ar.write = true;
		ar.reg = PC_CFM;
		put(list, ar);
		break;
	case ISA_mov_to_ar_m:
		if (insn->r3 != PC_BSPSTORE)
			break;
		ar.write = true;
		ar.reg = PC_RNAT;
		put(list, ar);
		ar.reg = PC_BSP;
		put(list, ar);
		break;
	}
}

void pc_accesses_of(const struct isa_insn *insn, struct pc_accesses *list)
{
	uint32_t flags = isa_flags(insn->id);
	struct isa_use use[ISA_USES];
	unsigned int count = reads_nothing(insn->id) ? 0 : isa_uses(insn, use);
	unsigned int predicates = 0;

	list->count = 0;
	if (insn->qp && !(flags & ISA_F_NOQP))
		put(list, (struct pc_access){ ISA_FILE_PR, insn->qp, PC_SORT_PLAIN, 0, false });
	for (unsigned int i = 0; i < count; i++) {
		struct pc_access a = { use[i].file, use[i].reg, PC_SORT_PLAIN, insn->qp,
				       use[i].write };

		if (flags & ISA_F_NOQP)
			a.qp = 0;
		if (a.file == ISA_FILE_PR && a.write) {
			a.sort = sort_of(insn, predicates++);
			if (writes_always(insn))
				a.qp = 0;
		}
		put(list, a);
	}
	put_implied(list, insn);
}

char *pc_register_name(unsigned int file, unsigned int reg)
{
	static const char *const prefix[] = { "r", "f", "p", "b", "ar", "cr" };
	static const char *const ar[128] = {
#define ISA_AR(number, name, units) [number] = "ar." #name,
#include "regs.def"
	};
	static const char *const cr[128] = {
#define ISA_CR(number, name) [number] = "cr." #name,
#include "regs.def"
	};

	if (file == ISA_FILE_AR && reg == PC_CFM)
		return pc_format("the current frame marker");
	if (file == ISA_FILE_AR && ar[reg & 127])
		return pc_format("%s", ar[reg & 127]);
	if (file == ISA_FILE_CR && cr[reg & 127])
		return pc_format("%s", cr[reg & 127]);
	return pc_format("%s%u", prefix[file], reg);
}
