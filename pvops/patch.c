// SPDX-License-Identifier: MIT
/*
 * patch.c - the records as a whole, the writer, and addresses of moved code.
 *
 * A unit is what has to be patched together: the sites of one bundle, and all bundles that
 * a run of a composite operation's parts spans. A unit's copies are written first, where
 * nothing reaches them yet; only when all of it is planned and checked does the text change.
 */
#include "patch.h"
#include "plan.h"

/**
 * struct unit - bundles that are patched together
 * @fixed: for its copies
 * @ready: the same
 * @first: its sites
 * @end: behind the last one
 * @count: bundles to change
 * @change: where and to what; of a moved bundle, a branch
 * @in_place: sites replaced where they stand
 * @moved: sites patched out of line
 */
struct unit {
	const struct pv_fixed *fixed;
	struct pv_ready_list *ready;
	const struct pv_site *first, *end;
	unsigned int count;
	struct {
		void *text;
		struct isa_bundle bundle;
	} change[PV_UNIT_BUNDLES];
	unsigned int in_place, moved;
};

_Static_assert(PV_UNIT_BYTES == PV_UNIT_BUNDLES * PV_COPY_BUNDLES * ISA_BUNDLE_BYTES,
	       "a unit's copies fit into PV_UNIT_BYTES");

const char *pv_reason_text(enum pv_reason reason)
{
	static const char *const text[PV_REASONS] = {
		[PV_OK] = "patched",
		[PV_BAD_RECORD] = "bad record",
		[PV_BAD_CHOICE] = "the backend's choice does not suit the operation",
		[PV_NOT_TEXT] = "not patchable text",
		[PV_NOT_NATIVE] = "not the operation's instruction",
		[PV_DUPLICATE] = "recorded twice",
		[PV_BAD_OPERAND] = "operand cannot be reached",
		[PV_BAD_RUN] = "parts do not follow one another",
		[PV_BAD_BUNDLE] = "bundle holds an invalid instruction",
		[PV_NOT_MOVABLE] = "bundle holds an instruction that cannot be moved",
		[PV_NO_ENCODING] = "replacement cannot be encoded",
		[PV_NO_ROOM] = "no room for the copy",
	};

	return reason < PV_REASONS ? text[reason] : "unknown reason";
}

/*
 * The one writer. Stores, then fc.i; the caller ends a batch with sync.i and srlz.i
 * (SDM vol 2 §4.4.6.2 and vol 3, fc).
 */
static void write_bundle(struct pv_patch_env *env, void *text, const struct isa_bundle *b)
{
	volatile uint64_t *words = text;

	words[1] = isa_bundle_hi(b);
	words[0] = isa_bundle_lo(b);
	env->flush(env, text);
}

static enum pv_reason write_copy(struct pv_patch_env *env, const struct pv_copy *c)
{
	const size_t bytes = (size_t)c->count * ISA_BUNDLE_BYTES;

	if (bytes > env->copy_bytes - env->copy_used || env->moved_count == env->moved_max)
		return PV_NO_ROOM;
	for (unsigned int i = 0; i < c->count; i++)
		write_bundle(env, env->copy + env->copy_used + (size_t)i * ISA_BUNDLE_BYTES,
			     &c->bundle[i]);
	env->copy_used += bytes;
	return PV_OK;
}

static bool same(const struct isa_bundle *a, const struct isa_bundle *b)
{
	return isa_bundle_lo(a) == isa_bundle_lo(b) && isa_bundle_hi(a) == isa_bundle_hi(b);
}

static unsigned int sites_changed(const struct pv_plan *plan)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < ISA_BUNDLE_SLOTS; i++)
		n += plan->slot[i].todo != PV_KEEP;
	return n;
}

/*
 * Out of line: a copy, an entry in the list, and a branch to it as the change. Its frame, which
 * holds the copy, is not to be added to pv_patch()'s.
 */
static __attribute__((__noinline__)) enum pv_reason move_bundle(struct pv_patch_env *env,
								const struct unit *unit,
								const struct pv_plan *plan,
								struct isa_bundle *branch)
{
	struct pv_moved moved;
	struct pv_copy copy;
	enum pv_reason reason;

	copy.base = env->copy_address + env->copy_used;
	copy.fixed = unit->fixed;
	copy.ready = unit->ready;
	copy.count = 0;
	copy.bad = unit->fixed->bad;
	reason = pv_relocate(&copy, plan, &moved);
	if (!reason)
		reason = write_copy(env, &copy);
	if (reason)
		return reason;
	env->moved[env->moved_count++] = moved;
	return pv_brl_bundle(unit->fixed, branch, plan->address, moved.copy) ? PV_OK
									     : PV_NO_ENCODING;
}

static enum pv_reason change_bundle(struct pv_patch_env *env, struct unit *unit,
				    const struct pv_plan *plan)
{
	struct isa_bundle bundle;
	enum pv_reason reason = PV_OK;

	if (pv_plan_in_place(plan, &bundle)) {
		unit->in_place += sites_changed(plan);
	} else {
		reason = move_bundle(env, unit, plan, &bundle);
		unit->moved += sites_changed(plan);
	}
	if (reason || same(&bundle, &plan->old))
		return reason;
	unit->change[unit->count].text = env->text(env, plan->address);
	unit->change[unit->count++].bundle = bundle;
	return PV_OK;
}

static const struct pv_site *bundle_end(const struct pv_site *site, const struct pv_site *end)
{
	const uint64_t bundle = pv_site_bundle(site);

	while (site < end && pv_site_bundle(site) == bundle)
		site++;
	return site;
}

/* Plan a unit, from its first site on; its copies are in place afterwards if there is no reason. */
static enum pv_reason plan_unit(struct unit *unit, const struct pv_site *end,
				const struct pv_choice *choices, struct pv_patch_env *env)
{
	struct pv_run run = { .op = PV_OP_none };
	enum pv_reason reason = PV_OK;
	struct pv_plan plan;

	do {
		const struct pv_site *next = bundle_end(unit->end, end);

		if (unit->count == PV_UNIT_BUNDLES)
			reason = PV_BAD_RUN;
		if (!reason)
			reason = pv_plan_bundle(&plan, unit->end, next, choices, env, &run);
		unit->end = next;
		if (!reason)
			reason = change_bundle(env, unit, &plan);
	} while (!reason && run.op != PV_OP_none && unit->end < end);
	return !reason && run.op != PV_OP_none ? PV_BAD_RUN : reason;
}

static void write_unit(struct pv_patch_env *env, const struct unit *unit)
{
	env->sync(env);
	for (unsigned int i = 0; i < unit->count; i++)
		write_bundle(env, unit->change[i].text, &unit->change[i].bundle);
	env->sync(env);
}

static void refuse(struct pv_patch_env *env, const struct unit *unit, enum pv_reason reason,
		   struct pv_patch_result *res)
{
	const unsigned int sites = unit->end - unit->first;

	res->refused += sites;
	res->reasons[reason] += sites;
	for (const struct pv_site *site = unit->first; env->refused && site < unit->end; site++)
		env->refused(env, site, reason);
}

static void patch_unit(struct pv_patch_env *env, const struct unit *unit, enum pv_reason reason,
		       size_t copy_used, size_t moved_count, struct pv_patch_result *res)
{
	const unsigned int sites = unit->end - unit->first;

	res->sites += sites;
	if (reason) {
		refuse(env, unit, reason, res);
	} else {
		res->in_place += unit->in_place;
		res->moved += unit->moved;
		res->native += sites - unit->in_place - unit->moved;
		res->bundles += env->moved_count - moved_count;
		res->copied += env->copy_used - copy_used;
	}
	if (!reason && !env->check_only && unit->count) {
		write_unit(env, unit);
	} else {
		env->copy_used = copy_used;
		env->moved_count = moved_count;
	}
}

/* Heap sort: no recursion, no memory, no bad case. */
static void sift_down(struct pv_site *site, size_t at, size_t count)
{
	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		struct pv_site swap = site[at];

		if (child + 1 < count && site[child + 1].where > site[child].where)
			child++;
		if (site[child].where <= site[at].where)
			return;
		site[at] = site[child];
		site[child] = swap;
	}
}

static void sort_sites(struct pv_site *site, size_t count)
{
	for (size_t i = count / 2; i-- > 0;)
		sift_down(site, i, count);
	for (size_t left = count; left-- > 1;) {
		struct pv_site swap = site[0];

		site[0] = site[left];
		site[left] = swap;
		sift_down(site, 0, left);
	}
}

unsigned int pv_patch(struct pv_site *first, struct pv_site *end, const struct pv_choice *choices,
		      struct pv_patch_env *env, struct pv_patch_result *res)
{
	const unsigned int refused = res->refused;
	struct pv_fixed fixed;
	struct pv_ready_list ready;
	struct unit unit;

	ready.count = 0;
	unit.ready = &ready;
	unit.fixed = &fixed;
	pv_encode_fixed(&fixed);
	sort_sites(first, end - first);
	for (const struct pv_site *site = first; site < end;) {
		const size_t copy_used = env->copy_used, moved_count = env->moved_count;
		enum pv_reason reason;

		unit.first = unit.end = site;
		unit.count = unit.in_place = unit.moved = 0;
		reason = plan_unit(&unit, end, choices, env);
		patch_unit(env, &unit, reason, copy_used, moved_count, res);
		site = unit.end;
	}
	return res->refused - refused;
}

/* Addresses of moved code */

const struct pv_moved *pv_find_copy(const struct pv_patch_env *env, uint64_t ip)
{
	size_t low = 0, high = env->moved_count;

	if (ip - env->copy_address >= env->copy_used)
		return NULL;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (env->moved[mid].copy <= ip)
			low = mid;
		else
			high = mid;
	}
	return high > low ? &env->moved[low] : NULL;
}

uint64_t pv_original_ip(const struct pv_patch_env *env, uint64_t ip)
{
	const struct pv_moved *moved = pv_find_copy(env, ip);
	const uint8_t *start;
	unsigned int at, slot = 0;

	if (!moved)
		return ip;
	at = (ip - moved->copy) / ISA_BUNDLE_BYTES;
	start = at < moved->main ? moved->start : moved->tail;
	/* A slot without code begins where the next one does, which is the one that is meant. */
	for (unsigned int i = 1; i < ISA_BUNDLE_SLOTS; i++)
		if (start[i] <= at)
			slot = i;
	return moved->original | slot;
}

uint64_t pv_resume_ip(const struct pv_patch_env *env, uint64_t ip)
{
	const unsigned int slot = ip & 3;

	if (!slot || slot >= ISA_BUNDLE_SLOTS)
		return ip;
	for (size_t i = 0; i < env->moved_count; i++) {
		const struct pv_moved *moved = &env->moved[i];

		if (moved->original != (ip & ~UINT64_C(15)))
			continue;
		if (moved->start[slot] == PV_MOVED_END)
			return moved->original + ISA_BUNDLE_BYTES;
		return moved->copy + moved->start[slot] * ISA_BUNDLE_BYTES;
	}
	return ip;
}

/* Entry points */

static bool plan_branch(struct pv_patch_env *env, const struct pv_branch *b, struct isa_bundle *was,
			struct isa_bundle *branch)
{
	struct pv_fixed fixed;

	pv_encode_fixed(&fixed);
	return !((b->from | b->to) & (ISA_BUNDLE_BYTES - 1)) && pv_read_bundle(env, b->from, was) &&
	       isa_template_valid(was->template) && pv_brl_bundle(&fixed, branch, b->from, b->to);
}

bool pv_patch_branch(struct pv_patch_env *env, uint64_t from, uint64_t to, struct isa_bundle *old)
{
	struct isa_bundle was, branch;

	if (!plan_branch(env, &(struct pv_branch){ from, to }, &was, &branch))
		return false;
	if (old)
		*old = was;
	return pv_unpatch_branch(env, from, &branch);
}

bool pv_patch_branches(struct pv_patch_env *env, const struct pv_branch *list, size_t count)
{
	struct isa_bundle was, branch;

	for (size_t i = 0; i < count; i++)
		if (!plan_branch(env, &list[i], &was, &branch))
			return false;
	for (size_t i = 0; i < count; i++) {
		plan_branch(env, &list[i], &was, &branch);
		write_bundle(env, env->text(env, list[i].from), &branch);
	}
	env->sync(env);
	return true;
}

bool pv_unpatch_branch(struct pv_patch_env *env, uint64_t from, const struct isa_bundle *old)
{
	void *text = from & (ISA_BUNDLE_BYTES - 1) ? NULL : env->text(env, from);

	if (!text)
		return false;
	write_bundle(env, text, old);
	env->sync(env);
	return true;
}
