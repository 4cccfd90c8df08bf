// SPDX-License-Identifier: MIT
/*
 * table.c - the native functions of pv_cpu_ops, from the rows of ops.def.
 *
 * Each is the native instruction as a C function: what a table holds where no backend
 * overrides it, and what a backend calls to add to it. None of these contains a site,
 * so that they mean the hardware whatever has been patched. They are not on any native
 * path: there the instruction stands at the site itself.
 */
#include "pvops.h"

/*
 * What the instructions need from the SDM's dependency rules is in each statement: the
 * C around it is compiled for the caller's instruction group, hence the leading stops.
 */
#define NATIVE_GET(text)                                                                           \
	{                                                                                          \
		unsigned long value;                                                               \
		asm volatile(";; " text ";;" : [r1] "=r"(value)::"memory");                        \
		return value;                                                                      \
	}
/* A register that was written has its new value when the function returns. */
#define NATIVE_SET(text)                                                                           \
	{                                                                                          \
		asm volatile(";; " text ";; srlz.i;;" ::[r2] "r"(val) : "memory");                 \
	}
#define NATIVE_USE(text)                                                                           \
	{                                                                                          \
		asm volatile(";; " text ";;" ::[r3] "r"(addr) : "memory");                         \
	}
#define NATIVE_MAP(text)                                                                           \
	{                                                                                          \
		unsigned long value;                                                               \
		asm volatile(";; " text ";;" : [r1] "=r"(value) : [r3] "r"(index) : "memory");     \
		return value;                                                                      \
	}
#define NATIVE_PAIR(text)                                                                          \
	{                                                                                          \
		asm volatile(";; " text ";;" ::[r3] "r"(index), [r2] "r"(val) : "memory");         \
	}
#define NATIVE_VOID(text)                                                                          \
	{                                                                                          \
		asm volatile(";; " text ";;" ::: "memory");                                        \
	}

/* The shapes whose functions are written out below. */
#define NATIVE_MASK(text) ;
#define NATIVE_EACH(text) ;
#define NATIVE_LAST(text) ;

#define PV_OP(name, shape, insn, cond, value, text, ...)                                           \
	PV_DECLARE_##shape(pv_native_##name) NATIVE_##shape(text)
#include "ops.def"

#define PSR_I 0x4000ul

static inline unsigned long read_psr(void)
{
	unsigned long psr;

	asm volatile(";; mov %0=psr;;" : "=r"(psr)::"memory");
	return psr;
}

static inline void write_psr_l(unsigned long psr)
{
	asm volatile(";; mov psr.l=%0;; srlz.i;;" ::"r"(psr) : "memory");
}

/*
 * ssm and rsm take an immediate, a C function does not: what they do to PSR{23:0}
 * is done to the register as a whole, with interruptions off meanwhile so that no
 * handler's change of PSR.mfl, mfh is lost (SDM vol 3, ssm).
 */
static void change_psr(unsigned long clear, unsigned long set)
{
	unsigned long old = read_psr();

	asm volatile(";; rsm 0x4000;;" ::: "memory");
	write_psr_l((((read_psr() & ~PSR_I) | (old & PSR_I)) & ~clear) | set);
}

void pv_native_ssm(unsigned long mask)
{
	change_psr(0, mask & 0xffffff);
}

void pv_native_rsm(unsigned long mask)
{
	change_psr(mask & 0xffffff, 0);
}

void pv_native_local_irq_restore(unsigned long flags)
{
	if (flags & PSR_I)
		asm volatile(";; ssm 0x4000;; srlz.d;;" ::: "memory");
	else
		asm volatile(";; rsm 0x4000;;" ::: "memory");
}

void pv_native_set_rr0_to_rr4(unsigned long v0, unsigned long v1, unsigned long v2,
			      unsigned long v3, unsigned long v4)
{
	pv_native_set_rr(0x0000000000000000, v0);
	pv_native_set_rr(0x2000000000000000, v1);
	pv_native_set_rr(0x4000000000000000, v2);
	pv_native_set_rr(0x6000000000000000, v3);
	pv_native_set_rr(0x8000000000000000, v4);
}
