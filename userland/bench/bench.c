// SPDX-License-Identifier: MIT
/*
 * bench NAME [COUNT]: one of the workloads of bench.def. The result is a KTAP line, and
 * one with the time that it took by the interval time counter, which advances by one a
 * bundle on our machine. Exact counts come from outside: see bench.def.
 */
#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "../tests/asm.h"

#define DEEP	  "/tmp/bench/one/two/three"
#define FILE_NAME DEEP "/file"

/* What a workload returns: done, something went wrong, or there is nothing to do it with. */
enum { DONE, FAILED, ABSENT };

/* ---- system calls and files ---- */

static int bench_null(int count)
{
	for (int i = 0; i < count; i++)
		raw_syscall(__NR_getppid);
	return DONE;
}

static int bench_io(int count)
{
	int zero = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_WRONLY);
	char c;

	for (int i = 0; i < count; i++)
		if (read(zero, &c, 1) != 1 || write(null, &c, 1) != 1)
			return FAILED;
	return DONE;
}

static int bench_stat(int count)
{
	struct stat st;

	for (int i = 0; i < count; i++)
		if (stat(FILE_NAME, &st))
			return FAILED;
	return DONE;
}

static int bench_open(int count)
{
	for (int i = 0; i < count; i++)
		if (close(open(FILE_NAME, O_RDONLY)))
			return FAILED;
	return DONE;
}

/* ---- signals ---- */

static volatile int signals;

static void handler(int number)
{
	(void)number;
	signals++;
}

static int bench_siginstall(int count)
{
	struct sigaction action[2] = { { .sa_handler = handler }, { .sa_handler = SIG_IGN } };

	for (int i = 0; i < count; i++)
		if (sigaction(SIGUSR1, &action[i & 1], NULL))
			return FAILED;
	return DONE;
}

static int bench_signal(int count)
{
	struct sigaction action = { .sa_handler = handler };
	pid_t self = getpid();

	sigaction(SIGUSR1, &action, NULL);
	for (int i = 0; i < count; i++)
		kill(self, SIGUSR1);
	return signals == count ? DONE : FAILED;
}

/* ---- memory ---- */

static int bench_fault(int count)
{
	enum { AT_ONCE = 64 };
	int page = getpagesize();

	for (int done = 0; done < count; done += AT_ONCE) {
		int n = count - done < AT_ONCE ? count - done : AT_ONCE;
		char *p = mmap(NULL, n * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			       -1, 0);

		if (p == MAP_FAILED)
			return FAILED;
		for (int i = 0; i < n; i++)
			p[i * page] = 1;
		munmap(p, n * page);
	}
	return DONE;
}

/* ---- processes ---- */

/* A child that runs @argv, or ends at once; its exit status */
static int spawn(char *const argv[])
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (argv)
			execv(argv[0], argv);
		_exit(argv ? 127 : 0);
	}
	return pid < 0 || waitpid(pid, &status, 0) != pid ? -1 : status;
}

static int spawn_often(char *const argv[], int count)
{
	int bad = 0;

	for (int i = 0; i < count; i++)
		bad |= spawn(argv);
	return bad ? FAILED : DONE;
}

static int bench_fork(int count)
{
	return spawn_often(NULL, count);
}

static int bench_exec(int count)
{
	char *argv[] = { "/bin/true", NULL };

	return spawn_often(argv, count);
}

static int bench_sh(int count)
{
	char *argv[] = { "/bin/sh", "-c", "/bin/true", NULL };

	return spawn_often(argv, count);
}

/* Every object anew in each round. */
static int bench_compile(int count)
{
	char *sources[] = { "/bench/cc", "project", "/tmp/bench/cc", NULL };
	char *make[] = { "/bench/cc", "make", "/tmp/bench/cc", "1", NULL };

	return spawn(sources) ? FAILED : spawn_often(make, count);
}

/* One script a round: nothing of a round before is left. */
static int bench_shell(int count)
{
	char *argv[] = { "/bin/sh", "/bench/shell", "/tmp/bench", NULL };

	return spawn_often(argv, count);
}

/* ---- switches between processes ---- */

/* Each of @n processes hands a byte to the next, @count times in all. */
static int ring(int n, int count)
{
	int fd[16][2], bad = 0, me = 0, status;
	char c = 'x';

	for (int i = 0; i < n; i++)
		if (pipe(fd[i]))
			return FAILED;
	while (me < n - 1 && !bad) {
		pid_t pid = fork();

		bad = pid < 0;
		if (pid)
			break;
		me++;
	}
	for (int i = me; i < count && !bad; i += n) {
		if (i)
			bad |= read(fd[me][0], &c, 1) != 1;
		if (i + 1 < count)
			bad |= write(fd[(me + 1) % n][1], &c, 1) != 1;
	}
	if (me < n - 1)
		bad |= wait(&status) < 0 || status;
	if (me)
		_exit(bad);
	return bad ? FAILED : DONE;
}

static int bench_pipe(int count)
{
	return ring(2, 2 * count);
}

static int bench_switch(int count)
{
	return ring(8, count);
}

/* ---- time ---- */

static int bench_tick(int count)
{
	struct timespec soon = { .tv_nsec = 1 };

	for (int i = 0; i < count; i++)
		if (nanosleep(&soon, NULL))
			return FAILED;
	return DONE;
}

/* ---- modules ---- */

static int load_and_unload(const char *file, const char *name, const char *options, int count)
{
	int fd = open(file, O_RDONLY);

	if (fd < 0)
		return ABSENT;
	for (int i = 0; i < count; i++)
		if (raw_syscall(__NR_finit_module, fd, options, 0) ||
		    raw_syscall(__NR_delete_module, name, O_NONBLOCK))
			return FAILED;
	return DONE;
}

static int bench_module(int count)
{
	return load_and_unload("/lib/modules/loop.ko", "loop", "", count);
}

static int bench_sites(int count)
{
	return load_and_unload("/lib/modules/pv_test.ko", "pv_test", "quick=1", count);
}

/* ---- the list ---- */

static const struct workload {
	const char *name;
	int count;
	int (*run)(int count);
	const char *doc;
} workloads[] = {
#define WORKLOAD(name, count, doc) { #name, count, bench_##name, doc },
#include "bench.def"
};

#define WORKLOADS (int)(sizeof workloads / sizeof workloads[0])

static const struct workload *find(const char *name)
{
	for (int i = 0; i < WORKLOADS; i++)
		if (!strcmp(workloads[i].name, name))
			return &workloads[i];
	return NULL;
}

static int list(void)
{
	for (int i = 0; i < WORKLOADS; i++)
		printf("%-12s %6d times: %s\n", workloads[i].name, workloads[i].count,
		       workloads[i].doc);
	return 2;
}

static bool make_files(void)
{
	static const char *const dirs[] = { "/tmp/bench", "/tmp/bench/one", "/tmp/bench/one/two",
					    DEEP };
	int fd;

	for (int i = 0; i < 4; i++)
		if (mkdir(dirs[i], 0755) && errno != EEXIST)
			return false;
	fd = open(FILE_NAME, O_WRONLY | O_CREAT, 0644);
	return fd >= 0 && !close(fd);
}

static unsigned long ticks(void)
{
	unsigned long t;

	asm volatile("mov %0 = ar.itc" : "=r"(t)::"memory");
	return t;
}

int main(int argc, char **argv)
{
	const struct workload *w = argc > 1 ? find(argv[1]) : NULL;
	unsigned long start;
	int count, result;

	if (!w)
		return list();
	count = argc > 2 ? atoi(argv[2]) : w->count;
	if (count < 1 || !make_files()) {
		printf("bench: %s\n", count < 1 ? "a count is at least 1" : "cannot write to /tmp");
		return 2;
	}
	printf("KTAP version 1\n1..1\n");
	start = ticks();
	result = w->run(count);
	start = ticks() - start;
	if (result == ABSENT) {
		printf("ok 1 %s # SKIP its module is not there\n", w->name);
		return 0;
	}
	printf("bench %s %lu ticks, %d times, %lu each\n", w->name, start, count, start / count);
	printf("%sok 1 %s\n", result == FAILED ? "not " : "", w->name);
	return result;
}
