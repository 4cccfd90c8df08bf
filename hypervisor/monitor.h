/* SPDX-License-Identifier: MIT */
/*
 * monitor.h - the operator's commands on the serial line (docs/hypervisor.md).
 *
 * Characters come in with the interrupt; a line is carried out by the idle vcpu, between
 * guests.
 */
#ifndef HV_MONITOR_H
#define HV_MONITOR_H

#include "domain.h"

/** monitor_input - a character typed while the monitor has the focus */
void monitor_input(char c);
/** monitor_prompt - the monitor gets the focus */
void monitor_prompt(void);
/** monitor_active - whether somebody has used it: it then keeps the focus when guests come */
bool monitor_active(void);
/** monitor_run - (idle vcpu) carry out what has been typed */
void monitor_run(void);
/** stats_print - a guest's counters that are not 0 */
void stats_print(const struct domain *d);
/** cpus_print - processors: how long, how much of it idle, how often they waited for each other */
void cpus_print(void);

#endif
