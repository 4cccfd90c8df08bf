/* SPDX-License-Identifier: MIT */
/*
 * cpu.h - the processor's system registers and instructions, for C (SDM vol 2 §3.3).
 *
 * Writers serialize where a later C statement may rely on what they wrote.
 */
#ifndef HV_CPU_H
#define HV_CPU_H

#include <stdbool.h>
#include <stdint.h>

enum {
#define ISA_PSR(bit, width, name) PSR_BIT_##name = (bit),
#include "regs.def"
};
enum vector {
#define ISA_VECTOR(offset, id, title) VEC_##id = (offset),
#include "regs.def"
};

#define PSR(name) (1ul << PSR_BIT_##name)
#define PSR_CPL	  (3ul << PSR_BIT_cpl)
#define PSR_RI	  (3ul << PSR_BIT_ri)

/* ISR, SDM vol 2 §3.3.5.2 */
#define ISR_CODE 0xffff
#define ISR_X	 (1ul << 32)
#define ISR_W	 (1ul << 33)
#define ISR_R	 (1ul << 34)
#define ISR_NA	 (1ul << 35)
#define ISR_SP	 (1ul << 36)
#define ISR_RS	 (1ul << 37)
#define ISR_IR	 (1ul << 38)
#define ISR_NI	 (1ul << 39)
#define ISR_EI	 (3ul << 41)
#define ISR_ED	 (1ul << 43)

/* Codes of a General Exception in ISR, SDM vol 2 §8.3 */
#define GEX_ILLEGAL_OP	 0x00
#define GEX_PRIV_OP	 0x10
#define GEX_PRIV_REG	 0x20
#define GEX_RESERVED_REG 0x30

#define IFS_VALID (1ul << 63)
#define IFS_FRAME 0x3ffffffffful /* bits 37:0, the frame marker */

#define RR_VE	    1ul
#define RR_PS(rr)   ((rr) >> 2 & 0x3f)
#define RR_RID(rr)  ((rr) >> 8 & 0xffffff)
#define ITIR_PS(x)  ((x) >> 2 & 0x3f)
#define PTA_VE	    1ul
#define PTA_VF	    (1ul << 8)
#define PTA_SIZE(x) ((x) >> 2 & 0x3f)

/* A translation's first word, SDM vol 2 §4.1.1.5 */
#define PTE_P	       1ul
#define PTE_MA	       (7ul << 2)
#define PTE_A	       (1ul << 5)
#define PTE_D	       (1ul << 6)
#define PTE_PL	       (3ul << 7)
#define PTE_PL_SHIFT   7
#define PTE_AR	       (7ul << 9)
#define PTE_AR_SHIFT   9
#define PTE_PPN	       0x3fffffffff000ul /* bits 49:12 */
#define PTE_ED	       (1ul << 52)
#define PTE_MA_WB      (0ul << 2)
#define PTE_MA_UC      (4ul << 2)
#define PTE_MA_NATPAGE (7ul << 2)
#define PTE_RWX	       (3ul << PTE_AR_SHIFT)
#define PTE_RW	       (2ul << PTE_AR_SHIFT)

#define CR_READ(name)                                                                              \
	({                                                                                         \
		uint64_t v_;                                                                       \
		asm volatile("mov %0 = cr." #name : "=r"(v_)::"memory");                           \
		v_;                                                                                \
	})
#define CR_WRITE(name, v) asm volatile("mov cr." #name " = %0;; srlz.d;;" ::"r"(v) : "memory")
#define AR_READ(name)                                                                              \
	({                                                                                         \
		uint64_t v_;                                                                       \
		asm volatile("mov %0 = ar." #name : "=r"(v_)::"memory");                           \
		v_;                                                                                \
	})
#define AR_WRITE(name, v) asm volatile("mov ar." #name " = %0" ::"r"(v) : "memory")
#define IND_READ(file, n)                                                                          \
	({                                                                                         \
		uint64_t v_;                                                                       \
		asm volatile("mov %0 = " #file "[%1]" : "=r"(v_) : "r"(n) : "memory");             \
		v_;                                                                                \
	})
#define IND_WRITE(file, n, v)                                                                      \
	asm volatile("mov " #file "[%0] = %1;; srlz.d;;" ::"r"(n), "r"(v) : "memory")

/*
 * The insertions read cr.ifa and cr.itir, and are illegal with psr.ic = 1; nothing between
 * rsm and ssm refers to memory that is not pinned.
 */
#define INSERT(what, serialize, pte, va, itir, ...)                                                \
	asm volatile("rsm %3;; srlz.d;; mov cr.ifa = %1; mov cr.itir = %2;; " what                 \
		     " %0;; ssm %3;; srlz." serialize ";;" ::"r"(pte),                             \
		     "r"(va), "r"(itir), "i"(PSR(ic)), ##__VA_ARGS__                               \
		     : "memory")

static inline void insert_tc(bool data, uint64_t va, uint64_t pte, uint64_t itir)
{
	if (data)
		INSERT("itc.d", "d", pte, va, itir);
	else
		INSERT("itc.i", "i", pte, va, itir);
}

static inline void insert_tr(bool data, uint64_t slot, uint64_t va, uint64_t pte, uint64_t itir)
{
	if (data)
		INSERT("itr.d dtr[%4] =", "d", pte, va, itir, "r"(slot));
	else
		INSERT("itr.i itr[%4] =", "i", pte, va, itir, "r"(slot));
}

static inline void purge_tr(bool data, uint64_t va, uint64_t ps)
{
	if (data)
		asm volatile("ptr.d %0, %1;; srlz.d;;" ::"r"(va), "r"(ps << 2) : "memory");
	else
		asm volatile("ptr.i %0, %1;; srlz.i;;" ::"r"(va), "r"(ps << 2) : "memory");
}

static inline void purge_tc(uint64_t va, uint64_t ps)
{
	asm volatile("ptc.l %0, %1;; srlz.i;;" ::"r"(va), "r"(ps << 2) : "memory");
}

/* All processors'. */
static inline void purge_tc_global(uint64_t va, uint64_t ps)
{
	asm volatile("ptc.ga %0, %1;; srlz.i;;" ::"r"(va), "r"(ps << 2) : "memory");
}

static inline uint64_t hash(uint64_t va)
{
	uint64_t v;

	asm volatile("thash %0 = %1" : "=r"(v) : "r"(va));
	return v;
}

static inline uint64_t tag(uint64_t va)
{
	uint64_t v;

	asm volatile("ttag %0 = %1" : "=r"(v) : "r"(va));
	return v;
}

#endif
