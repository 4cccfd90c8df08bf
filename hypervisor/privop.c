// SPDX-License-Identifier: MIT
/*
 * privop.c - privileged instructions of a guest's kernel, trapped and emulated.
 *
 * A guest that knows where it runs hardly has any; one that does not is slow, but right
 * where the ABI can be (§6.2; what it cannot, §6.3, does not trap). One function an
 * instruction; what the instruction may answer is enum done.
 */
#include "bundle.h"
#include "cpu.h"
#include "guest.h"
#include "isa.h"
#include "vcpu.h"
#include "vmmu.h"
#include "xen.h"

enum done {
	DONE,	  /* go on behind it */
	MOVED,	  /* ip is where it should be: rfi, a fault delivered, a guest ended */
	ILLEGAL,  /* Illegal Operation fault */
	RESERVED, /* Reserved Register/Field fault */
};

typedef enum done emulate_fn(struct vcpu *v, const struct isa_insn *i);

#define CR_DCR	0
#define CR_ITM	1
#define CR_IVA	2
#define CR_PTA	8
#define CR_IPSR 16
#define CR_ISR	17
#define CR_IIP	19
#define CR_IFA	20
#define CR_ITIR 21
#define CR_IIPA 22
#define CR_IFS	23
#define CR_IIM	24
#define CR_IHA	25
#define CR_LID	64
#define CR_IVR	65
#define CR_TPR	66
#define CR_EOI	67
#define CR_IRR0 68
#define CR_IRR3 71
#define CR_ITV	72
#define CR_PMV	73
#define CR_CMCV 74
#define CR_LRR0 80
#define CR_LRR1 81

#define AR_ITC 44
#define AR_RUC 45

#define VECTOR_MASKED (1ul << 16)
#define NAT_REGISTER  0x10 /* ISR.code: a register, not a page */
#define TPR_RESERVED  (~0xfffful | 0xff00)

static enum done from(enum vmmu_result r)
{
	switch (r) {
	case VMMU_OK: return DONE;
	case VMMU_RESERVED: return RESERVED;
	default: return MOVED;
	}
}

/* ---- control registers ---- */

/* Those that only lie in the mapped registers. */
static uint64_t *plain_cr(struct vcpu *v, unsigned int cr)
{
	struct xen_mapped_regs *m = v->mregs;

	switch (cr) {
	case CR_DCR: return &m->dcr;
	case CR_IPSR: return &m->ipsr;
	case CR_ISR: return &m->isr;
	case CR_IIP: return &m->iip;
	case CR_IFA: return &m->ifa;
	case CR_ITIR: return &m->itir;
	case CR_IIPA: return &m->iipa;
	case CR_IFS: return &m->ifs;
	case CR_IIM: return &m->iim;
	case CR_IHA: return &m->iha;
	case CR_PMV: return &m->pmv;
	case CR_CMCV: return &m->cmcv;
	case CR_LRR0: return &m->lrr0;
	case CR_LRR1: return &m->lrr1;
	default: return NULL;
	}
}

static enum done set_pta(struct vcpu *v, uint64_t pta)
{
	unsigned int size = PTA_SIZE(pta);

	if (size < 15 || size > 61 || pta & 0x7e02)
		return RESERVED;
	v->mregs->pta = pta;
	return DONE;
}

static enum done set_itv(struct vcpu *v, uint64_t itv)
{
	v->mregs->itv = itv & (VECTOR_MASKED | 0xff);
	if (itv & VECTOR_MASKED)
		set_itm(v, 0);
	return DONE;
}

static enum done emulate_mov_to_cr(struct vcpu *v, const struct isa_insn *i)
{
	uint64_t value = guest_gr(v, i->r2), *plain = plain_cr(v, i->r3);

	if (plain) {
		*plain = value;
		update_fast(v); /* cr.dcr */
		return DONE;
	}
	switch (i->r3) {
	case CR_ITM: set_itm(v, value); return DONE;
	case CR_IVA:
		v->iva = v->mregs->iva = value & ~0x7ffful;
		update_fast(v);
		return DONE;
	case CR_PTA: return set_pta(v, value);
	case CR_TPR:
		if (value & TPR_RESERVED)
			return RESERVED;
		v->mregs->tpr = value;
		return DONE;
	case CR_EOI: lsapic_eoi(v); return DONE;
	case CR_ITV: return set_itv(v, value);
	default: return ILLEGAL; /* lid, ivr, irr: Xen allows no write */
	}
}

static enum done emulate_mov_from_cr(struct vcpu *v, const struct isa_insn *i)
{
	uint64_t *plain = plain_cr(v, i->r3), value;

	switch (i->r3) {
	case CR_ITM: value = v->itm; break;
	case CR_IVA: value = v->iva; break;
	case CR_PTA: value = v->mregs->pta; break;
	case CR_LID: value = (uint64_t)v->id << 24; break;
	case CR_IVR: value = lsapic_ivr(v); break;
	case CR_TPR: value = v->mregs->tpr; break;
	case CR_EOI: value = 0; break;
	case CR_IRR0 ... CR_IRR3: value = v->irr[i->r3 - CR_IRR0]; break;
	case CR_ITV: value = v->mregs->itv; break;
	default:
		if (!plain)
			return ILLEGAL;
		value = *plain;
	}
	guest_set_gr(v, i->r1, value);
	return DONE;
}

/* ---- PSR ---- */

static enum done emulate_ssm(struct vcpu *v, const struct isa_insn *i)
{
	return vpsr_change(v, i->imm, 0) ? DONE : ILLEGAL;
}

static enum done emulate_rsm(struct vcpu *v, const struct isa_insn *i)
{
	return vpsr_change(v, 0, i->imm) ? DONE : ILLEGAL;
}

static enum done emulate_mov_to_psr_l(struct vcpu *v, const struct isa_insn *i)
{
	uint64_t value = guest_gr(v, i->r2) & 0xffffffff;

	return vpsr_change(v, value, ~value & vpsr_read(v) & 0xffffffff) ? DONE : RESERVED;
}

static enum done emulate_mov_from_psr(struct vcpu *v, const struct isa_insn *i)
{
	guest_set_gr(v, i->r1, vpsr_read(v));
	return DONE;
}

static enum done emulate_rfi(struct vcpu *v, const struct isa_insn *i)
{
	(void)i;
	guest_rfi(v);
	return MOVED;
}

static enum done emulate_bsw_0(struct vcpu *v, const struct isa_insn *i)
{
	(void)i;
	bank_to_0(v);
	return DONE;
}

static enum done emulate_bsw_1(struct vcpu *v, const struct isa_insn *i)
{
	(void)i;
	bank_to_1(v);
	return DONE;
}

/* ---- indirect register files ---- */

static enum done emulate_mov_to_rr(struct vcpu *v, const struct isa_insn *i)
{
	return from(vmmu_set_rr(v, guest_gr(v, i->r3), guest_gr(v, i->r2)));
}

static enum done emulate_mov_from_rr(struct vcpu *v, const struct isa_insn *i)
{
	guest_set_gr(v, i->r1, v->mregs->rrs[guest_gr(v, i->r3) >> 61]);
	return DONE;
}

/* Register @index of a file that is kept for the guest; out of range: Reserved Register. */
static enum done read_file(struct vcpu *v, const struct isa_insn *i, const uint64_t *file,
			   unsigned int n)
{
	uint64_t index = guest_gr(v, i->r3) & 0xff;

	if (index >= n)
		return RESERVED;
	guest_set_gr(v, i->r1, file[index]);
	return DONE;
}

static enum done write_file(struct vcpu *v, const struct isa_insn *i, uint64_t *file,
			    unsigned int n)
{
	uint64_t index = guest_gr(v, i->r3) & 0xff;

	if (index >= n)
		return RESERVED;
	file[index] = guest_gr(v, i->r2);
	return DONE;
}

static enum done emulate_mov_to_pkr(struct vcpu *v, const struct isa_insn *i)
{
	return write_file(v, i, v->mmu->pkr, VMMU_PKRS);
}

static enum done emulate_mov_from_pkr(struct vcpu *v, const struct isa_insn *i)
{
	return read_file(v, i, v->mmu->pkr, VMMU_PKRS);
}

/* Breakpoints are real; psr.db, which turns them on, is never set in the hypervisor. */
static enum done emulate_mov_to_dbr(struct vcpu *v, const struct isa_insn *i)
{
	enum done done = write_file(v, i, v->mmu->dbr, 8);

	if (done == DONE)
		IND_WRITE(dbr, guest_gr(v, i->r3) & 0xff, guest_gr(v, i->r2));
	v->mmu->debug_used = true;
	return done;
}

static enum done emulate_mov_from_dbr(struct vcpu *v, const struct isa_insn *i)
{
	return read_file(v, i, v->mmu->dbr, 8);
}

static enum done emulate_mov_to_ibr(struct vcpu *v, const struct isa_insn *i)
{
	enum done done = write_file(v, i, v->mmu->ibr, 8);

	if (done == DONE)
		IND_WRITE(ibr, guest_gr(v, i->r3) & 0xff, guest_gr(v, i->r2));
	v->mmu->debug_used = true;
	return done;
}

static enum done emulate_mov_from_ibr(struct vcpu *v, const struct isa_insn *i)
{
	return read_file(v, i, v->mmu->ibr, 8);
}

/* Monitors are kept, but count nothing: what they would count belongs to several guests. */
static enum done emulate_mov_to_pmc(struct vcpu *v, const struct isa_insn *i)
{
	return write_file(v, i, v->mmu->pmc, 32);
}

static enum done emulate_mov_from_pmc(struct vcpu *v, const struct isa_insn *i)
{
	return read_file(v, i, v->mmu->pmc, 32);
}

static enum done emulate_mov_to_pmd(struct vcpu *v, const struct isa_insn *i)
{
	return write_file(v, i, v->mmu->pmd, 32);
}

static enum done set_ar(struct vcpu *v, unsigned int ar, uint64_t value)
{
	if (ar < 8)
		set_kr(v, ar, value);
	else if (ar != AR_ITC && ar != AR_RUC) /* the clock is everybody's: not set, as in Xen */
		return ILLEGAL;
	return DONE;
}

static enum done emulate_mov_to_ar_m(struct vcpu *v, const struct isa_insn *i)
{
	return set_ar(v, i->r3, guest_gr(v, i->r2));
}

static enum done emulate_mov_ar_imm_m(struct vcpu *v, const struct isa_insn *i)
{
	return set_ar(v, i->r3, i->imm);
}

/* ---- translations ---- */

static enum done emulate_itc_d(struct vcpu *v, const struct isa_insn *i)
{
	return from(vmmu_insert(v, true, v->mregs->ifa, guest_gr(v, i->r2), v->mregs->itir));
}

static enum done emulate_itc_i(struct vcpu *v, const struct isa_insn *i)
{
	return from(vmmu_insert(v, false, v->mregs->ifa, guest_gr(v, i->r2), v->mregs->itir));
}

static enum done emulate_itr_d(struct vcpu *v, const struct isa_insn *i)
{
	return from(vmmu_insert_tr(v, true, guest_gr(v, i->r3) & 0xff, v->mregs->ifa,
				   guest_gr(v, i->r2), v->mregs->itir));
}

static enum done emulate_itr_i(struct vcpu *v, const struct isa_insn *i)
{
	return from(vmmu_insert_tr(v, false, guest_gr(v, i->r3) & 0xff, v->mregs->ifa,
				   guest_gr(v, i->r2), v->mregs->itir));
}

static unsigned int purge_ps(struct vcpu *v, const struct isa_insn *i)
{
	return ITIR_PS(guest_gr(v, i->r2));
}

static enum done emulate_ptc_l(struct vcpu *v, const struct isa_insn *i)
{
	return from(vmmu_purge(v, guest_gr(v, i->r3), purge_ps(v, i)));
}

static enum done emulate_ptc_ga(struct vcpu *v, const struct isa_insn *i)
{
	return from(vmmu_purge_global(v, guest_gr(v, i->r3), purge_ps(v, i)));
}

static enum done emulate_ptc_e(struct vcpu *v, const struct isa_insn *i)
{
	(void)i;
	vmmu_flush(v);
	return DONE;
}

static enum done emulate_ptr_d(struct vcpu *v, const struct isa_insn *i)
{
	return from(vmmu_purge_tr(v, true, guest_gr(v, i->r3), purge_ps(v, i)));
}

static enum done emulate_ptr_i(struct vcpu *v, const struct isa_insn *i)
{
	return from(vmmu_purge_tr(v, false, guest_gr(v, i->r3), purge_ps(v, i)));
}

/* A miss is the guest's: it may map the page and come again. */
static enum done emulate_tpa(struct vcpu *v, const struct isa_insn *i)
{
	uint64_t va = guest_gr(v, i->r3), gpa = vmmu_translate(v, va);

	if (gpa == ~0ul) {
		switch (vmmu_miss(v, true, va)) {
		case MISS_SERVED: gpa = vmmu_translate(v, va); break;
		case MISS_ALT:
			reflect_address(v, VEC_alt_data_tlb, ISR_NA | (v->regs->isr & ISR_EI), va);
			return MOVED;
		default:
			reflect_address(v, VEC_data_tlb, ISR_NA | (v->regs->isr & ISR_EI), va);
			return MOVED;
		}
	}
	guest_set_gr(v, i->r1, gpa);
	return DONE;
}

static enum done emulate_tak(struct vcpu *v, const struct isa_insn *i)
{
	guest_set_gr(v, i->r1, vmmu_key(v, guest_gr(v, i->r3)));
	return DONE;
}

/* ---- dispatch ---- */

static emulate_fn *const emulate[ISA_ID_COUNT] = {
#define HV_PRIVOP(id) [ISA_##id] = emulate_##id,
#include "privop.def"
};

static const uint16_t trap_count[ISA_ID_COUNT] = {
#define HV_PRIVOP(id) [ISA_##id] = HV_TRAP_##id,
#include "privop.def"
};

/* Registers that it names: r1 is written, r2 and r3 are read; r3 may be a CR's number. */
static bool r3_is_register(const struct isa_insn *i)
{
	switch (i->id) {
	case ISA_mov_to_cr:
	case ISA_mov_from_cr:
	case ISA_mov_to_ar_m:
	case ISA_mov_ar_imm_m: return false;
	default: return true;
	}
}

static bool registers_exist(struct vcpu *v, const struct isa_insn *i)
{
	return guest_gr_exists(v, i->r1) && guest_gr_exists(v, i->r2) &&
	       (!r3_is_register(i) || guest_gr_exists(v, i->r3));
}

/* A NaT in an operand is a fault (SDM vol 2 table 5-6). */
static bool operand_is_nat(struct vcpu *v, const struct isa_insn *i)
{
	return guest_gr_nat(v, i->r2) || (r3_is_register(i) && guest_gr_nat(v, i->r3));
}

/*
 * Decoding takes longer than all the rest of a trap, and the same few instructions trap again
 * and again: what a slot of so many bits means is remembered.
 */
struct decoded {
	uint64_t key; /* no slot has key 0: the unit is never ISA_SLOT_NONE */
	struct isa_insn insn;
};

struct decoded *decoded_alloc(void)
{
	return heap_alloc(256 * sizeof(struct decoded), 8);
}

static void decode(struct isa_insn *insn, const struct isa_bundle *b, unsigned int slot)
{
	struct decoded *seen = this_cpu->decoded;
	enum isa_slot unit = (enum isa_slot)isa_templates[b->template].unit[slot];
	uint64_t key = b->slot[slot] | (uint64_t)unit << ISA_SLOT_BITS;
	unsigned int at = (key ^ key >> 8 ^ key >> 20 ^ key >> 30) & 255;

	if (unit != ISA_SLOT_M && unit != ISA_SLOT_B) { /* neither is privileged */
		isa_bundle_decode(insn, b, slot);
		return;
	}
	if (seen[at].key != key) {
		isa_bundle_decode(&seen[at].insn, b, slot);
		seen[at].key = key;
	}
	*insn = seen[at].insn;
}

static bool fetch(struct vcpu *v, struct isa_insn *insn)
{
	uint64_t slot = (v->regs->ipsr & PSR_RI) >> PSR_BIT_ri;
	uint8_t bytes[ISA_BUNDLE_BYTES];
	struct isa_bundle b;

	if (slot >= ISA_BUNDLE_SLOTS || !copy_from_guest(v, bytes, v->regs->iip, sizeof(bytes)))
		return false;
	b = isa_bundle_unpack(bytes);
	decode(insn, &b, slot);
	return true;
}

void privop(struct vcpu *v)
{
	uint64_t ei = v->regs->isr & ISR_EI;
	struct isa_insn insn;
	enum done done;

	if (!fetch(v, &insn)) {
		reflect_address(v, VEC_inst_tlb, ISR_X, v->regs->iip);
		return;
	}
	if (!emulate[insn.id] || !registers_exist(v, &insn)) {
		reflect(v, VEC_general_exception, v->regs->isr);
		return;
	}
	count(v, trap_count[insn.id]);
	if (operand_is_nat(v, &insn)) {
		reflect(v, VEC_nat_consumption, ei | NAT_REGISTER);
		return;
	}
	done = emulate[insn.id](v, &insn);
	if (done == DONE)
		guest_skip(v, 1);
	else if (done != MOVED)
		reflect(v, VEC_general_exception,
			ei | (done == RESERVED ? GEX_RESERVED_REG : GEX_ILLEGAL_OP));
}
