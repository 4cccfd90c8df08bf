// SPDX-License-Identifier: MIT
/*
 * The state around floating point: disabled registers, PSR.mfl/mfh, NaTVal, status fields,
 * faults and traps, predicates. The arithmetic itself has its tests in tests/fp.
 */
#include "exec/fixture.h"

/* f8 = f9 op f10 op f11; frcpa and fcmp write p6 and p7 */
static const struct op f = { .r1 = 8, .r2 = 9, .r3 = 10, .r4 = 11, .p1 = 6, .p2 = 7 };

#define PR6 (1UL << 6)
#define PR7 (1UL << 7)

static void put(struct cpu *cpu, unsigned fr, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	*cpu_fr(cpu, fr) = fp_from_double(bits);
}

static double get(struct cpu *cpu, unsigned fr)
{
	uint64_t bits = fp_to_double(cpu_fr(cpu, fr));
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

static unsigned flags(const struct cpu *cpu, unsigned sf)
{
	return cpu->ar[AR_FPSR] >> (FPSR_SF_SHIFT(sf) + 7) & 0x3f;
}

static void test_fma(void **state)
{
	struct cpu *cpu = *state;
	struct op op = f;

	put(cpu, 9, 1);
	put(cpu, 10, 3);
	put(cpu, 11, 5);
	assert_int_equal(step(cpu, exec_fma, &op), EXEC_NEXT);
	assert_true(get(cpu, 8) == 16);
	assert_int_equal(cpu->psr, PSR_MFL);
	assert_int_equal(flags(cpu, 0), 0);
	op.r1 = 40;
	assert_int_equal(step(cpu, exec_fms, &op), EXEC_NEXT);
	assert_true(get(cpu, 40) == 14);
	assert_int_equal(cpu->psr, PSR_MFL | PSR_MFH);
	assert_int_equal(step(cpu, exec_fnma, &op), EXEC_NEXT);
	assert_true(get(cpu, 40) == -14);

	/* with f0 as the addend a negative zero product keeps its sign */
	put(cpu, 10, -0.0);
	op.r2 = 0;
	assert_int_equal(step(cpu, exec_fma, &op), EXEC_NEXT);
	assert_int_equal(cpu_fr(cpu, 40)->sign, 1);

	op.qp = 6;
	cpu->psr = 0;
	assert_int_equal(step(cpu, exec_fma, &op), EXEC_NEXT);
	assert_int_equal(cpu->psr, 0);
}

static void test_rotation(void **state)
{
	struct cpu *cpu = *state;
	struct op op = f;

	cpu->cfm.rrb_fr = 95; /* -1: f33 is in the place of f32 */
	op.r1 = 33;
	put(cpu, 10, 2);
	put(cpu, 11, 2);
	assert_int_equal(step(cpu, exec_fma, &op), EXEC_NEXT);
	assert_true(fp_to_double(&cpu->fr[32]) == 0x4010000000000000);
}

static void test_disabled(void **state)
{
	struct cpu *cpu = *state;
	struct op op = f;

	cpu->psr = PSR_DFL;
	assert_fault(cpu, step(cpu, exec_fma, &op), VEC_DISABLED_FP, 1);
	assert_int_equal(cpu->psr, PSR_DFL);
	op.r3 = 100;
	cpu->psr = PSR_DFH;
	assert_fault(cpu, step(cpu, exec_fmerge, &op), VEC_DISABLED_FP, 2);
	cpu->psr = PSR_DFL | PSR_DFH;
	assert_fault(cpu, step(cpu, exec_fselect, &op), VEC_DISABLED_FP, 3);
	assert_fault(cpu, step(cpu, exec_fclass_m, &op), VEC_DISABLED_FP, 1);
	/* f0 and f1 are always there, predicates are not floating point */
	op.r2 = 0;
	op.r3 = 1;
	assert_int_equal(step(cpu, exec_fcmp, &op), EXEC_NEXT);
	cpu->psr = PSR_DFH;
	assert_int_equal(step(cpu, exec_fma, &op), EXEC_NEXT);
	/* a false predicate does not touch the registers */
	op = f;
	cpu->psr = PSR_DFL;
	op.qpx = 20;
	cpu->pr |= PR7;
	assert_int_equal(step(cpu, exec_frcpa, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr & PR7, 0);
}

static void test_natval(void **state)
{
	struct cpu *cpu = *state;
	struct op op = f;
	static const exec_fn fns[] = { exec_fma,  exec_fpma,  exec_fmin,   exec_famax,	 exec_fpcmp,
				       exec_fand, exec_fpack, exec_fmerge, exec_fselect, exec_xma,
				       exec_fmix, exec_fsxt,  exec_fswap,  exec_fpmerge };

	*cpu_fr(cpu, 9) = FP_REG_NATVAL;
	op.c[0] = 1;
	for (size_t i = 0; i < sizeof(fns) / sizeof(*fns); i++) {
		op.c[0] = fns[i] == exec_xma ? ISA_XMA_L : 1;
		put(cpu, 8, 5);
		assert_int_equal(step(cpu, fns[i], &op), EXEC_NEXT);
		if (!fp_is_natval(cpu_fr(cpu, 8)))
			fail_msg("fns[%zu]", i);
	}
	op = f;
	cpu->pr |= PR6 | PR7;
	assert_int_equal(step(cpu, exec_fcmp, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1);
	cpu->pr |= PR7;
	assert_int_equal(step(cpu, exec_frcpa, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1);
	assert_true(fp_is_natval(cpu_fr(cpu, 8)));
	op.imm = FCLASS_NAT;
	assert_int_equal(step(cpu, exec_fclass_m, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1 | PR6);
	op.imm = FCLASS_QNAN; /* not asked for: neither */
	assert_int_equal(step(cpu, exec_fclass_m, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1);
	assert_int_equal(cpu->ar[AR_FPSR], FPSR_DEFAULT);
}

static void test_flags_fault_trap(void **state)
{
	struct cpu *cpu = *state;
	struct op op = f;

	/* 1 + 2^-80 in status field 2: inexact, masked */
	put(cpu, 9, 1);
	put(cpu, 10, 0x1p-80);
	put(cpu, 11, 1);
	op.c[1] = 2;
	assert_int_equal(step(cpu, exec_fma, &op), EXEC_NEXT);
	assert_int_equal(flags(cpu, 2), FP_I);
	assert_int_equal(flags(cpu, 0), 0);

	/* the same unmasked: the result and the flag are there, then it traps */
	cpu->ar[AR_FPSR] = FPSR_DEFAULT & ~(uint64_t)FP_I;
	put(cpu, 8, 0);
	op.c[1] = 0;
	assert_fault(cpu, step(cpu, exec_fma, &op), VEC_FP_TRAP, FP_ISR_TRAP_I | TRAP_FP);
	assert_true(get(cpu, 8) == 1);
	assert_int_equal(flags(cpu, 0), FP_I);

	/* inf * 0 with invalid unmasked: a fault, nothing changed */
	cpu->ar[AR_FPSR] = FPSR_DEFAULT & ~(uint64_t)FP_V;
	put(cpu, 8, 5);
	put(cpu, 10, 1.0 / 0.0);
	op.r4 = 0;
	cpu->psr = 0;
	assert_fault(cpu, step(cpu, exec_fma, &op), VEC_FP_FAULT, FP_ISR_FAULT_V);
	assert_true(get(cpu, 8) == 5);
	assert_int_equal(cpu->psr, 0);
	assert_int_equal(cpu->ar[AR_FPSR], FPSR_DEFAULT & ~(uint64_t)FP_V);

	/* 1 / 0 with zero divide unmasked: neither f8 nor p7 */
	cpu->ar[AR_FPSR] = FPSR_DEFAULT & ~(uint64_t)FP_Z;
	cpu->pr |= PR7;
	op = f;
	put(cpu, 10, 0);
	assert_fault(cpu, step(cpu, exec_frcpa, &op), VEC_FP_FAULT, FP_ISR_FAULT_Z);
	assert_true(get(cpu, 8) == 5);
	assert_int_equal(cpu->pr, 1 | PR7);
	cpu->ar[AR_FPSR] = FPSR_DEFAULT; /* masked: the IEEE quotient, no iteration wanted */
	assert_int_equal(step(cpu, exec_frcpa, &op), EXEC_NEXT);
	assert_true(get(cpu, 8) == 1.0 / 0.0);
	assert_int_equal(cpu->pr, 1);
	assert_int_equal(flags(cpu, 0), FP_Z);
}

static void test_predicates(void **state)
{
	struct cpu *cpu = *state;
	struct op op = f;

	put(cpu, 9, 1);
	put(cpu, 10, 2);
	op.c[0] = ISA_FREL_LT;
	assert_int_equal(step(cpu, exec_fcmp, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1 | PR6);
	op.c[0] = ISA_FREL_EQ;
	assert_int_equal(step(cpu, exec_fcmp, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1 | PR7);
	op.c[0] = ISA_FREL_UNORD;
	put(cpu, 10, 0.0 / 0.0);
	assert_int_equal(step(cpu, exec_fcmp, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1 | PR6);
	op.c[1] = 1; /* .unc under a false predicate */
	op.qpx = 20;
	assert_int_equal(step(cpu, exec_fcmp, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1);
	op = f;
	put(cpu, 10, 3);
	assert_int_equal(step(cpu, exec_frcpa, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1 | PR7); /* an approximation, good to 8.8 bits */
	assert_true(get(cpu, 8) * 3 > 1 - 0x1p-8 && get(cpu, 8) * 3 < 1 + 0x1p-8);
	op.imm = FCLASS_POS | FCLASS_NORM;
	assert_int_equal(step(cpu, exec_fclass_m, &op), EXEC_NEXT);
	assert_int_equal(cpu->pr, 1 | PR6);
}

static void test_moves_and_integers(void **state)
{
	struct cpu *cpu = *state;
	struct op op = f;

	/* xma: 7 * 9 + 5; the high halves of -1 * -1 */
	*cpu_fr(cpu, 9) = fp_from_sig(5);
	*cpu_fr(cpu, 10) = fp_from_sig(7);
	*cpu_fr(cpu, 11) = fp_from_sig(9);
	op.c[0] = ISA_XMA_L;
	assert_int_equal(step(cpu, exec_xma, &op), EXEC_NEXT);
	assert_int_equal(fp_to_sig(cpu_fr(cpu, 8)), 68);
	*cpu_fr(cpu, 9) = fp_from_sig(0);
	*cpu_fr(cpu, 10) = *cpu_fr(cpu, 11) = fp_from_sig(-1);
	op.c[0] = ISA_XMA_H;
	assert_int_equal(step(cpu, exec_xma, &op), EXEC_NEXT);
	assert_int_equal(fp_to_sig(cpu_fr(cpu, 8)), 0);
	op.c[0] = ISA_XMA_HU;
	assert_int_equal(step(cpu, exec_xma, &op), EXEC_NEXT);
	assert_int_equal(fp_to_sig(cpu_fr(cpu, 8)), -2UL);

	/* fneg f8 = f10 is fmerge.ns f10, f10; fabs is fmerge.s f0, f10 */
	put(cpu, 10, 2.5);
	op.c[0] = ISA_FMERGE_NS;
	op.r2 = 10;
	assert_int_equal(step(cpu, exec_fmerge, &op), EXEC_NEXT);
	assert_true(get(cpu, 8) == -2.5);

	/* fcvt.fx.trunc of -2.5 and back */
	op = f;
	op.r2 = 8;
	op.c[1] = 1;
	assert_int_equal(step(cpu, exec_fcvt_fx, &op), EXEC_NEXT);
	assert_int_equal(fp_to_sig(cpu_fr(cpu, 8)), -2UL);
	assert_int_equal(step(cpu, exec_fcvt_xf, &op), EXEC_NEXT);
	assert_true(get(cpu, 8) == -2);

	/* fmix.l, fmix.r, fmix.lr, fsxt.l, fswap.nl on words aaaaaaaa:1 and 80000000:2 */
	op = f;
	*cpu_fr(cpu, 9) = fp_from_sig(0xaaaaaaaa00000001);
	*cpu_fr(cpu, 10) = fp_from_sig(0x8000000000000002);
	op.c[0] = ISA_FMIX_L;
	assert_int_equal(step(cpu, exec_fmix, &op), EXEC_NEXT);
	assert_int_equal(fp_to_sig(cpu_fr(cpu, 8)), 0xaaaaaaaa80000000);
	op.c[0] = ISA_FMIX_R;
	assert_int_equal(step(cpu, exec_fmix, &op), EXEC_NEXT);
	assert_int_equal(fp_to_sig(cpu_fr(cpu, 8)), 0x0000000100000002);
	op.c[0] = ISA_FMIX_LR;
	assert_int_equal(step(cpu, exec_fmix, &op), EXEC_NEXT);
	assert_int_equal(fp_to_sig(cpu_fr(cpu, 8)), 0xaaaaaaaa00000002);
	op.c[0] = ISA_LR_L;
	assert_int_equal(step(cpu, exec_fsxt, &op), EXEC_NEXT);
	assert_int_equal(fp_to_sig(cpu_fr(cpu, 8)), 0xffffffff80000000);
	op.c[0] = ISA_FSWAP_NL;
	assert_int_equal(step(cpu, exec_fswap, &op), EXEC_NEXT);
	assert_int_equal(fp_to_sig(cpu_fr(cpu, 8)), 0x80000002aaaaaaaa);
}

static void test_status_fields(void **state)
{
	struct cpu *cpu = *state;
	/* fsetc.s2 0x7f, 0x40: field 2 gets the controls of field 0, and td */
	struct op set = { .imm = 0x7f, .len = 0x40, .c = { 2 } };
	struct op chk = { .imm = -0x100, .c = { 1 } }, clr = { .c = { 1 } };

	assert_int_equal(step(cpu, exec_fsetc, &set), EXEC_NEXT);
	assert_int_equal(cpu->ar[AR_FPSR] >> FPSR_SF_SHIFT(2) & 0x7f, 0x4c);
	set.c[0] = 0; /* sf0 has no td */
	assert_fault(cpu, step(cpu, exec_fsetc, &set), VEC_GENERAL, GEX_RESERVED_REG);
	set.len = 4; /* pc 3 is double extended, 1 is reserved */
	set.imm = 0x73;
	assert_fault(cpu, step(cpu, exec_fsetc, &set), VEC_GENERAL, GEX_RESERVED_REG);

	cpu->ip = 0x1000;
	cpu->ri = 2;
	assert_int_equal(step(cpu, exec_fchkf, &chk), EXEC_NEXT);
	cpu->ar[AR_FPSR] |= (uint64_t)FP_V << (FPSR_SF_SHIFT(1) + 7); /* not in field 0 */
	assert_int_equal(step(cpu, exec_fchkf, &chk), EXEC_BRANCH);
	assert_int_equal(cpu->ip, 0xf00);
	assert_int_equal(cpu->ri, 0);
	assert_int_equal(step(cpu, exec_fclrf, &clr), EXEC_NEXT);
	assert_int_equal(flags(cpu, 1), 0);
	assert_int_equal(step(cpu, exec_fchkf, &chk), EXEC_NEXT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_fma),
		TEST(test_rotation),
		TEST(test_disabled),
		TEST(test_natval),
		TEST(test_flags_fault_trap),
		TEST(test_predicates),
		TEST(test_moves_and_integers),
		TEST(test_status_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
