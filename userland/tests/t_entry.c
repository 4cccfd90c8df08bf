// SPDX-License-Identifier: MIT
/*
 * Ways into the kernel and back: that no register changes behind a program's back at
 * an interruption that it does not notice, and that system calls through the gate
 * page, light ones and others, do what those through `break` do.
 */
#include <asm/unistd.h>
#include <linux/prctl.h>
#include <sys/mman.h>
#include <time.h>
#include "asm.h"
#include "ktap.h"

/*
 * r2, r3, r8-r11, r14-r31, b6, b7, ar.ccv and p6-p15 get values; *p is read; then comes a
 * loop of @turns. Returns the OR of how much each has changed.
 */
uint64_t registers_across(const void *p, uint64_t turns);

/* System call @nr with three arguments through the gate page's @entry; r8, or -r8 if r10 is -1. */
long gate_call(uint64_t entry, long nr, uint64_t a, uint64_t b, uint64_t c);

#define EACH(x)                                                                                    \
	x(2) x(3) x(8) x(9) x(10) x(11) x(14) x(15) x(16) x(17) x(18) x(19) x(20) x(21) x(22)      \
		x(23) x(24) x(25) x(26) x(27) x(28) x(29) x(30) x(31)
#define SET(n)	    "mov r" #n " = 0x1000 + " #n "\n"
#define CHECK_GR(n) "adds loc4 = -(0x1000 + " #n "), r" #n ";; or loc3 = loc3, loc4;;\n"

asm(".text\n"
    ".global registers_across\n"
    ".proc registers_across\n"
    "registers_across:\n"
    "	alloc loc0 = ar.pfs, 2, 6, 0, 0\n"
    "	mov loc1 = pr\n"
    "	mov loc2 = ar.lc\n"
    "	mov ar.lc = in1\n"
    "	mov r14 = 0x5540;;\n"
    "	mov pr = r14, 0xffc0\n"
    "	mov b6 = r14\n"
    "	mov b7 = r14\n"
    "	mov ar.ccv = r14;;\n" EACH(SET) "	;;\n"
					"	ld8 loc5 = [in0];;\n"
					"	add loc5 = loc5, r0;;\n"
					"1:	br.cloop.sptk 1b;;\n"
					"	mov loc3 = r0;;\n" EACH(
						CHECK_GR) "	mov r14 = 0x5540\n"
							  "	mov r15 = pr\n"
							  "	mov r16 = b6\n"
							  "	mov r17 = b7\n"
							  "	mov r18 = ar.ccv\n"
							  "	mov r19 = 0xffc0;;\n"
							  "	and r15 = r15, r19;;\n"
							  "	xor r15 = r15, r14\n"
							  "	xor r16 = r16, r14\n"
							  "	xor r17 = r17, r14\n"
							  "	xor r18 = r18, r14;;\n"
							  "	or r15 = r15, r16\n"
							  "	or r17 = r17, r18;;\n"
							  "	or r15 = r15, r17;;\n"
							  "	or r8 = loc3, r15\n"
							  "	mov ar.lc = loc2\n"
							  "	mov pr = loc1, -1\n"
							  "	mov ar.pfs = loc0\n"
							  "	br.ret.sptk.many b0;;\n"
							  ".endp registers_across\n"
							  ".global gate_call\n"
							  ".proc gate_call\n"
							  "gate_call:\n"
							  "	alloc loc0 = ar.pfs, 5, 4, 3, 0\n"
							  "	mov loc1 = b0\n"
							  "	mov loc2 = pr\n"
							  "	mov b7 = in0\n"
							  "	mov r15 = in1\n"
							  "	mov out0 = in2\n"
							  "	mov out1 = in3\n"
							  "	mov out2 = in4\n"
							  "	mov loc3 = r1;;\n"
							  "	mov r11 = loc0\n"
							  "	br.call.sptk.many b6 = b7;;\n"
							  "	cmp.eq p6, p0 = -1, r10;;\n"
							  "(p6)	sub r8 = r0, r8\n"
							  "	mov r1 = loc3\n"
							  "	mov pr = loc2, -1\n"
							  "	mov b0 = loc1\n"
							  "	mov ar.pfs = loc0\n"
							  "	br.ret.sptk.many b0;;\n"
							  ".endp gate_call\n");

static char *pages(size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static enum verdict across_page_faults(void)
{
	char *p = pages(64 * 16384);
	bool good = CHECK(p);

	for (int i = 0; good && i < 64; i++)
		good &= VALUE(registers_across(p + i * 16384, 0), 0);
	return verdict(good);
}

static enum verdict across_unaligned_access(void)
{
	char cell[32] __attribute__((aligned(16))) = { 0 };
	bool good = true;

	raw_syscall(__NR_prctl, PR_SET_UNALIGN, PR_UNALIGN_NOPRINT);
	for (int i = 1; i < 8; i++)
		good &= VALUE(registers_across(cell + i, 0), 0);
	return verdict(good);
}

static enum verdict across_interrupts(void)
{
	uint64_t cell = 0;
	bool good = true;

	for (int i = 0; i < 20; i++)
		good &= VALUE(registers_across(&cell, 1000000), 0);
	return verdict(good);
}

/* AT_SYSINFO of the auxiliary vector: the gate page's entry for system calls. */
static uint64_t gate_entry(void)
{
	extern char **environ;
	uint64_t *aux = (uint64_t *)environ;

	while (*aux++)
		;
	for (; aux[0]; aux += 2)
		if (aux[0] == 32)
			return aux[1];
	return 0;
}

static enum verdict gate_light_calls(void)
{
	uint64_t entry = gate_entry();
	unsigned int cpu = 99;
	bool good = CHECK(entry);

	if (!good)
		return FAIL;
	for (int i = 0; i < 100; i++)
		good &= VALUE(gate_call(entry, __NR_getpid, 0, 0, 0), getpid());
	good &= VALUE(gate_call(entry, __NR_getcpu, (uint64_t)&cpu, 0, 0), 0) & CHECK(cpu < 16);
	return verdict(good);
}

static enum verdict gate_clock(void)
{
	uint64_t entry = gate_entry();
	struct timespec before, between, after;
	bool good = true;

	for (int i = 0; i < 100 && good; i++) {
		raw_syscall(__NR_clock_gettime, CLOCK_MONOTONIC, &before);
		good &= VALUE(gate_call(entry, __NR_clock_gettime, CLOCK_MONOTONIC,
					(uint64_t)&between, 0),
			      0);
		raw_syscall(__NR_clock_gettime, CLOCK_MONOTONIC, &after);
		good &= CHECK(before.tv_sec * 1000000000l + before.tv_nsec <=
			      between.tv_sec * 1000000000l + between.tv_nsec);
		good &= CHECK(between.tv_sec * 1000000000l + between.tv_nsec <=
			      after.tv_sec * 1000000000l + after.tv_nsec);
	}
	return verdict(good);
}

static enum verdict gate_other_calls(void)
{
	uint64_t entry = gate_entry();
	bool good = true;
	int fd[2];

	for (int i = 0; i < 100; i++)
		good &= VALUE(gate_call(entry, __NR_getppid, 0, 0, 0), getppid());
	good &= VALUE(pipe(fd), 0);
	good &= VALUE(gate_call(entry, __NR_write, fd[1], (uint64_t) "gate", 4), 4);
	char text[5] = "";
	good &= VALUE(gate_call(entry, __NR_read, fd[0], (uint64_t)text, 4), 4);
	good &= CHECK(!strcmp(text, "gate"));
	return verdict(good);
}

static enum verdict gate_errors(void)
{
	uint64_t entry = gate_entry();
	bool good = VALUE(gate_call(entry, __NR_close, 999, 0, 0), -EBADF);

	good &= VALUE(gate_call(entry, 1024 + 5000, 0, 0, 0), -ENOSYS);
	good &= VALUE(gate_call(entry, 1, 0, 0, 0), -ENOSYS);
	good &= VALUE(gate_call(entry, __NR_clock_gettime, CLOCK_MONOTONIC, 0x100, 0), -EFAULT);
	return verdict(good);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "registers across page faults", across_page_faults },
		{ "registers across unaligned accesses", across_unaligned_access },
		{ "registers across timer interrupts", across_interrupts },
		{ "gate page: light system calls", gate_light_calls },
		{ "gate page: the clock goes forward", gate_clock },
		{ "gate page: other system calls", gate_other_calls },
		{ "gate page: errors", gate_errors },
	};

	return ktap_main(cases, ARRAY_SIZE(cases));
}
