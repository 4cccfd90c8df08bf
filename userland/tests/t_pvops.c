// SPDX-License-Identifier: MIT
/*
 * The counters of a kernel that audits its pv operations ("pv_ops=audit"): each one
 * was called at least once by now, or its row says why it cannot be. To be run last.
 * Skipped on any other kernel.
 */
#include <sys/mount.h>
#include <sys/stat.h>
#include "ktap.h"

static FILE *counters(void)
{
	FILE *file = fopen("/proc/pv_ops", "r");

	if (file)
		return file;
	mkdir("/tmp/debugfs", 0755);
	mount("none", "/tmp/debugfs", "debugfs", 0, NULL);
	return fopen("/tmp/debugfs/pv_ops/operations", "r");
}

/* A row: table, operation, calls, sites, and after two blanks a reason for no calls. */
static enum verdict all_called(void)
{
	static char line[256], table[32], name[64];
	FILE *file = counters();
	int rows = 0, seen = 0;
	bool good = true;

	if (!file)
		return SKIP;
	while (fgets(line, sizeof line, file)) {
		unsigned long calls, sites;
		int end = 0;

		if (sscanf(line, "%31s %63s %lu %lu%n", table, name, &calls, &sites, &end) != 4)
			continue;
		rows++;
		seen += calls != 0;
		if (!calls && strncmp(line + end, "  ", 2)) {
			printf("%s# never called: %s %s", ktap_indent(), name, line + end);
			good = false;
		}
	}
	fclose(file);
	printf("%s# %d operations, %d of them called\n", ktap_indent(), rows, seen);
	return verdict(good & CHECK(rows > 100));
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "every pv operation was called, or cannot be", all_called },
	};

	return ktap_main(cases, ARRAY_SIZE(cases));
}
