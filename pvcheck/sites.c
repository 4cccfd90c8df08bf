// SPDX-License-Identifier: MIT
/*
 * sites.c - the records in .pv_sites against the instructions they name.
 *
 * A record is good if it names one decodable instruction in executable code, once, and
 * that instruction may stand for its operation. In a relocatable file the address comes
 * from the relocation. Good records make their instructions recorded.
 */
#include "pvcheck.h"

#include <stdlib.h>
#include <string.h>

#define R_DIR64LSB 0x27
#define SLOT_BITS  15u
#define RR_PARTS   5 /* shape LAST: five source registers */

/** struct record - @at: address of the record itself */
struct record {
	uint64_t at;
	uint64_t where;
	uint64_t op;
	bool placed; /* where is known */
};

/** struct records - in the order of the section */
struct records {
	struct record *record;
	size_t count;
};

static uint64_t word(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

/* The value of a word of the section, by its relocation if it has one. */
static bool relocated(struct pc_check *check, uint64_t addr, uint64_t *value)
{
	const struct pc_image *image = &check->image;
	size_t i = pc_reloc_find(image, addr);

	if (i == image->relocs || image->reloc[i].addr != addr)
		return false;
	if (image->reloc[i].type != R_DIR64LSB || !image->reloc[i].defined)
		return false;
	*value = image->reloc[i].target;
	return true;
}

static struct records read_records(struct pc_check *check, const struct pc_section *s)
{
	struct records r = { 0 };

	if (s->size % PV_SITE_SIZE)
		pc_find(check, PC_RULE_SITE_TABLE, s->addr, false, 0,
			pc_format("%s has %llu bytes, not a multiple of %d", s->name,
				  (unsigned long long)s->size, PV_SITE_SIZE));
	for (uint64_t at = 0; s->data && at + PV_SITE_SIZE <= s->size; at += PV_SITE_SIZE) {
		struct record one = {
			.at = s->addr + at,
			.where = word(s->data + at + PV_SITE_WHERE),
			.op = word(s->data + at + PV_SITE_OPCODE),
			.placed = true,
		};

		if (check->image.relocatable &&
		    !relocated(check, one.at + PV_SITE_WHERE, &one.where)) {
			pc_find(check, PC_RULE_SITE_TABLE, one.at, false, 0,
				pc_format("record %llu has no relocation to an instruction",
					  (unsigned long long)(at / PV_SITE_SIZE)));
			one.placed = false;
		}
		r.record = pc_grow(r.record, r.count, sizeof(one));
		r.record[r.count++] = one;
	}
	return r;
}

static int by_addr(const void *pa, const void *pb)
{
	const struct pc_hit *a = pa, *b = pb;

	return a->addr < b->addr ? -1 : a->addr > b->addr;
}

static void mark_recorded(struct pc_check *check, uint64_t where)
{
	struct pc_hit key = { .addr = where };
	struct pc_hit *hit = NULL;

	if (check->hits)
		hit = bsearch(&key, check->hit, check->hits, sizeof(key), by_addr);
	if (hit)
		hit->recorded = true;
}

/*
 * What has to stay at its address: epc takes the level from its own page, vmsw and br.ia
 * leave for another world. (patch.c moves everything else.)
 */
static const char *unmovable(const struct pc_bundle *b)
{
	for (unsigned int slot = 0; slot < ISA_BUNDLE_SLOTS; slot++) {
		bool data = slot == 1 && (b->raw.template & ~1u) == ISA_TEMPLATE_MLX;

		if (!b->decoded[slot] && !data)
			return "a reserved encoding";
		switch (b->insn[slot].id) {
		case ISA_epc: return "epc";
		case ISA_br_ia: return "br.ia";
		case ISA_vmsw_0:
		case ISA_vmsw_1: return "vmsw";
		}
	}
	return NULL;
}

static void check_instruction(struct pc_check *check, const struct record *r,
			      const struct pc_bundle *b)
{
	const struct isa_insn *insn = &b->insn[r->where & SLOT_BITS];
	const struct pc_op *op = pc_op_of(r->op);
	bool fits = false;
	const char *why;

	/* An unknown operation: the instruction counts as recorded, the record is wrong. */
	mark_recorded(check, r->where);
	if (!op) {
		pc_find(check, PC_RULE_SITE_OP, r->where, true, 0,
			pc_format("the record says operation 0x%llx; there are 1 to %u",
				  (unsigned long long)r->op, PV_OP_COUNT - 1));
		return;
	}
	for (size_t i = 0; i < pc_op_count && b->decoded[r->where & SLOT_BITS]; i++)
		fits |= pc_ops[i].op == r->op && pc_op_fits(&pc_ops[i], insn);
	if (!fits)
		pc_find(check, PC_RULE_SITE_MISMATCH, r->where, true, 0,
			pc_format("recorded as %s, whose instruction is \"%s\"", op->name,
				  op->text));
	why = unmovable(b);
	if (why)
		pc_find(check, PC_RULE_SITE_UNMOVABLE, r->where, true, 0,
			pc_format("its bundle also holds %s", why));
}

static bool check_place(struct pc_check *check, const struct record *r)
{
	struct pc_bundle b;

	if (!r->placed)
		return false;
	if (!pc_bundle_read(&check->image, r->where, &b)) {
		pc_find(check, PC_RULE_SITE_PLACE, r->at, false, 0,
			pc_format("it points to 0x%llx", (unsigned long long)r->where));
		return false;
	}
	if ((r->where & SLOT_BITS) >= ISA_BUNDLE_SLOTS) {
		pc_find(check, PC_RULE_SITE_SLOT, r->where & ~(uint64_t)SLOT_BITS, true, 0,
			pc_format("it points to byte %u of this bundle",
				  (unsigned int)(r->where & SLOT_BITS)));
		return false;
	}
	check_instruction(check, r, &b);
	return true;
}

static int by_where(const void *pa, const void *pb)
{
	const struct record *a = pa, *b = pb;

	return a->where < b->where ? -1 : a->where > b->where;
}

static void check_twice(struct pc_check *check, struct records *r)
{
	qsort(r->record, r->count, sizeof(*r->record), by_where);
	for (size_t i = 1; i < r->count; i++)
		if (r->record[i].placed && r->record[i - 1].placed &&
		    r->record[i].where == r->record[i - 1].where)
			pc_find(check, PC_RULE_SITE_TWICE, r->record[i].where, true, 0,
				pc_format("recorded more than once"));
}

/* Shape LAST: the parts are consecutive records at ascending addresses. */
static void check_parts(struct pc_check *check, const struct records *r)
{
	size_t i = 0;

	while (i < r->count) {
		const struct pc_op *op = pc_op_of(r->record[i].op);
		size_t n = 1;

		while (i + n < r->count && n < RR_PARTS &&
		       r->record[i + n].op == r->record[i].op &&
		       r->record[i + n].where > r->record[i + n - 1].where)
			n++;
		if (!op || !op->last)
			n = 1;
		else if (n < RR_PARTS && r->record[i].placed)
			pc_find(check, PC_RULE_SITE_PARTS, r->record[i].where, true, 0,
				pc_format("%s has %zu of its %d parts here", op->name, n, RR_PARTS));
		i += n;
	}
}

void pc_sites_check(struct pc_check *check)
{
	const struct pc_section *s = pc_section_named(&check->image, PV_SITE_SECTION);
	struct records r;

	if (check->hits)
		qsort(check->hit, check->hits, sizeof(*check->hit), by_addr);
	if (!s)
		return;
	r = read_records(check, s);
	for (size_t i = 0; i < r.count; i++)
		check->sites += check_place(check, &r.record[i]);
	check_parts(check, &r);
	if (r.count)
		check_twice(check, &r);
	free(r.record);
}
