// SPDX-License-Identifier: MIT
/*
 * What random instructions do not cover: deep recursion through the register stack, software
 * pipelined loops, division and square root by their approximations, switches, sorting, calls
 * through pointers. Freestanding; linked with userland/bench/start.S, whose compute_main() it
 * gives.
 */
#include <stddef.h>
#include <stdint.h>

#define N 48

int compute_main(void);
long put_text(int fd, const char *text, size_t length);

static double a[N][N], b[N][N], c[N][N];
static float single[256];
static uint32_t words[2048];

static __attribute__((noinline)) uint64_t ackermann(uint64_t m, uint64_t n)
{
	if (!m)
		return n + 1;
	return ackermann(m - 1, n ? ackermann(m, n - 1) : 1);
}

/* Many values live across the calls, so that each frame is a large one. */
static __attribute__((noinline)) uint64_t wide(unsigned depth, uint64_t x)
{
	uint64_t v[20], sum = 0;

	for (unsigned i = 0; i < 20; i++)
		v[i] = x = x * 6364136223846793005u + 1442695040888963407u;
	if (depth)
		sum = wide(depth - 1, v[3] ^ v[7]) + wide(depth / 2, v[11]);
	for (unsigned i = 0; i < 20; i++)
		sum += v[i] >> i;
	return sum;
}

static double matrices(void)
{
	double sum = 0;

	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			a[i][j] = (i - j) / (1.0 + i + j);
			b[i][j] = __builtin_sqrt(1.5 * i + j);
		}
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			double t = 0;

			for (int k = 0; k < N; k++)
				t += a[i][k] * b[k][j];
			c[i][j] = t;
		}
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++)
			sum += c[i][j];
	return sum;
}

static uint64_t divisions(uint64_t x)
{
	uint64_t sum = 0;

	for (unsigned i = 1; i < 3000; i++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		sum += x / i + x % (i * 7919) + (uint64_t)((int64_t)x / -(int64_t)i);
		sum += (uint32_t)x / i + (int32_t)x % (int)i;
		single[i % 256] = single[(i + 17) % 256] / (float)i + (float)(x >> 40);
		sum += (uint64_t)single[i % 256];
	}
	return sum;
}

static void sort(uint32_t *w, int n)
{
	for (int gap = n / 2; gap; gap /= 2)
		for (int i = gap; i < n; i++) {
			uint32_t t = w[i];
			int j = i;

			for (; j >= gap && w[j - gap] > t; j -= gap)
				w[j] = w[j - gap];
			w[j] = t;
		}
}

static uint64_t twice(uint64_t x)
{
	return 2 * x;
}

static uint64_t swapped(uint64_t x)
{
	return __builtin_bswap64(x);
}

static uint64_t bits(uint64_t x)
{
	return __builtin_popcountll(x) + (uint64_t)__builtin_ctzll(x | 1UL << 63);
}

static uint64_t interpreted(uint64_t x)
{
	static uint64_t (*volatile const call[])(uint64_t) = { twice, swapped, bits };
	static uint64_t cell;

	for (unsigned i = 0; i < 20000; i++)
		switch ((x >> i % 61) & 7) {
		case 0: x += call[i % 3](x); break;
		case 1: x ^= x << 13; break;
		case 2: x ^= x >> 7; break;
		case 3: x = x << 17 | x >> 47; break;
		case 4: x += __sync_fetch_and_add(&cell, 8); break;
		case 5: x += __sync_lock_test_and_set(&cell, x); break;
		case 6: x -= __sync_val_compare_and_swap(&cell, x, i); break;
		default: x += 0x9e3779b97f4a7c15 + i;
		}
	return x;
}

int compute_main(void)
{
	uint64_t sum = 1;

	for (unsigned round = 0; round < 4; round++) {
		sum += ackermann(2, 60 + round);
		sum += wide(24, sum);
		sum += (uint64_t)(int64_t)(matrices() * 1e6);
		sum += divisions(sum);
		for (unsigned i = 0; i < 2048; i++)
			words[i] = (sum = sum * 6364136223846793005u + 1) >> 32;
		sort(words, 2048);
		sum += interpreted(sum) + words[round * 500];
	}
	put_text(1, "# done\n", 7);
	return sum & 63;
}
