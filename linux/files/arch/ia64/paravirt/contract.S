/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Each assembly macro of a flavour once, for pvcheck: what it writes against what it
 * declares. The Makefile assembles this for each flavour, in each way in which its sources
 * are; nothing of it is linked into the kernel.
 */
#include <linux/pgtable.h>
#include <asm/asmmacro.h>
#include <asm/asm-offsets.h>
#include <asm/cache.h>
#include <asm/kregs.h>
#include <asm/processor.h>
#include <asm/ptrace.h>
#include <asm/thread_info.h>
#include <asm/paravirt_inst.h>

#include "../kernel/minstate.h"

/* DO_SAVE_MIN hands on to these what it may lose: as if the native ones lost it. */
#ifdef __IA64_ASM_PARAVIRTUALIZED_NATIVE
# undef BSW_1
# define BSW_1(clob0, clob1)		\
	bsw.1;				\
	;;				\
	mov clob0 = r0;			\
	mov clob1 = r0

/* And these may lose more than the native ones do (ops.def). */
# undef BSW_1_SCRATCH
# define BSW_1_SCRATCH(clob0, clob1)	\
	bsw.1;				\
	;;				\
	mov r16 = r0; mov r17 = r0; mov r18 = r0; mov r19 = r0; mov r20 = r0; mov r21 = r0; \
	mov r22 = r0; mov r23 = r0; mov r24 = r0; mov r25 = r0; mov r26 = r0; mov r27 = r0; \
	mov r28 = r0; mov r29 = r0; mov r30 = r0; mov r31 = r0

# undef COVER_FOR_RFI
# define COVER_FOR_RFI(clob0, clob1)	\
	cover;				\
	;;				\
	mov b0 = r0;			\
	mov.i ar.pfs = r0
#endif

/* As ivt.S has it. */
#define PSR_DEFAULT_BITS psr.ac

#define LABEL PASTE(pv_contract__, PV_CONTRACT)

	/* What SAVE_MIN_WITH_COVER gives to DO_SAVE_MIN. */
	.macro	cover_op
	COVER
	.endm

	.macro	ifs_op
	MOV_FROM_IFS(r30)
	.endm

	/* Whatever one macro leaves undone is nothing to the next. */
	.macro	pv_begin name
	.align	32
	.serialize.instruction
	.serialize.data
	.proc	LABEL\()__\name
LABEL\()__\name:
	.endm

	.macro	pv_end name
	;;
	.endp	LABEL\()__\name
	br.ret.sptk.many b0
	;;
	.endm

	.section .pv_contract, "ax"

/* From here on the operands of ops.def are registers. */
#include <pvops/contract.h>

#define ARGUMENTS(...) __VA_OPT__((__VA_ARGS__))
#define EXPAND(...) __VA_ARGS__
#define PV_MACRO(name, operands)		\
	pv_begin #name;				\
	EXPAND(name ARGUMENTS operands);	\
	pv_end #name;
#include <pvops/ops.def>
