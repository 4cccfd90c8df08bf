/* SPDX-License-Identifier: MIT */
/*
 * firmware.S - calls of the machine's SAL, EFI and PAL.
 *
 * struct fw_ret firmware_call(entry, gp, a0, ..., a5): stacked arguments, results r8 to r11
 * struct fw_ret pal_static(entry, index, a1, a2, a3): SDM vol 2 §11.10.2; r28 to r31, and b0
 * for the return without a frame of its own
 */
	.text
	.global	firmware_call
	.proc	firmware_call
firmware_call:
	alloc	r40 = ar.pfs, 8, 3, 8, 0
	mov	r41 = b0
	mov	r42 = gp
	mov	b6 = r32
	mov	r43 = r34
	mov	r44 = r35
	;;
	mov	r45 = r36
	mov	r46 = r37
	mov	r47 = r38
	mov	r48 = r39
	mov	r49 = r0
	mov	r50 = r0
	mov	gp = r33
	br.call.sptk.many b0 = b6
	;;
	mov	gp = r42
	mov	b0 = r41
	mov	ar.pfs = r40
	br.ret.sptk.many b0
	.endp	firmware_call

	.global	pal_static
	.proc	pal_static
pal_static:
	alloc	r37 = ar.pfs, 5, 3, 0, 0
	mov	r38 = b0
	mov	r39 = gp
	mov	r28 = r33
	mov	r29 = r34
	mov	r30 = r35
	mov	r31 = r36
	mov	b6 = r32
1:	mov	r2 = ip
	;;
	adds	r2 = 2f - 1b, r2
	;;
	mov	b0 = r2
	br.cond.sptk.many b6
	;;
2:	mov	gp = r39
	mov	b0 = r38
	mov	ar.pfs = r37
	br.ret.sptk.many b0
	.endp	pal_static
