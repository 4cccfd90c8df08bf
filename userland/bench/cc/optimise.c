// SPDX-License-Identifier: MIT
/*
 * optimise.c - the intermediate code made shorter, until nothing changes any more.
 *
 * Within blocks: values that are known or were computed before (numbered by a hash table);
 * over a function: results that nobody reads (liveness, iterated to its fixed point), code that
 * is not reached, labels that are not jumped to.
 */
#include <string.h>

#include "cc.h"

#define ROUNDS 12

long op_compute(enum op op, long left, long right)
{
	unsigned long a = left, b = right;

	switch (op) {
	case OP_add: return a + b;
	case OP_sub: return a - b;
	case OP_mul: return a * b;
	case OP_div: return b == 0 ? 0 : b == -1ul ? (long)-a : left / right;
	case OP_mod: return b == 0 || b == -1ul ? 0 : left % right;
	case OP_and: return a & b;
	case OP_or: return a | b;
	case OP_xor: return a ^ b;
	case OP_shl: return a << (b & 63);
	case OP_shr: return left >> (b & 63);
	case OP_eq: return a == b;
	case OP_ne: return a != b;
	case OP_lt: return left < right;
	case OP_le: return left <= right;
	default: die("%s computes nothing", op_names[op]);
	}
}

int insn_uses(const struct insn *i, int uses[2])
{
	int n = 0;

	if (i->a)
		uses[n++] = i->a;
	if (i->b)
		uses[n++] = i->b;
	return n;
}

/* ---- blocks and liveness ---- */

static bool ends_block(enum op op)
{
	return op == OP_jump || op == OP_brz || op == OP_ret;
}

static void cut_blocks(const struct function *f, struct flow *flow, int *block_of_label)
{
	struct block *b = NULL;

	for (int i = 0; i < f->count; i++) {
		const struct insn *n = &f->code[i];

		if (!b || n->op == OP_label) {
			b = &flow->blocks[flow->count++];
			b->from = i;
		}
		if (n->op == OP_label)
			block_of_label[n->value] = flow->count - 1;
		b->to = i + 1;
		if (ends_block(n->op))
			b = NULL;
	}
}

static void link_blocks(const struct function *f, struct flow *flow, const int *block_of_label)
{
	for (int k = 0; k < flow->count; k++) {
		struct block *b = &flow->blocks[k];
		const struct insn *last = &f->code[b->to - 1];

		b->next[0] = k + 1 < flow->count ? k + 1 : -1;
		b->next[1] = -1;
		if (last->op == OP_ret || last->op == OP_jump)
			b->next[0] = -1;
		if (last->op == OP_jump || last->op == OP_brz)
			b->next[1] = block_of_label[last->value];
	}
}

static void reach(struct flow *flow, int k)
{
	while (k >= 0 && !flow->blocks[k].reached) {
		flow->blocks[k].reached = true;
		reach(flow, flow->blocks[k].next[1]);
		k = flow->blocks[k].next[0];
	}
}

/* live becomes what is live before @i */
static void step_back(const struct insn *i, uint64_t *live)
{
	int uses[2], n = insn_uses(i, uses);

	if (i->dst)
		live[i->dst / 64] &= ~(1ull << i->dst % 64);
	for (int k = 0; k < n; k++)
		live[uses[k] / 64] |= 1ull << uses[k] % 64;
}

static bool update_block(const struct function *f, struct flow *flow, struct block *b,
			 uint64_t *live)
{
	size_t bytes = flow->words * sizeof(*live);

	memset(live, 0, bytes);
	for (int s = 0; s < 2; s++)
		for (int w = 0; b->next[s] >= 0 && w < flow->words; w++)
			live[w] |= flow->blocks[b->next[s]].in[w];
	memcpy(b->out, live, bytes);
	for (int i = b->to - 1; i >= b->from; i--)
		step_back(&f->code[i], live);
	if (!memcmp(b->in, live, bytes))
		return false;
	memcpy(b->in, live, bytes);
	return true;
}

struct flow find_flow(const struct function *f)
{
	struct flow flow = { .words = f->registers / 64 + 1 };
	int *block_of_label = grab((f->labels + 1) * sizeof(int));
	uint64_t *live = grab(flow.words * sizeof(*live));
	bool changed;

	flow.blocks = grab((f->count + 1) * sizeof(*flow.blocks));
	cut_blocks(f, &flow, block_of_label);
	link_blocks(f, &flow, block_of_label);
	reach(&flow, 0);
	for (int k = 0; k < flow.count; k++) {
		flow.blocks[k].in = grab(flow.words * sizeof(uint64_t));
		flow.blocks[k].out = grab(flow.words * sizeof(uint64_t));
	}
	do {
		changed = false;
		for (int k = flow.count - 1; k >= 0; k--)
			changed |= update_block(f, &flow, &flow.blocks[k], live);
	} while (changed);
	return flow;
}

/* ---- values, within a block ---- */

/**
 * struct value - what is known: computed by @op from the values @a and @b, or a constant
 * @holder: a register that had it when its version was @version
 */
struct value {
	enum op op;
	int a, b;
	long number;
	int holder, version;
	int next;
};

#define TABLE 512

static struct value *values;
static int value_count, value_room;
static int heads[TABLE];
static int *value_of, *version_of; /* by register */

static int find_value(enum op op, int a, int b, long number)
{
	unsigned int h = (op * 31 + a * 1009 + b * 9176 + (unsigned int)number * 7) % TABLE;
	struct value *v;

	for (int i = heads[h]; i; i = values[i].next) {
		v = &values[i];
		if (v->op == op && v->a == a && v->b == b && v->number == number)
			return i;
	}
	if (++value_count == value_room) {
		v = grab(2 * value_room * sizeof(*v));
		memcpy(v, values, value_room * sizeof(*v));
		values = v;
		value_room *= 2;
	}
	values[value_count] =
		(struct value){ .op = op, .a = a, .b = b, .number = number, .next = heads[h] };
	heads[h] = value_count;
	return value_count;
}

/* Of a register that the block has not written: a value of its own (op nop). */
static int value_in(int reg)
{
	if (!value_of[reg]) {
		value_of[reg] = find_value(OP_nop, reg, 0, value_count);
		values[value_of[reg]].holder = reg;
		values[value_of[reg]].version = version_of[reg];
	}
	return value_of[reg];
}

static int holder(int value)
{
	const struct value *v = &values[value];

	return v->holder && version_of[v->holder] == v->version ? v->holder : 0;
}

static void set_value(int reg, int value)
{
	version_of[reg]++;
	value_of[reg] = value;
	if (!holder(value)) {
		values[value].holder = reg;
		values[value].version = version_of[reg];
	}
}

static bool replace(int *reg)
{
	int h = *reg ? holder(value_in(*reg)) : 0;

	if (!h || h == *reg)
		return false;
	*reg = h;
	return true;
}

static bool is_const(int value, long *number)
{
	*number = values[value].number;
	return values[value].op == OP_const;
}

static bool commutes(enum op op)
{
	return op == OP_add || op == OP_mul || op == OP_and || op == OP_or || op == OP_xor ||
	       op == OP_eq || op == OP_ne;
}

/* x + 0 and the like: the operand that is the result, else 0 */
static int identity(const struct insn *i, int a, int b)
{
	long n;

	if (is_const(b, &n) && n == 0 &&
	    (i->op == OP_add || i->op == OP_sub || i->op == OP_or || i->op == OP_xor ||
	     i->op == OP_shl || i->op == OP_shr))
		return i->a;
	if (is_const(b, &n) && n == 1 && (i->op == OP_mul || i->op == OP_div))
		return i->a;
	if (a == b && (i->op == OP_and || i->op == OP_or))
		return i->a;
	return 0;
}

static bool number_binary(struct insn *i)
{
	int a = value_in(i->a), b = value_in(i->b), v, same;
	long x, y;

	if (is_const(a, &x) && is_const(b, &y)) {
		*i = (struct insn){ .op = OP_const,
				    .dst = i->dst,
				    .value = op_compute(i->op, x, y) };
		set_value(i->dst, find_value(OP_const, 0, 0, i->value));
		return true;
	}
	same = identity(i, a, b);
	if (!same) {
		v = commutes(i->op) && a > b ? find_value(i->op, b, a, 0)
					     : find_value(i->op, a, b, 0);
		same = holder(v);
		if (!same) {
			set_value(i->dst, v);
			return false;
		}
	}
	v = value_in(same);
	*i = (struct insn){ .op = OP_move, .dst = i->dst, .a = same };
	set_value(i->dst, v);
	return true;
}

static bool number_insn(struct insn *i)
{
	bool changed = replace(&i->a);
	long n;

	changed |= replace(&i->b);
	if (op_is_binary(i->op))
		return number_binary(i) || changed;
	if (i->op == OP_const) {
		set_value(i->dst, find_value(OP_const, 0, 0, i->value));
	} else if (i->op == OP_move) {
		int v = value_in(i->a);

		if (is_const(v, &n)) {
			*i = (struct insn){ .op = OP_const, .dst = i->dst, .value = n };
			changed = true;
		}
		set_value(i->dst, v);
	} else if (i->dst) {
		version_of[i->dst]++;
		value_of[i->dst] = 0;
	} else if (i->op == OP_brz && is_const(value_in(i->a), &n)) {
		*i = (struct insn){ .op = n ? OP_nop : OP_jump, .value = i->value };
		changed = true;
	}
	return changed;
}

static bool number_block(struct function *f, const struct block *b)
{
	bool changed = false;

	memset(heads, 0, sizeof(heads));
	memset(value_of, 0, (f->registers + 1) * sizeof(int));
	value_count = 0;
	for (int i = b->from; i < b->to; i++)
		changed |= number_insn(&f->code[i]);
	return changed;
}

/* ---- code that does nothing ---- */

static bool has_effect(enum op op)
{
	return op == OP_store || op == OP_arg || op == OP_call || op == OP_param || op >= OP_ret;
}

static void kill_unread(struct function *f, struct flow *flow)
{
	uint64_t *live = grab(flow->words * sizeof(*live));

	for (int k = 0; k < flow->count; k++) {
		const struct block *b = &flow->blocks[k];

		memcpy(live, b->out, flow->words * sizeof(*live));
		for (int i = b->to - 1; i >= b->from; i--) {
			struct insn *n = &f->code[i];

			if (!b->reached || (n->op == OP_move && n->dst == n->a) ||
			    (!has_effect(n->op) && !(live[n->dst / 64] >> n->dst % 64 & 1)))
				*n = (struct insn){ .op = OP_nop };
			step_back(n, live);
		}
	}
}

static void kill_labels(struct function *f)
{
	bool *used = grab((f->labels + 1) * sizeof(bool));

	for (int i = 0; i < f->count; i++) {
		struct insn *n = &f->code[i];

		if (n->op == OP_jump && i + 1 < f->count && n[1].op == OP_label &&
		    n[1].value == n->value)
			n->op = OP_nop;
		if (n->op == OP_jump || n->op == OP_brz)
			used[n->value] = true;
	}
	for (int i = 0; i < f->count; i++)
		if (f->code[i].op == OP_label && !used[f->code[i].value])
			f->code[i].op = OP_nop;
}

/* Return: whether anything went */
static bool squeeze(struct function *f)
{
	int to = 0, was = f->count;

	for (int i = 0; i < f->count; i++)
		if (f->code[i].op != OP_nop)
			f->code[to++] = f->code[i];
	f->count = to;
	return to != was;
}

void optimise(struct function *f, int level)
{
	bool changed = level > 0;

	value_room = 256;
	values = grab(value_room * sizeof(*values));
	value_of = grab((f->registers + 1) * sizeof(int));
	version_of = grab((f->registers + 1) * sizeof(int));
	for (int round = 0; changed && round < ROUNDS; round++) {
		struct flow flow = find_flow(f);

		changed = false;
		for (int k = 0; k < flow.count; k++)
			changed |= number_block(f, &flow.blocks[k]);
		flow = find_flow(f);
		kill_unread(f, &flow);
		kill_labels(f);
		changed |= squeeze(f);
	}
}
