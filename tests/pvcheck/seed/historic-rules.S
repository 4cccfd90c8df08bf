/* SPDX-License-Identifier: MIT */
/*
 * Everything that the historic checker warned about: its 30 substitutions by number, in
 * their order, and what its poisoned macros caught. Two spelt registers that the assembler
 * does not know (cr.kr, ar.eflags); here are those that were meant. docs/pvcheck.md
 * has the table.
 */
	.text
	.global	seed
	.proc	seed
seed:
	ssm	psr.ic			// FIND unrecorded-privileged: substitution 1
	;;
	rsm	psr.ic			// FIND unrecorded-privileged: substitution 2
	;;
	ssm	psr.i			// FIND unrecorded-privileged: substitution 3
	;;
	rsm	psr.i			// FIND unrecorded-privileged: substitution 4
	;;
	ssm	psr.dt			// FIND unrecorded-privileged: substitution 5
	;;
	rsm	psr.dt			// FIND unrecorded-privileged: substitution 6
	;;
	mov	r8=cr.ifa		// FIND unrecorded-privileged: substitution 7
	;;
	mov	r8=cr.itir		// FIND unrecorded-privileged: substitution 8
	;;
	mov	r8=cr.isr		// FIND unrecorded-privileged: substitution 9
	;;
	mov	r8=cr.iha		// FIND unrecorded-privileged: substitution 10
	;;
	mov	r8=cr.ipsr		// FIND unrecorded-privileged: substitution 11
	;;
	mov	r8=cr.iim		// FIND unrecorded-privileged: substitution 12
	;;
	mov	r8=cr.iip		// FIND unrecorded-privileged: substitution 13
	;;
	mov	r8=cr.ivr		// FIND unrecorded-privileged: substitution 14
	;;
	mov	r8=psr			// FIND unrecorded-privileged: substitution 15
	;;
	mov	r8=ar.eflag		// FIND unrecorded-sensitive: substitution 16
	;;
	mov	r8=ar.itc		// FIND unrecorded-sensitive: substitution 17
	;;
	mov	cr.ifa=r8		// FIND unrecorded-privileged: substitution 18
	;;
	mov	cr.itir=r8		// FIND unrecorded-privileged: substitution 19
	;;
	mov	cr.iha=r8		// FIND unrecorded-privileged: substitution 20
	;;
	mov	cr.ipsr=r8		// FIND unrecorded-privileged: substitution 21
	;;
	mov	cr.ifs=r8		// FIND unrecorded-privileged: substitution 22
	;;
	mov	cr.iip=r8		// FIND unrecorded-privileged: substitution 23
	;;
	mov	ar.k6=r8		// FIND unrecorded-privileged: substitution 24
	;;
	mov	ar.eflag=r8		// FIND unrecorded-sensitive: substitution 25
	;;
	itc.i	r8			// FIND unrecorded-privileged: substitution 26
	;;
	itc.d	r8			// FIND unrecorded-privileged: substitution 27
	;;
	bsw.0				// FIND unrecorded-privileged: substitution 28
	;;
	bsw.1				// FIND unrecorded-privileged: substitution 29
	;;
	ptc.ga	r8,r9			// FIND unrecorded-privileged: substitution 30
	;;
	rsm	psr.i | psr.ic		// FIND unrecorded-privileged: substitution 4 as well
	;;
	ssm	psr.ic | psr.i		// FIND unrecorded-privileged: substitution 1 as well
	;;
	rsm	psr.be | psr.i		// FIND unrecorded-privileged: substitution 4 as well
	;;
	fc	r8			// FIND unrecorded-sensitive: a macro of its
	;;
	thash	r8=r9			// FIND unrecorded-sensitive: a macro of its
	;;
	ttag	r8=r9			// FIND unrecorded-sensitive: a macro of its
	;;
	cover				// FIND unrecorded-sensitive: a macro of its
	;;
	mov	r8=cpuid[r9]		// FIND unrecorded-sensitive: a macro of its
	;;
	mov	r8=pmd[r9]		// FIND unrecorded-sensitive: a macro of its
	;;
	br.ret.sptk.many b0
	.endp	seed
