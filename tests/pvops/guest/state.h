/* SPDX-License-Identifier: MIT */
/*
 * state.h - everything a processor holds, for a guest in C and assembly.
 *
 * run_scratch() loads `state_in` into the processor, goes to `scratch`, and what is there
 * ends in a branch to `dump`, which stores the processor into `state_out`.
 */
#ifndef TESTS_PVOPS_STATE_H
#define TESTS_PVOPS_STATE_H

/* Offsets; general registers first, so that a spill's UNAT bit is the register's number. */
#define S_GR	0
#define S_FR	1024
#define S_NAT0	3072
#define S_NAT1	3080
#define S_BR	3088
#define S_PR	3152
#define S_UNAT	3160
#define S_PFS	3168
#define S_CCV	3176
#define S_LC	3184
#define S_FPSR	3192
#define S_CSD	3200
#define S_SSD	3208
#define S_PSR	3216
#define S_STEP	3224 /* in: not 0: a trap after each instruction */
#define S_BYTES 3584

#define LOCALS 24 /* the frame in which scratch runs */
#define OUTS   16

#define SCRATCH_BYTES 512
#define COPY_BYTES    8192
#define RESULT	      0x123456789abcdef0

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct state {
	uint64_t gr[128];
	uint64_t fr[128][2];
	uint64_t nat[2];
	uint64_t br[8];
	uint64_t pr, unat, pfs, ccv, lc, fpsr, csd, ssd, psr, step;
	uint64_t reserved[44];
};

_Static_assert(offsetof(struct state, fr) == S_FR, "fr");
_Static_assert(offsetof(struct state, nat) == S_NAT0, "nat");
_Static_assert(offsetof(struct state, br) == S_BR, "br");
_Static_assert(offsetof(struct state, step) == S_STEP, "step");
_Static_assert(sizeof(struct state) == S_BYTES, "size");
#endif
#endif
