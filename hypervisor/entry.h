/* SPDX-License-Identifier: MIT */
/*
 * entry.h - what the assembly of entry.S leaves of a guest, and what a switch leaves of C.
 *
 * While a guest runs, register bank 0 is the hypervisor's, for the guest cannot switch banks
 * at its privilege level: r29 holds the address of its upcall_mask, r30 its struct vcpu, r31
 * its mapped registers. Every way back to a guest through C loads them anew.
 */
#ifndef HV_ENTRY_H
#define HV_ENTRY_H

#include "domain.h"

#define STACK_SIZE 32768
#define REGS_SPACE 1024 /* at the top of the stack; a multiple of 512, see gr_nat */

/**
 * struct hv_regs - a guest's registers, saved at an entry into C
 *
 * It lies on 512 bytes, so that the NaT bit of r<n> is bit n of @gr_nat (SDM vol 1 §4.4.4.7).
 * The stacked registers are on the backing store: guest_gr().
 * @gr_nat: NaT bits of @gr; in the place of r0
 * @loadrs: bytes of the guest's stacked registers on our backing store, << 16
 * @discard: frame marker of a frame to be dropped before going to @ifs: a virtual rfi
 */
struct hv_regs {
	uint64_t gr_nat;
	uint64_t gr[31]; /* r1 to r31, r16 up of bank 1 */
	uint64_t br[8];
	uint64_t ipsr, iip, ifs, isr, ifa, itir, iim, pr;
	uint64_t unat, pfs, rsc, rnat, bspstore, ccv, csd, ssd;
	uint64_t fpsr, lc, ec, loadrs, vector, discard, pad[2];
	struct {
		uint64_t word[2];
	} fr[6]; /* f6 to f11 */
};

/** struct switch_frame - callee-saved registers of C while another vcpu runs */
struct switch_frame {
	uint64_t scratch[2]; /* the ABI's 16 bytes above sp */
	struct {
		uint64_t word[2];
	} fr[24]; /* f2 to f5, f12 to f31 */
	uint64_t gr[4], gr_nat;
	uint64_t br[6];
	uint64_t pfs, unat, rnat, bsp, lc, pr, pad;
};

/** trap - (trap.c) the one C function behind every entry; regs->vector says why */
void trap(struct hv_regs *regs);
/** vcpu_enter - (trap.c) first and last C code of a vcpu that has never run in its guest */
void vcpu_enter(void);
/** switch_stacks - (switch.S) leave C here, with sp in @from; go on where @to was left */
void switch_stacks(uint64_t *from, uint64_t to);
extern const char first_entry[]; /* entry.S: where a new vcpu begins */

_Static_assert(sizeof(struct switch_frame) % 16 == 0, "stf.spill takes aligned addresses");
_Static_assert(sizeof(struct hv_regs) <= REGS_SPACE && REGS_SPACE % 512 == 0, "see hv_regs");

/**
 * repin - (switch.S) take out the @old pins, load region register 7, put in the @new ones
 *
 * In physical mode: the code that does it runs from one of them. All pointers into the heap.
 */
void repin(const struct pin *old, const struct pin *new, uint64_t rr7);

/** guest_tpa - (entry.S) physical address of @va by the guest's present translations; -1: none */
uint64_t guest_tpa(uint64_t va);
/** guest_probe_w - 1: a store at privilege level 1 is allowed; 0: not; -1: no translation */
int64_t guest_probe_w(uint64_t va);

/** flush_register_stack - what the guest left of its stacked registers is in memory after it */
void flush_register_stack(void);
/** drop_clean_partition - registers come from memory again, also what was changed there */
void drop_clean_partition(void);

#endif
