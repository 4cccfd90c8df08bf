/* SPDX-License-Identifier: MIT */
/* A site in what the boot code calls before the sites are patched. */
#include "seed.h"
	.text
	.global	_start
	.proc	_start
_start:
	br.call.sptk.many b0=early
	;;
	br.call.sptk.many b0=pv_start
	;;
	br.call.sptk.many b0=late
	;;
	br.ret.sptk.many b0
	.endp	_start

	.proc	early
early:
	pv_site	PV_OP_rsm_i, rsm 0x4000	// FIND site-early
	;;
	br.ret.sptk.many b0
	.endp	early

	.proc	late
late:
	pv_site	PV_OP_rsm_i, rsm 0x4000
	;;
	br.ret.sptk.many b0
	.endp	late

	.global	pv_start
	.proc	pv_start
pv_start:
	br.call.sptk.many b0=choose
	;;
	br.call.sptk.many b0=pv_patch_kernel
	;;
	br.call.sptk.many b0=late
	;;
	br.ret.sptk.many b0
	.endp	pv_start

	.proc	choose
choose:
	pv_site	PV_OP_ssm_i, ssm 0x4000	// FIND site-early
	;;
	br.ret.sptk.many b0
	.endp	choose

	.global	pv_patch_kernel
	.proc	pv_patch_kernel
pv_patch_kernel:
	br.ret.sptk.many b0
	.endp	pv_patch_kernel
