// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sites of modules: patched when a module is loaded, after its relocation and
 * before its first instruction runs. Its copies live and go with it. On bare metal
 * nothing is allocated.
 *
 * A record that does not describe the module's code means that the module is not what
 * was built: it is not loaded. A site that cannot be patched for another reason stays
 * native, as those of the kernel do.
 */
#include <linux/module.h>
#include <linux/moduleloader.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <asm/paravirt.h>
#include <asm/paravirt_ip.h>

#include <pvops/patch.h>
#include <pvops/pvops.h>

#include "sites.h"

static DEFINE_MUTEX(pv_codes_lock);

static bool in_layout(u64 address, const struct module_layout *layout)
{
	return address - (u64)layout->base < layout->text_size;
}

static void *module_text_at(struct pv_patch_env *env, u64 address)
{
	const struct module *mod = env->data;

	if (in_layout(address, &mod->core_layout) || in_layout(address, &mod->init_layout))
		return (void *)address;
	return NULL;
}

static void module_refused(struct pv_patch_env *env, const struct pv_site *site,
			   enum pv_reason reason)
{
	const struct module *mod = env->data;

	pr_err("%s: pv site at %pS: %s\n", mod->name, (void *)site->where,
	       pv_reason_text(reason));
}

static bool damaged(const struct pv_patch_result *res)
{
	return res->reasons[PV_BAD_RECORD] || res->reasons[PV_NOT_TEXT] ||
	       res->reasons[PV_NOT_NATIVE] || res->reasons[PV_DUPLICATE];
}

/* A bundle's copy has at most this many bytes for each site in it. */
#define PV_SITE_COPY_MAX	1152

static void free_code(struct pv_code *code)
{
	vfree(code->env.copy);
	kvfree(code->env.moved);
	kfree(code);
}

static struct pv_code *alloc_code(struct module *mod, unsigned long sites)
{
	struct pv_code *code = kzalloc(sizeof(*code), GFP_KERNEL);

	if (!code)
		return NULL;
	code->mod = mod;
	code->env.moved = kvcalloc(sites, sizeof(struct pv_moved), GFP_KERNEL);
	code->env.moved_max = sites;
	code->env.copy_bytes = sites * PV_SITE_COPY_MAX;
	code->env.copy = module_alloc(code->env.copy_bytes);
	code->env.copy_address = (u64)code->env.copy;
	code->env.thunk = (u64)pv_thunk;
	code->env.text = module_text_at;
	code->env.flush = pv_flush_bundle;
	code->env.sync = pv_sync_text;
	code->env.refused = module_refused;
	code->env.data = mod;
	if (code->env.moved && code->env.copy)
		return code;
	free_code(code);
	return NULL;
}

int paravirt_patch_module(struct module *mod, const struct elf64_shdr *section)
{
	struct pv_patch_result res = { 0 };
	struct pv_site *sites;
	unsigned long count;
	struct pv_code *code;

	if (!section || !section->sh_size || !paravirt_patched)
		return 0;
	sites = (void *)section->sh_addr;
	count = section->sh_size / sizeof(*sites);
	if (section->sh_size % sizeof(*sites)) {
		pr_err("%s: half a record of a pv site: not loaded\n", mod->name);
		return -ENOEXEC;
	}
	code = alloc_code(mod, count);
	if (!code)
		return -ENOMEM;
	mutex_lock(&pv_codes_lock);
	pv_make_choices();
	pv_patch(sites, sites + count, pv_choices, &code->env, &res);
	if (!damaged(&res))
		list_add_rcu(&code->list, &pv_codes);
	mutex_unlock(&pv_codes_lock);
	if (damaged(&res)) {
		pr_err("%s: records of pv sites that do not fit the code: not loaded\n",
		       mod->name);
		free_code(code);
		return -ENOEXEC;
	}
	mod->arch.pv_code = code;
	pr_debug("%s: %u pv sites, %u native, %u patched, %u refused\n", mod->name, res.sites,
		 res.native, res.in_place + res.moved, res.refused);
	return 0;
}

/*
 * The init section is about to be freed. Another module's code may soon be where its
 * bundles were: they must not be found any more when a fault there is looked up.
 */
void paravirt_free_module_init(struct module *mod)
{
	struct pv_code *code = mod->arch.pv_code;
	size_t i;

	if (!code)
		return;
	for (i = 0; i < code->env.moved_count; i++)
		if (in_layout(code->env.moved[i].original, &mod->init_layout))
			WRITE_ONCE(code->env.moved[i].original, 0);
}

void paravirt_free_module(struct module *mod)
{
	struct pv_code *code = mod->arch.pv_code;

	if (!code)
		return;
	mod->arch.pv_code = NULL;
	mutex_lock(&pv_codes_lock);
	list_del_rcu(&code->list);
	mutex_unlock(&pv_codes_lock);
	synchronize_rcu();
	free_code(code);
}
