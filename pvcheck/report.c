// SPDX-License-Identifier: MIT
/*
 * report.c - findings as text, and the summary.
 *
 * A finding starts with what editors and CI jump to: file:line if the file has it, else
 * the name of the ELF file.
 */
#include "pvcheck.h"

#include <stdlib.h>
#include <string.h>

char *pc_where(const struct pc_image *image, uint64_t addr)
{
	const struct pc_section *section = pc_section_at(image, addr);
	const struct pc_symbol *symbol;
	uint64_t bundle = addr & ~(uint64_t)(ISA_BUNDLE_BYTES - 1);

	if (!section)
		return pc_format("0x%llx", (unsigned long long)addr);
	symbol = pc_symbol_at(image, addr);
	if (symbol && section->exec)
		return pc_format("%s+0x%llx", symbol->name,
				 (unsigned long long)(bundle - symbol->addr));
	return pc_format("%s+0x%llx", section->name,
			 (unsigned long long)((section->exec ? bundle : addr) - section->addr));
}

/* In a relocatable file what counts is the offset in its section. */
static uint64_t shown_address(const struct pc_image *image, uint64_t addr)
{
	const struct pc_section *s = pc_section_at(image, addr);

	return image->relocatable && s ? addr - s->addr : addr;
}

char *pc_insn_text(const struct pc_image *image, uint64_t addr)
{
	struct pc_bundle b;
	char text[128] = "";
	unsigned int slot = addr & 3;

	if (!pc_bundle_read(image, addr, &b) || slot >= ISA_BUNDLE_SLOTS)
		return pc_format("?");
	if (slot == 1 && (b.raw.template & ~1u) == ISA_TEMPLATE_MLX)
		slot = 2;
	if (!b.decoded[slot])
		return pc_format("reserved encoding");
	isa_print(text, sizeof(text), &b.insn[slot], shown_address(image, b.addr));
	return pc_format("%s", text);
}

static void print_bundle(const struct pc_image *image, uint64_t addr, FILE *out)
{
	const struct isa_template *t;
	struct pc_bundle b;
	bool is_long;

	if (!pc_bundle_read(image, addr, &b))
		return;
	t = &isa_templates[b.raw.template];
	is_long = (b.raw.template & ~1u) == ISA_TEMPLATE_MLX;
	fprintf(out, "    0x%llx [%s]\n", (unsigned long long)shown_address(image, b.addr),
		*t->name ? t->name : "reserved");
	for (unsigned int slot = 0; slot < ISA_BUNDLE_SLOTS; slot++) {
		char *text;

		if (is_long && slot == 1)
			continue;
		text = pc_insn_text(image, b.addr | slot);
		fprintf(out, "      %c %u  %s%s\n", slot == (addr & 3) ? '>' : ' ', slot, text,
			t->stop >> slot & 1 ? " ;;" : "");
		free(text);
	}
}

static void print_finding(const struct pc_check *check, struct pc_finding *f, FILE *out)
{
	const struct pc_rule_row *rule = &pc_rules[f->rule];
	const struct pc_image *image = &check->image;
	char *where = pc_where(image, f->addr);
	char *insn = f->in_code ? pc_insn_text(image, f->addr) : NULL;
	bool judged = !*rule->hint && f->rule != PC_RULE_SITE_MISMATCH;

	if (f->source)
		fprintf(out, "%s:%u: ", pc_printable(f->source), f->line);
	else
		fprintf(out, "%s: ", image->path);
	fprintf(out, "%s: %s: ", rule->level, rule->name);
	if (insn)
		fprintf(out, "\"%s\" at ", insn);
	fprintf(out, "%s", pc_printable(where));
	if (!judged)
		fprintf(out, ": %s", pc_printable(f->text));
	fprintf(out, "\n");
	if (f->in_code)
		print_bundle(image, f->addr, out);
	if (f->also && (f->also ^ f->addr) >> 4)
		print_bundle(image, f->also, out);
	if (judged || *rule->hint)
		fprintf(out, "    hint: %s\n", judged ? f->text : rule->hint);
	free(insn);
	free(where);
}

void pc_report_text(struct pc_check *check, FILE *out)
{
	for (size_t i = 0; i < check->findings; i++)
		if (!check->finding[i].known)
			print_finding(check, &check->finding[i], out);
}

void pc_report_summary(const struct pc_check *check, FILE *out)
{
	size_t of_rule[PC_RULE_COUNT] = { 0 }, known = 0;

	for (size_t i = 0; i < check->findings; i++) {
		if (check->finding[i].known)
			known++;
		else
			of_rule[check->finding[i].rule]++;
	}
	fprintf(out, "%s: %u bundles, %zu sites, %zu findings", check->image.path,
		check->image.bundles, check->sites, check->findings - known);
	if (known)
		fprintf(out, " (and %zu in the baseline)", known);
	fprintf(out, "\n  instructions:");
	for (unsigned int class = 0; class < PC_CLASS_COUNT; class ++)
		fprintf(out, " %llu %s%s", (unsigned long long)check->counts[class],
			pc_class_name[class], class + 1 < PC_CLASS_COUNT ? "," : "\n");
	for (size_t i = 0; i < check->kepts; i++)
		fprintf(out, "  kept: %llu: %s\n", (unsigned long long)check->kept[i].count,
			check->kept[i].why);
	pc_ran_print(check, out);
	fprintf(out, "  in native-only code: %llu\n", (unsigned long long)check->native_only);
	for (unsigned int rule = 0; rule < PC_RULE_COUNT; rule++)
		if (of_rule[rule])
			fprintf(out, "  %6zu %s: %s\n", of_rule[rule], pc_rules[rule].name,
				pc_rules[rule].text);
	pc_exceptions_print(check, out);
}
