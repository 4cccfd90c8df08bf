// SPDX-License-Identifier: MIT
/*
 * Floating point, as a program sees it: results, rounding, special values,
 * traps, and that registers belong to their process. The bits of results are
 * written out: they follow from IEEE 754.
 */
#include <asm/fpu.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <asm/sigcontext.h>
#include <asm/siginfo.h>
#include "asm.h"
#include "ktap.h"

#define ONE	 0x3ff0000000000000UL
#define TWO	 0x4000000000000000UL
#define INFINITE 0x7ff0000000000000UL
#define HUGE	 0x7fe0000000000000UL
#define TINY	 0x0010000000000000UL

static uint64_t bits_of(double d)
{
	uint64_t u;

	memcpy(&u, &d, sizeof u);
	return u;
}

static double from(uint64_t u)
{
	double d;

	memcpy(&d, &u, sizeof d);
	return d;
}

static enum verdict arithmetic(void)
{
	volatile double a = 1.0, b = 3.0, c = 10.0, big = 1e300;
	bool good = VALUE(bits_of(a / b), 0x3fd5555555555555);

	good &= VALUE(bits_of(a / c), 0x3fb999999999999a);
	good &= VALUE(bits_of(a / c + 2 * a / c), 0x3fd3333333333334);
	good &= VALUE(bits_of(__builtin_sqrt(b - a)), 0x3ff6a09e667f3bcd);
	good &= VALUE(bits_of(big * big), INFINITE);
	good &= VALUE(bits_of(-a / (big * big)), 0x8000000000000000);
	return verdict(good);
}

static enum verdict single(void)
{
	volatile float a = 1.0f, b = 3.0f;
	float q = a / b;
	uint32_t u;

	memcpy(&u, &q, sizeof u);
	return verdict(VALUE(u, 0x3eaaaaab) & CHECK((double)q != 1.0 / 3.0));
}

static enum verdict extended(void)
{
	volatile long double a = 1.0L, b = 3.0L;
	long double q = a / b;
	uint64_t words[2];

	memcpy(words, &q, sizeof words);
	return verdict(VALUE(words[0], 0xaaaaaaaaaaaaaaab) & VALUE(words[1] & 0xffff, 0x3ffd));
}

static enum verdict conversions(void)
{
	volatile double d = -2.75;
	volatile long l = 0x7fffffffffffffff;
	volatile unsigned long u = 0xffffffffffffffff;
	volatile float f = 16777217.0;
	bool good = VALUE((long)d, -2L) & VALUE((int)d, (uint64_t)-2);

	good &= VALUE(bits_of(l), 0x43e0000000000000) & VALUE(bits_of(u), 0x43f0000000000000);
	good &= VALUE((unsigned long)from(0x43e0000000000000), 0x8000000000000000);
	return verdict(good & VALUE((long)f, 16777216));
}

static enum verdict denormals(void)
{
	volatile double tiny = from(TINY), half = 0.5, least = from(1);
	bool good = VALUE(bits_of(tiny * half), 0x0008000000000000);

	good &= VALUE(bits_of(least * half), 0) & VALUE(bits_of(least + least), 2);
	good &= VALUE(bits_of(least * from(0x4340000000000000)), 0x0010000000000000 * 2);
	good &= CHECK(least > 0.0) & CHECK(tiny * half < tiny);
	return verdict(good);
}

static enum verdict specials(void)
{
	volatile double zero = 0.0, inf = from(INFINITE), nan = inf - inf;
	bool good = CHECK(nan != nan) & CHECK(!(nan < 1.0)) & CHECK(!(nan > 1.0));

	good &= CHECK(inf > 1e308) & CHECK(1.0 / inf == 0.0) & CHECK(zero == -zero);
	good &= VALUE(bits_of(1.0 / -zero), INFINITE | 1UL << 63);
	return verdict(good & VALUE(bits_of(nan) & INFINITE, INFINITE));
}

static enum verdict rounding(void)
{
	static const uint64_t third[] = {
		0x3fd5555555555555, /* nearest */
		0x3fd5555555555555, /* down */
		0x3fd5555555555556, /* up */
		0x3fd5555555555555, /* towards zero */
	};
	uint64_t fpsr = get_fpsr();
	bool good = true;

	for (uint64_t rc = 0; rc < 4; rc++) {
		volatile double a = 1.0, b = 3.0, q;

		set_fpsr((fpsr & ~FPSR_S0(FPSF_RC(3UL))) | FPSR_S0(FPSF_RC(rc)));
		q = a / b;
		set_fpsr(fpsr);
		good &= VALUE(bits_of(q), third[rc]);
	}
	return verdict(good);
}

static enum verdict integer_division(void)
{
	volatile long a = -1000000007L * 12345, b = 12345;
	volatile unsigned long u = 0xfffffffffffffffb, v = 7;
	volatile int c = -2147483647, d = 10;
	bool good = VALUE(a / b, (uint64_t)-1000000007L) & VALUE(a % b, 0);

	good &= VALUE(u / v, 0x2492492492492491) & VALUE(u % v, 4);
	good &= VALUE(c / d, (uint64_t)-214748364) & VALUE(c % d, (uint64_t)-7);
	for (unsigned long i = 1; i < 3000; i += 7) {
		v = i * i;
		u = i * 0x9e3779b97f4a7c15UL;
		good &= u / v * v + u % v == u && u % v < v;
	}
	return verdict(CHECK(good));
}

static enum verdict multiply_add(void)
{
	uint64_t a = 0x123456789abcdef1, b = 0xfedcba9876543210, c = 99;
	unsigned __int128 full = (unsigned __int128)a * b + c;

	return verdict(VALUE(xma_low(a, b, c), (uint64_t)full) &
		       VALUE(xma_high(a, b, c), (uint64_t)(full >> 64)));
}

static enum verdict unnormal(void)
{
	bool good = true;

	/* the exponent of an integer in a register's significand: GCC's clz */
	for (int i = 0; i < 64; i++)
		good &= VALUE(fp_normalise(1UL << i | 1), 0xffff + i);
	return verdict(good);
}

static volatile sig_atomic_t traps;
static volatile uint64_t trap_isr;

static void trapped(int sig, siginfo_t *si, void *context)
{
	struct sigcontext *sc = context;

	traps++;
	trap_isr = si->si_isr;
	sc->sc_ar_fpsr = FPSR_DEFAULT;
}

/* traps_with() - @fn(a, b) raises SIGFPE exactly if the trap in @enable is enabled */
static bool traps_with(uint64_t (*fn)(uint64_t, uint64_t), uint64_t a, uint64_t b, uint64_t enable)
{
	struct sigaction sa;
	bool good;

	memset(&sa, 0, sizeof sa);
	sa.sa_sigaction = (void (*)(int, struct siginfo *, void *))trapped;
	sa.sa_flags = SA_SIGINFO;
	sigaction(SIGFPE, &sa, NULL);
	traps = 0;
	set_fpsr(FPSR_DEFAULT);
	fn(a, b);
	good = VALUE(traps, 0);
	set_fpsr(FPSR_DEFAULT & ~enable);
	fn(a, b);
	good &= VALUE(traps, 1);
	set_fpsr(FPSR_DEFAULT);
	signal(SIGFPE, SIG_DFL);
	return good;
}

static enum verdict trap_zero_divide(void)
{
	return verdict(traps_with(fp_reciprocal, ONE, 0, FPSR_TRAP_ZD) & VALUE(trap_isr & 0xff, 4));
}

static enum verdict trap_invalid(void)
{
	return verdict(traps_with(fp_multiply, INFINITE, 0, FPSR_TRAP_VD) &
		       VALUE(trap_isr & 0xff, 1));
}

static enum verdict trap_overflow(void)
{
	return verdict(traps_with(fp_multiply, HUGE, HUGE, FPSR_TRAP_OD) & CHECK(trap_isr & 0x880));
}

static enum verdict trap_underflow(void)
{
	return verdict(traps_with(fp_multiply, TINY, TINY, FPSR_TRAP_UD) &
		       CHECK(trap_isr & 0x1100));
}

static enum verdict trap_inexact(void)
{
	uint64_t third = 0x3fd5555555555555;

	return verdict(traps_with(fp_multiply, third, third, FPSR_TRAP_ID) &
		       CHECK(trap_isr & 0x2200));
}

static enum verdict flags(void)
{
	uint64_t fpsr;

	set_fpsr(FPSR_DEFAULT);
	fp_reciprocal(ONE, 0);
	fp_multiply(HUGE, HUGE);
	fpsr = get_fpsr();
	set_fpsr(FPSR_DEFAULT);
	return verdict(CHECK(fpsr & FPSR_S0((uint64_t)FPSF_Z)) &
		       CHECK(fpsr & FPSR_S0((uint64_t)FPSF_O)) &
		       CHECK(fpsr & FPSR_S0((uint64_t)FPSF_I)) &
		       CHECK(!(fpsr & FPSR_S0((uint64_t)FPSF_V))));
}

static enum verdict own_registers(void)
{
	enum { CHILDREN = 3, ROUNDS = 200 };
	pid_t pids[CHILDREN];
	uint64_t sum;
	bool good = true;
	int status;

	fp_high_fill(5000);
	sum = fp_high_sum();
	for (int i = 0; i < CHILDREN; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			fp_high_fill(i * 1000);
			sum = fp_high_sum();
			for (int r = 0; r < ROUNDS; r++) {
				sched_yield();
				good &= fp_high_sum() == sum;
			}
			_exit(!good);
		}
	}
	for (int r = 0; r < ROUNDS; r++) {
		sched_yield();
		good &= fp_high_sum() == sum;
	}
	for (int i = 0; i < CHILDREN; i++) {
		waitpid(pids[i], &status, 0);
		good &= VALUE(status, 0);
	}
	return verdict(CHECK(good));
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "double arithmetic", arithmetic },
		{ "single arithmetic", single },
		{ "extended arithmetic", extended },
		{ "conversions", conversions },
		{ "denormals", denormals },
		{ "infinities and NaNs", specials },
		{ "rounding modes", rounding },
		{ "integer division through floating point", integer_division },
		{ "integer multiply-add", multiply_add },
		{ "unnormal operands", unnormal },
		{ "SIGFPE: division by zero", trap_zero_divide },
		{ "SIGFPE: invalid operation", trap_invalid },
		{ "SIGFPE: overflow", trap_overflow },
		{ "SIGFPE: underflow", trap_underflow },
		{ "SIGFPE: inexact result", trap_inexact },
		{ "sticky flags", flags },
		{ "f32 to f127 belong to their process", own_registers },
	};

	return ktap_main(cases, ARRAY_SIZE(cases));
}
