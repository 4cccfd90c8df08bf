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

static void free_code(struct pv_code *code)
{
	vfree(code->env.copy);
	kvfree(code->env.moved);
	kfree(code);
}

static void init_env(struct pv_patch_env *env, struct module *mod)
{
	env->thunk = (u64)pv_thunk;
	env->gp = mod->arch.gp;
	env->text = module_text_at;
	env->flush = pv_flush_bundle;
	env->sync = pv_sync_text;
	env->data = mod;
}

/*
 * Check all records, say which of them are refused, and measure the copies: as if they
 * were out of reach of short branches, which is never less than what they take in the end.
 */
static int measure(struct module *mod, struct pv_site *sites, struct pv_site *end,
		   struct pv_patch_result *res)
{
	struct pv_moved moved[PV_UNIT_BUNDLES];
	struct pv_patch_env env = {
		.copy = kmalloc(PV_UNIT_BYTES, GFP_KERNEL),
		.copy_address = (u64)mod->core_layout.base ^ 1ul << 40,
		.copy_bytes = PV_UNIT_BYTES,
		.moved = moved,
		.moved_max = ARRAY_SIZE(moved),
		.check_only = true,
		.refused = module_refused,
	};

	if (!env.copy)
		return -ENOMEM;
	init_env(&env, mod);
	pv_patch(sites, end, pv_choices, &env, res);
	kfree(env.copy);
	return 0;
}

static struct pv_code *alloc_code(struct module *mod, const struct pv_patch_result *res)
{
	struct pv_code *code = kzalloc(sizeof(*code), GFP_KERNEL);

	if (!code)
		return NULL;
	code->mod = mod;
	init_env(&code->env, mod);
	if (!res->bundles)
		return code;
	code->env.moved = kvcalloc(res->bundles, sizeof(struct pv_moved), GFP_KERNEL);
	code->env.moved_max = res->bundles;
	code->env.copy_bytes = res->copied;
	code->env.copy = module_alloc(code->env.copy_bytes);
	code->env.copy_address = (u64)code->env.copy;
	if (code->env.moved && code->env.copy)
		return code;
	free_code(code);
	return NULL;
}

static int patch_sites(struct module *mod, struct pv_site *sites, struct pv_site *end)
{
	struct pv_patch_result checked = { 0 }, res = { 0 };
	struct pv_code *code;
	int err;

	pv_make_choices();
	err = measure(mod, sites, end, &checked);
	if (err)
		return err;
	if (damaged(&checked)) {
		pr_err("%s: records of pv sites that do not fit the code: not loaded\n",
		       mod->name);
		return -ENOEXEC;
	}
	code = alloc_code(mod, &checked);
	if (!code)
		return -ENOMEM;
	pv_patch(sites, end, pv_choices, &code->env, &res);
	list_add_rcu(&code->list, &pv_codes);
	mod->arch.pv_code = code;
	pr_debug("%s: %u pv sites, %u native, %u patched (%zu bytes), %u refused\n", mod->name,
		 res.sites, res.native, res.in_place + res.moved, res.copied, res.refused);
	return 0;
}

/*
 * The records are no part of the module in memory: where there is nobody to read them, they are
 * neither copied nor relocated. Here they are, in the file's image.
 */
static int relocate_records(struct module *mod, struct elf64_shdr *section,
			    const struct elf64_hdr *hdr, const struct elf64_shdr *sechdrs)
{
	unsigned int i, symbols = 0;
	int err = 0;

	for (i = 1; i < hdr->e_shnum; i++)
		if (sechdrs[i].sh_type == SHT_SYMTAB)
			symbols = i;
	section->sh_entsize = 0;	/* ~0: "it was not allocated" */
	for (i = 1; i < hdr->e_shnum && !err; i++)
		if (sechdrs[i].sh_type == SHT_RELA && sechdrs + sechdrs[i].sh_info == section)
			err = apply_relocate_add((Elf64_Shdr *)sechdrs, NULL, symbols, i, mod);
	return err;
}

int paravirt_patch_module(struct module *mod, struct elf64_shdr *section,
			  const struct elf64_hdr *hdr, const struct elf64_shdr *sechdrs)
{
	struct pv_site *sites;
	int err;

	if (!section || !section->sh_size || !paravirt_patched)
		return 0;
	sites = (void *)section->sh_addr;
	if (section->sh_size % sizeof(*sites)) {
		pr_err("%s: half a record of a pv site: not loaded\n", mod->name);
		return -ENOEXEC;
	}
	err = relocate_records(mod, section, hdr, sechdrs);
	if (err)
		return err;
	mutex_lock(&pv_codes_lock);
	err = patch_sites(mod, sites, sites + section->sh_size / sizeof(*sites));
	mutex_unlock(&pv_codes_lock);
	return err;
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
