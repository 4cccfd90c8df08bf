// SPDX-License-Identifier: MIT
/*
 * report-json.c - findings for other programs: our JSON, and SARIF 2.1.0 for code review.
 *
 * Names come from the checked file and may hold any byte: what is not printable ASCII is
 * escaped, as if it were Latin-1, so that the output always is valid.
 */
#include "pvcheck.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void put_string(FILE *out, const char *text)
{
	putc('"', out);
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p == '"' || *p == '\\')
			fprintf(out, "\\%c", *p);
		else if (*p < 0x20 || *p > 0x7e)
			fprintf(out, "\\u%04x", *p);
		else
			putc(*p, out);
	}
	putc('"', out);
}

static void put_member(FILE *out, const char *name, const char *text)
{
	fprintf(out, ", \"%s\": ", name);
	put_string(out, text);
}

static void json_finding(const struct pc_check *check, const struct pc_finding *f, FILE *out)
{
	char *where = pc_where(&check->image, f->addr);
	char *insn = f->in_code ? pc_insn_text(&check->image, f->addr) : pc_format("%s", "");

	fprintf(out, "{\"rule\": ");
	put_string(out, pc_rules[f->rule].name);
	put_member(out, "level", pc_rules[f->rule].level);
	put_member(out, "where", where);
	if (f->in_code) {
		fprintf(out, ", \"address\": \"0x%llx\", \"slot\": %u",
			(unsigned long long)(f->addr & ~UINT64_C(15)), (unsigned int)(f->addr & 3));
		put_member(out, "instruction", insn);
	}
	if (f->source) {
		put_member(out, "source", f->source);
		fprintf(out, ", \"line\": %u", f->line);
	}
	put_member(out, "message", pc_rules[f->rule].text);
	put_member(out, "detail", f->text);
	if (*pc_rules[f->rule].hint)
		put_member(out, "hint", pc_rules[f->rule].hint);
	fprintf(out, "}");
	free(where);
	free(insn);
}

void pc_report_json(const struct pc_check *checks, size_t count, FILE *out)
{
	fprintf(out, "[");
	for (size_t i = 0; i < count; i++) {
		const struct pc_check *c = &checks[i];
		const char *comma = "";

		fprintf(out, "%s\n{\"file\": ", i ? "," : "");
		put_string(out, c->image.path);
		fprintf(out, ", \"bundles\": %u, \"sites\": %zu", c->image.bundles, c->sites);
		for (unsigned int class = 0; class < PC_CLASS_COUNT; class ++)
			fprintf(out, ", \"%s\": %llu", pc_class_name[class],
				(unsigned long long)c->counts[class]);
		fprintf(out, ", \"native_only\": %llu, \"findings\": [",
			(unsigned long long)c->native_only);
		for (size_t k = 0; k < c->findings; k++) {
			if (c->finding[k].known)
				continue;
			fprintf(out, "%s\n", comma);
			json_finding(c, &c->finding[k], out);
			comma = ",";
		}
		fprintf(out, "]}");
	}
	fprintf(out, "]\n");
}

/* A path as a URI reference (RFC 3986): what is neither unreserved nor / is encoded. */
static void put_uri(FILE *out, const char *path)
{
	putc('"', out);
	for (const unsigned char *p = (const unsigned char *)path; *p; p++) {
		if (isascii(*p) && (isalnum(*p) || strchr("-._~/", *p)))
			putc(*p, out);
		else
			fprintf(out, "%%%02X", *p);
	}
	putc('"', out);
}

static void sarif_rules(FILE *out)
{
	for (unsigned int i = 0; i < PC_RULE_COUNT; i++) {
		fprintf(out, "%s\n    {\"id\": ", i ? "," : "");
		put_string(out, pc_rules[i].name);
		fprintf(out, ", \"shortDescription\": {\"text\": ");
		put_string(out, pc_rules[i].text);
		fprintf(out, "}, \"defaultConfiguration\": {\"level\": ");
		put_string(out, pc_rules[i].level);
		fprintf(out, "}}");
	}
}

static void sarif_result(const struct pc_check *check, const struct pc_finding *f, FILE *out)
{
	char *where = pc_where(&check->image, f->addr);
	char *message = pc_format("%s (%s): %s", pc_rules[f->rule].text, where, f->text);

	fprintf(out, "{\"ruleId\": ");
	put_string(out, pc_rules[f->rule].name);
	fprintf(out, ", \"ruleIndex\": %u, \"level\": ", f->rule);
	put_string(out, pc_rules[f->rule].level);
	fprintf(out, ", \"message\": {\"text\": ");
	put_string(out, message);
	fprintf(out, "}, \"locations\": [{\"physicalLocation\": {\"artifactLocation\": {\"uri\": ");
	put_uri(out, f->source ? f->source : check->image.path);
	fprintf(out, "}");
	if (f->source && f->line)
		fprintf(out, ", \"region\": {\"startLine\": %u}", f->line);
	fprintf(out, "}, \"logicalLocations\": [{\"fullyQualifiedName\": ");
	put_string(out, where);
	fprintf(out, "}]}]}");
	free(message);
	free(where);
}

void pc_report_sarif(const struct pc_check *checks, size_t count, FILE *out)
{
	const char *comma = "";

	fprintf(out, "{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n"
		     " \"version\": \"2.1.0\", \"runs\": [{\"tool\": {\"driver\": "
		     "{\"name\": \"pvcheck\", \"rules\": [");
	sarif_rules(out);
	fprintf(out, "]}},\n \"results\": [");
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < checks[i].findings; k++) {
			if (checks[i].finding[k].known)
				continue;
			fprintf(out, "%s\n", comma);
			sarif_result(&checks[i], &checks[i].finding[k], out);
			comma = ",";
		}
	fprintf(out, "]}]}\n");
}
