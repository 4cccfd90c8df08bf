// SPDX-License-Identifier: MIT
/*
 * A guest's PAL procedures (SDM vol 2 §11.10): index in r28; static ones have arguments in r29
 * to r31, stacked ones (256 to 511) in r33 to r35.
 *
 * What describes the virtual processor is answered here, what describes the machine's
 * processor by the machine.
 */
#include "boot.h"
#include "evtchn.h"
#include "fw.h"
#include "lib.h"
#include "sched.h"
#include "vmmu.h"
#include "xen.h"

enum {
	PAL_OK = 0,
	PAL_UNIMPLEMENTED = -1,
	PAL_INVALID = -2,
};

#define PAL_CACHE_FLUSH		1
#define PAL_CACHE_INFO		2
#define PAL_CACHE_INIT		3
#define PAL_CACHE_SUMMARY	4
#define PAL_MEM_ATTRIB		5
#define PAL_PTCE_INFO		6
#define PAL_VM_INFO		7
#define PAL_VM_SUMMARY		8
#define PAL_BUS_GET_FEATURES	9
#define PAL_DEBUG_INFO		11
#define PAL_FIXED_ADDR		12
#define PAL_FREQ_BASE		13
#define PAL_FREQ_RATIOS		14
#define PAL_PERF_MON_INFO	15
#define PAL_PROC_GET_FEATURES	17
#define PAL_RSE_INFO		19
#define PAL_VERSION		20
#define PAL_MC_CLEAR_LOG	21
#define PAL_MC_DRAIN		22
#define PAL_HALT		28
#define PAL_HALT_LIGHT		29
#define PAL_VM_PAGE_SIZE	34
#define PAL_CACHE_PROT_INFO	38
#define PAL_REGISTER_INFO	39
#define PAL_PREFETCH_VISIBILITY 41
#define PAL_HALT_INFO		257
#define PAL_VM_TR_READ		261
#define PAL_BRAND_INFO		274

#define PERF_MASKS  128 /* bytes that PAL_PERF_MON_INFO writes */
#define BRAND_SIZE  128
#define TR_LAST	    (VMMU_TRS - 1)
#define VA_MSB	    50
#define PA_BITS	    44
#define KEY_BITS    16
#define PKR_LAST    15
#define HASH_TAG_ID 0x30
#define TC_ENTRIES  128
#define PAGE_SIZES  0x4000

struct pal_result {
	int64_t status;
	uint64_t v[3];
};

/*
 * One ptc.e for all. Linux 6.1 stores the answer in its per-CPU area just after it has moved
 * ar.k3 there, through a translation that it made of the area before and does not purge: on
 * bare metal what firmware does evicts it. As machine/fw/pal.c does, drop all.
 */
static void ptce_info(struct vcpu *v, struct pal_result *r)
{
	r->v[1] = 1ul << 32 | 1;
	vmmu_flush(v);
}

static void vm_summary(struct pal_result *r)
{
	r->v[0] = 1 | PA_BITS << 1 | KEY_BITS << 8 | PKR_LAST << 16 | (uint64_t)HASH_TAG_ID << 24 |
		  (uint64_t)TR_LAST << 32 | (uint64_t)TR_LAST << 40 | 3ul << 48 | 2ul << 56;
	r->v[1] = VA_MSB | RID_BITS << 8;
}

/* level, type 1: instructions, 2: data or both */
static void vm_info(const uint64_t *a, struct pal_result *r)
{
	if (a[0] == 0 && a[1] == 2)
		r->v[0] = TC_ENTRIES | 1 << 8 | TC_ENTRIES << 16 | 1ul << 33; /* unified */
	else if (a[0] == 1 && (a[1] == 1 || a[1] == 2))
		r->v[0] = 1 | 1 << 8 | 1 << 16;
	else
		r->status = PAL_INVALID;
	r->v[1] = PAGE_SIZES;
}

/* One state is there: light halt. */
static void halt_info(struct vcpu *v, const uint64_t *a, struct pal_result *r)
{
	static const uint64_t state[8] = { 1000 | 1000 << 16 | 10ul << 32 | 1ul << 60 | 1ul << 61 };

	if (!copy_to_guest(v, a[0], state, sizeof(state)))
		r->status = PAL_INVALID;
}

static void perf_mon_info(struct vcpu *v, const uint64_t *a, struct pal_result *r)
{
	uint64_t masks[PERF_MASKS / 8], ret[4];

	pal_call(PAL_PERF_MON_INFO, (uintptr_t)masks, 0, 0, ret);
	r->status = ret[0];
	r->v[0] = ret[1];
	if (!r->status && !copy_to_guest(v, a[0], masks, sizeof(masks)))
		r->status = PAL_INVALID;
}

/* a: number, 0: instructions or 1: data, buffer for pte, itir, ifa and rr; all fields are valid */
static void vm_tr_read(struct vcpu *v, const uint64_t *a, struct pal_result *r)
{
	uint64_t tr[4] = { 0 };
	const struct vtr *t;

	if (a[0] > TR_LAST || a[1] > 1) {
		r->status = PAL_INVALID;
		return;
	}
	t = a[1] ? &v->mmu->dtr[a[0]] : &v->mmu->itr[a[0]];
	if (t->valid) {
		tr[0] = t->pte;
		tr[1] = t->itir;
		tr[2] = (t->va & ~0xffful) | 1;
		tr[3] = (uint64_t)t->rid << 8;
		r->v[0] = 0xf;
	}
	if (!copy_to_guest(v, a[2], tr, sizeof(tr)))
		r->status = PAL_INVALID;
}

static void brand_info(struct vcpu *v, const uint64_t *a, struct pal_result *r)
{
	static const char name[BRAND_SIZE] = "Xen/ia64 virtual processor";

	if (a[0] || !copy_to_guest(v, a[1], name, sizeof(name)))
		r->status = PAL_INVALID;
	r->v[0] = strlen(name);
}

/*
 * Until an event comes, masked or not; then it is masked (Xen/ia64's ABI). The guest's own
 * timer is an event.
 */
static void halt_light(struct vcpu *v)
{
	struct xen_vcpu_info *info = &v->domain->shared->vcpu[v->id];

	if (!info->upcall_pending && !guest_vector_pending(v))
		sched_block(0);
	info->upcall_mask = 1;
}

static void from_machine(uint64_t index, const uint64_t *a, struct pal_result *r)
{
	uint64_t ret[4];

	pal_call(index, a[0], a[1], a[2], ret);
	r->status = ret[0];
	memcpy(r->v, ret + 1, sizeof(r->v));
}

static void call(struct vcpu *v, uint64_t index, const uint64_t *a, struct pal_result *r)
{
	switch (index) {
	case PAL_PTCE_INFO: ptce_info(v, r); break;
	case PAL_VM_SUMMARY: vm_summary(r); break;
	case PAL_VM_INFO: vm_info(a, r); break;
	case PAL_FIXED_ADDR: r->v[0] = v->id; break;
	case PAL_HALT_INFO: halt_info(v, a, r); break;
	case PAL_PERF_MON_INFO: perf_mon_info(v, a, r); break;
	case PAL_VM_TR_READ: vm_tr_read(v, a, r); break;
	case PAL_BRAND_INFO: brand_info(v, a, r); break;
	case PAL_HALT_LIGHT: halt_light(v); break;
	case PAL_HALT: fw_sal_return(v); break;
	case PAL_CACHE_FLUSH: /* caches are coherent; what is left to do is nothing */
	case PAL_CACHE_INIT:
	case PAL_MC_CLEAR_LOG:
	case PAL_MC_DRAIN:
	case PAL_PREFETCH_VISIBILITY: break;
	case PAL_CACHE_INFO:
	case PAL_CACHE_SUMMARY:
	case PAL_CACHE_PROT_INFO:
	case PAL_MEM_ATTRIB:
	case PAL_BUS_GET_FEATURES:
	case PAL_DEBUG_INFO:
	case PAL_FREQ_BASE:
	case PAL_FREQ_RATIOS:
	case PAL_PROC_GET_FEATURES:
	case PAL_RSE_INFO:
	case PAL_VERSION:
	case PAL_VM_PAGE_SIZE:
	case PAL_REGISTER_INFO: from_machine(index, a, r); break;
	default: r->status = PAL_UNIMPLEMENTED; break;
	}
}

void fw_pal(struct vcpu *v)
{
	uint64_t index = guest_gr(v, 28), a[3];
	struct pal_result r = { PAL_OK, { 0 } };

	for (unsigned int i = 0; i < 3; i++)
		a[i] = guest_gr(v, index & 0x100 ? 33 + i : 29 + i);
	call(v, index, a, &r);
	fw_result(v, r.status, r.v[0], r.v[1], r.v[2]);
}
