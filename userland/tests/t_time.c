// SPDX-License-Identifier: MIT
/*
 * Time: clocks agree and never run backwards, sleeps and interval timers end
 * when they should.
 */
#include <asm/unistd.h>
#include <poll.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include "asm.h"
#include "ktap.h"

static volatile sig_atomic_t ticks;

static void tick(int sig)
{
	ticks++;
}

/* microseconds of a clock: 0 realtime, 1 monotonic, 2 CPU time of the process */
static uint64_t clock_us(int clock)
{
	struct timespec ts = { 0, 0 };

	raw_syscall(__NR_clock_gettime, clock, &ts);
	return ts.tv_sec * 1000000UL + ts.tv_nsec / 1000;
}

static bool between(uint64_t value, uint64_t low, uint64_t high)
{
	bool good = value >= low && value <= high;

	if (!good)
		printf("%s# %lu is not in %lu..%lu\n", ktap_indent(), (unsigned long)value,
		       (unsigned long)low, (unsigned long)high);
	return good;
}

static enum verdict monotonic(void)
{
	uint64_t last = clock_us(1), now;
	struct timeval tv, previous = { 0, 0 };
	bool good = true;

	for (int i = 0; i < 5000; i++) {
		now = clock_us(1);
		good &= now >= last;
		last = now;
		gettimeofday(&tv, NULL);
		good &= tv.tv_sec > previous.tv_sec ||
			(tv.tv_sec == previous.tv_sec && tv.tv_usec >= previous.tv_usec);
		previous = tv;
	}
	return verdict(CHECK(good));
}

static enum verdict wall_clock(void)
{
	time_t now = time(NULL);

	/* from 2020 to 2100: set from EFI's clock at boot */
	return verdict(between(now, 1577836800, 4102444800));
}

static enum verdict clocks_agree(void)
{
	uint64_t real = clock_us(0), mono = clock_us(1);

	usleep(100000);
	real = clock_us(0) - real;
	mono = clock_us(1) - mono;
	return verdict(between(real, mono - mono / 10, mono + mono / 10));
}

static enum verdict sleeping(void)
{
	static const unsigned int lengths[] = { 1000, 20000, 150000 };
	bool good = true;

	for (int i = 0; i < ARRAY_SIZE(lengths); i++) {
		uint64_t start = clock_us(1);

		usleep(lengths[i]);
		good &= between(clock_us(1) - start, lengths[i], lengths[i] + 200000);
	}
	return verdict(good);
}

static enum verdict interrupted_sleep(void)
{
	struct timespec ts = { 5, 0 }, rest = { 0, 0 };
	struct itimerval t = { .it_value = { 0, 50000 } };

	signal(SIGALRM, tick);
	setitimer(ITIMER_REAL, &t, NULL);
	return verdict(CHECK(nanosleep(&ts, &rest) == -1 && errno == EINTR) &&
		       between(rest.tv_sec, 4, 4));
}

static enum verdict real_timer(void)
{
	struct itimerval t = { { 0, 10000 }, { 0, 10000 } }, off = { { 0, 0 }, { 0, 0 } }, now;
	uint64_t start;
	bool good;

	signal(SIGALRM, tick);
	ticks = 0;
	start = clock_us(1);
	setitimer(ITIMER_REAL, &t, NULL);
	while (ticks < 20)
		pause();
	good = between(clock_us(1) - start, 195000, 600000);
	good &= CHECK(getitimer(ITIMER_REAL, &now) == 0) && VALUE(now.it_interval.tv_usec, 10000);
	setitimer(ITIMER_REAL, &off, NULL);
	return verdict(good);
}

static bool cpu_timer(int which, int sig)
{
	struct itimerval t = { { 0, 0 }, { 0, 60000 } };
	volatile unsigned long spin = 0;
	uint64_t start = clock_us(1), taken;

	signal(sig, tick);
	ticks = 0;
	setitimer(which, &t, NULL);
	do {
		spin = spin + 1;
		taken = (spin & 1023) ? 0 : clock_us(1) - start;
	} while (!ticks && taken < 10000000);
	return CHECK(ticks == 1);
}

static enum verdict cpu_timers(void)
{
	return verdict(cpu_timer(ITIMER_VIRTUAL, SIGVTALRM) & cpu_timer(ITIMER_PROF, SIGPROF));
}

static enum verdict poll_timeout(void)
{
	uint64_t start = clock_us(1);

	return verdict(CHECK(poll(NULL, 0, 70) == 0) &&
		       between(clock_us(1) - start, 69000, 300000));
}

static enum verdict interval_counter(void)
{
	uint64_t before, after, start, end;

	start = clock_us(1);
	asm volatile("mov %0 = ar.itc" : "=r"(before));
	usleep(100000);
	asm volatile("mov %0 = ar.itc" : "=r"(after));
	end = clock_us(1);
	/* between 1 MHz and 10 GHz */
	return verdict(CHECK(after > before) &&
		       between((after - before) / (end - start), 1, 10000));
}

static enum verdict process_time(void)
{
	struct tms before, after;
	uint64_t cpu = clock_us(2);
	volatile unsigned long spin = 0;
	clock_t start = times(&before);

	while (times(&after) - start < 20)
		spin = spin + 1;
	return verdict(
		CHECK(after.tms_utime + after.tms_stime > before.tms_utime + before.tms_stime) &
		CHECK(clock_us(2) > cpu));
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "clocks do not run backwards", monotonic },
		{ "the date is plausible", wall_clock },
		{ "the clocks agree", clocks_agree },
		{ "sleeps take their time", sleeping },
		{ "a signal ends a sleep", interrupted_sleep },
		{ "a periodic timer", real_timer },
		{ "timers of CPU time", cpu_timers },
		{ "poll with a timeout", poll_timeout },
		{ "the interval time counter", interval_counter },
		{ "CPU time passes", process_time },
	};

	return ktap_main(cases, ARRAY_SIZE(cases));
}
