// SPDX-License-Identifier: MIT
/*
 * The register stack engine, always in enforced lazy mode's behaviour: memory is touched only
 * when an instruction demands it (SDM vol 2 ch. 6).
 *
 * Register 32 of the current frame is stk[bof]; the dirty registers are the ndirty below it.
 * Only the current frame is in logical order (rotation applied); it is brought to physical
 * order whenever it stops being current. A spilled register is forgotten, there is no clean
 * partition; so ar.rnat always is the collection that bspstore points into.
 */
#include <assert.h>
#include <string.h>

#include "cpu/fault.h"
#include "cpu/parts.h"

#define STK_LOW	   256
#define STK_MIDDLE (CPU_STK_SIZE / 2)
#define STK_HIGH   (CPU_STK_SIZE - 256)

#define RSC_BE	      (1UL << 4)
#define RNAT_BITS     (~0UL >> 1)
#define NO_FRAME      ((struct cfm){ 0 })
#define PFS_EC_SHIFT  52
#define PFS_PPL_SHIFT 62

static unsigned slot_of(uint64_t addr)
{
	return addr >> 3 & 63;
}

uint64_t rse_skip_regs(uint64_t addr, int n)
{
	int delta = (int)slot_of(addr) + n;

	if (n < 0)
		delta -= 62;
	return addr + ((int64_t)n + delta / 63) * 8;
}

/* Registers (not collections) in [from, to) of the backing store */
static uint64_t regs_between(uint64_t from, uint64_t to)
{
	uint64_t words = (to - from) / 8;

	return words - (slot_of(from) + words) / 64;
}

uint64_t cfm_pack(const struct cfm *cfm)
{
	return cfm->sof | (uint64_t)cfm->sol << 7 | (uint64_t)cfm->sor / 8 << 14 |
	       (uint64_t)cfm->rrb_gr << 18 | (uint64_t)cfm->rrb_fr << 25 |
	       (uint64_t)cfm->rrb_pr << 32;
}

void cfm_unpack(struct cfm *cfm, uint64_t raw)
{
	cfm->sof = raw & 0x7f;
	cfm->sol = raw >> 7 & 0x7f;
	cfm->sor = (raw >> 14 & 0xf) * 8;
	cfm->rrb_gr = raw >> 18 & 0x7f;
	cfm->rrb_fr = raw >> 25 & 0x7f;
	cfm->rrb_pr = raw >> 32 & 0x3f;
}

static bool cfm_valid(const struct cfm *c)
{
	return c->sof <= CPU_NSTACKED && c->sol <= c->sof && c->sor <= c->sof &&
	       (!c->rrb_gr || c->rrb_gr < c->sor) && c->rrb_fr < 96 && c->rrb_pr < 48;
}

/* new[i] = old[(i + by) mod n] */
static void rotate_grs(struct gr *f, unsigned n, unsigned by)
{
	struct gr old[CPU_NSTACKED];

	assert(n <= CPU_NSTACKED && by <= n);
	memcpy(old, f, n * sizeof(*f));
	memcpy(f, old + by, (n - by) * sizeof(*f));
	memcpy(f + n - by, old, by * sizeof(*f));
}

static void grs_to_physical(struct cpu *cpu)
{
	if (cpu->cfm.rrb_gr)
		rotate_grs(&cpu->stk[cpu->bof], cpu->cfm.sor, cpu->cfm.sor - cpu->cfm.rrb_gr);
}

static void grs_to_logical(struct cpu *cpu)
{
	if (cpu->cfm.rrb_gr)
		rotate_grs(&cpu->stk[cpu->bof], cpu->cfm.sor, cpu->cfm.rrb_gr);
}

/* Leave the current frame: its registers and the predicates go back to physical order. */
static void frame_leave(struct cpu *cpu)
{
	grs_to_physical(cpu);
	if (cpu->cfm.rrb_pr)
		cpu->pr = pr_physical(cpu);
	cpu->cfm = NO_FRAME;
}

/* What is derived from bof and the CFM; and no more may be missing than the frame has. */
static void frame_place(struct cpu *cpu)
{
	cpu->grp[1] = &cpu->stk[cpu->bof] - 32;
	cpu->gr_limit = 32 + cpu->cfm.sof;
	if (unlikely(cpu->ndirty < -(int)cpu->cfm.sof)) {
		cpu->ndirty = -(int)cpu->cfm.sof;
		cpu->bspstore = rse_skip_regs(cpu->bsp, cpu->cfm.sof);
	}
}

static void frame_enter(struct cpu *cpu, const struct cfm *cfm)
{
	cpu->cfm = *cfm;
	grs_to_logical(cpu);
	if (cfm->rrb_pr)
		pr_set_physical(cpu, cpu->pr);
	frame_place(cpu);
}

/* Move everything that is live to the middle of stk[]. */
static void recenter(struct cpu *cpu)
{
	uint32_t low = cpu->bof - CPU_NSTACKED;

	memmove(&cpu->stk[STK_MIDDLE - CPU_NSTACKED], &cpu->stk[low],
		3 * CPU_NSTACKED * sizeof(cpu->stk[0]));
	cpu->bof = STK_MIDDLE;
	alat_purge_all(cpu); /* entries name registers by their place */
}

/* Move the frame's base by @n registers; all of physical order. */
static void move_base(struct cpu *cpu, int n)
{
	if (unlikely(cpu->bof + n > STK_HIGH || cpu->bof + n < STK_LOW))
		recenter(cpu);
	cpu->bof += n;
	cpu->bsp = rse_skip_regs(cpu->bsp, n);
	cpu->ndirty += n;
}

void rse_call(struct cpu *cpu)
{
	unsigned sol = cpu->cfm.sol;
	struct cfm callee = { .sof = cpu->cfm.sof - sol };

	cpu->ar[AR_PFS] = cfm_pack(&cpu->cfm) | cpu->ar[AR_EC] << PFS_EC_SHIFT |
			  (uint64_t)cpu_cpl(cpu) << PFS_PPL_SHIFT;
	frame_leave(cpu);
	move_base(cpu, sol);
	frame_enter(cpu, &callee);
}

void rse_cover(struct cpu *cpu)
{
	unsigned sof = cpu->cfm.sof;

	frame_leave(cpu);
	move_base(cpu, sof);
	frame_place(cpu);
}

/*
 * Back to frame @raw, whose base is @n registers lower. A frame that does not fit beside the
 * dirty registers, or that is no frame, becomes an empty one (SDM vol 2 §6.5.5).
 */
static void restore(struct cpu *cpu, uint64_t raw, bool whole)
{
	struct cfm c;

	cfm_unpack(&c, raw);
	if (!cfm_valid(&c))
		c = NO_FRAME;
	frame_leave(cpu);
	move_base(cpu, -(int)(whole ? c.sof : c.sol));
	if (cpu->ndirty + c.sof > CPU_NSTACKED)
		c = NO_FRAME;
	frame_enter(cpu, &c);
}

enum exec rse_return(struct cpu *cpu, uint64_t pfs)
{
	restore(cpu, pfs, false);
	cpu->ar[AR_EC] = pfs >> PFS_EC_SHIFT & 0x3f;
	cpu->cfle = cpu->ndirty < 0;
	return EXEC_NEXT;
}

enum exec rse_rfi(struct cpu *cpu, uint64_t ifs)
{
	if (ifs >> 63)
		restore(cpu, ifs, true);
	cpu->cfle = cpu->ndirty < 0;
	return EXEC_NEXT;
}

/*
 * Host address of a backing store word that a reference line already covers. The RSE has its
 * own mode (PSR.rt, RSC.pl) and byte order.
 */
static void *host_word(struct cpu *cpu, struct stlb_line (*lines)[STLB_LINES], uint64_t addr)
{
	uint64_t rsc = cpu->ar[AR_RSC];
	unsigned mode = cpu->psr & PSR_RT ? rsc >> 2 & 3 : STLB_MODES - 1;
	const struct stlb_line *l = stlb_at(lines[mode], addr);

	if (rsc & RSC_BE || cpu->psr & (PSR_DB | PSR_PK))
		return NULL;
	if (l->tag != (addr & ~(uint64_t)(STLB_PAGE - 1)))
		return NULL;
	return (void *)(uintptr_t)(addr + l->addend);
}

static enum exec load_word(struct cpu *cpu, uint64_t addr, uint64_t *val)
{
	const uint64_t *p = host_word(cpu, cpu->stlb_rd, addr);

	if (unlikely(!p))
		return mem_read_slow(cpu, addr, 8, MEM_READ | MEM_RSE, val);
	*val = *p;
	return EXEC_NEXT;
}

static enum exec store_word(struct cpu *cpu, uint64_t addr, uint64_t val)
{
	uint64_t *p = host_word(cpu, cpu->stlb_wr, addr);

	if (unlikely(!p))
		return mem_write_slow(cpu, addr, 8, MEM_WRITE | MEM_RSE, &val);
	*p = val;
	return EXEC_NEXT;
}

/* Store the word at bspstore: the oldest dirty register, or the collection before it */
static enum exec spill(struct cpu *cpu)
{
	unsigned slot = slot_of(cpu->bspstore);
	const struct gr *g = &cpu->stk[cpu->bof - cpu->ndirty];
	enum exec r = store_word(cpu, cpu->bspstore, slot == 63 ? cpu->rnat : g->val);

	if (r != EXEC_NEXT)
		return r;
	cpu->bspstore += 8;
	if (slot == 63) {
		cpu->rnat = 0;
		return EXEC_NEXT;
	}
	cpu->rnat = (cpu->rnat & ~(1UL << slot)) | g->nat << slot;
	cpu->ndirty--;
	cpu->stats.rse_spill++;
	return EXEC_NEXT;
}

/* Load the word below bspstore; a register there becomes the oldest dirty one. */
static enum exec fill(struct cpu *cpu)
{
	uint64_t addr = cpu->bspstore - 8, val;
	unsigned slot = slot_of(addr);
	enum exec r = load_word(cpu, addr, &val);

	if (r != EXEC_NEXT)
		return r;
	cpu->bspstore = addr;
	if (slot == 63) {
		cpu->rnat = val & RNAT_BITS;
		return EXEC_NEXT;
	}
	cpu->ndirty++;
	cpu->stk[cpu->bof - cpu->ndirty] = (struct gr){ val, cpu->rnat >> slot & 1 };
	cpu->stats.rse_fill++;
	return EXEC_NEXT;
}

enum exec rse_complete(struct cpu *cpu)
{
	enum exec r = EXEC_NEXT;

	/* memory has physical order */
	grs_to_physical(cpu);
	while (cpu->ndirty < 0 && r == EXEC_NEXT)
		r = fill(cpu);
	grs_to_logical(cpu);
	if (r == EXEC_NEXT)
		cpu->cfle = false;
	return r;
}

enum exec rse_alloc(struct cpu *cpu, unsigned sof, unsigned sol, unsigned sor)
{
	if (cpu->ndirty < 0)
		return fault_illegal_op(cpu); /* undefined, SDM vol 2 §6.8 */
	while (cpu->ndirty + sof > CPU_NSTACKED) {
		enum exec r = spill(cpu);

		if (r != EXEC_NEXT)
			return r;
	}
	cpu->cfm.sof = sof;
	cpu->cfm.sol = sol;
	cpu->cfm.sor = sor;
	frame_place(cpu);
	return EXEC_NEXT;
}

enum exec rse_flushrs(struct cpu *cpu)
{
	if (cpu->ndirty < 0)
		return fault_illegal_op(cpu);
	/* the collection just below bsp is stored as well */
	while (cpu->bspstore != cpu->bsp) {
		enum exec r = spill(cpu);

		if (r != EXEC_NEXT)
			return r;
	}
	return EXEC_NEXT;
}

enum exec rse_loadrs(struct cpu *cpu)
{
	uint64_t rsc = cpu->ar[AR_RSC];
	uint64_t bytes = rsc >> 16 & 0x3ff8;
	uint64_t tear = cpu->bsp - bytes;

	if (rsc & 3 || (cpu->cfm.sof && bytes) || cpu->ndirty < 0)
		return fault_illegal_op(cpu);
	if (regs_between(tear, cpu->bsp) > CPU_NSTACKED)
		return fault_illegal_op(cpu);
	while (cpu->bspstore > tear) {
		enum exec r = fill(cpu);

		if (r != EXEC_NEXT)
			return r;
	}
	cpu->bspstore = tear;
	cpu->ndirty = regs_between(tear, cpu->bsp);
	return EXEC_NEXT;
}

void rse_write_bspstore(struct cpu *cpu, uint64_t val)
{
	if (cpu->ndirty < 0)
		cpu->ndirty = 0; /* undefined, SDM vol 2 §6.8 */
	cpu->bspstore = val & ~7UL;
	cpu->bsp = rse_skip_regs(cpu->bspstore, cpu->ndirty);
}

void rse_rotate(struct cpu *cpu)
{
	struct cfm *c = &cpu->cfm;
	uint64_t pr = cpu->pr >> 16;

	if (c->sor) {
		rotate_grs(&cpu->stk[cpu->bof], c->sor, c->sor - 1);
		c->rrb_gr = (c->rrb_gr ? c->rrb_gr : c->sor) - 1;
	}
	c->rrb_fr = (c->rrb_fr ? c->rrb_fr : 96) - 1;
	c->rrb_pr = (c->rrb_pr ? c->rrb_pr : 48) - 1;
	cpu->pr = (cpu->pr & 0xffff) | (pr << 1 | pr >> 47) << 16;
}

void rse_clrrrb(struct cpu *cpu, bool pr_only)
{
	cpu->pr = pr_physical(cpu);
	cpu->cfm.rrb_pr = 0;
	if (pr_only)
		return;
	grs_to_physical(cpu);
	cpu->cfm.rrb_gr = 0;
	cpu->cfm.rrb_fr = 0;
}

void rse_reset(struct cpu *cpu)
{
	memset(cpu->stk, 0, sizeof(cpu->stk));
	cpu->bof = STK_MIDDLE;
	cpu->bsp = 0;
	cpu->bspstore = 0;
	cpu->rnat = 0;
	cpu->ndirty = 0;
	cpu->cfle = false;
	cpu->cfm = (struct cfm){ .sof = CPU_NSTACKED };
	frame_place(cpu);
}
