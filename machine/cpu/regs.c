// SPDX-License-Identifier: MIT
/*
 * Application and control registers by number, PSR, register banks, predicates as a whole.
 *
 * Each access makes all the checks of the SDM that the register's number decides (vol 1 §3.1,
 * vol 2 §3.3, vol 3 "mov ar", "mov cr"), in the order of its pseudo-code; which unit may name
 * an application register, and target registers, are checked by the instruction.
 */
#include "cpu/fault.h"
#include "cpu/parts.h"
#include "debug/gdb-break.h"
#include "debug/trace.h"

/* ---- PSR ---- */

/* Whatever makes the run loop look at single slots, SDM vol 2 §3.3.2 */
#define PSR_SLOW (PSR_SS | PSR_TB | PSR_LP | PSR_DB | PSR_ID | PSR_DA | PSR_DD | PSR_IA | PSR_ED)

void cpu_switch_bank(struct cpu *cpu, unsigned bn)
{
	if (!!(cpu->psr & PSR_BN) == bn)
		return;
	for (unsigned i = 0; i < 16; i++) {
		struct gr g = cpu->gr[16 + i];

		cpu->gr[16 + i] = cpu->gr_bank[i];
		cpu->gr_bank[i] = g;
	}
	cpu->psr ^= PSR_BN;
}

void cpu_set_psr(struct cpu *cpu, uint64_t psr)
{
	cpu_switch_bank(cpu, !!(psr & PSR_BN));
	cpu->psr = psr & ~PSR_RI;
	cpu_psr_changed(cpu);
}

uint64_t cpu_level_bundles(const struct cpu *cpu, unsigned cpl)
{
	const struct cpu_stats *s = &cpu->stats;

	return s->cpl_bundles[cpl] + (s->cpl == cpl ? cpu->n_bundles - s->cpl_since : 0);
}

static void count_level(struct cpu *cpu)
{
	struct cpu_stats *s = &cpu->stats;

	if (s->cpl == cpu_cpl(cpu))
		return;
	s->cpl_bundles[s->cpl] += cpu->n_bundles - s->cpl_since;
	s->cpl_since = cpu->n_bundles;
	if (trace_on(cpu->trace, level))
		trace_msg(cpu->trace, level, "%u to %u", s->cpl, cpu_cpl(cpu));
	s->cpl = cpu_cpl(cpu);
}

void cpu_psr_changed(struct cpu *cpu)
{
	count_level(cpu);
	tlb_select_mode(cpu);
	cpu->slow = cpu->psr & PSR_SLOW || trace_slow(cpu->trace) || breaks_slow(cpu->debug);
	if (cpu->psr & PSR_I && cpu->irq_ready)
		cpu_kick(cpu);
}

/* ---- predicates; rotation is of PR16-PR63 ---- */

static uint64_t rotate_prs(uint64_t pr, unsigned by)
{
	uint64_t rot = pr >> 16;

	if (by % 48)
		rot = rot >> by | rot << (48 - by);
	return (pr & 0xffff) | rot << 16;
}

uint64_t pr_physical(const struct cpu *cpu)
{
	return rotate_prs(cpu->pr, 48 - cpu->cfm.rrb_pr);
}

void pr_set_physical(struct cpu *cpu, uint64_t v)
{
	cpu->pr = rotate_prs(v, cpu->cfm.rrb_pr) | 1;
}

/* ---- application registers ---- */

enum ar_kind { AR_RESERVED, AR_IGNORED, AR_KNOWN };

static enum ar_kind ar_kind(unsigned ar)
{
	switch (ar) {
	case 48 ... 63:
	case 112 ... 127: return AR_IGNORED;
	case AR_KR0 ... AR_KR0 + 7:
	case AR_RSC ... AR_RNAT:
	case AR_FCR:
	case AR_EFLAG ... AR_FDR:
	case AR_CCV:
	case AR_UNAT:
	case AR_FPSR:
	case AR_ITC:
	case AR_PFS ... AR_EC: return AR_KNOWN;
	}
	return AR_RESERVED; /* ar.ruc too, with CPUID[4].ru = 0 */
}

#define RSC_MODE      3UL
#define RSC_PL	      (3UL << 2)
#define RSC_RESERVED  (~0x3fff001fUL)
#define PFS_RESERVED  (0x3c0fffc000000000UL)
#define FPSR_RESERVED (0x3fUL << 58 | 1UL << 12)

static bool ar_reserved_field(unsigned ar, uint64_t v)
{
	switch (ar) {
	case AR_RSC: return v & RSC_RESERVED;
	case AR_PFS: return v & PFS_RESERVED;
	case AR_FPSR:
		/* sf0.td; and pc = 1 in any of the four status fields */
		if (v & FPSR_RESERVED)
			return true;
		for (unsigned sf = 6; sf < 58; sf += 13)
			if ((v >> sf >> 2 & 3) == 1)
				return true;
		return false;
	}
	return false;
}

enum exec ar_read(struct cpu *cpu, unsigned ar, uint64_t *val)
{
	if (ar_kind(ar) == AR_RESERVED)
		return fault_illegal_op(cpu);
	if ((ar == AR_BSPSTORE || ar == AR_RNAT) && cpu->ar[AR_RSC] & RSC_MODE)
		return fault_illegal_op(cpu);
	if (ar == AR_ITC && cpu->psr & PSR_SI && cpu_cpl(cpu))
		return fault_priv_reg(cpu);
	switch (ar) {
	case AR_BSP: *val = cpu->bsp; break;
	case AR_BSPSTORE: *val = cpu->bspstore; break;
	case AR_RNAT: *val = cpu->rnat; break;
	case AR_ITC: *val = cpu_itc(cpu); break;
	default: *val = cpu->ar[ar]; /* an ignored one is never written */
	}
	return EXEC_NEXT;
}

/* A program may not have its stack kept with more privilege than it has itself. */
static uint64_t rsc_demoted(const struct cpu *cpu, uint64_t v)
{
	uint64_t cpl = cpu_cpl(cpu);

	if ((v & RSC_PL) >> 2 < cpl)
		v = (v & ~RSC_PL) | cpl << 2;
	return v;
}

static void write_itc(struct cpu *cpu, uint64_t v)
{
	cpu->itc_offset += v - cpu_itc(cpu);
	cpu->ops->itm_changed(cpu->opaque, cpu);
}

static void ar_store(struct cpu *cpu, unsigned ar, uint64_t v)
{
	switch (ar) {
	case AR_RSC: cpu->ar[ar] = rsc_demoted(cpu, v); break;
	case AR_BSPSTORE: rse_write_bspstore(cpu, v); break;
	case AR_RNAT: cpu->rnat = v & ~0UL >> 1; break;
	case AR_ITC: write_itc(cpu, v); break;
	case AR_EC: cpu->ar[ar] = v & 0x3f; break;
	default: cpu->ar[ar] = v;
	}
}

enum exec ar_write(struct cpu *cpu, unsigned ar, uint64_t val)
{
	enum ar_kind kind = ar_kind(ar);

	if (kind == AR_RESERVED || ar == AR_BSP)
		return fault_illegal_op(cpu);
	if ((ar == AR_BSPSTORE || ar == AR_RNAT) && cpu->ar[AR_RSC] & RSC_MODE)
		return fault_illegal_op(cpu);
	if (ar_reserved_field(ar, val))
		return fault_reserved_reg_field(cpu);
	if ((ar < AR_KR0 + 8 || ar == AR_ITC) && cpu_cpl(cpu))
		return fault_priv_reg(cpu);
	if (kind == AR_KNOWN)
		ar_store(cpu, ar, val);
	return EXEC_NEXT;
}

/* ---- control registers ---- */

#define PSR_RESERVED (~0x3fff0ffee03eUL) /* PSR.vm too: no virtual machine extensions */

/**
 * struct cr_desc - what may be written
 * @known: false: reserved, Illegal Operation
 * @reserved: Reserved Register/Field where one of these is written
 * @keep: the bits that are stored; the others are ignored
 */
struct cr_desc {
	bool known;
	uint64_t reserved, keep;
};

#define ALL (~0UL)
/* itv, pmv, cmcv: vector and mask */
#define LVT                                                                                        \
	{                                                                                          \
		true, ~0x11fffUL, 0x100ff                                                          \
	}
/* lrr0, lrr1: vector, dm, ipp, tm, m */
#define LRR                                                                                        \
	{                                                                                          \
		true, ~0x1ffffUL, 0x1a7ff                                                          \
	}

static const struct cr_desc cr_table[128] = {
	[CR_DCR] = { true, ~0x7f07UL, ALL },
	[CR_ITM] = { true, 0, ALL },
	[CR_IVA] = { true, 0, ~0x7fffUL },
	[CR_PTA] = { true, 0x7e02, ALL },
	[CR_IPSR] = { true, PSR_RESERVED, ALL },
	[CR_ISR] = { true, 0, ALL },
	[CR_IIP] = { true, 0, ALL },
	[CR_IFA] = { true, 0, ALL },
	[CR_ITIR] = { true, ~0xfffffffcUL, ALL },
	[CR_IIPA] = { true, 0, ALL },
	[CR_IFS] = { true, 0x7fffffc000000000UL, ALL },
	[CR_IIM] = { true, 0, ALL },
	[CR_IHA] = { true, 0, ~3UL },
	[CR_LID] = { true, ALL << 32, 0xffff0000 },
	[CR_IVR] = { true, 0, 0 },
	[CR_TPR] = { true, 0xff00, 0x100f0 },
	[CR_EOI] = { true, 0, 0 },
	[CR_IRR0... CR_IRR3] = { true, 0, 0 },
	[CR_ITV] = LVT,
	[CR_PMV] = LVT,
	[CR_CMCV] = LVT,
	[CR_LRR0] = LRR,
	[CR_LRR1] = LRR,
};

static bool is_interruption_cr(unsigned cr)
{
	return cr >= CR_IPSR && cr <= CR_IHA;
}

/* The checks that reading and writing have in common, in the order of "mov cr" */
static enum exec cr_check(struct cpu *cpu, unsigned cr, bool write)
{
	bool read_only = cr == CR_IVR || (cr >= CR_IRR0 && cr <= CR_IRR3);

	if (!cr_table[cr].known || (write && read_only))
		return fault_illegal_op(cpu);
	if (cpu->psr & PSR_IC && is_interruption_cr(cr))
		return fault_illegal_op(cpu);
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	return EXEC_NEXT;
}

enum exec cr_read(struct cpu *cpu, unsigned cr, uint64_t *val)
{
	enum exec r = cr_check(cpu, cr, false);

	if (r != EXEC_NEXT)
		return r;
	switch (cr) {
	case CR_IVR: *val = sapic_read_ivr(cpu); break;
	case CR_EOI: *val = 0; break;
	case CR_IRR0 ... CR_IRR3: *val = cpu->irr[cr - CR_IRR0]; break;
	default: *val = cpu->cr[cr];
	}
	return EXEC_NEXT;
}

/* The VHPT has at least 32 KB, and fits its region (SDM vol 2 §3.3.4.4). */
static bool pta_bad_size(uint64_t pta)
{
	unsigned size = pta >> 2 & 0x3f;

	return size < 15 || size >= CPU_VA_BITS;
}

enum exec cr_write(struct cpu *cpu, unsigned cr, uint64_t val)
{
	const struct cr_desc *d = &cr_table[cr & 127];
	enum exec r = cr_check(cpu, cr, true);

	if (r != EXEC_NEXT)
		return r;
	if (val & d->reserved || (cr == CR_PTA && pta_bad_size(val)))
		return fault_reserved_reg_field(cpu);
	cpu->cr[cr] = val & d->keep;
	switch (cr) {
	case CR_EOI: sapic_write_eoi(cpu); return EXEC_SYNC;
	case CR_TPR: sapic_update(cpu); return EXEC_SYNC;
	case CR_ITM:
	case CR_ITV: cpu->ops->itm_changed(cpu->opaque, cpu); return EXEC_SYNC;
	}
	return EXEC_NEXT;
}
