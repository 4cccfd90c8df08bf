/* SPDX-License-Identifier: MIT */
/*
 * start.S - a bare paravirtual guest: entry, and interruptions on their way to C and back.
 *
 * It does by hand what a kernel's macros do: psr.ic, psr.i and the bank are words in the
 * mapped registers, cover and rfi are hyperprivops, the interrupted frame is precover_ifs.
 * Each level of nesting has an area with struct frame at its top; with GUEST_SMP each virtual
 * processor has its own, found by the number in its cr.lid.
 */
#include "frame.h"
#include "xen.h"

#define XSI XEN_XSI_LINUX
#define MR  (XSI + XEN_MAPPED_REGS_OFS)

#ifdef GUEST_SMP
.macro	MY_NUMBER reg
	movl	\reg = MR + XMR_LID
	;;
	ld8	\reg = [\reg]
	;;
	extr.u	\reg = \reg, 24, ID_BITS
	;;
.endm
/* Addresses of its level and of its areas */
.macro	MY_LEVEL reg, tmp
	MY_NUMBER \tmp
	movl	\reg = level
	;;
	shladd	\reg = \tmp, 3, \reg
	;;
.endm
.macro	MY_AREAS reg, tmp
	MY_NUMBER \tmp
	movl	\reg = areas
	shl	\tmp = \tmp, AREA_SHIFT + AREAS_SHIFT
	;;
	add	\reg = \reg, \tmp
.endm
#else
.macro	MY_LEVEL reg, tmp
	movl	\reg = level
	;;
.endm
.macro	MY_AREAS reg, tmp
	movl	\reg = areas
.endm
#endif

	.explicit
	.section .note.Xen, "a"
	.align	4
	.long	4, 8, XEN_NOTE_ENTRY
	.asciz	"Xen"
	.quad	_start
	.long	4, 8, XEN_NOTE_XEN_VERSION
	.asciz	"Xen"
	.asciz	"xen-3.0"

	.section .bss
	.align	512
	.global	areas
areas:	.skip	AREA_SIZE * PROCESSORS << AREAS_SHIFT
	.align	8
	.global	level
level:	.skip	8 * PROCESSORS

	.text
	.global	_start
	.proc	_start
_start:
	mov	ar.rsc = 0
	movl	r2 = areas		// level 0 is the program's own
	movl	r12 = areas + AREA_SIZE - 16
	;;
	loadrs
	;;
	mov	ar.bspstore = r2
	movl	gp = __gp
	;;
	mov	ar.rnat = r0
	mov	r13 = r0
	alloc	r3 = ar.pfs, 0, 0, 1, 0
	;;
	mov	out0 = r28
	br.call.sptk b0 = guest_main
	;;
1:	br.sptk	1b
	.endp	_start

/* ---- the vector table: r31 = pr, r30 = vector ---- */

#ifdef GUEST_SMP
/* A further processor, from SAL's rendezvous: gp is set, b0 leads back. void ap_main(uint64_t b0) */
	.global	ap_start
	.proc	ap_start
ap_start:
	mov	ar.rsc = 0
	MY_AREAS r2, r3
	movl	r12 = AREA_SIZE - 16
	;;
	loadrs
	add	r12 = r12, r2
	;;
	mov	ar.bspstore = r2
	mov	r13 = r0
	;;
	mov	ar.rnat = r0
	alloc	r3 = ar.pfs, 0, 0, 1, 0
	;;
	mov	out0 = b0
	br.call.sptk b0 = ap_main
	;;
1:	br.sptk	1b
	.endp	ap_start
#endif

	.section .text.ivt, "ax"
	.align	32768
	.global	ivt
ivt:
	.set	vec, 0
	.rept	20			// 0x0000 to 0x4c00, 1 KiB each
	.org	ivt + vec
	mov	r31 = pr
	mov	r30 = vec
	br.sptk	interruption
	;;
	.set	vec, vec + 0x400
	.endr
	.rept	44			// 0x5000 to 0x7b00, 256 bytes each
	.org	ivt + vec
	mov	r31 = pr
	mov	r30 = vec
	br.sptk	interruption
	;;
	.set	vec, vec + 0x100
	.endr
	.org	ivt + 0x8000

	.text
	.global	event_callback
event_callback:
	mov	r31 = pr
	mov	r30 = VEC_EVENT
	br.sptk	interruption
	;;

.macro	SPILL2 a, b
	.mem.offset 0, 0
	st8.spill [r16] = \a, 16
	.mem.offset 8, 0
	st8.spill [r17] = \b, 16
	;;
.endm
.macro	FILL2 a, b
	ld8.fill \a = [r16], 16
	ld8.fill \b = [r17], 16
	;;
.endm
/* A word of the mapped registers into the frame, and back; r18 = the page, r29 = frame. */
.macro	SAVE_MR ofs, to
	movl	r19 = MR + \ofs
	adds	r20 = \to, r29
	;;
	ld8	r19 = [r19]
	;;
	st8	[r20] = r19
.endm
.macro	LOAD_MR ofs, from
	movl	r19 = MR + \ofs
	adds	r20 = \from, r29
	;;
	ld8	r20 = [r20]
	;;
	st8	[r19] = r20
.endm
.macro	SAVE_AR ar, to
	mov	r19 = ar.\ar
	adds	r20 = \to, r29
	;;
	st8	[r20] = r19
.endm
.macro	LOAD_AR ar, from
	adds	r20 = \from, r29
	;;
	ld8	r20 = [r20]
	;;
	mov	ar.\ar = r20
.endm
.macro	SAVE_BR br, to
	mov	r19 = \br
	adds	r20 = \to, r29
	;;
	st8	[r20] = r19
.endm
.macro	LOAD_BR br, from
	adds	r20 = \from, r29
	;;
	ld8	r20 = [r20]
	;;
	mov	\br = r20
.endm

interruption:
	MY_LEVEL r28, r27
	MY_AREAS r26, r27
	;;
	ld8	r27 = [r28]
	;;
	adds	r27 = 1, r27
	movl	r25 = FRAME_TOP
	;;
	st8	[r28] = r27
	shl	r27 = r27, AREA_SHIFT
	;;
	add	r26 = r26, r27		// this level's area
	;;
	add	r29 = r26, r25		// its frame
	mov	r24 = ar.unat
	;;
	adds	r16 = F_GR + 8, r29
	adds	r17 = F_GR + 16, r29
	;;
	SPILL2	r1, r2
	SPILL2	r3, r4
	SPILL2	r5, r6
	SPILL2	r7, r8
	SPILL2	r9, r10
	SPILL2	r11, r12
	SPILL2	r13, r14
	st8.spill [r16] = r15
	adds	r19 = F_UNAT, r29
	adds	r20 = F_PR, r29
	adds	r21 = F_VECTOR, r29
	;;
	mov	r23 = ar.unat		// of r1 to r15
	st8	[r19] = r24
	st8	[r20] = r31
	st8	[r21] = r30
	break.i	XEN_PRIVOP_COVER
	;;
	SAVE_MR	XMR_PRECOVER_IFS, F_IFS
	SAVE_MR	XMR_IFS, F_COVERED
	SAVE_MR	XMR_IIP, F_IIP
	SAVE_MR	XMR_IPSR, F_IPSR
	SAVE_MR	XMR_ISR, F_ISR
	SAVE_MR	XMR_IFA, F_IFA
	SAVE_MR	XMR_ITIR, F_ITIR
	SAVE_MR	XMR_IIM, F_IIM
	SAVE_MR	XMR_IHA, F_IHA
	SAVE_AR	rsc, F_RSC
	mov	ar.rsc = 0
	SAVE_AR	pfs, F_PFS
	SAVE_AR	ccv, F_CCV
	SAVE_AR	fpsr, F_FPSR
	SAVE_AR	lc, F_LC
	SAVE_AR	rnat, F_RNAT
	SAVE_AR	bspstore, F_BSPSTORE
	SAVE_BR	b0, F_BR
	SAVE_BR	b6, F_BR + 8
	SAVE_BR	b7, F_BR + 16
	mov	ar.bspstore = r26
	;;
	mov	r19 = ar.bsp
	adds	r20 = F_LOADRS, r29
	;;
	sub	r19 = r19, r26
	;;
	shl	r19 = r19, 16
	;;
	st8	[r20] = r19

	// bsw.1: the interrupted r16 to r31 come back, then go into the frame
	mov	r2 = r29
	mov	r3 = r23
	movl	r14 = MR + XMR_VNAT
	movl	r15 = MR + XMR_BANKNUM
	;;
	ld8	r14 = [r14]
	mov	r8 = 1
	;;
	mov	ar.unat = r14
	st4	[r15] = r8
	movl	r14 = MR + XMR_BANK1
	movl	r15 = MR + XMR_BANK1 + 8
	;;
.macro	BANK a, b
	ld8.fill \a = [r14], 16
	ld8.fill \b = [r15], 16
	;;
.endm
	BANK	r16, r17
	BANK	r18, r19
	BANK	r20, r21
	BANK	r22, r23
	BANK	r24, r25
	BANK	r26, r27
	BANK	r28, r29
	BANK	r30, r31
	mov	ar.unat = r3
	adds	r14 = F_GR + 128, r2
	adds	r15 = F_GR + 136, r2
	;;
.macro	PUT a, b
	.mem.offset 0, 0
	st8.spill [r14] = \a, 16
	.mem.offset 8, 0
	st8.spill [r15] = \b, 16
	;;
.endm
	PUT	r16, r17
	PUT	r18, r19
	PUT	r20, r21
	PUT	r22, r23
	PUT	r24, r25
	PUT	r26, r27
	PUT	r28, r29
	PUT	r30, r31
	mov	r16 = ar.unat
	adds	r14 = F_FR, r2
	adds	r15 = F_FR + 16, r2
	;;
	st8	[r2] = r16
	stf.spill [r14] = f6, 32
	stf.spill [r15] = f7, 32
	;;
	stf.spill [r14] = f8, 32
	stf.spill [r15] = f9, 32
	;;
	stf.spill [r14] = f10
	stf.spill [r15] = f11
	movl	gp = __gp
	adds	r12 = -16, r2
	alloc	r17 = ar.pfs, 0, 0, 1, 0
	;;
	mov	out0 = r2
	br.call.sptk b0 = interrupted
	;;

	// back: psr.ic = psr.i = 0
	movl	r14 = MR + XMR_IC
	movl	r15 = XSI + XSI_UPCALL_MASK
	mov	r8 = 1
	adds	r2 = 16, r12
	;;
	st4	[r14] = r0
	st1	[r15] = r8
	ld8	r16 = [r2]
	adds	r14 = F_FR, r2
	adds	r15 = F_FR + 16, r2
	;;
	ldf.fill f6 = [r14], 32
	ldf.fill f7 = [r15], 32
	;;
	ldf.fill f8 = [r14], 32
	ldf.fill f9 = [r15], 32
	;;
	ldf.fill f10 = [r14]
	ldf.fill f11 = [r15]
	mov	ar.unat = r16
	adds	r14 = F_GR + 128, r2
	adds	r15 = F_GR + 136, r2
	;;
	BANK	r16, r17
	BANK	r18, r19
	BANK	r20, r21
	BANK	r22, r23
	BANK	r24, r25
	BANK	r26, r27
	BANK	r28, r29
	BANK	r30, r31
	// bsw.0: they go to memory, from where RFI takes them
	movl	r14 = MR + XMR_BANK1
	movl	r15 = MR + XMR_BANK1 + 8
	;;
	PUT	r16, r17
	PUT	r18, r19
	PUT	r20, r21
	PUT	r22, r23
	PUT	r24, r25
	PUT	r26, r27
	PUT	r28, r29
	PUT	r30, r31
	mov	r29 = r2
	mov	r23 = ar.unat
	movl	r14 = MR + XMR_VNAT
	movl	r15 = MR + XMR_BANKNUM
	;;
	st8	[r14] = r23
	st4	[r15] = r0
	ld8	r23 = [r29]
	;;
	LOAD_MR	XMR_IFS, F_IFS
	LOAD_MR	XMR_IIP, F_IIP
	LOAD_MR	XMR_IPSR, F_IPSR
	LOAD_AR	pfs, F_PFS
	LOAD_AR	ccv, F_CCV
	LOAD_AR	fpsr, F_FPSR
	LOAD_AR	lc, F_LC
	LOAD_BR	b0, F_BR
	LOAD_BR	b6, F_BR + 8
	LOAD_BR	b7, F_BR + 16
	alloc	r20 = ar.pfs, 0, 0, 0, 0	// pfs once more, below
	;;
	adds	r19 = F_LOADRS, r29
	adds	r20 = F_BSPSTORE, r29
	adds	r21 = F_RNAT, r29
	adds	r22 = F_RSC, r29
	;;
	ld8	r19 = [r19]
	ld8	r20 = [r20]
	;;
	ld8	r21 = [r21]
	ld8	r22 = [r22]
	mov	ar.rsc = r19
	;;
	loadrs
	;;
	mov	ar.bspstore = r20
	;;
	mov	ar.rnat = r21
	mov	ar.rsc = r22
	LOAD_AR	pfs, F_PFS
	mov	ar.unat = r23
	adds	r16 = F_GR + 8, r29
	adds	r17 = F_GR + 16, r29
	adds	r19 = F_UNAT, r29
	adds	r20 = F_PR, r29
	;;
	FILL2	r1, r2
	FILL2	r3, r4
	FILL2	r5, r6
	FILL2	r7, r8
	FILL2	r9, r10
	FILL2	r11, r12
	FILL2	r13, r14
	ld8.fill r15 = [r16]
	ld8	r19 = [r19]
	ld8	r20 = [r20]
	MY_LEVEL r28, r27
	;;
	mov	ar.unat = r19
	mov	pr = r20, -1
	ld8	r27 = [r28]
	;;
	adds	r27 = -1, r27
	;;
	st8	[r28] = r27
	break.i	XEN_PRIVOP_RFI
	;;
	break.i	0			// it does not return
