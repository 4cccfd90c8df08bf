// SPDX-License-Identifier: MIT
/*
 * ia64-machine: an IA-64 computer as a program.
 *
 * Command line in, exit status out; the machine itself starts in board.c.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "machine.h"

/* A standard descriptor that the caller has closed must not become that of a disk image. */
static bool standard_files(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	return fd >= 0 && close(fd) == 0;
}

int main(int argc, char **argv)
{
	struct machine_options opt;
	struct machine *m;
	int status;

	if (!standard_files()) {
		perror("ia64-machine: /dev/null");
		return EXIT_USAGE;
	}
	status = options_parse(&opt, argc, argv);
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
