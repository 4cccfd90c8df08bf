/* SPDX-License-Identifier: MIT */
/*
 * fp.S - f32 to f127 to memory and back: the upper partition, which guests use one at a time.
 */
	.explicit
	.text

/* Four registers at a time: r14, r15, r16, r17 are 16 bytes apart. */
.macro	POINTERS
	alloc	r18 = ar.pfs, 1, 0, 0, 0
	mov	r14 = r32
	adds	r15 = 16, r32
	adds	r16 = 32, r32
	adds	r17 = 48, r32
	;;
.endm

	.global	fp_save_high
	.proc	fp_save_high
fp_save_high:
	POINTERS
	.macro	SAVE4 a, b, c, d
	stf.spill [r14] = f\a, 64
	stf.spill [r15] = f\b, 64
	stf.spill [r16] = f\c, 64
	stf.spill [r17] = f\d, 64
	;;
	.endm
	.altmacro
	.set	n, 32
	.rept	24
	SAVE4	%n, %(n + 1), %(n + 2), %(n + 3)
	.set	n, n + 4
	.endr
	br.ret.sptk b0
	.endp	fp_save_high

	.global	fp_load_high
	.proc	fp_load_high
fp_load_high:
	POINTERS
	.macro	LOAD4 a, b, c, d
	ldf.fill f\a = [r14], 64
	ldf.fill f\b = [r15], 64
	ldf.fill f\c = [r16], 64
	ldf.fill f\d = [r17], 64
	;;
	.endm
	.set	n, 32
	.rept	24
	LOAD4	%n, %(n + 1), %(n + 2), %(n + 3)
	.set	n, n + 4
	.endr
	br.ret.sptk b0
	.endp	fp_load_high
