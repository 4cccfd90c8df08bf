// SPDX-License-Identifier: MIT
/*
 * GetTime and SetTime (UEFI 2.0 §7.3).
 *
 * The clock runs from -rtc base by the machine's own time, so that a run repeats exactly,
 * or by the host's clock on request. SetTime keeps an offset.
 */
#include <time.h>

#include "cpu/parts.h"
#include "fw/efi.h"

struct efi_time {
	uint16_t year;
	uint8_t month, day, hour, minute, second, pad1;
	uint32_t nanosecond;
	int16_t time_zone;
	uint8_t daylight, pad2;
};
_Static_assert(sizeof(struct efi_time) == 16, "EFI_TIME");

struct efi_time_cap {
	uint32_t resolution; /* per second */
	uint32_t accuracy;   /* in 1e-6 parts per million */
	uint8_t sets_to_zero, pad[3];
};

static int64_t clock_now(const struct firmware *fw, uint32_t *nanosecond)
{
	uint64_t ticks = machine_now(fw->m);
	struct timespec ts;

	if (fw->m->opt.rtc_host) {
		clock_gettime(CLOCK_REALTIME, &ts);
		*nanosecond = ts.tv_nsec;
		return ts.tv_sec;
	}
	*nanosecond = ticks % ITC_HZ * (1000000000UL / ITC_HZ);
	return fw->m->opt.rtc_base + ticks / ITC_HZ;
}

/* Days since 1970-01-01 of a date of the Gregorian calendar: count from 1 March of year 0. */
static int64_t days_of_date(int64_t year, unsigned month, unsigned day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = month > 2 ? month - 3 : month + 9;

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

static unsigned days_in_month(unsigned year, unsigned month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

enum exec efi_get_time(struct firmware *fw, struct cpu *cpu, const uint64_t *a, uint64_t *status)
{
	const struct efi_time_cap cap = { .resolution = 1, .accuracy = 50000000 };
	struct efi_time t = { .time_zone = fw->time_zone, .daylight = fw->time_daylight };
	uint32_t nanosecond;
	time_t now = clock_now(fw, &nanosecond) + fw->time_offset;
	struct tm tm;
	enum exec r;

	*status = EFI_INVALID_PARAMETER;
	if (!a[0] || !gmtime_r(&now, &tm))
		return EXEC_NEXT;
	t.year = tm.tm_year + 1900;
	t.month = tm.tm_mon + 1;
	t.day = tm.tm_mday;
	t.hour = tm.tm_hour;
	t.minute = tm.tm_min;
	t.second = tm.tm_sec;
	t.nanosecond = nanosecond;
	r = mem_copy_out(cpu, a[0], &t, sizeof(t));
	if (r == EXEC_NEXT && a[1])
		r = mem_copy_out(cpu, a[1], &cap, sizeof(cap));
	*status = EFI_SUCCESS;
	return r;
}

static bool valid(const struct efi_time *t)
{
	return t->year >= 1900 && t->year <= 9999 && t->month >= 1 && t->month <= 12 &&
	       t->day >= 1 && t->day <= days_in_month(t->year, t->month) && t->hour < 24 &&
	       t->minute < 60 && t->second < 60 && t->nanosecond < 1000000000 &&
	       ((t->time_zone >= -1440 && t->time_zone <= 1440) ||
		t->time_zone == EFI_UNSPECIFIED_TIMEZONE) &&
	       !(t->daylight & ~3);
}

enum exec efi_set_time(struct firmware *fw, struct cpu *cpu, const uint64_t *a, uint64_t *status)
{
	struct efi_time t;
	uint32_t nanosecond;
	int64_t s;
	enum exec r;

	*status = EFI_INVALID_PARAMETER;
	if (!a[0])
		return EXEC_NEXT;
	r = mem_copy_in(cpu, &t, a[0], sizeof(t));
	if (r != EXEC_NEXT || !valid(&t))
		return r;
	s = days_of_date(t.year, t.month, t.day) * 86400 + t.hour * 3600 + t.minute * 60 + t.second;
	fw->time_offset = s - clock_now(fw, &nanosecond);
	fw->time_zone = t.time_zone;
	fw->time_daylight = t.daylight;
	*status = EFI_SUCCESS;
	return EXEC_NEXT;
}
