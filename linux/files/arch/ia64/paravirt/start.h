/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Early selection, as entry points see it; for C and .S. An entry point stores who
 * started the kernel in pv_environment and joins _start.
 */
#ifndef _PARAVIRT_START_H
#define _PARAVIRT_START_H

#define PV_ENV_NATIVE	0
#define PV_ENV_XEN	1
#define PV_ENV_COUNT	2

#ifndef __ASSEMBLY__

extern unsigned int pv_environment;

void pv_start(void);

/* xen/setup.c: fill the tables for a Xen/ia64 guest. */
void xen_setup(void);

/* Keep a text until there is a console. */
void pv_note(const char *text);

/* Patch the kernel's sites for the tables as they are; before start_kernel(). */
void pv_patch_kernel(void);

/* What the patcher did, for the report and the counters in debugfs. */
struct pv_report {
	const char *backend;
	unsigned int sites;
	unsigned int native;
	unsigned int in_place;
	unsigned int moved;
	unsigned int refused;
	unsigned int bundles;
	unsigned long copied;	/* bytes of out-of-line code */
};

extern struct pv_report pv_report;

#endif /* !__ASSEMBLY__ */
#endif /* _PARAVIRT_START_H */
