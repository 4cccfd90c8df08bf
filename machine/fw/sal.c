// SPDX-License-Identifier: MIT
/*
 * SAL procedures (SAL specification 3.2, chapter 9): stacked arguments, results in r8-r11.
 */
#include "cpu/parts.h"
#include "debug/trace.h"
#include "fw/fw.h"
#include "pci/pci.h"

enum {
	SAL_OK = 0,
	SAL_NOT_IMPLEMENTED = -1,
	SAL_INVALID = -2,
	SAL_ERROR = -3,
	SAL_NO_INFORMATION = -5,
};

enum {
	SAL_SET_VECTORS = 0x01000000,
	SAL_GET_STATE_INFO = 0x01000001,
	SAL_GET_STATE_INFO_SIZE = 0x01000002,
	SAL_CLEAR_STATE_INFO = 0x01000003,
	SAL_MC_RENDEZ = 0x01000004,
	SAL_MC_SET_PARAMS = 0x01000005,
	SAL_REGISTER_PHYSICAL_ADDR = 0x01000006,
	SAL_CACHE_FLUSH = 0x01000008,
	SAL_CACHE_INIT = 0x01000009,
	SAL_PCI_CONFIG_READ = 0x01000010,
	SAL_PCI_CONFIG_WRITE = 0x01000011,
	SAL_FREQ_BASE = 0x01000012,
	SAL_PHYSICAL_ID_INFO = 0x01000013,
};

#define STATE_INFO_MAX 4096 /* no record is ever longer */

/* SAL_MC_SET_PARAMS: which of them is the wake-up, and by what means it comes */
enum { MC_WAKE_UP = 2, MC_BY_INTERRUPT = 1 };
/* Not a status: the procedure has not ended, the stub's break is to be executed again */
#define WAIT INT64_MIN

/* a: 0 MCA, 1 INIT, 2 boot rendezvous; then address, gp and length, once or twice */
static int64_t set_vectors(struct firmware *fw, const uint64_t *a)
{
	if (a[0] > 2 || (a[0] < 2 && a[1] & 15))
		return SAL_INVALID;
	for (unsigned i = 0; i < 2; i++) {
		fw->vector[a[0]].entry[i] = a[1 + 3 * i];
		fw->vector[a[0]].gp[i] = a[2 + 3 * i];
		fw->vector[a[0]].length[i] = a[3 + 3 * i];
	}
	return SAL_OK;
}

/* a: 1 rendezvous, 2 wake-up, 3 CPE; 1 interrupt or 2 memory; vector or address; time-out */
static int64_t mc_set_params(struct firmware *fw, const uint64_t *a)
{
	if (a[0] < 1 || a[0] > 3 || a[1] < 1 || a[1] > 2)
		return SAL_INVALID;
	if (a[1] == MC_BY_INTERRUPT && (a[2] < 0x10 || a[2] > 0xff))
		return SAL_INVALID;
	fw->mc_param[a[0]][0] = a[1];
	fw->mc_param[a[0]][1] = a[2];
	return SAL_OK;
}

/* Has the monarch's wake-up arrived, by the means that SAL_MC_SET_PARAMS named? */
static int64_t mc_rendezvous(struct firmware *fw, struct cpu *cpu)
{
	const uint64_t *wake = fw->mc_param[MC_WAKE_UP];
	uint64_t word = 0;

	if (!wake[0])
		return SAL_ERROR;
	if (wake[0] == MC_BY_INTERRUPT)
		return sapic_take(cpu, wake[1]) ? SAL_OK : WAIT;
	if (!bus_copy_from(fw->m->bus, &word, wake[1], sizeof(word)))
		return SAL_ERROR;
	return word ? SAL_OK : WAIT;
}

/* Where a configuration cycle goes: SAL 3.2 §9.6, the compatible and the extended address */
struct pci_cycle {
	unsigned segment, bus, devfn, reg, size;
};

static bool pci_cycle(struct pci_cycle *c, uint64_t addr, uint64_t size, uint64_t type)
{
	unsigned shift = type ? 12 : 8; /* width of the register number */

	if ((size != 1 && size != 2 && size != 4) || addr & (size - 1) || type > 1)
		return false;
	*c = (struct pci_cycle){
		.segment = addr >> (shift + 16),
		.bus = addr >> (shift + 8) & 0xff,
		.devfn = addr >> shift & 0xff,
		.reg = addr & ((1u << shift) - 1),
		.size = size,
	};
	return addr >> (shift + 16) <= 0xffff;
}

/* a: address, size, type of address. There is one segment; nothing answers in others. */
static int64_t pci_read(const struct firmware *fw, const uint64_t *a, uint64_t *value)
{
	struct pci_cycle c;

	if (!pci_cycle(&c, a[0], a[1], a[2]))
		return SAL_INVALID;
	*value = pci_config_read(c.segment ? NULL : fw->m->pci, c.bus, c.devfn, c.reg, c.size);
	return SAL_OK;
}

/* a: address, size, value, type of address */
static int64_t pci_write(const struct firmware *fw, const uint64_t *a)
{
	struct pci_cycle c;

	if (!pci_cycle(&c, a[0], a[1], a[3]))
		return SAL_INVALID;
	pci_config_write(c.segment ? NULL : fw->m->pci, c.bus, c.devfn, c.reg, c.size, a[2]);
	return SAL_OK;
}

/* a: 0 platform, 1 interval timer; neither drifts */
static int64_t freq_base(const uint64_t *a, struct fw_ret *ret)
{
	if (a[0] == 2)
		return SAL_NOT_IMPLEMENTED; /* the real-time clock has no base frequency */
	if (a[0] > 2)
		return SAL_INVALID;
	ret->v[0] = ITC_HZ;
	return SAL_OK;
}

static void call(struct firmware *fw, struct cpu *cpu, uint64_t index, const uint64_t *a,
		 struct fw_ret *ret)
{
	switch (index) {
	case SAL_SET_VECTORS: ret->status = set_vectors(fw, a); break;
	case SAL_GET_STATE_INFO: ret->status = a[0] > 3 ? SAL_INVALID : SAL_NO_INFORMATION; break;
	case SAL_GET_STATE_INFO_SIZE:
		ret->status = a[0] > 3 ? SAL_INVALID : SAL_OK;
		ret->v[0] = STATE_INFO_MAX;
		break;
	case SAL_CLEAR_STATE_INFO: ret->status = a[0] > 3 ? SAL_INVALID : SAL_OK; break;
	case SAL_MC_RENDEZ: ret->status = mc_rendezvous(fw, cpu); break;
	case SAL_MC_SET_PARAMS: ret->status = mc_set_params(fw, a); break;
	case SAL_REGISTER_PHYSICAL_ADDR: ret->status = a[0] ? SAL_INVALID : SAL_OK; break;
	/* no cache: nothing to flush, to lose or to initialize */
	case SAL_CACHE_FLUSH: ret->status = a[0] < 1 || a[0] > 4 ? SAL_INVALID : SAL_OK; break;
	case SAL_CACHE_INIT: break;
	case SAL_PCI_CONFIG_READ: ret->status = pci_read(fw, a, &ret->v[0]); break;
	case SAL_PCI_CONFIG_WRITE: ret->status = pci_write(fw, a); break;
	case SAL_FREQ_BASE: ret->status = freq_base(a, ret); break;
	case SAL_PHYSICAL_ID_INFO: ret->v[0] = cpu->index; break;
	default: ret->status = SAL_NOT_IMPLEMENTED; break;
	}
}

enum exec sal_call(struct firmware *fw, struct cpu *cpu)
{
	struct fw_ret ret = { .status = SAL_INVALID };
	uint64_t arg[8];

	if (fw_stack_args(cpu, arg, 8)) {
		ret.status = SAL_OK;
		call(fw, cpu, arg[0], arg + 1, &ret);
	}
	if (ret.status == WAIT) {
		cpu_pause(cpu);
		return EXEC_BRANCH;
	}
	if (trace_on(cpu->trace, sal))
		trace_msg(cpu->trace, sal, "%#lx(%#lx, %#lx, %#lx, %#lx) = %ld, %#lx %#lx %#lx",
			  arg[0], arg[1], arg[2], arg[3], arg[4], ret.status, ret.v[0], ret.v[1],
			  ret.v[2]);
	cpu->gr[8] = (struct gr){ .val = ret.status };
	for (unsigned i = 0; i < 3; i++)
		cpu->gr[9 + i] = (struct gr){ .val = ret.v[i] };
	return EXEC_NEXT;
}
