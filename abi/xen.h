/* SPDX-License-Identifier: MIT */
/*
 * xen.h - the Xen/ia64 guest ABI of Xen 3.2 to 4.1, for the hypervisor and its guests.
 *
 * A paravirtual guest runs at privilege level 1. It shares two pages with the hypervisor,
 * side by side at an address of its choice: the shared info page (events, time; one for
 * all virtual processors) and, XEN_MAPPED_REGS_OFS behind it, the mapped registers of the
 * virtual processor that runs. Much of what is privileged is a load or a store there; the
 * rest is a hyperprivop or a hypercall (xen.def). All frame numbers are pseudo-physical,
 * of 16 KiB. The page layouts are asserted below. The numeric part is for .S files, too.
 */
#ifndef ABI_XEN_H
#define ABI_XEN_H

#define XEN_PAGE_SHIFT 14

#define XEN_HYPERCALL_BREAK 0x1000 /* the immediate; hyperprivops are 1 to XEN_HYPERPRIVOP_MAX */
#define XEN_HYPERPRIVOP_MAX 0x1a
#define XEN_IVR_NONE	    0xf	 /* GET_IVR: nothing to take */
#define XEN_AP_WAKEUP	    0xf3 /* vector that starts a processor, send_ipi */

/* What no guest may touch: bits 63:59 of the address are 0x1e. */
#define XEN_HOLE_START 0xf000000000000000
#define XEN_HOLE_END   0xf800000000000000

/* Where the two shared pages are before set_shared_info_va, and where Linux wants them. */
#define XEN_XSI_DEFAULT	    0xf500000000000000
#define XEN_XSI_LINUX	    0xfffffffffff00000
#define XEN_MAPPED_REGS_OFS 0x4000

/* Pseudo-physical addresses of the same pages (vcpu v: + v pages), and of grant frames. */
#define XEN_SHARED_INFO_PADDR 0x10000000000
#define XEN_MAPPED_REGS_PADDR 0x10000004000
#define XEN_GRANT_PADDR	      0x10000104000

#define XEN_MAX_VCPUS 64 /* of the shared page */
#define XEN_EVTCHNS   4096

/* ---- the shared info page ---- */

#define XSI_VCPU(v)	      (0x30 * (v))
#define XSI_UPCALL_PENDING    0x0000 /* in a vcpu's entry, u8 */
#define XSI_UPCALL_MASK	      0x0001 /* u8: !psr.i */
#define XSI_PENDING_SEL	      0x0008
#define XSI_EVTCHN_PENDING    0x0c00
#define XSI_EVTCHN_MASK	      0x0e00
#define XSI_WC_VERSION	      0x1000
#define XSI_WC_SEC	      0x1004
#define XSI_WC_NSEC	      0x1008
#define XSI_START_INFO_PFN    0x1010
#define XSI_EVTCHN_VECTOR     0x1018
#define XSI_MEMMAP_INFO_PAGES 0x101c
#define XSI_MEMMAP_INFO_PFN   0x1020
#define XSI_SIZE	      0x1120

/* ---- the mapped registers: offsets in their page ---- */

#define XMR_BANK1	 0x400 /* r16 to r31 of bank 1 while the virtual bank is 0 */
#define XMR_BANK0	 0x480
#define XMR_VNAT	 0x500 /* their NaT bits, as ar.unat after st8.spill */
#define XMR_VBNAT	 0x508
#define XMR_DCR		 0x800
#define XMR_ITM		 0x808
#define XMR_IVA		 0x810
#define XMR_PTA		 0x840
#define XMR_IPSR	 0x880
#define XMR_ISR		 0x888
#define XMR_IIP		 0x898
#define XMR_IFA		 0x8a0
#define XMR_ITIR	 0x8a8
#define XMR_IIPA	 0x8b0
#define XMR_IFS		 0x8b8
#define XMR_IIM		 0x8c0
#define XMR_IHA		 0x8c8
#define XMR_LID		 0xa00
#define XMR_IVR		 0xa08
#define XMR_TPR		 0xa10
#define XMR_EOI		 0xa18
#define XMR_IRR		 0xa20
#define XMR_ITV		 0xa40
#define XMR_PMV		 0xa48
#define XMR_CMCV	 0xa50
#define XMR_LRR0	 0xa80
#define XMR_LRR1	 0xa88
#define XMR_PRECOVER_IFS 0xc00 /* the interrupted frame, as the hypervisor covered it */
#define XMR_UNAT	 0xc08
#define XMR_IC		 0xc10 /* u32: virtual psr.ic */
#define XMR_MASK_ADDR	 0xc18 /* address of the vcpu's XSI_UPCALL_MASK; pending: - 1 */
#define XMR_PENDING_INTR 0xc20 /* u32 */
#define XMR_VPSR_PP	 0xc24 /* u8 */
#define XMR_VPSR_DFH	 0xc25 /* u8 */
#define XMR_HPSR_DFH	 0xc26 /* u8: the hypervisor's lazy f32 to f127 */
#define XMR_HPSR_MFH	 0xc27 /* u8 */
#define XMR_METAPHYSICAL 0xc48 /* u32: !(psr.dt & psr.rt & psr.it) */
#define XMR_BANKNUM	 0xc4c /* u32 */
#define XMR_RRS		 0xc50
#define XMR_KRS		 0xc90
#define XMR_TMP		 0xcd0
#define XMR_ITC_OFFSET	 0xd50 /* the guest's ITC is ar.itc + this */
#define XMR_ITC_LAST	 0xd58
#define XMR_SIZE	 0x1000

/* ---- start_info, and the boot parameters behind it (r28 at entry) ---- */

#define XEN_START_INFO_SIZE 0x490
#define XEN_BOOT_PARAM_OFS  XEN_START_INFO_SIZE
#define XEN_START_MAGIC	    "xen-3.0-ia64"
#define XEN_SIF_PRIVILEGED  1
#define XEN_SIF_INITDOMAIN  2

/* ELF notes of a guest's kernel, owner "Xen". */
#define XEN_NOTE_ENTRY	       1 /* u64: pseudo-physical address of the first instruction */
#define XEN_NOTE_XEN_VERSION   5
#define XEN_NOTE_GUEST_OS      6
#define XEN_NOTE_GUEST_VERSION 7

#ifdef __ASSEMBLER__

/* XEN_PRIVOP_<name>, XEN_CALL_<name>, XEN_CLASS_<name>: as absolute symbols. */
#define XEN_HYPERPRIVOP(name, number, doc) .set XEN_PRIVOP_##name, number;
#define XEN_HYPERCALL(name, number, doc)   .set XEN_CALL_##name, number;
#define XEN_CLASS(name, number, doc)	   .set XEN_CLASS_##name, number;
#include "xen.def"

#else

#include <stddef.h>
#include <stdint.h>

/** enum xen_number - numbers of hyperprivops, table calls and classes, from xen.def */
enum xen_number {
#define XEN_HYPERPRIVOP(name, number, doc) XEN_PRIVOP_##name = (number),
#define XEN_HYPERCALL(name, number, doc)   XEN_CALL_##name = (number),
#define XEN_CLASS(name, number, doc)	   XEN_CLASS_##name = (number),
#include "xen.def"
};

/** struct xen_vcpu_info - a virtual processor's part of the shared page */
struct xen_vcpu_info {
	uint8_t upcall_pending;
	uint8_t upcall_mask;
	uint8_t pad[6];
	uint64_t pending_sel;
	uint64_t time[4]; /* not used on ia64 */
};

/** struct xen_shared_info - the page that all virtual processors of a guest share */
struct xen_shared_info {
	struct xen_vcpu_info vcpu[XEN_MAX_VCPUS];
	uint64_t evtchn_pending[64];
	uint64_t evtchn_mask[64];
	uint32_t wc_version, wc_sec, wc_nsec, pad_100c;
	uint64_t start_info_pfn;
	int32_t evtchn_vector;
	uint32_t memmap_info_pages;
	uint64_t memmap_info_pfn;
	uint64_t pad_1028[31];
};

/**
 * struct xen_mapped_regs - a virtual processor's registers in memory
 *
 * The guest writes it at any time: the hypervisor believes nothing of it.
 */
struct xen_mapped_regs {
	uint64_t pad_000[128];
	uint64_t bank1[16], bank0[16];
	uint64_t vnat, vbnat;
	uint64_t pad_510[94];
	uint64_t dcr, itm, iva;
	uint64_t pad_818[5];
	uint64_t pta;
	uint64_t pad_848[7];
	uint64_t ipsr, isr, pad_890, iip, ifa, itir, iipa, ifs, iim, iha;
	uint64_t pad_8d0[38];
	uint64_t lid, ivr, tpr, eoi, irr[4], itv, pmv, cmcv;
	uint64_t pad_a58[5];
	uint64_t lrr0, lrr1;
	uint64_t pad_a90[46];
	uint64_t precover_ifs, unat;
	uint32_t ic, pad_c14; /* virtual psr.ic */
	uint64_t mask_addr;
	uint32_t pending_intr;
	uint8_t vpsr_pp, vpsr_dfh, hpsr_dfh, hpsr_mfh;
	uint64_t pad_c28[4];
	uint32_t metaphysical, banknum;
	uint64_t rrs[8], krs[8], tmp[16];
	uint64_t itc_offset, itc_last;
	uint64_t pad_d60[84];
};

/** struct xen_start_info - what a guest is told at its start */
struct xen_start_info {
	char magic[32];
	uint64_t nr_pages;
	uint64_t shared_info;
	uint32_t flags, pad_34;
	uint64_t store_pfn;
	uint32_t store_evtchn, pad_44;
	uint64_t console_pfn;
	uint32_t console_evtchn, pad_54;
	uint64_t pt_base, nr_pt_frames, mfn_list;
	uint64_t mod_start, mod_len;
	char cmd_line[1024];
	uint64_t first_p2m_pfn, nr_p2m_frames;
};

/** struct xen_boot_param - the loader's parameters, as every IA-64 kernel gets them */
struct xen_boot_param {
	uint64_t command_line;
	uint64_t efi_systab;
	uint64_t efi_memmap, efi_memmap_size, efi_memdesc_size;
	uint32_t efi_memdesc_version;
	uint16_t num_cols, num_rows, orig_x, orig_y, pad_34[2];
	uint64_t fpswa;
	uint64_t initrd_start, initrd_size;
	uint64_t domain_start, domain_size;
};

/** struct xen_console_ring - the console page; indices run freely, the size masks them */
struct xen_console_ring {
	char in[1024];
	char out[2048];
	uint32_t in_cons, in_prod;
	uint32_t out_cons, out_prod;
};

/** struct xen_store_ring - the store page */
struct xen_store_ring {
	char req[1024], rsp[1024];
	uint32_t req_cons, req_prod;
	uint32_t rsp_cons, rsp_prod;
};

/** struct xen_store_msg - head of a message on the store ring; @len bytes follow */
struct xen_store_msg {
	uint32_t type, req_id, tx_id, len;
};

enum xen_store_type {
	XEN_STORE_DEBUG,
	XEN_STORE_DIRECTORY,
	XEN_STORE_READ,
	XEN_STORE_GET_PERMS,
	XEN_STORE_WATCH,
	XEN_STORE_UNWATCH,
	XEN_STORE_TRANSACTION_START,
	XEN_STORE_TRANSACTION_END,
	XEN_STORE_INTRODUCE,
	XEN_STORE_RELEASE,
	XEN_STORE_GET_DOMAIN_PATH,
	XEN_STORE_WRITE,
	XEN_STORE_MKDIR,
	XEN_STORE_RM,
	XEN_STORE_SET_PERMS,
	XEN_STORE_WATCH_EVENT,
	XEN_STORE_ERROR,
};

/* ---- pointer arguments ---- */

/*
 * A handle is 0, or XENCOMM_INLINE | pseudo-physical address of a contiguous buffer, or
 * the address of a descriptor that names each page of the buffer.
 */
#define XENCOMM_INLINE	0x8000000000000000ul
#define XENCOMM_MAGIC	0x58434f4d
#define XENCOMM_INVALID (~0ul)

/** struct xencomm_desc - a scattered buffer; @address: one for each page, the first with its offset */
struct xencomm_desc {
	uint32_t magic, nr_addrs;
	uint64_t address[];
};

/* ---- arguments of the table calls ---- */

#define XEN_EPERM  1
#define XEN_ENOENT 2
#define XEN_ESRCH  3
#define XEN_EIO	   5
#define XEN_E2BIG  7
#define XEN_ENOMEM 12
#define XEN_EFAULT 14
#define XEN_EBUSY  16
#define XEN_EEXIST 17
#define XEN_ENODEV 19
#define XEN_EINVAL 22
#define XEN_ENOSPC 28
#define XEN_ENOSYS 38

enum xen_version_cmd {
	XENVER_version,
	XENVER_extraversion,
	XENVER_compile_info,
	XENVER_capabilities,
	XENVER_changeset,
	XENVER_platform_parameters,
	XENVER_get_features,
	XENVER_pagesize,
	XENVER_guest_handle,
};

#define XENFEAT_writable_page_tables	0
#define XENFEAT_auto_translated_physmap 2

/** struct xen_feature_info - @submap: 32 features from 32 * @submap_idx */
struct xen_feature_info {
	uint32_t submap_idx, submap;
};

enum xen_console_io_cmd { XEN_CONSOLE_WRITE, XEN_CONSOLE_READ };

enum xen_sched_cmd { SCHEDOP_yield, SCHEDOP_block, SCHEDOP_shutdown, SCHEDOP_poll };

enum xen_shutdown_reason {
	XEN_SHUTDOWN_poweroff,
	XEN_SHUTDOWN_reboot,
	XEN_SHUTDOWN_suspend,
	XEN_SHUTDOWN_crash,
};

struct xen_sched_shutdown {
	uint32_t reason;
};

/** struct xen_sched_poll - wait until one of @ports (handle of u32s) is pending, or @timeout ns */
struct xen_sched_poll {
	uint64_t ports;
	uint32_t nr_ports, pad;
	uint64_t timeout;
};

enum xen_callback_cmd { CALLBACKOP_register, CALLBACKOP_unregister };

#define XEN_CALLBACKTYPE_event 0

/** struct xen_callback_register - @ip: where the calling vcpu's events are delivered */
struct xen_callback_register {
	uint16_t type, flags;
	uint32_t pad;
	uint64_t ip;
};

enum xen_vcpu_cmd {
	VCPUOP_initialise,
	VCPUOP_up,
	VCPUOP_down,
	VCPUOP_is_up,
	VCPUOP_get_runstate_info,
	VCPUOP_register_runstate_memory_area,
};

enum xen_runstate {
	XEN_RUNSTATE_running,
	XEN_RUNSTATE_runnable,
	XEN_RUNSTATE_blocked,
	XEN_RUNSTATE_offline,
	XEN_RUNSTATES,
};

/** struct xen_runstate_info - nanoseconds by state; the current state began at @entry_time */
struct xen_runstate_info {
	int32_t state;
	uint32_t pad;
	uint64_t entry_time;
	uint64_t time[XEN_RUNSTATES];
};

/** struct xen_register_runstate - @area: handle of a struct xen_runstate_info */
struct xen_register_runstate {
	uint64_t area;
};

enum xen_evtchn_cmd {
	EVTCHNOP_bind_interdomain,
	EVTCHNOP_bind_virq,
	EVTCHNOP_bind_pirq,
	EVTCHNOP_close,
	EVTCHNOP_send,
	EVTCHNOP_status,
	EVTCHNOP_alloc_unbound,
	EVTCHNOP_bind_ipi,
	EVTCHNOP_bind_vcpu,
	EVTCHNOP_unmask,
	EVTCHNOP_reset,
};

enum xen_evtchn_state {
	EVTCHNSTAT_closed,
	EVTCHNSTAT_unbound,
	EVTCHNSTAT_interdomain,
	EVTCHNSTAT_pirq,
	EVTCHNSTAT_virq,
	EVTCHNSTAT_ipi,
};

#define XEN_VIRQ_TIMER	 0
#define XEN_VIRQ_DEBUG	 1
#define XEN_VIRQ_CONSOLE 2
#define XEN_VIRQ_ITC	 16 /* per vcpu: cr.itm was reached */
#define XEN_VIRQ_MCA_CMC 17
#define XEN_VIRQ_MCA_CPE 18
#define XEN_VIRQS	 24

#define XEN_DOMID_SELF 0x7ff0

struct xen_evtchn_bind_virq {
	uint32_t virq, vcpu, port;
};

struct xen_evtchn_bind_ipi {
	uint32_t vcpu, port;
};

/** struct xen_evtchn_port - argument of close, send and unmask */
struct xen_evtchn_port {
	uint32_t port;
};

struct xen_evtchn_bind_vcpu {
	uint32_t port, vcpu;
};

struct xen_evtchn_status {
	uint16_t dom, pad;
	uint32_t port;
	uint32_t status, vcpu;
	union {
		uint16_t unbound_dom;
		struct {
			uint16_t dom, pad;
			uint32_t port;
		} interdomain;
		uint32_t pirq, virq;
	};
};

struct xen_evtchn_alloc_unbound {
	uint16_t dom, remote_dom;
	uint32_t port;
};

struct xen_evtchn_bind_interdomain {
	uint16_t remote_dom, pad;
	uint32_t remote_port, local_port;
};

enum xen_grant_cmd { GNTTABOP_setup_table = 2, GNTTABOP_query_size = 6 };

struct xen_grant_setup_table {
	uint16_t dom, pad;
	uint32_t nr_frames;
	int16_t status, pad2[3];
	uint64_t frame_list; /* handle of u64 frame numbers */
};

struct xen_grant_query_size {
	uint16_t dom, pad;
	uint32_t nr_frames, max_nr_frames;
	int16_t status, pad2;
};

#define XEN_OPTF_IDENT_MAP_REG7 1

/** struct xen_opt_feature - @cmd REG7: the hypervisor maps region 7 by itself, with @pgprot */
struct xen_opt_feature {
	uint64_t cmd;
	uint8_t on, pad[7];
	uint64_t pgprot, key;
};

/* ---- the layouts ---- */

#define XEN_AT(type, member, at)                                                                   \
	_Static_assert(offsetof(struct type, member) == (at), #type ": " #member)

XEN_AT(xen_vcpu_info, upcall_pending, XSI_UPCALL_PENDING);
XEN_AT(xen_vcpu_info, upcall_mask, XSI_UPCALL_MASK);
XEN_AT(xen_vcpu_info, pending_sel, XSI_PENDING_SEL);
XEN_AT(xen_shared_info, vcpu[1], XSI_VCPU(1));
XEN_AT(xen_shared_info, evtchn_pending, XSI_EVTCHN_PENDING);
XEN_AT(xen_shared_info, evtchn_mask, XSI_EVTCHN_MASK);
XEN_AT(xen_shared_info, wc_version, XSI_WC_VERSION);
XEN_AT(xen_shared_info, wc_sec, XSI_WC_SEC);
XEN_AT(xen_shared_info, wc_nsec, XSI_WC_NSEC);
XEN_AT(xen_shared_info, start_info_pfn, XSI_START_INFO_PFN);
XEN_AT(xen_shared_info, evtchn_vector, XSI_EVTCHN_VECTOR);
XEN_AT(xen_shared_info, memmap_info_pages, XSI_MEMMAP_INFO_PAGES);
XEN_AT(xen_shared_info, memmap_info_pfn, XSI_MEMMAP_INFO_PFN);
_Static_assert(sizeof(struct xen_shared_info) == XSI_SIZE, "xen_shared_info: size");

XEN_AT(xen_mapped_regs, bank1, XMR_BANK1);
XEN_AT(xen_mapped_regs, bank0, XMR_BANK0);
XEN_AT(xen_mapped_regs, vnat, XMR_VNAT);
XEN_AT(xen_mapped_regs, vbnat, XMR_VBNAT);
XEN_AT(xen_mapped_regs, dcr, XMR_DCR);
XEN_AT(xen_mapped_regs, itm, XMR_ITM);
XEN_AT(xen_mapped_regs, iva, XMR_IVA);
XEN_AT(xen_mapped_regs, pta, XMR_PTA);
XEN_AT(xen_mapped_regs, ipsr, XMR_IPSR);
XEN_AT(xen_mapped_regs, isr, XMR_ISR);
XEN_AT(xen_mapped_regs, iip, XMR_IIP);
XEN_AT(xen_mapped_regs, ifa, XMR_IFA);
XEN_AT(xen_mapped_regs, itir, XMR_ITIR);
XEN_AT(xen_mapped_regs, iipa, XMR_IIPA);
XEN_AT(xen_mapped_regs, ifs, XMR_IFS);
XEN_AT(xen_mapped_regs, iim, XMR_IIM);
XEN_AT(xen_mapped_regs, iha, XMR_IHA);
XEN_AT(xen_mapped_regs, lid, XMR_LID);
XEN_AT(xen_mapped_regs, ivr, XMR_IVR);
XEN_AT(xen_mapped_regs, tpr, XMR_TPR);
XEN_AT(xen_mapped_regs, eoi, XMR_EOI);
XEN_AT(xen_mapped_regs, irr, XMR_IRR);
XEN_AT(xen_mapped_regs, itv, XMR_ITV);
XEN_AT(xen_mapped_regs, pmv, XMR_PMV);
XEN_AT(xen_mapped_regs, cmcv, XMR_CMCV);
XEN_AT(xen_mapped_regs, lrr0, XMR_LRR0);
XEN_AT(xen_mapped_regs, lrr1, XMR_LRR1);
XEN_AT(xen_mapped_regs, precover_ifs, XMR_PRECOVER_IFS);
XEN_AT(xen_mapped_regs, unat, XMR_UNAT);
XEN_AT(xen_mapped_regs, ic, XMR_IC);
XEN_AT(xen_mapped_regs, mask_addr, XMR_MASK_ADDR);
XEN_AT(xen_mapped_regs, pending_intr, XMR_PENDING_INTR);
XEN_AT(xen_mapped_regs, vpsr_pp, XMR_VPSR_PP);
XEN_AT(xen_mapped_regs, vpsr_dfh, XMR_VPSR_DFH);
XEN_AT(xen_mapped_regs, hpsr_dfh, XMR_HPSR_DFH);
XEN_AT(xen_mapped_regs, hpsr_mfh, XMR_HPSR_MFH);
XEN_AT(xen_mapped_regs, metaphysical, XMR_METAPHYSICAL);
XEN_AT(xen_mapped_regs, banknum, XMR_BANKNUM);
XEN_AT(xen_mapped_regs, rrs, XMR_RRS);
XEN_AT(xen_mapped_regs, krs, XMR_KRS);
XEN_AT(xen_mapped_regs, tmp, XMR_TMP);
XEN_AT(xen_mapped_regs, itc_offset, XMR_ITC_OFFSET);
XEN_AT(xen_mapped_regs, itc_last, XMR_ITC_LAST);
_Static_assert(sizeof(struct xen_mapped_regs) == XMR_SIZE, "xen_mapped_regs: size");

XEN_AT(xen_start_info, nr_pages, 0x20);
XEN_AT(xen_start_info, flags, 0x30);
XEN_AT(xen_start_info, store_pfn, 0x38);
XEN_AT(xen_start_info, store_evtchn, 0x40);
XEN_AT(xen_start_info, console_pfn, 0x48);
XEN_AT(xen_start_info, console_evtchn, 0x50);
XEN_AT(xen_start_info, mod_start, 0x70);
XEN_AT(xen_start_info, cmd_line, 0x80);
_Static_assert(sizeof(struct xen_start_info) == XEN_START_INFO_SIZE, "xen_start_info: size");

XEN_AT(xen_boot_param, efi_memdesc_version, 0x28);
XEN_AT(xen_boot_param, num_cols, 0x2c);
XEN_AT(xen_boot_param, orig_y, 0x32);
XEN_AT(xen_boot_param, fpswa, 0x38);
XEN_AT(xen_boot_param, initrd_start, 0x40);
XEN_AT(xen_boot_param, domain_size, 0x58);

XEN_AT(xen_console_ring, out, 0x400);
XEN_AT(xen_console_ring, in_cons, 0xc00);
XEN_AT(xen_console_ring, out_prod, 0xc0c);
XEN_AT(xen_store_ring, req_cons, 0x800);
XEN_AT(xen_store_ring, rsp_prod, 0x80c);

_Static_assert(sizeof(struct xen_sched_poll) == 24, "xen_sched_poll");
_Static_assert(sizeof(struct xen_callback_register) == 16, "xen_callback_register");
_Static_assert(sizeof(struct xen_runstate_info) == 48, "xen_runstate_info");
_Static_assert(sizeof(struct xen_evtchn_bind_virq) == 12, "xen_evtchn_bind_virq");
_Static_assert(sizeof(struct xen_evtchn_status) == 24, "xen_evtchn_status");
_Static_assert(sizeof(struct xen_evtchn_bind_interdomain) == 12, "xen_evtchn_bind_interdomain");
_Static_assert(sizeof(struct xen_grant_setup_table) == 24, "xen_grant_setup_table");
_Static_assert(sizeof(struct xen_grant_query_size) == 16, "xen_grant_query_size");
_Static_assert(sizeof(struct xen_opt_feature) == 32, "xen_opt_feature");

#undef XEN_AT

#endif /* !__ASSEMBLER__ */
#endif
