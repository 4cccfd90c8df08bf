/* SPDX-License-Identifier: MIT */
/*
 * The processor's parts to one another: memory, translations, RSE, ALAT, registers, code.
 */
#ifndef CPU_PARTS_H
#define CPU_PARTS_H

#include <string.h>

#include "cpu/cpu.h"

/* ---- mem.c: data references by virtual (or, with PSR.dt = 0, physical) address ---- */

/* How a reference is made; these become ISR bits and rules */
#define MEM_READ      0x01
#define MEM_WRITE     0x02
#define MEM_SEM	      0x03  /* semaphore: both; also ISR.r and .w */
#define MEM_SPEC      0x04  /* ld.s, ld.sa, lfetch: defer per DCR and ITLB.ed (SDM vol 2 §5.5.5) */
#define MEM_NONACCESS 0x08  /* probe, fc, tpa, lfetch: ISR.na */
#define MEM_RSE	      0x10  /* ISR.rs; privilege ar.rsc.pl, endian ar.rsc.be, PSR.rt */
#define MEM_ADVANCED  0x20  /* ld.a, ld.sa */
#define MEM_NO_ALIGN  0x40  /* alignment is checked by the caller */
#define MEM_PAIR      0x80  /* two values side by side: each half in byte order of its own */
#define MEM_WB_ONLY   0x100 /* Unsupported Data Reference where memory is not write-back */
#define MEM_VIRTUAL   0x200 /* translate whatever PSR.dt says (probe, tpa) */
#define MEM_FAULTING  0x400 /* lfetch.fault, probe.fault: a MEM_NONACCESS with every check */
#define MEM_NA(code)  (MEM_NONACCESS | (code) << 16) /* ISR.code{3:0} of a non-access reference */
#define MEM_PL(pl)    (0x800 | (pl) << 12)	     /* at this privilege level, not at PSR.cpl */

/* ISR.code{3:0} of non-access references, SDM vol 2 table 5-2 */
enum { NA_TPA, NA_FC, NA_PROBE, NA_TAK, NA_LFETCH, NA_PROBE_FAULT };

/**
 * mem_read() - load @size (1, 2, 4, 8, 10, 16) bytes, in host order of values
 * @val: val[0] the low 8 bytes, val[1] the rest; zero-extended; PSR.be is honoured
 * Return: EXEC_NEXT, EXEC_FAULT, EXEC_STOP. For a MEM_SPEC reference whose fault is deferred:
 * EXEC_SYNC, nothing recorded (the caller writes NaT).
 */
enum exec mem_read_slow(struct cpu *cpu, uint64_t va, unsigned size, unsigned how, uint64_t *val);
enum exec mem_write_slow(struct cpu *cpu, uint64_t va, unsigned size, unsigned how,
			 const uint64_t *val);

/**
 * struct mem_ref - a place in RAM that a semaphore reads and writes
 * @host: where it is
 * @pa: its physical address; ~0 when stores to it need no care (no decoded code there)
 */
struct mem_ref {
	void *host;
	uint64_t pa;
};

/**
 * mem_sem() - the place a semaphore works on: write-back RAM, naturally aligned
 *
 * Answers as mem_write_slow() does. mem_sem_done() after the store, in place of the checks
 * that mem_write() makes.
 */
enum exec mem_sem(struct cpu *cpu, uint64_t va, unsigned size, struct mem_ref *ref);
enum exec mem_sem_done(struct cpu *cpu, const struct mem_ref *ref, unsigned size);

/** mem_host() - identity of the RAM at @va for the ALAT if a load there just hit, else 0 */
uint64_t mem_host(struct cpu *cpu, uint64_t va);

/** mem_insn_break() - does an instruction breakpoint match? (PSR.db and PSR.id apart) */
bool mem_insn_break(const struct cpu *cpu, uint64_t va);

/** mem_code_ed() - ITLB.ed of the page executed now, when PSR.it = 1 */
bool mem_code_ed(struct cpu *cpu);

/** mem_translate() - @va for a reference @how without making it: physical address in @pa */
enum exec mem_translate(struct cpu *cpu, uint64_t va, unsigned size, unsigned how, uint64_t *pa);

/** mem_copy_in()/mem_copy_out() - for firmware: bytes by guest address, faults as a guest's */
enum exec mem_copy_in(struct cpu *cpu, void *dst, uint64_t va, size_t len);
enum exec mem_copy_out(struct cpu *cpu, uint64_t va, const void *src, size_t len);

/** alat_store() - a store to RAM at host address @where: entries that overlap it end */
void alat_store(struct cpu *cpu, uint64_t where, unsigned size);

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

	if (likely(l->tag == (va & (~(uint64_t)(STLB_PAGE - 1) | (size - 1))) && size <= 8)) {
		void *p = (void *)(uintptr_t)(va + l->addend);

		if (unlikely(cpu->alat_live))
			alat_store(cpu, (uintptr_t)p, size);
		switch (size) {
		case 1: *(uint8_t *)p = val; return EXEC_NEXT;
		case 2: *(uint16_t *)p = val; return EXEC_NEXT;
		case 4: *(uint32_t *)p = val; return EXEC_NEXT;
		case 8: *(uint64_t *)p = val; return EXEC_NEXT;
		}
	}
	return mem_write_slow(cpu, va, size, how, &val);
}

/* The same for the 16 bytes of a spilled floating-point register: pages are cleared and
 * copied with these. */
static inline enum exec mem_read16(struct cpu *cpu, uint64_t va, uint64_t val[2])
{
	const struct stlb_line *l = stlb_at(cpu->stlb_r, va);

	if (unlikely(l->tag != (va & (~(uint64_t)(STLB_PAGE - 1) | 15))))
		return mem_read_slow(cpu, va, 16, MEM_READ, val);
	memcpy(val, (const void *)(uintptr_t)(va + l->addend), 16);
	return EXEC_NEXT;
}

static inline enum exec mem_write16(struct cpu *cpu, uint64_t va, const uint64_t val[2])
{
	const struct stlb_line *l = stlb_at(cpu->stlb_w, va);
	void *p = (void *)(uintptr_t)(va + l->addend);

	if (unlikely(l->tag != (va & (~(uint64_t)(STLB_PAGE - 1) | 15))))
		return mem_write_slow(cpu, va, 16, MEM_WRITE, val);
	if (unlikely(cpu->alat_live))
		alat_store(cpu, (uintptr_t)p, 16);
	memcpy(p, val, 16);
	return EXEC_NEXT;
}

/*
 * With PSR.be = 1, PSR.db = 1, PSR.pk = 1 or a trace of references, stlb_r and stlb_w have to be
 * tlb_never_hit(): cpu_psr_changed() calls tlb_select_mode(), which sees to that. References
 * of the RSE (MEM_RSE) have a mode of their own: they call mem_read_slow()/mem_write_slow(),
 * which look into that mode's lines first.
 */

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
/** tlb_flush_host_write() - forget all processors' writable copies: a page now holds code */
void tlb_flush_host_write(struct cpu *cpu);
/** tlb_flush_host_fetch() - forget all processors' instruction lines: decoded pages go */
void tlb_flush_host_fetch(struct cpu *cpu);
/** tlb_keep_fetch() - @va may be executed as things are, and what it holds is decoded in @page */
void tlb_keep_fetch(struct cpu *cpu, uint64_t va, struct code_page *page);
/** tlb_select_mode() - point stlb_r and stlb_w at the lines of the current PSR */
void tlb_select_mode(struct cpu *cpu);
/** tlb_never_hit() - a table of lines that match no address; never written */
struct stlb_line *tlb_never_hit(void);
/** tlb_write_rr() - a region register; host-side copies of the region are forgotten */
void tlb_write_rr(struct cpu *cpu, unsigned region, uint64_t val);
/**
 * tlb_fetch_entry() - the translation of an instruction address, or the fault of its lack
 *
 * An instruction may be running whose translation has been replaced meanwhile: what it
 * asks about its own page can miss, like the fetch.
 */
enum exec tlb_fetch_entry(struct cpu *cpu, uint64_t va, struct tlb_entry *found);

/** tlb_fetch() - translate an instruction address: physical address, or a fault */
enum exec tlb_fetch(struct cpu *cpu, uint64_t va, uint64_t *pa);
/** tlb_allowed() - TLB_R, TLB_W, TLB_X that a page grants at @cpl, SDM vol 2 table 4-2 */
unsigned tlb_allowed(const struct tlb_entry *e, unsigned cpl);
/** tlb_page_size_ok() - is 1 << @ps a page size that can be inserted? */
bool tlb_page_size_ok(unsigned ps);
/** tlb_reserved() - is a reserved field set in what itc, itr or the walker would insert? */
bool tlb_reserved(uint64_t pte, uint64_t itir);

#define TLB_R 1u
#define TLB_W 2u
#define TLB_X 4u
/* 4K 8K 16K 64K 256K 1M 4M 16M 64M 256M 1G 4G; PAL_VM_PAGE_SIZE gives the same */
#define TLB_PAGE_SIZES 0x155557000UL

/* The translation insertion format, SDM vol 2 §4.1.1.5 */
#define PTE_P	     (1UL << 0)
#define PTE_MA(pte)  ((pte) >> 2 & 7)
#define PTE_A	     (1UL << 5)
#define PTE_D	     (1UL << 6)
#define PTE_PL(pte)  ((pte) >> 7 & 3)
#define PTE_AR(pte)  ((pte) >> 9 & 7)
#define PTE_PPN	     0x0003fffffffff000UL
#define PTE_ED	     (1UL << 52)
#define PTE_RESERVED (3UL << 50 | 1UL << 1)
enum { MA_WB = 0, MA_UC = 4, MA_UCE = 5, MA_WC = 6, MA_NATPAGE = 7 };
#define ITIR_PS(itir) ((itir) >> 2 & 0x3f)
#define RR_VE	      1UL
#define RR_PS(rr)     ((rr) >> 2 & 0x3f)
#define RR_RID(rr)    ((rr) >> 8 & 0xffffff)
#define VA_REGION(va) ((va) >> 61)
#define VA_OFFSET(va) ((va)&0x1fffffffffffffffUL)

/* Data control register, SDM vol 2 §3.3.4.1 */
#define DCR_BE (1UL << 1)
#define DCR_DM (1UL << 8)
#define DCR_DP (1UL << 9)
#define DCR_DK (1UL << 10)
#define DCR_DX (1UL << 11)
#define DCR_DR (1UL << 12)
#define DCR_DA (1UL << 13)
#define DCR_DD (1UL << 14)

/**
 * enum vhpt_result - what the walker found
 * @VHPT_OFF: it is not enabled for this reference
 * @VHPT_HIT: a translation, inserted unless it is marked not present
 * @VHPT_MISS: nothing that can be used
 * @VHPT_NO_TRANS: the walker's own reference has no translation
 */
enum vhpt_result { VHPT_OFF, VHPT_HIT, VHPT_MISS, VHPT_NO_TRANS };

/**
 * vhpt_walk() - look @va up in the VHPT (SDM vol 2 §4.1.5)
 * @insn: for an instruction fetch, else data
 * @rse: for the RSE
 * @e: VHPT_HIT: the translation
 */
enum vhpt_result vhpt_walk(struct cpu *cpu, bool insn, bool rse, uint64_t va, struct tlb_entry *e);

/** pkr_find() - the protection key register that holds @key, valid; or NULL */
const uint64_t *pkr_find(const struct cpu *cpu, uint32_t key);
#define PKR_WD (1UL << 1)
#define PKR_RD (1UL << 2)
#define PKR_XD (1UL << 3)
/** vhpt_hash()/vhpt_tag() - thash, ttag */
uint64_t vhpt_hash(struct cpu *cpu, uint64_t va);
uint64_t vhpt_tag(struct cpu *cpu, uint64_t va);

/* ---- alat.c: SDM vol 1 §4.4.5 ---- */
/*
 * A place is named by its host address, which is as good as a physical one: only RAM is watched.
 */
void alat_insert(struct cpu *cpu, bool fp, unsigned reg, uint64_t where, unsigned size);
/** alat_check() - is there an entry for the register (and, @where != ~0, this place)? @clear it */
bool alat_check(struct cpu *cpu, bool fp, unsigned reg, uint64_t where, unsigned size, bool clear);
void alat_purge_reg(struct cpu *cpu, bool fp, unsigned reg);
void alat_purge_all(struct cpu *cpu);

/* ---- rse.c: register stack, SDM vol 1 §4.1, vol 2 ch. 6 ---- */
/*
 * A complete frame has ndirty >= 0 and ndirty + cfm.sof <= CPU_NSTACKED. There is no clean
 * partition: what has been spilled is gone, as SDM vol 2 §6.4 allows.
 */
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
/** rse_write_bspstore() - mov ar.bspstore: the dirty registers stay, ar.bsp follows */
void rse_write_bspstore(struct cpu *cpu, uint64_t val);
/** rse_reset() - SDM vol 2 §6.12 */
void rse_reset(struct cpu *cpu);
/** rse_rotate() - br.ctop and friends: decrement all register rename bases */
void rse_rotate(struct cpu *cpu);
void rse_clrrrb(struct cpu *cpu, bool pr_only);
/** rse_skip_regs() - the backing store address @n registers away, NaT collections stepped over */
uint64_t rse_skip_regs(uint64_t addr, int n);
uint64_t cfm_pack(const struct cfm *cfm);
void cfm_unpack(struct cfm *cfm, uint64_t raw);

/* ---- regs.c: application and control registers by number ---- */
/** ar_read()/ar_write() - with every check of the SDM (reserved, privileged, RSE rules) */
enum exec ar_read(struct cpu *cpu, unsigned ar, uint64_t *val);
enum exec ar_write(struct cpu *cpu, unsigned ar, uint64_t val);
enum exec cr_read(struct cpu *cpu, unsigned cr, uint64_t *val);
enum exec cr_write(struct cpu *cpu, unsigned cr, uint64_t val);
/** cpu_pause() - hint @pause: leave the turn to others, if there are any */
static inline enum exec cpu_pause(struct cpu *cpu)
{
	bool left = cpu->ops->pause && cpu->ops->pause(cpu->opaque, cpu);

	return left ? EXEC_SYNC : EXEC_NEXT;
}
void cpu_set_psr(struct cpu *cpu, uint64_t psr); /* bank switch included; ri excluded */
void cpu_switch_bank(struct cpu *cpu, unsigned bn);
uint64_t pr_physical(const struct cpu *cpu);	   /* mov r = pr: rotation undone */
void pr_set_physical(struct cpu *cpu, uint64_t v); /* mov pr = r */

/* ---- pmu.c: performance monitors, SDM vol 2 §7.2 ---- */
#define PMU_FIRST    4 /* the generic pairs PMC4/PMD4 ... */
#define PMU_COUNTERS 4
#define PMU_GENERIC  ((1UL << PMU_COUNTERS) - 1)
#define PMU_WIDTH    47
/* The two events that each model has, by Itanium 2's numbers. A tick of the interval time
 * counter is a cycle; waiting in PAL_HALT_LIGHT is none. */
#define PMU_CPU_CYCLES	 0x12
#define PMU_INST_RETIRED 0x08
/** pmu_update() - bring the PMDs up to date; an overflow may freeze them and interrupt */
void pmu_update(struct cpu *cpu);
/** pmu_room() - after pmu_update(): bundles until a counter may overflow at the earliest */
uint64_t pmu_room(const struct cpu *cpu);
/** pmu_read_pmc() and so on - any register number; with exact counts (EXEC_EXACT) only */
uint64_t pmu_read_pmc(struct cpu *cpu, unsigned i);
uint64_t pmu_read_pmd(struct cpu *cpu, unsigned i);
void pmu_write_pmc(struct cpu *cpu, unsigned i, uint64_t val);
void pmu_write_pmd(struct cpu *cpu, unsigned i, uint64_t val);

/* ---- code.c: decoded pages ---- */
struct code_page;
/** code_page() - the decoded page that holds physical address @pa (4 KiB pages) */
struct code_page *code_page(struct cpu *cpu, uint64_t pa);
/** code_written() - RAM at @pa changed: forget what was decoded there; true if there was any */
bool code_written(struct cpu *cpu, uint64_t pa, uint64_t len);
/**
 * mem_changed() - RAM changed by other means than a processor's store: firmware, a device
 *
 * Decoded code and ALAT entries for these bytes end, of all processors in @cpu's domain.
 */
void mem_changed(struct cpu *cpu, uint64_t pa, uint64_t len);
/** code_present() - does the 4 KiB page hold decoded code? then stores to it take the slow path */
bool code_present(struct cpu *cpu, uint64_t pa);

struct code_cache *code_create(void);
void code_destroy(struct code_cache *code);
/** code_flush() - forget all decoded code of the domain */
void code_flush(struct cpu *cpu);

/* ---- irq/sapic.c: the local SAPIC ---- */
void sapic_reset(struct cpu *cpu);
/** sapic_raise() - make @vector pending (edge) */
void sapic_raise(struct cpu *cpu, unsigned vector);
uint64_t sapic_read_ivr(struct cpu *cpu);
/** sapic_take() - was @vector pending? it no longer is, and has not come into service */
bool sapic_take(struct cpu *cpu, unsigned vector);
void sapic_write_eoi(struct cpu *cpu);
/** sapic_itm() - ar.itc has reached cr.itm: raise cr.itv's vector unless masked */
void sapic_itm(struct cpu *cpu);
/**
 * sapic_pib_target() - a store to the lower half of the processor interrupt block, at @off
 * Return: true, and the local id (LID.id << 8 | LID.eid) it is for; false above that half.
 */
bool sapic_pib_target(uint64_t off, unsigned *local_id);
/** sapic_init() - INIT, by a message or the button */
void sapic_init(struct cpu *cpu);
/** sapic_ipi() - deliver the data of such a store, SDM vol 2 §5.8.4 */
void sapic_ipi(struct cpu *cpu, uint64_t data);
/** sapic_update() - recompute cpu->irq_ready from IRR, TPR and in-service bits */
void sapic_update(struct cpu *cpu);

#endif
