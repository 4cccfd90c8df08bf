/* SPDX-License-Identifier: MIT */
/* Flavours of two macros: what is declared, brought back or native's own is no finding. */
	.section .pv_contract, "ax"
	.proc	pv_contract__native__THASH
pv_contract__native__THASH:
(p6)	thash	r18=r19
	;;
	.endp	pv_contract__native__THASH
	br.ret.sptk.many b0
	;;
	.proc	pv_contract__native__COVER
pv_contract__native__COVER:
	cover
	;;
	.endp	pv_contract__native__COVER
	br.ret.sptk.many b0
	;;
	// r2 is declared (clob), r18 is the result, r11 is put aside and brought back
	.proc	pv_contract__xen__THASH
pv_contract__xen__THASH:
	mov	r2=r11
	;;
(p6)	mov	r11=r19
	;;
(p6)	ld8	r18=[r11]
	;;
	mov	r11=r2
	;;
	.endp	pv_contract__xen__THASH
	br.ret.sptk.many b0
	;;
	// r8 is the hypercall's result and has no name here
	.proc	pv_contract__kvm__THASH
pv_contract__kvm__THASH:
(p6)	mov	r2=r8
	;;
(p6)	mov	r8=r19
	;;
(p6)	break	0x0d
	;;
(p6)	mov	r18=r8
	;;
(p7)	mov	r8=r2		// FIND macro-clobber: under another predicate than it was saved
	;;
	.endp	pv_contract__kvm__THASH
	br.ret.sptk.many b0
	;;
	// a predicate of the caller, on one of two paths
	.proc	pv_contract__kvm__COVER
pv_contract__kvm__COVER:
	mov	ar.k1=r31
	;;
	mov	r31=pr
	;;
	cmp.eq	p9,p10=r12,r0
	;;
(p9)	br.cond.spnt 1f
	;;
	mov	pr=r31,-1
	;;
	mov	r31=ar.k1
	;;
	br.cond.sptk 2f
	;;
1:	mov	r31=ar.k1
	;;
	cmp.ne	p9,p10=r12,r0	// FIND macro-clobber macro-clobber
	;;
2:
	.endp	pv_contract__kvm__COVER
	br.ret.sptk.many b0
	;;
