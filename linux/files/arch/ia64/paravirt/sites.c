// SPDX-License-Identifier: GPL-2.0-only
/*
 * The patcher's view of the kernel: which text there is, where copies go, and the
 * records. The sites are patched by pv_start(), before anything that contains one
 * runs. Natively nothing here is called but what says that the copies take no room.
 */
#include <linux/cpu.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/rculist.h>
#include <linux/sched/clock.h>

#include <asm/hw_irq.h>
#include <asm/page.h>
#include <asm/paravirt.h>
#include <asm/paravirt_ip.h>
#include <asm/processor.h>
#include <asm/sections.h>

#include <abi/site.h>
#include <pvops/patch.h>
#include <pvops/pvops.h>

#include "sites.h"
#include "start.h"

/*
 * A kernel of Debian's size has 2600 bundles with sites, whose copies take 11 bundles
 * each: twice that. Where it is not enough, sites stay native, and the report says so.
 */
#define PV_AREA_SIZE	(1ul << 20)
#define PV_MOVED_MAX	5200

/*
 * The kernel's copies, and the list of what was moved. At the end of the image, so that
 * the translation register that maps the kernel maps it, and nothing else is out of
 * reach of gp for it. Pages that no copy is in are never reserved: memory like any other.
 */
static struct {
	struct pv_moved moved[PV_MOVED_MAX];
	u8 copy[PV_AREA_SIZE - PV_MOVED_MAX * sizeof(struct pv_moved)];
} pv_area __section(".bss..pv_area") __aligned(PAGE_SIZE);

static struct pv_code pv_kernel;
LIST_HEAD(pv_codes);

bool paravirt_patched __read_mostly;

struct pv_choice pv_choices[PV_OP_COUNT];
void (*pv_refine)(struct pv_choice *choices) __ro_after_init;

extern struct pv_site __start_pv_sites[], __stop_pv_sites[];
extern char __start_pv_exit_text[], __stop_pv_exit_text[];

/* --- what the patcher asks for --- */

static bool in(u64 address, const void *start, const void *end)
{
	return address >= (u64)start && address < (u64)end;
}

static void *kernel_text_at(struct pv_patch_env *env, u64 address)
{
	if (in(address, _stext, _etext) || in(address, _sinittext, _einittext) ||
	    in(address, __start_pv_exit_text, __stop_pv_exit_text))
		return (void *)address;
	return NULL;
}

/* Not the intrinsics: those are sites. */
void pv_flush_bundle(struct pv_patch_env *env, const void *bundle)
{
	asm volatile ("fc.i %0" :: "r"(bundle) : "memory");
}

void pv_sync_text(struct pv_patch_env *env)
{
	asm volatile (";; sync.i;; srlz.i;;" ::: "memory");
}

static void __ref kernel_refused(struct pv_patch_env *env, const struct pv_site *site,
				 enum pv_reason reason)
{
	char line[96];

	scnprintf(line, sizeof(line), "pv_ops: site %lx (%s) stays native: %s\n",
		  (unsigned long)site->where,
		  site->op < PV_OP_COUNT ? pv_op_desc[site->op].name : "?",
		  pv_reason_text(reason));
	pv_note(line);
}

/* --- the kernel --- */

void pv_make_choices(void)
{
	unsigned int op;

	for (op = PV_OP_none + 1; op < PV_OP_COUNT; op++) {
		pv_choices[op].action = pv_op_overridden(op) ? PV_CALL : PV_NATIVE;
		pv_choices[op].fn = pv_op_function(&pv_cpu_ops, op);
	}
	if (pv_refine)
		pv_refine(pv_choices);
}

/* What a function pointer points to: its code (the rest of the descriptor is gp). */
static u64 code_of(const void *function)
{
	return *(const u64 *)function;
}

/* A native function that is called directly becomes the table's. */
static void __init patch_function(struct pv_patch_env *env, const void *direct,
				  const void *native, const void *current_one, const char *name)
{
	if (current_one == native)
		return;
	if (!pv_patch_branch(env, code_of(direct), code_of(current_one), NULL)) {
		pv_note("pv_ops: cannot patch ");
		pv_note(name);
		pv_note("\n");
	}
}

bool __init pv_patch_entries(const struct pv_branch *list, size_t count)
{
	return pv_patch_branches(&pv_kernel.env, list, count);
}

static void __init init_env(struct pv_patch_env *env)
{
	env->copy = pv_area.copy;
	env->copy_address = (u64)pv_area.copy;
	env->copy_bytes = sizeof(pv_area.copy);
	env->moved = pv_area.moved;
	env->moved_max = PV_MOVED_MAX;
	env->thunk = (u64)pv_thunk;
	env->gp = ia64_getreg(_IA64_REG_GP);
	env->text = kernel_text_at;
	env->flush = pv_flush_bundle;
	env->sync = pv_sync_text;
	env->refused = kernel_refused;
}

void __init pv_patch_kernel(void)
{
	struct pv_patch_env *env = &pv_kernel.env;
	struct pv_patch_result res = { 0 };
	const char *broken;

	init_env(env);
	broken = pv_selftest(env);
	if (broken) {
		pv_note("pv_ops: self-test of the patcher: ");
		pv_note(broken);
		pv_note("; all sites stay native\n");
		pv_cpu_ops = pv_native_cpu_ops;
		return;
	}
	pv_make_choices();
	pv_patch(__start_pv_sites, __stop_pv_sites, pv_choices, env, &res);
	env->refused = NULL;
	patch_function(env, sched_clock, pv_native_time_ops.sched_clock,
		       pv_time_ops.sched_clock, "sched_clock");
	patch_function(env, ia64_send_ipi, pv_native_irq_ops.send_ipi,
		       pv_irq_ops.send_ipi, "ia64_send_ipi");
	patch_function(env, arch_cpu_idle, pv_native_irq_ops.idle,
		       pv_irq_ops.idle, "arch_cpu_idle");

	paravirt_patched = true;
	list_add(&pv_kernel.list, &pv_codes);
	pv_report.sites = res.sites;
	pv_report.native = res.native;
	pv_report.in_place = res.in_place;
	pv_report.moved = res.moved;
	pv_report.refused = res.refused;
	pv_report.bundles = res.bundles;
	pv_report.copied = env->copy_used;
}

/*
 * The end of the part of the image that memory management must leave alone. The kernel's
 * copies are complete when it asks.
 */
char *__init paravirt_image_end(void)
{
	if (!pv_kernel.env.copy_used)
		return (char *)&pv_area;
	return PTR_ALIGN((char *)pv_area.copy + pv_kernel.env.copy_used, PAGE_SIZE);
}

/* --- addresses --- */

unsigned long __paravirt_original_ip(unsigned long ip)
{
	struct pv_code *code;
	unsigned long original = ip;

	rcu_read_lock();
	list_for_each_entry_rcu(code, &pv_codes, list) {
		original = pv_original_ip(&code->env, ip);
		if (original != ip)
			break;
	}
	rcu_read_unlock();
	return original;
}

unsigned long __paravirt_resume_ip(unsigned long ip)
{
	struct pv_code *code;
	unsigned long resume = ip;

	rcu_read_lock();
	list_for_each_entry_rcu(code, &pv_codes, list) {
		resume = pv_resume_ip(&code->env, ip);
		if (resume != ip)
			break;
	}
	rcu_read_unlock();
	return resume;
}
