// SPDX-License-Identifier: MIT
/*
 * ran.c - what a guest ran at CPL > 0 against what pvcheck says of it.
 *
 * The machine's trace item `sensitive` lists privileged and sensitive instructions that ran
 * at CPL > 0, each once. Of these, user programs' are of no interest; the rest must be
 * something that pvcheck expects: a site that was left native because it faults, code that
 * an exception or the way of the boot lets fault, or a finding. Anything else is a hole, in
 * pvcheck or in the backend, and becomes a finding.
 */
#include "pvcheck.h"

#include <gelf.h>
#include <string.h>

#define COPIES	  ".pv_area"	/* out-of-line copies of patched bundles (linux/) */
#define ITEM	  " sensitive " /* behind the clock of a trace line */
#define TEXT_SIZE 128

/** struct ran - a line of the trace */
struct ran {
	uint64_t ip; /* with the slot in its low bits */
	unsigned int cpl;
	uint64_t bits;
	char text[TEXT_SIZE];
	struct isa_insn insn;
};

static const char *const verdict_name[PC_RAN_COUNT] = {
	[PC_RAN_USER] = "in user mode",
	[PC_RAN_ELSEWHERE] = "outside of this file, or in copies, and faulting",
	[PC_RAN_KEPT] = "kept by the hypervisor",
	[PC_RAN_SITE] = "operations that fault, left native",
	[PC_RAN_TRAPS] = "allowed, by an exception or at boot",
	[PC_RAN_FOUND] = "findings anyway",
	[PC_RAN_CLEAN] = "called clean",
};

/* All sensitive instructions are of the units M and B; which, the text tells. */
static bool decode(struct ran *r)
{
	static const enum isa_slot units[] = { ISA_SLOT_M, ISA_SLOT_B };
	char text[TEXT_SIZE];

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (!isa_decode(&r->insn, units[i], r->bits, 0))
			continue;
		isa_print(text, sizeof(text), &r->insn, r->ip & ~UINT64_C(15));
		if (!strcmp(text, r->text))
			return true;
	}
	return false;
}

/* [PROCESSOR:]COUNT sensitive IP.SLOT cpl CPL virtual|physical KIND BITS TEXT */
static bool parse(const char *line, struct ran *r)
{
	const char *item = strstr(line, ITEM);
	unsigned long long ip, bits;
	unsigned int slot;
	int text = 0;

	*r = (struct ran){ 0 };
	item += strlen(ITEM);
	if (sscanf(item, "%llx.%u cpl %u %*s %*s %llx %n", &ip, &slot, &r->cpl, &bits, &text) !=
		    4 ||
	    !text || slot >= ISA_BUNDLE_SLOTS || ip % ISA_BUNDLE_BYTES)
		return false;
	snprintf(r->text, sizeof(r->text), "%.*s", (int)strcspn(item + text, "\n"), item + text);
	r->ip = ip | slot;
	r->bits = bits;
	return decode(r);
}

/* ---- where it is ---- */

static uint64_t from_physical(const struct pc_image *image, uint64_t addr)
{
	size_t count = 0;

	addr &= ~(UINT64_C(1) << 63); /* uncacheable */
	if (elf_getphdrnum(image->elf, &count))
		return 0;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr p;

		if (gelf_getphdr(image->elf, i, &p) && p.p_type == PT_LOAD &&
		    addr - p.p_paddr < p.p_memsz)
			return p.p_vaddr + (addr - p.p_paddr);
	}
	return 0;
}

static bool holds(const struct pc_image *image, uint64_t addr, const struct ran *r)
{
	struct pc_bundle b;

	return pc_bundle_read(image, addr, &b) && b.raw.slot[addr & 15] == r->bits;
}

/* The gate page: of the images that would be mapped there, a guest's before the native one. */
static uint64_t from_embedded(const struct pc_image *image, const struct ran *r)
{
	uint64_t native = 0;

	for (size_t i = 0; i < image->sections; i++) {
		const struct pc_section *s = &image->section[i];
		uint64_t addr = s->addr + (r->ip - s->linked);

		if (!s->embedded || r->ip - s->linked >= s->size || !holds(image, addr, r))
			continue;
		if (pc_embed_flavour(image, &image->embed[s->embedded - 1]))
			return addr;
		native = addr;
	}
	return native;
}

/*
 * The address in the file; 0: nothing of this file holds this instruction there. What a guest
 * takes for a physical address a hypervisor may well translate, so psr.it tells nothing.
 */
static uint64_t place(const struct pc_image *image, const struct ran *r)
{
	uint64_t physical = from_physical(image, r->ip);

	if (holds(image, r->ip, r))
		return r->ip;
	return holds(image, physical, r) ? physical : from_embedded(image, r);
}

/* ---- what pvcheck says ---- */

static enum pc_verdict clean(struct pc_check *check, uint64_t addr, const struct ran *r,
			     const char *why)
{
	bool in_code = pc_bundle_index(&check->image, addr) != PC_NO_BUNDLE;

	pc_find(check, PC_RULE_RAN, addr, in_code, 0,
		pc_format("%s at CPL %u: %s", r->text, r->cpl, why));
	return PC_RAN_CLEAN;
}

/* Code that the file does not have: no one but the patcher's copies is pvcheck's concern. */
static enum pc_verdict judge_elsewhere(struct pc_check *check, const struct ran *r)
{
	const struct pc_section *s = pc_section_at(&check->image, r->ip);

	if (pc_classify(&r->insn) != PC_SENSITIVE || !s)
		return PC_RAN_ELSEWHERE;
	if (strcmp(s->name, COPIES))
		return clean(check, r->ip, r, "this file has another instruction there");
	/* Copies of a backend's bundles stand for sites. */
	if (pc_excepted(check, PC_EXCEPT_FLAVOUR, r->text))
		return PC_RAN_TRAPS;
	return clean(check, r->ip, r, "in an out-of-line copy of a bundle");
}

static enum pc_verdict judge(struct pc_check *check, const struct ran *r)
{
	enum pc_class class = pc_classify(&r->insn);
	const struct pc_symbol *s;
	const struct pc_hit *hit;
	uint64_t addr;

	if (r->cpl == 3)
		return PC_RAN_USER;
	if (class == PC_KEPT)
		return PC_RAN_KEPT;
	addr = place(&check->image, r);
	if (!addr)
		return judge_elsewhere(check, r);
	hit = pc_hit_at(check, addr);
	if (!hit)
		return clean(check, addr, r, "harmless, to pvcheck");
	if (hit->recorded)
		return class == PC_PRIVILEGED ? PC_RAN_SITE
					      : clean(check, addr, r, "a site that is not patched");
	if (pc_flavour_means(check, hit))
		return PC_RAN_KEPT;
	s = pc_symbol_at(&check->image, addr);
	if (class == PC_PRIVILEGED && s && pc_native_member(s->name))
		return PC_RAN_SITE;
	if (pc_symbol_excepted(check, addr, class) || pc_flavour_means(check, hit) ||
	    (class == PC_PRIVILEGED && pc_flow_marks(check->flow, hit->bundle) & PC_MARK_EARLY))
		return PC_RAN_TRAPS;
	if (pc_native_only(check, hit->bundle, class))
		return clean(check, addr, r, "in code that bare metal alone runs, to pvcheck");
	return PC_RAN_FOUND;
}

static bool judge_line(void *ctx, char *line)
{
	struct pc_check *check = ctx;
	struct ran r;

	if (!strstr(line, ITEM))
		return true; /* another trace item */
	if (!parse(line, &r))
		return false;
	check->verdicts[judge(check, &r)]++;
	return true;
}

bool pc_ran(struct pc_check *check, const char *path)
{
	check->ran = true;
	return pc_each_line(path, "the trace item sensitive", judge_line, check);
}

void pc_ran_print(const struct pc_check *check, FILE *out)
{
	for (unsigned int i = 0; check->ran && i < PC_RAN_COUNT; i++)
		fprintf(out, "  ran: %llu %s\n", (unsigned long long)check->verdicts[i],
			verdict_name[i]);
}
