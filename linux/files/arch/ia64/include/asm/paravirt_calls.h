/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calls of interrupt code that go through pv_irq_ops and pv_iosapic_ops. Cold:
 * an indirect call each. Included by asm/hw_irq.h and asm/iosapic.h with
 * CONFIG_PARAVIRT, whose users keep the names that they have without.
 */
#ifndef _ASM_IA64_PARAVIRT_CALLS_H
#define _ASM_IA64_PARAVIRT_CALLS_H

#include <linux/irqreturn.h>

void paravirt_register_ipi(void);
int paravirt_assign_irq_vector(int irq);
void paravirt_free_irq_vector(int vector);
int paravirt_irq_prepare_move(int irq, int cpu);
void paravirt_resend_irq(unsigned int vector);
void paravirt_register_percpu_irq(u8 vector, irqreturn_t (*handler)(int, void *),
				  unsigned long flags, const char *name);

struct irq_chip;
void paravirt_iosapic_pcat_compat_init(void);
struct irq_chip *paravirt_iosapic_get_irq_chip(unsigned long trigger);
unsigned int paravirt_iosapic_read(char __iomem *iosapic, unsigned int reg);
void paravirt_iosapic_write(char __iomem *iosapic, unsigned int reg, u32 val);

#endif /* _ASM_IA64_PARAVIRT_CALLS_H */
