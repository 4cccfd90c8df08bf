/* SPDX-License-Identifier: MIT */
/*
 * thunk.S - from a patched site to a C function, without a register lost.
 *
 * A site in C may have any register live. Its copy (emit.c) pushes what a call destroys
 * before anything else can be saved, and takes it back afterwards: r1, then the arguments
 * from the last to the first (or one empty place), b0, ar.pfs; 16 bytes each. It then calls
 * pv_thunk with brl.call, so that the site's frame of stacked registers is put away by the
 * register stack, and what it has above its locals shows up here as r32 and on.
 *
 *   r12 + 48 + 16 n   argument n; the first place also takes the result
 *   r12 + 32          b0 of the site
 *   r12 + 16          ar.pfs of the site
 *   r12               interruption handlers write below it
 *
 * On entry r1 is the address of the C function's descriptor. On return r1 is the site's
 * ar.pfs, and everything else is as it was but b0 and ar.pfs.
 *
 * The C function keeps r4-r7, b1-b5, f2-f5, f16-f127, p1-p5, p16-p63, ar.lc, ar.unat, ar.rnat,
 * as software conventions have it. What it may destroy is kept here in stacked registers,
 * which take the NaT bits along, and f6-f15 on the memory stack. ALAT entries that it made
 * would answer for the site's registers: all are dropped.
 */
	.text
	.explicit

#define OUTS	 16	/* registers the site may have above its locals; C has at most 8 */
#define FRAME	 176	/* f6 to f15, and 16 bytes of scratch for the C function */
#define PFS	 (FRAME + 16)
#define ARGUMENT (FRAME + 48)

#define s_pfs	r48
#define s_b0	r49
#define s_pr	r50
#define s_b6	r51
#define s_b7	r52
#define s_ccv	r53
#define s_fpsr	r54
#define s_csd	r55
#define s_ssd	r56
#define s_r2	r57
#define s_r3	r58
#define s_r8	r59
#define s_r9	r60
#define s_r10	r61
#define s_r11	r62
#define s_r14	r63
#define s_r15	r64
#define s_r16	r65
#define s_r17	r66
#define s_r18	r67
#define s_r19	r68
#define s_r20	r69
#define s_r21	r70
#define s_r22	r71
#define s_r23	r72
#define s_r24	r73
#define s_r25	r74
#define s_r26	r75
#define s_r27	r76
#define s_r28	r77
#define s_r29	r78
#define s_r30	r79
#define s_r31	r80
#define even	r81
#define odd	r82
#define LOCALS	35
#define out0	r83
#define out1	r84
#define out2	r85
#define out3	r86
#define out4	r87

	.align	32
	.global	pv_thunk
	.proc	pv_thunk
pv_thunk:
	.prologue
	/* Who moves r12 is the last of its bundle: an unwinder knows bundles only. */
	{ .mii
	.save	ar.pfs, s_pfs
	alloc	s_pfs = ar.pfs, OUTS, LOCALS, 5, 0
	nop.i	0
	.fframe	FRAME
	adds	r12 = -FRAME, r12
	;;
	}
	.save	rp, s_b0
	mov	s_b0 = b0
	.save	pr, s_pr
	mov	s_pr = pr
	.body
	adds	even = 16, r12
	adds	odd = 32, r12
	;;
	stf.spill [even] = f6, 32
	stf.spill [odd] = f7, 32
	mov	s_b6 = b6
	;;
	stf.spill [even] = f8, 32
	stf.spill [odd] = f9, 32
	mov	s_b7 = b7
	;;
	stf.spill [even] = f10, 32
	stf.spill [odd] = f11, 32
	mov	s_r2 = r2
	;;
	stf.spill [even] = f12, 32
	stf.spill [odd] = f13, 32
	mov	s_r3 = r3
	;;
	stf.spill [even] = f14
	stf.spill [odd] = f15
	mov	s_r8 = r8
	mov.m	s_ccv = ar.ccv
	mov	s_r9 = r9
	mov	s_r10 = r10
	mov.m	s_fpsr = ar.fpsr
	mov	s_r11 = r11
	mov	s_r14 = r14
	mov.m	s_csd = ar.csd
	mov	s_r15 = r15
	mov	s_r16 = r16
	mov.m	s_ssd = ar.ssd
	mov	s_r17 = r17
	mov	s_r18 = r18
	mov	s_r19 = r19
	mov	s_r20 = r20
	mov	s_r21 = r21
	mov	s_r22 = r22
	mov	s_r23 = r23
	mov	s_r24 = r24
	mov	s_r25 = r25
	mov	s_r26 = r26
	mov	s_r27 = r27
	mov	s_r28 = r28
	mov	s_r29 = r29
	mov	s_r30 = r30
	mov	s_r31 = r31
	;;
	/* The arguments; where the site has fewer, what is read is not used. */
	adds	even = ARGUMENT, r12
	adds	odd = ARGUMENT + 16, r12
	ld8	r2 = [r1], 8
	;;
	ld8	out0 = [even], 32
	ld8	out1 = [odd], 32
	mov	b6 = r2
	;;
	ld8	out2 = [even], 32
	ld8	out3 = [odd]
	;;
	ld8	out4 = [even]
	ld8	r1 = [r1]
	br.call.sptk.many b0 = b6
	;;
	adds	even = ARGUMENT, r12
	adds	odd = PFS, r12
	;;
	st8	[even] = r8
	ld8	r1 = [odd]
	adds	even = 16, r12
	adds	odd = 32, r12
	;;
	ldf.fill f6 = [even], 32
	ldf.fill f7 = [odd], 32
	mov	b6 = s_b6
	;;
	ldf.fill f8 = [even], 32
	ldf.fill f9 = [odd], 32
	mov	b7 = s_b7
	;;
	ldf.fill f10 = [even], 32
	ldf.fill f11 = [odd], 32
	mov	r2 = s_r2
	;;
	ldf.fill f12 = [even], 32
	ldf.fill f13 = [odd], 32
	mov	r3 = s_r3
	;;
	ldf.fill f14 = [even]
	ldf.fill f15 = [odd]
	mov	r8 = s_r8
	mov.m	ar.ccv = s_ccv
	mov	r9 = s_r9
	mov	r10 = s_r10
	mov.m	ar.fpsr = s_fpsr
	mov	r11 = s_r11
	mov	r14 = s_r14
	mov.m	ar.csd = s_csd
	mov	r15 = s_r15
	mov	r16 = s_r16
	mov.m	ar.ssd = s_ssd
	mov	r17 = s_r17
	mov	r18 = s_r18
	mov	r19 = s_r19
	mov	r20 = s_r20
	mov	r21 = s_r21
	mov	r22 = s_r22
	mov	r23 = s_r23
	mov	r24 = s_r24
	mov	r25 = s_r25
	mov	r26 = s_r26
	mov	r27 = s_r27
	mov	r28 = s_r28
	mov	r29 = s_r29
	;;
	{ .mii
	mov	r30 = s_r30
	mov	r31 = s_r31
	.restore sp
	adds	r12 = FRAME, r12
	;;
	}
	invala
	mov	b0 = s_b0
	mov.i	ar.pfs = s_pfs
	;;
	mov	pr = s_pr, -1
	br.ret.sptk.many b0
	.endp	pv_thunk
