/* SPDX-License-Identifier: MIT */
/*
 * A guest for --ran: boots at CPL 0 in physical mode, goes to CPL 1 and runs there one
 * instruction of each verdict; what faults is skipped. RAN marks those that have to be found.
 */
#include "seed.h"

#define PSR_CPL_1 (1 << 32)
#define PSR_BN	  (1 << 44)
#define PSR_IC	  (1 << 13)
#define RI_SHIFT  41

	.text
	.global	_start
	.proc	_start
_start:
	movl	r14=vectors
	;;
	mov	cr.iva=r14
	movl	r15=enter
	movl	r16=PSR_CPL_1 | PSR_BN | PSR_IC
	mov	r17=psr
	rsm	0x2000			// interruption registers must not change below
	;;
	or	r16=r16,r17
	;;
	srlz.d
	mov	cr.iip=r15
	mov	cr.ipsr=r16
	mov	cr.ifs=r0
	;;
	srlz.d
	;;
	rfi
	;;
	.endp	_start

	.global	enter
	.proc	enter
enter:
	br.call.sptk.many b0=pv_start
	;;
	sum	0x4			// kept
	;;
	rum	0x4
	;;
	mov	r8=ar.k6		// kept
	pv_site	PV_OP_rsm_i, rsm 0x4000	// a site that faults
	;;
	pv_site	PV_OP_thash, thash r8=r14	// RAN: a site that is not patched
	;;
	mov	r9=psr			// a finding as it is
	;;
	br.call.sptk.many b0=may_trap
	;;
	movl	r14=hidden		// what the control flow does not show
	;;
	ld8	r14=[r14]
	;;
	mov	b6=r14
	;;
	br.call.sptk.many b0=b6
	;;
	movl	r14=0x80000000fed00000	// the exit device
	mov	r15=0
	;;
	st8	[r14]=r15
	;;
1:	br.cond.sptk.many 1b
	.endp	enter

	.global	pv_start
	.proc	pv_start
pv_start:
	br.ret.sptk.many b0
	.endp	pv_start

	.global	may_trap
	.proc	may_trap
may_trap:
	mov	r9=cr.lid		// an exception says so
	;;
	br.ret.sptk.many b0
	.endp	may_trap

	.global	pv_native_ttag
	.proc	pv_native_ttag
pv_native_ttag:
	ttag	r8=r14			// RAN: native-only
	;;
	br.ret.sptk.many b0
	.endp	pv_native_ttag

	.section .data, "aw"
	.align	8
hidden:
	data8	pv_native_ttag

	.section .text.vectors, "ax"
	.align	32768
	.global	vectors
	.type	vectors, @function
vectors:
	.org	vectors + 0x5400	// General Exception: go on behind the instruction
	mov	r31=pr
	mov	r16=cr.ipsr
	mov	r18=cr.iip
	;;
	extr.u	r17=r16,RI_SHIFT,2
	;;
	adds	r17=1,r17
	;;
	cmp.eq	p6,p7=3,r17
	;;
(p6)	mov	r17=0
(p6)	adds	r18=16,r18
	;;
	dep	r16=r17,r16,RI_SHIFT,2
	mov	cr.iip=r18
	;;
	mov	cr.ipsr=r16
	mov	pr=r31,-1
	;;
	srlz.d
	;;
	rfi
	;;
	.size	vectors, . - vectors
