// SPDX-License-Identifier: MIT
/*
 * Processes: fork, exec, wait, exit statuses, vfork, groups, orphans, and that
 * nothing is left over.
 */
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include "ktap.h"

static int wait_for(pid_t pid)
{
	int status = -1;

	return waitpid(pid, &status, 0) == pid ? status : -1;
}

static enum verdict exit_status(void)
{
	bool good = true;

	for (int code = 0; code < 256; code += 51) {
		pid_t pid = fork();

		if (!pid)
			_exit(code);
		good &= VALUE(wait_for(pid), code << 8);
	}
	return verdict(good);
}

static enum verdict killed_status(void)
{
	static const int signals[] = { SIGKILL, SIGTERM, SIGSEGV, SIGUSR1 };
	bool good = true;

	for (int i = 0; i < ARRAY_SIZE(signals); i++) {
		pid_t pid = fork();

		if (!pid) {
			for (;;)
				pause();
		}
		good &= CHECK(kill(pid, signals[i]) == 0);
		good &= VALUE(WTERMSIG(wait_for(pid)), signals[i]);
	}
	return verdict(good);
}

static enum verdict stop_and_continue(void)
{
	int status;
	pid_t pid = fork();
	bool good;

	if (!pid) {
		raise(SIGSTOP);
		_exit(42);
	}
	good = CHECK(waitpid(pid, &status, WUNTRACED) == pid) && CHECK(WIFSTOPPED(status));
	good &= VALUE(WSTOPSIG(status), SIGSTOP);
	kill(pid, SIGCONT);
	return verdict(good & VALUE(wait_for(pid), 42 << 8));
}

static enum verdict exec_arguments(void)
{
	char *argv[] = { "sh", "-c", "test \"$1.$WORD\" = one.two", "x", "one", NULL };
	char *envp[] = { "WORD=two", "PATH=/bin", NULL };
	pid_t pid = fork();

	if (!pid) {
		execve("/bin/sh", argv, envp);
		_exit(127);
	}
	return verdict(VALUE(wait_for(pid), 0));
}

static enum verdict exec_errors(void)
{
	char *argv[] = { "x", NULL };
	bool good = CHECK(execv("/no/such/file", argv) == -1 && errno == ENOENT);

	good &= CHECK(execv("/proc", argv) == -1 && errno == EACCES);
	return verdict(good & CHECK(execv("/proc/self/mem", argv) == -1));
}

static enum verdict vfork_exec(void)
{
	char *argv[] = { "true", NULL };
	pid_t pid = vfork();

	if (!pid) {
		execv("/bin/true", argv);
		_exit(127);
	}
	return verdict(VALUE(wait_for(pid), 0));
}

static enum verdict copy_on_write(void)
{
	static volatile long cells[8192];
	bool good = true;
	pid_t pid;

	for (int i = 0; i < ARRAY_SIZE(cells); i++)
		cells[i] = i;
	pid = fork();
	if (!pid) {
		for (int i = 0; i < ARRAY_SIZE(cells); i++)
			cells[i] += 1;
		for (int i = 0; i < ARRAY_SIZE(cells); i++)
			good &= cells[i] == i + 1;
		_exit(!good);
	}
	good = VALUE(wait_for(pid), 0);
	for (int i = 0; i < ARRAY_SIZE(cells); i++)
		good &= cells[i] == i;
	return verdict(CHECK(good));
}

static enum verdict groups(void)
{
	bool good;
	int status;
	pid_t pid = fork();

	if (!pid) {
		good = setsid() == getpid() && getpgrp() == getpid();
		_exit(!(good && getsid(0) == getpid()));
	}
	good = VALUE(wait_for(pid), 0);
	pid = fork();
	if (!pid) {
		for (;;)
			pause();
	}
	good &= CHECK(setpgid(pid, pid) == 0) && CHECK(getpgid(pid) == pid);
	kill(-pid, SIGTERM);
	good &= CHECK(waitpid(-pid, &status, 0) == pid);
	return verdict(good & VALUE(WTERMSIG(status), SIGTERM));
}

static enum verdict orphan(void)
{
	int fds[2], parent = 0;
	bool good = CHECK(pipe(fds) == 0);

	if (!fork()) {
		pid_t middle = getpid();

		if (fork())
			_exit(0);
		while (getppid() == middle)
			usleep(1000);
		parent = getppid();
		write(fds[1], &parent, sizeof parent);
		_exit(0);
	}
	wait(NULL);
	good &= CHECK(read(fds[0], &parent, sizeof parent) == sizeof parent);
	close(fds[0]);
	close(fds[1]);
	return verdict(good & VALUE(parent, 1));
}

static enum verdict many_children(void)
{
	pid_t pids[64];
	bool good = true;

	for (int i = 0; i < ARRAY_SIZE(pids); i++) {
		pids[i] = fork();
		if (!pids[i]) {
			sched_yield();
			_exit(i);
		}
		good &= pids[i] > 0;
	}
	for (int i = ARRAY_SIZE(pids) - 1; i >= 0; i--)
		good &= VALUE(wait_for(pids[i]), i << 8);
	return verdict(good & CHECK(wait(NULL) == -1 && errno == ECHILD));
}

static enum verdict fork_chain(void)
{
	pid_t pid = fork();

	if (!pid) {
		for (int depth = 0; depth < 30; depth++) {
			pid = fork();
			if (pid) {
				int status = wait_for(pid);

				_exit(depth ? WEXITSTATUS(status) + 1 : WEXITSTATUS(status));
			}
		}
		_exit(7);
	}
	return verdict(VALUE(wait_for(pid), (7 + 29) << 8));
}

static enum verdict resource_usage(void)
{
	struct rusage before, after;
	volatile unsigned long n = 0;
	bool good = CHECK(getrusage(RUSAGE_SELF, &before) == 0);

	do {
		for (int i = 0; i < 200000; i++)
			n = n + i;
		getrusage(RUSAGE_SELF, &after);
	} while (after.ru_utime.tv_sec == before.ru_utime.tv_sec &&
		 after.ru_utime.tv_usec == before.ru_utime.tv_usec && n < 1UL << 44);
	good &= CHECK(after.ru_utime.tv_usec != before.ru_utime.tv_usec ||
		      after.ru_utime.tv_sec != before.ru_utime.tv_sec);
	return verdict(good & CHECK(after.ru_minflt > 0));
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "exit statuses arrive", exit_status },
		{ "killing signals arrive", killed_status },
		{ "stop and continue", stop_and_continue },
		{ "exec passes arguments and environment", exec_arguments },
		{ "exec of what is no program fails", exec_errors },
		{ "vfork and exec", vfork_exec },
		{ "fork copies memory on write", copy_on_write },
		{ "sessions and process groups", groups },
		{ "init inherits orphans", orphan },
		{ "64 children at once", many_children },
		{ "a chain of 30 forks", fork_chain },
		{ "CPU time and faults are accounted", resource_usage },
	};

	return ktap_main(cases, ARRAY_SIZE(cases));
}
