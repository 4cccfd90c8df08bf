// SPDX-License-Identifier: MIT
/*
 * INIT, as PAL and SAL handle it together: the processor's state goes to its min-state save
 * area, and the operating system's handler, which it has registered with SAL_SET_VECTORS,
 * begins in physical mode; without one SAL resets the machine (SAL specification 3.2 §5, SDM
 * vol 2 §11.4). The handler comes back to FW_STUB_INIT_RETURN with what it wants in r8.
 *
 * The area is the one of PAL_MC_REGISTER_MEM, else one of our own.
 */
#include "cpu/parts.h"
#include "debug/trace.h"
#include "fw/fw.h"

/* Min-state save area in words, SDM vol 2 §11.3.2.4: the NaT bit of word n is bit n of the first */
enum {
	MS_NAT,
	MS_GR1,
	MS_BANK0 = 16,
	MS_BANK1 = 32,
	MS_PR = 48,
	MS_BR0,
	MS_RSC,
	MS_IIP,
	MS_IPSR,
	MS_IFS,
	MS_XIP,
	MS_XPSR,
	MS_XFS,
	MS_BR1,
	MS_WORDS
};

_Static_assert(MS_WORDS * 8 <= FW_MIN_STATE_SIZE, "min-state save area");

#define UNCACHED (1UL << 63)
/*
 * Processor state parameter, SDM vol 2 §11.3.2.1: min-state is saved (mn) and precise (pi, pm), it
 * can go on (co), by INIT (in), and all of the processor's registers are valid (rs, cr to gr)
 */
#define PSP_INIT   (1UL << 5 | 1UL << 7 | 3UL << 13 | 3UL << 16 | 0xfffUL << 20)
#define UNUSED_IFS 0x7fffffc000000000UL
/* What the moves to cr.ipsr and ar.rsc take; and there is no IA-32 */
#define PSR_FIELDS (0x3fff0ffee03eUL & ~PSR_IS)
#define RSC_FIELDS 0x3fff001fUL
/* What the handler wants: back to what was interrupted, else a reset */
#define OS_RESUME 0

static void save_gr(uint64_t *area, unsigned word, const struct gr *g)
{
	area[word] = g->val;
	area[MS_NAT] |= g->nat << word;
}

static void load_gr(const uint64_t *area, unsigned word, struct gr *g)
{
	*g = (struct gr){ .val = area[word], .nat = area[MS_NAT] >> word & 1 };
}

/* Bank 0 in cpu->gr, bank 1 aside */
static void save_state(struct cpu *cpu, uint64_t *area)
{
	uint64_t psr = cpu->psr | (uint64_t)cpu->ri << PSR_RI_SHIFT;
	uint64_t ifs = cfm_pack(&cpu->cfm) | 1UL << 63;

	area[MS_NAT] = 0;
	cpu_switch_bank(cpu, 0);
	for (unsigned i = 0; i < 15; i++)
		save_gr(area, MS_GR1 + i, &cpu->gr[1 + i]);
	for (unsigned i = 0; i < 16; i++) {
		save_gr(area, MS_BANK0 + i, &cpu->gr[16 + i]);
		save_gr(area, MS_BANK1 + i, &cpu->gr_bank[i]);
	}
	area[MS_PR] = pr_physical(cpu);
	area[MS_BR0] = cpu->br[0];
	area[MS_BR1] = cpu->br[1];
	area[MS_RSC] = cpu->ar[AR_RSC];
	area[MS_XIP] = cpu->ip;
	area[MS_XPSR] = psr;
	area[MS_XFS] = ifs;
	if (psr & PSR_IC) { /* the interruption registers are free to tell it, too */
		cpu->cr[CR_IIP] = cpu->ip;
		cpu->cr[CR_IPSR] = psr;
		cpu->cr[CR_IFS] = ifs;
		cpu->cr[CR_IIPA] = cpu->last_ip;
	}
	area[MS_IIP] = cpu->cr[CR_IIP];
	area[MS_IPSR] = cpu->cr[CR_IPSR];
	area[MS_IFS] = cpu->cr[CR_IFS];
}

/* The handler may have changed where to go on: IIP and so on if they had it. */
static void load_state(struct cpu *cpu, const uint64_t *area)
{
	unsigned from = area[MS_XPSR] & PSR_IC ? MS_IIP : MS_XIP;

	cpu_switch_bank(cpu, 0);
	for (unsigned i = 0; i < 15; i++)
		load_gr(area, MS_GR1 + i, &cpu->gr[1 + i]);
	for (unsigned i = 0; i < 16; i++) {
		load_gr(area, MS_BANK0 + i, &cpu->gr[16 + i]);
		load_gr(area, MS_BANK1 + i, &cpu->gr_bank[i]);
	}
	cpu->br[0] = area[MS_BR0];
	cpu->br[1] = area[MS_BR1];
	cpu->ar[AR_RSC] = area[MS_RSC] & RSC_FIELDS;
	cpu->cr[CR_IIP] = area[MS_IIP];
	cpu->cr[CR_IPSR] = area[MS_IPSR] & PSR_FIELDS;
	cpu->cr[CR_IFS] = area[MS_IFS] & ~UNUSED_IFS;
	cpu->ip = area[from] & ~15UL;
	cpu->ri = area[from + 1] >> PSR_RI_SHIFT & 3;
	rse_rfi(cpu, area[from + 2] & ~UNUSED_IFS);
	pr_set_physical(cpu, area[MS_PR]); /* in the frame's rotation */
	cpu_set_psr(cpu, area[from + 1] & PSR_FIELDS);
}

static uint64_t area_of(const struct firmware *fw, const struct cpu *cpu)
{
	uint64_t registered = fw->mc_save_area[cpu->index];

	return registered ? registered : FW_MIN_STATE_BASE + cpu->index * FW_MIN_STATE_SIZE;
}

/* SDM vol 2 §11.4.2 (PALE_INIT's exit state), SAL 3.2 §5.3 (the hand-off to OS_INIT) */
static void hand_off(struct firmware *fw, struct cpu *cpu, uint64_t area)
{
	const struct sal_vector *os = &fw->vector[SAL_VECTOR_INIT];
	unsigned slave = fw->init_monarch && os->entry[1];
	const struct {
		unsigned r;
		uint64_t val;
	} with[] = {
		{ 1, os->gp[slave] },
		{ 8, fw_stub_address(FW_STUB_PAL) },
		{ 9, fw_stub_address(FW_STUB_SAL) },
		{ 10, 0 }, /* SAL has no global pointer */
		{ 11, 0 }, /* no rendezvous: an INIT by itself */
		{ 12, fw_stub_address(FW_STUB_INIT_RETURN) },
		{ 16, (area + MS_WORDS * 8) | UNCACHED },
		{ 17, area | UNCACHED },
		{ 18, PSP_INIT },
		{ 19, 0 },
		{ 20, 0 },
	};

	fw->init_monarch = true;
	for (unsigned i = 0; i < sizeof(with) / sizeof(with[0]); i++)
		cpu->gr[with[i].r] = (struct gr){ .val = with[i].val };
	cpu->ar[AR_RSC] &= ~3UL; /* enforced lazy mode */
	cpu->ip = os->entry[slave] & ~15UL;
	cpu->ri = 0;
}

enum exec fw_init(void *machine, struct cpu *cpu)
{
	struct machine *m = machine;
	struct firmware *fw = m->fw;
	uint64_t area = area_of(fw, cpu), words[MS_WORDS];

	if (trace_on(cpu->trace, sal))
		trace_msg(cpu->trace, sal, "INIT of processor %u at ip %#lx: %s", cpu->index,
			  cpu->ip, fw->vector[SAL_VECTOR_INIT].entry[0] ? "handed over" : "reset");
	if (!fw->vector[SAL_VECTOR_INIT].entry[0]) {
		machine_reset(m);
		return EXEC_STOP;
	}
	save_state(cpu, words);
	if (!bus_copy_to(m->bus, area, words, sizeof(words))) {
		machine_reset(m); /* nowhere to come back from */
		return EXEC_STOP;
	}
	code_written(cpu, area, sizeof(words));
	cpu->cfle = false;
	rse_cover(cpu);
	cpu_set_psr(cpu, PSR_MC);
	hand_off(fw, cpu, area);
	return EXEC_RESUME;
}

/* r8: what the handler wants; r22: the min-state save area to go on from */
enum exec fw_init_return(struct firmware *fw, struct cpu *cpu)
{
	uint64_t area = cpu->gr[22].val & ~UNCACHED, words[MS_WORDS];

	fw->init_monarch = false;
	if (cpu->gr[8].val != OS_RESUME || !bus_copy_from(fw->m->bus, words, area, sizeof(words))) {
		machine_reset(fw->m);
		return EXEC_STOP;
	}
	load_state(cpu, words);
	return EXEC_RESUME;
}
