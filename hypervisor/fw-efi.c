// SPDX-License-Identifier: MIT
/*
 * A guest's EFI runtime services: time, virtual mode, reset. Variables and alarms: none.
 */
#include "create.h"
#include "fw.h"
#include "lib.h"
#include "sched.h"
#include "xen.h"

#define EFI_ERROR(n)	      (1ul << 63 | (n))
#define EFI_SUCCESS	      0ul
#define EFI_INVALID_PARAMETER EFI_ERROR(2)
#define EFI_UNSUPPORTED	      EFI_ERROR(3)
#define EFI_NO_MAPPING	      EFI_ERROR(17)
#define EFI_RESET_SHUTDOWN    2
#define EFI_NO_TIMEZONE	      0x7ff
#define MAP_MAX		      512

struct efi_time {
	uint16_t year;
	uint8_t month, day, hour, minute, second, pad;
	uint32_t nanosecond;
	int16_t zone;
	uint8_t daylight, pad2;
};

struct efi_time_cap {
	uint32_t resolution, accuracy;
	uint8_t sets_to_zero, pad[3];
};

/* Years begin on 1 March here, so that a leap day is the last of its year. */
static void to_date(uint64_t seconds, struct efi_time *t)
{
	uint64_t days = seconds / 86400 + 719468, rest = seconds % 86400;
	uint64_t era = days / 146097, doe = days % 146097;
	uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), m = (5 * doy + 2) / 153;

	t->day = doy - (153 * m + 2) / 5 + 1;
	t->month = m < 10 ? m + 3 : m - 9;
	t->year = yoe + era * 400 + (t->month <= 2);
	t->hour = rest / 3600;
	t->minute = rest / 60 % 60;
	t->second = rest % 60;
}

/* r32: EFI_TIME, r33: capabilities or NULL */
static uint64_t get_time(struct vcpu *v)
{
	static const struct efi_time_cap cap = { .resolution = 1, .accuracy = 50000000 };
	struct efi_time t = { .zone = EFI_NO_TIMEZONE };
	uint64_t to = guest_gr(v, 32), to_cap = guest_gr(v, 33);

	to_date(efi_time(), &t);
	if (!to || !copy_to_guest(v, to, &t, sizeof(t)))
		return EFI_INVALID_PARAMETER;
	if (to_cap && !copy_to_guest(v, to_cap, &cap, sizeof(cap)))
		return EFI_INVALID_PARAMETER;
	return EFI_SUCCESS;
}

/* The entry points move with the page they are in; the tables stay where they are. */
static void move_stubs(struct domain *d, uint64_t virt)
{
	uint64_t(*desc)[2] = guest_phys(d, FW_DESCS, FW_EFI_CALLS * sizeof(*desc));

	for (unsigned int i = 0; i < FW_EFI_CALLS; i++)
		desc[i][0] = virt + FW_EFI_STUBS + 16 * i;
}

/* r32: bytes of the map, r33: of a descriptor, r34: version, r35: the map */
static uint64_t set_virtual_address_map(struct vcpu *v)
{
	uint64_t bytes = guest_gr(v, 32), step = guest_gr(v, 33), map = guest_gr(v, 35);
	struct efi_desc desc;

	if (v->domain->fw->virtual)
		return EFI_UNSUPPORTED;
	if (step != sizeof(desc) || guest_gr(v, 34) != EFI_DESC_VERSION ||
	    bytes > MAP_MAX * sizeof(desc) || bytes % step)
		return EFI_INVALID_PARAMETER;
	for (uint64_t at = 0; at < bytes; at += step) {
		if (!copy_from_guest(v, &desc, map + at, sizeof(desc)))
			return EFI_INVALID_PARAMETER;
		if (desc.type != EFI_PAL_CODE)
			continue;
		move_stubs(v->domain, desc.virt - desc.base);
		v->domain->fw->virtual = true;
		return EFI_SUCCESS;
	}
	return EFI_NO_MAPPING;
}

void fw_efi(struct vcpu *v, unsigned int class)
{
	uint64_t status = EFI_UNSUPPORTED;

	switch (class) {
	case XEN_CLASS_efi_get_time: status = get_time(v); break;
	case XEN_CLASS_efi_set_virtual_address_map: status = set_virtual_address_map(v); break;
	case XEN_CLASS_efi_reset_system:
		domain_end(v->domain, guest_gr(v, 32) == EFI_RESET_SHUTDOWN ? XEN_SHUTDOWN_poweroff
									    : XEN_SHUTDOWN_reboot);
		return;
	}
	fw_result(v, status, 0, 0, 0);
}
