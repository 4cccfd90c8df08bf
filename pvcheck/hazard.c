// SPDX-License-Identifier: MIT
/*
 * hazard.c - dependency violations inside instruction groups.
 *
 * Within a group no instruction may read or write a register that an earlier one writes
 * (SDM vol 1 §3.4.2, vol 3 §5.3); what is allowed all the same: a branch reads predicates
 * of integer compares and branch registers, parallel compares of one kind write the same
 * predicates, st8.spill writes its own bit of ar.unat. Two instructions with different
 * predicates, both not p0, are taken to exclude each other. Registers come from the
 * operand descriptors of isa/, so that no instruction needs a row here.
 */
#include "pvcheck.h"

#include <stdlib.h>
#include <string.h>

#include "table.h"

enum file { FILE_GR, FILE_FR, FILE_PR, FILE_BR, FILE_AR, FILE_CR, FILE_COUNT };
/* Application registers by number; the frame marker takes a number that none has. */
enum { BSP = 17, BSPSTORE = 18, RNAT = 19, CSD = 25, CCV = 32, UNAT = 36, PFS = 64, CFM = 127 };

/* Writes of one sort may share a target. */
enum sort { SORT_PLAIN, SORT_AND, SORT_OR, SORT_SPILL };

#define MAX_ACCESSES 96 /* mov pr= writes 63 predicates */
#define MAX_WRITES   512

/** struct access - a register that an instruction reads or writes */
struct access {
	uint8_t file, reg;
	uint8_t sort;
	uint8_t qp; /* predicate under which it happens */
	bool write;
};

/** struct operand_use - what an operand of a row accesses */
struct operand_use {
	uint8_t file;
	uint8_t member; /* offset in struct isa_insn; 0: the register is fixed */
	uint8_t reg;
	bool write;
};

/** struct use - what a row accesses, from its operand descriptors */
struct use {
	struct operand_use operand[MAX_OPERANDS + 1];
	uint8_t count;
};

struct written {
	struct access access;
	uint64_t addr;
	bool fp; /* predicate of a floating-point instruction */
};

/** struct pc_hazards - the group that is being read */
struct pc_hazards {
	struct use use[ISA_ID_COUNT];
	struct written written[MAX_WRITES];
	size_t writes;
	uint64_t seen[FILE_COUNT][2]; /* registers among them */
	uint64_t last_addr;	      /* an instruction that has to end its group */
	bool must_end;
	bool empty;   /* no instruction in the group yet */
	bool padding; /* behind an unconditional branch, and nothing but nops since */
};

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

static int fixed_ar(unsigned int operand)
{
	switch (operand) {
	case AR_CCV: return CCV;
	case AR_CSD: return CSD;
	case AR_PFS: return PFS;
	}
	return -1;
}

static void add_use(struct use *u, uint8_t file, uint8_t member, uint8_t reg, bool write)
{
	u->operand[u->count++] = (struct operand_use){ file, member, reg, write };
}

static void use_of_operand(struct use *u, unsigned int id, bool write, uint32_t flags)
{
	const struct operand *o = &isa_operands[id];

	switch (o->kind) {
	case K_GR: add_use(u, FILE_GR, o->member, 0, write); break;
	case K_FR: add_use(u, FILE_FR, o->member, 0, write); break;
	case K_PREG: add_use(u, FILE_PR, o->member, 0, write); break;
	case K_BR: add_use(u, FILE_BR, o->member, 0, write); break;
	case K_AR: add_use(u, FILE_AR, o->member, 0, write); break;
	case K_CR: add_use(u, FILE_CR, o->member, 0, write); break;
	case K_IND: add_use(u, FILE_GR, o->member, 0, false); break;
	case K_MEM:
		add_use(u, FILE_GR, o->member, 0, false);
		if (flags & ISA_F_UPDATE)
			add_use(u, FILE_GR, o->member, 0, true);
		break;
	case K_TEXT:
		if (fixed_ar(id) >= 0)
			add_use(u, FILE_AR, 0, fixed_ar(id), write);
		break;
	}
}

static void use_of_row(struct use *u, unsigned int id)
{
	const struct isa_row *row = &isa_rows[id];
	bool write = false;

	if (id == ISA_INVALID || reads_nothing(id))
		return;
	for (unsigned int i = 0; i < MAX_OPERANDS; i++)
		write |= isa_operands[row->operand[i]].kind == K_EQ;
	for (unsigned int i = 0; i < MAX_OPERANDS; i++) {
		if (isa_operands[row->operand[i]].kind == K_EQ)
			write = false;
		else
			use_of_operand(u, row->operand[i], write, row->flags);
	}
}

struct pc_hazards *pc_hazards_new(void)
{
	struct pc_hazards *h = pc_room(1, sizeof(*h));

	for (unsigned int id = 0; id < ISA_ID_COUNT; id++)
		use_of_row(&h->use[id], id);
	h->empty = true;
	return h;
}

void pc_hazards_free(struct pc_hazards *h)
{
	free(h);
}

void pc_hazards_new_group(struct pc_hazards *h)
{
	h->writes = 0;
	h->must_end = false;
	h->empty = true;
	memset(h->seen, 0, sizeof(h->seen));
}

/* Compares that write whatever their predicate says (SDM vol 3, cmp: unc; frcpa). */
static bool writes_always(const struct isa_insn *insn)
{
	const uint8_t *completer = isa_rows[insn->id].completer;

	switch (insn->id) {
	case ISA_frcpa:
	case ISA_fprcpa:
	case ISA_frsqrta:
	case ISA_fprsqrta: return true;
	}
	for (unsigned int i = 0; i < MAX_COMPLETERS; i++)
		if ((completer[i] == CTYPE && insn->c[i] == ISA_CTYPE_UNC) ||
		    (completer[i] == FCTYPE && insn->c[i]))
			return true;
	return false;
}

static enum sort sort_of(const struct isa_insn *insn, bool second_target)
{
	uint8_t completer = isa_rows[insn->id].completer[0];

	if (completer != CPAR && completer != TPAR)
		return SORT_PLAIN;
	switch (insn->c[0]) {
	case ISA_CTYPE_AND: return SORT_AND;
	case ISA_CTYPE_OR: return SORT_OR;
	case ISA_CTYPE_OR_ANDCM: return second_target ? SORT_AND : SORT_OR;
	}
	return SORT_PLAIN;
}

static bool always_the_same(const struct access *a)
{
	return (a->file == FILE_GR || a->file == FILE_PR) ? !a->reg
							  : a->file == FILE_FR && a->reg < 2;
}

/** struct accesses - of one instruction, reads first */
struct accesses {
	struct access a[MAX_ACCESSES];
	size_t count;
};

static void put(struct accesses *list, struct access a)
{
	if (!always_the_same(&a) && list->count < MAX_ACCESSES)
		list->a[list->count++] = a;
}

static void put_predicates(struct accesses *list, const struct isa_insn *insn, uint64_t mask,
			   bool write)
{
	for (unsigned int p = 1; p < 64; p++)
		if (mask >> p & 1)
			put(list, (struct access){ FILE_PR, p, SORT_PLAIN, insn->qp, write });
}

/* Registers that no operand names. */
static void put_implied(struct accesses *list, const struct isa_insn *insn)
{
	struct access ar = { FILE_AR, UNAT, SORT_PLAIN, insn->qp, false };

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
		ar.sort = SORT_SPILL;
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
		ar.reg = CFM;
		put(list, ar);
		break;
	case ISA_mov_to_ar_m:
		if (insn->r3 != BSPSTORE)
			break;
		ar.write = true;
		ar.reg = RNAT;
		put(list, ar);
		ar.reg = BSP;
		put(list, ar);
		break;
	}
}

static void collect(const struct pc_hazards *h, const struct isa_insn *insn, struct accesses *list)
{
	const struct use *u = &h->use[insn->id];
	uint32_t flags = isa_flags(insn->id);
	bool branch = (flags & ISA_F_BRANCH) && insn->unit == ISA_UNIT_B;
	unsigned int predicates = 0;

	list->count = 0;
	if (insn->qp && !(flags & ISA_F_NOQP))
		put(list, (struct access){ FILE_PR, insn->qp, SORT_PLAIN, 0, false });
	for (unsigned int i = 0; i < u->count; i++) {
		const struct operand_use *o = &u->operand[i];
		struct access a = { o->file, o->reg, SORT_PLAIN, insn->qp, o->write };

		if (flags & ISA_F_NOQP)
			a.qp = 0;
		if (o->member)
			a.reg = *((const uint8_t *)insn + o->member);
		if (a.file == FILE_BR && !a.write && (branch || insn->unit == ISA_UNIT_B))
			continue;
		if (a.file == FILE_PR && a.write) {
			a.sort = sort_of(insn, predicates++);
			if (writes_always(insn))
				a.qp = 0;
		}
		put(list, a);
	}
	put_implied(list, insn);
}

/* A branch may read what an integer instruction of its group writes (SDM vol 3 table 5-2). */
static bool allowed(const struct written *w, const struct access *a, const struct isa_insn *insn)
{
	if (a->write)
		return a->sort != SORT_PLAIN && a->sort == w->access.sort;
	return a->file == FILE_PR && !w->fp && (isa_flags(insn->id) & ISA_F_BRANCH) &&
	       (insn->unit == ISA_UNIT_B || insn->unit == ISA_UNIT_X);
}

static char *register_name(const struct access *a)
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

	if (a->file == FILE_AR && a->reg == CFM)
		return pc_format("the current frame marker");
	if (a->file == FILE_AR && ar[a->reg & 127])
		return pc_format("%s", ar[a->reg & 127]);
	if (a->file == FILE_CR && cr[a->reg & 127])
		return pc_format("%s", cr[a->reg & 127]);
	return pc_format("%s%u", prefix[a->file], a->reg);
}

static void report(struct pc_check *check, const struct written *w, const struct access *a,
		   uint64_t addr)
{
	char *name = register_name(a);

	pc_find(check, a->write ? PC_RULE_WAW : PC_RULE_RAW, addr, true, w->addr,
		pc_format("%s %s, which is written earlier in the same group",
			  a->write ? "writes" : "reads", name));
	free(name);
}

static bool compare(const struct pc_hazards *h, struct pc_check *check, const struct access *a,
		    const struct isa_insn *insn, uint64_t addr)
{
	if (!(h->seen[a->file][a->reg >> 6] >> (a->reg & 63) & 1))
		return false;
	for (size_t i = 0; i < h->writes; i++) {
		const struct written *w = &h->written[i];

		if (w->access.file != a->file || w->access.reg != a->reg ||
		    (w->access.qp != a->qp && w->access.qp && a->qp) || allowed(w, a, insn))
			continue;
		report(check, w, a, addr);
		return true;
	}
	return false;
}

static void remember(struct pc_hazards *h, const struct access *a, const struct isa_insn *insn,
		     uint64_t addr)
{
	if (h->writes == MAX_WRITES)
		h->writes = 0; /* no compiler writes such a group; forget, not miss a stop */
	h->written[h->writes++] = (struct written){ *a, addr, insn->unit == ISA_UNIT_F };
	h->seen[a->file][a->reg >> 6] |= UINT64_C(1) << (a->reg & 63);
}

static void check_place(struct pc_hazards *h, struct pc_check *check, const struct isa_insn *insn,
			uint64_t addr)
{
	uint32_t flags = isa_flags(insn->id);

	if (h->must_end) {
		pc_find(check, PC_RULE_LAST, h->last_addr, true, addr,
			pc_format("more instructions follow it in its group"));
		h->must_end = false;
	}
	if ((flags & ISA_F_FIRST) && !h->empty)
		pc_find(check, PC_RULE_FIRST, addr, true, 0,
			pc_format("other instructions precede it in its group"));
	if (flags & ISA_F_LAST) {
		h->must_end = true;
		h->last_addr = addr;
	}
	h->empty = false;
}

/* What was written under the predicate of a branch that was not taken was not written. */
static void forget(struct pc_hazards *h, uint8_t qp)
{
	size_t kept = 0;

	for (size_t i = 0; i < h->writes; i++)
		if (h->written[i].access.qp != qp)
			h->written[kept++] = h->written[i];
	h->writes = kept;
}

static void look_at(struct pc_hazards *h, struct pc_check *check, const struct isa_insn *insn,
		    uint64_t addr)
{
	struct accesses list;
	bool found = false;

	check_place(h, check, insn, addr);
	collect(h, insn, &list);
	for (size_t i = 0; i < list.count && !found; i++)
		found = compare(h, check, &list.a[i], insn, addr);
	for (size_t i = 0; i < list.count; i++)
		if (list.a[i].write)
			remember(h, &list.a[i], insn, addr);
	if (!(isa_flags(insn->id) & ISA_F_BRANCH) || insn->unit == ISA_UNIT_M ||
	    insn->unit == ISA_UNIT_I || insn->unit == ISA_UNIT_F)
		return;
	if (insn->qp)
		forget(h, insn->qp);
	else if (insn->id != ISA_br_cloop && insn->id != ISA_br_ctop && insn->id != ISA_br_cexit)
		pc_hazards_new_group(h);
	if (!insn->qp && (insn->id == ISA_br_cond || insn->id == ISA_br_cond_ind ||
			  insn->id == ISA_br_ret || insn->id == ISA_brl_cond))
		h->padding = true;
}

static bool is_nop(const struct isa_insn *insn)
{
	return insn->id == ISA_nop_m || insn->id == ISA_nop_i || insn->id == ISA_nop_b ||
	       insn->id == ISA_nop_f || insn->id == ISA_nop_x;
}

/*
 * Bundles of nops that align what follows an unconditional branch. They are never executed:
 * who comes to the code behind them comes by a branch, which starts a group.
 */
static bool is_padding(const struct pc_hazards *h, const struct pc_bundle *b)
{
	for (unsigned int slot = 0; slot < ISA_BUNDLE_SLOTS; slot++)
		if (b->decoded[slot] && !is_nop(&b->insn[slot]))
			return false;
	return h->padding;
}

void pc_hazards_bundle(struct pc_hazards *h, struct pc_check *check, const struct pc_bundle *b)
{
	const struct isa_template *t = &isa_templates[b->raw.template];

	if (!isa_template_valid(b->raw.template)) {
		pc_hazards_new_group(h);
		return;
	}
	if (is_padding(h, b))
		return;
	h->padding = false;
	for (unsigned int slot = 0; slot < ISA_BUNDLE_SLOTS; slot++) {
		if (b->decoded[slot])
			look_at(h, check, &b->insn[slot], b->addr | slot);
		if (t->stop >> slot & 1)
			pc_hazards_new_group(h);
	}
}
