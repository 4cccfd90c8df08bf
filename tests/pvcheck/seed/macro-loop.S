/* SPDX-License-Identifier: MIT */
/* What cannot be followed to its end is not taken for clean. */
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
1:	br.cond.sptk 1b		// FIND macro-clobber
	;;
	.endp	pv_contract__xen__RSM_PSR_IC
	br.ret.sptk.many b0
	;;
