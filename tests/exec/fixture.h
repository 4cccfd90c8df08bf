/* SPDX-License-Identifier: MIT */
/*
 * A processor for tests of single instructions: registers and state by hand, no memory, no
 * decoder. Include after cmocka's prerequisites.
 */
#ifndef TESTS_EXEC_FIXTURE_H
#define TESTS_EXEC_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cpu/cpu.h"
#include "cpu/exec.h"
#include "cpu/fault.h"
#include "cpu/parts.h"

/* A frame of 16 stacked registers in the middle of the window, PSR 0, FPSR as programs start. */
static inline int setup(void **state)
{
	struct cpu *cpu = calloc(1, sizeof(*cpu));

	cpu->pr = 1;
	cpu->bof = CPU_STK_SIZE / 2;
	cpu->grp[0] = cpu->gr;
	cpu->grp[1] = &cpu->stk[cpu->bof] - 32;
	cpu->cfm.sof = 16;
	cpu->gr_limit = 32 + 16;
	cpu->fr[1] = FP_REG_ONE;
	cpu->ar[AR_FPSR] = FPSR_DEFAULT;
	cpu->cpuid[4] = 3UL << 32; /* clz, mpy4 */
	cpu->stlb_r = cpu->stlb_rd[0];
	cpu->stlb_w = cpu->stlb_wr[0];
	*state = cpu;
	return 0;
}

static inline int teardown(void **state)
{
	free(*state);
	return 0;
}

static inline void set_gr(struct cpu *cpu, unsigned r, uint64_t val)
{
	*cpu_gr(cpu, r) = (struct gr){ val, 0 };
}

static inline void set_nat(struct cpu *cpu, unsigned r)
{
	cpu_gr(cpu, r)->nat = 1;
}

/* A slot as the run loop takes it. */
static inline enum exec step(struct cpu *cpu, exec_fn fn, const struct op *op)
{
	return cpu_pr(cpu, op->qp) ? fn(cpu, op) : EXEC_NEXT;
}

static inline void assert_fault(struct cpu *cpu, enum exec r, unsigned vector, uint64_t code)
{
	assert_int_equal(r, EXEC_FAULT);
	assert_int_equal(cpu->fault.vector, vector);
	assert_int_equal(cpu->fault.isr & ISR_CODE_MASK, code);
	memset(&cpu->fault, 0, sizeof(cpu->fault));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
