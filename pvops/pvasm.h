/* SPDX-License-Identifier: MIT */
/*
 * The assembly category of paravirt_ops, as seen by .S files. Hand-written entry
 * code does what is privileged or sensitive only through the macros that ops.def
 * lists (PV_MACRO); it is compiled once for each backend, with that backend's
 * definitions of them in backends/<backend>/inst.h. This gives each macro of the
 * list its number, PV_MACRO_<name>, as an absolute symbol: the same as in C.
 *
 * The contract of a macro: natively it is exactly one instruction, or the few
 * that its name says. A backend's version may hold stop bits, branches and many
 * bundles, and may destroy the operands called clob and pred_clob, whatever the
 * predicate; what delivers to a register may use that register first. Nothing on
 * bare metal can notice a clobber that is wrong: the audit backend destroys all.
 */
#ifndef PVOPS_PVASM_H
#define PVOPS_PVASM_H

/*
 * In an image that is linked apart from the kernel (the gate page) a movl of this
 * value plus PV_MACRO_<name> stands for the address of that macro's counter. It is
 * replaced when the image is mapped.
 */
#define PV_ASM_GATE_MAGIC 0x7076636f00000000

#ifdef __ASSEMBLER__
	.set pv_macro_next, 0
#define PV_MACRO(name, operands)                                                                   \
	.set PV_MACRO_##name, pv_macro_next;                                                       \
	.set pv_macro_next, pv_macro_next + 1;
#include <pvops/ops.def>
#endif

#endif
