// SPDX-License-Identifier: MIT
/*
 * rules.c - the findings, and the order in which a file is checked.
 *
 * First read this: pc_run() is the whole of pvcheck.
 */
#include "pvcheck.h"

#include <stdlib.h>

const struct pc_rule_row pc_rules[PC_RULE_COUNT] = {
#define RULE(id, name, level, text, hint) [PC_RULE_##id] = { name, #level, text, hint },
#include "rules.def"
};

void pc_find(struct pc_check *check, enum pc_rule rule, uint64_t addr, bool in_code, uint64_t also,
	     char *text)
{
	check->finding = pc_grow(check->finding, check->findings, sizeof(*check->finding));
	check->finding[check->findings++] = (struct pc_finding){
		.addr = addr,
		.also = also,
		.text = text,
		.rule = rule,
		.in_code = in_code,
	};
}

/* Macros that are never run: only what they write counts. */
static bool is_expansion(const struct pc_check *check, const struct pc_hit *hit)
{
	const struct pc_section *s = pc_section_at(&check->image, hit->addr);

	return s && pc_contract_section(s);
}

/* Whatever is neither a site nor native-only. */
static void judge_hits(struct pc_check *check)
{
	for (size_t i = 0; i < check->hits; i++) {
		const struct pc_hit *hit = &check->hit[i];
		struct pc_bundle b;

		if (hit->recorded || is_expansion(check, hit) || pc_flavour_means(check, hit))
			continue;
		if (pc_native_only(check, hit->bundle, hit->class)) {
			check->native_only++;
			continue;
		}
		if (!pc_bundle_read(&check->image, hit->addr, &b))
			continue;
		pc_find(check, hit->class == PC_SENSITIVE ? PC_RULE_SENSITIVE : PC_RULE_PRIVILEGED,
			hit->addr, true, 0, pc_op_hint(&b.insn[hit->addr & 3]));
	}
}

static int in_order(const void *pa, const void *pb)
{
	const struct pc_finding *a = pa, *b = pb;

	if (a->addr != b->addr)
		return a->addr < b->addr ? -1 : 1;
	return (int)a->rule - (int)b->rule;
}

void pc_run(struct pc_check *check)
{
	check->flow = pc_flow_new(check->image.bundles);
	pc_walk(check);
	pc_flavours_find(check);
	pc_native_compute(check);
	pc_sites_check(check);
	pc_flavours_check(check);
	pc_contract_check(check);
	pc_backends_check(check);
	pc_early_check(check);
	judge_hits(check);
}

void pc_sort_findings(struct pc_check *check)
{
	if (check->findings)
		qsort(check->finding, check->findings, sizeof(*check->finding), in_order);
	pc_lines(check);
}

void pc_check_free(struct pc_check *check)
{
	for (size_t i = 0; i < check->findings; i++) {
		free(check->finding[i].text);
		free(check->finding[i].source);
	}
	free(check->finding);
	free(check->hit);
	free(check->native_symbol);
	free(check->used);
	free(check->kept);
	free(check->op_sites);
	pc_flow_free(check->flow);
	pc_image_close(&check->image);
}
