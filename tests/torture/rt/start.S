/* SPDX-License-Identifier: MIT */
/*
 * What C cannot say of the runtime that the torture tests are linked with: the
 * entry point, system calls, setjmp() and longjmp().
 *
 * The tests' code is of the ordinary kind, with function descriptors and a global
 * pointer; `_start` sets gp. System calls give -errno on failure.
 */
#include <asm/unistd.h>

	.text
	.align 32
	.global _start
	.proc _start
_start:
	alloc r32 = ar.pfs, 0, 1, 2, 0
1:	mov r2 = ip
	movl r3 = @gprel(1b)
	;;
	sub gp = r2, r3
	adds r33 = 16, sp		/* argc, then argv[] */
	br.call.sptk.many b0 = rt_start
	;;
	break 0
	.endp _start

/* A caller's outputs are the frame here, which is where the kernel looks for them. */
#define SYSCALL(name, number)			\
	.align 32;				\
	.global name;				\
	.proc name;				\
name:	mov r15 = number;			\
	break 0x100000;				\
	;;					\
	cmp.eq p6, p0 = -1, r10;		\
	;;					\
(p6)	sub r8 = r0, r8;			\
	br.ret.sptk.many b0;			\
	.endp name

	SYSCALL(rt_exit, __NR_exit_group)
	SYSCALL(rt_read, __NR_read)
	SYSCALL(rt_write, __NR_write)
	SYSCALL(rt_open, __NR_open)
	SYSCALL(rt_close, __NR_close)
	SYSCALL(rt_lseek, __NR_lseek)
	SYSCALL(rt_unlink, __NR_unlink)
	SYSCALL(rt_ftruncate, __NR_ftruncate)
	SYSCALL(rt_dup2, __NR_dup2)
	SYSCALL(rt_chdir, __NR_chdir)
	SYSCALL(rt_brk, __NR_brk)
	SYSCALL(rt_mmap, __NR_mmap)
	SYSCALL(rt_munmap, __NR_munmap)
	SYSCALL(rt_mprotect, __NR_mprotect)
	SYSCALL(rt_getpid, __NR_getpid)
	SYSCALL(rt_kill, __NR_kill)
	SYSCALL(rt_sigaction, __NR_rt_sigaction)
	SYSCALL(rt_sigprocmask, __NR_rt_sigprocmask)
	SYSCALL(rt_setitimer, __NR_setitimer)
	SYSCALL(rt_clone, __NR_clone)
	SYSCALL(rt_execve, __NR_execve)
	SYSCALL(rt_wait4, __NR_wait4)
	SYSCALL(rt_reboot, __NR_reboot)

/* Two walking pointers, r16 and r17, 16 bytes apart from each other's words. */
#define SAVE2(a, b)	st8 [r16] = a, 16; st8 [r17] = b, 16; ;;
#define LOAD2(a, b)	ld8 a = [r16], 16; ld8 b = [r17], 16; ;;
#define SPILL2F(a, b)	stf.spill [r16] = a, 32; stf.spill [r17] = b, 32; ;;
#define FILL2F(a, b)	ldf.fill a = [r16], 32; ldf.fill b = [r17], 32; ;;

#define EACH_F2(op)					\
	op(f2, f3) op(f4, f5) op(f16, f17) op(f18, f19)	\
	op(f20, f21) op(f22, f23) op(f24, f25)		\
	op(f26, f27) op(f28, f29) op(f30, f31)

	.align 32
	.global setjmp
	.proc setjmp
setjmp:
	mov r16 = r32
	adds r17 = 8, r32
	mov r18 = ar.bsp
	mov r19 = ar.pfs
	mov r20 = b0
	mov r21 = pr
	mov r22 = ar.lc
	mov r23 = ar.unat
	mov r24 = ar.fpsr
	mov r25 = b1
	mov r26 = b2
	mov r27 = b3
	mov r28 = b4
	mov r29 = b5
	;;
	SAVE2(r18, r19)
	SAVE2(r20, r21)
	SAVE2(r22, r23)
	SAVE2(r24, r25)
	SAVE2(r26, r27)
	SAVE2(r28, r29)
	SAVE2(gp, sp)
	st8.spill [r16] = r4, 16
	;;
	st8.spill [r17] = r5, 16
	;;
	st8.spill [r16] = r6, 16
	;;
	st8.spill [r17] = r7, 16
	;;
	mov r18 = ar.unat
	;;
	st8 [r16] = r18, 16
	mov ar.unat = r23
	adds r17 = 24, r17
	;;
	EACH_F2(SPILL2F)
	mov r8 = r0
	br.ret.sptk.many b0
	.endp setjmp

/*
 * The saved frame is below the current one, all of whose predecessors flushrs puts
 * in memory. Its last NaT collection is in memory as well if it was passed since.
 */
	.align 32
	.global longjmp
	.proc longjmp
longjmp:
	alloc r14 = ar.pfs, 2, 0, 0, 0
	mov r16 = r32
	adds r17 = 8, r32
	cmp.eq p6, p7 = 0, r33
	;;
(p6)	mov r8 = 1
(p7)	mov r8 = r33
	LOAD2(r18, r19)
	LOAD2(r20, r21)
	LOAD2(r22, r23)
	LOAD2(r24, r25)
	LOAD2(r26, r27)
	LOAD2(r28, r29)
	LOAD2(gp, sp)
	adds r30 = 32, r16
	;;
	ld8 r31 = [r30]
	;;
	mov ar.unat = r31
	;;
	ld8.fill r4 = [r16], 16
	ld8.fill r5 = [r17], 16
	;;
	ld8.fill r6 = [r16], 32
	ld8.fill r7 = [r17], 40
	;;
	EACH_F2(FILL2F)
	mov ar.pfs = r19
	mov b0 = r20
	mov ar.lc = r22
	mov ar.unat = r23
	mov ar.fpsr = r24
	mov b1 = r25
	mov b2 = r26
	mov b3 = r27
	mov b4 = r28
	mov b5 = r29
	;;
	flushrs
	mov r31 = 0x1f8
	;;
	mov ar.rsc = 0
	or r31 = r31, r18
	;;
	mov r30 = ar.rnat
	mov r29 = ar.bspstore
	;;
	cmp.ltu p6, p0 = r31, r29
	loadrs
	;;
(p6)	ld8 r30 = [r31]
	mov ar.bspstore = r18
	invala
	;;
	mov ar.rnat = r30
	;;
	mov ar.rsc = 3
	mov pr = r21, -1
	br.ret.sptk.many b0
	.endp longjmp
