// SPDX-License-Identifier: GPL-2.0-only
/*
 * Early selection: which backend this kernel runs with. head.S calls pv_start() on
 * the boot processor, in virtual mode, before start_kernel() and so before any C
 * that contains a pv site. Nothing here or below contains one that is executed:
 * printk() does, so what is to be said is kept until there is a console.
 *
 * Each environment that can start a kernel has an entry point of its own, which
 * stores its number in pv_environment and joins _start. On bare metal all of this
 * is a look at the command line.
 */
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#include <asm/page.h>
#include <asm/paravirt_asm.h>
#include <asm/setup.h>

#include <backends/audit/audit.h>
#include <backends/xen/privop.h>
#include <pvops/pvops.h>

#include "sites.h"
#include "start.h"

/* In .data, not .bss: an entry point may set it before anything is cleared. */
unsigned int pv_environment __section(".data") = PV_ENV_NATIVE;

struct pv_report pv_report __ro_after_init = { .backend = "native" };

/**
 * struct pv_backend - what can be selected
 * @name: for "pv_ops=" on the command line; also that of its assembly flavour
 * @setup: fills the members of the pv_* tables that it overrides; NULL: none
 * @trap: of a guest: afterwards gives back to pv_cpu_ops what the hypervisor can emulate
 * @refine: choices for sites that are better than calls; NULL: none
 */
struct pv_backend {
	const char *name;
	void (*setup)(void);
	void (*trap)(void);
	void (*refine)(struct pv_choice *choices);
};

/* Those that an environment brings with it; bare metal brings none. */
static const struct pv_backend pv_environments[PV_ENV_COUNT] __initconst = {
	[PV_ENV_NATIVE] = { "native", NULL },
#ifdef CONFIG_PARAVIRT_XEN
	[PV_ENV_XEN] = { "xen", xen_setup, xen_trap_cpu_ops, xen_refine },
#endif
};

/* Those that can be asked for. */
static const struct pv_backend pv_named[] __initconst = {
	{ "native", NULL },
	{ "off", NULL },
#ifdef CONFIG_PARAVIRT_AUDIT
	{ "audit", audit_setup },
#endif
};

static char pv_notes[512] __initdata;

void __init pv_note(const char *text)
{
	strlcat(pv_notes, text, sizeof(pv_notes));
}

/* The value of "pv_ops=", the last one if there are several; NULL if there is none. */
static const char *__init pv_option(const char *line)
{
	static const char name[] __initconst = "pv_ops=";
	const char *at, *found = NULL;

	for (at = line; (at = strstr(at, name)); at += sizeof(name) - 1)
		if (at == line || at[-1] == ' ')
			found = at + sizeof(name) - 1;
	return found;
}

/* What the command line names; NULL: nothing, or nothing that there is here. */
static const struct pv_backend *__init pv_asked_for(const char *line)
{
	const char *option = pv_option(line);
	size_t length = option ? strcspn(option, " ") : 0;
	unsigned int i;

	for (i = 0; option && i < ARRAY_SIZE(pv_named); i++) {
		if (strlen(pv_named[i].name) != length ||
		    memcmp(pv_named[i].name, option, length))
			continue;
		if (pv_environment == PV_ENV_NATIVE || !pv_named[i].setup)
			return &pv_named[i];
		pv_note("pv_ops: that backend is for bare hardware; using the environment's\n");
		return NULL;
	}
	if (option)
		pv_note("pv_ops: no such backend on the command line; using the environment's\n");
	return NULL;
}

/* In a guest, "native" is about the C sites: those that can be emulated are left to that. */
static const struct pv_backend *__init pv_setup(const char *line)
{
	const struct pv_backend *asked = pv_asked_for(line);
	const struct pv_backend *backend = &pv_environments[pv_environment];

	if (asked && pv_environment == PV_ENV_NATIVE)
		backend = asked;
	if (!backend->setup)
		return NULL;
	backend->setup();
	pv_refine = backend->refine;
	if (asked && backend->trap)
		backend->trap();
	return backend;
}

/**
 * pv_start - choose a backend, fill the tables, patch the sites and the entry points
 *
 * Runs once, on the boot processor, with interrupts off.
 */
void __init pv_start(void)
{
	const struct pv_backend *backend;

	backend = pv_setup(__va(ia64_boot_param->command_line));
	if (!backend)
		return;
	if (pv_find_null()) {
		pv_note("pv_ops: the backend left a slot empty: ");
		pv_note(pv_find_null());
		pv_note("; running natively\n");
		pv_reset_native();
		return;
	}
	pv_report.backend = backend->name;
	pv_patch_kernel();
	switch (pv_asm_select(backend->name)) {
	case 0:
		break;
	case -ENOENT:
		pv_note("pv_ops: the backend has no assembly of its own\n");
		break;
	default:
		pv_note("pv_ops: an entry point cannot be patched; the assembly stays native\n");
	}
}

/* The console is there: what happened, once. */
static int __init pv_say(void)
{
	if (pv_notes[0])
		pr_info("%s", pv_notes);
	if (pv_report.sites)
		pr_info("pv_ops: %s: %u sites: %u native, %u in place, %u moved (%u bundles, %lu KB), %u refused\n",
			pv_report.backend, pv_report.sites, pv_report.native, pv_report.in_place,
			pv_report.moved, pv_report.bundles, pv_report.copied >> 10,
			pv_report.refused);
	else
		pr_info("pv_ops: %s\n", pv_report.backend);
	return 0;
}
pure_initcall(pv_say);
