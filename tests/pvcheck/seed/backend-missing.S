/* SPDX-License-Identifier: MIT */
/* A backend that forgets an operation which does not fault in a guest. */
#include "seed.h"
	.text
	.global	uses
	.proc	uses
uses:
	pv_site	PV_OP_thash, thash r8=r32
	;;
	pv_site	PV_OP_get_cpuid, mov r9=cpuid[r33]
	;;
	pv_site	PV_OP_set_cr_itm, mov cr.itm=r33
	;;
	br.ret.sptk.many b0
	.endp	uses

	.macro	member name
	.proc	\name
\name:
	br.ret.sptk.many b0
	;;
	.endp	\name
	.endm

	member	xen_rsm_i
	member	xen_ssm_i
	member	xen_get_cpuid
	.global	xen_setup
	.proc	xen_setup
xen_setup:
	br.ret.sptk.many b0	// FIND backend-missing
	;;
	.endp	xen_setup
	member	fs_setup	// no backend
	member	fs_fc
