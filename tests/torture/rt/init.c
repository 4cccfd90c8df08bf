// SPDX-License-Identifier: MIT
/*
 * /init of a torture run: executes each program named in /list, one after the other,
 * says on the console in KTAP how each ended, and powers the machine off.
 *
 * A test passes when it exits with 0. Its output goes to a file, whose beginning is
 * shown when it failed. One that takes longer than its time is ended by SIGALRM.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "rt.h"

#define SECONDS_EACH 60 /* of the guest's time */
#define OUTPUT	     "/tmp/output"

static char names[1 << 18];

static void run(char *path)
{
	char *argv[] = { path, NULL }, *envp[] = { NULL };
	int fd = open(OUTPUT, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	rt_dup2(fd, 1);
	rt_dup2(fd, 2);
	close(fd);
	rt_chdir("/tmp");
	alarm(SECONDS_EACH);
	rt_execve(path, argv, envp);
	_exit(126);
}

static void show_output(void)
{
	char line[256];
	FILE *f = fopen(OUTPUT, "r");
	int i;

	for (i = 0; f && i < 5 && fgets(line, sizeof line, f); i++) {
		line[strcspn(line, "\n")] = '\0';
		printf("# %s\n", line);
	}
	if (f)
		fclose(f);
}

/* test() - run @name; 0 if it passed */
static int test(int n, const char *name)
{
	char path[256];
	int status = -1;
	long pid, got;

	snprintf(path, sizeof path, "/t/%s", name);
	pid = rt_clone(SIGCHLD, NULL);
	if (!pid)
		run(path);
	do
		got = rt_wait4(-1, &status, 0, NULL);
	while (got >= 0 && got != pid);
	if (!status) {
		printf("ok %d - %s\n", n, name);
		return 0;
	}
	if (status & 0x7f)
		printf("not ok %d - %s: signal %d\n", n, name, status & 0x7f);
	else
		printf("not ok %d - %s: exit status %d\n", n, name, status >> 8 & 0xff);
	show_output();
	return 1;
}

int main(void)
{
	int fd = open("/list", O_RDONLY), n = 0, bad = 0;
	char *name, *end;
	long size;

	size = read(fd, names, sizeof names - 1);
	if (size <= 0)
		printf("Bail out! no /list\n");
	printf("KTAP version 1\n");
	for (name = names; *name; name = end + 1) {
		end = strchr(name, '\n');
		*end = '\0';
		bad += test(++n, name);
	}
	printf("1..%d\n# %d failed\n", n, bad);
	rt_reboot(0xfee1dead, 0x28121969, 0x4321fedc, NULL);
	return 1;
}
