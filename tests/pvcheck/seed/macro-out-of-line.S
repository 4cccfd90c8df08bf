/* SPDX-License-Identifier: MIT */
/* A macro whose body lies elsewhere, and one that no native macro stands behind. */
	.section .pv_contract, "ax"
	.proc	pv_contract__native__RSM_PSR_IC
pv_contract__native__RSM_PSR_IC:
	rsm	0x2000
	;;
	.endp	pv_contract__native__RSM_PSR_IC
	br.ret.sptk.many b0
	;;
	.proc	pv_contract__xen__RSM_PSR_IC
pv_contract__xen__RSM_PSR_IC:
	br.cond.sptk 1f
	;;
	.pushsection .text..pv_asm.body, "ax", @progbits
1:	movl	r2=0xfffff00000000000
	;;
	st4	[r2]=r0, 8	// the base is r2 as well: declared
	;;
	mov	b6=r2		// FIND macro-clobber
	;;
	br.cond.sptk 2f
	;;
	.popsection
2:
	.endp	pv_contract__xen__RSM_PSR_IC
	br.ret.sptk.many b0
	;;
	.proc	pv_contract__xen__RFI
pv_contract__xen__RFI:
	break	0x01		// FIND macro-clobber
	;;
	.endp	pv_contract__xen__RFI
	br.ret.sptk.many b0
	;;
