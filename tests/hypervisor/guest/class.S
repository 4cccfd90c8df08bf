/* SPDX-License-Identifier: MIT */
/*
 * class.S - void class_call(uint64_t class, const struct class_regs *in, uint64_t out[4])
 *
 * A firmware or machine service: r2, r14, r15, r28 to r31 and r32 to r36 as in @in, r8 to r11
 * go to @out.
 */
	.explicit
	.text
	.global	class_call
	.proc	class_call
class_call:
	alloc	r40 = ar.pfs, 3, 8, 0, 0
	mov	r41 = r34
	mov	r3 = r33
	mov	r2 = r32
	;;
	.irp	r, r14, r15, r28, r29, r30, r31, r32, r33, r34, r35, r36
	ld8	\r = [r3], 8
	;;
	.endr
	break	0x1000
	;;
	.irp	r, r8, r9, r10, r11
	st8	[r41] = \r, 8
	;;
	.endr
	mov	ar.pfs = r40
	br.ret.sptk b0
	.endp	class_call
