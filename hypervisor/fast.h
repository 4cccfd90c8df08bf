/* SPDX-License-Identifier: MIT */
/*
 * fast.h - what the assembly paths (fast.S, fast-mmu.S) have in common.
 *
 * All of them run with psr.ic = 0 in bank 0 on pinned memory, keep every register of the
 * guest but the results, and do exactly what their twins in C do (the argument `nofast`
 * shows). What is rare or wrong goes to C before anything has changed: r25 = vector, r26 =
 * cr.ipsr, r28 = pr, then save_guest. A NaT in an operand faults with psr.ic = 0: cr.iip is
 * the guest's still, so that the guest gets the fault.
 */
#include "layout.h"
#include "offsets.h"
#include "xen.h"

/* Bits of the virtual PSR that are the processor's; see vpsr.c */
#define REAL	  (PSR_be | PSR_up | PSR_ac | PSR_mfl | PSR_mfh | PSR_dfl | PSR_sp | PSR_db | \
		   PSR_lp | PSR_tb | PSR_id | PSR_da | PSR_dd | PSR_ss | PSR_ri | PSR_ed | PSR_ia)
#define TRANSLATE (PSR_dt | PSR_rt | PSR_it)
#define RR_16K	  (14 << 2 | 1)

	.explicit
	.text

.macro	COUNT what, reg, address
	adds	\address = \what, r30
	;;
	ld8	\reg = [\address]
	;;
	adds	\reg = 1, \reg
	;;
	st8	[\address] = \reg
.endm

/* Into C, nothing done. */
.macro	SLOW vector
	mov	r25 = \vector
	br.sptk	save_guest
	;;
.endm
