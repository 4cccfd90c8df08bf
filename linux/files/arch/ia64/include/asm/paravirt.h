/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * paravirt_ops in Linux: what the kernel's C code calls at the few places that a
 * hypervisor may want to be asked. The operations and tables are those of
 * arch/ia64/paravirt/pvops/ops.def; Documentation/ia64/paravirt_ops.rst explains
 * them. Without CONFIG_PARAVIRT the hooks are nothing.
 */
#ifndef _ASM_IA64_PARAVIRT_H
#define _ASM_IA64_PARAVIRT_H

#ifndef __ASSEMBLY__

#include <linux/types.h>

struct module;
struct rsvd_region;
struct elf64_hdr;
struct elf64_shdr;

#ifdef CONFIG_PARAVIRT

#include <linux/jump_label.h>

/* Demanded by kernel/sched of every architecture with CONFIG_PARAVIRT. */
extern struct static_key paravirt_steal_enabled;
extern struct static_key paravirt_steal_rq_enabled;
u64 paravirt_steal_clock(int cpu);

/* The hooks, by the table that they ask. */
void paravirt_banner(void);
void paravirt_setup_early(void);
char *paravirt_image_end(void);	/* what is behind it is free memory */
int paravirt_reserve_memory(struct rsvd_region *region);
void paravirt_setup_console(char **cmdline);
int paravirt_setup_nomca(void);
void paravirt_cpu_init(void);
bool paravirt_itc_synchronous(void);
void paravirt_post_smp_prepare_boot_cpu(void);
void paravirt_init_missing_ticks_accounting(int cpu);

/* Modules: their sites are patched before their first instruction runs. */
int paravirt_patch_module(struct module *mod, struct elf64_shdr *sites,
			  const struct elf64_hdr *hdr, const struct elf64_shdr *sechdrs);
void paravirt_free_module_init(struct module *mod);
void paravirt_free_module(struct module *mod);

#else /* !CONFIG_PARAVIRT */

static inline void paravirt_banner(void) { }
static inline void paravirt_setup_early(void) { }
#define paravirt_image_end()	_end
static inline int paravirt_reserve_memory(struct rsvd_region *region) { return 0; }
static inline void paravirt_setup_console(char **cmdline) { }
static inline int paravirt_setup_nomca(void) { return 0; }
static inline void paravirt_cpu_init(void) { }
static inline bool paravirt_itc_synchronous(void) { return false; }
static inline void paravirt_post_smp_prepare_boot_cpu(void) { }
static inline void paravirt_init_missing_ticks_accounting(int cpu) { }
static inline int paravirt_patch_module(struct module *mod, struct elf64_shdr *sites,
					const struct elf64_hdr *hdr,
					const struct elf64_shdr *sechdrs)
{
	return 0;
}
static inline void paravirt_free_module_init(struct module *mod) { }
static inline void paravirt_free_module(struct module *mod) { }

#endif /* CONFIG_PARAVIRT */
#endif /* !__ASSEMBLY__ */
#endif /* _ASM_IA64_PARAVIRT_H */
