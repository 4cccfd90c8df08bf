// SPDX-License-Identifier: GPL-2.0-only
/*
 * A load that faults beside a site. When the site is patched, both are in an
 * out-of-line copy: the exception table of the module names the original bundle, and
 * execution goes on behind the load, in the same bundle, so in the middle of the copy.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/uaccess.h>

#include <asm/intrinsics.h>
#include <asm/processor.h>

#include "pv_test.h"

#ifdef CONFIG_PARAVIRT
# define READ_PSR	PV_SITE("mov %1=psr")
# define READ_PSR_OP	PV_SITE_OP(PV_OP_get_psr)
#else
# define READ_PSR	"mov %1=psr"
# define READ_PSR_OP	[none] "i"(0)
#endif

/* Slot 0: the load; slot 1: the site, and where the fixup goes on; slot 2 follows. */
static noinline u64 load_beside_site(u64 address, u64 *psr, u64 *after, long *error)
{
	register u64 value asm ("r9") = 1;
	register long failed asm ("r8") = 0;

	asm volatile (";;\n\t{ .mmi\n"
		      "[1:]\tld8 %0=[%4]\n"
		      "\t.xdata4 \"__ex_table\", 1b-., 2f-.+4\n"
		      "[2:]\t" READ_PSR "\n"
		      "\tadd %2=1,%5\n\t}\n\t;;"
		      : "+&r"(value), "=&r"(*psr), "=&r"(*after), "+r"(failed)
		      : "r"(address), "r"(41ul), READ_PSR_OP : "memory");
	*error = failed;
	return value;
}

void pv_test_faults(void)
{
	const u64 there = 0x123456789abcdef0;
	u64 psr = 0, after = 0;
	long error = 1;
	int i;

	CHECK(load_beside_site((u64)&there, &psr, &after, &error) == there);
	CHECK(!error && (psr & IA64_PSR_I) && after == 42);
	for (i = 0; i < 3; i++) {
		psr = after = error = 0;
		/* Where no process has anything. */
		CHECK(load_beside_site(16, &psr, &after, &error) == 0);
		CHECK(error == -EFAULT && (psr & IA64_PSR_I) && after == 42);
	}
}
