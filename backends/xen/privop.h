/* SPDX-License-Identifier: MIT */
/*
 * privop.h - a Xen/ia64 guest's way to its hypervisor: hyperprivops, hypercalls and the
 * two shared pages (abi/xen.h), as C sees them.
 *
 * A hyperprivop takes and gives general registers and keeps everything else; SET_KR loses
 * r8. A hypercall is a function call that destroys less than one. The pages are mapped at
 * XEN_XSI_LINUX from xen_map_shared() on; none of this may be used before.
 */
#ifndef BACKENDS_XEN_PRIVOP_H
#define BACKENDS_XEN_PRIVOP_H

#include <abi/xen.h>

/* Address of a mapped register; `mov r = imm22` can make it. */
#define XEN_REG(name) (XEN_XSI_LINUX + XEN_MAPPED_REGS_OFS + XMR_##name)

#ifndef __ASSEMBLER__

#define XEN_SHARED ((volatile struct xen_shared_info *)XEN_XSI_LINUX)
#define XEN_MREGS  ((volatile struct xen_mapped_regs *)(XEN_XSI_LINUX + XEN_MAPPED_REGS_OFS))

/* A hyperprivop with up to two operands and a result: r8, r9; r8. */
static inline unsigned long xen_privop(enum xen_number op, unsigned long a, unsigned long b)
{
	register unsigned long r8 asm("r8") = a;
	register unsigned long r9 asm("r9") = b;

	asm volatile(";; break %2 ;;" : "+r"(r8) : "r"(r9), "i"(op) : "memory");
	return r8;
}

/** xen_call - a table call, or a class that takes stacked arguments: r32 to r36, r2 */
long xen_call(unsigned long a, unsigned long b, unsigned long c, unsigned long d,
	      unsigned long e, unsigned long number);

/** xen_send_ipi - class send_ipi: a vector for a virtual processor without event channels */
long xen_send_ipi(unsigned long vcpu, unsigned long vector);

/** xen_map_shared - class set_shared_info_va: the shared pages come to @va; 0 */
long xen_map_shared(unsigned long va);

/** xen_halt - PAL_HALT_LIGHT: until an event is pending; events are masked afterwards */
void xen_halt(void);

/** xen_inline_handle - the xencomm handle of a buffer, contiguous in pseudo-physical memory */
static inline unsigned long xen_inline_handle(unsigned long paddr)
{
	return XENCOMM_INLINE | paddr;
}

/* The calling processor's byte in the shared page: its events are masked. */
static inline volatile uint8_t *xen_mask(void)
{
	return (volatile uint8_t *)XEN_MREGS->mask_addr;
}

/* The byte in front of it: an event is pending. */
static inline unsigned int xen_upcall_pending(volatile uint8_t *mask)
{
	return mask[-1];
}

/** xen_setup_cpu_ops - the members of pv_cpu_ops that mean the hypervisor */
void xen_setup_cpu_ops(void);

/** xen_trap_cpu_ops - only those whose native instruction would not trap, but be wrong */
void xen_trap_cpu_ops(void);

struct pv_choice;

/** xen_refine - better than calls, where there is something; @choices: by enum pv_op */
void xen_refine(struct pv_choice *choices);

#endif /* !__ASSEMBLER__ */
#endif
