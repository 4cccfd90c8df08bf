/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The flavours of the assembly sources: which vector table, kernel entry points,
 * fast system calls and gate page this kernel uses. The native ones, unless
 * pv_asm_select() chose others, once, on the boot processor, before start_kernel().
 */
#ifndef _ASM_IA64_PARAVIRT_ASM_H
#define _ASM_IA64_PARAVIRT_ASM_H

#ifdef CONFIG_PARAVIRT

/**
 * pv_asm_select - choose another flavour of the assembly sources than the native one
 * @name: of the backend
 *
 * To be called before the first interruption: the native entry points become branches,
 * and this processor gets another vector table (the others when they start).
 *
 * Return: 0; -ENOENT, and nothing has changed, if there is no such flavour; -EINVAL, and
 * nothing has changed, if an entry point cannot be patched.
 */
int pv_asm_select(const char *name);

unsigned long *pv_fsyscall_table(void);
const char *pv_fsys_bubble_down(void);

/* The gate page's image, ready to be mapped. */
char *pv_gate_section(void);

#else

#include <asm/sections.h>

static inline unsigned long *pv_fsyscall_table(void)
{
	extern unsigned long fsyscall_table[];

	return fsyscall_table;
}

static inline const char *pv_fsys_bubble_down(void)
{
	extern char fsys_bubble_down[];

	return fsys_bubble_down;
}

static inline char *pv_gate_section(void)
{
	return __start_gate_section;
}

#endif /* CONFIG_PARAVIRT */
#endif /* _ASM_IA64_PARAVIRT_ASM_H */
