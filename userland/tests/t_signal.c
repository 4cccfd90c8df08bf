// SPDX-License-Identifier: MIT
/*
 * Signals, and the faults that become signals: what the handler is told, that
 * registers survive it, and that it can repair the cause and go on.
 */
#include <asm/unistd.h>
#include <linux/signal.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <asm/sigcontext.h>
#include <asm/siginfo.h>
#include "asm.h"
#include "ktap.h"

static volatile sig_atomic_t count;
static volatile siginfo_t info;
static volatile uint64_t fault_ip;
static volatile uintptr_t handler_stack;
static bool resume_in_caller;

static void counting(int sig)
{
	count++;
}

/* Remembers what it is told, and goes on at the next bundle (or returns from call_address). */
static void recording(int sig, siginfo_t *si, void *context)
{
	struct sigcontext *sc = context;

	count++;
	memcpy((void *)&info, si, sizeof info);
	fault_ip = sc->sc_ip;
	handler_stack = (uintptr_t)__builtin_frame_address(0);
	sc->sc_ip = resume_in_caller ? (uintptr_t)just_return : (sc->sc_ip & ~15UL) + 16;
}

static void install(int sig, void *handler, unsigned long flags)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof sa);
	sa.sa_handler = (__sighandler_t)handler;
	sa.sa_flags = flags;
	sigaction(sig, &sa, NULL);
	count = 0;
}

/* faults_as() - @fault raises @sig once, at its own first bundles, with @code if >= 0 */
static bool faults_as(void (*fault)(void), int sig, int code)
{
	bool good;

	install(sig, recording, SA_SIGINFO);
	fault();
	good = VALUE(count, 1) && VALUE(info.si_signo, sig);
	if (code >= 0)
		good &= VALUE(info.si_code, code);
	good &= CHECK(fault_ip >= (uintptr_t)fault && fault_ip < (uintptr_t)fault + 96);
	signal(sig, SIG_DFL);
	return good;
}

static enum verdict handler_runs(void)
{
	install(SIGUSR1, counting, 0);
	for (int i = 0; i < 100; i++)
		raise(SIGUSR1);
	return verdict(VALUE(count, 100));
}

static enum verdict mask_and_pending(void)
{
	sigset_t set, old, pending;
	bool good;

	install(SIGUSR2, counting, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, &old);
	raise(SIGUSR2);
	good = VALUE(count, 0);
	sigpending(&pending);
	good &= CHECK(sigismember(&pending, SIGUSR2));
	sigprocmask(SIG_SETMASK, &old, NULL);
	return verdict(good & VALUE(count, 1));
}

static enum verdict suspend(void)
{
	sigset_t set, old;
	pid_t pid, self = getpid();
	bool good;

	install(SIGUSR1, counting, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	pid = fork();
	if (!pid) {
		usleep(20000);
		kill(self, SIGUSR1);
		_exit(0);
	}
	good = CHECK(sigsuspend(&old) == -1 && errno == EINTR) && VALUE(count, 1);
	sigprocmask(SIG_SETMASK, &old, NULL);
	waitpid(pid, NULL, 0);
	return verdict(good);
}

static enum verdict interrupted_call(void)
{
	struct itimerval t = { .it_value = { 0, 30000 } };
	int fds[2];
	char c;
	bool good;

	pipe(fds);
	install(SIGALRM, counting, 0);
	setitimer(ITIMER_REAL, &t, NULL);
	good = CHECK(read(fds[0], &c, 1) == -1 && errno == EINTR) && VALUE(count, 1);

	install(SIGALRM, counting, SA_RESTART);
	setitimer(ITIMER_REAL, &t, NULL);
	if (!fork()) {
		usleep(120000);
		write(fds[1], "x", 1);
		_exit(0);
	}
	good &= CHECK(read(fds[0], &c, 1) == 1 && c == 'x') && VALUE(count, 1);
	wait(NULL);
	close(fds[0]);
	close(fds[1]);
	return verdict(good);
}

static void nesting(int sig)
{
	count++;
	if (sig == SIGUSR1)
		raise(SIGUSR2);
}

static enum verdict nested(void)
{
	install(SIGUSR1, nesting, 0);
	install(SIGUSR2, nesting, 0);
	raise(SIGUSR1);
	return verdict(VALUE(count, 2));
}

static void noting_sender(int sig, siginfo_t *si, void *context)
{
	count++;
	memcpy((void *)&info, si, sizeof info);
}

static enum verdict sender(void)
{
	pid_t pid;
	bool good;

	install(SIGUSR1, noting_sender, SA_SIGINFO | SA_RESTART);
	pid = fork();
	if (!pid) {
		kill(getppid(), SIGUSR1);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	good = VALUE(count, 1) && VALUE(info.si_code, SI_USER);
	return verdict(good & VALUE(info.si_pid, pid));
}

static enum verdict reset_handler(void)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		install(SIGUSR1, counting, SA_RESETHAND);
		raise(SIGUSR1);
		raise(SIGUSR1);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return verdict(CHECK(WIFSIGNALED(status)) && VALUE(WTERMSIG(status), SIGUSR1));
}

static enum verdict unmapped_read(void)
{
	bool good;

	install(SIGSEGV, recording, SA_SIGINFO);
	load8((void *)0x10008);
	good = VALUE(count, 1) && VALUE(info.si_code, SEGV_MAPERR);
	good &= VALUE((uintptr_t)info.si_addr, 0x10008);
	load8((void *)0x2000000000800010UL);
	good &= VALUE(count, 2) && VALUE((uintptr_t)info.si_addr, 0x2000000000800010UL);
	signal(SIGSEGV, SIG_DFL);
	return verdict(good);
}

static enum verdict kernel_address(void)
{
	bool good;

	install(SIGSEGV, recording, SA_SIGINFO);
	load8((void *)0xe000000004000000UL);
	good = VALUE(count, 1);
	load8((void *)0xa000000100000000UL);
	good &= VALUE(count, 2);
	/* bits that no virtual address has: unimplemented */
	install(SIGILL, recording, SA_SIGINFO);
	install(SIGBUS, recording, SA_SIGINFO);
	count = 2;
	load8((void *)0x0fff000000000000UL);
	good &= VALUE(count, 3);
	signal(SIGSEGV, SIG_DFL);
	signal(SIGILL, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	return verdict(good);
}

static char *repair_page;

static void repairing(int sig, siginfo_t *si, void *context)
{
	count++;
	memcpy((void *)&info, si, sizeof info);
	mprotect(repair_page, getpagesize(), PROT_READ | PROT_WRITE);
}

static enum verdict repaired_write(void)
{
	bool good;

	repair_page = mmap(NULL, getpagesize(), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	install(SIGSEGV, repairing, SA_SIGINFO);
	((volatile char *)repair_page)[100] = 5;
	good = VALUE(count, 1) && VALUE(info.si_code, SEGV_ACCERR);
	good &= VALUE((uintptr_t)info.si_addr, (uintptr_t)repair_page + 100);
	good &= VALUE(repair_page[100], 5);
	signal(SIGSEGV, SIG_DFL);
	munmap(repair_page, getpagesize());
	return verdict(good);
}

static enum verdict bad_jump(void)
{
	bool good;

	install(SIGSEGV, recording, SA_SIGINFO);
	resume_in_caller = true;
	call_address(0x20000000);
	good = VALUE(count, 1) && VALUE((uintptr_t)info.si_addr, 0x20000000);
	resume_in_caller = false;
	signal(SIGSEGV, SIG_DFL);
	return verdict(good);
}

static enum verdict breaks(void)
{
	bool good = faults_as(fault_break0, SIGILL, -1);

	good &= faults_as(fault_break1, SIGFPE, FPE_INTDIV);
	return verdict(good & faults_as(fault_break4, SIGSEGV, SEGV_MAPERR));
}

static enum verdict illegal(void)
{
	bool good = faults_as(fault_privileged, SIGILL, -1);

	good &= faults_as(fault_privileged_register, SIGILL, -1);
	good &= faults_as(fault_out_of_frame, SIGILL, -1);
	good &= faults_as(fault_template, SIGILL, -1);
	return verdict(good & faults_as(fault_nat, SIGILL, -1));
}

static enum verdict alternate_stack(void)
{
	static char stack[SIGSTKSZ] __attribute__((aligned(16)));
	stack_t ss = { .ss_sp = stack, .ss_size = sizeof stack }, old;
	bool good = CHECK(raw_syscall(__NR_sigaltstack, &ss, NULL) == 0);

	install(SIGSEGV, recording, SA_SIGINFO | SA_ONSTACK);
	load8((void *)8);
	good &= VALUE(count, 1);
	good &= CHECK(handler_stack >= (uintptr_t)stack);
	good &= CHECK(handler_stack < (uintptr_t)stack + sizeof stack);
	ss.ss_flags = SS_DISABLE;
	good &= CHECK(raw_syscall(__NR_sigaltstack, &ss, &old) == 0);
	good &= CHECK(old.ss_sp == stack);
	signal(SIGSEGV, SIG_DFL);
	return verdict(good);
}

static void on_alternate_stack(void)
{
	install(SIGUSR1, counting, SA_ONSTACK);
	for (int i = 0; i < 50; i++)
		raise(SIGUSR1);
}

static enum verdict deep_alternate_stack(void)
{
	static char stack[SIGSTKSZ] __attribute__((aligned(16)));
	stack_t ss = { .ss_sp = stack, .ss_size = sizeof stack };
	bool good;

	raw_syscall(__NR_sigaltstack, &ss, NULL);
	good = VALUE(rse_deep(40, 0x5555, on_alternate_stack), 0) && VALUE(count, 50);
	ss.ss_flags = SS_DISABLE;
	raw_syscall(__NR_sigaltstack, &ss, NULL);
	return verdict(good);
}

static sigjmp_buf escape;

static void jumping(int sig)
{
	siglongjmp(escape, 1);
}

static void fault_deep(void)
{
	load8((void *)0x18);
}

static enum verdict longjmp_out(void)
{
	volatile int rounds = 0;
	volatile bool good = true;

	install(SIGSEGV, jumping, 0);
	while (rounds < 20) {
		if (!sigsetjmp(escape, 1)) {
			rse_deep(10, 77, fault_deep);
			good = false;
		}
		rounds++;
	}
	signal(SIGSEGV, SIG_DFL);
	return verdict(CHECK(good));
}

static enum verdict registers_survive(void)
{
	struct itimerval t = { .it_interval = { 0, 2000 }, .it_value = { 0, 2000 } };
	struct itimerval off = { .it_value = { 0, 0 } };
	uint64_t sum, lost = 0;
	bool good;

	install(SIGALRM, counting, SA_RESTART);
	fp_high_fill(11);
	sum = fp_high_sum();
	setitimer(ITIMER_REAL, &t, NULL);
	while (count < 20)
		lost += rse_deep(30, count, NULL);
	setitimer(ITIMER_REAL, &off, NULL);
	good = VALUE(lost, 0);
	return verdict(good & VALUE(fp_high_sum(), sum));
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "a handler runs", handler_runs },
		{ "blocked signals stay pending", mask_and_pending },
		{ "sigsuspend", suspend },
		{ "EINTR and SA_RESTART", interrupted_call },
		{ "a handler in a handler", nested },
		{ "the sender is known", sender },
		{ "SA_RESETHAND", reset_handler },
		{ "reading unmapped memory", unmapped_read },
		{ "reading the kernel's memory", kernel_address },
		{ "a write is repeated after mprotect", repaired_write },
		{ "jumping to unmapped memory", bad_jump },
		{ "break instructions", breaks },
		{ "illegal and privileged instructions, NaT", illegal },
		{ "sigaltstack", alternate_stack },
		{ "sigaltstack below 40 register frames", deep_alternate_stack },
		{ "longjmp out of a fault, 10 frames deep", longjmp_out },
		{ "registers survive timer signals", registers_survive },
	};

	return ktap_main(cases, ARRAY_SIZE(cases));
}
