/* SPDX-License-Identifier: MIT */
/*
 * Everything that the historic checker's list of 30 substitution rules warned about (as far
 * as the assembler knows it: its cr.kr and ar.eflags do not exist).
 */
	.text
	.global	seed
	.proc	seed
seed:
	ssm	psr.ic			// FIND unrecorded-privileged
	;;
	ssm	psr.i			// FIND unrecorded-privileged
	;;
	ssm	psr.dt			// FIND unrecorded-privileged
	;;
	ssm	psr.ic | psr.i		// FIND unrecorded-privileged
	;;
	rsm	psr.ic			// FIND unrecorded-privileged
	;;
	rsm	psr.i			// FIND unrecorded-privileged
	;;
	rsm	psr.dt			// FIND unrecorded-privileged
	;;
	rsm	psr.i | psr.ic		// FIND unrecorded-privileged
	;;
	rsm	psr.be | psr.i		// FIND unrecorded-privileged
	;;
	mov	r8=cr.ifa		// FIND unrecorded-privileged
	;;
	mov	r8=cr.itir		// FIND unrecorded-privileged
	;;
	mov	r8=cr.isr		// FIND unrecorded-privileged
	;;
	mov	r8=cr.iha		// FIND unrecorded-privileged
	;;
	mov	r8=cr.ipsr		// FIND unrecorded-privileged
	;;
	mov	r8=cr.iim		// FIND unrecorded-privileged
	;;
	mov	r8=cr.iip		// FIND unrecorded-privileged
	;;
	mov	r8=cr.ivr		// FIND unrecorded-privileged
	;;
	mov	r8=psr			// FIND unrecorded-privileged
	;;
	mov	r8=ar.itc		// FIND unrecorded-sensitive
	;;
	mov	cr.ifa=r8		// FIND unrecorded-privileged
	;;
	mov	cr.itir=r8		// FIND unrecorded-privileged
	;;
	mov	cr.iha=r8		// FIND unrecorded-privileged
	;;
	mov	cr.ipsr=r8		// FIND unrecorded-privileged
	;;
	mov	cr.ifs=r8		// FIND unrecorded-privileged
	;;
	mov	cr.iip=r8		// FIND unrecorded-privileged
	;;
	mov	ar.k6=r8		// FIND unrecorded-privileged
	;;
	itc.i	r8			// FIND unrecorded-privileged
	;;
	itc.d	r8			// FIND unrecorded-privileged
	;;
	bsw.0				// FIND unrecorded-privileged
	;;
	bsw.1				// FIND unrecorded-privileged
	;;
	ptc.ga	r8,r9			// FIND unrecorded-privileged
	;;
	fc	r8			// FIND unrecorded-sensitive
	;;
	thash	r8=r9			// FIND unrecorded-sensitive
	;;
	ttag	r8=r9			// FIND unrecorded-sensitive
	;;
	cover				// FIND unrecorded-sensitive
	;;
	mov	r8=cpuid[r9]		// FIND unrecorded-sensitive
	;;
	mov	r8=pmd[r9]		// FIND unrecorded-sensitive
	;;
	br.ret.sptk.many b0
	.endp	seed
