// SPDX-License-Identifier: MIT
/*
 * The hypervisor's own messages, and its end by panic().
 *
 * A message of the hypervisor is a line of its own on the serial line: it begins with
 * "(hv) " whatever a guest has written before it.
 */
#include "boot.h"
#include "console.h"
#include "domain.h"
#include "lib.h"
#include "lock.h"

void hv_printf(const char *fmt, ...)
{
	char line[256];
	va_list ap;

	va_start(ap, fmt);
	vformat(line, sizeof(line), fmt, ap);
	va_end(ap);
	hv_lock();
	console_message(line);
	hv_unlock();
}

void panic(const char *fmt, ...)
{
	static bool again; /* a panic inside panic(): say no more */
	char line[256];
	va_list ap;

	several = false; /* whoever holds the lock may be the one that is here */
	if (!again) {
		again = true;
		va_start(ap, fmt);
		vformat(line, sizeof(line), fmt, ap);
		va_end(ap);
		console_message("PANIC: ");
		console_message(line);
		console_message("\n");
	}
	machine_off(EXIT_HV_PANIC);
}
