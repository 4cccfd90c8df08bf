// SPDX-License-Identifier: MIT
/*
 * selftest.c - the patcher tries itself out before it touches anything that matters.
 *
 * A small function with two sites, one of them predicated, is patched in the environment
 * that is to be used, called, and put back; a record that does not match its code has to be
 * refused. IA-64 only. Its sites are in no section: nobody else patches them.
 */
#include "patch.h"

/* f(x, y) = (y == 0 ? tpa(thash(x)) : thash(x)) + y */
unsigned long pv_selftest_code(unsigned long x, unsigned long y);

asm("	.text\n"
    "	.align	32\n"
    "	.global	pv_selftest_code\n"
    "	.proc	pv_selftest_code\n"
    "pv_selftest_code:\n"
    "{ .mmi\n	thash	r14 = r32\n	cmp.eq	p6, p7 = r0, r33\n	nop.i	0\n	;;\n}\n"
    "{ .mmi\n	nop.m	0\n	(p6) tpa r14 = r14\n	nop.i	0\n	;;\n}\n"
    "{ .mib\n	add	r8 = r14, r33\n	nop.i	0\n	br.ret.sptk.many b0\n	;;\n}\n"
    "	.endp	pv_selftest_code\n");

static unsigned long replaced_thash(unsigned long x)
{
	return 3 * x + 1;
}

static unsigned long replaced_tpa(unsigned long x)
{
	return ~x;
}

static const struct pv_choice choices[PV_OP_COUNT] = {
	[PV_OP_thash] = { .action = PV_CALL, .fn = (uintptr_t)replaced_thash },
	[PV_OP_tpa] = { .action = PV_CALL, .fn = (uintptr_t)replaced_tpa },
};

/* A function pointer is the address of a descriptor, whose first word is the code's address. */
static uint64_t code(void)
{
	return *(const uint64_t *)(uintptr_t)pv_selftest_code;
}

static const char *try(struct pv_patch_env *env)
{
	struct pv_site site[] = { { code() + 16 + 1, PV_OP_tpa }, { code(), PV_OP_thash } };
	struct pv_site wrong = { code() + 16, PV_OP_thash };
	struct pv_patch_result res = { 0 };

	if (pv_patch(&wrong, &wrong + 1, choices, env, &res) != 1 ||
	    res.reasons[PV_NOT_NATIVE] != 1)
		return "a wrong record was not refused";
	if (pv_patch(site, site + 2, choices, env, &res) || res.moved != 2)
		return "a site was not patched";
	if (pv_original_ip(env, env->copy_address) != code())
		return "the copy's address leads to another place";
	if (pv_selftest_code(5, 0) != ~16ul)
		return "wrong result where the predicate is true";
	if (pv_selftest_code(5, 7) != 16 + 7)
		return "wrong result where the predicate is false";
	return NULL;
}

const char *pv_selftest(struct pv_patch_env *env)
{
	struct pv_patch_env inner = *env;
	struct isa_bundle old[2];
	const char *wrong;

	for (unsigned int i = 0; i < 2; i++) {
		const void *text = env->text(env, code() + i * ISA_BUNDLE_BYTES);

		if (!text)
			return "its own function is not text";
		old[i] = isa_bundle_unpack(text);
	}
	inner.copy += inner.copy_used;
	inner.copy_address += inner.copy_used;
	inner.copy_bytes -= inner.copy_used;
	inner.moved += inner.moved_count;
	inner.moved_max -= inner.moved_count;
	inner.copy_used = inner.moved_count = 0;
	inner.refused = NULL;
	wrong = try(&inner);
	for (unsigned int i = 0; i < 2; i++)
		pv_unpatch_branch(env, code() + i * ISA_BUNDLE_BYTES, &old[i]);
	return wrong;
}
