// SPDX-License-Identifier: GPL-2.0-only
/*
 * pv_ops/moved in debugfs: which bundles of the kernel and of its modules run out of
 * line, and where. One line a bundle: its address, its copy's, the copy's length in bundles,
 * whose it is. Forgotten ones (a module's init section, once it has run) are left out.
 */
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/rculist.h>
#include <linux/seq_file.h>

#include <asm/paravirt_ip.h>

#include "sites.h"

struct dentry *pv_debugfs;

static void show_code(struct seq_file *m, const struct pv_code *code)
{
	size_t i;

	for (i = 0; i < code->env.moved_count; i++) {
		const struct pv_moved *moved = &code->env.moved[i];
		unsigned long original = READ_ONCE(moved->original);

		if (original)
			seq_printf(m, "%016lx %016lx %3u %s\n", original,
				   (unsigned long)moved->copy, moved->bundles,
				   code->mod ? code->mod->name : "kernel");
	}
}

static int moved_show(struct seq_file *m, void *unused)
{
	struct pv_code *code;

	rcu_read_lock();
	list_for_each_entry_rcu(code, &pv_codes, list)
		show_code(m, code);
	rcu_read_unlock();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(moved);

/* The directory is for others, too: theirs comes later. */
static int __init pv_debug_init(void)
{
	if (!paravirt_patched)
		return 0;
	pv_debugfs = debugfs_create_dir("pv_ops", NULL);
	debugfs_create_file("moved", 0400, pv_debugfs, NULL, &moved_fops);
	return 0;
}
device_initcall(pv_debug_init);
