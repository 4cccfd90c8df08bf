/* SPDX-License-Identifier: MIT */
/* Code of a guest that goes past pv_cpu_ops. */
	.text
	.global	pv_native_thash
	.proc	pv_native_thash
pv_native_thash:
	thash	r8=r32
	br.ret.sptk.many b0
	.endp	pv_native_thash
	.global	guest
	.proc	guest
guest:
	br.cond.sptk.many pv_native_thash	// FIND native-called
	.endp	guest
