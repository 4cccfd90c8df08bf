// SPDX-License-Identifier: MIT
/*
 * What the kernel says about the machine in /proc and /sys reads as on real hardware; or,
 * in a guest, as what its hypervisor gives it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include "ktap.h"

static char text[65536];

/* slurp() - the contents of @path; "" if it cannot be read */
static const char *slurp(const char *path)
{
	int fd = open(path, O_RDONLY), n, total = 0;

	if (fd < 0)
		printf("%s# cannot open %s\n", ktap_indent(), path);
	while (fd >= 0 && (n = read(fd, text + total, sizeof text - 1 - total)) > 0)
		total += n;
	close(fd);
	text[total] = '\0';
	return text;
}

/* has() - @path contains @what */
static bool has(const char *path, const char *what)
{
	bool found = strstr(slurp(path), what) != NULL;

	if (!found)
		printf("%s# no \"%s\" in %s\n", ktap_indent(), what, path);
	return found;
}

/* field() - the number after @name in what slurp() read last */
static unsigned long field(const char *name)
{
	const char *p = strstr(text, name);

	if (!p)
		return 0;
	p += strlen(name);
	while (*p && (*p < '0' || *p > '9'))
		p++;
	return strtoul(p, NULL, 10);
}

/* lacks() - @path does not contain @what */
static bool lacks(const char *path, const char *what)
{
	bool found = strstr(slurp(path), what) != NULL;

	if (found)
		printf("%s# a \"%s\" in %s\n", ktap_indent(), what, path);
	return !found;
}

/* guest() - the processor is a Xen/ia64 hypervisor's */
static bool guest(void)
{
	return strstr(slurp("/proc/cpuinfo"), "vendor     : Xen/ia64") != NULL;
}

static enum verdict cpuinfo(void)
{
	const char *path = "/proc/cpuinfo";
	bool good = (guest() || has(path, "GenuineIntel")) & has(path, "arch       : IA-64");

	good &= VALUE(field("processor"), 0) & CHECK(field("cpu MHz") >= 1);
	return verdict(good & CHECK(field("itc MHz") >= 1) & CHECK(field("BogoMIPS") >= 1));
}

static enum verdict interrupts(void)
{
	const char *path = "/proc/interrupts";
	const char *console = guest() ? "hvc_console" : "ttyS0";
	bool good = has(path, "CPU0") & has(path, "timer") & has(path, console) & has(path, "IPI");
	unsigned long before, after;

	slurp(path);
	before = field("239:"); /* the timer's vector, 0xef */
	usleep(100000);
	slurp(path);
	after = field("239:");
	return verdict(good & CHECK(after >= before + 10));
}

static enum verdict iomem(void)
{
	const char *path = "/proc/iomem";

	return verdict(has(path, "System RAM") & has(path, "Kernel code") &
		       has(path, "Kernel data"));
}

static enum verdict ioports(void)
{
	const char *path = "/proc/ioports";

	return verdict(guest() ? lacks(path, "serial") : has(path, "serial") & has(path, "03f8"));
}

static enum verdict memory(void)
{
	struct sysinfo si;
	unsigned long total;
	bool good;

	slurp("/proc/meminfo");
	total = field("MemTotal:");
	good = CHECK(sysinfo(&si) == 0) && VALUE(total, si.totalram * si.mem_unit / 1024);
	return verdict(good & CHECK(total > 32 * 1024) & CHECK(field("MemFree:") < total));
}

static enum verdict own_maps(void)
{
	bool good = has("/proc/self/maps", "[stack]") & has("/proc/self/maps", "/tests/proc");

	good &= has("/proc/self/maps", "r-xp") & has("/proc/self/status", "VmRSS");
	return verdict(good & has("/proc/self/cmdline", "proc"));
}

static enum verdict versions(void)
{
	struct utsname u;
	bool good = CHECK(uname(&u) == 0) && CHECK(!strcmp(u.machine, "ia64"));

	good &= has("/proc/version", u.release);
	return verdict(good);
}

static enum verdict clocks(void)
{
	unsigned long before, after;

	slurp("/proc/uptime");
	before = field("");
	sleep(1);
	slurp("/proc/uptime");
	after = field("");
	return verdict(CHECK(after >= before + 1 && after <= before + 3));
}

static enum verdict file_systems(void)
{
	bool good = has("/proc/mounts", " /proc proc") & has("/proc/mounts", " /sys sysfs");

	good &= has("/proc/mounts", " /tmp tmpfs") & has("/proc/filesystems", "tmpfs");
	return verdict(good & has("/proc/cmdline", "console="));
}

static enum verdict processes(void)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	bool self = false, init = false;

	while (d && (e = readdir(d))) {
		init |= !strcmp(e->d_name, "1");
		self |= atoi(e->d_name) == getpid();
	}
	closedir(d);
	return verdict(CHECK(init) & CHECK(self) & has("/proc/1/comm", "init"));
}

static enum verdict firmware(void)
{
	bool good = CHECK(access("/sys/firmware/efi", F_OK) == 0);

	good &= CHECK(access("/sys/firmware/acpi/tables/DSDT", R_OK) == 0);
	good &= CHECK(access("/sys/firmware/acpi/tables/APIC", R_OK) == 0);
	good &= has("/proc/pal/cpu0/version_info", "PAL");
	/* A guest's PAL does not read translation registers. */
	good &= guest() || has("/proc/pal/cpu0/tr_info", "ITR0: av=1");
	return verdict(good & has("/proc/pal/cpu0/cache_info", "Data"));
}

static enum verdict real_time_clock(void)
{
	unsigned long rtc, now = time(NULL);

	slurp("/sys/class/rtc/rtc0/since_epoch");
	rtc = field("");
	return verdict(CHECK(rtc + 5 > now && rtc < now + 5));
}

static enum verdict sysctl(void)
{
	int fd = open("/proc/sys/kernel/hostname", O_RDWR);
	bool good = CHECK(fd >= 0) && VALUE(write(fd, "itanium\n", 8), 8);

	close(fd);
	return verdict(good & has("/proc/sys/kernel/hostname", "itanium"));
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "/proc/cpuinfo", cpuinfo },
		{ "/proc/interrupts, and the timer runs", interrupts },
		{ "/proc/iomem", iomem },
		{ "/proc/ioports", ioports },
		{ "/proc/meminfo", memory },
		{ "/proc/self", own_maps },
		{ "the kernel's version", versions },
		{ "/proc/uptime", clocks },
		{ "mounted file systems", file_systems },
		{ "processes", processes },
		{ "EFI, ACPI and PAL are visible", firmware },
		{ "the real-time clock", real_time_clock },
		{ "a sysctl", sysctl },
	};

	return ktap_main(cases, ARRAY_SIZE(cases));
}
