/* SPDX-License-Identifier: MIT */
/*
 * contract.h - operands with which each assembly macro of ops.def can be expanded alone.
 *
 * A flavour's macros may destroy what their operands declare (pvasm.h), and nothing else
 * that the native ones keep. To check that, each is expanded once, in a section of its own,
 * with these registers: different ones for different operands, none that a macro uses
 * of its own accord. (cover_op and ifs_op are macros of the assembler.) The checker reads
 * the same lines, so it knows which is which.
 *
 * The kernel's build makes the expansions (arch/ia64/paravirt/contract.S); they are never
 * linked into the kernel.
 */
#ifndef PVOPS_CONTRACT_H
#define PVOPS_CONTRACT_H

#define PV_CONTRACT_SECTION ".pv_contract"
#define PV_CONTRACT_PREFIX  "pv_contract__" /* pv_contract__FLAVOUR__MACRO */

#define pred	  p6
#define pred_i	  p6
#define pred_d	  p7
#define pred_clob p8
#define reg	  r18
#define reg0	  r18
#define reg1	  r19
#define clob	  r2
#define clob0	  r2
#define clob1	  r3
#define clob2	  r14
#define addr	  r23
#define size	  r24
#define slot	  r25
#define kr	  CURRENT
#define extra
#define workaround

#endif
