/* SPDX-License-Identifier: MIT */
/* With a backend for guests the boot code is theirs, too: what faults there is emulated. */
	.text
	.global	_start
	.proc	_start
_start:
	mov	cr.iva=r14
	;;
	thash	r8=r14		// FIND unrecorded-sensitive
	;;
	movl	r14=1f
	;;
	mov	cr.iip=r14
	;;
	rfi
	;;
1:	ttag	r8=r14		// FIND unrecorded-sensitive: as before the rfi
	;;
	br.call.sptk.many b0=pv_start
	;;
	br.ret.sptk.many b0
	.endp	_start

	.macro	member name
	.global	\name
	.proc	\name
\name:
	br.ret.sptk.many b0
	;;
	.endp	\name
	.endm
	member	pv_start
	member	xen_setup
	member	xen_rsm_i
	member	xen_ssm_i
	member	xen_thash
