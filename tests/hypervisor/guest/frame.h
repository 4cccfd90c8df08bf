/* SPDX-License-Identifier: MIT */
/*
 * frame.h - an interrupted context of the bare guest, for C and for start.S.
 *
 * It lies on 512 bytes, so that the NaT bit of r<n> is bit n of @gr_nat.
 */
#ifndef GUEST_FRAME_H
#define GUEST_FRAME_H

#define AREA_SHIFT 15
#define AREA_SIZE  (1 << AREA_SHIFT)
#ifdef GUEST_SMP
#define AREAS_SHIFT 2 /* levels of a virtual processor */
#define ID_BITS	    4 /* of its number */
#else
#define AREAS_SHIFT 3
#define ID_BITS	    0
#endif
#define PROCESSORS (1 << ID_BITS)
#define FRAME_TOP  (AREA_SIZE - 1024)
#define VEC_EVENT  0x10000

#define F_GR	   0
#define F_BR	   256
#define F_IFS	   280
#define F_COVERED  288
#define F_IIP	   296
#define F_IPSR	   304
#define F_ISR	   312
#define F_IFA	   320
#define F_ITIR	   328
#define F_IIM	   336
#define F_IHA	   344
#define F_RSC	   352
#define F_PFS	   360
#define F_CCV	   368
#define F_FPSR	   376
#define F_LC	   384
#define F_RNAT	   392
#define F_BSPSTORE 400
#define F_LOADRS   408
#define F_UNAT	   416
#define F_PR	   424
#define F_VECTOR   432
#define F_FR	   448

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

/** struct frame - see above; @ifs: the interrupted frame, @covered: what COVER gave */
struct frame {
	uint64_t gr_nat, gr[31];
	uint64_t br[3];
	uint64_t ifs, covered, iip, ipsr, isr, ifa, itir, iim, iha;
	uint64_t rsc, pfs, ccv, fpsr, lc, rnat, bspstore, loadrs, unat, pr, vector, pad;
	struct {
		uint64_t word[2];
	} fr[6];
};
_Static_assert(offsetof(struct frame, ifs) == F_IFS, "ifs");
_Static_assert(offsetof(struct frame, rsc) == F_RSC, "rsc");
_Static_assert(offsetof(struct frame, vector) == F_VECTOR, "vector");
_Static_assert(offsetof(struct frame, fr) == F_FR, "fr");
#endif

#endif
