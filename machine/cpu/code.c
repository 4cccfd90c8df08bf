// SPDX-License-Identifier: MIT
/*
 * The cache of decoded code, by physical page, and the way from an instruction address to it.
 *
 * Instruction fetch is coherent with stores: a page with decoded bundles is never writable
 * through the host-side translation lines, so that mem.c sees each store to it and calls
 * code_written(). Pages are freed only in code_fetch(), when nobody holds an op.
 */
#include <stdlib.h>
#include <string.h>

#include "bus.h"
#include "cpu/code.h"
#include "cpu/fault.h"
#include "cpu/parts.h"
#include "debug/trace.h"

#define PA_MASK ((1UL << CPU_PA_BITS) - 1)

struct code_cache *code_create(void)
{
	return calloc(1, sizeof(struct code_cache));
}

static void free_pages(struct code_cache *code)
{
	for (unsigned i = 0; i < CODE_BUCKETS; i++) {
		struct code_page *p = code->bucket[i];

		while (p) {
			struct code_page *next = p->next;

			free(p);
			p = next;
		}
		code->bucket[i] = NULL;
	}
	memset(code->recent, 0, sizeof(code->recent));
	code->npages = 0;
}

void code_destroy(struct code_cache *code)
{
	if (!code)
		return;
	free_pages(code);
	free(code);
}

void code_flush(struct cpu *cpu)
{
	free_pages(cpu->domain->code);
}

static struct code_page **bucket(struct code_cache *code, uint64_t pa)
{
	return &code->bucket[pa / CODE_PAGE % CODE_BUCKETS];
}

static struct code_page *find_page(struct cpu *cpu, uint64_t pa)
{
	struct code_page *p = *bucket(cpu->domain->code, pa);

	pa &= PA_MASK & ~(uint64_t)(CODE_PAGE - 1);
	while (p && p->pa != pa)
		p = p->next;
	return p;
}

static struct code_page *new_page(struct cpu *cpu, uint64_t pa)
{
	struct code_cache *code = cpu->domain->code;
	struct code_page *p, **b = bucket(code, pa);
	uint64_t room;
	const uint8_t *host;

	pa &= PA_MASK & ~(uint64_t)(CODE_PAGE - 1);
	host = bus_ram(cpu->bus, pa, &room);
	if (!host || room < CODE_PAGE)
		return NULL;
	if (code->npages == CODE_MAX_PAGES)
		free_pages(code);
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->pa = pa;
	p->host = host;
	p->next = *b;
	*b = p;
	code->npages++;
	return p;
}

struct code_page *code_page(struct cpu *cpu, uint64_t pa)
{
	unsigned n = pa / CODE_PAGE % CODE_RECENT;
	struct code_cache *code = cpu->domain->code;
	struct code_page *p = code->recent[n].page;

	pa &= PA_MASK & ~(uint64_t)(CODE_PAGE - 1);
	if (likely(p && code->recent[n].pa == pa))
		return p;
	p = find_page(cpu, pa);
	if (!p)
		p = new_page(cpu, pa);
	code->recent[n].page = p;
	code->recent[n].pa = pa;
	return p;
}

bool code_present(struct cpu *cpu, uint64_t pa)
{
	const struct code_page *p = find_page(cpu, pa);

	return p && p->ndecoded;
}

bool code_written(struct cpu *cpu, uint64_t pa, uint64_t len)
{
	bool any = false;

	for (uint64_t end = pa + len; pa < end; pa = (pa | 15) + 1) {
		struct code_page *p = find_page(cpu, pa);
		struct bundle *b;

		if (!p || !p->ndecoded) {
			pa |= CODE_PAGE - 1;
			continue;
		}
		b = &p->b[pa % CODE_PAGE / 16];
		if (b->counts) {
			b->counts = 0;
			p->ndecoded--;
			any = true;
		}
	}
	return any;
}

void code_decode(struct cpu *cpu, struct code_page *page, struct bundle *b)
{
	unsigned i = b - page->b;
	uint64_t w[2];

	memcpy(w, page->host + i * 16, sizeof(w));
	decode_bundle(b, w[0], w[1]);
	if (trace_on(cpu->trace, in_asm))
		trace_in_asm(cpu, page->pa + i * 16);
	if (trace_on(cpu->trace, sensitive))
		code_watch(b);
	if (!page->ndecoded++)
		tlb_flush_host_write(cpu);
}

static enum exec unimplemented_ip(struct cpu *cpu)
{
	enum exec r = fault_insn(cpu, VEC_LOWER_PRIV, cpu->ip);

	cpu->fault.isr = TRAP_UI;
	cpu->fault.set_ifa = false;
	return r;
}

enum exec code_fetch(struct cpu *cpu, struct code_page **page)
{
	uint64_t ip = cpu->ip, pa;
	enum exec r;

	if (!(cpu->psr & PSR_IT) && (ip & ~(1UL << 63)) > PA_MASK)
		return unimplemented_ip(cpu);
	r = tlb_fetch(cpu, ip, &pa);
	if (unlikely(r != EXEC_NEXT))
		return r;
	*page = code_page(cpu, pa);
	if (likely(*page))
		return EXEC_NEXT;
	return cpu_stop(cpu, CPU_STOP_MCHECK,
			"instruction fetch at ip %#lx: no memory at physical address %#lx",
			(unsigned long)ip, (unsigned long)(pa & PA_MASK));
}
