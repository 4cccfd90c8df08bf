/* SPDX-License-Identifier: MIT */
/*
 * Instruction sequences for the tests; asm.h says what each promises. Leaf
 * functions use r2, r3, r8-r11, r14-r31 and p6-p15 only. See SDM vol 3 for the
 * instructions, and the runtime conventions for what a function may clobber.
 */
#include <asm/unistd.h>

#define SYSCALL break 0x100000

.macro FUNCTION name
	.align 32
	.global \name
	.proc \name
\name:
.endm

.macro END name
	.endp \name
.endm

	.altmacro
	.text

FUNCTION raw_syscall
	alloc r2 = ar.pfs, 7, 0, 6, 0
	mov r15 = r32
	mov r39 = r33
	mov r40 = r34
	mov r41 = r35
	mov r42 = r36
	mov r43 = r37
	mov r44 = r38
	;;
	SYSCALL
	;;
	cmp.eq p6, p0 = -1, r10
	;;
(p6)	sub r8 = r0, r8
	br.ret.sptk.many b0
END raw_syscall

/*
 * The child starts with the caller's frame but an empty stack below it, so that
 * it must never return from here.
 */
FUNCTION thread_start
	alloc r2 = ar.pfs, 5, 0, 3, 0
	mov r37 = r35
	mov r38 = r33
	mov r39 = r34
	mov r15 = __NR_clone2
	;;
	SYSCALL
	;;
	cmp.eq p6, p0 = -1, r10
	cmp.eq p7, p8 = 0, r8
	;;
(p6)	sub r8 = r0, r8
(p8)	br.ret.sptk.many b0
	;;
	mov b6 = r32
	mov r37 = r36
	;;
	br.call.sptk.many b0 = b6
	;;
	mov r37 = r8
	mov r15 = __NR_exit
	;;
	SYSCALL
	;;
	break 0
END thread_start

/* --- f32-f127 -------------------------------------------------------------- */

.macro fill_one n
	add r2 = \n, r32
	;;
	setf.sig f\n = r2
.endm

.macro sum_one n
	getf.sig r2 = f\n
	;;
	add r8 = r8, r2
.endm

FUNCTION fp_high_fill
	.set n, 32
	.rept 96
	fill_one %n
	.set n, n + 1
	.endr
	;;
	br.ret.sptk.many b0
END fp_high_fill

FUNCTION fp_high_sum
	mov r8 = 0
	;;
	.set n, 32
	.rept 96
	sum_one %n
	.set n, n + 1
	.endr
	;;
	br.ret.sptk.many b0
END fp_high_sum

/* --- register stack ----------------------------------------------------------- */

.macro set_local n
	adds r\n = \n, r33
.endm

.macro check_local n
	adds r3 = -\n, r\n
	;;
	cmp.ne p6, p0 = r3, r33
	;;
(p6)	adds r9 = 1, r9
.endm

FUNCTION rse_deep
	alloc r35 = ar.pfs, 3, 90, 3, 0
	mov r36 = b0
	.set n, 37
	.rept 88
	set_local %n
	.set n, n + 1
	.endr
	cmp.ne p6, p0 = r0, r32
	;;
(p6)	br.cond.dptk.few 1f
	cmp.eq p6, p0 = r0, r34
	mov b6 = r34
	mov r8 = 0
	;;
(p6)	br.cond.dptk.few 2f
	br.call.sptk.many b0 = b6
	;;
	mov r8 = 0
	br.cond.sptk.few 2f
	;;
1:	adds r125 = -1, r32
	adds r126 = 0x101, r33
	mov r127 = r34
	br.call.sptk.many b0 = rse_deep
	;;
2:	mov r9 = r8
	;;
	.set n, 37
	.rept 88
	check_local %n
	.set n, n + 1
	.endr
	;;
	mov r8 = r9
	mov ar.pfs = r35
	mov b0 = r36
	;;
	br.ret.sptk.many b0
END rse_deep

/* A fill with its bit of ar.unat set makes a NaT (SDM vol 1 section 4.4.4.5). */
.macro make_nat n
	ld8.fill r\n = [sp]
.endm

.macro count_nat n
	tnat.nz p6, p0 = r\n
	;;
(p6)	adds r14 = 1, r14
.endm

FUNCTION rse_nat
	alloc r33 = ar.pfs, 1, 62, 1, 0
	mov r34 = b0
	mov r35 = ar.unat
	mov r36 = -1
	mov r41 = 41
	mov r51 = 51
	;;
	st8 [sp] = r32
	mov ar.unat = r36
	;;
	make_nat 40
	make_nat 50
	make_nat 93
	;;
	mov ar.unat = r35
	cmp.ne p6, p7 = r0, r32
	;;
(p6)	adds r95 = -1, r32
(p6)	br.call.spnt.many b0 = rse_nat
	;;
	cmp.eq p7, p0 = r0, r32
	;;
(p7)	mov r8 = 0
	mov r14 = 0
	;;
	count_nat 40
	count_nat 50
	count_nat 93
	cmp.eq p6, p0 = 41, r41
	;;
(p6)	adds r14 = 1, r14
	tnat.nz p7, p0 = r51
	;;
(p7)	adds r14 = 64, r14
	;;
	cmp.eq p6, p0 = 4, r14
	;;
(p6)	adds r8 = 4, r8
	mov ar.pfs = r33
	mov b0 = r34
	;;
	br.ret.sptk.many b0
END rse_nat

/* --- memory ------------------------------------------------------------------- */

FUNCTION load_speculative
	ld8.s r8 = [r32]
	;;
	chk.s.m r8, 1f
	br.ret.sptk.many b0
	;;
1:	mov r8 = r33
	br.ret.sptk.many b0
END load_speculative

FUNCTION load_advanced
	ld8.a r8 = [r32]
	;;
	st8 [r33] = r34
	;;
	ld8.c.clr r8 = [r32]
	br.ret.sptk.many b0
END load_advanced

FUNCTION load_checked
	ld8.a r8 = [r32]
	;;
	chk.a.clr r8, 1f
	br.ret.sptk.many b0
	;;
1:	ld8 r8 = [r32]
	br.ret.sptk.many b0
END load_checked

FUNCTION probe_write
	probe.w r8 = r32, 3
	br.ret.sptk.many b0
END probe_write

FUNCTION compare_exchange_16
	mov ar.ccv = r33
	mov ar.csd = r35
	;;
	cmp8xchg16.acq r8 = [r32], r34, ar.csd, ar.ccv
	br.ret.sptk.many b0
END compare_exchange_16

FUNCTION spill_fill_nat
	mov r2 = ar.unat
	mov r3 = -1
	;;
	st8 [r32] = r0
	mov ar.unat = r3
	;;
	ld8.fill r9 = [r32]
	mov ar.unat = r0
	;;
	st8.spill [r32] = r9
	;;
	mov r10 = ar.unat
	mov ar.unat = r0
	;;
	ld8.fill r11 = [r32]
	;;
	tnat.z p6, p0 = r11
	mov ar.unat = r10
	mov r8 = 0
	;;
(p6)	adds r8 = 1, r8
	ld8.fill r11 = [r32]
	;;
	tnat.nz p7, p0 = r11
	mov ar.unat = r2
	;;
(p7)	adds r8 = 2, r8
	br.ret.sptk.many b0
END spill_fill_nat

FUNCTION store_double
	setf.d f6 = r33
	;;
	stfd [r32] = f6
	br.ret.sptk.many b0
END store_double

FUNCTION load_double
	ldfd f6 = [r32]
	;;
	getf.d r8 = f6
	br.ret.sptk.many b0
END load_double

FUNCTION load_double_pair
	ldfpd f6, f7 = [r32]
	;;
	getf.d r8 = f6
	getf.d r9 = f7
	;;
	add r8 = r8, r9
	br.ret.sptk.many b0
END load_double_pair

FUNCTION load_extended_store
	ldfe f6 = [r32]
	;;
	stfe [r33] = f6
	br.ret.sptk.many b0
END load_extended_store

FUNCTION flush_code
	fc.i r32
	;;
	sync.i
	;;
	srlz.i
	;;
	br.ret.sptk.many b0
END flush_code

FUNCTION set_ac
	sum 8
	;;
	br.ret.sptk.many b0
END set_ac

FUNCTION clear_ac
	rum 8
	;;
	br.ret.sptk.many b0
END clear_ac

FUNCTION load8
	{ .mmi
	ld8 r8 = [r32]
	nop.m 0
	nop.i 0
	;; }
	br.ret.sptk.many b0
END load8

/* --- integer -------------------------------------------------------------------- */

/* out[i] = in[i] + 1, as a software pipeline of three stages (SDM vol 1 section 5.5). */
FUNCTION loop_rotating
	alloc r2 = ar.pfs, 3, 5, 0, 8
	mov r14 = r32
	mov r15 = r33
	mov r16 = r34
	mov r17 = ar.lc
	mov r18 = pr
	;;
	adds r16 = -1, r16
	mov pr.rot = 1 << 16
	;;
	mov ar.lc = r16
	mov ar.ec = 3
	;;
1:
(p16)	ld8 r32 = [r14], 8
(p17)	adds r34 = 1, r33
(p18)	st8 [r15] = r35, 8
	br.ctop.sptk.many 1b
	;;
	mov ar.lc = r17
	mov pr = r18, -1
	br.ret.sptk.many b0
END loop_rotating

FUNCTION loop_counted
	mov r3 = ar.lc
	adds r2 = -1, r32
	mov r8 = 0
	;;
	mov ar.lc = r2
	;;
1:	adds r8 = 1, r8
	br.cloop.sptk.many 1b
	;;
	mov ar.lc = r3
	br.ret.sptk.many b0
END loop_counted

/* The body runs n times, and twice more to drain the epilog count of 3. */
FUNCTION loop_while
	alloc r2 = ar.pfs, 1, 7, 0, 8
	mov r14 = r32
	mov r18 = pr
	mov r8 = 0
	;;
	mov ar.ec = 3
	;;
1:	adds r8 = 1, r8
	;;
	cmp.ltu p6, p0 = r8, r14
	;;
(p6)	br.wtop.sptk.many 1b
	;;
	mov pr = r18, -1
	br.ret.sptk.many b0
END loop_while

.macro add_if n
(p\n)	adds r8 = \n, r8
	;;
.endm

FUNCTION predicate_sum
	mov r2 = pr
	mov r8 = 0
	;;
	mov pr = r32, -1
	;;
	.set n, 1
	.rept 63
	add_if %n
	.set n, n + 1
	.endr
	mov pr = r2, -1
	br.ret.sptk.many b0
END predicate_sum

/* \insn, predicated off, in an instruction group of its own. */
.macro off insn:vararg
(p6)	\insn
	;;
.endm

/* Whatever is predicated off must leave everything alone, NaT bits included. */
FUNCTION predicated_off
	cmp.ne p6, p0 = r0, r0
	mov r8 = r32
	mov r2 = ar.ccv
	mov r3 = b6
	setf.sig f6 = r32
	;;
	off setf.sig f6 = r0
	off setf.exp f6 = r0
	off getf.sig r8 = f0
	off getf.exp r8 = f0
	off getf.d r8 = f1
	off ld8 r8 = [r0]
	off ld8.s r8 = [r0]
	off st8 [r33] = r0
	off ldfd f6 = [r33]
	off stfd [r33] = f6
	off xchg8 r8 = [r33], r0
	off fetchadd8.acq r8 = [r33], 16
	off mov ar.ccv = r0
	off mov b6 = r0
	off popcnt r8 = r8
	off break.m 0
	off break.i 0
	off xma.l f6 = f6, f6, f6
	getf.sig r9 = f6
	mov r10 = ar.ccv
	mov r11 = b6
	ld8 r14 = [r33]
	;;
	cmp.ne p7, p0 = r9, r32
	cmp.ne p8, p0 = r10, r2
	cmp.ne p9, p0 = r11, r3
	;;
(p7)	adds r8 = 1, r8
	;;
(p8)	adds r8 = 2, r8
	;;
(p9)	adds r8 = 4, r8
	;;
	add r8 = r8, r14
	br.ret.sptk.many b0
END predicated_off

.macro put reg
	;;
	st8 [r34] = \reg, 8
.endm

FUNCTION multimedia
	padd1 r8 = r32, r33
	put r8
	padd2.sss r8 = r32, r33
	put r8
	psub4 r8 = r32, r33
	put r8
	pcmp4.eq r8 = r32, r33
	put r8
	pcmp1.gt r8 = r32, r33
	put r8
	psad1 r8 = r32, r33
	put r8
	mux1 r8 = r32, @rev
	put r8
	mux2 r8 = r32, 0x1b
	put r8
	unpack4.h r8 = r32, r33
	put r8
	unpack1.l r8 = r32, r33
	put r8
	mix2.r r8 = r32, r33
	put r8
	pmpy2.r r8 = r32, r33
	put r8
	pshr4 r8 = r32, 5
	put r8
	pmax1.u r8 = r32, r33
	put r8
	pack2.sss r8 = r32, r33
	put r8
	pavg1 r8 = r32, r33
	put r8
	br.ret.sptk.many b0
END multimedia

FUNCTION bit_fields
	popcnt r8 = r32
	put r8
	shrp r8 = r32, r33, 20
	put r8
	extr.u r8 = r32, 12, 20
	put r8
	extr r8 = r32, 12, 20
	put r8
	dep r8 = r32, r33, 16, 16
	put r8
	dep.z r8 = r32, 24, 32
	put r8
	shladd r8 = r32, 3, r33
	put r8
	czx1.r r8 = r32
	put r8
	andcm r8 = r32, r33
	put r8
	sxt2 r8 = r32
	put r8
	shladdp4 r8 = r32, 2, r33
	put r8
	mov r9 = 12
	;;
	shr r8 = r32, r9
	put r8
	mov r9 = 70
	;;
	shl r8 = r32, r9
	put r8
	br.ret.sptk.many b0
END bit_fields

/* Several compares of type and/or write one predicate in one group. */
FUNCTION parallel_compares
	cmp.eq p6, p7 = r0, r0
	cmp.ne p8, p9 = r0, r0
	mov r8 = 0
	;;
	cmp.lt.and p6, p0 = r0, r32
	cmp.lt.and p6, p0 = r0, r33
	cmp.eq.or p8, p0 = 0, r32
	cmp.eq.or p8, p0 = r0, r33
	;;
(p6)	adds r8 = 1, r8
	;;
(p8)	adds r8 = 2, r8
	tbit.nz p10, p11 = r32, 63
	;;
(p10)	adds r8 = 4, r8
(p11)	cmp4.eq.unc p12, p13 = r32, r33
	;;
(p11)	br.cond.sptk.few 1f
	;;
	br.ret.sptk.many b0
	;;
1:
(p12)	adds r8 = 8, r8
(p13)	adds r8 = 16, r8
	br.ret.sptk.many b0
END parallel_compares

FUNCTION add_seven
	{ .mib
	adds r8 = 7, r32
	nop.i 0
	br.ret.sptk.many b0
	;; }
END add_seven

/* --- faults ------------------------------------------------------------------------ */

.macro FAULTS name, insn:vararg
FUNCTION \name
	{ .mmi
	\insn
	nop.m 0
	nop.i 0
	;; }
	br.ret.sptk.many b0
END \name
.endm

FAULTS fault_break0, break.m 0
FAULTS fault_break1, break.m 1
FAULTS fault_break4, break.m 4
FAULTS fault_privileged, mov r8 = psr
FAULTS fault_privileged_register, mov ar.k0 = r0
FAULTS fault_out_of_frame, mov r100 = r0

FUNCTION fault_template
	data8 6, 0
	br.ret.sptk.many b0
END fault_template

FUNCTION fault_nat
	mov r2 = ar.unat
	mov r3 = -1
	;;
	st8 [sp] = r0
	mov ar.unat = r3
	;;
	ld8.fill r9 = [sp]
	mov ar.unat = r2
	;;
	{ .mmi
	ld8 r8 = [r9]
	nop.m 0
	nop.i 0
	;; }
	br.ret.sptk.many b0
END fault_nat

/* Tail-calls an address: a handler that goes on at just_return returns from it. */
FUNCTION call_address
	mov b6 = r32
	;;
	br.cond.sptk.many b6
END call_address

FUNCTION just_return
	br.ret.sptk.many b0
END just_return

/* --- floating point ------------------------------------------------------------------ */

FUNCTION set_fpsr
	mov ar.fpsr = r32
	br.ret.sptk.many b0
END set_fpsr

FUNCTION get_fpsr
	mov r8 = ar.fpsr
	br.ret.sptk.many b0
END get_fpsr

FUNCTION xma_low
	setf.sig f6 = r32
	setf.sig f7 = r33
	setf.sig f8 = r34
	;;
	xma.l f9 = f6, f7, f8
	;;
	getf.sig r8 = f9
	br.ret.sptk.many b0
END xma_low

FUNCTION xma_high
	setf.sig f6 = r32
	setf.sig f7 = r33
	setf.sig f8 = r34
	;;
	xma.hu f9 = f6, f7, f8
	;;
	getf.sig r8 = f9
	br.ret.sptk.many b0
END xma_high

FUNCTION fp_reciprocal
	setf.d f6 = r32
	setf.d f7 = r33
	;;
	{ .mfi
	nop.m 0
	frcpa.s0 f8, p6 = f6, f7
	nop.i 0
	;; }
	getf.d r8 = f8
	br.ret.sptk.many b0
END fp_reciprocal

FUNCTION fp_multiply
	setf.d f6 = r32
	setf.d f7 = r33
	;;
	{ .mfi
	nop.m 0
	fmpy.d.s0 f8 = f6, f7
	nop.i 0
	;; }
	getf.d r8 = f8
	br.ret.sptk.many b0
END fp_multiply

FUNCTION fp_normalise
	setf.sig f6 = r32
	;;
	fnorm f7 = f6
	;;
	getf.exp r8 = f7
	br.ret.sptk.many b0
END fp_normalise
