// SPDX-License-Identifier: MIT
/*
 * Trace points: the file, the items, and what the processor's own lines say.
 */
#include "debug/trace.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "bus.h"
#include "cpu/fault.h"

static const struct {
	const char *name, *help;
} items[TRACE_COUNT] = {
#define TRACE(name, slow, help) { #name, help },
#include "debug/trace.def"
#undef TRACE
};

void trace_help(FILE *f)
{
	for (unsigned i = 0; i < TRACE_COUNT; i++)
		fprintf(f, "%-12s %s\n", items[i].name, items[i].help);
}

static bool parse_item(struct trace *t, const char *name, size_t len)
{
	for (unsigned i = 0; i < TRACE_COUNT; i++)
		if (strlen(items[i].name) == len && !memcmp(items[i].name, name, len)) {
			t->items |= 1u << i;
			return true;
		}
	fprintf(stderr, "ia64-machine: -d %.*s: no such item (-d help lists them)\n", (int)len,
		name);
	return false;
}

static bool parse_items(struct trace *t, const char *list)
{
	while (*list) {
		size_t len = strcspn(list, ",");

		if (!parse_item(t, list, len))
			return false;
		list += len + (list[len] == ',');
	}
	return true;
}

struct trace *trace_create(const char *list, const char *path)
{
	struct trace *t = calloc(1, sizeof(*t));

	if (!t) {
		fprintf(stderr, "ia64-machine: out of memory\n");
		return NULL;
	}
	t->processor = -1;
	if (!parse_items(t, list)) {
		free(t);
		return NULL;
	}
	t->file = path ? fopen(path, "w") : stderr;
	if (!t->file) {
		fprintf(stderr, "ia64-machine: -D %s: %m\n", path);
		free(t);
		return NULL;
	}
	return t;
}

void trace_destroy(struct trace *t)
{
	if (!t)
		return;
	if (t->file != stderr && fclose(t->file) != 0)
		fprintf(stderr, "ia64-machine: the trace is incomplete: %m\n");
	trace_places_free(t->places);
	free(t);
}

void trace_processor(struct trace *t, const struct cpu *cpu, bool many)
{
	t->clock = &cpu->n_bundles;
	t->processor = many ? (int)cpu->index : -1;
}

void trace_line(struct trace *t, enum trace_item item, const char *fmt, ...)
{
	va_list ap;

	if (t->processor >= 0)
		fprintf(t->file, "%d:", t->processor);
	fprintf(t->file, "%lu %s ", t->clock ? *t->clock : 0, items[item].name);
	va_start(ap, fmt);
	vfprintf(t->file, fmt, ap);
	va_end(ap);
	fputc('\n', t->file);
}

const char *vector_name(unsigned vector)
{
	static const struct {
		unsigned offset;
		const char *title;
	} names[] = {
#define ISA_VECTOR(offset, id, title) { offset, title },
#include "regs.def"
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].offset == vector)
			return names[i].title;
	return "reserved";
}

/* Slot 1 of an MLX bundle is where the processor counts its long instruction. */
static bool decode_slot(struct isa_insn *insn, const struct isa_bundle *b, unsigned slot)
{
	bool mlx = isa_templates[b->template & 0x1f].unit[1] == ISA_SLOT_L;

	return isa_bundle_decode(insn, b, mlx && slot == 1 ? 2 : slot);
}

static void print_slot(char *text, size_t size, const struct isa_bundle *b, unsigned slot,
		       uint64_t addr)
{
	struct isa_insn insn;

	if (decode_slot(&insn, b, slot))
		isa_print(text, size, &insn, addr);
	else
		snprintf(text, size, "reserved %#lx", (unsigned long)b->slot[slot]);
}

void disas_bundle(FILE *f, uint64_t addr, const uint64_t bits[2])
{
	struct isa_bundle b = isa_bundle_words(bits[0], bits[1]);
	const struct isa_template *t = &isa_templates[b.template];
	char text[128];

	for (unsigned slot = 0; slot < ISA_BUNDLE_SLOTS; slot++) {
		if (t->unit[slot] == ISA_SLOT_L)
			continue;
		print_slot(text, sizeof(text), &b, slot, addr);
		fprintf(f, "  %016lx.%u [%s] %s%s\n", addr, slot, t->name[0] ? t->name : "???",
			text, t->stop >> slot & 1 ? " ;;" : "");
	}
}

static bool fetch_bundle(struct cpu *cpu, uint64_t pa, uint64_t bits[2])
{
	return bus_copy_from(cpu->bus, bits, pa & ~UINT64_C(15), 16);
}

void trace_exec(struct cpu *cpu, uint64_t pa, unsigned slot)
{
	uint64_t bits[2];
	struct isa_bundle b;
	struct isa_insn insn;
	char text[128];

	if (!fetch_bundle(cpu, pa, bits))
		return;
	b = isa_bundle_words(bits[0], bits[1]);
	decode_slot(&insn, &b, slot);
	print_slot(text, sizeof(text), &b, slot, cpu->ip);
	trace_msg(cpu->trace, exec, "%016lx.%u %c %s", cpu->ip, slot,
		  cpu_pr(cpu, insn.qp) ? ' ' : '-', text);
}

void trace_sensitive(struct cpu *cpu, const uint64_t bits[2], unsigned slot, const char *kind)
{
	struct isa_bundle b = isa_bundle_words(bits[0], bits[1]);
	char text[128];

	print_slot(text, sizeof(text), &b, slot, cpu->ip);
	trace_msg(cpu->trace, sensitive, "%016lx.%u cpl %u %s %s %011lx %s", cpu->ip, slot,
		  cpu_cpl(cpu), cpu->psr & PSR_IT ? "virtual" : "physical", kind,
		  (unsigned long)b.slot[slot], text);
}

void trace_cpu(struct cpu *cpu)
{
	trace_msg(cpu->trace, cpu, "state");
	dump_registers(cpu->trace->file, cpu);
}

void trace_in_asm(struct cpu *cpu, uint64_t pa)
{
	uint64_t bits[2];

	if (!fetch_bundle(cpu, pa, bits))
		return;
	trace_msg(cpu->trace, in_asm, "at %#lx, physical %#lx", cpu->ip, pa);
	disas_bundle(cpu->trace->file, pa, bits);
}

void trace_int(struct cpu *cpu, unsigned vector)
{
	trace_msg(cpu->trace, int,
		  "%#06x %s: iip %#lx.%lu ipsr %#lx isr %#lx ifa %#lx itir %#lx iim %#lx", vector,
		  vector_name(vector), cpu->cr[CR_IIP], (cpu->cr[CR_IPSR] & PSR_RI) >> PSR_RI_SHIFT,
		  cpu->cr[CR_IPSR], cpu->cr[CR_ISR], cpu->cr[CR_IFA], cpu->cr[CR_ITIR],
		  cpu->cr[CR_IIM]);
}
