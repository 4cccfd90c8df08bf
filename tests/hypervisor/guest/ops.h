/* SPDX-License-Identifier: MIT */
/*
 * ops.h - privileged operations of the bare guest: hyperprivops, and the same as instructions.
 */
#ifndef GUEST_OPS_H
#define GUEST_OPS_H

#include "guest.h"

#define MR   ((volatile struct xen_mapped_regs *)(XEN_XSI_LINUX + XEN_MAPPED_REGS_OFS))
#define INFO ((volatile struct xen_vcpu_info *)XEN_XSI_LINUX)

#define PSR_BE	    (1ul << 1)
#define PSR_AC	    (1ul << 3)
#define PSR_IC	    (1ul << 13)
#define PSR_I	    (1ul << 14)
#define PSR_PK	    (1ul << 15)
#define PSR_DT	    (1ul << 17)
#define PSR_DFL	    (1ul << 18)
#define PSR_DFH	    (1ul << 19)
#define PSR_DB	    (1ul << 24)
#define PSR_LP	    (1ul << 25)
#define PSR_TB	    (1ul << 26)
#define PSR_RT	    (1ul << 27)
#define PSR_CPL	    (3ul << 32)
#define PSR_IT	    (1ul << 36)
#define PSR_ID	    (1ul << 37)
#define PSR_DA	    (1ul << 38)
#define PSR_DD	    (1ul << 39)
#define PSR_SS	    (1ul << 40)
#define PSR_RI	    (3ul << 41)
#define PSR_ED	    (1ul << 43)
#define PSR_BN	    (1ul << 44)
#define PSR_IA	    (1ul << 45)
#define PSR_VIRTUAL (PSR_DT | PSR_RT | PSR_IT)

/* A hyperprivop with r8 and r9, result r8. */
#define PRIVOP(name, a, b)                                                                         \
	({                                                                                         \
		register uint64_t r8_ asm("r8") = (a);                                             \
		register uint64_t r9_ asm("r9") = (b);                                             \
		asm volatile("break %2;;"                                                          \
			     : "+r"(r8_)                                                           \
			     : "r"(r9_), "i"(XEN_PRIVOP_##name)                                    \
			     : "memory");                                                          \
		r8_;                                                                               \
	})

static inline uint64_t thash(uint64_t va)
{
	return PRIVOP(THASH, va, 0);
}

static inline void set_rr(uint64_t va, uint64_t value)
{
	PRIVOP(SET_RR, va, value);
}

static inline uint64_t get_rr(uint64_t va)
{
	return PRIVOP(GET_RR, va, 0);
}

static inline void ptc_ga(uint64_t va, uint64_t ps)
{
	PRIVOP(PTC_GA, va, ps << 2);
}

/* Insertions read the mapped registers, which an interruption would overwrite: psr.ic = 0. */
static inline void insert(bool data, uint64_t va, uint64_t pte, uint64_t itir)
{
	uint32_t ic = MR->ic;

	MR->ic = 0;
	MR->ifa = va;
	MR->itir = itir;
	if (data)
		PRIVOP(ITC_D, pte, 0);
	else
		PRIVOP(ITC_I, pte, 0);
	MR->ic = ic;
}

/* Present, WB, accessed, dirty; level 0, which is 1 in truth */
#define PTE_RWX	 0x661ul
#define PTE_RW	 0x461ul
#define PTE_R	 0x061ul
#define PTE_USER (3ul << 7)
#define PTE_A	 (1ul << 5)
#define PTE_D	 (1ul << 6)

/** run - call @f(@arg) at privilege level @cpl with @set added to psr; its result */
uint64_t run(uint64_t (*f)(uint64_t), uint64_t arg, uint64_t set);

/** state_check - (state.S) registers across `break`: the number of those that changed */
uint64_t state_check(void);

#endif
