/* SPDX-License-Identifier: MIT */
#ifndef RT_SETJMP_H
#define RT_SETJMP_H

/* 16 words and 20 spilled floating-point registers, and room to align them */
typedef long jmp_buf[60] __attribute__((aligned(16)));

int setjmp(jmp_buf buf) __attribute__((returns_twice));
void longjmp(jmp_buf buf, int value) __attribute__((noreturn));

#endif
