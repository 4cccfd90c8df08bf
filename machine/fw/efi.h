/* SPDX-License-Identifier: MIT */
/*
 * EFI runtime services inside the firmware (UEFI 2.0 chapter 7), and the layouts they share.
 */
#ifndef FW_EFI_H
#define FW_EFI_H

#include "fw/fw.h"

#define EFI_ERROR(n)	      ((1UL << 63) | (n))
#define EFI_SUCCESS	      0UL
#define EFI_INVALID_PARAMETER EFI_ERROR(2)
#define EFI_UNSUPPORTED	      EFI_ERROR(3)
#define EFI_BUFFER_TOO_SMALL  EFI_ERROR(5)
#define EFI_OUT_OF_RESOURCES  EFI_ERROR(9)
#define EFI_NOT_FOUND	      EFI_ERROR(14)
#define EFI_NO_MAPPING	      EFI_ERROR(17)

#define EFI_UNSPECIFIED_TIMEZONE 0x7ff

/* The services in the order of the runtime services table. */
enum efi_service {
	EFI_GET_TIME,
	EFI_SET_TIME,
	EFI_GET_WAKEUP_TIME,
	EFI_SET_WAKEUP_TIME,
	EFI_SET_VIRTUAL_ADDRESS_MAP,
	EFI_CONVERT_POINTER,
	EFI_GET_VARIABLE,
	EFI_GET_NEXT_VARIABLE_NAME,
	EFI_SET_VARIABLE,
	EFI_GET_NEXT_HIGH_MONO_COUNT,
	EFI_RESET_SYSTEM,
	EFI_UPDATE_CAPSULE,
	EFI_QUERY_CAPSULE,
	EFI_QUERY_VARIABLE_INFO,
	EFI_SERVICE_COUNT
};
_Static_assert(FW_STUB_EFI_END - FW_STUB_EFI == EFI_SERVICE_COUNT, "a stub for each service");

/**
 * efi_service_fn - one runtime service
 * @arg: its arguments (8, absent ones are 0)
 * @status: what it returns in r8
 * Return: EXEC_NEXT; EXEC_FAULT when a guest pointer faulted; EXEC_STOP.
 */
typedef enum exec efi_service_fn(struct firmware *fw, struct cpu *cpu, const uint64_t *arg,
				 uint64_t *status);

efi_service_fn efi_get_time, efi_set_time;
efi_service_fn efi_get_variable, efi_get_next_variable_name, efi_set_variable;
efi_service_fn efi_query_variable_info;

/** efi_var_clear() - forget all variables */
void efi_var_clear(struct firmware *fw);

#endif
