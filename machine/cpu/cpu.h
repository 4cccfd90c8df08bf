/* SPDX-License-Identifier: MIT */
/*
 * One IA-64 processor: its architectural state, and what the parts of cpu/ promise each other.
 *
 * The processor knows the instruction table (isa/) and a bus; it knows neither devices nor
 * guests. A handler per instruction row (exec-*.c) executes one slot and answers with
 * enum exec; everything that can go wrong architecturally is recorded in cpu->fault by the
 * functions of fault.h, and delivered by the run loop.
 */
#ifndef CPU_CPU_H
#define CPU_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "isa.h"
#include "cpu/fp.h"

#define likely(x)     __builtin_expect(!!(x), 1)
#define unlikely(x)   __builtin_expect(!!(x), 0)
#define ALWAYS_INLINE inline __attribute__((always_inline))

struct cpu;
struct op;
struct code_page;
struct bus;
struct trace;
struct breaks;

/**
 * enum exec - what a handler tells the run loop
 * @EXEC_NEXT: done, go on with the next slot
 * @EXEC_BRANCH: cpu->ip and cpu->ri hold the next instruction
 * @EXEC_FAULT: cpu->fault is set; nothing of the instruction has taken effect (fault),
 *	or all of it has (fault.trap; the run loop then moves on to the next instruction)
 * @EXEC_SYNC: done, but state changed that the run loop keeps at hand (PSR, translations, a
 *	halt, an interrupt to look at): leave the fast loop before the next slot
 * @EXEC_STOP: the machine is to stop (cpu->stop says why)
 * @EXEC_RESUME: as EXEC_BRANCH, but everything else may have changed too and cpu->last_ip
 *	is already right: rfi, a br.ret that changes privilege or leaves the frame incomplete
 * @EXEC_EXACT: nothing is done; the handler wants to be called when all counts are exact, which
 *	is between two slots (it has set cpu->exact)
 */
enum exec { EXEC_NEXT, EXEC_BRANCH, EXEC_FAULT, EXEC_SYNC, EXEC_STOP, EXEC_RESUME, EXEC_EXACT };

typedef enum exec (*exec_fn)(struct cpu *cpu, const struct op *op);

/**
 * struct op - a decoded slot, as the handlers see it
 *
 * The fields are those of struct isa_insn, packed so that a bundle fits a line of the host's
 * cache. @handler is a number, see exec.h. @qp gates the slot in the run loop; an
 * instruction that acts even when its predicate is false (cmp.unc, the counted branches,
 * frcpa ...) has @qp 0 here and its real predicate in @qpx (always the real one).
 * @imm_hi is the upper half of an immediate of more than 32 bits: op_imm64().
 * @len also takes isa_insn.imm2 where a row has one: alloc's sol, fsetc's omask, the stride of
 * a counted lfetch in 64-byte lines, signed.
 */
struct op {
	int32_t imm;
	union {
		struct {
			uint8_t r2, r3, r4, p1;
		};
		int32_t imm_hi;
	};
	uint16_t handler;
	uint8_t qp, qpx;
	uint8_t r1, p2;
	uint8_t pos, len;
	uint8_t c[3];
	uint8_t slot : 2; /* 0..2; an MLX instruction is slot 1 */
	uint8_t last : 1; /* in its bundle's last slot */
	uint8_t end : 1;  /* the last op of its bundle: what follows are nops, if anything */
};

/** op_imm64() - the immediate of a row that has one of 44 bits or more (then it has no r2 ...) */
static inline int64_t op_imm64(const struct op *op)
{
	return (int64_t)((uint64_t)op->imm_hi << 32 | (uint32_t)op->imm);
}

/* A general register with its NaT bit (nat is 0 or 1). */
struct gr {
	uint64_t val;
	uint64_t nat;
};

#define CPU_NSTACKED 96 /* physical stacked registers, SDM vol 2 §6.1 */
#define CPU_STK_SIZE 4096
#define CPU_NTR	     64 /* translation registers of each kind */
#define CPU_NTC	     256
#define CPU_NPKR     16
#define CPU_NDBR     8
#define CPU_NIBR     8
#define CPU_NPMC     8 /* PMC0-7, PMD0-7: see pmu.c */
#define CPU_RID_BITS 24
#define CPU_PA_BITS  50
#define CPU_VA_BITS  61 /* implemented virtual address bits below the region number */

/* PSR bits, SDM vol 2 §3.3.2 */
#define PSR_BE	      (1UL << 1)
#define PSR_UP	      (1UL << 2)
#define PSR_AC	      (1UL << 3)
#define PSR_MFL	      (1UL << 4)
#define PSR_MFH	      (1UL << 5)
#define PSR_IC	      (1UL << 13)
#define PSR_I	      (1UL << 14)
#define PSR_PK	      (1UL << 15)
#define PSR_DT	      (1UL << 17)
#define PSR_DFL	      (1UL << 18)
#define PSR_DFH	      (1UL << 19)
#define PSR_SP	      (1UL << 20)
#define PSR_PP	      (1UL << 21)
#define PSR_DI	      (1UL << 22)
#define PSR_SI	      (1UL << 23)
#define PSR_DB	      (1UL << 24)
#define PSR_LP	      (1UL << 25)
#define PSR_TB	      (1UL << 26)
#define PSR_RT	      (1UL << 27)
#define PSR_CPL_SHIFT 32
#define PSR_CPL	      (3UL << 32)
#define PSR_IS	      (1UL << 34)
#define PSR_MC	      (1UL << 35)
#define PSR_IT	      (1UL << 36)
#define PSR_ID	      (1UL << 37)
#define PSR_DA	      (1UL << 38)
#define PSR_DD	      (1UL << 39)
#define PSR_SS	      (1UL << 40)
#define PSR_RI_SHIFT  41
#define PSR_RI	      (3UL << 41)
#define PSR_ED	      (1UL << 43)
#define PSR_BN	      (1UL << 44)
#define PSR_IA	      (1UL << 45)
#define PSR_VM	      (1UL << 46)

/* Application registers, SDM vol 1 §3.1.8 */
enum {
	AR_KR0 = 0,
	AR_RSC = 16,
	AR_BSP,
	AR_BSPSTORE,
	AR_RNAT,
	AR_FCR = 21,
	AR_EFLAG = 24,
	AR_CSD,
	AR_SSD,
	AR_CFLG,
	AR_FSR,
	AR_FIR,
	AR_FDR,
	AR_CCV = 32,
	AR_UNAT = 36,
	AR_FPSR = 40,
	AR_ITC = 44,
	AR_RUC = 45,
	AR_PFS = 64,
	AR_LC,
	AR_EC,
};

/* Control registers, SDM vol 2 §3.3.3 */
enum {
	CR_DCR = 0,
	CR_ITM,
	CR_IVA,
	CR_PTA = 8,
	CR_IPSR = 16,
	CR_ISR,
	CR_IIP = 19,
	CR_IFA,
	CR_ITIR,
	CR_IIPA,
	CR_IFS,
	CR_IIM,
	CR_IHA,
	CR_LID = 64,
	CR_IVR,
	CR_TPR,
	CR_EOI,
	CR_IRR0,
	CR_IRR3 = 71,
	CR_ITV,
	CR_PMV,
	CR_CMCV,
	CR_LRR0 = 80,
	CR_LRR1,
};

/* Current frame marker, SDM vol 1 §3.1.5 (cpu->cfm is kept unpacked for speed) */
struct cfm {
	uint8_t sof, sol, sor; /* sor in registers (the field times 8) */
	uint8_t rrb_gr, rrb_fr, rrb_pr;
};

/* A translation, in a translation register or the translation cache; SDM vol 2 §4.1.1 */
struct tlb_entry {
	uint64_t va;   /* first address, region bits cleared above bit 60 kept in rid match */
	uint64_t mask; /* of the page offset: size - 1 */
	uint64_t pa;
	uint64_t pte; /* p ma a d pl ar ed as inserted */
	uint64_t itir;
	uint32_t rid;
	uint32_t key;
	bool valid;
};

/* One line of the host-side translation caches: a 4 KiB virtual page that may be read (or
 * written) in the mode it stands in, and what to add to get the host address. */
struct stlb_line {
	uint64_t tag; /* virtual page address, or ~0 */
	union {
		uintptr_t addend;
		struct code_page *code; /* of instructions: what has been decoded there */
	};
};
#define STLB_BITS  10
#define STLB_LINES (1u << STLB_BITS)
#define STLB_PAGE  4096u
/* Modes: 0..3 = virtual at that CPL, 4 = physical (PSR.dt = 0). */
#define STLB_MODES 5

/* Where a translation in the TC is found: tlb.c */
#define TC_BUCKETS  256
#define FETCH_LINES 256u

/**
 * struct tc_index - the translation cache of one kind, by hash of RID, page and page size
 * @head, @next: chains of entry number + 1, 0 ends
 * @count: entries of each page size
 * @sizes: bit ps is set while @count[ps] is not 0
 */
struct tc_index {
	uint16_t head[TC_BUCKETS], next[CPU_NTC];
	uint16_t count[64];
	uint64_t sizes;
};

/**
 * struct mmu - what tlb.c, mem.c and alat.c keep beside the architectural state
 * @itr_live, @dtr_live: a bit for each valid translation register
 * @fetch: instruction pages by privilege level
 * @rd_used, @wr_used, @fetch_used: which lines may be valid, so that flushing is cheap
 * @regions: a bit for each region that may have lines (of stlb_rd, stlb_wr or @fetch)
 * @alat_filter: superset of the places that the ALAT watches
 * @alat_next: the entry to be replaced next
 */
struct mmu {
	struct tc_index itc, dtc;
	uint64_t itr_live, dtr_live;
	struct stlb_line fetch[4][FETCH_LINES];
	uint64_t rd_used[STLB_MODES][STLB_LINES / 64];
	uint64_t wr_used[STLB_MODES][STLB_LINES / 64];
	uint64_t fetch_used[4][FETCH_LINES / 64];
	uint8_t regions;
	uint64_t alat_filter[4];
	uint32_t alat_next;
};

/**
 * struct pmu - what pmu.c keeps beside PMCs and PMDs
 * @armed, @counting: a bit for each PMD that could count, and that does now
 * @bundles, @insns: the processor's counts when the PMDs were last brought up to date
 */
struct pmu {
	uint32_t armed, counting;
	uint64_t bundles, insns;
};

/* What an interruption leaves in the control registers; see fault.h */
struct fault {
	uint16_t vector; /* offset in the IVT */
	bool trap;	 /* IIP is the next instruction */
	bool set_ifa, set_itir, set_iim, set_iha;
	uint8_t ei; /* of a trap: the slot that trapped */
	uint64_t isr, ifa, itir, iim, iha;
};

enum cpu_stop {
	CPU_STOP_NONE,
	CPU_STOP_GUEST,	 /* a device asked for the end (power off, reset, exit device) */
	CPU_STOP_MCHECK, /* machine check: cpu->stop_msg */
	CPU_STOP_DEBUG,	 /* debugger or monitor */
};

/* Exact counts, all deterministic. */
struct cpu_stats {
	uint64_t bundles, insns, nops, branches;
	uint64_t intr[128]; /* by IVT offset >> 8 */
	uint64_t itlb_miss, dtlb_miss, vhpt_walk, vhpt_hit;
	uint64_t rse_fill, rse_spill;
	uint64_t cpl_bundles[4]; /* up to the last change of level: cpu_level_bundles() */
	uint64_t cpl_since;
	unsigned cpl;
};

struct alat_entry {
	bool valid, fp;
	uint8_t size;
	uint8_t reg;   /* physical FR number, or for a GR below 32 its number */
	uint32_t phys; /* stacked GR: physical identity, see alat.c */
	uint64_t where;
};
#define CPU_NALAT 32

#define CPU_DOMAIN_MAX 64

/**
 * struct cpu_domain - processors that share memory: the coherence domain, SDM vol 2 §4.1.1
 *
 * Instructions decoded by one are decoded for all. They take turns on one host thread, so
 * whoever runs may change the others' translations and ALATs directly.
 */
struct cpu_domain {
	struct cpu *cpu[CPU_DOMAIN_MAX];
	unsigned n;
	struct code_cache *code;
};

/**
 * struct cpu_ops - how the processor reaches the machine around it
 * @firmware: a firmware entry point was reached (SAL, PAL, EFI: see fw/fw.h); @index is the
 *	number in the stub's break instruction. Answers as a handler does.
 * @itc_now: the interval time counter in ticks; a function of retired bundles and of idle time
 * @itm_changed: cr.itm, cr.itv or ar.itc was written: when the timer strikes is to be seen anew
 * @init: INIT has arrived and is not masked: answers as a handler does
 * @eoi: software ended the service of @vector (level-triggered pins are told by other means)
 * @woken: an interrupt has ended the processor's halt
 * @pause: hint @pause: others may have a turn; true if they get one, now
 * All are there; @firmware may be NULL, and @woken and @pause where there is one processor.
 */
struct cpu_ops {
	enum exec (*firmware)(void *opaque, struct cpu *cpu, unsigned index);
	uint64_t (*itc_now)(void *opaque, struct cpu *cpu);
	void (*itm_changed)(void *opaque, struct cpu *cpu);
	enum exec (*init)(void *opaque, struct cpu *cpu);
	void (*eoi)(void *opaque, struct cpu *cpu, unsigned vector);
	void (*woken)(void *opaque, struct cpu *cpu);
	bool (*pause)(void *opaque, struct cpu *cpu);
};

struct cpu {
	/* what nearly every slot touches comes first */
	uint64_t pr;	   /* logical order: rotation already applied; PR0 = 1 */
	struct gr *grp[2]; /* [0] r0-r31, [1] such that grp[1][r] is stacked register r >= 32 */
	uint32_t gr_limit; /* 32 + sof: a write at or above is an Illegal Operation fault */
	uint64_t ip;	   /* bundle address */
	uint32_t ri;	   /* slot; PSR.ri while running lives here, psr's field is 0 */
	struct cfm cfm;
	uint64_t psr;
	uint64_t n_bundles, run_limit; /* the run loop looks up when n_bundles >= run_limit */
	uint64_t run_until;	       /* cpu_run() returns at this count; cpu_ops may lower it */
	struct stlb_line *stlb_r, *stlb_w; /* of the current mode */

	struct gr gr[32];      /* r16-r31: the current bank */
	struct gr gr_bank[16]; /* r16-r31 of the other bank */
	struct gr stk[CPU_STK_SIZE + 256];
	uint32_t bof;	      /* index in stk of r32 */
	struct fpreg fr[128]; /* f32-f127 in physical order: use cpu_fr() */
	uint64_t br[8];
	uint64_t ar[128]; /* those without a home elsewhere; ar.bsp etc. through regs.h */
	uint64_t cr[128];

	/* RSE, SDM vol 2 ch. 6; see rse.c */
	uint64_t bsp, bspstore;
	uint64_t rnat;
	int32_t ndirty; /* dirty registers; < 0: registers missing from the current frame */
	bool cfle;	/* RSE.CFLE: the current frame is incomplete */

	uint64_t rr[8], pkr[CPU_NPKR], ibr[CPU_NIBR], dbr[CPU_NDBR];
	uint64_t pmc[CPU_NPMC], pmd[CPU_NPMC], cpuid[5];
	struct pmu pmu;
	struct tlb_entry itr[CPU_NTR], dtr[CPU_NTR], itc[CPU_NTC], dtc[CPU_NTC];
	uint32_t itc_next, dtc_next;
	struct alat_entry alat[CPU_NALAT];
	uint32_t alat_live; /* a bit for each valid entry */
	struct mmu mmu;

	/* local SAPIC, SDM vol 2 §5.8; irq/sapic.c */
	uint64_t irr[4], isrv[4]; /* pending, in service */
	bool init_pending;	  /* INIT: until PSR.mc = 0 */
	bool irq_ready;		  /* an unmasked interrupt is pending (PSR.i apart) */
	bool halted;		  /* PAL_HALT_LIGHT: until an interrupt is pending, PSR.i apart */

	uint64_t itc_offset; /* ar.itc less ops->itc_now(): see cpu_itc() */

	struct fault fault;
	enum cpu_stop stop;
	char stop_msg[160];
	bool slow;	  /* ss tb lp db id da dd ia ed, trace, debugger: one slot at a time */
	bool exact;	  /* EXEC_EXACT: run the next slot alone */
	uint64_t last_ip; /* for IIPA: the bundle of the last instruction that succeeded */

	struct stlb_line stlb_rd[STLB_MODES][STLB_LINES], stlb_wr[STLB_MODES][STLB_LINES];
	struct cpu_domain *domain;

	struct bus *bus;
	const struct cpu_ops *ops;
	void *opaque;	      /* for ops */
	struct trace *trace;  /* debug/trace.h, NULL when off */
	struct breaks *debug; /* debug/gdb-break.h, NULL when a debugger asks for nothing */
	unsigned index;	      /* processor number */
	struct cpu_stats stats;
};

static inline unsigned cpu_cpl(const struct cpu *cpu)
{
	return (cpu->psr >> PSR_CPL_SHIFT) & 3;
}

/** cpu_gr() - the place of general register @r in the current frame (value and NaT) */
static inline struct gr *cpu_gr(struct cpu *cpu, unsigned r)
{
	return &cpu->grp[r >= 32][r];
}

enum exec fault_illegal_op(struct cpu *cpu);

/**
 * cpu_set_gr() - write a general register, as the last act of a handler
 *
 * Target r0 is refused when the slot is decoded; a target outside the frame faults here
 * (SDM vol 1 §4.1).
 */
static inline enum exec cpu_set_gr(struct cpu *cpu, unsigned r, uint64_t val, uint64_t nat)
{
	struct gr *g;

	if (unlikely(r >= cpu->gr_limit))
		return fault_illegal_op(cpu);
	g = cpu_gr(cpu, r);
	g->val = val;
	g->nat = nat;
	return EXEC_NEXT;
}

static inline bool cpu_pr(const struct cpu *cpu, unsigned p)
{
	return cpu->pr >> p & 1;
}

/** cpu_set_pr() - write a predicate; a write to PR0 is discarded (SDM vol 1 §3.1.3) */
static inline void cpu_set_pr(struct cpu *cpu, unsigned p, bool v)
{
	cpu->pr = ((cpu->pr & ~(1UL << p)) | ((uint64_t)v << p)) | 1;
}

/** cpu_fr() - the place of floating-point register @f, register rotation applied */
static inline struct fpreg *cpu_fr(struct cpu *cpu, unsigned f)
{
	if (f >= 32) {
		f += cpu->cfm.rrb_fr;
		if (f >= 128)
			f -= 96;
	}
	return &cpu->fr[f];
}

/* cpu.c */
/**
 * cpu_create() - a processor in its power-on state, PSR and registers cleared
 * @index: its number; LID and the SAPIC id derive from it
 * Return: the processor, or NULL when memory is short.
 */
struct cpu *cpu_create(unsigned index, struct bus *bus, const struct cpu_ops *ops, void *opaque);
void cpu_destroy(struct cpu *cpu);
/** cpu_join() - before it runs: put @cpu, alone so far, into the coherence domain of @other */
void cpu_join(struct cpu *cpu, struct cpu *other);
/** cpu_reset() - the power-on state again; bus, ops, trace and statistics stay */
void cpu_reset(struct cpu *cpu);

/**
 * cpu_run() - execute until cpu->n_bundles reaches @until, the processor halts or stops
 *
 * Interruptions are delivered inside. cpu->run_limit may be set to 0 by anybody at any time
 * to make the loop look at pending interrupts (cpu_kick()).
 */
void cpu_run(struct cpu *cpu, uint64_t until);

/** cpu_kick() - make the run loop leave its fast path at the next bundle */
static inline void cpu_kick(struct cpu *cpu)
{
	cpu->run_limit = 0;
}

/** cpu_stop() - end the machine with a reason that names the culprit; returns EXEC_STOP */
enum exec cpu_stop(struct cpu *cpu, enum cpu_stop why, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** cpu_itc() - ar.itc as the processor sees it; what cr.itm is compared with */
static inline uint64_t cpu_itc(struct cpu *cpu)
{
	return cpu->ops->itc_now(cpu->opaque, cpu) + cpu->itc_offset;
}

/** cpu_level_bundles() - bundles retired at privilege level @cpl, of all n_bundles */
uint64_t cpu_level_bundles(const struct cpu *cpu, unsigned cpl);

/** cpu_psr_changed() - after any change of cpu->psr: choose the stlb mode, slow, irq check */
void cpu_psr_changed(struct cpu *cpu);

#endif
