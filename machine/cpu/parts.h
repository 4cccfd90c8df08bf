/* SPDX-License-Identifier: MIT */
/*
 * The processor's parts to one another: memory, translations, RSE, ALAT, registers, code.
 */
#ifndef CPU_PARTS_H
#define CPU_PARTS_H

#include "cpu/cpu.h"

/* ---- mem.c: data references by virtual (or, with PSR.dt = 0, physical) address ---- */

/* How a reference is made; these become ISR bits and rules */
#define MEM_READ      0x01
#define MEM_WRITE     0x02
#define MEM_SEM	      0x03 /* semaphore: both; also ISR.r and .w */
#define MEM_SPEC      0x04 /* ld.s, ld.sa, lfetch: defer per DCR and ITLB.ed (SDM vol 2 §5.5.5) */
#define MEM_NONACCESS 0x08 /* probe, fc, tpa, lfetch: ISR.na */
#define MEM_RSE	      0x10 /* ISR.rs; privilege ar.rsc.pl, endian ar.rsc.be, PSR.rt */
#define MEM_ADVANCED  0x20 /* ld.a, ld.sa */
#define MEM_NO_ALIGN  0x40 /* alignment is checked by the caller */

/**
 * mem_read() - load @size (1, 2, 4, 8, 10, 16) bytes, in host order of values
 * @val: val[0] the low 8 bytes, val[1] the rest; zero-extended; PSR.be is honoured
 * Return: EXEC_NEXT, EXEC_FAULT, EXEC_STOP. For a MEM_SPEC reference whose fault is deferred:
 * EXEC_SYNC, nothing recorded (the caller writes NaT).
 */
enum exec mem_read_slow(struct cpu *cpu, uint64_t va, unsigned size, unsigned how, uint64_t *val);
enum exec mem_write_slow(struct cpu *cpu, uint64_t va, unsigned size, unsigned how,
			 const uint64_t *val);

/** mem_translate() - @va for a reference @how without making it: physical address in @pa */
enum exec mem_translate(struct cpu *cpu, uint64_t va, unsigned size, unsigned how, uint64_t *pa);

/** mem_copy_in()/mem_copy_out() - for firmware: bytes by guest address, faults as a guest's */
enum exec mem_copy_in(struct cpu *cpu, void *dst, uint64_t va, size_t len);
enum exec mem_copy_out(struct cpu *cpu, uint64_t va, const void *src, size_t len);

static inline struct stlb_line *stlb_at(struct stlb_line *t, uint64_t va)
{
	return &t[(va / STLB_PAGE) & (STLB_LINES - 1)];
}

/* Aligned little-endian references of 1, 2, 4, 8 bytes that hit take this path. */
static inline enum exec mem_read(struct cpu *cpu, uint64_t va, unsigned size, unsigned how,
				 uint64_t *val)
{
	const struct stlb_line *l = stlb_at(cpu->stlb_r, va);

	/* the misaligned keep low bits here, so they miss */
	if (likely(l->tag == (va & (~(uint64_t)(STLB_PAGE - 1) | (size - 1))) && size <= 8)) {
		const void *p = (const void *)(uintptr_t)(va + l->addend);

		switch (size) {
		case 1: *val = *(const uint8_t *)p; return EXEC_NEXT;
		case 2: *val = *(const uint16_t *)p; return EXEC_NEXT;
		case 4: *val = *(const uint32_t *)p; return EXEC_NEXT;
		case 8: *val = *(const uint64_t *)p; return EXEC_NEXT;
		}
	}
	return mem_read_slow(cpu, va, size, how, val);
}

static inline enum exec mem_write(struct cpu *cpu, uint64_t va, unsigned size, unsigned how,
				  uint64_t val)
{
	const struct stlb_line *l = stlb_at(cpu->stlb_w, va);

	if (likely(l->tag == (va & (~(uint64_t)(STLB_PAGE - 1) | (size - 1))) && !cpu->alat_live)) {
		void *p = (void *)(uintptr_t)(va + l->addend);

		switch (size) {
		case 1: *(uint8_t *)p = val; return EXEC_NEXT;
		case 2: *(uint16_t *)p = val; return EXEC_NEXT;
		case 4: *(uint32_t *)p = val; return EXEC_NEXT;
		case 8: *(uint64_t *)p = val; return EXEC_NEXT;
		}
	}
	return mem_write_slow(cpu, va, size, how, &val);
}

/* With PSR.be = 1, a data breakpoint or a trace, stlb_r/stlb_w point at tables that never hit. */

/* ---- tlb.c, vhpt.c: translations, SDM vol 2 ch. 4 ---- */
void tlb_reset(struct cpu *cpu);
/** tlb_insert_tc()/tlb_insert_tr() - itc.i/itc.d, itr.i/itr.d; operands checked by the caller */
void tlb_insert_tc(struct cpu *cpu, bool insn, uint64_t pte, uint64_t itir, uint64_t ifa);
void tlb_insert_tr(struct cpu *cpu, bool insn, unsigned slot, uint64_t pte, uint64_t itir,
		   uint64_t ifa);
/** tlb_purge_tc() - ptc.l, ptc.g, ptc.ga and the purge side of inserts: both caches */
void tlb_purge_tc(struct cpu *cpu, uint64_t va, uint64_t rid, uint64_t ps);
void tlb_purge_tr(struct cpu *cpu, bool insn, uint64_t va, uint64_t ps);
void tlb_purge_all_tc(struct cpu *cpu); /* ptc.e */
/** tlb_find() - the translation for @va (TR first, then TC), or NULL; no walk, no fault */
const struct tlb_entry *tlb_find(struct cpu *cpu, bool insn, uint64_t va);
/** tlb_flush_host() - forget host-side copies (stlb, fetch) after a change of translations */
void tlb_flush_host(struct cpu *cpu);
/** tlb_flush_host_write() - forget writable copies: a page now holds decoded code */
void tlb_flush_host_write(struct cpu *cpu);
/** tlb_fetch() - translate an instruction address: physical address, or a fault */
enum exec tlb_fetch(struct cpu *cpu, uint64_t va, uint64_t *pa);
/** vhpt_hash()/vhpt_tag() - thash, ttag */
uint64_t vhpt_hash(struct cpu *cpu, uint64_t va);
uint64_t vhpt_tag(struct cpu *cpu, uint64_t va);

/* ---- alat.c: SDM vol 1 §4.4.5 ---- */
void alat_insert(struct cpu *cpu, bool fp, unsigned reg, uint64_t pa, unsigned size);
/** alat_check() - is there an entry for the register (and, pa != ~0, this address)? @clear it */
bool alat_check(struct cpu *cpu, bool fp, unsigned reg, uint64_t pa, unsigned size, bool clear);
void alat_purge_reg(struct cpu *cpu, bool fp, unsigned reg);
void alat_store(struct cpu *cpu, uint64_t pa, unsigned size);
void alat_purge_all(struct cpu *cpu);

/* ---- rse.c: register stack, SDM vol 1 §4.1, vol 2 ch. 6 ---- */
/** rse_call() - br.call: save CFM and EC, CPL in ar.pfs; the callee's frame is the out part */
void rse_call(struct cpu *cpu);
/** rse_return() - br.ret: restore from ar.pfs (already read in @pfs); may leave the frame incomplete */
enum exec rse_return(struct cpu *cpu, uint64_t pfs);
enum exec rse_alloc(struct cpu *cpu, unsigned sof, unsigned sol, unsigned sor);
void rse_cover(struct cpu *cpu);
/** rse_rfi() - restore the frame of cr.ifs when IFS.v */
enum exec rse_rfi(struct cpu *cpu, uint64_t ifs);
enum exec rse_flushrs(struct cpu *cpu);
enum exec rse_loadrs(struct cpu *cpu);
/** rse_complete() - mandatory fills of an incomplete frame, before its first instruction */
enum exec rse_complete(struct cpu *cpu);
/** rse_rotate() - br.ctop and friends: decrement all register rename bases */
void rse_rotate(struct cpu *cpu);
void rse_clrrrb(struct cpu *cpu, bool pr_only);
uint64_t cfm_pack(const struct cfm *cfm);
void cfm_unpack(struct cfm *cfm, uint64_t raw);

/* ---- regs.c: application and control registers by number ---- */
/** ar_read()/ar_write() - with every check of the SDM (reserved, privileged, RSE rules) */
enum exec ar_read(struct cpu *cpu, unsigned ar, uint64_t *val);
enum exec ar_write(struct cpu *cpu, unsigned ar, uint64_t val);
enum exec cr_read(struct cpu *cpu, unsigned cr, uint64_t *val);
enum exec cr_write(struct cpu *cpu, unsigned cr, uint64_t val);
void cpu_set_psr(struct cpu *cpu, uint64_t psr); /* bank switch included; ri excluded */
void cpu_switch_bank(struct cpu *cpu, unsigned bn);
uint64_t pr_physical(const struct cpu *cpu);	   /* mov r = pr: rotation undone */
void pr_set_physical(struct cpu *cpu, uint64_t v); /* mov pr = r */

/* ---- code.c: decoded pages ---- */
struct code_page;
/** code_page() - the decoded page that holds physical address @pa (4 KiB pages) */
struct code_page *code_page(struct cpu *cpu, uint64_t pa);
/** code_written() - RAM at @pa changed: forget what was decoded there; true if there was any */
bool code_written(struct cpu *cpu, uint64_t pa, uint64_t len);
/** code_present() - does the 4 KiB page hold decoded code? then stores to it take the slow path */
bool code_present(struct cpu *cpu, uint64_t pa);

/* ---- irq/sapic.c: the local SAPIC ---- */
void sapic_reset(struct cpu *cpu);
/** sapic_raise() - make @vector pending (edge) */
void sapic_raise(struct cpu *cpu, unsigned vector);
uint64_t sapic_read_ivr(struct cpu *cpu);
void sapic_write_eoi(struct cpu *cpu);
/** sapic_update() - recompute cpu->irq_ready from IRR, TPR and in-service bits */
void sapic_update(struct cpu *cpu);

#endif
