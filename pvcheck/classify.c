// SPDX-License-Identifier: MIT
/*
 * classify.c - what an instruction means to a guest kernel that runs at CPL > 0.
 *
 * The instruction table's flags say most of it; classes.def has the rest. probe is
 * harmless as long as it asks for level 3, which no hypervisor compresses.
 */
#include "pvcheck.h"

const char *const pc_class_name[PC_CLASS_COUNT] = { "harmless", "kept", "sensitive", "privileged" };

enum { READ, WRITE };

/** struct sens_ar - a row of classes.def */
struct sens_ar {
	uint8_t direction, first, last, class;
	const char *why;
};

static const struct sens_ar sens_ars[] = {
#define SENS_AR(direction, first, last, class, why) { direction, first, last, PC_##class, why },
#include "classes.def"
};

static const char *const kept[ISA_ID_COUNT] = {
#define KEPT(insn, why) [ISA_##insn] = why,
#include "classes.def"
};

static const struct sens_ar *find_ar(const struct isa_insn *insn)
{
	int direction = insn->id == ISA_mov_from_ar_m ? READ : WRITE;

	for (size_t i = 0; i < sizeof(sens_ars) / sizeof(sens_ars[0]); i++) {
		const struct sens_ar *row = &sens_ars[i];

		if (row->direction == direction && insn->r3 >= row->first && insn->r3 <= row->last)
			return row;
	}
	return NULL;
}

static bool probes_level_3(const struct isa_insn *insn)
{
	switch (insn->id) {
	case ISA_probe_r_imm:
	case ISA_probe_w_imm:
	case ISA_probe_rw_fault:
	case ISA_probe_r_fault:
	case ISA_probe_w_fault: return insn->imm == 3;
	}
	return false;
}

enum pc_class pc_classify(const struct isa_insn *insn)
{
	uint32_t flags = isa_flags(insn->id);
	const struct sens_ar *ar;

	if (!(flags & (ISA_F_PRIV | ISA_F_SENS | ISA_F_SENSAR)))
		return PC_HARMLESS;
	if (flags & ISA_F_PRIV)
		return PC_PRIVILEGED;
	if (flags & ISA_F_SENSAR) {
		ar = find_ar(insn);
		return ar ? ar->class : PC_HARMLESS;
	}
	return kept[insn->id] || probes_level_3(insn) ? PC_KEPT : PC_SENSITIVE;
}

const char *pc_class_why(const struct isa_insn *insn)
{
	const struct sens_ar *ar;

	if (pc_classify(insn) != PC_KEPT)
		return "";
	if (kept[insn->id])
		return kept[insn->id];
	if (probes_level_3(insn))
		return "level 3 is the same in a guest";
	ar = find_ar(insn);
	return ar ? ar->why : "";
}
