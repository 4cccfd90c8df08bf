// SPDX-License-Identifier: MIT
/*
 * run.c - the machine that the compiler compiles for: what main returns is the proof.
 */
#include <stdio.h>
#include <string.h>

#include "cc.h"

#define VARIABLES 4096
#define DEPTH	  200

static uint64_t *code;
static long words;
static long variables[VARIABLES];

static long *variable(uint64_t address)
{
	if (address < (uint64_t)words || address - words >= VARIABLES)
		die("run: a variable at %lx", (long)address);
	return &variables[address - words];
}

static long call(uint64_t pc, const long *args, int depth)
{
	long frame[1024], out[8] = { 0 };

	if (depth > DEPTH || pc >= (uint64_t)words || code[pc] != OP_enter || code[pc + 1] >= 1024)
		die("run: a call that goes nowhere");
	for (pc += 2; pc + 1 < (uint64_t)words; pc += 2) {
		uint64_t insn = code[pc], value = code[pc + 1];
		unsigned int dst = insn >> 16 & 0x3ff, a = insn >> 32 & 0x3ff,
			     b = insn >> 48 & 0x3ff;
		enum op op = insn & 0xffff;

		switch (op) {
		case OP_const: frame[dst] = value; break;
		case OP_move: frame[dst] = frame[a]; break;
		case OP_param: frame[dst] = args[value & 7]; break;
		case OP_arg: out[value & 7] = frame[a]; break;
		case OP_load: frame[dst] = *variable(value); break;
		case OP_store: *variable(value) = frame[a]; break;
		case OP_call: frame[dst] = call(value, out, depth + 1); break;
		case OP_ret: return frame[a];
		case OP_jump: pc = value - 2; break;
		case OP_brz: pc = frame[a] ? pc : value - 2; break;
		default: frame[dst] = op_compute(op, frame[a], frame[b]);
		}
	}
	die("run: beyond the end");
}

int run(const char *image)
{
	const struct image_header *h;
	const long none[8] = { 0 };
	size_t size;

	h = (const void *)slurp(image, &size);
	if (!h || size < sizeof(*h) || h->magic != IMAGE_MAGIC || size != sizeof(*h) + h->words * 8)
		die("%s: no image", image);
	code = (uint64_t *)(h + 1);
	words = h->words;
	printf("%ld\n", call(h->entry, none, 0));
	return 0;
}
