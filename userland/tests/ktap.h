/* SPDX-License-Identifier: MIT */
/*
 * A test program is a list of cases. Each case is a function that returns PASS,
 * FAIL or SKIP; check() says which expectation did not hold, and why.
 *
 * The output is KTAP; every line starts with $KTAP_INDENT, so that it can be
 * nested below the one that starts the programs. The exit status is 0, 1 for
 * failures, 4 if all was skipped.
 */
#ifndef KTAP_H
#define KTAP_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum verdict { PASS, FAIL, SKIP };

struct test_case {
	const char *name;
	enum verdict (*run)(void);
};

/* CHECK() - true if @cond holds; else a diagnostic line. VALUE() also shows a number. */
#define CHECK(cond)	  check(cond, #cond, __FILE__, __LINE__)
#define VALUE(got, want)  check_value(got, want, #got, __FILE__, __LINE__)
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static const char *ktap_indent(void)
{
	const char *indent = getenv("KTAP_INDENT");

	return indent ? indent : "";
}

static inline const char *ktap_base(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? slash + 1 : file;
}

static inline bool check(bool holds, const char *what, const char *file, int line)
{
	if (!holds)
		printf("%s# %s:%d: not so: %s (errno %d)\n", ktap_indent(), ktap_base(file), line,
		       what, errno);
	return holds;
}

static inline bool check_value(uint64_t got, uint64_t want, const char *what, const char *file,
			       int line)
{
	if (got != want)
		printf("%s# %s:%d: %s is %#lx, not %#lx\n", ktap_indent(), ktap_base(file), line,
		       what, (unsigned long)got, (unsigned long)want);
	return got == want;
}

static inline enum verdict verdict(bool good)
{
	return good ? PASS : FAIL;
}

static inline int ktap_main(const struct test_case *cases, int count)
{
	static const char *const word[] = { "ok", "not ok", "ok" };
	int tally[3] = { 0, 0, 0 };

	printf("%sKTAP version 1\n%s1..%d\n", ktap_indent(), ktap_indent(), count);
	for (int i = 0; i < count; i++) {
		enum verdict v;

		errno = 0;
		v = cases[i].run();
		tally[v]++;
		printf("%s%s %d %s%s\n", ktap_indent(), word[v], i + 1, cases[i].name,
		       v == SKIP ? " # SKIP not supported here" : "");
	}
	return tally[FAIL] ? 1 : tally[SKIP] == count ? 4 : 0;
}

#endif
