// SPDX-License-Identifier: MIT
/*
 * The register stack: frames deeper than the physical registers and than the
 * first pages of the backing store, across forks, signals and system calls.
 */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "asm.h"
#include "ktap.h"

static enum verdict deep(void)
{
	bool good = true;

	for (uint64_t depth = 0; depth < 12; depth++)
		good &= VALUE(rse_deep(depth, depth * 1000, NULL), 0);
	good &= VALUE(rse_deep(100, 1, NULL), 0);
	return verdict(good & VALUE(rse_deep(5000, 1, NULL), 0));
}

static enum verdict nats(void)
{
	return verdict(VALUE(rse_nat(0), 4) & VALUE(rse_nat(10), 44) & VALUE(rse_nat(500), 2004));
}

static void many_calls(void)
{
	for (int i = 0; i < 200; i++) {
		getppid();
		sched_yield();
	}
}

static enum verdict system_calls(void)
{
	return verdict(VALUE(rse_deep(3, 9, many_calls), 0) &
		       VALUE(rse_deep(60, 9, many_calls), 0));
}

static int child_status;
static bool in_child;

static void forking(void)
{
	pid_t pid = fork();

	in_child = pid == 0;
	if (pid)
		waitpid(pid, &child_status, 0);
}

static enum verdict forks(void)
{
	bool good = true;

	for (uint64_t depth = 0; depth < 60; depth += 12) {
		uint64_t lost = rse_deep(depth, 3, forking);

		if (in_child)
			_exit(lost != 0);
		good &= VALUE(lost, 0) & VALUE(child_status, 0);
	}
	return verdict(good);
}

static volatile sig_atomic_t alarms;
static volatile uint64_t lost_in_handler;

static void recursing(int sig)
{
	alarms++;
	lost_in_handler += rse_deep(20, alarms, NULL);
}

static enum verdict signals(void)
{
	struct itimerval t = { { 0, 4000 }, { 0, 4000 } }, off = { { 0, 0 }, { 0, 0 } };
	uint64_t lost = 0;

	signal(SIGALRM, recursing);
	setitimer(ITIMER_REAL, &t, NULL);
	while (alarms < 25)
		lost += rse_deep(alarms & 15, 5, NULL);
	setitimer(ITIMER_REAL, &off, NULL);
	return verdict(VALUE(lost, 0) & VALUE(lost_in_handler, 0));
}

static jmp_buf back;

static void leap(void)
{
	longjmp(back, 5);
}

static enum verdict long_jumps(void)
{
	volatile int rounds = 0;
	volatile bool good = true;

	for (volatile uint64_t depth = 0; depth < 40; depth += 3) {
		if (!setjmp(back)) {
			rse_deep(depth, 8, leap);
			good = false;
		}
		rounds++;
	}
	return verdict(CHECK(good) & VALUE(rounds, 14));
}

static uint64_t __attribute__((noinline)) ackermann(uint64_t m, uint64_t n)
{
	if (!m)
		return n + 1;
	return ackermann(m - 1, n ? ackermann(m, n - 1) : 1);
}

static enum verdict recursion(void)
{
	return verdict(VALUE(ackermann(2, 50), 103) & VALUE(ackermann(3, 6), 509));
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "up to 5000 frames of 96 registers", deep },
		{ "NaT bits in the backing store", nats },
		{ "system calls and switches in deep frames", system_calls },
		{ "fork in deep frames", forks },
		{ "signal handlers that recurse", signals },
		{ "longjmp out of deep frames", long_jumps },
		{ "plain recursion", recursion },
	};

	return ktap_main(cases, ARRAY_SIZE(cases));
}
