// SPDX-License-Identifier: MIT
/*
 * The compute loop: a sieve of Eratosthenes (byte stores with a stride, short
 * loops, a working set of 1 MB) and a xorshift generator (shifts and dependent
 * integer operations), about 550 million instruction slots. Freestanding, so
 * that the same file runs under any Linux/ia64 kernel and any simulator of its
 * system calls. The results are checked: a wrong one exits with 1.
 */
#include <stddef.h>
#include <stdint.h>

#define LIMIT  1000000
#define ROUNDS 12
#define DRAWS  8000000
#define DRAWN  60006448

long put_text(int fd, const char *text, size_t length);
int compute_main(void);

static unsigned char composite[LIMIT + 1];

static uint64_t sieve(void)
{
	uint64_t primes = 0;

	for (size_t i = 0; i <= LIMIT; i++)
		composite[i] = 0;
	for (size_t i = 2; i <= LIMIT; i++) {
		if (composite[i])
			continue;
		primes++;
		for (size_t j = i * i; j <= LIMIT; j += i)
			composite[j] = 1;
	}
	return primes;
}

static uint64_t xorshift(void)
{
	uint64_t x = 88172645463325252, sum = 0;

	for (int i = 0; i < DRAWS; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		sum += x >> 60;
	}
	return sum;
}

/* say() - @name and @value in decimal, on one line */
static void say(const char *name, uint64_t value)
{
	char line[64];
	size_t n = 0, digits = 1;

	while (*name)
		line[n++] = *name++;
	for (uint64_t v = value; v >= 10; v /= 10)
		digits++;
	for (size_t i = n + digits; i-- > n; value /= 10)
		line[i] = '0' + value % 10;
	n += digits;
	line[n++] = '\n';
	put_text(1, line, n);
}

int compute_main(void)
{
	uint64_t primes = 0, sum;

	for (int i = 0; i < ROUNDS; i++)
		primes += sieve();
	sum = xorshift();
	say("# primes ", primes);
	say("# xorshift ", sum);
	return primes == ROUNDS * 78498 && sum == DRAWN ? 0 : 1;
}
