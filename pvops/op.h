/* SPDX-License-Identifier: MIT */
/*
 * op.h - the numbers of the patchable operations.
 *
 * What a site's record holds and what indexes a backend's choices. Needs no other
 * header, so that a kernel's intrinsics can include it everywhere.
 */
#ifndef PVOPS_OP_H
#define PVOPS_OP_H

/** enum pv_op - the patchable operations, in the order of ops.def */
enum pv_op {
	PV_OP_none, /* no operation: a record that holds it is refused */
#define PV_OP(name, ...) PV_OP_##name,
#include "ops.def"
	PV_OP_COUNT
};

#endif
