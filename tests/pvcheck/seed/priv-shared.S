/* SPDX-License-Identifier: MIT */
/* Before pv_start() the boot code is bare metal's own; behind it, it is not. */
	.text
	.global	_start
	.proc	_start
_start:
	rsm	0x6000
	;;
	br.call.sptk.many b0=pv_start
	;;
	ssm	0x4000		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	_start
	.global	pv_start
	.proc	pv_start
pv_start:
	br.ret.sptk.many b0
	.endp	pv_start
