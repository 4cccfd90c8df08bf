// SPDX-License-Identifier: MIT
/*
 * Threads: several flows in one address space, made with clone2, meeting
 * through semaphore instructions and futexes. klibc knows nothing of threads,
 * so they make raw system calls only.
 */
#include <asm/unistd.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "asm.h"
#include "ktap.h"

enum { THREADS = 4, STACK = 256 * 1024, ROUNDS = 2000 };

static volatile uint64_t counter;
static volatile uint32_t turn;
static volatile uint64_t plain;
static volatile uint32_t lock;

static pid_t start(int (*fn)(void *), long arg)
{
	void *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return thread_start(fn, stack, STACK,
			    CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | SIGCHLD,
			    (void *)arg);
}

/* run() - THREADS threads of @fn; do they all exit with their number? */
static bool run(int (*fn)(void *))
{
	pid_t pids[THREADS];
	bool good = true;
	int status;

	for (long i = 0; i < THREADS; i++) {
		pids[i] = start(fn, i);
		good &= CHECK(pids[i] > 0);
	}
	for (int i = 0; i < THREADS; i++) {
		status = -1;
		good &= CHECK(waitpid(pids[i], &status, 0) == pids[i]) & VALUE(status, i << 8);
	}
	return good;
}

static int counting(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		__sync_fetch_and_add(&counter, 1);
		if (i % 256 == 0)
			raw_syscall(__NR_sched_yield);
	}
	return (long)arg;
}

static enum verdict fetch_and_add(void)
{
	counter = 0;
	return verdict(run(counting) & VALUE(counter, THREADS * ROUNDS));
}

static int adding(void *arg)
{
	uint64_t old;

	for (int i = 0; i < ROUNDS; i++) {
		do
			old = counter;
		while (!__sync_bool_compare_and_swap(&counter, old, old + 3));
	}
	return (long)arg;
}

static enum verdict compare_and_swap(void)
{
	counter = 0;
	return verdict(run(adding) & VALUE(counter, THREADS * ROUNDS * 3));
}

static int locking(void *arg)
{
	for (int i = 0; i < ROUNDS / 4; i++) {
		while (__sync_lock_test_and_set(&lock, 1))
			raw_syscall(__NR_sched_yield);
		plain = plain + 1;
		if (i % 50 == 0)
			raw_syscall(__NR_sched_yield);
		__sync_lock_release(&lock);
	}
	return (long)arg;
}

static enum verdict spin_lock(void)
{
	plain = 0;
	return verdict(run(locking) & VALUE(plain, THREADS * (ROUNDS / 4)));
}

/* Each waits for its turn: a ring of futex waits and wakes. */
static int in_turn(void *arg)
{
	long me = (long)arg;

	for (int i = 0; i < 100; i++) {
		uint32_t now;

		while ((now = turn) % THREADS != me)
			raw_syscall(__NR_futex, &turn, FUTEX_WAIT, now, NULL);
		plain = plain * 3 + me;
		__sync_fetch_and_add(&turn, 1);
		raw_syscall(__NR_futex, &turn, FUTEX_WAKE, 1000);
	}
	return me;
}

static enum verdict futexes(void)
{
	uint64_t want = 0;

	for (int i = 0; i < 100 * THREADS; i++)
		want = want * 3 + i % THREADS;
	plain = 0;
	turn = 0;
	return verdict(run(in_turn) & VALUE(plain, want));
}

static int recursing(void *arg)
{
	uint64_t lost = 0;

	for (int i = 0; i < 20; i++) {
		lost += rse_deep(30 + (long)arg, i, NULL);
		raw_syscall(__NR_sched_yield);
	}
	return lost ? 255 : (long)arg;
}

static enum verdict register_stacks(void)
{
	return verdict(run(recursing));
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "fetchadd from four threads", fetch_and_add },
		{ "cmpxchg from four threads", compare_and_swap },
		{ "a lock of xchg", spin_lock },
		{ "futexes, in turn", futexes },
		{ "each thread has its register stack", register_stacks },
	};

	return ktap_main(cases, ARRAY_SIZE(cases));
}
