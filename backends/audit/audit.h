/* SPDX-License-Identifier: MIT */
/*
 * audit.h - the audit backend, for the kernel that it is part of.
 *
 * On bare metal it replaces every operation by one that counts and does the same.
 * The counters are indexed by the enumerations of pvops.h; nothing ever resets them.
 */
#ifndef BACKENDS_AUDIT_AUDIT_H
#define BACKENDS_AUDIT_AUDIT_H

#include <pvops/pvops.h>

extern uint64_t audit_op_calls[PV_OP_COUNT];
extern uint64_t audit_fn_calls[PV_FN_COUNT];
extern uint64_t audit_macro_calls[PV_MACRO_COUNT];

/** audit_setup - fill the pv_* tables; the sites and the assembly are the kernel's to switch */
void audit_setup(void);

/** audit_active - are pv_cpu_ops those of audit_setup()? */
bool audit_active(void);

#endif
