// SPDX-License-Identifier: GPL-2.0-only
/*
 * pv_unwind: stack traces from every instruction that some functions with pv sites execute: a
 * break switches single-stepping on (psr.ss) and off again, and each step walks the stack.
 * Whatever was interrupted, the functions themselves, an out-of-line copy, the
 * thunk or the backend's function: the callers must be those of the functions, to the last.
 * In sysfs: the "steps" made, how many of them "away" from the module, and those that were
 * "wrong".
 */
#include <linux/kallsyms.h>
#include <linux/kdebug.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

#include <asm/intrinsics.h>
#include <asm/processor.h>
#include <asm/ptrace.h>
#include <asm/unwind.h>

enum { DEPTH = 48, SINGLE_STEP = 36 };

struct trace {
	unsigned long ip[DEPTH];
	int count;
};

static struct trace expected, seen;
static int steps, away, wrong;
static bool stepping;

module_param(steps, int, 0444);
module_param(away, int, 0444);
module_param(wrong, int, 0444);

static void walk(struct unw_frame_info *info, void *arg)
{
	struct trace *trace = arg;

	trace->count = 0;
	do {
		unw_get_ip(info, &trace->ip[trace->count]);
		if (!trace->ip[trace->count])
			break;
	} while (++trace->count < DEPTH && unw_unwind(info) >= 0);
}

/* --- what is stepped through --- */

/* No frame, and b0 is nowhere else; a result. */
static __used noinline u64 leaf(u64 address)
{
	return ia64_ttag(address);
}

/* No result; a pair of predicated sites. */
static noinline void masked(void)
{
	unsigned long flags;

	local_irq_save(flags);
	local_irq_restore(flags);
}

/* A frame on both stacks, and a call between the sites. */
static noinline u64 framed(u64 address)
{
	u64 on_stack[4] = { ia64_getreg(_IA64_REG_PSR), address }, sum;

	OPTIMIZER_HIDE_VAR(address);
	barrier_data(on_stack);
	sum = leaf(address) + ia64_get_cpuid(4);
	barrier_data(on_stack);
	return sum + on_stack[0] + on_stack[1] + ia64_getreg(_IA64_REG_CR_LID);
}

/* A call in the bundle of a site, and moved with it. */
u64 calling(u64 address);

asm ("	.text\n"
     "	.proc calling#\n"
     "calling:\n"
     "	.prologue\n"
     "	.save ar.pfs, r33\n"
     "	alloc r33 = ar.pfs, 1, 2, 1, 0\n"
     "	.save rp, r34\n"
     "	mov r34 = b0\n"
     "	.body\n"
     "	mov r35 = r32\n"
     "	;;\n"
     "	{ .mib\n"
     "[997:]	ttag r8 = r32\n"
     "	nop.i 0\n"
     "	br.call.sptk.many b0 = leaf#\n"
     "	}\n"
     "	mov ar.pfs = r33\n"
     "	mov b0 = r34\n"
     "	;;\n"
     "	br.ret.sptk.many b0\n"
     "	.endp calling#\n"
     "	.xdata8 \".pv_sites\", 997b, calling_op\n");

static noinline u64 stepped(void)
{
	u64 sum;

	asm volatile ("calling_op = %0" :: "i"(PV_OP_ttag));
	asm volatile ("break.m 0" ::: "memory");
	sum = leaf(0x10000);
	masked();
	sum += framed(0x20000) + calling(0x30000);
	asm volatile ("break.m 0" ::: "memory");
	return sum;
}

/* --- each step --- */

static bool named(unsigned long ip, const char *name)
{
	char buffer[KSYM_SYMBOL_LEN];
	size_t length = strlen(name);

	sprint_symbol_no_offset(buffer, ip);
	return !strncmp(buffer, name, length) && strchr(" .", buffer[length]);
}

/* The frames above stepped(): where they begin in a trace; its length if they are not there. */
static int callers(const struct trace *trace)
{
	int i;

	for (i = 0; i < trace->count; i++)
		if (named(trace->ip[i], "stepped"))
			return i + 1;
	return trace->count;
}

static void check_step(struct pt_regs *regs)
{
	int at, i;
	bool good;

	unw_init_running(walk, &seen);
	at = callers(&seen);
	/* First comes pv_unwind_init(), from another place than when it looked itself. */
	good = at < seen.count && named(seen.ip[at++], "pv_unwind_init") &&
	       expected.count > 3 && seen.count - at == expected.count;
	for (i = 0; good && i < expected.count; i++)
		good = seen.ip[at + i] == expected.ip[i];
	steps++;
	away += !within_module_core(regs->cr_iip, THIS_MODULE);
	if (good)
		return;
	if (wrong++ < 4) {
		pr_err("pv_unwind: stack trace from %lx.%d:\n", regs->cr_iip, ia64_psr(regs)->ri);
		for (i = 0; i < seen.count; i++)
			pr_err("pv_unwind:   %pS\n", (void *)seen.ip[i]);
	}
}

static void skip_break(struct pt_regs *regs)
{
	if (ia64_psr(regs)->ri == 2)
		regs->cr_iip += 16;
	ia64_psr(regs)->ri = ia64_psr(regs)->ri == 2 ? 0 : ia64_psr(regs)->ri + 1;
}

static int notified(struct notifier_block *self, unsigned long what, void *data)
{
	struct die_args *args = data;
	struct pt_regs *regs = args->regs;

	if (what == DIE_BREAK && !args->err && within_module_core(regs->cr_iip, THIS_MODULE)) {
		stepping = !stepping;
		ia64_psr(regs)->ss = stepping;
		skip_break(regs);
		return NOTIFY_STOP;
	}
	if (what == DIE_FAULT && args->err == SINGLE_STEP && stepping && !user_mode(regs)) {
		check_step(regs);
		return NOTIFY_STOP;
	}
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = notified };

static int __init pv_unwind_init(void)
{
	int at, err = register_die_notifier(&notifier);

	if (err)
		return err;
	unw_init_running(walk, &expected);
	for (at = 0; at < expected.count; at++)
		if (named(expected.ip[at], "pv_unwind_init"))
			break;
	at++;
	expected.count = at < expected.count ? expected.count - at : 0;
	memmove(expected.ip, expected.ip + at, expected.count * sizeof(expected.ip[0]));
	stepped();
	unregister_die_notifier(&notifier);
	return stepping ? -EIO : 0;
}

static void __exit pv_unwind_exit(void)
{
}

module_init(pv_unwind_init);
module_exit(pv_unwind_exit);
MODULE_DESCRIPTION("Test of stack traces through pv sites");
MODULE_LICENSE("GPL");
