// SPDX-License-Identifier: MIT
/*
 * ia64-machine: an IA-64 computer as a program.
 *
 * Command line in, exit status out; the machine itself starts in board.c.
 */
#include <signal.h>

#include "machine.h"

int main(int argc, char **argv)
{
	struct machine_options opt;
	struct machine *m;
	int status = options_parse(&opt, argc, argv);

	if (status >= 0)
		return status;
	/* a disk image at the limit of its size is an error of the disk, not the end */
	signal(SIGXFSZ, SIG_IGN);
	m = machine_create(&opt);
	if (!m)
		return EXIT_USAGE;
	status = machine_run(m);
	machine_destroy(m);
	return status;
}
