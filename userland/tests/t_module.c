// SPDX-License-Identifier: MIT
/*
 * A module that is full of pv sites (linux/test-module) loads, is patched if the kernel
 * has a backend, works, and unloads; nothing of it is left. One whose records do not fit
 * its code is refused by a kernel that would patch it; on bare metal nobody looks at
 * them. Skipped without /lib/modules/pv_test.ko, which belongs to one kernel.
 */
#include <asm/unistd.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "asm.h"
#include "ktap.h"

#define FILE_NAME "/lib/modules/pv_test.ko"
#define NAME	  "pv_test"

static uint8_t image[1 << 20];
static char text[1 << 18];

/* The first @max bytes of @path; how many there are. */
static size_t slurp(const char *path, void *to, size_t max)
{
	int fd = open(path, O_RDONLY);
	ssize_t n;
	size_t total = 0;

	while (fd >= 0 && (n = read(fd, (char *)to + total, max - total)) > 0)
		total += n;
	if (fd >= 0)
		close(fd);
	return total;
}

static const char *slurp_text(const char *path)
{
	text[slurp(path, text, sizeof text - 1)] = '\0';
	return text;
}

static bool loaded(void)
{
	return !strncmp(slurp_text("/proc/modules"), NAME " ", strlen(NAME " ")) ||
	       strstr(text, "\n" NAME " ");
}

static int parameter(const char *name)
{
	char path[80];

	snprintf(path, sizeof path, "/sys/module/" NAME "/parameters/%s", name);
	return atoi(slurp_text(path));
}

/* 0 or -errno, as of all that follows */
static int load(const char *words)
{
	int fd = open(FILE_NAME, O_RDONLY), status;

	status = raw_syscall(__NR_finit_module, fd, words, 0);
	close(fd);
	return status;
}

static int unload(void)
{
	return raw_syscall(__NR_delete_module, NAME, O_NONBLOCK);
}

/* Bytes of the kernel's vmalloc area, without what is freed but not yet reused. */
static unsigned long vmalloc_bytes(void)
{
	unsigned long bytes = 0, size;
	const char *line = slurp_text("/proc/vmallocinfo"), *next;

	for (; (next = strchr(line, '\n')); line = next + 1) {
		bool unpurged =
			(size_t)(next - line) > 16 && !strncmp(next - 16, "unpurged vm_area", 16);

		if (!unpurged && sscanf(line, "%*s %lu", &size) == 1)
			bytes += size;
	}
	return bytes;
}

/* Part of a module is freed some time after the system call. */
static bool nothing_left(unsigned long before)
{
	unsigned long now = vmalloc_bytes();

	for (int i = 0; i < 100 && now != before; i++) {
		usleep(20000);
		now = vmalloc_bytes();
	}
	return VALUE(now, before);
}

static bool copies_exist(void)
{
	slurp_text("/proc/vmallocinfo");
	return strstr(text, "paravirt_patch_module") || strstr(text, "patch_sites") ||
	       strstr(text, "alloc_code");
}

static const char *slurp_debugfs(const char *name)
{
	char path[80];

	mkdir("/tmp/debugfs", 0755);
	mount("none", "/tmp/debugfs", "debugfs", 0, NULL);
	snprintf(path, sizeof path, "/tmp/debugfs/pv_ops/%s", name);
	return slurp_text(path);
}

/* How often an operation was called; -1: this kernel does not count. */
static long calls(const char *operation)
{
	char key[48], *row;

	snprintf(key, sizeof key, " %s ", operation);
	if (!*slurp_text("/proc/pv_ops"))
		slurp_debugfs("operations");
	row = strstr(text, key);
	return row ? strtol(row + strlen(key), NULL, 10) : -1;
}

static bool audited(void)
{
	return calls("ttag") >= 0;
}

/* The kernel is the guest of a hypervisor; the hypervisor's name is the processor's vendor. */
static bool guest(void)
{
	return strstr(slurp_text("/proc/cpuinfo"), "vendor     : Xen/ia64");
}

/* Sites are patched, here or there a call of a backend. */
static bool patches(void)
{
	return audited() || (guest() && !strstr(slurp_text("/proc/cmdline"), "pv_ops=native"));
}

static bool has_file(void)
{
	return !access(FILE_NAME, R_OK);
}

/* --- one that is as it should be --- */

static bool kernel_said(const char *what)
{
	int n = klogctl(3, text, sizeof text - 1);

	text[n > 0 ? n : 0] = '\0';
	return strstr(text, what) != NULL;
}

static enum verdict life(void)
{
	bool good;

	if (!has_file())
		return SKIP;
	good = CHECK(!loaded()) & VALUE(load(""), 0);
	if (!good)
		return FAIL;
	good &= CHECK(loaded()) & CHECK(parameter("checks") > 40) & VALUE(parameter("failed"), 0);
	good &= VALUE(load(""), -EEXIST) & VALUE(unload(), 0) & CHECK(!loaded());
	return verdict(good & VALUE(unload(), -ENOENT) & CHECK(kernel_said(NAME ": unloaded: ")) &
		       CHECK(!strstr(text, NAME ": not so")));
}

/* The module's init function uses ttag twice, and nothing else does at all. */
static enum verdict patched(void)
{
	long before = calls("ttag");
	bool good;

	if (!has_file() || before < 0)
		return SKIP;
	good = VALUE(load(""), 0) & VALUE(calls("ttag"), before + 2) & CHECK(copies_exist());
	return verdict(good & VALUE(unload(), 0) & CHECK(!copies_exist()));
}

/* Where the module's text and data are. */
static bool core(unsigned long *base, unsigned long *size)
{
	const char *row = strstr(slurp_text("/proc/modules"), NAME " ");

	return row && sscanf(row, NAME " %lu %*s %*s %*s %lx", size, base) == 2 && *base;
}

/*
 * The init section is gone once it has run, and what comes to lie there is not it: the
 * kernel must not map addresses there to the copies any more. Those of the rest it must.
 */
static enum verdict init_forgotten(void)
{
	unsigned long base = 0, size = 0, original;
	int rows = 0, outside = 0;
	const char *line, *next;
	char name[32];
	bool good;

	if (!has_file() || !patches())
		return SKIP;
	good = VALUE(load(""), 0) & CHECK(core(&base, &size));
	for (line = slurp_debugfs("moved"); (next = strchr(line, '\n')); line = next + 1) {
		if (sscanf(line, "%lx %*x %*u %31s", &original, name) != 2 || strcmp(name, NAME))
			continue;
		rows++;
		outside += original - base >= size;
	}
	good &= CHECK(rows > 10) & VALUE(outside, 0) & VALUE(unload(), 0);
	return verdict(good & CHECK(!strstr(slurp_debugfs("moved"), NAME)));
}

/* From every instruction of functions with sites, be it in a copy or in the backend. */
static enum verdict stack_traces(void)
{
	static const char *const name[] = { "steps", "away", "wrong" };
	int fd = open("/lib/modules/pv_unwind.ko", O_RDONLY), value[3];
	char path[64];
	bool good;

	if (fd < 0)
		return SKIP;
	good = VALUE((long)raw_syscall(__NR_finit_module, fd, "", 0), 0);
	close(fd);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "/sys/module/pv_unwind/parameters/%s", name[i]);
		value[i] = atoi(slurp_text(path));
	}
	printf("%s# stack traces from %d instructions, %d of them out of line\n", ktap_indent(),
	       value[0], value[1]);
	good &= VALUE(value[2], 0) & CHECK(value[0] > 50);
	/* A guest may leave its sites to the hypervisor. */
	if (audited())
		good &= CHECK(value[1] > 500);
	else if (!guest())
		good &= VALUE(value[1], 0);
	return verdict(good &
		       VALUE((long)raw_syscall(__NR_delete_module, "pv_unwind", O_NONBLOCK), 0));
}

static enum verdict untouched(void)
{
	bool good;

	if (!has_file() || audited() || guest())
		return SKIP;
	good = VALUE(load(""), 0) & CHECK(!copies_exist());
	return verdict(good & VALUE(unload(), 0));
}

static enum verdict often(void)
{
	unsigned long before = vmalloc_bytes();
	bool good = true;

	if (!has_file())
		return SKIP;
	for (int i = 0; i < 20; i++)
		good &= VALUE(load(""), 0) && VALUE(parameter("failed"), 0) & VALUE(unload(), 0);
	return verdict(good & CHECK(!loaded()) & nothing_left(before));
}

static enum verdict init_fails(void)
{
	unsigned long before = vmalloc_bytes();
	bool good = true;

	if (!has_file())
		return SKIP;
	for (int i = 0; i < 5; i++)
		good &= VALUE(load("fail=1"), -ECANCELED) & CHECK(!loaded());
	return verdict(good & nothing_left(before));
}

/* --- damaged ones --- */

static Elf64_Shdr *section(const char *name)
{
	Elf64_Ehdr *header = (void *)image;
	Elf64_Shdr *sections = (void *)(image + header->e_shoff);
	const char *names = (char *)image + sections[header->e_shstrndx].sh_offset;

	for (int i = 0; i < header->e_shnum; i++)
		if (!strcmp(names + sections[i].sh_name, name))
			return &sections[i];
	return NULL;
}

/* The address of a record's site is a relocation, its operation is in the record. */
struct records {
	Elf64_Shdr *section;
	struct {
		uint64_t where, op;
	} * record;
	Elf64_Rela *rela;
};

static void other_slot(struct records *r)
{
	r->rela[0].r_addend += r->rela[0].r_addend & 3 ? -1 : 1;
}

static void no_slot(struct records *r)
{
	r->rela[0].r_addend |= 3;
}

static void no_operation(struct records *r)
{
	r->record[0].op = 9999;
}

static void not_text(struct records *r)
{
	r->rela[0].r_addend += 1 << 24;
}

static void twice(struct records *r)
{
	r->record[1].op = r->record[0].op;
	r->rela[1].r_info = r->rela[0].r_info;
	r->rela[1].r_addend = r->rela[0].r_addend;
}

static void half(struct records *r)
{
	r->section->sh_size -= 8;
}

static bool try_damaged(void (*damage)(struct records *), const char *name, bool refuse)
{
	size_t size = slurp(FILE_NAME, image, sizeof image);
	struct records r = { .section = section(".pv_sites") };
	bool good;

	r.record = (void *)(image + r.section->sh_offset);
	r.rela = (void *)(image + section(".rela.pv_sites")->sh_offset);
	damage(&r);
	good = VALUE((long)raw_syscall(__NR_init_module, image, size, ""), refuse ? -ENOEXEC : 0);
	if (loaded())
		good &= VALUE(parameter("failed"), 0) & VALUE(unload(), 0);
	if (!good)
		printf("%s# that was: %s\n", ktap_indent(), name);
	return good;
}

static enum verdict damaged(void)
{
	static const struct {
		void (*damage)(struct records *);
		const char *name;
	} cases[] = {
		{ other_slot, "other slot" },
		{ no_slot, "no slot" },
		{ no_operation, "no operation" },
		{ not_text, "not text" },
		{ twice, "twice" },
		{ half, "half a record" },
	};
	unsigned long before = vmalloc_bytes();
	size_t size = slurp(FILE_NAME, image, sizeof image);
	bool refuse = audited() || guest(), good = true;

	if (!size || !section(".pv_sites"))
		return SKIP;
	for (int i = 0; i < ARRAY_SIZE(cases); i++)
		good &= try_damaged(cases[i].damage, cases[i].name, refuse);
	return verdict(good & nothing_left(before));
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "a module loads, its checks hold, it unloads", life },
		{ "under audit, its sites call the backend", patched },
		{ "natively, nothing is copied or patched", untouched },
		{ "stack traces are right from every instruction of a site", stack_traces },
		{ "of its copies, those of its init section are forgotten", init_forgotten },
		{ "twenty times over, and nothing is left", often },
		{ "its init function fails, and nothing is left", init_fails },
		{ "damaged records are refused where they matter", damaged },
	};

	return ktap_main(cases, ARRAY_SIZE(cases));
}
