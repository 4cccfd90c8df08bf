// SPDX-License-Identifier: MIT
/*
 * vmmu.c - what a guest inserts and purges, and who answers its TLB misses (vmmu.h).
 *
 * A guest's page is inserted as large as it is, where machine memory has the same alignment;
 * what has 16 KiB goes into the VHPT, too, since all region registers say 16 KiB. Nothing a
 * guest inserts can overlap what is pinned: such a guest is ended, as Xen does.
 */
#include "vmmu.h"

#include "cpu.h"
#include "lib.h"
#include "lock.h"
#include "xen.h"

/* Page sizes of the architecture that a guest may use, largest first */
static const uint8_t sizes[] = { 28, 26, 24, 22, 20, 18, 16, 14, 13, 12 };

static bool size_ok(unsigned int ps)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++)
		if (sizes[i] == ps)
			return true;
	return false;
}

static uint64_t size_mask(unsigned int ps)
{
	return (1ul << ps) - 1;
}

static bool overlap(uint64_t a, uint64_t a_bytes, uint64_t b, uint64_t b_bytes)
{
	return a <= b + (b_bytes - 1) && b <= a + (a_bytes - 1);
}

/* The hole, the shared page and the mapped registers are pinned, and not the guest's. */
static bool forbidden(struct vcpu *v, uint64_t va, unsigned int ps, const char *what)
{
	uint64_t start = va & ~size_mask(ps), bytes = 1ul << ps;

	if (!overlap(start, bytes, XEN_HOLE_START, XEN_HOLE_END - XEN_HOLE_START) &&
	    !overlap(start, bytes, v->fast.xsi_va, XEN_MAPPED_REGS_OFS + PAGE_SIZE))
		return false;
	domain_crash(v, "%s of %#lx, size 2^%u: overlaps the hypervisor or the shared pages", what,
		     va, ps);
	return true;
}

/* ---- region 0 has two sets of translations: of virtual and of physical mode ---- */

static bool enter_region(struct vcpu *v, uint64_t va)
{
	bool swap = !(va >> 61) && v->mregs->metaphysical;

	if (swap)
		IND_WRITE(rr, 0ul, v->mmu->rr[0]);
	return swap;
}

static void leave_region(struct vcpu *v, bool swapped)
{
	if (swapped)
		IND_WRITE(rr, 0ul, v->mmu->meta_rr);
}

/* ---- the VHPT: its slots for an address are as the processor hashes ---- */

static void vhpt_put(uint64_t va, uint64_t pte, uint64_t itir)
{
	struct vhpt_slot *slot = (struct vhpt_slot *)hash(va);

	slot->tag = TAG_INVALID;
	asm volatile("mf" ::: "memory");
	slot->pte = pte;
	slot->itir = itir;
	asm volatile("mf" ::: "memory");
	slot->tag = tag(va);
}

static void vhpt_clear(struct vmmu *mmu)
{
	for (unsigned long i = 0; i < VHPT_SLOTS; i++)
		mmu->vhpt[i].tag = TAG_INVALID;
}

/* A table has its size's alignment, so an address hashes to the same place in each of a guest's. */
static struct vhpt_slot *vhpt_slot(struct vmmu *mmu, uint64_t va)
{
	uint64_t offset = hash(va) & ((1ul << VHPT_SHIFT) - 1);

	return (struct vhpt_slot *)((char *)mmu->vhpt + offset);
}

static void vhpt_purge(struct vmmu *mmu, uint64_t va, unsigned int ps)
{
	/* to clear a slot takes a quarter of finding it */
	if (ps >= PAGE_SHIFT && 1ul << (ps - PAGE_SHIFT) > VHPT_SLOTS / 4) {
		vhpt_clear(mmu);
		return;
	}
	va &= ~size_mask(ps);
	for (uint64_t end = va + (1ul << ps); va != end; va += PAGE_SIZE) {
		vhpt_slot(mmu, va)->tag = TAG_INVALID;
		if (ps < PAGE_SHIFT)
			break;
	}
}

/* ---- inserting ---- */

static uint64_t machine_address(struct vcpu *v, uint64_t gpa)
{
	void *p = guest_phys(v->domain, gpa, 1);

	if (!p)
		p = (char *)v->mmu->dummy + (gpa & (PAGE_SIZE - 1));
	return (uint64_t)p >= HV_BASE ? (uint64_t)p - HV_OFFSET : (uint64_t)p - IDENT_WB;
}

/* The largest piece around @gpa that is contiguous and has the same alignment on the machine. */
static unsigned int machine_size(struct vcpu *v, uint64_t gpa, unsigned int ps)
{
	struct domain *d = v->domain;

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		uint64_t mask = size_mask(sizes[i]), first = gpa & ~mask;

		if (sizes[i] > ps)
			continue;
		if (sizes[i] <= PAGE_SHIFT)
			return sizes[i];
		if (!(d->base & mask) && first + mask < d->pages << PAGE_SHIFT)
			return sizes[i];
	}
	return PAGE_SHIFT;
}

/*
 * What the processor may know of a guest's pte: level 0 becomes 1, memory is WB whatever
 * the guest says, reserved and software bits go.
 */
static uint64_t machine_pte(uint64_t pte, uint64_t mpa, unsigned int ps)
{
	uint64_t out = pte & (PTE_P | PTE_A | PTE_D | PTE_PL | PTE_AR | PTE_ED);

	if (!(pte & PTE_P))
		return 0;
	if (!(pte & PTE_PL))
		out |= 1ul << PTE_PL_SHIFT;
	if ((pte & PTE_MA) == PTE_MA_NATPAGE)
		out |= PTE_MA_NATPAGE;
	return out | (mpa & ~size_mask(ps));
}

static bool pte_reserved(uint64_t pte, uint64_t itir)
{
	uint64_t ma = pte & PTE_MA;

	if (itir & (3 | ~0ul << 32) || !size_ok(ITIR_PS(itir)))
		return true;
	return pte & PTE_P && (pte & (2 | 3ul << 50) || (ma >= 1 << 2 && ma <= 3 << 2));
}

static void insert_piece(struct vcpu *v, bool data, uint64_t va, uint64_t pte, uint64_t itir)
{
	unsigned int ps = ITIR_PS(itir), piece;
	uint64_t gpa = ((pte & PTE_PPN) & ~size_mask(ps)) | (va & size_mask(ps)), out;

	piece = machine_size(v, gpa, ps);
	if (va >> 61 == 7 && forbidden(v, va, piece, "translation"))
		return;
	out = machine_pte(pte, machine_address(v, gpa), piece);
	itir = (itir & ~0xfcul) | piece << 2;
	insert_tc(data, va, out, itir);
	if (piece == PAGE_SHIFT && out & PTE_P)
		vhpt_put(va, out, itir);
	else if (piece <= PAGE_SHIFT)
		vhpt_purge(v->mmu, va, piece); /* what was there is replaced, as in the TC */
}

enum vmmu_result vmmu_insert(struct vcpu *v, bool data, uint64_t va, uint64_t pte, uint64_t itir)
{
	bool swapped;

	if (pte_reserved(pte, itir))
		return VMMU_RESERVED;
	if (forbidden(v, va, ITIR_PS(itir), "insertion"))
		return VMMU_CRASHED;
	swapped = enter_region(v, va);
	insert_piece(v, data, va, pte, itir);
	leave_region(v, swapped);
	return VMMU_OK;
}

enum vmmu_result vmmu_insert_tr(struct vcpu *v, bool data, uint64_t slot, uint64_t va, uint64_t pte,
				uint64_t itir)
{
	struct vtr *tr = data ? v->mmu->dtr : v->mmu->itr;
	unsigned int ps = ITIR_PS(itir);

	if (slot >= VMMU_TRS || pte_reserved(pte, itir))
		return VMMU_RESERVED;
	if (forbidden(v, va, ps, "translation register"))
		return VMMU_CRASHED;
	if (tr[slot].valid && tr[slot].rid != RR_RID(v->mregs->rrs[tr[slot].va >> 61]))
		vmmu_flush(v);
	else if (tr[slot].valid)
		vmmu_purge(v, tr[slot].va, tr[slot].ps);
	vmmu_purge(v, va, ps);
	v->fast.tr_filter |= 1ul << (v->mregs->rrs[va >> 61] >> 8 & 63);
	tr[slot] = (struct vtr){
		.valid = true,
		.ps = ps,
		.rid = RR_RID(v->mregs->rrs[va >> 61]),
		.va = va & ~size_mask(ps),
		.pte = pte,
		.itir = itir,
	};
	return VMMU_OK;
}

/* ---- purging ---- */

enum vmmu_result vmmu_purge(struct vcpu *v, uint64_t va, unsigned int ps)
{
	bool swapped;

	if (ps < 12)
		ps = 12;
	if (ps > 60) { /* more than a region: of all of it */
		vmmu_flush(v);
		return VMMU_OK;
	}
	swapped = enter_region(v, va);
	purge_tc(va, ps);
	vhpt_purge(v->mmu, va, ps);
	leave_region(v, swapped);
	return VMMU_OK;
}

enum vmmu_result vmmu_purge_tr(struct vcpu *v, bool data, uint64_t va, unsigned int ps)
{
	struct vtr *tr = data ? v->mmu->dtr : v->mmu->itr;
	uint32_t rid = RR_RID(v->mregs->rrs[va >> 61]);

	if (ps < 12)
		ps = 12;
	if (ps > 60)
		ps = 60;
	for (unsigned int i = 0; i < VMMU_TRS; i++)
		if (tr[i].valid && tr[i].rid == rid &&
		    overlap(va & ~size_mask(ps), 1ul << ps, tr[i].va, 1ul << tr[i].ps)) {
			tr[i].valid = false;
			vmmu_purge(v, tr[i].va, tr[i].ps);
		}
	return vmmu_purge(v, va, ps);
}

static struct lock purges; /* one ptc.ga at a time in the machine (SDM vol 3) */

/* The tables first: what is walked or inserted from them afterwards is found by ptc.ga. */
static void purge_region_global(struct vcpu *v, uint64_t va, unsigned int ps)
{
	const struct domain *d = v->domain;
	bool swapped = enter_region(v, va);

	for (unsigned int i = 0; i < d->vcpus; i++)
		vhpt_purge(d->vcpu[i]->mmu, va, ps);
	lock_take(&purges);
	purge_tc_global(va, ps);
	lock_release(&purges);
	leave_region(v, swapped);
}

enum vmmu_result vmmu_purge_global(struct vcpu *v, uint64_t va, unsigned int ps)
{
	const unsigned int half = 60; /* of a region */

	if (v->fast.alone)
		return vmmu_purge(v, va, ps);
	if (ps <= half) {
		purge_region_global(v, va, ps < 12 ? 12 : ps);
		return VMMU_OK;
	}
	va &= 7ul << 61;
	purge_region_global(v, va, half);
	purge_region_global(v, va | 1ul << half, half);
	return VMMU_OK;
}

static void tc_flush(struct vcpu *v)
{
	asm volatile("ptc.e %0;; srlz.i;;" ::"r"(0ul) : "memory");
	memset(this_cpu->tc_owner, 0, sizeof(this_cpu->tc_owner));
	this_cpu->tc_owner[v->domain->rid_block] = v;
}

void vmmu_flush(struct vcpu *v)
{
	vhpt_clear(v->mmu);
	tc_flush(v);
}

/* ---- misses ---- */

static const struct vtr *find_tr(struct vcpu *v, const struct vtr *tr, uint64_t va)
{
	uint32_t rid = RR_RID(v->mregs->rrs[va >> 61]);

	for (unsigned int i = 0; i < VMMU_TRS; i++)
		if (tr[i].valid && tr[i].rid == rid && !((tr[i].va ^ va) & ~size_mask(tr[i].ps)))
			return &tr[i];
	return NULL;
}

/* Data references may use what is in an itr, as Xen has it. */
static const struct vtr *lookup_tr(struct vcpu *v, bool data, uint64_t va)
{
	const struct vtr *tr = data ? find_tr(v, v->mmu->dtr, va) : NULL;

	return tr ? tr : find_tr(v, v->mmu->itr, va);
}

uint64_t vmmu_thash(struct vcpu *v, uint64_t va)
{
	uint64_t pta = v->mregs->pta, region = va & 7ul << 61;
	uint64_t offset = (va & ~region) >> RR_PS(v->mregs->rrs[va >> 61]) << 3;
	unsigned int size = PTA_SIZE(pta);
	uint64_t mask = size_mask(size < 15 ? 15 : size > 61 ? 61 : size);

	return region | (pta & ~mask & ~(7ul << 61)) | (offset & mask);
}

static enum vmmu_miss identity(struct vcpu *v, bool data, uint64_t va)
{
	unsigned int ps = 24;

	insert_piece(v, data, va, (va & PTE_PPN) | PTE_RWX | PTE_P | PTE_A | PTE_D,
		     (uint64_t)ps << 2);
	count(v, HV_TLB_IDENTITY);
	return MISS_SERVED;
}

static bool read_pte(struct vcpu *v, uint64_t va, uint64_t *pte)
{
	return copy_from_guest(v, pte, va, sizeof(*pte));
}

/*
 * Another vcpu of the guest may have changed the entry, and purged, between the look at it and
 * the insertion; the processor's own walk could not come between the two.
 */
static void recheck(struct vcpu *v, uint64_t va, uint64_t pte)
{
	uint64_t again;

	if (v->fast.alone || (read_pte(v, vmmu_thash(v, va), &again) && again == pte))
		return;
	vmmu_purge(v, va, RR_PS(v->mregs->rrs[va >> 61]));
}

/* The walk that the processor would do in the guest's table (SDM vol 2 §4.1.5). */
static enum vmmu_miss walk(struct vcpu *v, bool data, uint64_t va)
{
	uint64_t rr = v->mregs->rrs[va >> 61], pta = v->mregs->pta, pte;

	if (!(rr & RR_VE) || !(pta & PTA_VE))
		return MISS_ALT;
	if (pta & PTA_VF)
		return MISS_TLB;
	if (!read_pte(v, vmmu_thash(v, va), &pte))
		return MISS_VHPT;
	if (!(pte & PTE_P))
		return MISS_NOT_PRESENT;
	if (vmmu_insert(v, data, va, pte, (RR_PS(rr) << 2) | RR_RID(rr) << 8) == VMMU_RESERVED)
		return MISS_TLB;
	recheck(v, va, pte);
	count(v, HV_TLB_WALK);
	return MISS_SERVED;
}

enum vmmu_miss vmmu_miss(struct vcpu *v, bool data, uint64_t va)
{
	const struct vtr *tr;

	if (v->mregs->metaphysical && !(va >> 61))
		return identity(v, data, va);
	tr = lookup_tr(v, data, va);
	if (tr) {
		insert_piece(v, data, va, tr->pte, tr->itir);
		count(v, HV_TLB_TR);
		return MISS_SERVED;
	}
	return walk(v, data, va);
}

/* ---- looking ---- */

/* The reverse of machine_address(). */
static uint64_t pseudo_physical(struct vcpu *v, uint64_t mpa)
{
	struct domain *d = v->domain;
	uint64_t shared = (uint64_t)d->shared - HV_OFFSET, mregs = (uint64_t)v->mregs - HV_OFFSET;

	if (mpa - d->base < d->pages << PAGE_SHIFT)
		return mpa - d->base;
	if (mpa - shared < PAGE_SIZE)
		return XEN_SHARED_INFO_PADDR + (mpa - shared);
	if (mpa - mregs < PAGE_SIZE)
		return XEN_MAPPED_REGS_PADDR + ((uint64_t)v->id << PAGE_SHIFT) + (mpa - mregs);
	return ~0ul;
}

uint64_t vmmu_translate(struct vcpu *v, uint64_t va)
{
	const struct vtr *tr;
	uint64_t mpa;

	if (v->mregs->metaphysical && !(va >> 61))
		return va;
	if (va >> 59 == XEN_HOLE_START >> 59 && va - v->fast.xsi_va >= 2 * PAGE_SIZE)
		return ~0ul;
	tr = lookup_tr(v, true, va);
	if (tr)
		return ((tr->pte & PTE_PPN) & ~size_mask(tr->ps)) | (va & size_mask(tr->ps));
	mpa = guest_tpa(va);
	return mpa == ~0ul ? mpa : pseudo_physical(v, mpa);
}

bool vmmu_may_write(struct vcpu *v, uint64_t va)
{
	const struct vtr *tr = lookup_tr(v, true, va);
	uint64_t ar;

	if (v->mregs->metaphysical && !(va >> 61))
		return true;
	if (!tr)
		return guest_probe_w(va) == 1;
	ar = (tr->pte & PTE_AR) >> PTE_AR_SHIFT;
	return tr->pte & PTE_P && (ar == 2 || ar == 3 || ar == 6);
}

uint64_t vmmu_key(struct vcpu *v, uint64_t va)
{
	const struct vtr *tr = lookup_tr(v, true, va);

	return tr ? tr->itir & 0xffffff00 : 1;
}

/* ---- region registers, and what is loaded for a vcpu ---- */

bool vmmu_rr_ok(uint64_t rr)
{
	return size_ok(RR_PS(rr)) && RR_RID(rr) < 1ul << RID_BITS && !(rr & (2 | ~0ul << 32));
}

/*
 * Region 7, where the hypervisor is pinned, has a region id that no guest can name: were it
 * one of the guest's, an insertion in another region could overlap a pinned translation. The
 * price is a flush when the guest changes it, which kernels do once.
 */
#define RID_REGION7 0x1000

static uint64_t rid_to_rr(uint64_t rid)
{
	return rid << 8 | PAGE_SHIFT << 2 | RR_VE;
}

static uint64_t machine_rr(struct vcpu *v, uint64_t region, uint64_t rr)
{
	if (region == 7)
		return rid_to_rr(RID_REGION7 | v->domain->rid_block);
	return rid_to_rr((uint64_t)v->domain->rid_block << RID_BITS | RR_RID(rr));
}

static void pin_now(struct vcpu *v)
{
	struct pin *pinned = this_cpu->self->pinned; /* repin() looks at it physically */

	repin(pinned, v->mmu->pins, v->mmu->rr[7]);
	memcpy(pinned, v->mmu->pins, sizeof(v->mmu->pins));
}

static uint64_t pin_pte(const void *p, uint64_t flags)
{
	return ((uint64_t)p - HV_OFFSET) | PTE_P | PTE_A | PTE_D | flags;
}

static void make_pins(struct vcpu *v)
{
	struct pin *pin = v->mmu->pins;
	uint64_t guest_rw = 1ul << PTE_PL_SHIFT | PTE_RW;

	pin[0] = (struct pin){ HV_BASE, HV_SHIFT << 2, pin_pte((void *)HV_BASE, PTE_RWX) };
	pin[1] = (struct pin){ PERCPU_BASE, PERCPU_SHIFT << 2, pin_pte(this_cpu->self, PTE_RWX) };
	pin[2] = (struct pin){ v->fast.xsi_va, PAGE_SHIFT << 2,
			       pin_pte(v->domain->shared, guest_rw) };
	pin[3] = (struct pin){ v->fast.xsi_va + XEN_MAPPED_REGS_OFS, PAGE_SHIFT << 2,
			       pin_pte(v->mregs, guest_rw) };
}

void vmmu_pin(struct vcpu *v)
{
	make_pins(v);
	vmmu_flush(v); /* nothing of the guest's may overlap */
	pin_now(v);
}

void vmmu_set_metaphysical(struct vcpu *v, bool on)
{
	v->mregs->metaphysical = on;
	if (v == current)
		IND_WRITE(rr, 0ul, on ? v->mmu->meta_rr : v->mmu->rr[0]);
}

enum vmmu_result vmmu_set_rr(struct vcpu *v, uint64_t va, uint64_t value)
{
	uint64_t region = va >> 61;

	if (!vmmu_rr_ok(value))
		return VMMU_RESERVED;
	if (region == 7 && RR_RID(value) != RR_RID(v->mregs->rrs[7]))
		vmmu_flush(v);
	v->mregs->rrs[region] = value;
	v->mmu->rr[region] = machine_rr(v, region, value);
	if (region == 7)
		return VMMU_OK;
	if (region || !v->mregs->metaphysical)
		IND_WRITE(rr, region << 61, v->mmu->rr[region]);
	return VMMU_OK;
}

/*
 * The vcpus of a guest share its region ids, but neither translation registers nor local
 * purges: this processor's caches are @v's if it was the last of its guest to run here, and
 * has not been elsewhere since.
 */
static bool tc_is_ours(struct vcpu *v)
{
	struct vcpu **owner = &this_cpu->tc_owner[v->domain->rid_block];
	bool ours = !*owner || (*owner == v && v->tc_cpu == this_cpu->self);

	*owner = v;
	v->tc_cpu = this_cpu->self;
	return ours;
}

void vmmu_load(struct vcpu *v)
{
	struct vmmu *mmu = v->mmu;
	bool ours = tc_is_ours(v);

	make_pins(v);
	pin_now(v);
	v->fast.alone = v->domain->vcpus == 1;
	for (uint64_t i = 1; i < 7; i++)
		IND_WRITE(rr, i << 61, mmu->rr[i]);
	IND_WRITE(rr, 0ul, v->mregs->metaphysical ? mmu->meta_rr : mmu->rr[0]);
	CR_WRITE(pta, mmu->pta);
	if (mmu->flush) {
		mmu->flush = false;
		vmmu_flush(v);
	} else if (!ours) {
		tc_flush(v);
	}
}

void vmmu_reset(struct vcpu *v)
{
	struct vmmu *mmu = v->mmu;

	for (unsigned int i = 0; i < VMMU_TRS; i++)
		mmu->itr[i].valid = mmu->dtr[i].valid = false;
	for (unsigned int i = 0; i < 8; i++) {
		v->mregs->rrs[i] = PAGE_SHIFT << 2 | (i < 6 ? RR_VE : 0);
		mmu->rr[i] = machine_rr(v, i, v->mregs->rrs[i]);
	}
	v->fast.base = v->domain->base;
	v->fast.bytes = v->domain->pages << PAGE_SHIFT | (several && v->domain->vcpus > 1);
	v->fast.rid_base = machine_rr(v, 0, 0);
	v->fast.tr_filter = 0;
	mmu->meta_rr = rid_to_rr(v->domain->rid_block);
	mmu->flush = true;
}

bool vmmu_alloc(struct vcpu *v)
{
	struct vmmu *mmu = heap_alloc(sizeof(*mmu), 8);

	v->mmu = mmu;
	if (!mmu)
		return false;
	mmu->vhpt = heap_alloc(1ul << VHPT_SHIFT, 1ul << VHPT_SHIFT);
	mmu->dummy = heap_alloc(PAGE_SIZE, PAGE_SIZE);
	if (!mmu->vhpt || !mmu->dummy) {
		vmmu_free(v);
		return false;
	}
	mmu->pta = (uint64_t)mmu->vhpt | PTA_VF | VHPT_SHIFT << 2 | PTA_VE;
	return true;
}

void vmmu_free(struct vcpu *v)
{
	if (!v->mmu)
		return;
	if (v->mmu->vhpt)
		heap_free(v->mmu->vhpt);
	if (v->mmu->dummy)
		heap_free(v->mmu->dummy);
	heap_free(v->mmu);
	v->mmu = NULL;
}
