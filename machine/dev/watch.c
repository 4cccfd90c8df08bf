// SPDX-License-Identifier: MIT
/*
 * Regular expressions on the console's lines: --expect and --fail-on.
 *
 * A line is matched when it ends, and while it is unfinished whenever the run loop looks (a
 * prompt has no newline). The line is kept up to a limit; of a longer one, the latest half of
 * the buffer is what an expression sees. Carriage returns and NULs are left out.
 */
#include "dev/watch.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 4096

struct watch {
	regex_t expect, fail_on;
	bool has_expect, has_fail_on;
	bool dirty; /* the line grew since it was matched last */
	bool ended; /* the line is complete: the next byte starts another */
	unsigned len;
	char line[LINE_MAX_BYTES + 1];
};

static bool compile(regex_t *re, bool *has, const char *option, const char *text)
{
	char why[200];
	int err;

	*has = false;
	if (!text)
		return true;
	err = regcomp(re, text, REG_EXTENDED | REG_NOSUB);
	*has = err == 0;
	if (err) {
		regerror(err, re, why, sizeof(why));
		fprintf(stderr, "ia64-machine: %s '%s': %s\n", option, text, why);
	}
	return *has;
}

struct watch *watch_create(const char *expect, const char *fail_on)
{
	struct watch *w = calloc(1, sizeof(*w));

	if (w && compile(&w->expect, &w->has_expect, "--expect", expect) &&
	    compile(&w->fail_on, &w->has_fail_on, "--fail-on", fail_on))
		return w;
	watch_destroy(w);
	return NULL;
}

void watch_destroy(struct watch *w)
{
	if (!w)
		return;
	if (w->has_expect)
		regfree(&w->expect);
	if (w->has_fail_on)
		regfree(&w->fail_on);
	free(w);
}

const char *watch_line(const struct watch *w)
{
	return w->line;
}

enum watch_result watch_partial(struct watch *w)
{
	if (!w->dirty)
		return WATCH_NOTHING;
	w->dirty = false;
	if (w->has_fail_on && regexec(&w->fail_on, w->line, 0, NULL, 0) == 0)
		return WATCH_FAILED;
	if (w->has_expect && regexec(&w->expect, w->line, 0, NULL, 0) == 0)
		return WATCH_EXPECTED;
	return WATCH_NOTHING;
}

enum watch_result watch_byte(struct watch *w, uint8_t byte)
{
	if (w->ended)
		w->len = 0;
	w->ended = byte == '\n';
	if (w->ended)
		return watch_partial(w);
	if (byte != '\r' && byte != '\0') {
		if (w->len == LINE_MAX_BYTES) {
			w->len = LINE_MAX_BYTES / 2;
			memmove(w->line, w->line + LINE_MAX_BYTES / 2, w->len);
		}
		w->line[w->len++] = byte;
		w->dirty = true;
	}
	w->line[w->len] = '\0';
	return WATCH_NOTHING;
}
