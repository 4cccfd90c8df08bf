/* SPDX-License-Identifier: MIT */
/*
 * Interruptions: every way an instruction can fault or trap, and their delivery.
 *
 * A handler calls one of these and returns its value (EXEC_FAULT). ISR.ei, ISR.ni and the
 * bits that follow from the processor's state are added here, once, at delivery.
 * SDM vol 2 ch. 5 (model, ISR) and ch. 8 (vectors).
 */
#ifndef CPU_FAULT_H
#define CPU_FAULT_H

#include "cpu/cpu.h"

/* IVT offsets, SDM vol 2 table 5-7 */
#define VEC_VHPT_TRANS	     0x0000
#define VEC_ITLB	     0x0400
#define VEC_DTLB	     0x0800
#define VEC_ALT_ITLB	     0x0c00
#define VEC_ALT_DTLB	     0x1000
#define VEC_NESTED_DTLB	     0x1400
#define VEC_IKEY_MISS	     0x1800
#define VEC_DKEY_MISS	     0x1c00
#define VEC_DIRTY	     0x2000
#define VEC_IACCESS_BIT	     0x2400
#define VEC_DACCESS_BIT	     0x2800
#define VEC_BREAK	     0x2c00
#define VEC_EXTINT	     0x3000
#define VEC_VIRT_EXTINT	     0x3400
#define VEC_PAGE_NOT_PRESENT 0x5000
#define VEC_KEY_PERM	     0x5100
#define VEC_IACCESS_RIGHTS   0x5200
#define VEC_DACCESS_RIGHTS   0x5300
#define VEC_GENERAL	     0x5400
#define VEC_DISABLED_FP	     0x5500
#define VEC_NAT_CONSUMPTION  0x5600
#define VEC_SPECULATION	     0x5700
#define VEC_DEBUG	     0x5900
#define VEC_UNALIGNED	     0x5a00
#define VEC_UNSUPP_DATA	     0x5b00
#define VEC_FP_FAULT	     0x5c00
#define VEC_FP_TRAP	     0x5d00
#define VEC_LOWER_PRIV	     0x5e00
#define VEC_TAKEN_BRANCH     0x5f00
#define VEC_SINGLE_STEP	     0x6000
#define VEC_VIRTUALIZATION   0x6100
#define VEC_IA32_EXCEPTION   0x6900

/* ISR bits, SDM vol 2 §3.3.5.2 */
#define ISR_CODE_MASK 0xffffUL
#define ISR_X	      (1UL << 32)
#define ISR_W	      (1UL << 33)
#define ISR_R	      (1UL << 34)
#define ISR_NA	      (1UL << 35)
#define ISR_SP	      (1UL << 36)
#define ISR_RS	      (1UL << 37)
#define ISR_IR	      (1UL << 38)
#define ISR_NI	      (1UL << 39)
#define ISR_SO	      (1UL << 40)
#define ISR_EI_SHIFT  41
#define ISR_ED	      (1UL << 43)

/* General Exception codes (ISR.code{7:4} << 4), SDM vol 2 §8.2 */
#define GEX_ILLEGAL_OP	 0x00
#define GEX_PRIV_OP	 0x10
#define GEX_PRIV_REG	 0x20
#define GEX_RESERVED_REG 0x30
#define GEX_DISABLED_ISA 0x40
#define GEX_ILLEGAL_DEP	 0x80
/* an unimplemented data address is VEC_GENERAL 0x30 | data bits, see fault_unimpl_data() */

/* NaT Consumption, ISR.code{7:4} << 4 */
#define NAT_REGISTER 0x10
#define NAT_PAGE     0x20

/* ISR.code of traps: what happened at once, SDM vol 2 §8.3 */
#define TRAP_FP 0x01
#define TRAP_LP 0x02
#define TRAP_TB 0x04
#define TRAP_SS 0x08
#define TRAP_UI 0x10 /* unimplemented instruction address, vector VEC_LOWER_PRIV */

/* fault.c */
enum exec fault_general(struct cpu *cpu, uint64_t code);
enum exec fault_illegal_op(struct cpu *cpu);
enum exec fault_priv_op(struct cpu *cpu);
enum exec fault_priv_reg(struct cpu *cpu);
enum exec fault_reserved_reg_field(struct cpu *cpu);
/** fault_reg_nat() - Register NaT Consumption; @isr: ISR_R/W/NA/code of the access, 0 if none */
enum exec fault_reg_nat(struct cpu *cpu, uint64_t isr);
/**
 * cpu_break() - break.m/i/f/b/x
 * @imm: its immediate, in which a firmware stub is recognized; @iim: what cr.iim gets
 */
enum exec cpu_break(struct cpu *cpu, uint64_t imm, uint64_t iim);
enum exec fault_break(struct cpu *cpu, uint64_t iim);
enum exec fault_speculative(struct cpu *cpu, uint64_t imm);
/** fault_disabled_fp() - @high: FR32-127 (ISR.code 2) rather than FR2-31 (code 1) */
enum exec fault_disabled_fp(struct cpu *cpu, unsigned code, uint64_t isr);
enum exec fault_fp(struct cpu *cpu, uint64_t code);
/** fault_fp_trap() - the instruction has completed; the caller set its results */
enum exec fault_fp_trap(struct cpu *cpu, uint64_t code);
/** fault_data() - any fault of a data reference: @vector, @isr (R, W, NA, SP, RS ...), IFA = @va */
enum exec fault_data(struct cpu *cpu, unsigned vector, uint64_t isr, uint64_t va);
/** fault_insn() - any fault of an instruction fetch at @va */
enum exec fault_insn(struct cpu *cpu, unsigned vector, uint64_t va);
enum exec fault_unimpl_data(struct cpu *cpu, uint64_t isr, uint64_t va);
/** fault_trap() - lower-privilege transfer, taken branch, single step, unimplemented insn addr */
enum exec fault_trap(struct cpu *cpu, unsigned vector, uint64_t code);

/**
 * fault_deliver() - enter the handler of cpu->fault (SDM vol 2 §5.5)
 *
 * Collects IPSR, IIP, IIPA, IFS.v and what the fault set when PSR.ic was 1; a fault of a data
 * reference with PSR.ic = 0 arrives as Data Nested TLB where the SDM says so.
 */
void fault_deliver(struct cpu *cpu);

/** fault_extint() - deliver an external interrupt */
void fault_extint(struct cpu *cpu);

#endif
