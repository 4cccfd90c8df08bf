// SPDX-License-Identifier: MIT
/*
 * ACPI fixed hardware: PM1 event and control registers, the PM timer, the reset register.
 *
 * ACPI 6.4 §4.8.3. The machine is always in ACPI mode (no SMI command port), so SCI_EN reads
 * as 1. The PM timer has 32 bits and counts machine_now(). Soft-off (S5) ends the machine;
 * another sleep state stops it with a message, for the DSDT offers none.
 */
#include "dev/acpipm.h"

#include <stdlib.h>

#include "debug/trace.h"
#include "irq/iosapic.h"
#include "machine.h"

#define STS_TMR	   0x0001
#define STS_GBL	   0x0020
#define STS_PWRBTN 0x0100
#define STS_SLPBTN 0x0200
#define STS_RTC	   0x0400
#define STS_WAK	   0x8000
#define STS_BITS   (STS_TMR | STS_GBL | STS_PWRBTN | STS_SLPBTN | STS_RTC | STS_WAK)
#define EN_BITS	   (STS_TMR | STS_GBL | STS_PWRBTN | STS_SLPBTN | STS_RTC)

#define CNT_SCI_EN     0x0001
#define CNT_BM_RLD     0x0002
#define CNT_SLP_TYP(c) ((c) >> 10 & 7)
#define CNT_SLP_EN     0x2000
#define CNT_KEPT       (CNT_BM_RLD | 7 << 10)

#define CARRY (UINT64_C(1) << 31) /* the timer's status is set whenever bit 31 changes */

struct acpipm {
	struct machine *m;
	uint16_t sts, en, cnt;
	uint64_t carries; /* changes of bit 31 already accounted for */
};

static uint64_t timer(const struct acpipm *pm)
{
	return (unsigned __int128)machine_now(pm->m) * PM_TMR_HZ / ITC_HZ;
}

static void update(struct acpipm *pm)
{
	uint64_t carries = timer(pm) / CARRY;

	if (carries != pm->carries)
		pm->sts |= STS_TMR;
	pm->carries = carries;
	iosapic_set(pm->m->iosapic, GSI_SCI, pm->sts & pm->en & EN_BITS);
}

uint64_t acpipm_next(const struct acpipm *pm)
{
	unsigned __int128 at = (unsigned __int128)(pm->carries + 1) * CARRY * ITC_HZ;

	return pm->en & STS_TMR ? (uint64_t)(at / PM_TMR_HZ) + 1 : MACHINE_NEVER;
}

void acpipm_tick(struct acpipm *pm)
{
	update(pm);
}

static uint64_t evt_read(void *opaque, uint64_t off, unsigned size)
{
	struct acpipm *pm = opaque;

	(void)size;
	update(pm);
	return (pm->sts | (uint32_t)pm->en << 16) >> 8 * off;
}

static void evt_write(void *opaque, uint64_t off, unsigned size, uint64_t val)
{
	struct acpipm *pm = opaque;
	uint32_t mask = (size < 4 ? (1u << 8 * size) - 1 : ~0u) << 8 * off;
	uint32_t bits = (uint32_t)val << 8 * off & mask;

	update(pm);
	pm->sts &= ~(bits & STS_BITS); /* write 1 to clear */
	pm->en = ((pm->en & ~(mask >> 16)) | bits >> 16) & EN_BITS;
	update(pm);
}

static void sleep_request(struct acpipm *pm, unsigned type)
{
	if (type == ACPI_S5_SLP_TYP)
		machine_end(pm->m, EXIT_POWEROFF);
	else if (trace_on(pm->m->trace, unassigned)) /* the DSDT names no other state */
		trace_msg(pm->m->trace, unassigned, "ACPI sleep type %u", type);
}

static uint64_t cnt_read(void *opaque, uint64_t off, unsigned size)
{
	struct acpipm *pm = opaque;

	(void)size;
	return (pm->cnt | CNT_SCI_EN) >> 8 * off;
}

static void cnt_write(void *opaque, uint64_t off, unsigned size, uint64_t val)
{
	struct acpipm *pm = opaque;
	uint32_t mask = (size < 2 ? 0xffu : 0xffffu) << 8 * off;
	uint32_t cnt = (pm->cnt & ~mask) | ((uint32_t)val << 8 * off & mask);

	pm->cnt = cnt & CNT_KEPT;
	if (cnt & CNT_SLP_EN)
		sleep_request(pm, CNT_SLP_TYP(cnt));
}

static uint64_t tmr_read(void *opaque, uint64_t off, unsigned size)
{
	struct acpipm *pm = opaque;

	(void)size;
	return (uint32_t)timer(pm) >> 8 * off;
}

static void tmr_write(void *opaque, uint64_t off, unsigned size, uint64_t val)
{
	/* read-only: ACPI 6.4 §4.8.3.3 */
	(void)opaque, (void)off, (void)size, (void)val;
}

static uint64_t reset_read(void *opaque, uint64_t off, unsigned size)
{
	(void)opaque, (void)off, (void)size;
	return 0;
}

static void reset_write(void *opaque, uint64_t off, unsigned size, uint64_t val)
{
	struct acpipm *pm = opaque;

	(void)off, (void)size;
	if (val == RESET_VALUE)
		machine_reset(pm->m);
}

static const struct bus_dev_ops evt_ops = { .read = evt_read, .write = evt_write };
static const struct bus_dev_ops cnt_ops = { .read = cnt_read, .write = cnt_write };
static const struct bus_dev_ops tmr_ops = { .read = tmr_read, .write = tmr_write };
static const struct bus_dev_ops reset_ops = { .read = reset_read, .write = reset_write };

void acpipm_reset(struct acpipm *pm)
{
	pm->sts = pm->en = pm->cnt = 0;
	pm->carries = timer(pm) / CARRY;
	update(pm);
}

struct acpipm *acpipm_create(struct machine *m)
{
	struct acpipm *pm = calloc(1, sizeof(*pm));

	if (!pm)
		return NULL;
	pm->m = m;
	acpipm_reset(pm);
	bus_add_port(m->bus, PORT_PM1_EVT, 4, "pm1-event", &evt_ops, pm);
	bus_add_port(m->bus, PORT_PM1_CNT, 2, "pm1-control", &cnt_ops, pm);
	bus_add_port(m->bus, PORT_PM_TMR, 4, "pm-timer", &tmr_ops, pm);
	bus_add_port(m->bus, PORT_RESET, 1, "reset", &reset_ops, pm);
	return pm;
}

void acpipm_destroy(struct acpipm *pm)
{
	free(pm);
}
