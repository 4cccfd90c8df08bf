// SPDX-License-Identifier: GPL-2.0-only
/*
 * The assembly category in Linux: the sources below arch/ia64/kernel exist once
 * natively and once for each flavour, and this chooses between them, early on the
 * boot processor. Entry points that C and native-only assembly know by name become
 * long branches; the vector table goes to cr.iva here and, through pv_ivt, on every
 * processor that starts later (head.S); fast system calls and the gate page are
 * asked for when Linux sets them up. On bare metal nothing is written.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <asm/cacheflush.h>
#include <asm/page.h>
#include <asm/paravirt_asm.h>
#include <asm/patch.h>
#include <asm/sections.h>

#include <backends/audit/audit.h>
#include <pvops/pvasm.h>
#include <pvops/pvops.h>

#include "sites.h"
#include "start.h"

/**
 * struct pv_asm - a flavour of the assembly sources
 * @name: of the backend that it belongs to
 * @ivt: the interruption vector table
 * @fsyscall_table: of the fast system calls
 * @fsys_bubble_down: from a fast system call to the full one
 * @gate: the image of the gate page
 * @macro_calls: counters that the gate page refers to, by enum pv_macro; or NULL
 * @entry: the labels of the BRANCH rows of ops.def, by enum pv_entry
 */
struct pv_asm {
	const char *name;
	const char *ivt;
	unsigned long *fsyscall_table;
	const char *fsys_bubble_down;
	char *gate;
	u64 *macro_calls;
	const char *entry[PV_ENTRY_COUNT];
};

/* Labels in assembly: addresses, not function descriptors. */
#define PV_LABEL_BRANCH(name) extern const char ia64_##name[], audit_##name[], xen_##name[];
#define PV_LABEL_TABLE(name)
#define PV_ENTRY(name, kind, doc) PV_LABEL_##kind(name)
#include <pvops/ops.def>
extern const char ia64_ivt[], audit_ivt[], xen_ivt[];
extern unsigned long fsyscall_table[], audit_fsyscall_table[], xen_fsyscall_table[];
extern const char fsys_bubble_down[], audit_fsys_bubble_down[], xen_fsys_bubble_down[];
extern char audit_gate[], xen_gate[];

#define PV_ADDRESS_BRANCH(prefix, name) [PV_ENTRY_##name] = prefix##_##name,
#define PV_ADDRESS_TABLE(prefix, name)

static const struct pv_asm pv_asm_native = {
	.name = "native",
	.ivt = ia64_ivt,
	.fsyscall_table = fsyscall_table,
	.fsys_bubble_down = fsys_bubble_down,
	.gate = __start_gate_section,
	.entry = {
#define PV_ENTRY(name, kind, doc) PV_ADDRESS_##kind(ia64, name)
#include <pvops/ops.def>
	},
};

#ifdef CONFIG_PARAVIRT_AUDIT
static const struct pv_asm pv_asm_audit = {
	.name = "audit",
	.ivt = audit_ivt,
	.fsyscall_table = audit_fsyscall_table,
	.fsys_bubble_down = audit_fsys_bubble_down,
	.gate = audit_gate,
	.macro_calls = audit_macro_calls,
	.entry = {
#define PV_ENTRY(name, kind, doc) PV_ADDRESS_##kind(audit, name)
#include <pvops/ops.def>
	},
};
#endif

#ifdef CONFIG_PARAVIRT_XEN
static const struct pv_asm pv_asm_xen = {
	.name = "xen",
	.ivt = xen_ivt,
	.fsyscall_table = xen_fsyscall_table,
	.fsys_bubble_down = xen_fsys_bubble_down,
	.gate = xen_gate,
	.entry = {
#define PV_ENTRY(name, kind, doc) PV_ADDRESS_##kind(xen, name)
#include <pvops/ops.def>
	},
};
#endif

/* Those that bare metal does not start with. */
static const struct pv_asm *const pv_asm_flavours[] = {
#ifdef CONFIG_PARAVIRT_AUDIT
	&pv_asm_audit,
#endif
#ifdef CONFIG_PARAVIRT_XEN
	&pv_asm_xen,
#endif
};

/* The one in use. */
static const struct pv_asm *pv_asm __ro_after_init = &pv_asm_native;

/* What a processor puts into cr.iva when it starts. */
const char *pv_ivt = ia64_ivt;

/* All of it or nothing: half of a flavour's entry points would be no flavour. */
static int __init pv_asm_switch(const struct pv_asm *to)
{
	struct pv_branch list[PV_ENTRY_COUNT];
	size_t count = 0;
	int i;

	for (i = 0; i < PV_ENTRY_COUNT; i++) {
		if (!pv_asm_native.entry[i])
			continue;
		list[count].from = (unsigned long)pv_asm_native.entry[i];
		list[count++].to = (unsigned long)to->entry[i];
	}
	if (!pv_patch_entries(list, count))
		return -EINVAL;
	pv_asm = to;
	pv_ivt = to->ivt;
	pv_cpu_ops.set_cr_iva((unsigned long)pv_ivt);
	return 0;
}

int __init pv_asm_select(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pv_asm_flavours); i++)
		if (!strcmp(pv_asm_flavours[i]->name, name))
			return pv_asm_switch(pv_asm_flavours[i]);
	return -ENOENT;
}

unsigned long *pv_fsyscall_table(void)
{
	return pv_asm->fsyscall_table;
}

const char *pv_fsys_bubble_down(void)
{
	return pv_asm->fsys_bubble_down;
}

/* The immediate operand of a movl; 0 if the bundle holds none (SDM vol 3 §4.7.2, X2). */
static u64 __init pv_movl_value(const u64 *bundle)
{
	u64 x = bundle[1] >> 23;
	u64 l = bundle[0] >> 46 | (bundle[1] & 0x7fffff) << 18;

	if ((bundle[0] & 0x1e) != 0x04 || x >> 37 != 6 || (x >> 20 & 1))
		return 0;
	return (x >> 36 & 1) << 63 | l << 22 | (x >> 21 & 1) << 21 | (x >> 22 & 0x1f) << 16 |
	       (x >> 27 & 0x1ff) << 7 | (x >> 13 & 0x7f);
}

/* The gate page is linked apart: its counters' addresses are filled in here. */
static void __init pv_gate_counters(u64 *macro_calls)
{
	u64 *bundle = (u64 *)pv_asm->gate;
	u64 *end = (u64 *)(pv_asm->gate + PAGE_SIZE);

	for (; bundle < end; bundle += 2) {
		u64 macro = pv_movl_value(bundle) - PV_ASM_GATE_MAGIC;

		if (macro < PV_MACRO_COUNT)
			ia64_patch_imm64((u64)bundle + 2, (u64)&macro_calls[macro]);
	}
	flush_icache_range((unsigned long)pv_asm->gate, (unsigned long)end);
}

char *__init pv_gate_section(void)
{
	if (pv_asm->macro_calls)
		pv_gate_counters(pv_asm->macro_calls);
	return pv_asm->gate;
}
