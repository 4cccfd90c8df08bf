// SPDX-License-Identifier: MIT
/*
 * sites.c - the records in .pv_sites against the instructions they name.
 *
 * A record is good if it names one decodable instruction in executable code, once, and
 * that instruction may stand for its operation. In a relocatable file the address comes
 * from the relocation. A record makes its instruction recorded; the good ones, sorted, go
 * to the patcher's own check.
 */
#include "pvcheck.h"

#include <stdlib.h>

#include "pvops.h"

#define R_DIR64LSB 0x27
#define SLOT_BITS  15u

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
			.where = pc_word(s->data + at + PV_SITE_WHERE),
			.op = pc_word(s->data + at + PV_SITE_OPCODE),
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

struct pc_hit *pc_hit_at(const struct pc_check *check, uint64_t addr)
{
	struct pc_hit key = { .addr = addr };

	return check->hits ? bsearch(&key, check->hit, check->hits, sizeof(key), by_addr) : NULL;
}

static void mark_recorded(struct pc_check *check, uint64_t where)
{
	struct pc_hit *hit = pc_hit_at(check, where);

	if (hit)
		hit->recorded = true;
}

static bool check_instruction(struct pc_check *check, const struct record *r,
			      const struct pc_bundle *b)
{
	unsigned int slot = r->where & SLOT_BITS;

	/* An unknown operation: the instruction counts as recorded, the record is wrong. */
	mark_recorded(check, r->where);
	if (r->op == PV_OP_none || r->op >= PV_OP_COUNT) {
		pc_find(check, PC_RULE_SITE_OP, r->where, true, 0,
			pc_format("the record says operation 0x%llx; there are 1 to %u",
				  (unsigned long long)r->op, PV_OP_COUNT - 1));
		return false;
	}
	if (b->decoded[slot] && pv_op_native(r->op, &b->insn[slot])) {
		check->op_sites[r->op]++;
		return true;
	}
	pc_find(check, PC_RULE_SITE_MISMATCH, r->where, true, 0,
		pc_format("recorded as %s, whose instruction is \"%s\"", pv_op_desc[r->op].name,
			  pv_op_desc[r->op].text));
	return false;
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
	check->sites++;
	return check_instruction(check, r, &b);
}

static int by_where(const void *pa, const void *pb)
{
	const struct record *a = pa, *b = pb;

	return a->where < b->where ? -1 : a->where > b->where;
}

/* Leaves one record of each instruction. */
static size_t check_twice(struct pc_check *check, struct record *record, size_t count)
{
	size_t kept = 0;

	if (!count)
		return 0;
	qsort(record, count, sizeof(*record), by_where);
	for (size_t i = 1; i < count; i++) {
		if (record[i].where != record[kept].where)
			record[++kept] = record[i];
		else
			pc_find(check, PC_RULE_SITE_TWICE, record[i].where, true, 0,
				pc_format("recorded more than once"));
	}
	return kept + 1;
}

void pc_sites_check(struct pc_check *check)
{
	const struct pc_section *s = pc_section_named(&check->image, PV_SITE_SECTION);
	struct pv_site *site;
	struct records r;
	size_t good = 0;

	if (check->hits)
		qsort(check->hit, check->hits, sizeof(*check->hit), by_addr);
	check->op_sites = pc_room(PV_OP_COUNT, sizeof(*check->op_sites));
	if (!s)
		return;
	r = read_records(check, s);
	for (size_t i = 0; i < r.count; i++)
		if (check_place(check, &r.record[i]))
			r.record[good++] = r.record[i];
	good = check_twice(check, r.record, good);
	site = pc_room(good, sizeof(*site));
	for (size_t i = 0; i < good; i++)
		site[i] = (struct pv_site){ .where = r.record[i].where, .op = r.record[i].op };
	pc_movable_check(check, site, good);
	free(site);
	free(r.record);
}
