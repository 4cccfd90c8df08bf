// SPDX-License-Identifier: MIT
/*
 * isarows.c - samples of every row of the table, as assembly and as the bits isa/ makes of them.
 *
 *   isarows ASM BITS [SAMPLES [SEED]]
 *
 * Writes to ASM a source for ia64-linux-gnu-as, one bundle a sample, and to BITS the same
 * bundles as isa/ encodes them: assembled and linked at ADDRESS, the two must be equal.
 * Operands are random, but for what the assembler refuses (the same predicate twice, reserved
 * registers, load pairs of like banks): each such rule is in fit().
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "table.h"

#define ADDRESS UINT64_C(0x40000000)

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Registers that can be written by any instruction and read as any operand. */
static uint8_t fit_reg(unsigned int r)
{
	return r < 2 ? r + 2 : r;
}

static unsigned int fit_ar(const struct isa_insn *insn)
{
	static const uint8_t m[] = { 0, 7, 16, 18, 19, 21, 25, 30, 32, 36, 40, 44 };
	static const uint8_t i[] = { 64, 65, 66 };

	return insn->unit == ISA_UNIT_I ? i[insn->r3 % sizeof(i)] : m[insn->r3 % sizeof(m)];
}

static unsigned int fit_cr(const struct isa_insn *insn)
{
	static const uint8_t cr[] = { 0,  1,  2,  8,  16, 17, 19, 20, 21, 22, 23,
				      24, 25, 64, 66, 67, 72, 73, 74, 80, 81 };

	return cr[insn->r3 % sizeof(cr)];
}

/* A reserved hint prints as the hint it acts as: take the field that has the name first. */
static uint8_t fit_completer(const struct completer *cm, uint8_t c)
{
	for (unsigned int v = 0; v < cm->count; v++)
		if (cm->names[v] && !strcmp(cm->names[v], cm->names[c - cm->base]))
			return cm->base + v;
	return c;
}

static void fit_operand(struct isa_insn *insn, enum operand_id id)
{
	switch (isa_operands[id].kind) {
	case K_MEM:
	case K_GR:
		insn->r1 = fit_reg(insn->r1);
		insn->r2 = fit_reg(insn->r2);
		if (id != R3_2)
			insn->r3 = fit_reg(insn->r3);
		break;
	case K_AR: insn->r3 = fit_ar(insn); break;
	case K_CR: insn->r3 = fit_cr(insn); break;
	case K_TARGET:
		if (id == TARGET64) { /* far enough that the linker makes no short branch of it */
			insn->imm = insn->imm % (INT64_C(1) << 29) & ~INT64_C(15);
			insn->imm += insn->imm < 0 ? -(INT64_C(1) << 25) : INT64_C(1) << 25;
		}
		break;
	default: break;
	}
}

/* Bend a random instruction into one that the assembler takes. */
static void fit(struct isa_insn *insn)
{
	const struct isa_row *row = &isa_rows[insn->id];

	for (unsigned int i = 0; i < MAX_COMPLETERS && row->completer[i]; i++)
		insn->c[i] = fit_completer(&isa_completers[row->completer[i]], insn->c[i]);
	for (unsigned int i = 0; i < MAX_OPERANDS && row->operand[i]; i++)
		fit_operand(insn, (enum operand_id)row->operand[i]);
	if (row->operand[0] == P1 && insn->p1 == insn->p2)
		insn->p2 ^= 1;
	if (row->flags & ISA_F_UPDATE && row->flags & ISA_F_LOAD && insn->r1 == insn->r3)
		insn->r3 ^= 1; /* both would be written */

	switch (insn->id) {
	case ISA_ldfp:
	case ISA_ldfp_imm: /* one register of each bank */
		insn->r1 = fit_reg(insn->r1);
		insn->r2 = (fit_reg(insn->r2) & ~1) | (~insn->r1 & 1);
		break;
	case ISA_alloc: /* a frame that can be */
		insn->imm %= 97;
		insn->imm2 %= insn->imm + 1;
		insn->pos = insn->pos % (insn->imm + 1) & ~7;
		break;
	case ISA_hint_m: /* binutils takes some of its bits for instructions to come */
		insn->imm = 0;
		break;
	case ISA_br_call_ind: /* 0 is a reserved hint that prints as .sptk, too */
		insn->c[0] |= 1;
		break;
	case ISA_fclass_m: /* the assembler means both signs when none is given */
		insn->imm |= insn->imm & 3 ? 0 : 1;
		break;
	case ISA_mov_to_br: /* the tag has no text without a prediction */
		if (insn->c[1] == 1 && !insn->c[0] && !insn->c[2])
			insn->imm2 = 0;
		break;
	default: break;
	}
}

static bool sample(unsigned int id, uint64_t *state, struct isa_insn *insn, struct isa_bundle *b)
{
	static const uint8_t slot_of[] = { ISA_SLOT_M, ISA_SLOT_I, ISA_SLOT_M,
					   ISA_SLOT_B, ISA_SLOT_F, ISA_SLOT_X };
	const struct isa_row *row = &isa_rows[id];
	enum isa_slot slot = (enum isa_slot)slot_of[row->unit];
	unsigned int n = slot == ISA_SLOT_M ? 0 : slot == ISA_SLOT_I ? 1 : 2;

	for (unsigned int tries = 0; tries < 1000; tries++) {
		uint64_t bits = (next_random(state) & ISA_SLOT_MASK & ~row->mask) | row->value;

		isa_decode(insn, slot, bits, next_random(state) & ISA_SLOT_MASK);
		if (insn->id != id)
			continue;
		fit(insn);
		insn->raw = insn->raw_l = 0;
		return isa_encode(insn, &b->slot[n],
				  n == 2 && slot == ISA_SLOT_X ? &b->slot[1] : NULL);
	}
	return false;
}

/* The assembler wants a target as a place in a section: 0x40001230 -> _start+0x40001230-ADDRESS. */
static void relocate_targets(char *text, size_t size)
{
	char copy[128], *from = copy, *hex;
	size_t n = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	for (; (hex = strstr(from, "0x")); from = hex + strspn(hex, "0x123456789abcdef"))
		n += snprintf(text + n, size - n, "%.*s_start-0x%" PRIx64 "+%.*s",
			      (int)(hex - from), from, ADDRESS,
			      (int)strspn(hex, "0x123456789abcdef"), hex);
	snprintf(text + n, size - n, "%s", from);
}

static bool has_target(const struct isa_row *row)
{
	for (unsigned int i = 0; i < MAX_OPERANDS && row->operand[i]; i++)
		if (isa_operands[row->operand[i]].kind == K_TARGET)
			return true;
	return false;
}

/*
 * Our text is the assembler's, but for targets, for alloc, which it wants as inputs, locals,
 * outputs, and for the leading 0 that objdump and we print in a qualifying predicate.
 */
static void to_asm(const struct isa_insn *insn, uint64_t addr, char *text, size_t size)
{
	isa_print(text, size, insn, addr);
	if (!strncmp(text, "(p0", 3))
		memmove(text + 2, text + 3, strlen(text + 3) + 1);
	if (has_target(&isa_rows[insn->id]))
		relocate_targets(text, size);
	if (insn->id == ISA_alloc)
		snprintf(text, size, "alloc r%u=ar.pfs,0,%d,%d,%u", insn->r1, (int)insn->imm2,
			 (int)(insn->imm - insn->imm2), insn->pos);
}

/* nop.m, nop.i around the sample, in a bundle with a stop right after it. */
static void write_sample(FILE *as, FILE *out, const struct isa_insn *insn, struct isa_bundle *b,
			 uint64_t addr)
{
	static const struct {
		const char *before, *after;
		uint8_t template;
	} frame[] = {
		[ISA_UNIT_A] = { ".mmi", ";; nop.m 0; nop.i 0;;", 0x0b },
		[ISA_UNIT_M] = { ".mmi", ";; nop.m 0; nop.i 0;;", 0x0b },
		[ISA_UNIT_I] = { ".mii; nop.m 0", ";; nop.i 0;;", 0x03 },
		[ISA_UNIT_F] = { ".mmf; nop.m 0; nop.m 0", ";;", 0x0f },
		[ISA_UNIT_B] = { ".mib; nop.m 0; nop.i 0", ";;", 0x11 },
		[ISA_UNIT_X] = { ".mlx; nop.m 0", ";;", 0x05 },
	};
	uint8_t bytes[ISA_BUNDLE_BYTES];
	char text[128];

	to_asm(insn, addr, text, sizeof(text));
	fprintf(as, "{ %s; %s %s } // %s\n", frame[insn->unit].before, text,
		frame[insn->unit].after, isa_name((enum isa_id)insn->id));
	b->template = frame[insn->unit].template;
	isa_bundle_pack(b, bytes);
	fwrite(bytes, sizeof(bytes), 1, out);
}

int main(int argc, char **argv)
{
	unsigned int samples = argc > 3 ? strtoul(argv[3], NULL, 0) : 8;
	uint64_t state = argc > 4 ? strtoull(argv[4], NULL, 0) : 1, addr = ADDRESS;
	FILE *as = argc > 2 ? fopen(argv[1], "w") : NULL,
	     *out = argc > 2 ? fopen(argv[2], "w") : NULL;

	if (!as || !out) {
		fputs("usage: isarows ASM BITS [SAMPLES [SEED]]\n", stderr);
		return 2;
	}
	fputs("\t.explicit\n\t.text\n\t.global _start\n_start:\n", as);
	for (unsigned int id = ISA_INVALID + 1; id < ISA_ID_COUNT; id++) {
		for (unsigned int n = 0; n < samples; n++, addr += ISA_BUNDLE_BYTES) {
			/* nop.m 0, nop.i 0: nop has x6 or x4 = 1, at bit 27 */
			struct isa_bundle b = { .slot = { UINT64_C(1) << 27, UINT64_C(1) << 27,
							  UINT64_C(1) << 27 } };
			struct isa_insn insn;

			if (!sample(id, &state, &insn, &b)) {
				fprintf(stderr, "isarows: no sample of %s\n",
					isa_name((enum isa_id)id));
				return 1;
			}
			write_sample(as, out, &insn, &b, addr);
		}
	}
	return fclose(as) || fclose(out);
}
