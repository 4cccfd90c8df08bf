/* SPDX-License-Identifier: MIT */
/*
 * Decoded code, between code.c, decode.c and the run loop.
 *
 * A physical 4 KiB page has 256 bundles, each decoded when first reached. nops, and hints other
 * than @pause, are dropped from a decoded bundle: op[] holds what is left, in slot order, so
 * that the run loop never sees them; they are still counted. One nop is left if there is nothing else.
 */
#ifndef CPU_CODE_H
#define CPU_CODE_H

#include "cpu/cpu.h"

#define CODE_PAGE    4096u
#define CODE_BUNDLES (CODE_PAGE / 16)

/**
 * struct bundle - a decoded bundle
 * @op: the first @n are in use, one at least; the last of them has its @end set
 * @insns: instructions; 0 when not decoded (at least two otherwise)
 * @nnops: how many of them are nops or hints
 * @nops: bit n: slot n is a nop or a hint
 * @mlx: slots 1 and 2 are one instruction, which is slot 1 in its op
 */
struct bundle {
	struct op op[3];
	uint8_t n, insns, nnops;
	uint8_t nops : 3, mlx : 1;
};
_Static_assert(sizeof(struct bundle) == 64, "a bundle fits a line of the host's cache");

struct code_page {
	struct code_page *next;
	uint64_t pa;
	const uint8_t *host;
	struct bundle *b; /* CODE_BUNDLES of them */
	unsigned ndecoded;
};

#define CODE_BUCKETS   4096
#define CODE_MAX_PAGES 4096 /* 64 MB; then all is forgotten */

/* All decoded pages: the first @npages of @page, by physical address in @bucket */
struct code_cache {
	struct code_page page[CODE_MAX_PAGES];
	struct code_page *bucket[CODE_BUCKETS];
	struct bundle *bundles;
	unsigned npages;
};

/** code_fetch_slow() - code_fetch() where the lines of the last pages do not help */
enum exec code_fetch_slow(struct cpu *cpu, struct code_page **page);
/** code_decode() - decode a bundle of @page that is not */
void code_decode(struct cpu *cpu, struct code_page *page, struct bundle *b);

/** decode_bundle() - @words: the 128 bits; fills in @b (decode.c) */
void decode_bundle(struct bundle *b, uint64_t lo, uint64_t hi);

/** code_watch() - have the trace item `sensitive` told of a decoded bundle's instructions */
void code_watch(struct bundle *b);

/** code_line() - where the page of instruction address @va is noted at privilege level @cpl */
static inline const struct stlb_line *code_line(const struct cpu *cpu, unsigned cpl, uint64_t va)
{
	return &cpu->mmu.fetch[cpl][va / STLB_PAGE & (FETCH_LINES - 1)];
}

/** code_fetch() - the decoded page of cpu->ip: EXEC_NEXT, or EXEC_FAULT, EXEC_STOP */
static inline enum exec code_fetch(struct cpu *cpu, struct code_page **page)
{
	const struct stlb_line *l = code_line(cpu, cpu_cpl(cpu), cpu->ip);

	if (likely(l->tag == (cpu->ip & -(uint64_t)STLB_PAGE) &&
		   (cpu->psr & (PSR_IT | PSR_PK)) == PSR_IT)) {
		*page = l->code;
		return EXEC_NEXT;
	}
	return code_fetch_slow(cpu, page);
}

/** bundle_op() - the op of a slot, NULL for a nop (and for slot 2 of an MLX bundle) */
static inline const struct op *bundle_op(const struct bundle *b, unsigned slot)
{
	for (unsigned i = 0; i < b->n; i++)
		if (b->op[i].slot == slot)
			return &b->op[i];
	return NULL;
}

#endif
