/* SPDX-License-Identifier: MIT */
/*
 * Decoded code, between code.c, decode.c and the run loop.
 *
 * A physical 4 KiB page has 256 bundles, each decoded when first reached. nops, and hints other
 * than @pause, are dropped from a decoded bundle: op[] holds what is left, in slot order, so
 * that the run loop never sees them; they are still counted.
 */
#ifndef CPU_CODE_H
#define CPU_CODE_H

#include "cpu/cpu.h"

#define CODE_PAGE    4096u
#define CODE_BUNDLES (CODE_PAGE / 16)

/**
 * struct bundle - a decoded bundle
 * @op: the first @n are in use
 * @counts: instructions, and nops << 32; 0 when not decoded (at least two otherwise)
 * @mlx: slots 1 and 2 are one instruction, which is slot 1 in its op
 * @nops: bit n: slot n is a nop or a hint
 */
struct bundle {
	struct op op[3];
	uint64_t counts;
	uint8_t n, nops;
	bool mlx;
};

struct code_page {
	struct code_page *next;
	uint64_t pa;
	const uint8_t *host;
	unsigned ndecoded;
	struct bundle b[CODE_BUNDLES];
};

#define CODE_RECENT    512
#define CODE_BUCKETS   4096
#define CODE_MAX_PAGES 4096 /* some 110 MB; then all is forgotten */

/* All decoded pages; @recent finds most of them without a chain and a look at the page itself */
struct code_cache {
	struct {
		uint64_t pa;
		struct code_page *page;
	} recent[CODE_RECENT];
	struct code_page *bucket[CODE_BUCKETS];
	unsigned npages;
};

/** code_fetch() - the decoded page of cpu->ip: EXEC_NEXT, or EXEC_FAULT, EXEC_STOP */
enum exec code_fetch(struct cpu *cpu, struct code_page **page);
/** code_decode() - decode a bundle of @page that is not */
void code_decode(struct cpu *cpu, struct code_page *page, struct bundle *b);

/** decode_bundle() - @words: the 128 bits; fills in @b (decode.c) */
void decode_bundle(struct bundle *b, uint64_t lo, uint64_t hi);

/** code_watch() - have the trace item `sensitive` told of a decoded bundle's instructions */
void code_watch(struct bundle *b);

/** bundle_op() - the op of a slot, NULL for a nop (and for slot 2 of an MLX bundle) */
static inline const struct op *bundle_op(const struct bundle *b, unsigned slot)
{
	for (unsigned i = 0; i < b->n; i++)
		if (b->op[i].slot == slot)
			return &b->op[i];
	return NULL;
}

#endif
