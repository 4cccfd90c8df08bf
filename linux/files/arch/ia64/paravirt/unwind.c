// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stack traces through out-of-line copies: what the unwinder (kernel/unwind.c) finds to
 * be an address in a copy becomes the site's, with the site's stack pointer, return
 * address and previous function state.
 */
#include <linux/rculist.h>

#include <asm/paravirt_ip.h>
#include <asm/ptrace.h>
#include <asm/unwind.h>

#include "sites.h"

static bool copy_frame(unsigned long ip, bool called, struct pv_frame *frame)
{
	struct pv_code *code;
	bool found = false;

	rcu_read_lock();
	list_for_each_entry_rcu(code, &pv_codes, list) {
		found = pv_copy_frame(&code->env, ip, called, frame);
		if (found)
			break;
	}
	rcu_read_unlock();
	return found;
}

/* Where a register of the site is; NULL: where the unwinder expects it. */
static unsigned long *place(const struct unw_frame_info *info, int where)
{
	switch (where) {
	case PV_FRAME_IN_PLACE:
		return NULL;
	case PV_FRAME_IN_GP:
		return &((struct pt_regs *)info->pt)->r1;
	default:
		return (unsigned long *)(info->sp + where);
	}
}

/* The frame that was left says how this one was: by an interruption or by a call. */
unsigned long *__paravirt_unwind(struct unw_frame_info *info)
{
	bool called = !unw_is_intr_frame(info);
	unsigned long ip = info->ip, *rp, *pfs;
	struct pv_frame frame;

	if (!called)
		ip |= ia64_psr((struct pt_regs *)info->pt)->ri;
	if (!copy_frame(ip, called, &frame))
		return NULL;
	rp = place(info, frame.rp);
	pfs = place(info, frame.pfs);
	if (pfs)
		info->pfs_loc = pfs;
	info->ip = frame.original & ~0xful;
	info->sp += frame.sp;
	info->psp += frame.sp;
	return rp;
}

/* A function that has not saved b0 has it where the copy put it. */
void __paravirt_unwind_rp(struct unw_frame_info *info, unsigned long *rp)
{
	if (!info->rp_loc || (info->pt && info->rp_loc == &((struct pt_regs *)info->pt)->b0))
		info->rp_loc = rp;
}
