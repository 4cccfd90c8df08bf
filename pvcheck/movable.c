// SPDX-License-Identifier: MIT
/*
 * movable.c - asks the patcher itself which sites it would refuse.
 *
 * pvops/ is run with a call as the choice for every operation, planning and checking
 * only. The copies are taken to lie behind the section, as they do behind the kernel.
 */
#include "pvcheck.h"

#include <stdlib.h>

#include "patch.h"

#define COPY_GAP  UINT64_C(0x10000)
#define COPY_EACH 2048	/* bytes for a bundle's copy: PV_COPY_BUNDLES and more */
#define RUN_BYTES 0x100 /* parts of one operation are not further apart */

/** struct asking - the user data of the patcher's environment */
struct asking {
	struct pc_check *check;
	uint64_t last_run;
};

static void *text_at(struct pv_patch_env *env, uint64_t address)
{
	const struct asking *a = env->data;
	const struct pc_section *s = pc_section_at(&a->check->image, address);

	if (pc_bundle_index(&a->check->image, address) == PC_NO_BUNDLE)
		return NULL;
	return (void *)(s->data + (address - s->addr)); /* only read: check_only */
}

static void no_flush(struct pv_patch_env *env, const void *bundle)
{
	(void)env;
	(void)bundle;
}

static void no_sync(struct pv_patch_env *env)
{
	(void)env;
}

static void refused(struct pv_patch_env *env, const struct pv_site *site, enum pv_reason reason)
{
	struct asking *a = env->data;
	bool same_run = site->where - a->last_run < RUN_BYTES;

	switch (reason) {
	case PV_BAD_RUN:
		a->last_run = site->where;
		if (same_run)
			return;
		pc_find(a->check, PC_RULE_SITE_PARTS, site->where, true, 0,
			pc_format("%s", pv_reason_text(reason)));
		return;
	case PV_BAD_RECORD: /* reported as what they are */
	case PV_NOT_NATIVE:
	case PV_DUPLICATE:
	case PV_NOT_TEXT: return;
	default:
		pc_find(a->check, PC_RULE_SITE_UNMOVABLE, site->where, true, 0,
			pc_format("%s", pv_reason_text(reason)));
	}
}

static void ask_section(struct asking *a, struct pv_site *first, struct pv_site *end,
			const struct pc_section *s)
{
	static const struct pv_choice call = { .action = PV_CALL };
	struct pv_choice choices[PV_OP_COUNT];
	struct pv_patch_env env = { .check_only = true, .data = a };
	struct pv_patch_result result = { 0 };

	env.copy_address = (s->addr + s->size + COPY_GAP) & ~(COPY_GAP - 1);
	env.thunk = env.copy_address - COPY_GAP / 2;
	env.copy_bytes = (size_t)(end - first) * COPY_EACH;
	env.moved_max = end - first;
	env.copy = pc_room(env.copy_bytes, 1);
	env.moved = pc_room(env.moved_max, sizeof(*env.moved));
	env.text = text_at;
	env.flush = no_flush;
	env.sync = no_sync;
	env.refused = refused;
	for (unsigned int op = 0; op < PV_OP_COUNT; op++) {
		choices[op] = call;
		choices[op].fn = env.thunk;
	}
	pv_patch(first, end, choices, &env, &result);
	free(env.copy);
	free(env.moved);
}

void pc_movable_check(struct pc_check *check, struct pv_site *site, size_t count)
{
	struct asking a = { .check = check };

	for (size_t i = 0, n; i < count; i += n) {
		const struct pc_section *s = pc_section_at(&check->image, site[i].where);

		for (n = 1; i + n < count; n++)
			if (site[i + n].where - s->addr >= s->size)
				break;
		ask_section(&a, site + i, site + i + n, s);
	}
}
