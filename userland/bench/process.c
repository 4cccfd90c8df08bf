// SPDX-License-Identifier: MIT
/* The cost of fork, exec and wait, of fork and wait alone, and of a pipe's round trip. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned long now_us(void)
{
	struct timeval tv;

	gettimeofday(&tv, NULL);
	return tv.tv_sec * 1000000UL + tv.tv_usec;
}

static int run(int with_exec, int rounds)
{
	char *argv[] = { "true", NULL };
	int status, bad = 0;

	for (int i = 0; i < rounds; i++) {
		pid_t pid = fork();

		if (!pid) {
			if (with_exec)
				execv("/bin/true", argv);
			_exit(with_exec ? 127 : 0);
		}
		waitpid(pid, &status, 0);
		bad |= status;
	}
	return bad;
}

static int ping_pong(int rounds)
{
	int there[2], back[2];
	char c = 'x';

	pipe(there);
	pipe(back);
	if (!fork()) {
		for (int i = 0; i < rounds; i++) {
			read(there[0], &c, 1);
			write(back[1], &c, 1);
		}
		_exit(0);
	}
	for (int i = 0; i < rounds; i++) {
		write(there[1], &c, 1);
		read(back[0], &c, 1);
	}
	wait(NULL);
	return 0;
}

int main(void)
{
	enum { ROUNDS = 100, TRIPS = 1000 };
	unsigned long start = now_us();
	int bad = run(1, ROUNDS);

	printf("bench fork+exec+wait %lu us\n", (now_us() - start) / ROUNDS);
	start = now_us();
	bad |= run(0, ROUNDS);
	printf("bench fork+wait %lu us\n", (now_us() - start) / ROUNDS);
	start = now_us();
	bad |= ping_pong(TRIPS);
	printf("bench pipe-round-trip %lu us\n", (now_us() - start) / TRIPS);
	return bad != 0;
}
