/* SPDX-License-Identifier: MIT */
/*
 * short.h - how the bundles of a struct pv_short are written, in a backend's .S files.
 *
 * They are copied to where a site's bundle was moved, with the site's operands in place of
 * the registers named here. They start and end at a stop, have no branch and nothing that
 * depends on IP, and preserve every register but PV_TARGET and r1, into which they load
 * PV_GP at their end (it becomes the value that r1 had). Predicates, too, are the
 * site's: what needs one saves them, or is for a part of a composite operation and knows
 * what the predicates of the parts are. The stack may be used as in thunk.S.
 */
#ifndef PVOPS_SHORT_H
#define PVOPS_SHORT_H

#define PV_TARGET_GR 127 /* the site's r1, r2, r3 */
#define PV_R2_GR     126
#define PV_R3_GR     125
#define PV_GP	     0x70765f6770000000

#ifdef __ASSEMBLER__
#define PV_TARGET r127
#define PV_R2	  r126
#define PV_R3	  r125
#endif

#endif
