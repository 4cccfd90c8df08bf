/* SPDX-License-Identifier: MIT */
/* Linux has an audit subsystem: the prefix of the audit backend excuses its operations only. */
	.text
	.global	audit_log_start
	.proc	audit_log_start
audit_log_start:
	rsm	0x4000		// FIND unrecorded-privileged
	;;
	br.ret.sptk.many b0
	.endp	audit_log_start
	.global	audit_rsm_i
	.proc	audit_rsm_i
audit_rsm_i:
	rsm	0x4000
	;;
	br.ret.sptk.many b0
	.endp	audit_rsm_i
	.global	pv_native_thash
	.proc	pv_native_thash
pv_native_thash:
	thash	r8=r32
	;;
	br.ret.sptk.many b0
	.endp	pv_native_thash
