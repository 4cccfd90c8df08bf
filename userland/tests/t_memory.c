// SPDX-License-Identifier: MIT
/*
 * Memory: mappings, protection, sharing, stacks that grow in both directions,
 * and code written at run time.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "asm.h"
#include "ktap.h"

static char *anonymous(size_t size, int prot, int flags)
{
	return mmap(NULL, size, prot, flags | MAP_ANONYMOUS, -1, 0);
}

/* dies() - running @fn(p) in a child ends with @sig */
static bool dies(void (*fn)(char *), char *p, int sig)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		fn(p);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return CHECK(WIFSIGNALED(status)) && VALUE(WTERMSIG(status), sig);
}

static void reader(char *p)
{
	(void)*(volatile char *)p;
}

static void writer(char *p)
{
	*(volatile char *)p = 1;
}

static void runner(char *p)
{
	((uint64_t(*)(uint64_t))p)(1);
}

static enum verdict zero_pages(void)
{
	size_t size = 200 * getpagesize();
	char *p = anonymous(size, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	bool good = CHECK(p != MAP_FAILED);

	for (size_t i = 0; i < size; i += 8)
		good &= *(uint64_t *)(p + i) == 0;
	for (size_t i = 0; i < size; i += 8)
		*(uint64_t *)(p + i) = i ^ 0x5a5a;
	for (size_t i = 0; i < size; i += 8)
		good &= *(uint64_t *)(p + i) == (i ^ 0x5a5a);
	good &= CHECK(munmap(p, size) == 0);
	return verdict(good & dies(reader, p, SIGSEGV));
}

static enum verdict protection(void)
{
	size_t page = getpagesize();
	char *p = anonymous(3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	bool good;

	memset(p, 7, 3 * page);
	good = CHECK(mprotect(p + page, page, PROT_READ) == 0);
	good &= VALUE(p[page], 7) & dies(writer, p + page, SIGSEGV);
	good &= CHECK(mprotect(p + page, page, PROT_NONE) == 0);
	good &= dies(reader, p + page, SIGSEGV);
	good &= VALUE(p[page - 1], 7) & VALUE(p[2 * page], 7);
	good &= CHECK(mprotect(p + page, page, PROT_READ | PROT_WRITE) == 0);
	p[page] = 8;
	good &= VALUE(p[page], 8);
	munmap(p, 3 * page);
	return verdict(good);
}

static enum verdict run_time_code(void)
{
	size_t page = getpagesize();
	char *p = anonymous(page, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE);
	bool good = true;

	for (int i = 0; i < 64; i++) {
		char *at = p + 16 * i;

		memcpy(at, (void *)add_seven, 16);
		flush_code(at);
		good &= VALUE(((uint64_t(*)(uint64_t))at)(i), i + 7);
	}
	mprotect(p, page, PROT_READ | PROT_WRITE);
	good &= dies(runner, p, SIGSEGV);
	munmap(p, page);
	return verdict(good);
}

static enum verdict rewritten_code(void)
{
	size_t page = getpagesize();
	char *p = anonymous(page, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE);
	uint64_t bundle[2];
	bool good = true;

	/* the immediate of "adds r8 = 7, r32" in slot 0: its low 7 bits are at 5 + 13 */
	for (int i = 0; i < 100; i++) {
		memcpy(bundle, (void *)add_seven, 16);
		bundle[0] = (bundle[0] & ~(0x7fUL << 18)) | (uint64_t)i << 18;
		memcpy(p, bundle, 16);
		flush_code(p);
		good &= VALUE(((uint64_t(*)(uint64_t))p)(1000), 1000 + i);
	}
	munmap(p, page);
	return verdict(good);
}

static enum verdict shared_after_fork(void)
{
	volatile uint64_t *p = (void *)anonymous(getpagesize(), PROT_READ | PROT_WRITE, MAP_SHARED);
	pid_t pid = fork();
	bool good;

	if (!pid) {
		for (int i = 0; i < 1000; i++)
			__sync_fetch_and_add(p, 1);
		p[1] = 0x1234;
		_exit(0);
	}
	for (int i = 0; i < 1000; i++)
		__sync_fetch_and_add(p, 1);
	waitpid(pid, NULL, 0);
	good = VALUE(p[0], 2000) & VALUE(p[1], 0x1234);
	munmap((void *)p, getpagesize());
	return verdict(good);
}

static enum verdict file_mapping(void)
{
	size_t page = getpagesize();
	int fd = open("/tmp/map", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char c = 0, *p, *q;
	bool good = CHECK(ftruncate(fd, 2 * page) == 0);

	p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	q = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, page);
	p[page + 3] = 'a';
	good &= CHECK(msync(p, 2 * page, MS_SYNC) == 0);
	good &= CHECK(pread(fd, &c, 1, page + 3) == 1) & VALUE(c, 'a') & VALUE(q[3], 'a');
	q[3] = 'b';
	good &= VALUE(p[page + 3], 'a');
	pwrite(fd, "c", 1, 5);
	good &= VALUE(p[5], 'c');
	good &= CHECK(ftruncate(fd, page) == 0) && dies(reader, p + page, SIGBUS);
	munmap(p, 2 * page);
	munmap(q, page);
	close(fd);
	unlink("/tmp/map");
	return verdict(good);
}

static enum verdict remapping(void)
{
	size_t page = getpagesize();
	char *p = anonymous(page, PROT_READ | PROT_WRITE, MAP_PRIVATE), *q;
	bool good;

	strcpy(p, "moved");
	q = mremap(p, page, 64 * page, MREMAP_MAYMOVE);
	good = CHECK(q != MAP_FAILED) && CHECK(!strcmp(q, "moved")) && VALUE(q[64 * page - 1], 0);
	munmap(q, 64 * page);
	return verdict(good);
}

static enum verdict fixed_places(void)
{
	static const uint64_t places[] = {
		0x10000000,
		0x2000000100000000,
		0x4000080000000000,
		0x60000f0000000000,
	};
	bool good = true;

	for (int i = 0; i < ARRAY_SIZE(places); i++) {
		uint64_t *want = (uint64_t *)places[i];
		uint64_t *p = mmap(want, getpagesize(), PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

		good &= CHECK(p == want);
		if (p != want)
			continue;
		*p = i;
		good &= VALUE(*p, i);
		munmap(p, getpagesize());
	}
	return verdict(good);
}

static enum verdict heap(void)
{
	char *old = sbrk(0);
	bool good = CHECK(sbrk(1 << 20) == old);

	memset(old, 1, 1 << 20);
	good &= VALUE(old[(1 << 20) - 1], 1) && CHECK(sbrk(-(1 << 20)) != (void *)-1);
	return verdict(good & CHECK(sbrk(0) == old));
}

/* Each frame writes to the one above, so that none can be optimised away. */
static uint64_t __attribute__((noinline)) grow(int depth, volatile char *above)
{
	volatile char frame[4096];
	uint64_t sum;

	frame[0] = 0;
	above[0] = 1;
	sum = depth ? grow(depth - 1, frame) : 0;
	return sum + (depth ? frame[0] : 1);
}

static enum verdict deep_stack(void)
{
	volatile char top;

	return verdict(VALUE(grow(1000, &top), 1001));
}

static enum verdict many_mappings(void)
{
	enum { COUNT = 300 };
	size_t page = getpagesize();
	static char *p[COUNT];
	bool good = true;

	for (int i = 0; i < COUNT; i++) {
		p[i] = anonymous(page, PROT_READ | PROT_WRITE, i & 1 ? MAP_SHARED : MAP_PRIVATE);
		good &= p[i] != MAP_FAILED;
		*(int *)p[i] = i;
	}
	for (int round = 0; round < 4; round++) {
		for (int i = 0; i < COUNT; i++)
			good &= *(int *)p[(i * 7) % COUNT] == (i * 7) % COUNT;
	}
	for (int i = 0; i < COUNT; i++)
		munmap(p[i], page);
	return verdict(CHECK(good));
}

static enum verdict probes(void)
{
	char *p = anonymous(getpagesize(), PROT_READ | PROT_WRITE, MAP_PRIVATE);
	bool good;

	*p = 1;
	good = VALUE(probe_write(p), 1);
	mprotect(p, getpagesize(), PROT_READ);
	reader(p);
	good &= VALUE(probe_write(p), 0);
	munmap(p, getpagesize());
	return verdict(good);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "fresh pages are zero, and writable", zero_pages },
		{ "mprotect", protection },
		{ "code written at run time", run_time_code },
		{ "code rewritten in place", rewritten_code },
		{ "shared memory after fork", shared_after_fork },
		{ "a file mapped shared and private", file_mapping },
		{ "mremap", remapping },
		{ "fixed addresses in regions 0 to 3", fixed_places },
		{ "the heap grows and shrinks", heap },
		{ "4 MB of stack", deep_stack },
		{ "300 mappings", many_mappings },
		{ "probe tells what may be written", probes },
	};

	return ktap_main(cases, ARRAY_SIZE(cases));
}
