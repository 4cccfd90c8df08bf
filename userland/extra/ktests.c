// SPDX-License-Identifier: MIT
/*
 * The tests of Linux that are modules, /lib/modules/tests/NAME.ko: each is loaded, ends as a
 * test of its kind does when it has passed, and goes away. The torture modules run for the
 * seconds that `torture=N` on the kernel command line says, 15 without it, beside others of
 * their kind on all processors. Before them our own test of several processors, since this
 * kernel is one whose processors can be taken off line. `make kernel-tests` packs this with
 * the modules.
 */
#include <asm/unistd.h>
#include <fcntl.h>
#include <sys/klog.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "asm.h"
#include "ktap.h"

/**
 * struct module_test - one module, once
 * @name: of its file; @beside: of another one that must be there meanwhile
 * @words: its parameters
 * @status: what loading it answers when all is well; only 0 leaves a module behind
 * @says: what it has told the kernel's log by the time it is gone
 * @torture: it runs until it is unloaded; @off_and_on: meanwhile processors go off line
 */
struct module_test {
	const char *name, *beside, *words;
	int status;
	const char *says;
	bool torture, off_and_on;
};

#define LOCK(type)                                                                                 \
	{                                                                                          \
		.name = "locktorture", .beside = "torture", .words = "torture_type=" type,         \
		.torture = true, .says = type "-torture:--- End of test: SUCCESS"                  \
	}

static const struct module_test tests[] = {
	{ .name = "test_module", .says = "test_module: Hello, world" },
	{ .name = "test_bitops", .says = "test_bitops: Completed bitops test" },
	{ .name = "test_user_copy", .says = "test_user_copy: tests passed" },
	{ .name = "test_static_keys", .beside = "test_static_key_base" },
	{ .name = "percpu_test", .status = -EAGAIN, .says = "percpu test done" },
	{ .name = "test_blackhole_dev", .says = "dev_queue_xmit() returned NET_XMIT_SUCCESS" },
	{ .name = "test_free_pages", .says = "test_free_pages: Test completed" },
	{ .name = "test_bpf",
	  .words = "test_suite=test_bpf test_range=0,300",
	  .says = "test_bpf: Summary: 301 PASSED, 0 FAILED" },
	/* What fits into 512 MiB: one thread, 15,000 pages; not pcpu_alloc_test. */
	{ .name = "test_vmalloc",
	  .words = "nr_threads=1 test_loop_count=20 run_test_mask=827",
	  .status = -EAGAIN,
	  .says = "random_size_align_alloc_test passed: 1 failed: 0" },
	{ .name = "scftorture",
	  .beside = "torture",
	  .torture = true,
	  .words = "stat_interval=5",
	  .says = "scftorture: --- End of test: SUCCESS" },
	LOCK("spin_lock"),
	LOCK("spin_lock_irq"),
	LOCK("rw_lock"),
	LOCK("rw_lock_irq"),
	LOCK("mutex_lock"),
	LOCK("ww_mutex_lock"),
	LOCK("rwsem_lock"),
	LOCK("percpu_rwsem_lock"),
	/* Not with its own onoff_interval: Linux/ia64 offers it processor 0, and then refuses that. */
	{ .name = "locktorture",
	  .beside = "torture",
	  .torture = true,
	  .off_and_on = true,
	  .words = "torture_type=spin_lock stat_interval=5",
	  .says = "spin_lock-torture:--- End of test: SUCCESS" },
};

static char text[1 << 18];

static const char *kernel_log(void)
{
	int n = klogctl(3, text, sizeof text - 1);

	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static unsigned seconds(void)
{
	int fd = open("/proc/cmdline", O_RDONLY);
	ssize_t n = read(fd, text, sizeof text - 1);
	const char *word;

	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	word = strstr(text, " torture=");
	return word ? strtoul(word + strlen(" torture="), NULL, 10) : 15;
}

/* 0 or -errno */
static int load(const char *name, const char *words)
{
	char path[64];
	int fd, status;

	snprintf(path, sizeof path, "/lib/modules/tests/%s.ko", name);
	fd = open(path, O_RDONLY);
	if (!CHECK(fd >= 0))
		return -ENOENT;
	status = raw_syscall(__NR_finit_module, fd, words ? words : "", 0);
	close(fd);
	return status;
}

static bool unload(const char *name)
{
	return VALUE(raw_syscall(__NR_delete_module, name, O_NONBLOCK), 0);
}

/* ---- processors that go off line ---- */

static bool set_on_line(int cpu, bool on)
{
	char path[64];
	int fd;
	bool good;

	snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/online", cpu);
	fd = open(path, O_WRONLY);
	good = CHECK(fd >= 0) && CHECK(write(fd, on ? "1" : "0", 1) == 1);
	close(fd);
	return good;
}

/* Of processor 1, in hundredths of a second: /proc/stat's eighth number. */
static unsigned long stolen(void)
{
	int fd = open("/proc/stat", O_RDONLY);
	ssize_t n = read(fd, text, sizeof text - 1);
	char *at;

	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	at = strstr(text, "\ncpu1 ");
	if (!CHECK(at != NULL))
		return 0;
	at += strlen("\ncpu1 ");
	for (int i = 0; i < 7; i++)
		strtoul(at, &at, 10);
	return strtoul(at, NULL, 10);
}

static int64_t microseconds(void)
{
	struct timeval t;

	gettimeofday(&t, NULL);
	return t.tv_sec * 1000000L + t.tv_usec;
}

/* All but the first of four in turn */
static bool off_and_on(unsigned seconds)
{
	int64_t until = microseconds() + seconds * 1000000L;
	bool good = true;

	for (int cpu = 1; good && microseconds() < until; cpu = cpu % 3 + 1)
		good = set_on_line(cpu, false) && set_on_line(cpu, true);
	return good;
}

/* After two seconds off line, not a tenth of the second that a processor works is stolen. */
static bool off_line_is_not_stolen(void)
{
	uint64_t mask[] = { 1UL << 1, 0, 0, 0 };
	unsigned long before;
	bool good = set_on_line(1, false);

	sleep(2);
	good &= set_on_line(1, true);
	good &= VALUE(raw_syscall(__NR_sched_setaffinity, 0, sizeof mask, mask), 0);
	before = stolen();
	for (int64_t until = microseconds() + 1000000; microseconds() < until;)
		;
	good &= CHECK(stolen() - before < 10);
	mask[0] = ~0UL;
	raw_syscall(__NR_sched_setaffinity, 0, sizeof mask, mask);
	return good;
}

/* ---- modules ---- */

static bool passes(const struct module_test *t)
{
	int status;
	bool good = true;

	if (t->beside && !VALUE(load(t->beside, NULL), 0))
		return false;
	klogctl(5, NULL, 0); /* forgets what was said so far */
	status = load(t->name, t->words);
	good &= VALUE(status, t->status);
	if (!status && t->off_and_on)
		good &= off_and_on(seconds());
	else if (!status && t->torture)
		sleep(seconds());
	if (!status)
		good &= unload(t->name);
	if (t->beside)
		good &= unload(t->beside);
	if (t->says && !strstr(kernel_log(), t->says)) {
		printf("%s# the kernel did not say: %s\n", ktap_indent(), t->says);
		good = false;
	}
	return good;
}

/* /tests/smp; its own lines are nested below the one that it becomes here */
static bool processors(void)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		setenv("KTAP_INDENT", "    ", 1);
		execl("/tests/smp", "smp", NULL);
		_exit(127);
	}
	return CHECK(waitpid(pid, &status, 0) == pid) && VALUE(status, 0);
}

static bool report(unsigned n, bool good, const char *name, const char *words)
{
	printf("%s%s %u %s%s%s\n", ktap_indent(), good ? "ok" : "not ok", n, name, words ? " " : "",
	       words ? words : "");
	fflush(stdout);
	return good;
}

int main(void)
{
	int bad = 0;

	printf("%sKTAP version 1\n%s1..%zu\n", ktap_indent(), ktap_indent(), ARRAY_SIZE(tests) + 2);
	bad += !report(1, processors(), "smp", NULL);
	bad += !report(2, off_line_is_not_stolen(), "time off line is not stolen time", NULL);
	for (unsigned i = 0; i < ARRAY_SIZE(tests); i++)
		bad += !report(i + 3, passes(&tests[i]), tests[i].name, tests[i].words);
	return bad != 0;
}
