// SPDX-License-Identifier: MIT
/*
 * The trace item `sensitive`: privileged and privilege-sensitive instructions that run at
 * CPL > 0, each once for each place and level.
 *
 * What these are, the flags of isa/insns.def say. An op of a decoded bundle that has one of
 * them is given exec_watched() as its handler, which notes it and then does what the
 * instruction does; everything else runs at full speed. What a hypervisor's guest did this
 * way can be held against what pvcheck says of its kernel (pvcheck --ran).
 */
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "cpu/code.h"
#include "cpu/exec.h"
#include "cpu/fault.h"
#include "debug/trace.h"

#define SET_START 1024 /* places; a power of 2 */

/** struct place_set - places that have been reported, as a hash table; 0: free */
struct place_set {
	uint64_t *slot;
	size_t room, count;
};

static size_t hash(uint64_t key, size_t room)
{
	return key * 0x9e3779b97f4a7c15 >> 20 & (room - 1);
}

/* False: it is in there already. */
static bool put(struct place_set *s, uint64_t key)
{
	size_t i = hash(key, s->room);

	for (; s->slot[i]; i = (i + 1) & (s->room - 1))
		if (s->slot[i] == key)
			return false;
	s->slot[i] = key;
	s->count++;
	return true;
}

static bool grow(struct place_set *s)
{
	struct place_set bigger = { .room = s->room ? s->room * 2 : SET_START };

	bigger.slot = calloc(bigger.room, sizeof(*bigger.slot));
	if (!bigger.slot)
		return false;
	for (size_t i = 0; i < s->room; i++)
		if (s->slot[i])
			put(&bigger, s->slot[i]);
	free(s->slot);
	*s = bigger;
	return true;
}

/* The first time that @key is seen? Without memory for more, always. */
static bool first_time(struct trace *t, uint64_t key)
{
	if (!t->places)
		t->places = calloc(1, sizeof(*t->places));
	if (!t->places)
		return true;
	if (2 * t->places->count >= t->places->room && !grow(t->places))
		return true;
	return put(t->places, key);
}

void trace_places_free(struct place_set *s)
{
	if (s)
		free(s->slot);
	free(s);
}

/* ISA_F_SENSAR: of application registers these, SDM vol 2 table 3-3 */
static bool sensitive_ar(unsigned ar)
{
	/* kernel registers, EFLAG, CFLG, ITC, RUC */
	return ar < 8 || ar == 24 || ar == 27 || ar == 44 || ar == 45;
}

static const char *kind(const struct op *op)
{
	uint32_t flags = op->handler < ISA_ID_COUNT ? isa_flags(op->handler) : 0;

	if (flags & ISA_F_PRIV)
		return "privileged";
	if (flags & ISA_F_SENS || (flags & ISA_F_SENSAR && sensitive_ar(op->r3)))
		return "sensitive";
	return NULL;
}

/* Bundles are 16 bytes apart: the slot and the level fit below. */
static uint64_t place(const struct cpu *cpu, const struct op *op)
{
	return cpu->ip | op->slot << 2 | cpu_cpl(cpu);
}

enum exec exec_watched(struct cpu *cpu, const struct op *op)
{
	struct code_page *page;
	struct bundle fresh;
	uint64_t w[2];
	enum exec r = code_fetch(cpu, &page);

	if (r != EXEC_NEXT)
		return r;
	memcpy(w, page->host + cpu->ip % CODE_PAGE, sizeof(w));
	decode_bundle(&fresh, w[0], w[1]);
	op = bundle_op(&fresh, op->slot);
	if (cpu_cpl(cpu) && first_time(cpu->trace, place(cpu, op)))
		trace_sensitive(cpu, w, op->slot, kind(op));
	return exec_op(cpu, op);
}

void code_watch(struct bundle *b)
{
	for (unsigned i = 0; i < b->n; i++)
		if (b->op[i].handler != HANDLER_INVALID && kind(&b->op[i]))
			b->op[i].handler = HANDLER_WATCHED;
}
