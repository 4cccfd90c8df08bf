// SPDX-License-Identifier: MIT
// A guest to be debugged; guest.inc comes first. Physical mode, its stack in RAM below.

	movl	r12 = 0x5000000			// memory stack
	movl	r2 = 0x5100000 + 60 * 8		// r32 of the first frame: slot 60 of its 64 words
	movl	r3 = 0x1003e			// an integer's exponent
	;;
	mov	ar.rsc = 0
	;;
	mov	ar.bspstore = r2
	;;
	mov	ar.rnat = r0
	alloc	r32 = ar.pfs, 0, 8, 0, 8
	;;
	mov	r32 = 0x132
	mov	r33 = 0x133
	mov	r34 = 0x134
	mov	r35 = 0x135			// the word behind the NaT collection
	mov	r37 = 0x137
	movl	r38 = nat_cell
	mov	ar.unat = -1
	;;
	ld8.fill r36 = [r38]			// a NaT, as ar.unat says
	mov	pr.rot = 0x50000		// p16 and p18
	mov	ar.lc = 1
	;;
framed:	nop.m	0
	movl	r14 = 0x1122334455667788
	;;
after_movl:
{ .mib
	nop.m	0
	nop.i	0
	br.ctop.sptk rotated
	;;
}
rotated:
	setf.exp f6 = r3
	movl	r15 = 0x3ff8000000000000	// 1.5
	;;
	setf.d	f7 = r15
	mov	b3 = r15
	br.call.sptk b0 = outer
	;;
	movl	r16 = watched
	mov	r17 = 5
	;;
{ .mmi
	nop.m	0
	st8	[r16] = r17
	nop.i	0
	;;
}
after_store:
{ .mmi
	ld8	r18 = [r16]
	nop.m	0
	nop.i	0
	;;
}
after_load:
{ .mmi
	fetchadd8.acq r19 = [r16], 1
	nop.m	0
	nop.i	0
	;;
}
after_fetchadd:
	cmp.eq	p6, p7 = 7, r20			// r20 is 7 when the debugger says so
	;;
(p6)	br.cond.sptk told
	print	"nobody said so\n"
	exit_with 1
told:	print	"spinning\n"
spin:	cmp.eq	p6, p7 = 8, r20
(p7)	br.cond.sptk spin
	;;
	exit_with 9
	.endp	_start

	.global	outer
	.proc	outer
outer:
	alloc	r33 = ar.pfs, 0, 4, 1, 0
	mov	r32 = b0
	mov	r34 = r1
	;;
	mov	r35 = 0x235
	mov	r36 = 0x3c			// the argument
	;;
	br.call.sptk b0 = inner
	;;
in_outer:
	mov	ar.pfs = r33
	mov	b0 = r32
	;;
	br.ret.sptk b0
	;;
	.endp	outer

	.global	inner
	.proc	inner
inner:
	alloc	r33 = ar.pfs, 1, 2, 0, 0
	mov	r34 = b0
	;;
in_inner:
	mov	r8 = r32
	mov	ar.pfs = r33
	mov	b0 = r34
	;;
	br.ret.sptk b0
	;;
	.endp	inner

	.balign	16				// in RAM too, and everything may be written
	.global	watched
watched:
	data8	3
nat_cell:
	data8	0
