// SPDX-License-Identifier: MIT
/*
 * generate OUT SEED BUNDLES ROUNDS: a random user-level program, as an ELF executable.
 *
 * A loop of BUNDLES bundles of random instructions, run ROUNDS times, register rotation
 * included, and then exit. Every integer, multimedia and floating-point row can come up, with
 * random operands, half of them predicated; so do loads, stores, spills, semaphores and the
 * ALAT's instructions, in a buffer of its own. Nothing in it can fault: what consumes a NaT
 * has operands that never are one. A generator in r14 keeps fresh values coming.
 * The instructions of a bundle may depend on each other; simulators take them one by one.
 */
#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "table.h"

#define TEXT	    UINT64_C(0x4000000000010000)
#define DATA	    UINT64_C(0x6000000000010000)
#define DATA_SIZE   4096
#define MAX_BUNDLES 65536

enum { BASE = 1, ADDR = 2, TEMP = 3, FRESH = 14, MASK = 15 }; /* never NaT, never random targets */

struct program {
	struct isa_bundle b[MAX_BUNDLES];
	unsigned n;
	uint64_t state;
};

#define I(name, ...) ((struct isa_insn){ .id = ISA_##name, ##__VA_ARGS__ })

static uint64_t rnd(struct program *p)
{
	uint64_t z = p->state += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static unsigned below(struct program *p, unsigned n)
{
	return rnd(p) % n;
}

/* ---- bundles ---- */

static void encode(const struct isa_insn *insn, uint64_t *bits, uint64_t *l_bits)
{
	if (isa_encode(insn, bits, l_bits))
		return;
	fprintf(stderr, "generate: cannot encode %s\n", isa_name((enum isa_id)insn->id));
	exit(1);
}

static struct isa_bundle *new_bundle(struct program *p, unsigned template)
{
	struct isa_bundle *b = &p->b[p->n];

	if (p->n++ == MAX_BUNDLES) {
		fprintf(stderr, "generate: the program is too long\n");
		exit(1);
	}
	b->template = template;
	return b;
}

static void emit3(struct program *p, unsigned template, struct isa_insn x, struct isa_insn y,
		  struct isa_insn z)
{
	struct isa_bundle *b = new_bundle(p, template | 1);

	encode(&x, &b->slot[0], NULL);
	encode(&y, &b->slot[1], NULL);
	encode(&z, &b->slot[2], NULL);
}

enum { T_MII = 0x00, T_MLX = 0x04, T_MMI = 0x08, T_MFI = 0x0c, T_MMF = 0x0e, T_MIB = 0x10 };

static void movl(struct program *p, unsigned r, uint64_t val)
{
	struct isa_insn nop = I(nop_m), x = I(movl, .r1 = r, .imm = (int64_t)val);
	struct isa_bundle *b = new_bundle(p, T_MLX | 1);

	encode(&nop, &b->slot[0], NULL);
	encode(&x, &b->slot[2], &b->slot[1]);
}

static void m(struct program *p, struct isa_insn x)
{
	emit3(p, T_MII, x, I(nop_i), I(nop_i));
}

static void m_i(struct program *p, struct isa_insn x, struct isa_insn y)
{
	emit3(p, T_MII, x, y, I(nop_i));
}

/* ---- random instructions ---- */

static unsigned target(struct program *p)
{
	static const uint8_t fixed[] = { 4,  5,	 6,  7,	 8,  9,	 10, 11, 16, 17, 18, 19,
					 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31 };
	unsigned r = below(p, 48);

	return r < sizeof(fixed) ? fixed[r] : 32 + below(p, 96);
}

static unsigned predicate(struct program *p)
{
	return below(p, 2) ? 0 : below(p, 64);
}

/* Not here: what faults on a NaT, branches, or is not in every processor. */
static bool is_wanted(unsigned id)
{
	switch (id) {
	case ISA_break_i:
	case ISA_hint_i:
	case ISA_chk_s_i:
	case ISA_mov_to_br:
	case ISA_mov_pr:
	case ISA_mov_pr_rot_imm:
	case ISA_mov_to_ar_i:
	case ISA_mov_ar_imm_i:
	case ISA_mov_from_ar_i:
	case ISA_mpy4:
	case ISA_mpyshl4:
	case ISA_clz:
	case ISA_tf_z:
	case ISA_tf_z_p:
	case ISA_tf_nz_p:
	case ISA_break_f:
	case ISA_hint_f:
	case ISA_fchkf:
	case ISA_frcpa: /* Ski leaves far exponents to software: approximation() */
	case ISA_frsqrta:
	case ISA_fprcpa:
	case ISA_fprsqrta:
	case ISA_fsetc: return false;
	case ISA_setf:
	case ISA_getf: return true;
	}
	return id && isa_rows[id].unit != ISA_UNIT_M && isa_rows[id].unit != ISA_UNIT_B &&
	       isa_rows[id].unit != ISA_UNIT_X;
}

static struct isa_insn random_insn(struct program *p, enum isa_slot slot)
{
	struct isa_insn insn;
	unsigned id;

	for (;;) {
		const struct isa_row *row;

		id = below(p, ISA_ID_COUNT);
		row = &isa_rows[id];
		if (!is_wanted(id))
			continue;
		if (row->unit == ISA_UNIT_A
			    ? slot == ISA_SLOT_F
			    : (enum isa_slot)row->unit !=
				      (slot == ISA_SLOT_I   ? (enum isa_slot)ISA_UNIT_I
				       : slot == ISA_SLOT_F ? (enum isa_slot)ISA_UNIT_F
							    : (enum isa_slot)ISA_UNIT_M))
			continue;
		isa_decode(&insn, slot, (rnd(p) & ISA_SLOT_MASK & ~row->mask) | row->value, 0);
		if (insn.id == id)
			break;
	}
	insn.raw = insn.raw_l = 0;
	insn.qp = predicate(p);
	if (slot == ISA_SLOT_F || id == ISA_setf)
		insn.r1 = 6 + below(p, 122);
	else
		insn.r1 = target(p);
	if (insn.p1 == insn.p2)
		insn.p2 ^= 1;
	return insn;
}

static void random_bundle(struct program *p)
{
	if (below(p, 3))
		emit3(p, T_MFI, random_insn(p, ISA_SLOT_M), random_insn(p, ISA_SLOT_F),
		      random_insn(p, ISA_SLOT_I));
	else
		emit3(p, T_MII, random_insn(p, ISA_SLOT_M), random_insn(p, ISA_SLOT_I),
		      random_insn(p, ISA_SLOT_I));
}

/* ---- fresh values: r14 goes on by xorshift, some registers get values made of it ---- */

static void fresh(struct program *p)
{
	static const uint8_t shift[] = { 13, 7, 17 };
	unsigned f = 6 + below(p, 122);

	for (unsigned i = 0; i < 3; i++) {
		struct isa_insn by =
			i == 1 ? I(extr_u, .r1 = TEMP, .r3 = FRESH, .pos = 7, .len = 57)
			       : I(dep_z, .r1 = TEMP, .r2 = FRESH, .pos = shift[i],
				   .len = 64 - shift[i]);

		emit3(p, T_MII, I(nop_m), by, I(xor, .r1 = FRESH, .r2 = FRESH, .r3 = TEMP));
	}
	m(p, I(adds, .r1 = target(p), .r3 = FRESH));
	switch (below(p, 5)) {
	case 0: /* near one, of either sign */
		movl(p, MASK, 0x801fffffffffffff);
		m(p, I(and, .r1 = TEMP, .r2 = FRESH, .r3 = MASK));
		movl(p, MASK, 0x3fe0000000000000);
		m(p, I(xor, .r1 = TEMP, .r2 = TEMP, .r3 = MASK));
		m(p, I(setf, .r1 = f, .r2 = TEMP, .c = { ISA_GF_D }));
		break;
	case 1: m(p, I(setf, .r1 = f, .r2 = FRESH, .c = { ISA_GF_D })); break;
	case 2: m(p, I(setf, .r1 = f, .r2 = FRESH, .c = { ISA_GF_S })); break;
	case 3: m(p, I(setf, .r1 = f, .r2 = FRESH, .c = { ISA_GF_EXP })); break;
	default: m(p, I(setf, .r1 = f, .r2 = FRESH, .c = { ISA_GF_SIG })); break;
	}
}

/* Of values whose exponent is not near the end of the range */
static void approximation(struct program *p)
{
	static const uint16_t ids[] = { ISA_frcpa, ISA_frsqrta };
	struct isa_insn insn = { .id = ids[below(p, 2)], .qp = predicate(p) };

	m(p, I(setf, .r1 = 6, .r2 = FRESH, .c = { ISA_GF_D }));
	m(p, I(setf, .r1 = 7, .r2 = BASE + below(p, 3), .c = { ISA_GF_D }));
	insn.r1 = 8 + below(p, 120);
	insn.r2 = 6;
	insn.r3 = below(p, 2) ? 6 : 7;
	insn.p2 = below(p, 64);
	insn.c[0] = below(p, 4);
	emit3(p, T_MFI, I(nop_m), insn, I(nop_i));
}

/* ---- memory ---- */

/* r2 = an address in the buffer */
static void point(struct program *p, unsigned align)
{
	m(p, I(adds, .r1 = ADDR, .r3 = BASE, .imm = below(p, DATA_SIZE / align) * align));
}

static void load_store(struct program *p)
{
	unsigned size = below(p, 4), qp = predicate(p);

	point(p, 1u << size);
	switch (below(p, 4)) {
	case 0:
		m(p, I(ld, .qp = qp, .r1 = target(p), .r3 = ADDR,
		       .c = { size, below(p, 2) ? ISA_LD_S : ISA_LD_NONE }));
		break;
	case 1:
		m(p, I(ld_imm, .qp = qp, .r1 = target(p), .r3 = ADDR,
		       .imm = (int)below(p, 512) - 256, .c = { size, ISA_LD_ACQ }));
		break;
	case 2: m(p, I(st, .qp = qp, .r2 = FRESH, .r3 = ADDR, .c = { size })); break;
	default:
		m(p, I(st_imm, .qp = qp, .r2 = FRESH, .r3 = ADDR, .imm = (int)below(p, 512) - 256,
		       .c = { size, ISA_ST_REL }));
	}
	m(p, I(adds, .r1 = target(p), .r3 = ADDR)); /* the base as it was left */
}

static void spill_fill(struct program *p)
{
	unsigned f = 6 + below(p, 122);

	point(p, 16);
	switch (below(p, 6)) {
	case 0: m(p, I(st8_spill, .r2 = below(p, 128), .r3 = ADDR)); break;
	case 1: m(p, I(ld8_fill, .r1 = target(p), .r3 = ADDR)); break;
	case 2: m(p, I(stf_spill, .r2 = below(p, 128), .r3 = ADDR)); break;
	case 3: m(p, I(ldf_fill, .r1 = f, .r3 = ADDR)); break;
	case 4: m(p, I(mov_to_ar_m, .r2 = FRESH, .r3 = 36)); break;
	default: m(p, I(mov_from_ar_m, .r1 = target(p), .r3 = 36));
	}
}

static void float_memory(struct program *p)
{
	unsigned fsz = below(p, 4), f = 6 + below(p, 120);

	f += f == 31; /* f31 and f32 may be of the same bank */
	point(p, 16);
	switch (below(p, 4)) {
	case 0:
		m(p,
		  I(ldf, .r1 = f, .r3 = ADDR, .c = { fsz, below(p, 2) ? ISA_LD_S : ISA_LD_NONE }));
		break;
	case 1:
		m(p,
		  I(ldf_imm, .r1 = f, .r3 = ADDR, .imm = (int)below(p, 512) - 256, .c = { fsz }));
		break;
	case 2:
		m(p, I(setf, .r1 = 6, .r2 = FRESH, .c = { 1 + below(p, 3) }));
		m(p, I(stf, .r2 = 6, .r3 = ADDR, .c = { fsz }));
		break;
	default: m(p, I(ldfp, .r1 = f, .r2 = f + 1, .r3 = ADDR, .c = { 1 + below(p, 3) }));
	}
}

static void semaphore(struct program *p)
{
	static const int8_t inc[] = { -16, -8, -4, -1, 1, 4, 8, 16 };
	unsigned size = below(p, 4);

	point(p, 16);
	m(p, I(mov_to_ar_m, .r2 = FRESH, .r3 = below(p, 2) ? 32 : 25));
	switch (below(p, 6)) {
	case 0:
		m(p, I(ld, .r1 = TEMP, .r3 = ADDR, .c = { size }));
		m(p, I(mov_to_ar_m, .r2 = TEMP, .r3 = 32));
		/* fallthrough */
	case 1:
		m(p,
		  I(cmpxchg, .r1 = target(p), .r2 = FRESH, .r3 = ADDR, .c = { size, below(p, 2) }));
		break;
	case 2: m(p, I(xchg, .r1 = target(p), .r2 = FRESH, .r3 = ADDR, .c = { size })); break;
	case 3:
		m(p, I(fetchadd, .r1 = target(p), .r3 = ADDR, .imm = inc[below(p, 8)],
		       .c = { 2 + below(p, 2), below(p, 2) }));
		break;
	case 4: m(p, I(mov_from_ar_m, .r1 = target(p), .r3 = below(p, 2) ? 32 : 25)); break;
	default: m(p, I(mf));
	}
}

/* An advanced load, a store that may hit it, and both kinds of check */
static void speculation(struct program *p)
{
	unsigned r = target(p);
	int by = 8 * (int)below(p, 3);

	point(p, 32);
	m(p, I(ld, .r1 = r, .r3 = ADDR, .c = { 3, below(p, 2) ? ISA_LD_A : ISA_LD_SA }));
	m(p, I(adds, .r1 = TEMP, .r3 = ADDR, .imm = by));
	m(p, I(st, .r2 = FRESH, .r3 = TEMP, .c = { 3 }));
	if (below(p, 2)) {
		m(p,
		  I(ld, .r1 = r, .r3 = ADDR, .c = { 3, below(p, 2) ? ISA_LD_C_NC : ISA_LD_C_CLR }));
	} else {
		m(p, I(chk_a, .r1 = r, .imm = 32, .c = { below(p, 2) }));
		m(p, I(adds, .r1 = target(p), .r3 = FRESH));
	}
	if (!below(p, 8))
		m(p, I(invala));
	else
		m(p, I(invala_e, .r1 = r));
}

/* ---- control: predicates as a whole, branch registers, branches ---- */

static void control(struct program *p)
{
	unsigned b = below(p, 8);

	switch (below(p, 7)) {
	case 0: m_i(p, I(nop_m), I(mov_to_br, .r1 = b, .r2 = FRESH)); break;
	case 1: m_i(p, I(nop_m), I(mov_from_br, .r1 = target(p), .r2 = b)); break;
	case 2: m_i(p, I(nop_m), I(mov_from_pr, .r1 = target(p))); break;
	case 3: m_i(p, I(nop_m), I(mov_pr, .r2 = FRESH, .imm = (int16_t)(rnd(p) & 0xfffe))); break;
	case 4: m_i(p, I(nop_m), I(mov_from_ip, .r1 = target(p))); break;
	case 5: m(p, I(mov_from_ar_m, .r1 = target(p), .r3 = below(p, 2) ? 40 : 17)); break;
	default: /* over one bundle */
		emit3(p, T_MIB, random_insn(p, ISA_SLOT_M), random_insn(p, ISA_SLOT_I),
		      I(br_cond, .qp = 1 + below(p, 63), .imm = 32));
		random_bundle(p);
	}
}

/* ---- the program ---- */

/* Traps off; of each status field, rounding, precision, wre and ftz at random */
static uint64_t random_fpsr(struct program *p)
{
	static const uint8_t pc[] = { 0, 2, 3 };
	uint64_t fpsr = 0x3f;

	for (unsigned sf = 0; sf < 4; sf++) {
		uint64_t f = below(p, 2) | (below(p, 4) == 0) << 1 | pc[below(p, 3)] << 2 |
			     below(p, 4) << 4;

		if (sf)
			f |= 1 << 6; /* td */
		else
			f &= ~2u; /* wre of sf0 is for system software */
		fpsr |= f << (6 + 13 * sf);
	}
	return fpsr;
}

static void write_program(struct program *p, unsigned bundles, unsigned rounds)
{
	unsigned top;

	m(p, I(alloc, .r1 = TEMP, .imm = 96, .imm2 = 96, .pos = 64));
	movl(p, TEMP, random_fpsr(p));
	m(p, I(mov_to_ar_m, .r2 = TEMP, .r3 = 40));
	movl(p, BASE, DATA);
	movl(p, FRESH, rnd(p) | 1);
	movl(p, TEMP, rounds - 1);
	m_i(p, I(nop_m), I(mov_to_ar_i, .r2 = TEMP, .r3 = 65));
	m_i(p, I(nop_m), I(mov_ar_imm_i, .imm = 1, .r3 = 66));
	top = p->n;
	while (p->n - top < bundles) {
		unsigned what = below(p, 64);

		if (what < 3)
			fresh(p);
		else if (what < 6)
			load_store(p);
		else if (what < 10)
			spill_fill(p);
		else if (what < 12)
			float_memory(p);
		else if (what < 14)
			semaphore(p);
		else if (what < 15)
			speculation(p);
		else if (what == 18)
			approximation(p);
		else if (what < 18)
			control(p);
		else
			random_bundle(p);
	}
	emit3(p, T_MIB, I(nop_m), I(nop_i), I(br_ctop, .imm = -16 * (int64_t)(p->n - top)));
	m(p, I(adds, .r1 = 15, .imm = 1025));
	m(p, I(break_m, .imm = 0x100000));
}

static void write_elf(FILE *f, const struct program *p)
{
	uint64_t size = p->n * 16;
	Elf64_Ehdr head = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = ET_EXEC,
		.e_machine = EM_IA_64,
		.e_version = EV_CURRENT,
		.e_entry = TEXT,
		.e_phoff = sizeof(head),
		.e_flags = 0x10, /* EF_IA_64_ABI64 */
		.e_ehsize = sizeof(head),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 2,
	};
	Elf64_Phdr ph[2] = {
		{ .p_type = PT_LOAD,
		  .p_flags = PF_R | PF_X,
		  .p_offset = 0x10000,
		  .p_vaddr = TEXT,
		  .p_paddr = TEXT,
		  .p_filesz = size,
		  .p_memsz = size,
		  .p_align = 0x10000 },
		{ .p_type = PT_LOAD,
		  .p_flags = PF_R | PF_W,
		  .p_offset = 0,
		  .p_vaddr = DATA,
		  .p_paddr = DATA,
		  .p_filesz = 64,
		  .p_memsz = DATA_SIZE * 2,
		  .p_align = 0x10000 },
	};

	fwrite(&head, sizeof(head), 1, f);
	fwrite(ph, sizeof(ph), 1, f);
	fseek(f, 0x10000, SEEK_SET);
	for (unsigned i = 0; i < p->n; i++) {
		uint8_t bytes[16];

		isa_bundle_pack(&p->b[i], bytes);
		fwrite(bytes, sizeof(bytes), 1, f);
	}
}

int main(int argc, char **argv)
{
	static struct program p;
	FILE *f;

	if (argc != 5 || !(f = fopen(argv[1], "wb"))) {
		fprintf(stderr, "usage: generate OUT SEED BUNDLES ROUNDS\n");
		return 2;
	}
	p.state = strtoull(argv[2], NULL, 0);
	write_program(&p, atoi(argv[3]), atoi(argv[4]));
	write_elf(f, &p);
	return fclose(f) ? 1 : 0;
}
