// SPDX-License-Identifier: MIT
/*
 * emit.c - intermediate code to assembly: registers by linear scan, and the text.
 *
 * A value lives from the first to the last place where it is needed, blocks that it is live
 * through included. There are MACHINE registers; who lives longest moves to the frame when
 * they are all taken.
 */
#include <stdlib.h>
#include <string.h>

#include "cc.h"

#define MACHINE 24 /* r1 to r24; the frame follows */

const char *const op_names[OPS] = {
#define OP(name) #name,
#include "code.def"
};

struct interval {
	int reg, from, to;
};

static void extend(struct interval *v, int at)
{
	if (v->from < 0 || at < v->from)
		v->from = at;
	if (at > v->to)
		v->to = at;
}

static void find_intervals(const struct function *f, struct interval *intervals)
{
	struct flow flow = find_flow(f);
	int uses[2], n;

	for (int r = 0; r <= f->registers; r++)
		intervals[r] = (struct interval){ .reg = r, .from = -1, .to = -1 };
	for (int k = 0; k < flow.count; k++) {
		const struct block *b = &flow.blocks[k];

		for (int r = 1; r <= f->registers; r++) {
			if (b->in[r / 64] >> r % 64 & 1)
				extend(&intervals[r], b->from);
			if (b->out[r / 64] >> r % 64 & 1)
				extend(&intervals[r], b->to);
		}
		for (int i = b->from; i < b->to; i++) {
			n = insn_uses(&f->code[i], uses);
			for (int u = 0; u < n; u++)
				extend(&intervals[uses[u]], i);
			if (f->code[i].dst)
				extend(&intervals[f->code[i].dst], i);
		}
	}
}

static int by_start(const void *left, const void *right)
{
	const struct interval *a = left, *b = right;

	return a->from != b->from ? a->from - b->from : a->reg - b->reg;
}

/* Return: the size of the frame; @place: by register, up to MACHINE a register of the machine */
static int allocate(const struct function *f, int *place)
{
	struct interval *intervals = grab((f->registers + 1) * sizeof(*intervals));
	const struct interval *in[MACHINE + 1] = { NULL };
	int frame = MACHINE;

	find_intervals(f, intervals);
	qsort(intervals, f->registers + 1, sizeof(*intervals), by_start);
	for (int k = 0; k <= f->registers; k++) {
		const struct interval *v = &intervals[k];
		int m = 0, longest = 1;

		if (v->from < 0)
			continue;
		for (int r = MACHINE; r; r--) {
			if (!in[r] || in[r]->to < v->from)
				m = r;
			else if (in[longest] && in[r]->to > in[longest]->to)
				longest = r;
		}
		if (!m && in[longest]->to > v->to) {
			place[in[longest]->reg] = ++frame;
			m = longest;
		}
		place[v->reg] = m ? m : ++frame;
		if (m)
			in[m] = v;
	}
	return frame;
}

static void emit_insn(const struct insn *i, const int *place, const char *prefix, struct out *out)
{
	switch (i->op) {
	case OP_label: out_text(out, ".L%s.%ld:\n", prefix, i->value); return;
	case OP_jump: out_text(out, "\tjump\t.L%s.%ld\n", prefix, i->value); return;
	case OP_brz: out_text(out, "\tbrz\tr%d, .L%s.%ld\n", place[i->a], prefix, i->value); return;
	case OP_const:
	case OP_param:
		out_text(out, "\t%s\tr%d, %ld\n", op_names[i->op], place[i->dst], i->value);
		return;
	case OP_move: out_text(out, "\tmove\tr%d, r%d\n", place[i->dst], place[i->a]); return;
	case OP_load: out_text(out, "\tload\tr%d, %s\n", place[i->dst], i->name->text); return;
	case OP_store: out_text(out, "\tstore\tr%d, %s\n", place[i->a], i->name->text); return;
	case OP_arg: out_text(out, "\targ\tr%d, %ld\n", place[i->a], i->value); return;
	case OP_call: out_text(out, "\tcall\tr%d, %s\n", place[i->dst], i->name->text); return;
	case OP_ret: out_text(out, "\tret\tr%d\n", place[i->a]); return;
	default:
		out_text(out, "\t%s\tr%d, r%d, r%d\n", op_names[i->op], place[i->dst], place[i->a],
			 place[i->b]);
	}
}

void emit(struct function *f, struct out *out)
{
	int *place = grab((f->registers + 1) * sizeof(*place));
	int frame = allocate(f, place);

	if (!f->name->is_static)
		out_text(out, "\t.global\t%s\n", f->name->text);
	out_text(out, "%s:\n\tenter\t%d\n", f->name->text, frame);
	for (int i = 0; i < f->count; i++)
		emit_insn(&f->code[i], place, f->name->text, out);
}

int cc1(const char *source, const char *assembly, int level)
{
	struct function *f;
	struct out *out = grab(sizeof(*out));

	lex_open(source);
	f = parse();
	out_open(out, assembly);
	for (; f; f = f->next) {
		optimise(f, level);
		emit(f, out);
	}
	out_close(out);
	return 0;
}
