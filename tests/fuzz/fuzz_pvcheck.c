// SPDX-License-Identifier: MIT
/*
 * fuzz_pvcheck.c - any bytes as a kernel, module or object, and as the text files beside it:
 * refused in one line, or checked, with findings inside the file and whole reports.
 *
 * An input is one byte that says what the text is, two bytes with its length, the text, the file.
 */
#define _GNU_SOURCE /* file.h */
#include <unistd.h>

#include "fuzz/file.h"
#include "pvcheck.h"

enum { TEXT_NONE, TEXT_RAN, TEXT_BASELINE, TEXT_EXCEPTIONS, TEXTS };

static void check_findings(const struct pc_check *check)
{
	for (size_t i = 0; i < check->findings; i++) {
		const struct pc_finding *f = &check->finding[i];

		require(f->rule < PC_RULE_COUNT && f->text);
		require(!i || check->finding[i - 1].addr <= f->addr);
	}
}

static void reports(struct pc_check *check)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	require(out);
	pc_report_text(check, out);
	pc_report_summary(check, out);
	pc_report_json(check, 1, out);
	pc_report_sarif(check, 1, out);
	fclose(out);
	require(size > 0);
	for (size_t i = 0; i < size; i++)
		require(text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~'));
	free(text);
}

static void check_file(const char *path, const char *ran, struct pc_baseline *baseline,
		       const struct pc_exceptions *exceptions)
{
	struct pc_check check = { .exceptions = exceptions };
	char *error = pc_image_open(&check.image, path);

	if (error) {
		require(*pc_printable(error));
		free(error);
	} else {
		pc_run(&check);
		if (ran)
			pc_ran(&check, ran);
		pc_sort_findings(&check);
		if (baseline)
			pc_baseline_apply(baseline, &check);
		check_findings(&check);
		reports(&check);
	}
	pc_check_free(&check);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	unsigned int kind = take_num(&in, 1) % TEXTS;
	size_t len = take_num(&in, 2);
	struct pc_exceptions *exceptions = NULL;
	struct pc_baseline *baseline = NULL;
	struct bytes text, file;

	len = len < in.n ? len : in.n;
	text = as_file(in.p, len);
	file = as_file(in.p + len, in.n - len);
	if (kind == TEXT_EXCEPTIONS)
		exceptions = pc_exceptions_read(text.path);
	if (!exceptions)
		exceptions = pc_exceptions_built_in();
	if (kind == TEXT_BASELINE)
		baseline = pc_baseline_read(text.path);
	check_file(file.path, kind == TEXT_RAN ? text.path : NULL, baseline, exceptions);
	pc_baseline_free(baseline);
	pc_exceptions_free(exceptions);
	close(text.fd);
	close(file.fd);
	return 0;
}
