/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Patched code, shared by the kernel's part (sites.c) and the modules' (modules.c).
 */
#ifndef _PARAVIRT_SITES_H
#define _PARAVIRT_SITES_H

#include <linux/list.h>

#include <pvops/patch.h>

struct module;

/**
 * struct pv_code - the patched code of the kernel, or of a module
 * @list: in pv_codes
 * @env: the patcher's; its copies are what this owns
 * @mod: the module; NULL: the kernel
 */
struct pv_code {
	struct list_head list;
	struct pv_patch_env env;
	struct module *mod;
};

/* All of it, for faults: read under RCU. */
extern struct list_head pv_codes;

/* pv_ops in debugfs, from device_initcall() on; NULL on bare metal. */
extern struct dentry *pv_debugfs;

/* By enum pv_op: what the tables say now. */
extern struct pv_choice pv_choices[];
void pv_make_choices(void);

/* The backend's: better choices than calls. NULL: it has none. */
extern void (*pv_refine)(struct pv_choice *choices);

/* Members of every environment. */
void pv_flush_bundle(struct pv_patch_env *env, const void *bundle);
void pv_sync_text(struct pv_patch_env *env);

/* Make entry points of the kernel's text branches; false, and none is: one is no such thing. */
bool pv_patch_entries(const struct pv_branch *list, size_t count);

#endif /* _PARAVIRT_SITES_H */
