/* SPDX-License-Identifier: MIT */
/*
 * PAL procedures (SDM vol 2 §11.10): what pal.c calls by number.
 */
#ifndef FW_PAL_H
#define FW_PAL_H

#include "fw/fw.h"

enum {
	PAL_OK = 0,
	PAL_UNIMPLEMENTED = -1,
	PAL_INVALID = -2,
	PAL_FAILED = -3,
	PAL_NO_ERROR_INFO = -6, /* also: request not supported */
	PAL_NO_SUCH_SET = -8,
};

/**
 * pal_fn - one procedure
 * @a: its three arguments
 * @ret: status 0 and values 0 unless it says otherwise
 * Return: EXEC_NEXT, or why the processor cannot go on (EXEC_FAULT, EXEC_SYNC after a halt).
 */
typedef enum exec pal_fn(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			 struct fw_ret *ret);

/* pal-info.c: what kind of processor this is */
pal_fn pal_cache_info, pal_cache_summary, pal_cache_prot_info, pal_cache_shared_info;
pal_fn pal_vm_info, pal_vm_summary, pal_vm_page_size, pal_vm_tr_read, pal_ptce_info;
pal_fn pal_mem_attrib, pal_debug_info, pal_perf_mon_info, pal_register_info, pal_rse_info;
pal_fn pal_freq_ratios, pal_version, pal_fixed_addr, pal_logical_to_physical;
pal_fn pal_halt_info, pal_brand_info;

#endif
