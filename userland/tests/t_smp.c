// SPDX-License-Identifier: MIT
/*
 * Several processors at once: all are there, translations and code that one changes are
 * changed for all, stores arrive in order, processes and modules come and go everywhere,
 * processors go off line and come back. With one processor the same cases take turns.
 */
#include <asm/unistd.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "asm.h"
#include "ktap.h"

enum { STACK = 256 * 1024, PAGE = 64 * 1024, MOST = 8, MASK_WORDS = 64 };

static int cpus; /* that are used here, at most MOST */
static uint64_t on_line[MASK_WORDS];

/* ---- processors ---- */

static void read_mask(void)
{
	raw_syscall(__NR_sched_getaffinity, 0, sizeof on_line, on_line);
	for (int i = 0; i < 64; i++)
		cpus += on_line[0] >> i & 1;
	cpus = cpus < MOST ? cpus : MOST;
}

static bool go_to(int cpu)
{
	uint64_t mask[MASK_WORDS] = { 1UL << cpu };

	return raw_syscall(__NR_sched_setaffinity, 0, sizeof mask, mask) == 0;
}

static void go_anywhere(void)
{
	raw_syscall(__NR_sched_setaffinity, 0, sizeof on_line, on_line);
}

static int here(void)
{
	unsigned cpu = ~0u;

	raw_syscall(__NR_getcpu, &cpu, NULL, NULL);
	return cpu;
}

static bool read_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, line, size - 1);

	if (fd >= 0)
		close(fd);
	line[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* The host compares the number with its -smp. */
static enum verdict all_there(void)
{
	char possible[64], online[64];
	int n = 0;

	for (int i = 0; i < 64; i++)
		n += on_line[0] >> i & 1;
	printf("%s# processors: %d\n", ktap_indent(), n);
	if (!CHECK(read_line("/sys/devices/system/cpu/possible", possible, sizeof possible)) ||
	    !CHECK(read_line("/sys/devices/system/cpu/online", online, sizeof online)))
		return FAIL;
	return verdict(CHECK(!strcmp(possible, online)));
}

static enum verdict placed(void)
{
	bool good = true;

	for (int i = 0; i < cpus; i++)
		good &= CHECK(go_to(i)) && VALUE(here(), i);
	go_anywhere();
	return verdict(good);
}

/* ---- threads in one address space, one on each processor ---- */

static inline void pause_hint(void)
{
	asm volatile("hint @pause" ::: "memory");
}

/* A partner that shares the processor needs it to answer. */
static void relax(void)
{
	pause_hint();
	if (cpus == 1)
		raw_syscall(__NR_sched_yield);
}

static pid_t start(int (*fn)(void *), long arg)
{
	void *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return thread_start(fn, stack, STACK,
			    CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | SIGCHLD,
			    (void *)arg);
}

static bool ends_well(pid_t pid)
{
	int status = -1;

	return CHECK(waitpid(pid, &status, 0) == pid) && VALUE(status, 0);
}

/* @fn beside @leader, on different processors where there are two; both answer how many went wrong */
static enum verdict pair(int (*fn)(void *), int (*leader)(void))
{
	pid_t pid = start(fn, cpus - 1);
	int wrong;

	if (!CHECK(pid > 0) || !CHECK(go_to(0)))
		return FAIL;
	wrong = leader();
	go_anywhere();
	return verdict(ends_well(pid) & VALUE(wrong, 0));
}

static volatile uint64_t round_started, round_done;

static void start_round(uint64_t n)
{
	__atomic_store_n(&round_started, n, __ATOMIC_RELEASE);
}

static void await(volatile uint64_t *counter, uint64_t n)
{
	while (__atomic_load_n(counter, __ATOMIC_ACQUIRE) < n)
		relax();
}

/* ---- one page, mapped anew in each round: nobody may see the old one ---- */

enum { REMAPS = 100 };
static uint64_t *page;

static int looking(void *arg)
{
	int wrong = !go_to((long)arg);

	for (uint64_t n = 1; n <= REMAPS; n++) {
		await(&round_started, n);
		wrong += *(volatile uint64_t *)page != n;
		__atomic_store_n(&round_done, n, __ATOMIC_RELEASE);
	}
	return wrong;
}

static int remapping(void)
{
	int wrong = 0;

	for (uint64_t n = 1; n <= REMAPS; n++) {
		void *p = mmap(page, PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

		wrong += p != page;
		*page = n;
		start_round(n);
		await(&round_done, n);
	}
	return wrong;
}

static enum verdict remapped(void)
{
	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	round_started = round_done = 0;
	return pair(looking, remapping);
}

/* ---- code, written anew in each round ---- */

enum { REWRITES = 100 };
static uint64_t *code;

/* { mov r8 = @n; nop.i 0; br.ret.sptk.many b0 ;; }, @n below 128 */
static void write_code(uint64_t n)
{
	uint64_t mov = 8UL << 37 | 2UL << 34 | n << 13 | 8 << 6;

	code[0] = 0x11 | mov << 5;
	code[1] = 0x0084000880000200;
	flush_code(code);
}

static int calling(void *arg)
{
	uint64_t (*fn)(void) = (void *)code; /* klibc's programs know no function descriptors */
	int wrong = !go_to((long)arg);

	for (uint64_t n = 1; n <= REWRITES; n++) {
		await(&round_started, n);
		asm volatile("srlz.i;;" ::: "memory");
		wrong += fn() != n;
		__atomic_store_n(&round_done, n, __ATOMIC_RELEASE);
	}
	return wrong;
}

static int rewriting(void)
{
	for (uint64_t n = 1; n <= REWRITES; n++) {
		write_code(n);
		start_round(n);
		await(&round_done, n);
	}
	return 0;
}

static enum verdict rewritten(void)
{
	code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
	round_started = round_done = 0;
	return pair(calling, rewriting);
}

/* ---- what was stored before a release is seen after the acquire ---- */

enum { MESSAGES = 3000 };
static volatile uint64_t body[4];

static int reading(void *arg)
{
	int wrong = !go_to((long)arg);
	uint64_t n = 0;

	while (n < MESSAGES) {
		n = __atomic_load_n(&round_started, __ATOMIC_ACQUIRE);
		for (int i = 0; i < 4; i++)
			wrong += body[i] < n;
		if (cpus == 1)
			relax();
	}
	return wrong;
}

static int writing(void)
{
	for (uint64_t n = 1; n <= MESSAGES; n++) {
		for (int i = 0; i < 4; i++)
			body[i] = n;
		start_round(n);
	}
	return 0;
}

static enum verdict in_order(void)
{
	round_started = 0;
	return pair(reading, writing);
}

/* ---- an advanced load does not outlive a store from elsewhere ---- */

enum { ADVANCED = 500 };
static volatile uint64_t watched;

static int storing(void *arg)
{
	int wrong = !go_to((long)arg);

	for (uint64_t n = 1; n <= ADVANCED; n++) {
		await(&round_started, n);
		watched = n;
		__atomic_store_n(&round_done, n, __ATOMIC_RELEASE);
	}
	return wrong;
}

/* The wait between ld8.a and ld8.c is in the same function: the ALAT entry is r20's. */
static int advancing(void)
{
	int wrong = 0;

	for (uint64_t n = 1; n <= ADVANCED; n++) {
		uint64_t got;

		asm volatile("ld8.a r20 = [%1];;\n"
			     "st8.rel [%2] = %4;;\n"
			     "1: ld8.acq r21 = [%3]\n"
			     "hint @pause;;\n"
			     "cmp.ne p6, p0 = r21, %4\n"
			     "(p6) br.cond.dptk 1b;;\n"
			     "ld8.c.clr r20 = [%1];;\n"
			     "mov %0 = r20\n"
			     : "=r"(got)
			     : "r"(&watched), "r"(&round_started), "r"(&round_done), "r"(n)
			     : "r20", "r21", "p6", "memory");
		wrong += got != n;
	}
	return wrong;
}

static enum verdict advanced(void)
{
	if (cpus == 1)
		return SKIP; /* the partner would never have its turn */
	watched = round_started = round_done = 0;
	return pair(storing, advancing);
}

/* ---- processes ---- */

/* One on each processor; each starts ten of its own, which leave their number. */
static int breeding(int cpu)
{
	int wrong = !go_to(cpu);

	for (int i = 0; i < 10; i++) {
		int status = -1;
		pid_t pid = fork();

		if (pid == 0)
			_exit(here() == cpu ? i : 99);
		wrong += waitpid(pid, &status, 0) != pid || status != i << 8;
	}
	return wrong;
}

static enum verdict everywhere(void)
{
	pid_t pids[MOST];
	bool good = true;

	for (int i = 0; i < cpus; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(breeding(i));
	}
	for (int i = 0; i < cpus; i++)
		good &= ends_well(pids[i]);
	return verdict(good);
}

/* A token goes around a ring of pipes, one processor a stop. */
static int passing(int from, int to, int cpu)
{
	uint32_t token = 0;
	int wrong = !go_to(cpu);

	for (int i = 0; i < 20; i++) {
		wrong += read(from, &token, sizeof token) != sizeof token;
		token++;
		wrong += write(to, &token, sizeof token) != sizeof token;
	}
	return wrong;
}

static enum verdict ring(void)
{
	int fd[MOST + 1][2];
	pid_t pids[MOST];
	uint32_t token = 0;
	bool good = true;

	for (int i = 0; i <= cpus; i++)
		good &= CHECK(pipe(fd[i]) == 0);
	for (int i = 0; i < cpus; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(passing(fd[i][0], fd[i + 1][1], i));
	}
	for (int i = 0; i < 20; i++) {
		good &= CHECK(write(fd[0][1], &token, sizeof token) == sizeof token);
		good &= CHECK(read(fd[cpus][0], &token, sizeof token) == sizeof token);
	}
	for (int i = 0; i < cpus; i++)
		good &= ends_well(pids[i]);
	for (int i = 0; i <= cpus; i++) {
		close(fd[i][0]);
		close(fd[i][1]);
	}
	return verdict(good & VALUE(token, 20 * cpus));
}

/* ---- under load: something runs on each processor until it is told to end ---- */

static void work(int cpu)
{
	go_to(cpu);
	for (;;)
		raw_syscall(__NR_getppid);
}

static void start_load(pid_t *pids)
{
	for (int i = 0; i < cpus; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			work(i);
	}
}

/* All are still at work, that is, nothing but our signal ends them. */
static bool end_load(const pid_t *pids)
{
	bool good = true;

	for (int i = 0; i < cpus; i++) {
		int status = -1;

		kill(pids[i], SIGKILL);
		good &= CHECK(waitpid(pids[i], &status, 0) == pids[i]) & VALUE(status, SIGKILL);
	}
	return good;
}

static bool load_module(const char *name)
{
	char path[64];
	long status;
	int fd;

	snprintf(path, sizeof path, "/lib/modules/%s.ko", name);
	fd = open(path, O_RDONLY);
	status = raw_syscall(__NR_finit_module, fd, "", 0);
	close(fd);
	return VALUE(status, 0) &&
	       VALUE((long)raw_syscall(__NR_delete_module, name, O_NONBLOCK), 0);
}

static bool load_often(const char *name)
{
	bool good = true;

	for (int i = 0; i < 5; i++)
		good &= load_module(name);
	return good;
}

/* One after the other, or two at once; pv_test runs its functions on all processors. */
static enum verdict modules(void)
{
	pid_t pids[MOST], other;
	bool good;

	if (access("/lib/modules/pv_test.ko", R_OK))
		return SKIP;
	start_load(pids);
	other = fork();
	if (other == 0)
		_exit(!access("/lib/modules/pv_unwind.ko", R_OK) && !load_often("pv_unwind"));
	good = load_often("pv_test");
	return verdict(good & ends_well(other) & end_load(pids));
}

static bool set_on_line(int cpu, bool on)
{
	char path[64], state[8];
	int fd;
	bool good;

	snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/online", cpu);
	fd = open(path, O_WRONLY);
	good = CHECK(fd >= 0) && CHECK(write(fd, on ? "1" : "0", 1) == 1);
	close(fd);
	return good && CHECK(read_line(path, state, sizeof state)) && VALUE(state[0], '0' + on);
}

/* The processor goes back to its firmware, and comes from there. */
static enum verdict off_and_on(void)
{
	pid_t pids[MOST];
	bool good = true;

	if (cpus == 1 || access("/sys/devices/system/cpu/cpu1/online", W_OK))
		return SKIP;
	for (int i = 0; i < 2; i++)
		good &= set_on_line(cpus - 1, false) && set_on_line(cpus - 1, true) &&
			CHECK(go_to(cpus - 1)) && VALUE(here(), cpus - 1);
	go_anywhere();
	start_load(pids); /* whoever loses its processor goes on elsewhere */
	good &= set_on_line(1, false) && set_on_line(1, true);
	return verdict(good & end_load(pids));
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "all processors are on line", all_there },
		{ "a process runs where it is put", placed },
		{ "a page mapped anew is new for all", remapped },
		{ "code written anew is new for all", rewritten },
		{ "a release is seen after what went before", in_order },
		{ "an advanced load fails its check after a store from elsewhere", advanced },
		{ "processes come and go everywhere", everywhere },
		{ "a token goes around all processors", ring },
		{ "modules come and go while all work", modules },
		{ "a processor goes off line and comes back", off_and_on },
	};

	read_mask();
	return ktap_main(cases, ARRAY_SIZE(cases));
}
