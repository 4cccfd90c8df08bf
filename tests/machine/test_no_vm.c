// SPDX-License-Identifier: MIT
/*
 * A processor without virtual machine extensions: vmsw is an Illegal Operation before anything
 * else is looked at (SDM vol 3 "vmsw"), and PSR.vm is a reserved bit that nothing can set: not
 * rfi, for cr.ipsr refuses it, nor the moves and masks, which do not reach it. What PAL says of
 * this is in tests/fw.
 */
#include "core.h"

#define PTE_RWX	    (PTE_P | PTE_A | PTE_D | 3UL << 9)
#define PTE_PROMOTE (PTE_P | PTE_A | PTE_D | 7UL << 9)

static void vmsw_faults(struct env *env, uint64_t psr, struct isa_insn insn)
{
	struct cpu *cpu = env->cpu;

	cpu->ip = env->at;
	emit(env, MIB, NOP_M, NOP_I, insn);
	set_psr(env, psr | PSR_IC);
	run(env, 1);
	assert_int_equal(cpu->ip, IVT + VEC_GENERAL);
	assert_int_equal(cpu->cr[CR_ISR], GEX_ILLEGAL_OP | 2UL << ISR_EI_SHIFT);
	assert_int_equal(cpu->cr[CR_IPSR] & ~PSR_RI, psr | PSR_IC);
	assert_false(cpu->psr & PSR_VM);
}

/* At each privilege level, physical and on the page of access rights 7 that VT-i asks for */
static void test_vmsw(void **state)
{
	struct env *env = *state;

	tlb_insert_tc(env->cpu, true, PTE_PROMOTE | CODE, 14 << 2, CODE);
	tlb_insert_tc(env->cpu, true, PTE_RWX | IVT, 16 << 2, IVT);
	for (uint64_t cpl = 0; cpl < 4; cpl++) {
		vmsw_faults(env, cpl << PSR_CPL_SHIFT, I(vmsw_0));
		vmsw_faults(env, cpl << PSR_CPL_SHIFT, I(vmsw_1));
	}
	vmsw_faults(env, PSR_IT, I(vmsw_0));
	vmsw_faults(env, PSR_IT, I(vmsw_1));
}

static void step(struct env *env, struct isa_insn insn, uint64_t val)
{
	env->cpu->ip = env->at;
	emit(env, MMI, insn, NOP_M, NOP_I);
	env->cpu->gr[8].val = val;
	set_psr(env, 0);
	run(env, 1);
}

static void test_psr_vm_is_reserved(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	step(env, I(mov_to_cr, .r3 = CR_IPSR, .r2 = 8), PSR_VM | PSR_IC);
	assert_int_equal(cpu->ip, IVT + VEC_GENERAL);
	assert_int_equal(cpu->cr[CR_ISR], GEX_RESERVED_REG | ISR_NI);
	assert_int_equal(cpu->cr[CR_IPSR], 0);
	step(env, I(mov_to_cr, .r3 = CR_IPSR, .r2 = 8), PSR_IC); /* the rest of it is fine */
	assert_int_equal(cpu->ip, env->at);
	assert_int_equal(cpu->cr[CR_IPSR], PSR_IC);

	step(env, I(mov_to_psr_l, .r2 = 8), PSR_VM | PSR_IC);
	assert_int_equal(cpu->psr, PSR_IC); /* bits 63:32 of the source are ignored */
	step(env, I(mov_from_psr, .r1 = 9), 0);
	assert_int_equal(cpu->gr[9].val & PSR_VM, 0);
}

/* rfi takes PSR.vm from cr.ipsr, and from there it can only come clear. */
static void test_rfi(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	emit(env, MMI, I(mov_to_cr, .r3 = CR_IPSR, .r2 = 8), NOP_M, NOP_I);
	emit(env, MIB, NOP_M, NOP_I, I(rfi));
	cpu->gr[8].val = 0x3fff0ffee03e & ~(PSR_IS | PSR_SS | PSR_IT | PSR_DB | PSR_TB | PSR_LP);
	cpu->cr[CR_IIP] = CODE + 0x1000;
	run(env, 2);
	assert_int_equal(cpu->ip, CODE + 0x1000);
	assert_int_equal(cpu->psr & ~PSR_RI, cpu->gr[8].val & ~PSR_RI);
	assert_false(cpu->psr & PSR_VM);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_vmsw),
		TEST(test_psr_vm_is_reserved),
		TEST(test_rfi),
	};

	return cmocka_run_group_tests_name("no_vm", tests, NULL, NULL);
}
