/* SPDX-License-Identifier: MIT */
/*
 * The registers that are compared with Ski's, as an array of words, and how probe.c tells
 * compare.c about them.
 *
 * The stream starts with struct stream_start and the stack's words. A record for the state
 * before the first instruction and after each one follows: the number of words that changed,
 * then index and value of each. The last record is STREAM_END.
 */
#ifndef TESTS_SKI_REGS_H
#define TESTS_SKI_REGS_H

#include <stdint.h>

enum {
	REG_IP,	     /* bundle address + slot */
	REG_PARTIAL, /* 1: the RSE still has to load the current frame, r32 and up are not valid */
	REG_CFM,
	REG_PR,
	REG_AR, /* those of REGS_AR, in that order */
	REG_BR = REG_AR + 9,
	REG_NAT = REG_BR + 8, /* a bit for each general register, two words */
	REG_GR = REG_NAT + 2,
	REG_FR = REG_GR + 128, /* significand; then exponent and sign, as stf.spill has them */
	REG_COUNT = REG_FR + 256
};

/*
 * rsc bsp ccv unat fpsr csd pfs lc ec. Not among them: ar.bspstore and ar.rnat, which depend on
 * how eagerly an RSE works, as soon as it is not told to flush.
 */
#define REGS_AR                                                                                    \
	{                                                                                          \
		16, 17, 32, 36, 40, 25, 64, 65, 66                                                 \
	}
#define REGS_NAR 9

#define STREAM_MAGIC UINT64_C(0x314d41455254534b)
#define STREAM_END   UINT64_C(0xffff)

/**
 * struct stream_start - the head of the stream
 * @sp: the stack pointer; @words: of stack contents from there on
 */
struct stream_start {
	uint64_t magic, sp, words;
};

#endif
