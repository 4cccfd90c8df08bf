/* SPDX-License-Identifier: MIT */
/*
 * ACPI fixed hardware (ACPI 6.4 §4.8): PM1 events and control, PM timer, reset register.
 */
#ifndef DEV_ACPIPM_H
#define DEV_ACPIPM_H

#include <stdbool.h>
#include <stdint.h>

struct machine;
struct acpipm;

/* SLP_TYP of the soft-off state: the DSDT's \_S5 says the same */
#define ACPI_S5_SLP_TYP 5

/** acpipm_create() - at the ports of memmap.h; NULL when memory is short */
struct acpipm *acpipm_create(struct machine *m);
void acpipm_destroy(struct acpipm *pm);
void acpipm_reset(struct acpipm *pm);
/** acpipm_next() - machine_now() at which acpipm_tick() wants to be called, or MACHINE_NEVER */
uint64_t acpipm_next(const struct acpipm *pm);
void acpipm_tick(struct acpipm *pm);

#endif
