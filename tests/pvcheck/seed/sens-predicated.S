/* SPDX-License-Identifier: MIT */
/* Two offenders on one line, predicated: the historic checker saw one. */
	.text
	.global	seed
	.proc	seed
seed:
	cmp.eq	p6,p7=r32,r0
	;;
(p6)	rsm 0x4000 ; (p7) ssm 0x4000	// FIND unrecorded-privileged unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	seed
