/* SPDX-License-Identifier: MIT */
/*
 * vmmu.h - a virtual processor's address translation.
 *
 * A guest has region registers, translation registers and pages in a short-format VHPT. What
 * it inserts is translated from pseudo-physical to machine addresses, deprived of privilege
 * level 0, and put in the processor's translation cache and in a long-format VHPT that each
 * vcpu has of its own, which the processor walks. All three are caches: the guest's
 * translation registers, its own VHPT and its miss handlers can always fill them again.
 * Functions work on the current vcpu, whose region registers are loaded, unless said otherwise.
 */
#ifndef HV_VMMU_H
#define HV_VMMU_H

#include "entry.h"

#define VMMU_TRS    12 /* of each kind; PAL_VM_SUMMARY tells the guest */
#define VMMU_PKRS   15
#define RID_BITS    18 /* of a guest */
#define VHPT_SHIFT  20
#define VHPT_SLOTS  (1ul << (VHPT_SHIFT - 5))
#define TAG_INVALID (1ul << 63)

/** struct vtr - a guest's translation register, as the guest wrote it */
struct vtr {
	bool valid;
	uint8_t ps;
	uint32_t rid;
	uint64_t va, pte, itir;
};

/** struct vhpt_slot - long format, SDM vol 2 §4.1.5.3 */
struct vhpt_slot {
	uint64_t pte, itir, tag, pad;
};

/**
 * struct vmmu - see above
 * @rr: what the processor's region registers hold while it runs; rr[0] of virtual mode
 * @meta_rr: rr0 while the guest is in physical mode
 * @pins: what is pinned while it runs
 * @dummy: a page for references to memory that the guest does not have
 * @flush: empty the VHPT and the caches before it runs again
 */
struct vmmu {
	struct vtr itr[VMMU_TRS], dtr[VMMU_TRS];
	struct vhpt_slot *vhpt;
	uint64_t rr[8], meta_rr;
	uint64_t pta;
	struct pin pins[PINS];
	void *dummy;
	uint64_t pkr[VMMU_PKRS], dbr[8], ibr[8], pmc[32], pmd[32];
	bool debug_used;
	bool flush;
};

/** enum vmmu_result - of an insertion or a change of registers on the guest's behalf */
enum vmmu_result {
	VMMU_OK,
	VMMU_RESERVED, /* a field has a reserved value: Reserved Register/Field fault */
	VMMU_CRASHED,  /* the guest has been ended */
};

bool vmmu_alloc(struct vcpu *v);
void vmmu_free(struct vcpu *v);
/** vmmu_reset - no translations, region registers as at the start of a PV guest; any vcpu */
void vmmu_reset(struct vcpu *v);
/** vmmu_load - make @v's translations the processor's */
void vmmu_load(struct vcpu *v);
/** vmmu_pin - the shared pages have moved */
void vmmu_pin(struct vcpu *v);

/** vmmu_set_metaphysical - the guest's data (and instruction) references are physical */
void vmmu_set_metaphysical(struct vcpu *v, bool on);
enum vmmu_result vmmu_set_rr(struct vcpu *v, uint64_t va, uint64_t value);
/** vmmu_rr_ok - a value that the guest may have in a region register */
bool vmmu_rr_ok(uint64_t value);

/** vmmu_insert - itc of the guest; @pte and @itir as the guest gave them */
enum vmmu_result vmmu_insert(struct vcpu *v, bool data, uint64_t va, uint64_t pte, uint64_t itir);
enum vmmu_result vmmu_insert_tr(struct vcpu *v, bool data, uint64_t slot, uint64_t va, uint64_t pte,
				uint64_t itir);
/** vmmu_purge - ptc.l, ptc.ga: from the caches; vmmu_purge_tr - ptr: registers, too */
enum vmmu_result vmmu_purge(struct vcpu *v, uint64_t va, unsigned int ps);
enum vmmu_result vmmu_purge_tr(struct vcpu *v, bool data, uint64_t va, unsigned int ps);
/** vmmu_purge_global - ptc.ga: from the caches of all vcpus of the guest */
enum vmmu_result vmmu_purge_global(struct vcpu *v, uint64_t va, unsigned int ps);
void vmmu_flush(struct vcpu *v);

/** enum vmmu_miss - how a TLB miss ends */
enum vmmu_miss {
	MISS_SERVED,	 /* inserted: run on */
	MISS_ALT,	 /* the guest's alternate TLB miss vector */
	MISS_TLB,	 /* its TLB miss vector */
	MISS_VHPT,	 /* its VHPT translation vector: the table has no translation */
	MISS_NOT_PRESENT /* the table says so */
};

/** vmmu_miss - a translation is missing for the guest's reference to @va */
enum vmmu_miss vmmu_miss(struct vcpu *v, bool data, uint64_t va);

/** vmmu_thash - the guest's thash instruction: short format, by its own cr.pta and rr */
uint64_t vmmu_thash(struct vcpu *v, uint64_t va);

/** vmmu_translate - the guest's tpa instruction, with its registers and tables; ~0: none */
uint64_t vmmu_translate(struct vcpu *v, uint64_t va);

/** vmmu_may_write - the guest's kernel may store to @va, which vmmu_translate() knows */
bool vmmu_may_write(struct vcpu *v, uint64_t va);

/** vmmu_key - the protection key of a translation, as tak */
uint64_t vmmu_key(struct vcpu *v, uint64_t va);

#endif
