// SPDX-License-Identifier: MIT
/*
 * table.c - the audit backend's tables, from the rows of ops.def.
 *
 * Each function counts, then destroys what the C calling conventions let a callee
 * destroy (SysV ABI for IA-64, chapter 5.5), then does the native operation. A site's
 * context allows nothing of that to be lost: what shows is a fault of the thunk. A row
 * without a function here does not compile. No function here may contain a site.
 */
#include "audit.h"

uint64_t audit_op_calls[PV_OP_COUNT];
uint64_t audit_fn_calls[PV_FN_COUNT];
uint64_t audit_macro_calls[PV_MACRO_COUNT];

/* f12 to f15 and f32 up are scratch, too, but no kernel code may touch them. */
#ifdef __ia64__
static inline void audit_poison(void)
{
	asm volatile("movl r2 = 0xdeadbeefbaadf00d\n\t"
		     ";;\n\t"
		     "setf.sig f6 = r2\n\tsetf.sig f7 = r2\n\t"
		     "setf.sig f8 = r2\n\tsetf.sig f9 = r2\n\t"
		     "setf.sig f10 = r2\n\tsetf.sig f11 = r2\n\t"
		     "mov b6 = r2\n\tmov b7 = r2\n\t"
		     "mov ar.ccv = r2\n\t"
		     "mov r3 = r2\n\tmov r8 = r2\n\tmov r9 = r2\n\tmov r10 = r2\n\t"
		     "mov r11 = r2\n\tmov r14 = r2\n\tmov r15 = r2\n\tmov r16 = r2\n\t"
		     "mov r17 = r2\n\tmov r18 = r2\n\tmov r19 = r2\n\tmov r20 = r2\n\t"
		     "mov r21 = r2\n\tmov r22 = r2\n\tmov r23 = r2\n\tmov r24 = r2\n\t"
		     "mov r25 = r2\n\tmov r26 = r2\n\tmov r27 = r2\n\tmov r28 = r2\n\t"
		     "mov r29 = r2\n\tmov r30 = r2\n\tmov r31 = r2\n\t"
		     "mov pr = r2, 0xffc0\n\t"
		     ";;"
		     :
		     :
		     : "r2", "r3", "r8", "r9", "r10", "r11", "r14", "r15", "r16", "r17", "r18",
		       "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29",
		       "r30", "r31", "f6", "f7", "f8", "f9", "f10", "f11", "b6", "b7", "ar.ccv",
		       "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13", "p14", "p15");
}
#else
static inline void audit_poison(void)
{
}
#endif

static void audit_call(uint64_t *calls)
{
	__atomic_fetch_add(calls, 1, __ATOMIC_RELAXED);
	audit_poison();
}

/* ---- pv_cpu_ops: by shape, as PV_DECLARE_<shape> declares them ---- */

#define AUDIT_GET(name)  return pv_native_##name()
#define AUDIT_SET(name)  pv_native_##name(val)
#define AUDIT_USE(name)  pv_native_##name(addr)
#define AUDIT_MAP(name)  return pv_native_##name(index)
#define AUDIT_PAIR(name) pv_native_##name(index, val)
#define AUDIT_MASK(name) pv_native_##name(mask)
#define AUDIT_VOID(name) pv_native_##name()
#define AUDIT_EACH(name) pv_native_##name(arg)
#define AUDIT_LAST(name) pv_native_##name(v0, v1, v2, v3, v4)

#define PV_OP(name, shape, ...)                                                                    \
	static PV_DECLARE_##shape(audit_##name)                                                    \
	{                                                                                          \
		audit_call(&audit_op_calls[PV_OP_##name]);                                         \
		AUDIT_##shape(name);                                                               \
	}
#include "ops.def"

static const struct pv_cpu_ops audit_cpu_ops = {
#define PV_OP(name, ...) .name = audit_##name,
#include "ops.def"
};

/* ---- the indirect tables ---- */

#define AUDIT_FN(table, name, ret, params, args)                                                   \
	static ret audit_##table##_##name params                                                   \
	{                                                                                          \
		audit_call(&audit_fn_calls[PV_FN_##table##_##name]);                               \
		return pv_native_##table##_##name args;                                            \
	}

AUDIT_FN(init, banner, void, (void), ())
AUDIT_FN(init, setup_early, void, (void), ())
AUDIT_FN(init, reserve_memory, int, (struct rsvd_region *region), (region))
AUDIT_FN(init, setup_console, void, (char **cmdline), (cmdline))
AUDIT_FN(init, setup_nomca, int, (void), ())
AUDIT_FN(init, cpu_init, void, (void), ())
AUDIT_FN(init, post_smp_prepare_boot_cpu, void, (void), ())

AUDIT_FN(iosapic, pcat_compat_init, void, (void), ())
AUDIT_FN(iosapic, get_irq_chip, struct irq_chip *, (unsigned long trigger), (trigger))
AUDIT_FN(iosapic, read, unsigned int, (char *iosapic, unsigned int reg), (iosapic, reg))
AUDIT_FN(iosapic, write, void, (char *iosapic, unsigned int reg, unsigned int val),
	 (iosapic, reg, val))

AUDIT_FN(irq, register_ipi, void, (void), ())
AUDIT_FN(irq, assign_irq_vector, int, (int irq), (irq))
AUDIT_FN(irq, free_irq_vector, void, (int vector), (vector))
AUDIT_FN(irq, create_irq, int, (void), ())
AUDIT_FN(irq, destroy_irq, void, (unsigned int irq), (irq))
AUDIT_FN(irq, prepare_move, int, (int irq, int cpu), (irq, cpu))
AUDIT_FN(irq, register_percpu_irq, void,
	 (unsigned char vector, pv_irq_handler handler, unsigned long flags, const char *name),
	 (vector, handler, flags, name))
AUDIT_FN(irq, resend_irq, void, (unsigned int vector), (vector))
AUDIT_FN(irq, send_ipi, void, (int cpu, int vector, int delivery_mode, int redirect),
	 (cpu, vector, delivery_mode, redirect))
AUDIT_FN(irq, idle, void, (void), ())

AUDIT_FN(time, init_missing_ticks_accounting, void, (int cpu), (cpu))
AUDIT_FN(time, do_steal_accounting, int, (unsigned long *new_itm), (new_itm))
AUDIT_FN(time, steal_clock, unsigned long, (int cpu), (cpu))
AUDIT_FN(time, clocksource_resume, void, (void), ())
AUDIT_FN(time, sched_clock, unsigned long long, (void), ())

#define AUDIT_FILL(table, name, ...) pv_##table##_ops.name = audit_##table##_##name;

void audit_setup(void)
{
	pv_info.name = "bare hardware, audited";
	pv_cpu_ops = audit_cpu_ops;
#define PV_FN AUDIT_FILL
#include "ops.def"
}

bool audit_active(void)
{
	return pv_cpu_ops.rsm_i == audit_rsm_i;
}
