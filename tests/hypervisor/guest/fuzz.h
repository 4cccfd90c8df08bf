/* SPDX-License-Identifier: MIT */
/*
 * fuzz.h - how many processors the hostile guest may have; also for assembly.
 */
#ifndef GUEST_FUZZ_H
#define GUEST_FUZZ_H

#define FUZZ_CPU_BITS	2
#define FUZZ_CPUS	(1 << FUZZ_CPU_BITS)
#define FUZZ_CODE_SHIFT 6 /* of a processor's bundles in fuzz_code */

#endif
