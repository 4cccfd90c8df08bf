// SPDX-License-Identifier: MIT
/*
 * M unit, the rest of memory: semaphores, prefetch, fences, the checks of control and data
 * speculation, and what empties the ALAT (SDM vol 3, the pages of those names).
 *
 * Processors take turns on one host thread, so each instruction is atomic and memory is
 * sequentially consistent: fences and ordering completers have nothing left to do.
 */
#include <string.h>

#include "cpu/cpu.h"
#include "cpu/exec.h"
#include "cpu/fault.h"
#include "cpu/parts.h"

/* ---- semaphores ---- */

static uint64_t sem_get(const struct cpu *cpu, const void *host, unsigned size)
{
	uint64_t v = 0;

	memcpy(&v, host, size);
	if (cpu->psr & PSR_BE)
		v = __builtin_bswap64(v) >> (64 - 8 * size);
	return v;
}

static void sem_put(const struct cpu *cpu, void *host, unsigned size, uint64_t v)
{
	if (cpu->psr & PSR_BE)
		v = __builtin_bswap64(v << (64 - 8 * size));
	memcpy(host, &v, size);
}

/* Checks that all semaphores share; @r2 is 0 for those without that source. */
static enum exec sem_begin(struct cpu *cpu, const struct op *op, unsigned r2, unsigned size,
			   struct mem_ref *ref)
{
	const struct gr *base = cpu_gr(cpu, op->r3);

	if (op->r1 >= cpu->gr_limit)
		return fault_illegal_op(cpu);
	if (base->nat || cpu_gr(cpu, r2)->nat)
		return fault_reg_nat(cpu, ISR_R | ISR_W);
	return mem_sem(cpu, base->val, size, ref);
}

/* Store @v and give the old value to r1; @op may be gone after the store. */
static enum exec sem_end(struct cpu *cpu, unsigned r1, const struct mem_ref *ref, unsigned size,
			 uint64_t old, uint64_t v)
{
	sem_put(cpu, ref->host, size, v);
	*cpu_gr(cpu, r1) = (struct gr){ .val = old };
	return mem_sem_done(cpu, ref, size);
}

enum exec exec_cmpxchg(struct cpu *cpu, const struct op *op)
{
	unsigned size = 1u << op->c[0];
	struct mem_ref ref;
	uint64_t old;
	enum exec x = sem_begin(cpu, op, op->r2, size, &ref);

	if (x != EXEC_NEXT)
		return x;
	old = sem_get(cpu, ref.host, size);
	if (old != cpu->ar[AR_CCV])
		return cpu_set_gr(cpu, op->r1, old, 0);
	return sem_end(cpu, op->r1, &ref, size, old, cpu_gr(cpu, op->r2)->val);
}

enum exec exec_xchg(struct cpu *cpu, const struct op *op)
{
	unsigned size = 1u << op->c[0];
	struct mem_ref ref;
	enum exec x = sem_begin(cpu, op, op->r2, size, &ref);

	if (x != EXEC_NEXT)
		return x;
	return sem_end(cpu, op->r1, &ref, size, sem_get(cpu, ref.host, size),
		       cpu_gr(cpu, op->r2)->val);
}

enum exec exec_fetchadd(struct cpu *cpu, const struct op *op)
{
	unsigned size = 1u << op->c[0];
	struct mem_ref ref;
	uint64_t old;
	enum exec x = sem_begin(cpu, op, 0, size, &ref);

	if (x != EXEC_NEXT)
		return x;
	old = sem_get(cpu, ref.host, size);
	return sem_end(cpu, op->r1, &ref, size, old, old + op->imm);
}

/* Compares 8 bytes, exchanges the 16 around them. */
enum exec exec_cmp8xchg16(struct cpu *cpu, const struct op *op)
{
	uint64_t old, low, odd = cpu_gr(cpu, op->r3)->val & 8;
	struct mem_ref ref;
	unsigned r1 = op->r1;
	enum exec x = sem_begin(cpu, op, op->r2, 8, &ref);

	if (x != EXEC_NEXT)
		return x;
	old = sem_get(cpu, ref.host, 8);
	if (old != cpu->ar[AR_CCV])
		return cpu_set_gr(cpu, r1, old, 0);
	low = cpu_gr(cpu, op->r2)->val;
	ref.host = (char *)ref.host - odd;
	if (ref.pa != ~0UL)
		ref.pa -= odd;
	sem_put(cpu, ref.host, 8, low);
	sem_put(cpu, (char *)ref.host + 8, 8, cpu->ar[AR_CSD]);
	*cpu_gr(cpu, r1) = (struct gr){ .val = old };
	return mem_sem_done(cpu, &ref, 16);
}

/* ---- prefetch: no caches to fill, but .fault is a demand on the translation ---- */

static enum exec prefetch(struct cpu *cpu, const struct op *op)
{
	const struct gr *base = cpu_gr(cpu, op->r3);
	uint64_t pa;
	enum exec x;

	if (!op->c[0] || cpu->psr & PSR_ED)
		return EXEC_NEXT;
	if (base->nat)
		return fault_reg_nat(cpu, ISR_R | ISR_NA | NA_LFETCH);
	x = mem_translate(cpu, base->val, 1, MEM_READ | MEM_NA(NA_LFETCH) | MEM_FAULTING, &pa);
	return x == EXEC_SYNC ? EXEC_NEXT : x;
}

enum exec exec_lfetch(struct cpu *cpu, const struct op *op)
{
	return prefetch(cpu, op);
}

enum exec exec_lfetch_count(struct cpu *cpu, const struct op *op)
{
	(void)cpu;
	(void)op;
	return EXEC_NEXT; /* always without faults, so nothing to do */
}

static enum exec prefetch_update(struct cpu *cpu, const struct op *op, uint64_t inc, uint64_t nat)
{
	struct gr *base;
	enum exec x;

	if (op->r3 >= cpu->gr_limit)
		return fault_illegal_op(cpu);
	x = prefetch(cpu, op);
	if (x != EXEC_NEXT)
		return x;
	base = cpu_gr(cpu, op->r3);
	base->val += inc;
	base->nat |= nat;
	return EXEC_NEXT;
}

enum exec exec_lfetch_reg(struct cpu *cpu, const struct op *op)
{
	const struct gr *r2 = cpu_gr(cpu, op->r2);

	return prefetch_update(cpu, op, r2->val, r2->nat);
}

enum exec exec_lfetch_imm(struct cpu *cpu, const struct op *op)
{
	return prefetch_update(cpu, op, op->imm, 0);
}

/* ---- fences and serialization: everything has taken effect already ---- */

#define NOTHING_TO_DO(id)                                                                          \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		(void)cpu;                                                                         \
		(void)op;                                                                          \
		return EXEC_NEXT;                                                                  \
	}

NOTHING_TO_DO(mf)
NOTHING_TO_DO(mf_a)
NOTHING_TO_DO(fwb)
NOTHING_TO_DO(sync_i)
NOTHING_TO_DO(srlz_d)
NOTHING_TO_DO(srlz_i)

/* ---- checks of speculation ---- */

static enum exec recover(struct cpu *cpu, const struct op *op)
{
	cpu->ip += op->imm;
	cpu->ri = 0;
	return EXEC_BRANCH;
}

enum exec exec_chk_s_m(struct cpu *cpu, const struct op *op)
{
	return unlikely(cpu_gr(cpu, op->r2)->nat) ? recover(cpu, op) : EXEC_NEXT;
}

enum exec exec_chk_s_i(struct cpu *cpu, const struct op *op)
{
	return exec_chk_s_m(cpu, op);
}

/* ISR.code of a Disabled FP-Register fault for register @f; 0 if it is enabled */
static unsigned fr_disabled(const struct cpu *cpu, unsigned f)
{
	if (f >= 32)
		return cpu->psr & PSR_DFH ? 2 : 0;
	return f >= 2 && cpu->psr & PSR_DFL ? 1 : 0;
}

enum exec exec_chk_s_f(struct cpu *cpu, const struct op *op)
{
	unsigned code = fr_disabled(cpu, op->r2);

	if (code)
		return fault_disabled_fp(cpu, code, 0);
	return fp_is_natval(cpu_fr(cpu, op->r2)) ? recover(cpu, op) : EXEC_NEXT;
}

enum exec exec_chk_a(struct cpu *cpu, const struct op *op)
{
	bool hit = alat_check(cpu, false, op->r1, ~0UL, 0, op->c[0] == ISA_CHK_CLR);

	return hit ? EXEC_NEXT : recover(cpu, op);
}

enum exec exec_chk_a_f(struct cpu *cpu, const struct op *op)
{
	unsigned code = fr_disabled(cpu, op->r1);

	if (code)
		return fault_disabled_fp(cpu, code, 0);
	return alat_check(cpu, true, op->r1, ~0UL, 0, op->c[0] == ISA_CHK_CLR) ? EXEC_NEXT
									       : recover(cpu, op);
}

enum exec exec_invala(struct cpu *cpu, const struct op *op)
{
	(void)op;
	alat_purge_all(cpu);
	return EXEC_NEXT;
}

enum exec exec_invala_e(struct cpu *cpu, const struct op *op)
{
	alat_purge_reg(cpu, false, op->r1);
	return EXEC_NEXT;
}

enum exec exec_invala_e_f(struct cpu *cpu, const struct op *op)
{
	unsigned code = fr_disabled(cpu, op->r1);

	if (code)
		return fault_disabled_fp(cpu, code, 0);
	alat_purge_reg(cpu, true, op->r1);
	return EXEC_NEXT;
}
