// SPDX-License-Identifier: MIT
/*
 * A guest's SAL procedures (SAL specification 3.2, chapter 9): arguments r33 up, results r8
 * to r11. There is no PCI, no error record, and no cache that needs help.
 */
#include "boot.h"
#include "entry.h"
#include "fw.h"
#include "sched.h"
#include "xen.h"

enum {
	SAL_OK = 0,
	SAL_NOT_IMPLEMENTED = -1,
	SAL_INVALID = -2,
	SAL_NO_INFORMATION = -5,
};

enum {
	SAL_SET_VECTORS = 0x01000000,
	SAL_GET_STATE_INFO = 0x01000001,
	SAL_GET_STATE_INFO_SIZE = 0x01000002,
	SAL_CLEAR_STATE_INFO = 0x01000003,
	SAL_MC_RENDEZ = 0x01000004,
	SAL_MC_SET_PARAMS = 0x01000005,
	SAL_CACHE_FLUSH = 0x01000008,
	SAL_CACHE_INIT = 0x01000009,
	SAL_PCI_CONFIG_READ = 0x01000010,
	SAL_PCI_CONFIG_WRITE = 0x01000011,
	SAL_FREQ_BASE = 0x01000012,
	SAL_UPDATE_PAL = 0x01000020,
	XEN_SAL_RETURN = 0x02000000,
};

#define VECTOR_BOOT_RENDEZ 2
#define STATE_INFO_MAX	   4096
#define FREQ_PLATFORM	   0
#define FREQ_ITC	   1

/* r33: which; entry, gp, length */
static int64_t set_vectors(struct vcpu *v)
{
	struct guest_firmware *fw = v->domain->fw;

	if (guest_gr(v, 33) > VECTOR_BOOT_RENDEZ)
		return SAL_INVALID;
	if (guest_gr(v, 33) != VECTOR_BOOT_RENDEZ)
		return SAL_OK;
	if (guest_gr(v, 36))
		return SAL_INVALID;
	fw->ap_entry = guest_gr(v, 34);
	fw->ap_gp = guest_gr(v, 35);
	return SAL_OK;
}

/* What the machine says: processor, bus and ITC have one base frequency. */
static int64_t freq_base(struct vcpu *v, uint64_t *hz)
{
	if (guest_gr(v, 33) > FREQ_ITC)
		return guest_gr(v, 33) == 2 ? SAL_NOT_IMPLEMENTED : SAL_INVALID;
	*hz = boot_info.itc_hz;
	return SAL_OK;
}

void fw_ap_start(struct vcpu *v)
{
	const struct guest_firmware *fw = v->domain->fw;

	vcpu_reset_state(v, fw->ap_entry, 0);
	guest_set_gr(v, 1, fw->ap_gp);
	v->regs->br[0] = FW_SAL_RETURN;
}

void fw_sal_return(struct vcpu *v)
{
	if (v->wakeup)
		fw_ap_start(v);
	else
		sched_stop(v, VCPU_DOWN);
}

void fw_sal(struct vcpu *v)
{
	int64_t status = SAL_OK;
	uint64_t r9 = 0;

	switch (guest_gr(v, 32)) {
	case SAL_SET_VECTORS: status = set_vectors(v); break;
	case SAL_GET_STATE_INFO: status = SAL_NO_INFORMATION; break;
	case SAL_GET_STATE_INFO_SIZE: r9 = STATE_INFO_MAX; break;
	case SAL_FREQ_BASE: status = freq_base(v, &r9); break;
	case XEN_SAL_RETURN: fw_sal_return(v); return;
	case SAL_CLEAR_STATE_INFO:
	case SAL_MC_RENDEZ:
	case SAL_MC_SET_PARAMS:
	case SAL_CACHE_FLUSH:
	case SAL_CACHE_INIT:
	case SAL_PCI_CONFIG_READ:
	case SAL_PCI_CONFIG_WRITE: break;
	case SAL_UPDATE_PAL:
	default: status = SAL_NOT_IMPLEMENTED; break;
	}
	fw_result(v, status, r9, 0, 0);
}
