/* SPDX-License-Identifier: MIT */
/*
 * follow.h - which registers a piece of code leaves changed, on any path through it.
 *
 * The code is followed with a name for each value instead of the value: a copy carries the
 * name along, whatever is computed has a new one. So a register that is put aside and brought
 * back counts as kept. Where a predicate decides and its value has no known truth, both
 * ways are followed. Memory is not modelled: what is loaded is new.
 */
#ifndef PVCHECK_FOLLOW_H
#define PVCHECK_FOLLOW_H

#include "access.h"
#include "pvcheck.h"

/** struct pc_changed - registers, by file and number; @at: where each was written last */
struct pc_changed {
	bool reg[ISA_FILE_COUNT][128];
	uint64_t at[ISA_FILE_COUNT][128];
	const char *lost; /* why the code could not be followed to its end; NULL: it was */
	uint64_t lost_at;
};

/** pc_follow - follow the code at @start until it leaves [start, end) for good */
void pc_follow(const struct pc_image *image, uint64_t start, uint64_t end, struct pc_changed *out);

#endif
