// SPDX-License-Identifier: MIT
/*
 * The run loop.
 *
 * run_fast() executes whole bundles as long as nothing but control flow changes; step()
 * executes single slots, for a slot that rfi or an event in mid-bundle left to be executed,
 * and whenever the PSR asks for something after each instruction (single step, traps on
 * branches, instruction breakpoints, suppression of faults for one instruction) or a trace
 * wants it. Interruptions are delivered between the two, in cpu_run().
 */
#include <assert.h>

#include "cpu/code.h"
#include "cpu/exec.h"
#include "cpu/fault.h"
#include "cpu/parts.h"
#include "debug/gdb-break.h"
#include "debug/trace.h"

/* Counts of one run_fast() have 32 bits each. */
#define MAX_SLICE (1UL << 28)

/* PSR bits that last for one instruction, SDM vol 2 §3.3.2 */
#define PSR_ONCE (PSR_ID | PSR_DA | PSR_DD | PSR_IA | PSR_ED)

/* Instructions, and nops << 32, of a bundle */
static inline uint64_t counts_of(const struct bundle *b)
{
	return b->insns | (uint64_t)b->nnops << 32;
}

static void count(struct cpu *cpu, uint64_t counts)
{
	cpu->stats.insns += (uint32_t)counts;
	cpu->stats.nops += counts >> 32;
}

/* Instructions and nops in the slots before @slot */
static uint64_t counts_before(const struct bundle *b, unsigned slot)
{
	return slot | (uint64_t)__builtin_popcount(b->nops & ((1u << slot) - 1)) << 32;
}

static bool is_last(const struct bundle *b, unsigned slot)
{
	return slot + b->mlx == 2;
}

static inline uint64_t counts_through(const struct bundle *b, unsigned slot)
{
	return is_last(b, slot) ? counts_of(b) : counts_before(b, slot + 1);
}

/* Go on behind @slot of the bundle at cpu->ip. */
static void advance(struct cpu *cpu, const struct bundle *b, unsigned slot)
{
	cpu->last_ip = cpu->ip;
	if (!is_last(b, slot)) {
		cpu->ri = slot + 1;
		return;
	}
	cpu->ri = 0;
	cpu->ip += 16;
	cpu->n_bundles++;
}

/* A fault in @slot: this is where it happened, and what succeeded last */
static void fault_at(struct cpu *cpu, unsigned slot)
{
	if (slot > cpu->ri)
		cpu->last_ip = cpu->ip;
	cpu->ri = slot;
}

static void trap_at(struct cpu *cpu, const struct bundle *b, unsigned slot)
{
	advance(cpu, b, slot);
	cpu->fault.ei = slot;
}

/*
 * Anything but the next slot follows @op, of the bundle at @ip (that and slot 0 still are in
 * cpu->ip and cpu->ri, but after a branch). Return: true to go on at cpu->ip.
 */
static bool fast_event(struct cpu *cpu, const struct bundle *b, const struct op *op, uint64_t ip,
		       enum exec r)
{
	switch (r) {
	case EXEC_BRANCH:
		cpu->last_ip = ip;
		/* fallthrough */
	case EXEC_RESUME:
		count(cpu, counts_through(b, op->slot));
		cpu->n_bundles++;
		cpu->stats.branches++;
		return r == EXEC_BRANCH;
	case EXEC_SYNC:
		count(cpu, counts_through(b, op->slot));
		advance(cpu, b, op->slot);
		return false;
	case EXEC_EXACT:
		count(cpu, counts_before(b, op->slot));
		fault_at(cpu, op->slot);
		return false;
	case EXEC_FAULT:
		if (cpu->fault.trap) {
			count(cpu, counts_through(b, op->slot));
			trap_at(cpu, b, op->slot);
		} else {
			count(cpu, counts_before(b, op->slot));
			fault_at(cpu, op->slot);
		}
		return false;
	default:
		assert(r == EXEC_STOP);
		cpu->ri = op->slot;
		return false;
	}
}

/* Execute a bundle. Return: EXEC_NEXT at its end, or what the op @at answered */
static inline enum exec run_bundle(struct cpu *cpu, const struct bundle *b, const struct op **at)
{
	const struct op *op = b->op;

	do {
		enum exec r;

		if (!(cpu->pr >> op->qp & 1))
			continue;
		r = exec_op(cpu, op);
		if (unlikely(r != EXEC_NEXT)) {
			*at = op;
			return r;
		}
	} while (!(op++)->end);
	return EXEC_NEXT;
}

static inline bool same_page(uint64_t a, uint64_t b)
{
	return !((a ^ b) & ~(uint64_t)(CODE_PAGE - 1));
}

static inline struct bundle *bundle_at(struct code_page *page, uint64_t ip)
{
	return &page->b[ip % CODE_PAGE / 16];
}

/*
 * Execute bundles from slot 0 of cpu->ip on, until run_limit or an event.
 * Return: EXEC_FAULT with a fault to deliver, EXEC_STOP, or else EXEC_SYNC.
 */
static __attribute__((noinline)) enum exec run_fast(struct cpu *cpu)
{
	struct code_page *page;
	const struct op *op;
	uint64_t counts = 0;
	enum exec r;

	while ((r = code_fetch(cpu, &page)) == EXEC_NEXT) {
		uint64_t ip = cpu->ip;
		struct bundle *b = bundle_at(page, ip);
		bool more;

		if (unlikely(cpu->debug && breaks_page(cpu->debug, ip))) {
			r = EXEC_SYNC; /* slot by slot, there */
			goto out;
		}
		do {
			if (unlikely(cpu->n_bundles >= cpu->run_limit)) {
				r = EXEC_SYNC;
				goto out;
			}
			if (unlikely(!b->insns))
				code_decode(cpu, page, b);
			r = run_bundle(cpu, b, &op);
			if (likely(r == EXEC_NEXT)) {
				counts += counts_of(b);
				cpu->n_bundles++;
				cpu->last_ip = ip;
				ip += 16;
				cpu->ip = ip;
				b++;
				more = ip % CODE_PAGE;
				continue;
			}
			if (likely(r == EXEC_BRANCH && op->last)) {
				counts += counts_of(b);
				cpu->n_bundles++;
				cpu->stats.branches++;
				cpu->last_ip = ip;
			} else if (!fast_event(cpu, b, op, ip, r)) {
				goto out;
			}
			more = same_page(cpu->ip, ip);
			ip = cpu->ip;
			b = bundle_at(page, ip);
		} while (likely(more));
	}
out:
	count(cpu, counts);
	return r;
}

/* ---- one slot at a time ---- */

/* After a successful instruction: what PSR asked for before it is to trap now */
static enum exec step_traps(struct cpu *cpu, uint64_t psr, enum exec r, const struct op *op)
{
	bool rfi = op && op->handler == ISA_rfi;
	unsigned vector = 0;
	uint64_t code = 0;

	if (rfi) /* raises none of these, SDM vol 2 table 3-2 */
		return r;
	if (psr & PSR_SS) {
		code |= TRAP_SS;
		vector = VEC_SINGLE_STEP;
	}
	if (psr & PSR_TB && (r == EXEC_BRANCH || r == EXEC_RESUME)) {
		code |= TRAP_TB;
		vector = VEC_TAKEN_BRANCH;
	}
	if (psr & PSR_LP && r == EXEC_RESUME && (cpu->psr & PSR_CPL) > (psr & PSR_CPL)) {
		code |= TRAP_LP;
		vector = VEC_LOWER_PRIV;
	}
	if (r == EXEC_FAULT) { /* a floating-point trap comes first, with the others' bits */
		cpu->fault.isr |= code;
		return r;
	}
	return vector ? fault_trap(cpu, vector, code) : r;
}

/* Bits that were 1 for this instruction only, SDM vol 2 §3.3.2 */
static void step_clear_once(struct cpu *cpu, uint64_t psr, const struct op *op)
{
	if (!(psr & PSR_ONCE) || (op && op->handler == ISA_rfi))
		return;
	cpu->psr &= ~PSR_ONCE;
	cpu_psr_changed(cpu);
}

/* The instruction in @slot of the bundle at @ip has answered @r. */
static enum exec step_done(struct cpu *cpu, const struct bundle *b, const struct op *op,
			   unsigned slot, uint64_t ip, uint64_t psr, enum exec r)
{
	if (r == EXEC_STOP || (r == EXEC_FAULT && !cpu->fault.trap))
		return r;
	cpu->stats.insns++;
	if (b->nops >> slot & 1)
		cpu->stats.nops++;
	if (r == EXEC_BRANCH || r == EXEC_RESUME) {
		cpu->n_bundles++;
		cpu->stats.branches++;
	}
	if (r == EXEC_BRANCH) {
		cpu->last_ip = ip;
		cpu->ri = 0;
	} else if (r != EXEC_RESUME) {
		advance(cpu, b, slot);
	}
	step_clear_once(cpu, psr, op);
	r = step_traps(cpu, psr, r, op);
	cpu->fault.ei = slot;
	return r;
}

static void step_trace(struct cpu *cpu, const struct code_page *page)
{
	if (trace_on(cpu->trace, cpu) && !cpu->ri)
		trace_cpu(cpu);
	if (trace_on(cpu->trace, exec))
		trace_exec(cpu, page->pa + cpu->ip % CODE_PAGE, cpu->ri);
}

/* Execute the slot at cpu->ip, cpu->ri. Return: as run_fast() */
static enum exec step(struct cpu *cpu)
{
	uint64_t psr = cpu->psr, ip = cpu->ip;
	unsigned slot = cpu->ri;
	struct code_page *page;
	const struct op *op;
	struct bundle *b;
	enum exec r;

	if (unlikely(cpu->debug) && breaks_stepped(cpu))
		return EXEC_STOP;
	r = code_fetch(cpu, &page);
	if (r != EXEC_NEXT)
		return r;
	if (psr & PSR_DB && !(psr & PSR_ID) && mem_insn_break(cpu, ip))
		return fault_insn(cpu, VEC_DEBUG, ip);
	b = bundle_at(page, ip);
	if (!b->insns)
		code_decode(cpu, page, b);
	if (slot + b->mlx > 2)
		return fault_illegal_op(cpu); /* no such slot, SDM vol 3 "rfi" */
	if (unlikely(cpu->debug) && breaks_point(cpu, b->mlx))
		return EXEC_STOP;
	step_trace(cpu, page);
	op = bundle_op(b, slot);
	cpu->exact = true;
	if (op && cpu->pr >> op->qp & 1)
		r = exec_op(cpu, op);
	cpu->exact = false;
	r = step_done(cpu, b, op, slot, ip, psr, r);
	if (unlikely(cpu->debug) && breaks_after(cpu, r != EXEC_FAULT || cpu->fault.trap))
		return r == EXEC_FAULT ? r : EXEC_STOP;
	return r;
}

/* ---- */

/* What has to happen before the instruction at cpu->ip; EXEC_NEXT: nothing */
static enum exec before_next(struct cpu *cpu)
{
	if (unlikely(cpu->init_pending) && !(cpu->psr & PSR_MC) && !breaks_stepping(cpu)) {
		cpu->init_pending = false;
		return cpu->ops->init(cpu->opaque, cpu);
	}
	if (cpu->irq_ready && cpu->psr & PSR_I && !breaks_stepping(cpu)) {
		fault_extint(cpu);
		return EXEC_SYNC;
	}
	return cpu->cfle ? rse_complete(cpu) : EXEC_NEXT;
}

static bool by_slots(const struct cpu *cpu)
{
	return cpu->slow || cpu->ri || cpu->exact ||
	       (cpu->debug && breaks_page(cpu->debug, cpu->ip));
}

/* How far to go, at most to @slice, before a performance monitor may overflow */
static uint64_t pmu_slice(struct cpu *cpu, uint64_t slice)
{
	uint64_t room;

	pmu_update(cpu);
	room = pmu_room(cpu);
	return room < slice - cpu->n_bundles ? cpu->n_bundles + room : slice;
}

void cpu_run(struct cpu *cpu, uint64_t until)
{
	uint64_t start = cpu->n_bundles;

	cpu->run_until = until;
	if (cpu->irq_ready)
		cpu->halted = false;
	while (!cpu->stop && !cpu->halted && cpu->n_bundles < cpu->run_until) {
		uint64_t slice = cpu->n_bundles + MAX_SLICE;
		enum exec r;

		if (unlikely(cpu->pmu.armed))
			slice = pmu_slice(cpu, slice);
		cpu->run_limit = cpu->run_until < slice ? cpu->run_until : slice;
		r = before_next(cpu);
		if (r == EXEC_NEXT)
			r = by_slots(cpu) ? step(cpu) : run_fast(cpu);
		if (r == EXEC_FAULT)
			fault_deliver(cpu);
	}
	cpu->stats.bundles += cpu->n_bundles - start;
}
