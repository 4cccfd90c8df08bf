/* SPDX-License-Identifier: MIT */
/* What is legal in a group. */
	.text
	.explicit
	.global	seed
	.proc	seed
seed:
{ .mib
	cmp.eq	p6,p7=r32,r33
	mov	b6=r34
(p6)	br.cond.spnt seed	// a branch may read both
	;;
}
{ .mii
	cmp.eq.or p8,p0=r32,r33	// parallel compares
	cmp.eq.or p8,p0=r32,r34
	nop.i	0
	;;
}
{ .mii
(p6)	mov	r14=r32		// exclude each other
(p7)	mov	r14=r33
	mov	r15=r0
	;;
}
{ .mmi
	st8.spill [r32]=r4,16	// each writes its own bit of ar.unat
	st8.spill [r33]=r5,16
	mov	r31=r34
	;;
}
{ .mib
	mov	r16=r17
	mov	r17=r18		// a read, then a write
	br.ret.sptk.many b6
	;;
}
	/* what aligns the next block, and is never reached: three nops without a stop */
	.align	16
	data8	0x0000000100000008, 0x0004000000000200
	alloc	r2=ar.pfs,0,1,0,0
	;;
	br.ret.sptk.many b0
	;;
	.endp	seed
