// SPDX-License-Identifier: MIT
/*
 * follow.c - follows code by the names of its values (follow.h).
 *
 * A name is a number: each register starts with its own, new ones are counted on. Predicates
 * have names as well; a set sign bit says "the opposite of". What a path has assumed of a
 * name holds for the rest of it. Paths and steps are bounded: code that needs more is
 * reported as not followed, never taken for clean.
 */
#include "follow.h"

#include <stdlib.h>
#include <string.h>

#define NEGATED	   (1u << 31)
#define NAME_TRUE  0u
#define NAME_FALSE NEGATED
#define NAMES	   4096 /* on one path */
#define STEPS	   2048
#define PATHS	   4096
#define BANKED	   16 /* r16 to r31 */
#define SAVED_PR   4  /* copies of the predicates that are alive at once */
#define R_PCREL21B 0x49
#define R_PCREL60B 0x48

/** struct snapshot - what mov r=pr put aside */
struct snapshot {
	uint32_t name; /* of the general register's value */
	uint32_t pr[64];
};

/** struct path - one way through the code, up to an instruction */
struct path {
	uint64_t at; /* address with slot */
	uint32_t name[ISA_FILE_COUNT][128];
	uint64_t written[ISA_FILE_COUNT][128];
	int8_t truth[NAMES]; /* 1, -1; 0: not decided */
	uint32_t names;
	unsigned int steps;
	struct snapshot saved[SAVED_PR];
	unsigned int saves;
};

/** struct walk - all paths */
struct walk {
	const struct pc_image *image;
	uint64_t end;
	struct path **path; /* still to be followed */
	size_t paths;
	size_t total;
	struct pc_changed *out;
};

static uint32_t initial(unsigned int file, unsigned int reg)
{
	return 1 + file * 128 + reg;
}

static void give_up(struct walk *w, uint64_t at, const char *why)
{
	if (w->out->lost)
		return;
	w->out->lost = why;
	w->out->lost_at = at;
}

static uint32_t new_name(struct path *p)
{
	return p->names < NAMES ? p->names++ : NAMES - 1;
}

static void set(struct path *p, unsigned int file, unsigned int reg, uint32_t name, uint64_t at)
{
	if ((file == ISA_FILE_GR || file == ISA_FILE_PR) && !reg)
		return;
	p->name[file][reg] = name;
	p->written[file][reg] = at;
}

/* The truth of a predicate: 1, -1, or 0 if it may be either. */
static int truth_of(const struct path *p, unsigned int pr)
{
	uint32_t name = p->name[ISA_FILE_PR][pr];
	int truth = (name & ~NEGATED) == NAME_TRUE ? 1 : p->truth[name & ~NEGATED];

	return name & NEGATED ? -truth : truth;
}

static void assume(struct path *p, unsigned int pr, bool holds)
{
	uint32_t name = p->name[ISA_FILE_PR][pr];

	p->truth[name & ~NEGATED] = holds == !(name & NEGATED) ? 1 : -1;
}

static struct path *begin(uint64_t start)
{
	struct path *p = pc_room(1, sizeof(*p));

	p->at = start;
	for (unsigned int file = 0; file < ISA_FILE_COUNT; file++)
		for (unsigned int reg = 0; reg < 128; reg++)
			p->name[file][reg] = initial(file, reg);
	p->name[ISA_FILE_PR][0] = NAME_TRUE;
	p->names = initial(ISA_FILE_COUNT, 0);
	return p;
}

static void add_path(struct walk *w, struct path *p)
{
	if (w->total++ >= PATHS) {
		give_up(w, p->at, "there are too many paths to follow");
		free(p);
		return;
	}
	w->path = pc_grow(w->path, w->paths, sizeof(*w->path));
	w->path[w->paths++] = p;
}

static void finish(struct walk *w, const struct path *p)
{
	for (unsigned int file = 0; file < ISA_FILE_COUNT; file++)
		for (unsigned int reg = 0; reg < 128; reg++) {
			if (p->name[file][reg] == initial(file, reg) || !p->written[file][reg])
				continue;
			w->out->reg[file][reg] = true;
			w->out->at[file][reg] = p->written[file][reg];
		}
}

/* ---- what an instruction does to names ---- */

/* mov r=r, mov r=b, mov b=r, mov r=ar, mov ar=r: the register that is copied, by file. */
static bool is_copy(const struct isa_insn *insn)
{
	switch (insn->id) {
	case ISA_adds: return !insn->imm;
	case ISA_mov_from_br:
	case ISA_mov_to_br:
	case ISA_mov_from_ar_m:
	case ISA_mov_from_ar_i:
	case ISA_mov_to_ar_m:
	case ISA_mov_to_ar_i: return true;
	}
	return false;
}

static void copy(struct path *p, const struct pc_accesses *list)
{
	const struct pc_access *from = NULL, *to = NULL;

	for (size_t i = 0; i < list->count; i++) {
		if (list->a[i].write && !to)
			to = &list->a[i];
		else if (!list->a[i].write && list->a[i].file != ISA_FILE_PR)
			from = &list->a[i];
	}
	if (to)
		set(p, to->file, to->reg,
		    from ? p->name[from->file][from->reg] : initial(ISA_FILE_GR, 0), p->at);
}

static void save_predicates(struct path *p, unsigned int reg)
{
	struct snapshot *s = &p->saved[p->saves++ % SAVED_PR];

	s->name = new_name(p);
	memcpy(s->pr, p->name[ISA_FILE_PR], sizeof(s->pr));
	set(p, ISA_FILE_GR, reg, s->name, p->at);
}

static void restore_predicates(struct path *p, const struct isa_insn *insn)
{
	const struct snapshot *from = NULL;

	for (unsigned int i = 0; i < SAVED_PR; i++)
		if (p->saved[i].name && p->saved[i].name == p->name[ISA_FILE_GR][insn->r2])
			from = &p->saved[i];
	for (unsigned int pr = 1; pr < 64; pr++)
		if ((uint64_t)insn->imm >> pr & 1)
			set(p, ISA_FILE_PR, pr, from ? from->pr[pr] : new_name(p), p->at);
}

static void compare(struct path *p, const struct isa_insn *insn)
{
	uint32_t name = new_name(p);

	set(p, ISA_FILE_PR, insn->p1, name, p->at);
	if (isa_compare(insn) == ISA_COMPARE_NORMAL || isa_compare(insn) == ISA_COMPARE_UNC)
		name |= NEGATED;
	else
		name = new_name(p);
	set(p, ISA_FILE_PR, insn->p2, name, p->at);
}

static void renew(struct path *p, unsigned int file, unsigned int first, unsigned int last)
{
	for (unsigned int reg = first; reg <= last; reg++)
		set(p, file, reg, new_name(p), p->at);
}

/* What a C function, or a hypervisor of which nothing is known, may destroy (psABI). */
static void call(struct path *p)
{
	renew(p, ISA_FILE_GR, 2, 3);
	renew(p, ISA_FILE_GR, 8, 11);
	renew(p, ISA_FILE_GR, 14, 31);
	renew(p, ISA_FILE_FR, 6, 15);
	renew(p, ISA_FILE_FR, 32, 127);
	renew(p, ISA_FILE_PR, 6, 15);
	renew(p, ISA_FILE_BR, 6, 7);
}

static void hypercall(struct path *p, uint64_t number)
{
	enum { KEEPS, RESULT };
	static const struct {
		uint64_t first, last;
		uint8_t result;
	} breaks[] = {
#define BREAK(first, last, result, why) { first, last, result },
#include "breaks.def"
	};

	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		if (number < breaks[i].first || number > breaks[i].last)
			continue;
		if (breaks[i].result == RESULT)
			renew(p, ISA_FILE_GR, 8, 8);
		return;
	}
	call(p);
}

static void write_all(struct path *p, const struct isa_insn *insn)
{
	struct pc_accesses list;

	pc_accesses_of(insn, &list);
	if (is_copy(insn)) {
		copy(p, &list);
		return;
	}
	for (size_t i = 0; i < list.count; i++)
		if (list.a[i].write && list.a[i].file != ISA_FILE_PR)
			set(p, list.a[i].file, list.a[i].reg, new_name(p), p->at);
}

static bool is_compare(const struct isa_insn *insn)
{
	struct isa_use use[ISA_USES];
	unsigned int count = isa_uses(insn, use);

	return count && use[0].file == ISA_FILE_PR && use[0].write;
}

static bool is_break(const struct isa_insn *insn)
{
	switch (insn->id) {
	case ISA_break_b:
	case ISA_break_f:
	case ISA_break_i:
	case ISA_break_m:
	case ISA_break_x: return true;
	}
	return false;
}

static void execute(struct path *p, const struct isa_insn *insn)
{
	switch (insn->id) {
	case ISA_mov_from_pr: save_predicates(p, insn->r1); return;
	case ISA_mov_pr: restore_predicates(p, insn); return;
	case ISA_mov_pr_rot_imm: renew(p, ISA_FILE_PR, 16, 63); return;
	case ISA_bsw_0:
	case ISA_bsw_1: renew(p, ISA_FILE_GR, BANKED, 2 * BANKED - 1); return;
	}
	if (is_break(insn)) {
		hypercall(p, insn->imm);
		return;
	}
	if (is_compare(insn))
		compare(p, insn);
	write_all(p, insn);
}

/* A compare of the type .unc clears its targets if its predicate is 0. */
static void execute_off(struct path *p, const struct isa_insn *insn)
{
	if (!is_compare(insn) || isa_compare(insn) != ISA_COMPARE_UNC)
		return;
	set(p, ISA_FILE_PR, insn->p1, NAME_FALSE, p->at);
	set(p, ISA_FILE_PR, insn->p2, NAME_FALSE, p->at);
}

/* ---- where it goes ---- */

static uint64_t next_slot(uint64_t at)
{
	return (at & 15) == ISA_BUNDLE_SLOTS - 1 ? (at & ~UINT64_C(15)) + ISA_BUNDLE_BYTES : at + 1;
}

/* The target of a branch; 0: it is in another file, or in a register. */
static uint64_t target_of(const struct walk *w, const struct path *p, const struct isa_insn *insn)
{
	uint64_t bundle = p->at & ~UINT64_C(15);

	for (size_t i = pc_reloc_find(w->image, bundle); i < w->image->relocs; i++) {
		const struct pc_reloc *r = &w->image->reloc[i];

		if (r->addr >= bundle + ISA_BUNDLE_BYTES)
			break;
		if ((r->type == R_PCREL21B && r->addr == p->at) || r->type == R_PCREL60B)
			return r->defined ? r->target : 0;
	}
	return isa_flags(insn->id) & ISA_F_IPREL ? bundle + insn->imm : 0;
}

/* The way on which the predicate of the instruction there is 0; the other one goes on. */
static void fork_path(struct walk *w, struct path *p, unsigned int qp)
{
	struct path *other = pc_room(1, sizeof(*other));

	*other = *p;
	assume(other, qp, false);
	assume(p, qp, true);
	add_path(w, other);
}

enum step { ON, OVER };
enum { AR_PFS = 64 };

static enum step branch(struct walk *w, struct path *p, const struct isa_insn *insn)
{
	uint64_t target = target_of(w, p, insn);

	switch (insn->id) {
	case ISA_br_call:
	case ISA_br_call_ind:
	case ISA_brl_call:
		/* To the bundle behind it: it is there for what it leaves in ar.pfs. */
		if (target != (p->at & ~UINT64_C(15)) + ISA_BUNDLE_BYTES)
			call(p);
		set(p, ISA_FILE_BR, insn->r1, new_name(p), p->at);
		set(p, ISA_FILE_AR, AR_PFS, new_name(p), p->at);
		return ON;
	case ISA_br_ret:
	case ISA_br_cond_ind: finish(w, p); return OVER; /* it leaves the macro for good */
	case ISA_br_cond:
	case ISA_brl_cond: break;
	default: give_up(w, p->at, "a branch of this kind is not followed"); return OVER;
	}
	if (!target || pc_bundle_index(w->image, target) == PC_NO_BUNDLE) {
		finish(w, p); /* to another file, as from there */
		return OVER;
	}
	p->at = target;
	return ON;
}

static bool is_branch(const struct isa_insn *insn)
{
	return (isa_flags(insn->id) & ISA_F_BRANCH) &&
	       (insn->unit == ISA_UNIT_B || insn->unit == ISA_UNIT_X);
}

/* Nothing is behind rfi, nor behind the hypervisor's (break 1: Xen's HYPERPRIVOP_RFI). */
static bool ends_path(const struct isa_insn *insn)
{
	return insn->id == ISA_rfi || (is_break(insn) && insn->imm == 1);
}

/* The bundle at the path's place. False: the path ends here, as it should or not. */
static bool fetch(struct walk *w, struct path *p, struct pc_bundle *b)
{
	if (p->at == w->end) {
		finish(w, p);
		return false;
	}
	if ((p->at & 15) >= ISA_BUNDLE_SLOTS || !pc_bundle_read(w->image, p->at, b)) {
		give_up(w, p->at & ~UINT64_C(15), "it leads to what is no instruction");
		return false;
	}
	if (p->steps++ > STEPS || p->names >= NAMES - 128) {
		give_up(w, p->at, "it goes on for too long");
		return false;
	}
	return true;
}

/* An instruction whose predicate holds. */
static enum step execute_on(struct walk *w, struct path *p, const struct isa_insn *insn)
{
	if (ends_path(insn)) {
		renew(p, ISA_FILE_GR, BANKED, 2 * BANKED - 1);
		finish(w, p);
		return OVER;
	}
	if (is_branch(insn))
		return branch(w, p, insn);
	execute(p, insn);
	return ON;
}

/* One instruction; a predicate that may hold or not makes it two paths. */
static enum step step(struct walk *w, struct path *p)
{
	const struct isa_insn *insn;
	struct pc_bundle b;
	uint64_t at = p->at;
	int truth;

	if (!fetch(w, p, &b))
		return OVER;
	if (!b.decoded[at & 15]) {
		p->at = next_slot(at);
		return ON;
	}
	insn = &b.insn[at & 15];
	truth = isa_flags(insn->id) & ISA_F_NOQP ? 1 : truth_of(p, insn->qp);
	if (!truth) {
		fork_path(w, p, insn->qp);
		truth = 1;
	}
	if (truth < 0)
		execute_off(p, insn);
	else if (execute_on(w, p, insn) == OVER)
		return OVER;
	if (p->at == at)
		p->at = next_slot(at);
	return ON;
}

void pc_follow(const struct pc_image *image, uint64_t start, uint64_t end, struct pc_changed *out)
{
	struct walk w = { .image = image, .end = end, .out = out };

	*out = (struct pc_changed){ 0 };
	add_path(&w, begin(start));
	while (w.paths) {
		struct path *p = w.path[--w.paths];

		while (step(&w, p) == ON)
			;
		free(p);
	}
	free(w.path);
}
