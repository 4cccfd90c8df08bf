/* SPDX-License-Identifier: MIT */
/*
 * domain.h - guests and their virtual processors: what every part of the hypervisor shares.
 *
 * A domain is memory (a dense range of pseudo-physical pages), a block of region ids,
 * event channels, a console and up to VCPU_MAX virtual processors. A virtual processor has
 * a stack of its own in the hypervisor; its registers lie at the top of it while it is not
 * running. Hypervisor code in C runs with interrupts off. A guest's mistake is answered to
 * the guest, or ends the guest (domain_crash()); panic() is for the hypervisor's own.
 */
#ifndef HV_DOMAIN_H
#define HV_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

#define CPUS_MAX    64
#define DOMAINS_MAX 32
#define VCPU_MAX    16
#define EVTCHN_MAX  4096

struct hv_regs;		/* entry.h: a guest's registers as saved at an entry into C */
struct xen_mapped_regs; /* abi/xen.h */
struct xen_shared_info; /* abi/xen.h */
struct xen_vcpu_info;	/* abi/xen.h */
struct vmmu;		/* vmmu.h: TRs, last ITCs, VHPT of a virtual processor */
struct evtchn;		/* evtchn.h */
struct guest_console;	/* console.h */
struct domain;

enum vcpu_state {
	VCPU_DOWN,     /* not started, or returned to SAL, or its domain is gone */
	VCPU_RUNNABLE, /* also the one that runs */
	VCPU_BLOCKED,  /* PAL_HALT_LIGHT or SCHEDOP_block: until an event */
};

/**
 * struct vcpu_fast - what the assembly paths (fast*.S) need of the domain and the MMU
 * @iva: guest's cr.iva; 0: interruptions are delivered by C (a big-endian handler)
 * @handler_psr: the real PSR of a handler but for what it inherits; it follows @iva
 * @base, @bytes: the domain's memory; bit 0 of @bytes: other vcpus of it may run meanwhile
 * @rid_base: machine's rr value of the guest's region id 0, 16 KiB, walker on
 * @tr_filter: bit n: a translation register may be of a region id whose low 6 bits are n
 * @xsi_va: of the shared page
 * @alone: no other vcpu has translations of the domain's
 * @itm_limit: while the vcpu runs: the next value of cr.itm that its processor has use for,
 *	besides the vcpu's own timer (sched.c)
 */
struct vcpu_fast {
	uint64_t iva, handler_psr;
	uint64_t base, bytes;
	uint64_t rid_base;
	uint64_t tr_filter;
	uint64_t xsi_va;
	uint64_t alone;
	uint64_t itm_limit;
};

/**
 * struct vcpu - a virtual processor
 * @regs: saved registers, on @stack; valid in C
 * @mregs: its mapped registers page, hypervisor's address; guest-writable, never trusted
 * @info: its part of the domain's shared page; guest-writable
 * @iva: guest's cr.iva (the ABI keeps it out of @mregs)
 * @callback: event callback ip, 0 until registered
 * @itm: machine ITC at which its timer is due, 0: none (domain_itm)
 * @irr: vectors pending before a callback exists; @insvc: vectors in service
 * @wakeup: SAL's wake-up vector came while it ran: it is taken in SAL's rendezvous
 * @run_ticks: ITC ticks spent running; @run_start: when it began to run
 * @stack, @mmu, @counts, @mregs, @info: vcpu_alloc() makes them (the shared page exists by then); everything else of a new vcpu is 0
 */
struct vcpu {
	struct domain *domain;
	unsigned int id;
	enum vcpu_state state;
	struct hv_regs *regs;
	struct xen_mapped_regs *mregs;
	struct xen_vcpu_info *info;
	struct vmmu *mmu;
	uint64_t iva;
	uint64_t callback;
	uint64_t itm, itm_fired;
	uint64_t irr[4], insvc[4];
	bool wakeup;
	uint64_t run_ticks, run_start;
	uint64_t *counts; /* by enum hv_count (counts.def) */
	uint8_t *stack;
	uint64_t sp; /* struct switch_frame on @stack, while another one runs */
	uint64_t krs[8];
	uint64_t ia32[5]; /* ar.fcr, eflag, fsr, fir, fdr: anybody may write them */
	void *fp_high;	  /* f32 to f127, unless they are in the processor */
	uint64_t dfh;	  /* the psr.dfh that it runs with for that reason, or 0 */
	struct vcpu_fast fast;
	struct percpu *cpu;    /* where it runs, or ran last; its timers are that one's */
	struct percpu *tc_cpu; /* whose TC may have translations of it (vmmu.c) */
	struct percpu *fp_cpu; /* where f32 to f127 were loaded last */
	uint64_t left_at;      /* ITC when it left its processor */
	struct vcpu *next;     /* in the run queue */

	uint64_t vruntime;	/* sched.c: what it has run, for fairness */
	uint64_t timeout;	/* ITC at which a wait ends, 0: never */
	bool polling;		/* SCHEDOP_poll: any event ends the wait */
	uint16_t virq_port[24]; /* XEN_VIRQS: port that each is bound to, 0: none */
	struct {
		unsigned int state; /* enum xen_runstate */
		uint64_t since, time[4], area;
	} runstate; /* runstate.c, in ticks; @area: the guest's handle */
};

/**
 * struct domain - a guest
 * @base: machine address of its memory, contiguous, PAGE_SIZE-aligned
 * @pages: its size; pseudo-physical page n is machine page @base / PAGE_SIZE + n
 * @rid_block: its block of 2^18 region ids, 1 to 62; block 0 is the hypervisor's
 * @xsi_va: where the guest sees @shared
 */
struct domain {
	unsigned int id;
	char name[16];
	uint64_t base, pages;
	unsigned int rid_block;
	struct xen_shared_info *shared;
	uint64_t xsi_va;
	uint64_t start_info_pfn;
	unsigned int vcpus;
	struct vcpu *vcpu[VCPU_MAX];
	struct evtchn *ports;
	struct guest_console *console;
	bool dying, paused;
	uint64_t deadline;   /* ITC at which it ends, 0: none */
	int shutdown_reason; /* SHUTDOWN_* once it has ended, else -1 */
	struct domain *next;
	struct domain_config *config; /* what it was made from (guest.h) */
	struct guest_firmware *fw;    /* fw.h */
	struct guest_store *store;    /* store.h */
};

extern struct domain *domains; /* all of them, in the order of their numbers */

/**
 * struct pin - a pinned translation: what repin() puts in an itr and a dtr, or a dtr only
 * Slots 0 to 3: image, percpu, shared page, mapped registers.
 */
struct pin {
	uint64_t va, itir, pte;
};
#define PINS 4

/**
 * struct percpu - of a physical processor, at PERCPU_BASE; assembly knows its offsets
 * @self: in the heap: valid on every processor
 * @lid: its cr.lid
 * @quantum_end: ITC at which the scheduler looks again, if @quantum_on
 * @resched: the scheduler is to look before a guest goes on
 * @busy: its idle vcpu has other work than to wait
 * @fp_owner: whose f32 to f127 are in the processor
 * @tc_owner: by rid_block: the last vcpu of a guest that ran here since the TC was emptied
 * @pinned: what its translation registers hold
 * @decoded: privop.c: what slots mean
 * @lock_depth: of hv_lock(); @lock_taken, @lock_waited: how often, and how often not at once
 */
struct percpu {
	struct percpu *self;
	struct vcpu *running;
	struct vcpu *idle;
	unsigned int id;
	uint64_t lid;
	bool online, resched, quantum_on, busy;
	unsigned int lock_depth;
	uint64_t lock_taken, lock_waited;
	uint64_t quantum_end;
	struct vcpu *fp_owner;
	struct vcpu *tc_owner[64];
	struct pin pinned[PINS];
	struct decoded *decoded;
};

#define this_cpu ((struct percpu *)PERCPU_BASE)
#define current	 (this_cpu->running)

/* ---- start and interrupts ---- */

/**
 * hv_main - (services, main.c) where head.S goes to: @boot_param is physical
 *
 * The translations of layout.h are pinned, the code runs in them on a stack in the image with
 * psr.ic = 1 and psr.i = 0, misses of IDENT_* are served, this_cpu is zeroed memory.
 */
void hv_main(uint64_t boot_param) __attribute__((noreturn));

/**
 * cpu_prepare - (core) what a processor's area needs; false: no memory
 * @cpu: zeroed, an address in the image or the heap
 */
bool cpu_prepare(struct percpu *cpu);

/**
 * cpu_init - (core) called once the heap works, by each processor for its own area: what was left
 * to do after head.S
 *
 * Then its idle vcpu is current: the context that runs now, which has no domain, stays in C for
 * good, and is switched to when nothing else can run.
 */
void cpu_init(struct percpu *cpu);

/** idle - (main.c) the idle vcpu's loop; called with hv_lock() held */
void idle(void) __attribute__((noreturn));

/**
 * take_interrupts - (services) read cr.ivr, serve, end, until there is none
 *
 * The core calls it for an external interrupt of a guest, in C. Hypervisor code never enables
 * psr.i: the idle vcpu halts with interrupts off (the processor wakes up all the same) and
 * calls this.
 */
void take_interrupts(void);

/* ---- guest registers and memory (core: entry.S, guest.c, vmmu.c) ---- */

/** guest_gr - a general register of a vcpu that is not running in the guest; 1 to 127 */
uint64_t guest_gr(struct vcpu *v, unsigned int reg);
void guest_set_gr(struct vcpu *v, unsigned int reg, uint64_t value);

/**
 * guest_phys - hypervisor's address of pseudo-physical memory
 * Return: NULL unless all of [@gpa, @gpa + @bytes) is the domain's memory, or one of the shared pages
 */
void *guest_phys(struct domain *d, uint64_t gpa, uint64_t bytes);

/**
 * copy_from_guest - read guest-virtual memory as the guest's kernel would
 * Return: false if a byte has no translation (nothing is reflected; @to is undefined)
 */
bool copy_from_guest(struct vcpu *v, void *to, uint64_t va, uint64_t bytes);
bool copy_to_guest(struct vcpu *v, uint64_t va, const void *from, uint64_t bytes);

/** xsi_moved - domain's xsi_va has changed: pin the pages at their new place on this processor */
void xsi_moved(struct vcpu *v);

/** vcpu_reset_state - registers, XSI and MMU as at a PV kernel's first instruction (facts: §1.2) */
void vcpu_reset_state(struct vcpu *v, uint64_t ip, uint64_t r28);

/** vcpu_alloc, vcpu_free - stack, mapped registers, MMU of a vcpu; NULL: no memory */
struct vcpu *vcpu_alloc(struct domain *d, unsigned int id);
void vcpu_free(struct vcpu *v);

/** vcpu_switch - (core, assembly below) run @next instead of current; returns when current runs again */
void vcpu_switch(struct vcpu *next);

/* ---- what the core calls (services) ---- */

/**
 * hypercall - break 0x1000 of a guest's kernel: r2 is a table call or a firmware class
 *
 * Its ip is already behind the break. The call may block: it returns when the vcpu runs again.
 */
void hypercall(struct vcpu *v);
/** timer_set - v->itm has changed: reprogram cr.itm */
void timer_set(struct vcpu *v);
/** before_guest - at the end of each entry into C: reschedule if due, then events (core delivers) */
void before_guest(void);
/** event_pending - whether an event is to be delivered now (pending && !mask) */
bool event_deliverable(struct vcpu *v);
/** guest_send_vector - pend a vector (IPI to self, before a callback exists) */
void guest_send_vector(struct vcpu *v, unsigned int vector);

/**
 * domain_crash - the guest did what cannot be answered: say why, once, and end it
 *
 * It returns, for the caller may hold something; before_guest() will not, for this vcpu.
 */
void domain_crash(struct vcpu *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- counters: counts.def lists them; assembly adds to them, too ---- */

enum hv_count {
#define HV_COUNT(name, text) HV_##name,
#include "counts.def"
	HV_COUNTS
};

static inline void count(struct vcpu *v, enum hv_count what)
{
	v->counts[what]++;
}

/* ---- kernel-wide ---- */

void hv_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void panic(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
/** heap_alloc - pinned, zeroed memory; NULL: none left. heap_free gives it back */
void *heap_alloc(size_t bytes, size_t align);
void heap_free(void *p);

#define assert(cond)                                                                               \
	do {                                                                                       \
		if (!(cond))                                                                       \
			panic("%s:%d: %s", __FILE__, __LINE__, #cond);                             \
	} while (0)

#endif
