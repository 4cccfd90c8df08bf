// SPDX-License-Identifier: MIT
/*
 * The processor's registers as text, by the names of isa/regs.def.
 */
#include "cpu/parts.h"
#include "debug/trace.h"

struct field {
	const char *name;
	unsigned at, width;
};

static void dump_psr(FILE *f, uint64_t psr)
{
	static const struct field fields[] = {
#define ISA_PSR(bit, width, name) { #name, bit, width },
#include "regs.def"
	};

	fprintf(f, "psr %016lx:", psr);
	for (unsigned i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		const struct field *p = &fields[i];
		unsigned long val = psr >> p->at & ((1u << p->width) - 1);

		if (val && p->width == 1)
			fprintf(f, " %s", p->name);
		else if (val)
			fprintf(f, " %s=%lu", p->name, val);
	}
	fputc('\n', f);
}

/* Four to a line. */
static void cell(FILE *f, unsigned *n, const char *name, uint64_t val, char mark)
{
	fprintf(f, "%8s %016lx%c%s", name, val, mark, ++*n % 4 ? "" : "\n");
}

static void end_cells(FILE *f, unsigned *n)
{
	if (*n % 4)
		fputc('\n', f);
	*n = 0;
}

static void dump_general(FILE *f, struct cpu *cpu)
{
	unsigned n = 0;
	char name[16];

	for (unsigned r = 0; r < 32u + cpu->cfm.sof; r++) {
		const struct gr *g = cpu_gr(cpu, r);

		snprintf(name, sizeof(name), "r%u", r);
		cell(f, &n, name, g->val, g->nat ? '*' : ' ');
	}
	end_cells(f, &n);
}

static uint64_t ar_value(struct cpu *cpu, unsigned ar)
{
	switch (ar) {
	case AR_BSP: return cpu->bsp;
	case AR_BSPSTORE: return cpu->bspstore;
	case AR_RNAT: return cpu->rnat;
	case AR_ITC: return cpu_itc(cpu);
	default: return cpu->ar[ar];
	}
}

static void dump_system(FILE *f, struct cpu *cpu)
{
	static const struct field ars[] = {
#define ISA_AR(number, name, units) { #name, number, 64 },
#include "regs.def"
	};
	static const struct field crs[] = {
#define ISA_CR(number, name) { #name, number, 64 },
#include "regs.def"
	};
	unsigned n = 0;
	char name[16];

	for (unsigned i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "b%u", i);
		cell(f, &n, name, cpu->br[i], ' ');
	}
	for (unsigned i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "rr%u", i);
		cell(f, &n, name, cpu->rr[i], ' ');
	}
	for (unsigned i = 0; i < sizeof(ars) / sizeof(*ars); i++)
		cell(f, &n, ars[i].name, ar_value(cpu, ars[i].at), ' ');
	end_cells(f, &n);
	for (unsigned i = 0; i < sizeof(crs) / sizeof(*crs); i++)
		cell(f, &n, crs[i].name, cpu->cr[crs[i].at], ' ');
	end_cells(f, &n);
}

void dump_registers(FILE *f, struct cpu *cpu)
{
	const struct cfm *c = &cpu->cfm;

	fprintf(f, "ip %016lx slot %u%s\n", cpu->ip, cpu->ri, cpu->halted ? ", halted" : "");
	dump_psr(f, cpu->psr);
	fprintf(f, "cfm %016lx: sof=%u sol=%u sor=%u rrb.gr=%u rrb.fr=%u rrb.pr=%u\n", cfm_pack(c),
		c->sof, c->sol, c->sor, c->rrb_gr, c->rrb_fr, c->rrb_pr);
	fprintf(f, "pr %016lx (as numbered now), %d dirty registers\n", cpu->pr, cpu->ndirty);
	dump_general(f, cpu);
	dump_system(f, cpu);
	fprintf(f, "irr %016lx %016lx %016lx %016lx\n", cpu->irr[3], cpu->irr[2], cpu->irr[1],
		cpu->irr[0]);
	fprintf(f, "isr %016lx %016lx %016lx %016lx (in service)\n", cpu->isrv[3], cpu->isrv[2],
		cpu->isrv[1], cpu->isrv[0]);
}
