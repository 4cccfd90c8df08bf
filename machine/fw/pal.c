// SPDX-License-Identifier: MIT
/*
 * PAL: the procedures by number, and those that act (SDM vol 2 §11.10).
 *
 * Absent, and answered as unimplemented: the optional set (P-states, virtual processors,
 * diagnostics of cache lines, hardware policy), PAL_COPY_PAL, for PAL lies in memory when
 * the operating system starts, and the return to IA-32.
 *
 * Caches do not exist and instruction fetch is coherent with stores, so flushing has
 * nothing to do and is complete at once.
 */
#include "fw/pal.h"

#include "cpu/parts.h"
#include "debug/trace.h"

#define CACHE_LINE 128UL

/* a: cache type, operation, progress */
static enum exec pal_cache_flush(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				 struct fw_ret *ret)
{
	(void)fw, (void)cpu;
	if (a[0] < 1 || a[0] > 4 || a[1] & ~3UL)
		ret->status = PAL_INVALID;
	return EXEC_NEXT;
}

static enum exec pal_cache_init(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				struct fw_ret *ret)
{
	(void)fw, (void)cpu;
	if ((a[0] > 2 && a[0] != ~0UL) || a[2] > 1)
		ret->status = PAL_INVALID;
	return EXEC_NEXT;
}

/* a: physical address, value; without a cache the line is memory */
static enum exec pal_cache_line_init(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				     struct fw_ret *ret)
{
	uint64_t line[CACHE_LINE / 8], pa = a[0] & ~(CACHE_LINE - 1);

	for (unsigned i = 0; i < CACHE_LINE / 8; i++)
		line[i] = a[1];
	if (!bus_copy_to(fw->m->bus, pa, line, sizeof(line)))
		ret->status = PAL_INVALID;
	else
		mem_changed(cpu, pa, sizeof(line));
	return EXEC_NEXT;
}

/* No feature can be configured, of processor or bus: a select of none is all there is. */
static enum exec pal_get_features(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				  struct fw_ret *ret)
{
	(void)fw, (void)cpu;
	if (a[1])
		ret->status = PAL_NO_SUCH_SET;
	return EXEC_NEXT;
}

static enum exec pal_set_features(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				  struct fw_ret *ret)
{
	(void)fw, (void)cpu;
	if (a[1])
		ret->status = PAL_NO_SUCH_SET;
	else if (a[0])
		ret->status = PAL_INVALID;
	return EXEC_NEXT;
}

static enum exec pal_bus_get_features(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				      struct fw_ret *ret)
{
	(void)fw, (void)cpu, (void)a, (void)ret;
	return EXEC_NEXT;
}

static enum exec pal_bus_set_features(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				      struct fw_ret *ret)
{
	(void)fw, (void)cpu;
	if (a[0])
		ret->status = PAL_INVALID;
	return EXEC_NEXT;
}

/* a: 0 interrupt block or 1 I/O ports, address; both are where they are */
static enum exec pal_platform_addr(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				   struct fw_ret *ret)
{
	(void)fw, (void)cpu;
	if (a[0] > 1)
		ret->status = PAL_INVALID;
	else if ((a[1] & ~(1UL << 63)) != (a[0] ? IO_PORT_BASE : PIB_BASE))
		ret->status = PAL_FAILED;
	return EXEC_NEXT;
}

/* Until an interrupt that cr.tpr does not mask is pending, whatever PSR.i says. */
static enum exec pal_halt_light(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				struct fw_ret *ret)
{
	(void)fw, (void)a, (void)ret;
	cpu->halted = true;
	return EXEC_SYNC;
}

/* Everything is visible at once; other processors need not be asked. */
static enum exec pal_prefetch_visibility(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
					 struct fw_ret *ret)
{
	(void)fw, (void)cpu;
	ret->status = a[0] > 1 ? PAL_INVALID : 1;
	return EXEC_NEXT;
}

/* For calls whose success is all there is to say: no error is pending or logged. */
static enum exec pal_nothing_pending(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				     struct fw_ret *ret)
{
	(void)fw, (void)cpu, (void)a, (void)ret;
	return EXEC_NEXT;
}

/* SAL has registered its handler, which finds no platform event to handle and returns. */
static enum exec pal_pmi_entrypoint(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				    struct fw_ret *ret)
{
	(void)fw, (void)cpu, (void)a;
	ret->status = PAL_FAILED;
	return EXEC_NEXT;
}

static enum exec pal_mc_expected(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				 struct fw_ret *ret)
{
	if (a[0] > 1) {
		ret->status = PAL_INVALID;
		return EXEC_NEXT;
	}
	ret->v[0] = fw->mc_expected[cpu->index];
	fw->mc_expected[cpu->index] = a[0];
	return EXEC_NEXT;
}

static enum exec pal_mc_error_info(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				   struct fw_ret *ret)
{
	(void)fw, (void)cpu;
	ret->status = a[0] > 3 ? PAL_INVALID : PAL_NO_ERROR_INFO;
	return EXEC_NEXT;
}

/* A machine check ends the machine, and from an INIT it is SAL that resumes (init.c). */
static enum exec pal_mc_resume(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			       struct fw_ret *ret)
{
	(void)fw, (void)cpu, (void)a;
	ret->status = PAL_FAILED;
	return EXEC_NEXT;
}

static enum exec pal_mc_register_mem(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				     struct fw_ret *ret)
{
	uint64_t pa = a[0] & ~(1UL << 63), room;

	ret->v[0] = 4096;
	if (pa & 511 || !bus_ram(fw->m->bus, pa, &room))
		ret->status = PAL_INVALID;
	else
		fw->mc_save_area[cpu->index] = pa;
	return EXEC_NEXT;
}

/* By number; 256 to 511 and 768 to 1023 take their arguments in stacked registers. */
static pal_fn *const static_procs[64] = {
	[1] = pal_cache_flush,
	[2] = pal_cache_info,
	[3] = pal_cache_init,
	[4] = pal_cache_summary,
	[5] = pal_mem_attrib,
	[6] = pal_ptce_info,
	[7] = pal_vm_info,
	[8] = pal_vm_summary,
	[9] = pal_bus_get_features,
	[10] = pal_bus_set_features,
	[11] = pal_debug_info,
	[12] = pal_fixed_addr,
	[14] = pal_freq_ratios,
	[15] = pal_perf_mon_info,
	[16] = pal_platform_addr,
	[17] = pal_get_features,
	[18] = pal_set_features,
	[19] = pal_rse_info,
	[20] = pal_version,
	[21] = pal_nothing_pending, /* PAL_MC_CLEAR_LOG */
	[22] = pal_nothing_pending, /* PAL_MC_DRAIN */
	[23] = pal_mc_expected,
	[24] = pal_nothing_pending, /* PAL_MC_DYNAMIC_STATE: of size 0 */
	[25] = pal_mc_error_info,
	[26] = pal_mc_resume,
	[27] = pal_mc_register_mem,
	[29] = pal_halt_light,
	[31] = pal_cache_line_init,
	[32] = pal_pmi_entrypoint,
	[34] = pal_vm_page_size,
	[37] = pal_nothing_pending, /* PAL_MEM_FOR_TEST: none */
	[38] = pal_cache_prot_info,
	[39] = pal_register_info,
	[41] = pal_prefetch_visibility,
	[42] = pal_logical_to_physical,
	[43] = pal_cache_shared_info,
};

static pal_fn *const stacked_procs[64] = {
	[257 - 256] = pal_halt_info,
	[258 - 256] = pal_nothing_pending, /* PAL_TEST_PROC: passed */
	[261 - 256] = pal_vm_tr_read,
	[274 - 256] = pal_brand_info,
};

static bool static_args(const struct cpu *cpu, uint64_t *a)
{
	bool ok = true;

	for (unsigned i = 0; i < 3; i++) {
		a[i] = cpu->gr[29 + i].val;
		ok = ok && !cpu->gr[29 + i].nat;
	}
	return ok;
}

/*
 * Stub: [break; br.cond b0] [br.ret b0]. A static procedure returns by the first branch and
 * leaves the caller's frame alone, a stacked one by the second.
 */
enum exec pal_call(struct firmware *fw, struct cpu *cpu)
{
	uint64_t index = cpu->gr[28].val, a[4] = { 0 };
	bool stacked = index & 0x100, ok;
	pal_fn *const *procs = stacked ? stacked_procs : static_procs;
	struct fw_ret ret = { 0 };
	enum exec r = EXEC_NEXT;

	ok = stacked ? fw_stack_args(cpu, a, 4) : static_args(cpu, a);
	index &= ~0x100UL;
	if (cpu->gr[28].nat || index >= 64 || !procs[index])
		ret.status = PAL_UNIMPLEMENTED;
	else if (!ok)
		ret.status = PAL_INVALID;
	else
		r = procs[index](fw, cpu, stacked ? a + 1 : a, &ret);
	if (r != EXEC_NEXT && r != EXEC_SYNC)
		return r;

	if (trace_on(cpu->trace, pal))
		trace_msg(cpu->trace, pal, "%lu(%#lx, %#lx, %#lx) = %ld, %#lx %#lx %#lx",
			  cpu->gr[28].val, a[stacked], a[stacked + 1], a[stacked + 2], ret.status,
			  ret.v[0], ret.v[1], ret.v[2]);
	cpu->gr[8] = (struct gr){ .val = ret.status };
	for (unsigned i = 0; i < 3; i++)
		cpu->gr[9 + i] = (struct gr){ .val = ret.v[i] };
	if (!stacked)
		return r;
	cpu->ip += 16;
	cpu->ri = 0;
	return EXEC_BRANCH;
}
