/* SPDX-License-Identifier: MIT */
/*
 * console.h - one serial line for the monitor and all guests' consoles.
 *
 * One of them has the focus: what is typed goes there, and a guest's output comes as it is.
 * Ctrl-] goes to the monitor and back. Other guests' output is kept (the last few KiB, shown
 * when the focus comes) and, with the argument `log`, printed by lines with their names.
 */
#ifndef HV_CONSOLE_H
#define HV_CONSOLE_H

#include "domain.h"

#define CONSOLE_ESCAPE 0x1d /* Ctrl-] */

/** console_init - serial line on; @log: see above */
void console_init(bool log);
/** console_message - text of the hypervisor, '\n' after each line */
void console_message(const char *text);
/** console_say - text of the monitor's dialogue: as it is */
void console_say(const char *text);

/** console_create - @ring: hypervisor's address of the guest's console page */
bool console_create(struct domain *d, void *ring);
void console_destroy(struct domain *d);
unsigned int console_port(const struct domain *d);
/** console_write - output of the guest that does not come through its ring */
void console_write(struct domain *d, const char *text, uint64_t bytes);
/** console_drain - look at the ring */
void console_drain(struct domain *d);

/** console_typed - a character from the serial line, to whoever has the focus */
void console_typed(char c);

/** console_focus - NULL: the monitor */
void console_focus(struct domain *d);
struct domain *console_focused(void);

#endif
