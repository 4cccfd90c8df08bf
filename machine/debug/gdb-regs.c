// SPDX-License-Identifier: MIT
/*
 * Registers for gdb: its numbers, and its idea of what some of them mean.
 *
 * It follows what Linux shows a debugger: ar.bsp points behind the current frame, ar.rnat is
 * as after flushrs, pr is in physical order and PSR.ri the slot. Stacked registers it reads
 * from memory, which gdb-mem.c overlays. r32 and up exist under numbers too (in logical order)
 * but gdb gives those no name. Its nat0-nat31 are the bits of ar.unat, which
 * tell of registers only after a spill, and gdb 13 looks for those of stacked registers in the
 * wrong word: `monitor info registers` marks the registers that are NaT.
 */
#include "debug/gdb-regs.h"

#include <string.h>

#include "cpu/parts.h"
#include "debug/gdb-mem.h"

#define FP_SIGN_SHIFT 17
#define PSR_RESERVED  (~0x3fff0ffee03eUL) /* SDM vol 2 §3.3.2 */

static void fr_get(struct cpu *cpu, unsigned f, uint64_t v[2])
{
	const struct fpreg *p = cpu_fr(cpu, f);

	v[0] = p->sig;
	v[1] = p->exp | (uint64_t)p->sign << FP_SIGN_SHIFT;
}

static bool fr_set(struct cpu *cpu, unsigned f, const uint64_t v[2])
{
	if (f < 2)
		return false;
	*cpu_fr(cpu, f) = (struct fpreg){
		.sig = v[0],
		.exp = v[1] & FP_EXP_ONES,
		.sign = v[1] >> FP_SIGN_SHIFT & 1,
	};
	cpu->psr |= f < 32 ? PSR_MFL : PSR_MFH;
	return true;
}

static uint64_t ar_get(struct cpu *cpu, unsigned ar)
{
	switch (ar) {
	case AR_BSP: return gdb_stack_end(cpu);
	case AR_BSPSTORE: return cpu->bspstore;
	case AR_RNAT: return gdb_stack_rnat(cpu);
	case AR_ITC: return cpu_itc(cpu);
	default: return cpu->ar[ar];
	}
}

/* With the checks of the instruction, privilege apart */
static bool ar_set(struct cpu *cpu, unsigned ar, uint64_t v)
{
	uint64_t psr = cpu->psr;
	enum exec r;

	switch (ar) {
	case AR_BSP: return gdb_stack_move(cpu, cfm_pack(&cpu->cfm), v);
	case AR_BSPSTORE: return v == cpu->bspstore; /* moving it would lose registers */
	case AR_RNAT: gdb_stack_set_rnat(cpu, v); return true;
	}
	cpu->psr &= ~PSR_CPL;
	r = ar_write(cpu, ar, v);
	cpu->psr = psr;
	return r == EXEC_NEXT;
}

static bool psr_set(struct cpu *cpu, uint64_t v)
{
	unsigned ri = (v & PSR_RI) >> PSR_RI_SHIFT;

	if (ri > 2 || v & PSR_RESERVED)
		return false;
	cpu->ri = ri;
	cpu_set_psr(cpu, v & ~PSR_RI);
	return true;
}

static bool pr_bit_set(struct cpu *cpu, unsigned p, uint64_t v)
{
	if (v > 1 || (p == 0 && !v))
		return false;
	cpu_set_pr(cpu, p, v);
	return true;
}

static bool gr_set(struct cpu *cpu, unsigned r, uint64_t v)
{
	if (r == 0 || r >= cpu->gr_limit)
		return false;
	*cpu_gr(cpu, r) = (struct gr){ v, 0 };
	return true;
}

static bool get(struct cpu *cpu, unsigned n, uint64_t v[2])
{
	switch (n) {
	case GDB_GR0 ... GDB_FR0 - 1:
		if (n >= cpu->gr_limit)
			return false;
		v[0] = cpu_gr(cpu, n)->val;
		return true;
	case GDB_FR0 ... GDB_PR0 - 1: fr_get(cpu, n - GDB_FR0, v); return true;
	case GDB_PR0 ... GDB_BR0 - 1: v[0] = cpu_pr(cpu, n - GDB_PR0); return true;
	case GDB_BR0 ... GDB_VFP - 1: v[0] = cpu->br[n - GDB_BR0]; return true;
	case GDB_PR: v[0] = pr_physical(cpu); return true;
	case GDB_IP: v[0] = cpu->ip; return true;
	case GDB_PSR: v[0] = cpu->psr | (uint64_t)cpu->ri << PSR_RI_SHIFT; return true;
	case GDB_CFM: v[0] = cfm_pack(&cpu->cfm); return true;
	case GDB_AR0 ... GDB_NREGS - 1: v[0] = ar_get(cpu, n - GDB_AR0); return true;
	}
	return false; /* vfp and vrap are gdb's own */
}

static bool set(struct cpu *cpu, unsigned n, const uint64_t v[2])
{
	switch (n) {
	case GDB_GR0 ... GDB_FR0 - 1: return gr_set(cpu, n, v[0]);
	case GDB_FR0 ... GDB_PR0 - 1: return fr_set(cpu, n - GDB_FR0, v);
	case GDB_PR0 ... GDB_BR0 - 1: return pr_bit_set(cpu, n - GDB_PR0, v[0]);
	case GDB_BR0 ... GDB_VFP - 1: cpu->br[n - GDB_BR0] = v[0]; return true;
	case GDB_PR: pr_set_physical(cpu, v[0]); return true;
	case GDB_IP: cpu->ip = v[0] & ~15UL; return true;
	case GDB_PSR: return psr_set(cpu, v[0]);
	case GDB_CFM: return gdb_stack_move(cpu, v[0], gdb_stack_end(cpu));
	case GDB_AR0 ... GDB_NREGS - 1: return ar_set(cpu, n - GDB_AR0, v[0]);
	}
	return false;
}

bool gdb_reg_read(struct cpu *cpu, unsigned n, uint8_t bytes[GDB_REG_MAX])
{
	uint64_t v[2] = { 0 };

	if (!get(cpu, n, v))
		return false;
	memcpy(bytes, v, sizeof(v));
	return true;
}

bool gdb_reg_write(struct cpu *cpu, unsigned n, const uint8_t bytes[GDB_REG_MAX])
{
	uint64_t v[2], now[2] = { 0 };

	memcpy(v, bytes, sizeof(v));
	if (gdb_reg_size(n) == 8)
		v[1] = 0;
	if (get(cpu, n, now) && !memcmp(v, now, sizeof(v)))
		return true; /* gdb writes back what it has read */
	return set(cpu, n, v);
}
