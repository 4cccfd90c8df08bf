// SPDX-License-Identifier: MIT
/*
 * Moves between registers and system state: what is written where, and which fault comes
 * first when several apply (the order in the pages of SDM vol 3).
 */
#include "exec/fixture.h"

static uint64_t itc_now(void *opaque, struct cpu *cpu)
{
	(void)opaque;
	(void)cpu;
	return 1000;
}

static const struct cpu_ops ops = { .itc_now = itc_now };

#define CPL3 (3UL << PSR_CPL_SHIFT)

static const struct op to = { .r1 = 32, .r2 = 33, .r3 = 34 }; /* r2 to the register r3 names */

static struct op numbered(unsigned reg)
{
	struct op op = to;

	op.r3 = reg;
	return op;
}

#define ILLEGAL(x)  assert_fault(cpu, x, VEC_GENERAL, GEX_ILLEGAL_OP)
#define PRIV_OP(x)  assert_fault(cpu, x, VEC_GENERAL, GEX_PRIV_OP)
#define PRIV_REG(x) assert_fault(cpu, x, VEC_GENERAL, GEX_PRIV_REG)
#define RESERVED(x) assert_fault(cpu, x, VEC_GENERAL, GEX_RESERVED_REG)
#define NAT(x)	    assert_fault(cpu, x, VEC_NAT_CONSUMPTION, NAT_REGISTER)
#define DONE(x)	    assert_int_equal(x, EXEC_NEXT)

static void test_ar(void **state)
{
	struct cpu *cpu = *state;
	struct op lc = numbered(AR_LC), unat = numbered(AR_UNAT), gap = numbered(100);
	struct op ignored = numbered(50), kr = numbered(AR_KR0), itc = numbered(AR_ITC);
	struct op bspstore = numbered(AR_BSPSTORE), fpsr = numbered(AR_FPSR);

	cpu->ops = &ops;
	set_gr(cpu, 33, 77);
	DONE(step(cpu, exec_mov_to_ar_i, &lc));
	assert_int_equal(cpu->ar[AR_LC], 77);
	DONE(step(cpu, exec_mov_from_ar_i, &lc));
	assert_int_equal(cpu_gr(cpu, 32)->val, 77);
	ILLEGAL(step(cpu, exec_mov_to_ar_m, &lc)); /* an I register */
	ILLEGAL(step(cpu, exec_mov_from_ar_i, &unat));
	ILLEGAL(step(cpu, exec_mov_from_ar_i, &gap)); /* reserved */
	DONE(step(cpu, exec_mov_to_ar_m, &ignored));
	DONE(step(cpu, exec_mov_from_ar_i, &ignored));
	assert_int_equal(cpu_gr(cpu, 32)->val, 0);
	lc.imm = -3;
	DONE(step(cpu, exec_mov_ar_imm_i, &lc));
	assert_int_equal(cpu->ar[AR_LC], -3UL);

	cpu->psr = CPL3;
	PRIV_REG(step(cpu, exec_mov_to_ar_m, &kr));
	DONE(step(cpu, exec_mov_from_ar_m, &kr));
	DONE(step(cpu, exec_mov_from_ar_m, &itc));
	assert_int_equal(cpu_gr(cpu, 32)->val, 1000);
	cpu->psr |= PSR_SI;
	PRIV_REG(step(cpu, exec_mov_from_ar_m, &itc));

	set_nat(cpu, 33);
	NAT(step(cpu, exec_mov_to_ar_m, &kr)); /* before the privilege of the register */
	cpu->ar[AR_RSC] = 3;
	ILLEGAL(step(cpu, exec_mov_to_ar_m, &bspstore)); /* before the NaT */
	ILLEGAL(step(cpu, exec_mov_from_ar_m, &bspstore));
	set_gr(cpu, 33, 1 << 12); /* sf0.td */
	RESERVED(step(cpu, exec_mov_to_ar_m, &fpsr));
}

static void test_cr(void **state)
{
	struct cpu *cpu = *state;
	struct op iva = numbered(CR_IVA), ivr = numbered(CR_IVR), iip = numbered(CR_IIP);
	struct op gap = numbered(18), dcr = numbered(CR_DCR);

	cpu->ops = &ops;
	set_gr(cpu, 33, 0x12345678);
	DONE(step(cpu, exec_mov_to_cr, &iva));
	DONE(step(cpu, exec_mov_from_cr, &iva));
	assert_int_equal(cpu_gr(cpu, 32)->val, 0x12340000 | (0x5678 & 0x8000));
	DONE(step(cpu, exec_mov_to_cr, &iip));
	set_gr(cpu, 33, 1UL << 40);
	RESERVED(step(cpu, exec_mov_to_cr, &dcr));
	set_nat(cpu, 33);
	NAT(step(cpu, exec_mov_to_cr, &dcr));
	cpu->psr = PSR_IC | CPL3;
	PRIV_OP(step(cpu, exec_mov_to_cr, &dcr));
	PRIV_OP(step(cpu, exec_mov_from_cr, &dcr));
	ILLEGAL(step(cpu, exec_mov_to_cr, &iip));
	ILLEGAL(step(cpu, exec_mov_to_cr, &ivr)); /* read only */
	ILLEGAL(step(cpu, exec_mov_from_cr, &gap));
	dcr.r1 = 60;
	ILLEGAL(step(cpu, exec_mov_from_cr, &dcr)); /* the target first */
}

static enum exec imm(struct cpu *cpu, exec_fn fn, uint64_t v)
{
	struct op op = { .imm = v };

	return step(cpu, fn, &op);
}

static void test_masks(void **state)
{
	struct cpu *cpu = *state;

	DONE(imm(cpu, exec_ssm, PSR_IC | PSR_I));
	assert_int_equal(cpu->psr, PSR_IC | PSR_I);
	DONE(imm(cpu, exec_rsm, PSR_I));
	assert_int_equal(cpu->psr, PSR_IC);
	cpu->irq_ready = true; /* now the run loop has to see it */
	assert_int_equal(imm(cpu, exec_ssm, PSR_I), EXEC_SYNC);
	assert_int_equal(imm(cpu, exec_ssm, PSR_DT), EXEC_SYNC);
	assert_ptr_equal(cpu->stlb_r, cpu->stlb_rd[0]);
	assert_int_equal(imm(cpu, exec_rsm, PSR_DT), EXEC_SYNC);
	assert_ptr_equal(cpu->stlb_r, cpu->stlb_rd[4]);
	RESERVED(imm(cpu, exec_ssm, 1));
	RESERVED(imm(cpu, exec_rsm, 1 << 6));
	RESERVED(imm(cpu, exec_ssm, 1 << 16));

	cpu->psr = CPL3;
	PRIV_OP(imm(cpu, exec_ssm, 1)); /* before the reserved bit */
	PRIV_OP(imm(cpu, exec_rsm, PSR_I));
	assert_int_equal(imm(cpu, exec_sum, PSR_UP | PSR_AC | PSR_MFH), EXEC_SYNC); /* pmu.c */
	assert_int_equal(cpu->psr, CPL3 | PSR_UP | PSR_AC | PSR_MFH);
	DONE(imm(cpu, exec_rum, PSR_AC));
	RESERVED(imm(cpu, exec_sum, PSR_I));
	RESERVED(imm(cpu, exec_rum, 1));
	cpu->psr |= PSR_SP; /* secures PSR.up */
	DONE(imm(cpu, exec_rum, PSR_UP | PSR_MFH));
	assert_int_equal(cpu->psr, CPL3 | PSR_UP | PSR_SP);
}

static void test_psr(void **state)
{
	struct cpu *cpu = *state;

	cpu->psr = PSR_IC | PSR_BN | PSR_IT | PSR_ED | PSR_MFL;
	DONE(step(cpu, exec_mov_from_psr, &to));
	assert_int_equal(cpu_gr(cpu, 32)->val, PSR_IC | PSR_IT | PSR_MFL);
	DONE(step(cpu, exec_mov_from_psr_um, &to));
	assert_int_equal(cpu_gr(cpu, 32)->val, PSR_MFL);

	set_gr(cpu, 33, 0xffffffff00000000 | PSR_DT | PSR_RT | PSR_I);
	assert_int_equal(step(cpu, exec_mov_to_psr_l, &to), EXEC_SYNC);
	assert_int_equal(cpu->psr, PSR_BN | PSR_IT | PSR_ED | PSR_DT | PSR_RT | PSR_I);
	set_gr(cpu, 33, 1UL << 28);
	RESERVED(step(cpu, exec_mov_to_psr_l, &to));
	set_nat(cpu, 33);
	NAT(step(cpu, exec_mov_to_psr_l, &to));
	cpu->psr = CPL3;
	PRIV_OP(step(cpu, exec_mov_to_psr_l, &to));
	PRIV_OP(step(cpu, exec_mov_from_psr, &to));
	NAT(step(cpu, exec_mov_to_psr_um, &to));
	set_gr(cpu, 33, PSR_IC);
	RESERVED(step(cpu, exec_mov_to_psr_um, &to));
	set_gr(cpu, 33, PSR_UP | PSR_MFL);
	assert_int_equal(step(cpu, exec_mov_to_psr_um, &to), EXEC_SYNC);
	assert_int_equal(cpu->psr, CPL3 | PSR_UP | PSR_MFL);
}

static void test_indirect(void **state)
{
	struct cpu *cpu = *state;

	cpu->cpuid[3] = 0x1f010504;
	set_gr(cpu, 34, 0xabcd03); /* only bits 7:0 count */
	DONE(step(cpu, exec_mov_from_cpuid, &to));
	assert_int_equal(cpu_gr(cpu, 32)->val, 0x1f010504);
	set_gr(cpu, 33, 0x1122334455667788);
	assert_int_equal(step(cpu, exec_mov_to_dbr, &to), EXEC_SYNC);
	DONE(step(cpu, exec_mov_from_dbr, &to));
	assert_int_equal(cpu_gr(cpu, 32)->val, 0x1122334455667788);
	set_gr(cpu, 34, CPU_NIBR);
	RESERVED(step(cpu, exec_mov_to_ibr, &to));
	RESERVED(step(cpu, exec_mov_from_ibr, &to));
	RESERVED(step(cpu, exec_mov_from_cpuid, &to));
	set_gr(cpu, 34, 200); /* monitors that do not exist do not fault */
	assert_int_equal(step(cpu, exec_mov_to_pmc, &to), EXEC_EXACT);
	assert_true(cpu->exact); /* as it is when the run loop comes back */
	DONE(step(cpu, exec_mov_to_pmc, &to));
	DONE(step(cpu, exec_mov_from_pmc, &to));
	assert_int_equal(cpu_gr(cpu, 32)->val, 0);

	set_gr(cpu, 34, 4);
	DONE(step(cpu, exec_mov_to_pmd, &to));
	cpu->psr = CPL3;
	DONE(step(cpu, exec_mov_from_pmd, &to));
	assert_int_equal(cpu_gr(cpu, 32)->val, 0x334455667788); /* of 47 bits */
	cpu->pmc[4] = 1 << 6;					/* pm: privileged */
	DONE(step(cpu, exec_mov_from_pmd, &to));
	assert_int_equal(cpu_gr(cpu, 32)->val, 0);
	set_nat(cpu, 34);
	PRIV_OP(step(cpu, exec_mov_to_pmd, &to));
	PRIV_OP(step(cpu, exec_mov_from_dbr, &to));
	NAT(step(cpu, exec_mov_from_pmd, &to));
}

static void test_br_pr_ip(void **state)
{
	struct cpu *cpu = *state;
	struct op b6 = { .r1 = 6, .r2 = 33 }, from = { .r1 = 32, .r2 = 6 };
	struct op mask = { .r2 = 33, .imm = -0x10000L | 0x42 };
	struct op rot = { .imm = -0x10000L, .imm_hi = -1 };

	set_gr(cpu, 33, 0xa000000000000010);
	DONE(step(cpu, exec_mov_to_br, &b6));
	DONE(step(cpu, exec_mov_from_br, &from));
	assert_int_equal(cpu_gr(cpu, 32)->val, 0xa000000000000010);
	cpu->ip = 0x4000;
	DONE(step(cpu, exec_mov_from_ip, &from));
	assert_int_equal(cpu_gr(cpu, 32)->val, 0x4000);

	/* mask: PR1, PR6, and PR16-PR63; PR0 reads 1 whatever is written */
	set_gr(cpu, 33, 0x8000000000010040);
	cpu->pr = 0xf | 1UL << 30;
	DONE(step(cpu, exec_mov_pr, &mask));
	assert_int_equal(cpu->pr, 0x800000000001004d);
	cpu->cfm.rrb_pr = 1; /* PR17 in logical order is physical PR16 ... */
	DONE(step(cpu, exec_mov_from_pr, &from));
	assert_int_equal(cpu_gr(cpu, 32)->val & 0xffff, 0x4d);
	assert_int_equal(__builtin_popcountl(cpu_gr(cpu, 32)->val >> 16), 2);
	DONE(step(cpu, exec_mov_pr_rot_imm, &rot));
	assert_int_equal(cpu->pr, -0x10000UL | 0x4d);

	set_nat(cpu, 33);
	NAT(step(cpu, exec_mov_to_br, &b6));
	NAT(step(cpu, exec_mov_pr, &mask));
	mask.qp = 1;
	cpu->pr = 1;
	DONE(step(cpu, exec_mov_pr, &mask));
}

static void test_break(void **state)
{
	struct cpu *cpu = *state;

	cpu->ops = &ops;
	assert_fault(cpu, imm(cpu, exec_break_m, 0x80001), VEC_BREAK, 0);
	assert_int_equal(imm(cpu, exec_break_i, 0x100000), EXEC_FAULT);
	assert_true(cpu->fault.set_iim);
	assert_int_equal(cpu->fault.iim, 0x100000);
	assert_fault(cpu, imm(cpu, exec_break_f, 0), VEC_BREAK, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ar),	     TEST(test_cr),	  TEST(test_masks), TEST(test_psr),
		TEST(test_indirect), TEST(test_br_pr_ip), TEST(test_break),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
