// SPDX-License-Identifier: MIT
/*
 * EFI runtime services: dispatch, virtual mode, reset. Time and variables have their files.
 */
#include "fw/efi.h"

#include <stdlib.h>

#include "cpu/parts.h"
#include "debug/trace.h"

static enum exec unsupported(struct firmware *fw, struct cpu *cpu, const uint64_t *arg,
			     uint64_t *status)
{
	(void)fw, (void)cpu, (void)arg;
	*status = EFI_UNSUPPORTED;
	return EXEC_NEXT;
}

/* a[0] size of the map, a[1] of a descriptor, a[2] version, a[3] the map */
static enum exec efi_set_virtual_address_map(struct firmware *fw, struct cpu *cpu,
					     const uint64_t *a, uint64_t *status)
{
	struct efi_map *map;
	uint8_t desc[EFI_DESC_SIZE];
	enum exec r = EXEC_NEXT;
	uint64_t n;

	*status = EFI_UNSUPPORTED;
	if (fw->efi_virtual)
		return EXEC_NEXT;
	*status = EFI_INVALID_PARAMETER;
	if (a[1] < 40 || a[2] != EFI_DESC_REV || !a[3] || a[0] % a[1])
		return EXEC_NEXT;
	n = a[0] / a[1];
	if (n > EFI_MAP_MAX)
		return EXEC_NEXT;
	*status = EFI_OUT_OF_RESOURCES;
	map = calloc(1, sizeof(*map));
	if (!map)
		return EXEC_NEXT;
	for (; map->n < n && r == EXEC_NEXT; map->n++) {
		r = mem_copy_in(cpu, desc, a[3] + map->n * a[1], 40);
		efi_map_unpack(&map->r[map->n], desc);
	}
	if (r == EXEC_NEXT) {
		fw->efi_virtual = fw_tables_virtual(fw, map);
		*status = fw->efi_virtual ? EFI_SUCCESS : EFI_NO_MAPPING;
	}
	free(map);
	return r;
}

static enum exec efi_get_next_high_mono_count(struct firmware *fw, struct cpu *cpu,
					      const uint64_t *a, uint64_t *status)
{
	uint32_t high = fw->monotonic + 1;
	enum exec r;

	*status = EFI_INVALID_PARAMETER;
	if (!a[0])
		return EXEC_NEXT;
	r = mem_copy_out(cpu, a[0], &high, sizeof(high));
	if (r != EXEC_NEXT)
		return r;
	fw->monotonic++;
	*status = EFI_SUCCESS;
	return EXEC_NEXT;
}

/* Does not return to its caller: types are cold, warm, shutdown, platform specific. */
static enum exec efi_reset_system(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				  uint64_t *status)
{
	(void)status;
	if (a[0] == 2) {
		machine_end(fw->m, EXIT_POWEROFF);
		return cpu_stop(cpu, CPU_STOP_GUEST, "EFI ResetSystem: shutdown");
	}
	machine_reset(fw->m);
	return cpu_stop(cpu, CPU_STOP_GUEST, "EFI ResetSystem: reset");
}

/*
 * No alarm could switch on a machine that has ended, so wake-up times are unsupported.
 * ConvertPointer is only for drivers that hear of SetVirtualAddressMap; there are none.
 */
static efi_service_fn *const services[EFI_SERVICE_COUNT] = {
	[EFI_GET_TIME] = efi_get_time,
	[EFI_SET_TIME] = efi_set_time,
	[EFI_GET_WAKEUP_TIME] = unsupported,
	[EFI_SET_WAKEUP_TIME] = unsupported,
	[EFI_SET_VIRTUAL_ADDRESS_MAP] = efi_set_virtual_address_map,
	[EFI_CONVERT_POINTER] = unsupported,
	[EFI_GET_VARIABLE] = efi_get_variable,
	[EFI_GET_NEXT_VARIABLE_NAME] = efi_get_next_variable_name,
	[EFI_SET_VARIABLE] = efi_set_variable,
	[EFI_GET_NEXT_HIGH_MONO_COUNT] = efi_get_next_high_mono_count,
	[EFI_RESET_SYSTEM] = efi_reset_system,
	[EFI_UPDATE_CAPSULE] = unsupported,
	[EFI_QUERY_CAPSULE] = unsupported,
	[EFI_QUERY_VARIABLE_INFO] = efi_query_variable_info,
};

static const char *const names[EFI_SERVICE_COUNT] = {
	"GetTime",
	"SetTime",
	"GetWakeupTime",
	"SetWakeupTime",
	"SetVirtualAddressMap",
	"ConvertPointer",
	"GetVariable",
	"GetNextVariableName",
	"SetVariable",
	"GetNextHighMonotonicCount",
	"ResetSystem",
	"UpdateCapsule",
	"QueryCapsuleCapabilities",
	"QueryVariableInfo",
};

enum exec efi_call(struct firmware *fw, struct cpu *cpu, unsigned service)
{
	uint64_t arg[8], status = EFI_INVALID_PARAMETER;
	enum exec r = EXEC_NEXT;

	if (fw_stack_args(cpu, arg, 8))
		r = services[service](fw, cpu, arg, &status);
	if (trace_on(cpu->trace, efi))
		trace_msg(cpu->trace, efi, "%s(%#lx, %#lx, %#lx, %#lx) = %#lx%s", names[service],
			  arg[0], arg[1], arg[2], arg[3], status,
			  r == EXEC_NEXT ? "" : ", not returned");
	if (r != EXEC_NEXT)
		return r;
	cpu->gr[8] = (struct gr){ .val = status };
	return EXEC_NEXT;
}
