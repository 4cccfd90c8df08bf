// SPDX-License-Identifier: MIT
/*
 * choices.c - what the sites of a Xen/ia64 guest become where a call of C would be too much.
 */
#include <pvops/patch.h>

#include "privop.h"

/* short.S: bundles, and code that stands for pv_thunk. */
#define BUNDLES(name) extern const char name[]
BUNDLES(xen_short_rsm_i);
BUNDLES(xen_short_ssm_i);
BUNDLES(xen_short_get_psr_i);
BUNDLES(xen_short_restore_on);
BUNDLES(xen_short_get_ar_itc);
BUNDLES(xen_via_ptc);
BUNDLES(xen_via_set_rr);
BUNDLES(xen_via_thash);
BUNDLES(xen_via_fc);
BUNDLES(xen_via_set_k3);
BUNDLES(xen_via_set_k5);
BUNDLES(xen_via_set_k7);
BUNDLES(xen_via_set_itm);
BUNDLES(xen_via_set_rrs);

static const struct pv_short rsm_i = { xen_short_rsm_i, 2, PV_SHORT_ANY, false };
static const struct pv_short ssm_i = { xen_short_ssm_i, 7, PV_SHORT_ANY, true };
static const struct pv_short get_psr_i = { xen_short_get_psr_i, 2, PV_SHORT_ANY, false };
static const struct pv_short restore_on = { xen_short_restore_on, 4, 6, true };
static const struct pv_short get_ar_itc = { xen_short_get_ar_itc, 3, PV_SHORT_ANY, false };

static const struct {
	enum pv_op op;
	const struct pv_short *code[2];
} shorts[] = {
	{ PV_OP_rsm_i, { &rsm_i } },
	{ PV_OP_ssm_i, { &ssm_i } },
	{ PV_OP_get_psr_i, { &get_psr_i } },
	{ PV_OP_local_irq_restore, { &restore_on, &rsm_i } },
	{ PV_OP_get_ar_itc, { &get_ar_itc } },
};

static const struct {
	enum pv_op op;
	const char *code;
} vias[] = {
	{ PV_OP_ptc_l, xen_via_ptc },
	{ PV_OP_ptc_ga, xen_via_ptc },
	{ PV_OP_set_rr, xen_via_set_rr },
	{ PV_OP_set_rr0_to_rr4, xen_via_set_rrs },
	{ PV_OP_thash, xen_via_thash },
	{ PV_OP_fc, xen_via_fc },
	{ PV_OP_set_ar_k3, xen_via_set_k3 },
	{ PV_OP_set_ar_k5, xen_via_set_k5 },
	{ PV_OP_set_ar_k7, xen_via_set_k7 },
	{ PV_OP_set_cr_itm, xen_via_set_itm },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void xen_refine(struct pv_choice *choices)
{
	for (unsigned int i = 0; i < COUNT(shorts); i++) {
		struct pv_choice *choice = &choices[shorts[i].op];

		if (choice->action != PV_CALL)
			continue;
		choice->action = PV_SHORT;
		choice->code[0] = shorts[i].code[0];
		choice->code[1] = shorts[i].code[1];
	}
	for (unsigned int i = 0; i < COUNT(vias); i++)
		if (choices[vias[i].op].action == PV_CALL)
			choices[vias[i].op].via = (uintptr_t)vias[i].code;
}
