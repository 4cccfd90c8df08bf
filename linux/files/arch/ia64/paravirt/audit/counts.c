// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the audit backend counted: pv_ops/operations in debugfs, or /proc/pv_ops in a
 * kernel without debugfs. One line an operation: its table, its name, how often it was
 * called, at how many places of the kernel it stands, and, if it was never called and
 * this is known, why. The records of the C sites are gone after boot, so the places
 * are counted before that; those of modules are not in.
 */
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/printk.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include <abi/site.h>
#include <backends/audit/audit.h>
#include <pvops/pvops.h>

#include "../sites.h"

extern const struct pv_site __start_pv_sites[], __stop_pv_sites[];
extern const u32 __start___pv_asm_sites[], __stop___pv_asm_sites[];

static unsigned int op_sites[PV_OP_COUNT] __ro_after_init;
static unsigned int macro_sites[PV_MACRO_COUNT] __ro_after_init;

static const char *const fn_unreached[PV_FN_COUNT] = {
#define PV_FN(table, name, kind, ret, args, unreached, doc) unreached,
#include <pvops/ops.def>
};

/* Of those that Linux on the project's machine never reaches. */
static const char *macro_unreached(unsigned int macro)
{
	switch (macro) {
	case PV_MACRO_MOV_TO_IHA: return "only with CONFIG_DISABLE_VHPT";
	case PV_MACRO_ITC_I: return "the VHPT walker finds all instruction translations";
	default: return "";
	}
}

static void show_row(struct seq_file *m, const char *table, const char *name, u64 calls,
		     unsigned int sites, const char *unreached)
{
	seq_printf(m, "%-10s %-40s %12llu %6u", table, name, calls, sites);
	if (!calls && *unreached)
		seq_printf(m, "  %s", unreached);
	seq_putc(m, '\n');
}

static int operations_show(struct seq_file *m, void *unused)
{
	int i;

	seq_printf(m, "%-10s %-40s %12s %6s\n", "table", "operation", "calls", "sites");
	for (i = 1; i < PV_OP_COUNT; i++)
		show_row(m, "pv_cpu", pv_op_desc[i].name, audit_op_calls[i], op_sites[i],
			 pv_op_desc[i].unreached);
	for (i = 0; i < PV_FN_COUNT; i++)
		show_row(m, "indirect", pv_fn_name[i], audit_fn_calls[i], 0, fn_unreached[i]);
	for (i = 0; i < PV_MACRO_COUNT; i++)
		show_row(m, "assembly", pv_macro_name[i], audit_macro_calls[i], macro_sites[i],
			 macro_unreached(i));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(operations);

static unsigned int __init count_sites(void)
{
	const struct pv_site *site;

	for (site = __start_pv_sites; site < __stop_pv_sites; site++)
		if ((site->op & PV_SITE_OP_MASK) < PV_OP_COUNT)
			op_sites[site->op & PV_SITE_OP_MASK]++;
	return __stop_pv_sites - __start_pv_sites;
}

static unsigned int __init count_macros(void)
{
	const u32 *macro;

	for (macro = __start___pv_asm_sites; macro < __stop___pv_asm_sites; macro++)
		if (*macro < PV_MACRO_COUNT)
			macro_sites[*macro]++;
	return __stop___pv_asm_sites - __start___pv_asm_sites;
}

static int __init audit_counts_init(void)
{
	unsigned int sites, macros;

	if (!audit_active())
		return 0;
	sites = count_sites();
	macros = count_macros();
	pr_info("pv_ops: audit: %u sites of %u operations, %u uses of %u assembly macros\n",
		sites, PV_OP_COUNT - 1, macros, PV_MACRO_COUNT);
	if (IS_ENABLED(CONFIG_DEBUG_FS))
		debugfs_create_file("operations", 0444, pv_debugfs, NULL, &operations_fops);
	else
		proc_create_single("pv_ops", 0444, NULL, operations_show);
	return 0;
}
late_initcall(audit_counts_init);
