// SPDX-License-Identifier: MIT
/*
 * main.c - pvcheck's command line.
 *
 * Exit status: 0 nothing found, 1 findings, 2 a file could not be checked (or bad usage).
 * 2 wins over 1: a build must not take a partial check for a whole one.
 */
#include "pvcheck.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF };
enum { CLEAN, FOUND, FAILED };

/** struct options - of the command line */
struct options {
	enum format format;
	bool summary, quiet;
	const char *baseline, *write_baseline, *exceptions, *ran;
};

static const char usage[] =
	"usage: pvcheck [OPTION]... FILE...\n"
	"Looks for paravirtualization breakage in IA-64 kernels, modules and objects.\n"
	"\n"
	"  --summary              counts, and the exceptions used, after the findings\n"
	"  --quiet                no findings, only the exit status (and --summary)\n"
	"  --json                 findings as JSON\n"
	"  --sarif                findings as SARIF 2.1.0\n"
	"  --baseline FILE        do not report what this file lists\n"
	"  --write-baseline FILE  write that file from the findings\n"
	"  --exceptions FILE      exceptions to use instead of the built-in ones\n"
	"  --ran FILE             also check what a guest ran: ia64-machine -d sensitive -D FILE\n"
	"  --rules                list the rules\n"
	"  --help                 this\n"
	"\n"
	"Exit status: 0 nothing found, 1 findings, 2 could not check.\n";

static void list_rules(void)
{
	for (unsigned int i = 0; i < PC_RULE_COUNT; i++) {
		printf("%s (%s)\n    %s\n", pc_rules[i].name, pc_rules[i].level, pc_rules[i].text);
		if (*pc_rules[i].hint)
			printf("    hint: %s\n", pc_rules[i].hint);
	}
}

static int parse(int argc, char **argv, struct options *o)
{
	static const struct option options[] = {
		{ "summary", no_argument, NULL, 's' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "json", no_argument, NULL, 'j' },
		{ "sarif", no_argument, NULL, 'S' },
		{ "baseline", required_argument, NULL, 'b' },
		{ "write-baseline", required_argument, NULL, 'w' },
		{ "exceptions", required_argument, NULL, 'e' },
		{ "ran", required_argument, NULL, 'R' },
		{ "rules", no_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 's': o->summary = true; break;
		case 'q': o->quiet = true; break;
		case 'j': o->format = FORMAT_JSON; break;
		case 'S': o->format = FORMAT_SARIF; break;
		case 'b': o->baseline = optarg; break;
		case 'w': o->write_baseline = optarg; break;
		case 'e': o->exceptions = optarg; break;
		case 'R': o->ran = optarg; break;
		case 'r': list_rules(); return CLEAN;
		case 'h': fputs(usage, stdout); return CLEAN;
		default: fputs("pvcheck --help says more\n", stderr); return FAILED;
		}
	}
	if (optind == argc) {
		fputs("pvcheck: no file to check; pvcheck --help says more\n", stderr);
		return FAILED;
	}
	if (o->ran && optind + 1 != argc) {
		fputs("pvcheck: --ran goes with one file, that ran\n", stderr);
		return FAILED;
	}
	return -1;
}

static int check_file(struct pc_check *check, const char *path, const struct options *o,
		      const struct pc_exceptions *exceptions, struct pc_baseline *baseline)
{
	char *error;

	*check = (struct pc_check){ .exceptions = exceptions };
	error = pc_image_open(&check->image, path);
	if (error) {
		fprintf(stderr, "pvcheck: %s: %s\n", path, pc_printable(error));
		free(error);
		return FAILED;
	}
	pc_run(check);
	if (o->ran && !pc_ran(check, o->ran))
		return FAILED;
	pc_sort_findings(check);
	if (baseline)
		pc_baseline_apply(baseline, check);
	for (size_t i = 0; i < check->findings; i++)
		if (!check->finding[i].known)
			return FOUND;
	return CLEAN;
}

static void report(struct pc_check *checks, size_t count, const struct options *o)
{
	FILE *summary = o->format == FORMAT_TEXT ? stdout : stderr;

	if (o->format == FORMAT_JSON && !o->quiet)
		pc_report_json(checks, count, stdout);
	if (o->format == FORMAT_SARIF && !o->quiet)
		pc_report_sarif(checks, count, stdout);
	for (size_t i = 0; i < count; i++) {
		if (o->format == FORMAT_TEXT && !o->quiet)
			pc_report_text(&checks[i], stdout);
		if (o->summary)
			pc_report_summary(&checks[i], summary);
	}
}

static int check_all(char **paths, size_t count, const struct options *o,
		     const struct pc_exceptions *exceptions, struct pc_baseline *baseline)
{
	struct pc_check *checks = calloc(count, sizeof(*checks));
	size_t checked = 0;
	int status = checks ? CLEAN : FAILED;

	for (size_t i = 0; checks && i < count; i++) {
		int result = check_file(&checks[checked], paths[i], o, exceptions, baseline);

		if (result == FAILED)
			pc_check_free(&checks[checked]);
		else
			checked++;
		if (result > status)
			status = result;
	}
	report(checks, checked, o);
	if (o->write_baseline && !pc_baseline_write(o->write_baseline, checks, checked))
		status = FAILED;
	for (size_t i = 0; i < checked; i++)
		pc_check_free(&checks[i]);
	free(checks);
	if (fflush(stdout) || ferror(stdout)) {
		fputs("pvcheck: the report cannot be written\n", stderr);
		status = FAILED;
	}
	return status;
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	struct pc_baseline *baseline = NULL;
	struct pc_exceptions *exceptions;
	int status = parse(argc, argv, &o);

	if (status >= 0)
		return status;
	exceptions = o.exceptions ? pc_exceptions_read(o.exceptions) : pc_exceptions_built_in();
	if (exceptions && o.baseline)
		baseline = pc_baseline_read(o.baseline);
	if (!exceptions || (o.baseline && !baseline))
		status = FAILED;
	else
		status = check_all(argv + optind, argc - optind, &o, exceptions, baseline);
	pc_baseline_free(baseline);
	pc_exceptions_free(exceptions);
	return status;
}
