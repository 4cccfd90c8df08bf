/* SPDX-License-Identifier: MIT */
/*
 * Start-up and system calls for a program without any library. It asks nothing
 * of its surroundings but break 0x100000, and sets ar.fpsr itself.
 */
	.text
	.align 32
	.global _start
	.proc _start
_start:
	alloc r32 = ar.pfs, 0, 1, 1, 0
	movl r2 = 0x9804c0270033f
	;;
	mov ar.fpsr = r2
	br.call.sptk.many b0 = compute_main
	;;
	mov r33 = r8
	mov r15 = 1025		/* exit */
	;;
	break 0x100000
	;;
	break 0
	.endp _start

	.align 32
	.global put_text
	.proc put_text
put_text:			/* put_text(fd, text, length): a write */
	mov r15 = 1027
	break 0x100000
	;;
	br.ret.sptk.many b0
	.endp put_text
