// SPDX-License-Identifier: MIT
/*
 * Faults and traps: recording them, and entering their handlers.
 *
 * A raised fault changes nothing but cpu->fault. fault_deliver() is the one place where the
 * interruption registers are written (SDM vol 2 §5.5, and §8.1 for what each vector sets).
 */
#include "cpu/fault.h"
#include "cpu/parts.h"
#include "debug/trace.h"
#include "memmap.h"

#define DCR_PP (1UL << 0)

/* What survives an interruption, SDM vol 2 table 3-2 */
#define PSR_KEPT (PSR_UP | PSR_MFL | PSR_MFH | PSR_PK | PSR_DT | PSR_RT | PSR_MC | PSR_IT)

static enum exec raise(struct cpu *cpu, unsigned vector, uint64_t isr)
{
	cpu->fault = (struct fault){ .vector = vector, .isr = isr };
	return EXEC_FAULT;
}

enum exec fault_general(struct cpu *cpu, uint64_t code)
{
	return raise(cpu, VEC_GENERAL, code);
}

enum exec fault_illegal_op(struct cpu *cpu)
{
	return raise(cpu, VEC_GENERAL, GEX_ILLEGAL_OP);
}

enum exec fault_priv_op(struct cpu *cpu)
{
	return raise(cpu, VEC_GENERAL, GEX_PRIV_OP);
}

enum exec fault_priv_reg(struct cpu *cpu)
{
	return raise(cpu, VEC_GENERAL, GEX_PRIV_REG);
}

enum exec fault_reserved_reg_field(struct cpu *cpu)
{
	return raise(cpu, VEC_GENERAL, GEX_RESERVED_REG);
}

enum exec fault_reg_nat(struct cpu *cpu, uint64_t isr)
{
	return raise(cpu, VEC_NAT_CONSUMPTION, isr | NAT_REGISTER);
}

enum exec fault_break(struct cpu *cpu, uint64_t iim)
{
	raise(cpu, VEC_BREAK, 0);
	cpu->fault.set_iim = true;
	cpu->fault.iim = iim;
	return EXEC_FAULT;
}

enum exec cpu_break(struct cpu *cpu, uint64_t imm, uint64_t iim)
{
	uint64_t pa;

	if ((imm & FW_BREAK_MASK) != FW_BREAK || !cpu->ops->firmware)
		return fault_break(cpu, iim);
	if (tlb_fetch(cpu, cpu->ip, &pa) != EXEC_NEXT)
		return fault_break(cpu, iim);
	pa &= (1UL << CPU_PA_BITS) - 1;
	if (pa < FW_BASE || pa >= FW_BASE + FW_SIZE)
		return fault_break(cpu, iim);
	return cpu->ops->firmware(cpu->opaque, cpu, imm & (0x1fffff & ~FW_BREAK_MASK));
}

enum exec fault_speculative(struct cpu *cpu, uint64_t imm)
{
	raise(cpu, VEC_SPECULATION, 0);
	cpu->fault.set_iim = true;
	cpu->fault.iim = imm;
	return EXEC_FAULT;
}

enum exec fault_disabled_fp(struct cpu *cpu, unsigned code, uint64_t isr)
{
	return raise(cpu, VEC_DISABLED_FP, isr | code);
}

enum exec fault_fp(struct cpu *cpu, uint64_t code)
{
	return raise(cpu, VEC_FP_FAULT, code);
}

enum exec fault_trap(struct cpu *cpu, unsigned vector, uint64_t code)
{
	raise(cpu, vector, code);
	cpu->fault.trap = true;
	return EXEC_FAULT;
}

enum exec fault_fp_trap(struct cpu *cpu, uint64_t code)
{
	return fault_trap(cpu, VEC_FP_TRAP, code | TRAP_FP);
}

/* cr.ifa for all, cr.itir for what concerns a translation, cr.iha for what walked the VHPT */
static void set_address(struct cpu *cpu, unsigned vector, uint64_t va)
{
	struct fault *f = &cpu->fault;

	f->set_ifa = true;
	f->ifa = va;
	switch (vector) {
	case VEC_VHPT_TRANS:
	case VEC_ITLB:
	case VEC_DTLB:
		f->set_iha = true;
		f->iha = vhpt_hash(cpu, va);
		/* fallthrough */
	case VEC_ALT_ITLB:
	case VEC_ALT_DTLB:
	case VEC_IKEY_MISS:
	case VEC_DKEY_MISS:
	case VEC_DIRTY:
	case VEC_IACCESS_BIT:
	case VEC_DACCESS_BIT:
	case VEC_PAGE_NOT_PRESENT:
	case VEC_KEY_PERM:
	case VEC_IACCESS_RIGHTS:
	case VEC_DACCESS_RIGHTS:
		f->set_itir = true;
		f->itir = cpu->rr[va >> 61] & 0xfffffffc; /* rid and ps; ve is not part */
	}
}

/* ISR.ed: TLB.ed of the page the instruction is in, SDM vol 2 §5.5.5 */
static uint64_t code_page_ed(struct cpu *cpu, uint64_t isr)
{
	return !(isr & ISR_RS) && mem_code_ed(cpu) ? ISR_ED : 0;
}

enum exec fault_data(struct cpu *cpu, unsigned vector, uint64_t isr, uint64_t va)
{
	bool miss = vector == VEC_VHPT_TRANS || vector == VEC_DTLB || vector == VEC_ALT_DTLB;

	if (miss && !(cpu->psr & PSR_IC))
		return raise(cpu, VEC_NESTED_DTLB, 0);
	raise(cpu, vector, isr | code_page_ed(cpu, isr));
	set_address(cpu, vector, va);
	return EXEC_FAULT;
}

enum exec fault_insn(struct cpu *cpu, unsigned vector, uint64_t va)
{
	raise(cpu, vector, ISR_X);
	set_address(cpu, vector, va);
	return EXEC_FAULT;
}

enum exec fault_unimpl_data(struct cpu *cpu, uint64_t isr, uint64_t va)
{
	(void)va; /* a General Exception leaves cr.ifa alone */
	return raise(cpu, VEC_GENERAL, isr | GEX_RESERVED_REG | code_page_ed(cpu, isr));
}

/* With PSR.ic = 1: the state to come back to, and what the fault has to tell */
static void collect(struct cpu *cpu, const struct fault *f)
{
	cpu->cr[CR_IPSR] = cpu->psr | (uint64_t)cpu->ri << PSR_RI_SHIFT;
	cpu->cr[CR_IIP] = cpu->ip;
	cpu->cr[CR_IIPA] = cpu->last_ip;
	cpu->cr[CR_IFS] = 0; /* v = 0 */
	if (f->set_ifa)
		cpu->cr[CR_IFA] = f->ifa;
	if (f->set_itir)
		cpu->cr[CR_ITIR] = f->itir;
	if (f->set_iim)
		cpu->cr[CR_IIM] = f->iim;
	if (f->set_iha)
		cpu->cr[CR_IHA] = f->iha;
}

static uint64_t isr_at_delivery(const struct cpu *cpu, const struct fault *f)
{
	uint64_t ei = f->trap ? f->ei : cpu->ri;
	uint64_t isr = f->isr | ei << ISR_EI_SHIFT;

	if (!(cpu->psr & PSR_IC))
		isr |= ISR_NI;
	if (cpu->cfle)
		isr |= ISR_IR;
	return isr;
}

void fault_deliver(struct cpu *cpu)
{
	const struct fault *f = &cpu->fault;
	uint64_t psr = cpu->psr & PSR_KEPT;

	cpu->stats.intr[f->vector >> 8]++;
	cpu->n_bundles++;     /* time goes on even where each handler faults at once */
	cpu->stats.bundles--; /* which is no bundle retired: cpu_run() counts by n_bundles */
	if (f->vector != VEC_NESTED_DTLB) /* which leaves the first fault's registers alone */
		cpu->cr[CR_ISR] = isr_at_delivery(cpu, f);
	if (cpu->psr & PSR_IC)
		collect(cpu, f);

	if (cpu->cr[CR_DCR] & DCR_PP)
		psr |= PSR_PP;
	if (cpu->cr[CR_DCR] & DCR_BE)
		psr |= PSR_BE;
	cpu->cfle = false;
	cpu->ip = cpu->cr[CR_IVA] + f->vector;
	cpu->ri = 0;
	cpu_set_psr(cpu, psr);
	if (trace_on(cpu->trace, int))
		trace_int(cpu, f->vector);
}

void fault_extint(struct cpu *cpu)
{
	raise(cpu, VEC_EXTINT, 0);
	fault_deliver(cpu);
}
