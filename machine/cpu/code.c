// SPDX-License-Identifier: MIT
/*
 * The cache of decoded code, by physical page, and the way from an instruction address to it.
 *
 * Instruction fetch is coherent with stores: a page with decoded bundles is never writable
 * through the host-side translation lines, so that mem.c sees each store to it and calls
 * code_written(). Pages are given up only in code_fetch(), when nobody holds an op, and by a reset.
 */
#include <stdlib.h>
#include <string.h>

#include "bus.h"
#include "cpu/code.h"
#include "cpu/fault.h"
#include "cpu/parts.h"
#include "debug/trace.h"
#include "hostmem.h"

#define PA_MASK ((1UL << CPU_PA_BITS) - 1)

#define BUNDLES_SIZE ((size_t)CODE_MAX_PAGES * CODE_BUNDLES * sizeof(struct bundle))

struct code_cache *code_create(void)
{
	struct code_cache *code = calloc(1, sizeof(*code));

	if (!code)
		return NULL;
	code->bundles = hostmem_get(BUNDLES_SIZE);
	if (code->bundles)
		return code;
	free(code);
	return NULL;
}

void code_destroy(struct code_cache *code)
{
	if (!code)
		return;
	hostmem_put(code->bundles, BUNDLES_SIZE);
	free(code);
}

void code_flush(struct cpu *cpu)
{
	struct code_cache *code = cpu->domain->code;

	tlb_flush_host_fetch(cpu);
	memset(code->bundles, 0, (size_t)code->npages * CODE_BUNDLES * sizeof(struct bundle));
	memset(code->bucket, 0, sizeof(code->bucket));
	code->npages = 0;
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
		code_flush(cpu);
	p = &code->page[code->npages];
	*p = (struct code_page){
		.next = *b,
		.pa = pa,
		.host = host,
		.b = code->bundles + code->npages * CODE_BUNDLES,
	};
	*b = p;
	code->npages++;
	return p;
}

struct code_page *code_page(struct cpu *cpu, uint64_t pa)
{
	struct code_page *p = find_page(cpu, pa);

	return p ? p : new_page(cpu, pa);
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
		if (b->insns) {
			b->insns = 0;
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

enum exec code_fetch_slow(struct cpu *cpu, struct code_page **page)
{
	uint64_t ip = cpu->ip, pa;
	enum exec r;

	if (!(cpu->psr & PSR_IT) && (ip & ~(1UL << 63)) > PA_MASK)
		return unimplemented_ip(cpu);
	r = tlb_fetch(cpu, ip, &pa);
	if (unlikely(r != EXEC_NEXT))
		return r;
	*page = code_page(cpu, pa);
	if (unlikely(!*page))
		return cpu_stop(cpu, CPU_STOP_MCHECK,
				"instruction fetch at ip %#lx: no memory at physical address %#lx",
				(unsigned long)ip, (unsigned long)(pa & PA_MASK));
	/* with PSR.ia the page may lack the accessed bit, which the next fetch has to see */
	if ((cpu->psr & (PSR_IT | PSR_PK | PSR_IA)) == PSR_IT)
		tlb_keep_fetch(cpu, ip, *page);
	return EXEC_NEXT;
}
