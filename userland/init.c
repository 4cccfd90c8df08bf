// SPDX-License-Identifier: MIT
/*
 * /init of the guest: mounts what a shell expects, gives the shell a controlling
 * terminal so that job control works, and powers the machine off when it ends.
 *
 * Words on the kernel command line:
 *   pvtest[=NAME]  run the tests in /tests (or the one called NAME), then power
 *                  off; pvexit as well: leave through the machine's exit device,
 *                  with 0 or 1 as the emulator's exit status
 *   pvbench[=NAME] run the benchmarks in /bench (or the one called NAME, or none for
 *                  pvbench=boot), then power off; pvcount=N as well: N times
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* The machine's exit device: a 32-bit store of N ends the emulator with status N. */
#define EXIT_DEVICE 0xfed00000UL

static void mount_or_say(const char *type, const char *where)
{
	mkdir(where, 0755);
	if (mount(type, where, type, 0, NULL) && errno != EBUSY)
		printf("init: cannot mount %s on %s: %s\n", type, where, strerror(errno));
}

/* read_line() - the first line of @path, without its newline; "" if there is none */
static char *read_line(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, buf, size - 1);

	if (fd >= 0)
		close(fd);
	buf[n > 0 ? n : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return buf;
}

/* cmdline_word() - the value of WORD or WORD=value; NULL if it is not there */
static const char *cmdline_word(const char *word)
{
	static char line[2048];
	size_t len = strlen(word);
	char *save, *w;

	read_line("/proc/cmdline", line, sizeof line);
	for (w = strtok_r(line, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (!strncmp(w, word, len) && (!w[len] || w[len] == '='))
			return w[len] ? w + len + 1 : "";
	}
	return NULL;
}

/*
 * /dev/console cannot be a controlling terminal; the device behind it can. The
 * kernel names its consoles, the one for /dev/console last.
 */
static const char *terminal(void)
{
	static char path[64] = "/dev/";
	char buf[128], *last;

	read_line("/sys/class/tty/console/active", buf, sizeof buf);
	last = strrchr(buf, ' ');
	strlcat(path, last ? last + 1 : buf, sizeof path);
	return access(path, R_OK | W_OK) ? "/dev/console" : path;
}

/* start() - run @argv in a session of its own, on the terminal */
static pid_t start(char *const argv[], const char *tty)
{
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	setsid();
	fd = open(tty, O_RDWR);
	if (fd >= 0) {
		ioctl(fd, TIOCSCTTY, (void *)1);
		dup2(fd, 0);
		dup2(fd, 1);
		dup2(fd, 2);
		if (fd > 2)
			close(fd);
	}
	execv(argv[0], argv);
	printf("init: cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* reap_until() - inherit and bury orphans until @pid ends; its exit status */
static int reap_until(pid_t pid)
{
	int status;
	pid_t got;

	while ((got = wait(&status)) != pid) {
		if (got < 0 && errno == ECHILD)
			return 127;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void exit_device(int value)
{
	int fd = open("/dev/mem", O_RDWR | O_SYNC);
	volatile uint32_t *reg;

	if (fd < 0)
		return;
	reg = mmap(NULL, getpagesize(), PROT_READ | PROT_WRITE, MAP_SHARED, fd, EXIT_DEVICE);
	if (reg != MAP_FAILED)
		*reg = value;
}

static void banner(void)
{
	struct utsname u;
	char cpus[64];

	uname(&u);
	read_line("/sys/devices/system/cpu/online", cpus, sizeof cpus);
	printf("\nLinux %s on %s, CPU %s. `exit` or `poweroff` ends it.\n", u.release, u.machine,
	       cpus);
}

int main(void)
{
	char *shell[] = { "/bin/sh", "-i", NULL };
	char *tests[] = { "/tests/run", NULL, NULL };
	char *bench[] = { "/bench/run", NULL, NULL, NULL };
	char **argv = shell;
	const char *which, *tty;
	int status;

	mount_or_say("proc", "/proc");
	mount_or_say("sysfs", "/sys");
	mount_or_say("devtmpfs", "/dev");
	mount_or_say("devpts", "/dev/pts");
	mount_or_say("tmpfs", "/tmp");
	chmod("/tmp", 01777);

	setenv("PATH", "/bin:/sbin", 1);
	setenv("HOME", "/", 1);
	setenv("TERM", "vt100", 1);
	setenv("PS1", "ia64# ", 1);

	which = cmdline_word("pvtest");
	if (which) {
		argv = tests;
		tests[1] = *which ? strdup(which) : NULL;
	} else if ((which = cmdline_word("pvbench"))) {
		argv = bench;
		bench[1] = *which ? strdup(which) : NULL;
		which = cmdline_word("pvcount");
		bench[2] = which ? strdup(which) : NULL;
	} else {
		banner();
	}

	tty = terminal();
	status = reap_until(start(argv, tty));
	if (argv == tests)
		printf("pvtest: %s\n", status ? "FAIL" : "PASS");
	else if (argv == bench)
		printf("pvbench: %s\n", status ? "FAIL" : "done");
	fflush(stdout);
	sync();
	if (argv != shell && cmdline_word("pvexit"))
		exit_device(status != 0);
	reboot(RB_POWER_OFF, NULL);
	printf("init: the machine has no power switch: %s\n", strerror(errno));
	for (;;)
		pause();
}
