/* SPDX-License-Identifier: MIT */
/*
 * What the tests need that C cannot say: system calls that klibc does not wrap,
 * threads, and instruction sequences whose effect on registers is the test. All
 * are functions with the standard calling convention, in asm.S.
 */
#ifndef ASM_H
#define ASM_H

#include <stdint.h>

/* system call @nr; returns its result, or -errno */
long raw_syscall(long nr, ...);

/* a thread that runs fn(arg) on a stack of @size bytes at @base and exits with the result */
int thread_start(int (*fn)(void *), void *base, uint64_t size, long flags, void *arg);

/* f32-f127 get a pattern from @seed; the sum of their significands */
void fp_high_fill(uint64_t seed);
uint64_t fp_high_sum(void);

/*
 * @depth nested frames of 96 stacked registers; in the innermost, fn() is called
 * (if not NULL). Returns how many registers had lost their value on the way back.
 */
uint64_t rse_deep(uint64_t depth, uint64_t seed, void (*fn)(void));
/* nested frames with three NaTs each; returns 4 for each frame that kept exactly these */
uint64_t rse_nat(uint64_t depth);

/* memory */
uint64_t load_speculative(const void *p, uint64_t otherwise);
uint64_t load_advanced(uint64_t *p, uint64_t *alias, uint64_t value);
uint64_t load_checked(uint64_t *p);
uint64_t probe_write(const void *p);
uint64_t compare_exchange_16(void *p, uint64_t old, uint64_t low, uint64_t high);
uint64_t spill_fill_nat(void *p);
void store_double(void *p, uint64_t bits);
uint64_t load_double(const void *p);
uint64_t load_double_pair(const void *p);
void load_extended_store(const void *from, void *to);
void flush_code(void *p);
void set_ac(void);
void clear_ac(void);
uint64_t load8(const void *p);

/* integer */
void loop_rotating(const uint64_t *in, uint64_t *out, uint64_t n);
uint64_t loop_counted(uint64_t n);
uint64_t loop_while(uint64_t n);
uint64_t predicate_sum(uint64_t mask);
uint64_t predicated_off(uint64_t value, void *scratch);
void multimedia(uint64_t a, uint64_t b, uint64_t *out);
void bit_fields(uint64_t a, uint64_t b, uint64_t *out);
uint64_t parallel_compares(uint64_t a, uint64_t b);
uint64_t add_seven(uint64_t a);

/* a bundle that faults; a handler that goes on at the next bundle returns from it */
void fault_break0(void);
void fault_break1(void);
void fault_break4(void);
void fault_privileged(void);
void fault_privileged_register(void);
void fault_out_of_frame(void);
void fault_template(void);
void fault_nat(void);
void call_address(uint64_t target);
void just_return(void);

/* floating point */
void set_fpsr(uint64_t fpsr);
uint64_t get_fpsr(void);
uint64_t xma_low(uint64_t a, uint64_t b, uint64_t c);
uint64_t xma_high(uint64_t a, uint64_t b, uint64_t c);
uint64_t fp_reciprocal(uint64_t a, uint64_t b); /* frcpa.s0 on two doubles */
uint64_t fp_multiply(uint64_t a, uint64_t b);	/* fmpy.d.s0 on two doubles */
uint64_t fp_normalise(uint64_t significand);	/* setf.sig; fnorm; getf.exp */

#endif
