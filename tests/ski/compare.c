// SPDX-License-Identifier: MIT
/*
 * compare [-k] [-s] SKI PROBE LIMIT PROGRAM: runs a static user-level program on Ski and on the machine's
 * processor, side by side, and compares all registers of regs.h after every single instruction.
 *
 * The first difference is printed, with the instruction, and ends the run with status 1; with
 * -k, the first one of each kind of instruction, and the run goes on. Where defects.def names an
 * instruction that Ski gets wrong, a difference is counted. After a difference that does not
 * end the run our processor gets Ski's values, so that what follows is compared as well.
 * With -s nothing is excused by defects.def, to see that this program finds differences.
 * The last line on stdout says what was compared. LIMIT: instructions at most, 0 for all.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define MAX_LINES 20

/* What a defect of Ski may touch */
enum { IN_GR = 1, IN_FR = 2, IN_PR = 4, IN_FPSR = 8, IN_IP = 16 };

/* When it does */
enum { ALWAYS, SIGNED_SATURATION, UNNORMAL_ZERO };

static const struct defect {
	unsigned id, in, when;
	const char *reason;
} defects[] = {
#define DEFECT(id, in, when, reason) { ISA_##id, in, when, reason },
#include "defects.def"
#undef DEFECT
	{ ISA_INVALID, 0, ALWAYS, "" }
};

static uint64_t theirs[REG_COUNT], ours[REG_COUNT];
static uint64_t shown[ISA_ID_COUNT];
static bool keep_going, strict;
static uint64_t excused[sizeof(defects) / sizeof(*defects)];

struct stream {
	int fd;
	size_t at, have;
	unsigned char data[1 << 18];
};

static bool take(struct stream *s, void *to, size_t size)
{
	unsigned char *p = to;

	while (size) {
		size_t n;

		if (s->at == s->have) {
			ssize_t got = read(s->fd, s->data, sizeof(s->data));

			if (got < 0 && errno == EINTR)
				continue;
			if (got <= 0)
				return false;
			s->at = 0;
			s->have = got;
		}
		n = s->have - s->at < size ? s->have - s->at : size;
		memcpy(p, s->data + s->at, n);
		p += n;
		s->at += n;
		size -= n;
	}
	return true;
}

/* Return: 1 for a state, 0 at the end, -1 when the stream is broken. */
static int next_state(struct stream *s)
{
	uint64_t n, pair[2 * REG_COUNT];

	if (!take(s, &n, sizeof(n)))
		return -1;
	if (n == STREAM_END)
		return 0;
	if (n > REG_COUNT || !take(s, pair, n * 16))
		return -1;
	for (uint64_t i = 0; i < n; i++) {
		if (pair[2 * i] >= REG_COUNT)
			return -1;
		theirs[pair[2 * i]] = pair[2 * i + 1];
	}
	return 1;
}

/* ---- differences ---- */

static void name_of(unsigned i, char *name, size_t size)
{
	static const char *const ars[] = { "ar.rsc", "ar.bsp", "ar.ccv", "ar.unat", "ar.fpsr",
					   "ar.csd", "ar.pfs", "ar.lc",	 "ar.ec" };

	if (i >= REG_FR)
		snprintf(name, size, "f%u%s", (i - REG_FR) / 2,
			 (i - REG_FR) % 2 ? " sign, exponent" : " significand");
	else if (i >= REG_GR)
		snprintf(name, size, "r%u", i - REG_GR);
	else if (i >= REG_NAT)
		snprintf(name, size, "NaT bits of r%u-r%u", i == REG_NAT ? 0 : 64,
			 i == REG_NAT ? 63 : 127);
	else if (i >= REG_BR)
		snprintf(name, size, "b%u", i - REG_BR);
	else if (i >= REG_AR)
		snprintf(name, size, "%s", ars[i - REG_AR]);
	else
		snprintf(name, size, "%s",
			 i == REG_IP	? "ip"
			 : i == REG_CFM ? "cfm"
			 : i == REG_PR	? "pr"
					: "partial");
}

static unsigned kind_of(unsigned i)
{
	if (i >= REG_FR)
		return IN_FR;
	if (i >= REG_NAT)
		return IN_GR;
	return i == REG_PR ? IN_PR : i == REG_AR + 4 ? IN_FPSR : i == REG_IP ? IN_IP : 0;
}

/* While the RSE still loads Ski's frame, r32 and up are as if they agreed. */
static void skip_partial(void)
{
	memcpy(theirs + REG_GR + 32, ours + REG_GR + 32, 96 * sizeof(*ours));
	theirs[REG_NAT] = (uint32_t)theirs[REG_NAT] | (ours[REG_NAT] & ~0xffffffffUL);
	theirs[REG_NAT + 1] = ours[REG_NAT + 1];
	theirs[REG_PARTIAL] = 0;
}

/*
 * Registers that come into the frame by alloc have no defined value, nor have those that
 * br.ret brings back where the callee's frame had become too small for them (SDM vol 1 §4.1,
 * vol 3 alloc). They get Ski's.
 */
static void adopt_undefined(struct guest *g, const uint64_t *before)
{
	unsigned from = 32 + (before[REG_CFM] & 0x7f), to = 32 + (ours[REG_CFM] & 0x7f);
	struct isa_insn insn;
	char text[128];
	bool any = false;

	if (!guest_insn(g, before[REG_IP], &insn, text, sizeof(text)))
		return;
	if (insn.id == ISA_br_ret)
		from += ours[REG_CFM] >> 7 & 0x7f;
	else if (insn.id != ISA_alloc)
		return;
	for (unsigned r = from; r < to; r++) {
		uint64_t bit = UINT64_C(1) << r % 64, *nat = &ours[REG_NAT + r / 64];

		if (insn.id == ISA_alloc && r == insn.r1)
			continue;
		ours[REG_GR + r] = theirs[REG_GR + r];
		*nat = (*nat & ~bit) | (theirs[REG_NAT + r / 64] & bit);
		any = true;
	}
	if (any)
		guest_set(g, ours, false);
}

static bool same(uint64_t *partial)
{
	if (theirs[REG_PARTIAL]) {
		uint64_t keep[REG_COUNT];
		bool equal;

		memcpy(keep, theirs, sizeof(keep));
		skip_partial();
		equal = !memcmp(theirs, ours, sizeof(ours));
		memcpy(theirs, keep, sizeof(keep));
		++*partial;
		return equal;
	}
	return !memcmp(theirs, ours, sizeof(ours));
}

/* Can the run go on with Ski's values? */
static bool only_data(void)
{
	return theirs[REG_CFM] == ours[REG_CFM] && theirs[REG_AR + 1] == ours[REG_AR + 1];
}

static bool unnormal_zero(const uint64_t *regs, unsigned f)
{
	return !regs[REG_FR + 2 * f] && regs[REG_FR + 2 * f + 1] & 0x1ffff;
}

static bool happens(unsigned when, const struct isa_insn *insn, const uint64_t *before)
{
	switch (when) {
	case SIGNED_SATURATION: return insn->c[0] == ISA_SAT_SSS;
	case UNNORMAL_ZERO:
		return unnormal_zero(before, insn->r2) || unnormal_zero(before, insn->r3) ||
		       unnormal_zero(before, insn->r4);
	}
	return true;
}

static bool is_known(const struct isa_insn *insn, const uint64_t *before)
{
	unsigned in = strict ? 0x100 : 0;

	for (unsigned i = 0; i < REG_COUNT; i++)
		if (theirs[i] != ours[i])
			in |= kind_of(i) ? kind_of(i) : 0x100;
	for (unsigned d = 0; defects[d].in; d++)
		if (defects[d].id == insn->id && !(in & ~defects[d].in) &&
		    happens(defects[d].when, insn, before)) {
			excused[d]++;
			return true;
		}
	return false;
}

static void show(const char *path, uint64_t n, uint64_t ip, const char *text,
		 const uint64_t *before)
{
	unsigned lines = 0;
	char name[40];

	printf("%s: instruction %lu, %#lx.%lu %s\n", path, n, ip & ~15UL, ip & 3, text);
	for (unsigned i = 0; i < REG_COUNT && lines < MAX_LINES; i++)
		if (theirs[i] != ours[i]) {
			name_of(i, name, sizeof(name));
			printf("  %s: Ski %#lx, ours %#lx, before %#lx\n", name, theirs[i], ours[i],
			       before[i]);
			lines++;
		}
}

/* The sources, for those who look at a difference. */
static void show_sources(const struct isa_insn *insn, const uint64_t *before)
{
	unsigned r[] = { insn->r2, insn->r3, insn->r4 };

	for (unsigned i = 0; i < 3; i++)
		printf("  field %u: r%u %#lx, f%u %05lx %016lx\n", i + 2, r[i],
		       before[REG_GR + r[i]], r[i], before[REG_FR + 2 * r[i] + 1],
		       before[REG_FR + 2 * r[i]]);
	printf("  fpsr %#lx, pr %#lx\n", before[REG_AR + 4], before[REG_PR]);
}

/* ---- the two runs ---- */

static pid_t start_ski(const char *ski, const char *probe, const char *limit, const char *program,
		       int *fd)
{
	char number[16];
	int pipes[2];
	pid_t pid;

	if (pipe(pipes) < 0)
		return -1;
	fcntl(pipes[1], F_SETPIPE_SZ, 1 << 20);
	pid = fork();
	if (pid) {
		close(pipes[1]);
		*fd = pipes[0];
		return pid;
	}
	close(pipes[0]);
	snprintf(number, sizeof(number), "%d", pipes[1]);
	setenv("PROBE_FD", number, 1);
	if (strcmp(limit, "0"))
		setenv("PROBE_LIMIT", limit, 1);
	setenv("LD_PRELOAD", probe, 1);
	execl(ski, ski, "-noconsole", "-nonet", "-alat", program, (char *)NULL);
	fprintf(stderr, "compare: %s: %m\n", ski);
	_exit(127);
}

static bool start(struct guest *g, struct stream *s)
{
	struct stream_start head;

	if (!take(s, &head, sizeof(head)) || head.magic != STREAM_MAGIC)
		return false;
	for (uint64_t i = 0; i < head.words; i++) {
		uint64_t val;

		if (!take(s, &val, sizeof(val)) || !guest_poke(g, head.sp + 8 * i, val))
			return false;
	}
	if (next_state(s) != 1)
		return false;
	guest_set(g, theirs, true);
	guest_get(g, ours);
	return true;
}

static int side_by_side(struct guest *g, struct stream *s, const char *path, uint64_t *n,
			uint64_t *partial)
{
	static uint64_t before[REG_COUNT];
	struct isa_insn insn;
	char text[128] = "start";

	if (memcmp(theirs, ours, sizeof(ours))) {
		show(path, 0, ours[REG_IP], "at the start", before);
		return 1;
	}
	for (;; ++*n) {
		enum guest_end end = guest_step(g);
		int more = next_state(s);

		if (more < 0)
			fprintf(stderr, "compare: %s: Ski ended unexpectedly\n", path);
		if (end == GUEST_STOPPED)
			printf("%s: instruction %lu: %s\n", path, *n, guest_why(g));
		if (more < 0 || end == GUEST_STOPPED)
			return 1;
		if (!more)
			return 0;
		if (end == GUEST_EXITED) {
			/* Ski shows a state after the last system call */
			return next_state(s) == 0 ? 0 : 1;
		}
		memcpy(before, ours, sizeof(ours));
		guest_get(g, ours);
		if (ours[REG_CFM] != before[REG_CFM] && ours[REG_CFM] == theirs[REG_CFM] &&
		    !theirs[REG_PARTIAL])
			adopt_undefined(g, before);
		if (same(partial))
			continue;
		if (!guest_insn(g, before[REG_IP], &insn, text, sizeof(text)))
			memset(&insn, 0, sizeof(insn));
		if (!is_known(&insn, before)) {
			if (!shown[insn.id]++) {
				show(path, *n, before[REG_IP], text, before);
				show_sources(&insn, before);
			}
			if (!keep_going || !only_data())
				return 1;
		}
		guest_set(g, theirs, false);
		guest_get(g, ours);
	}
}

int main(int argc, char **argv)
{
	static struct stream s;
	uint64_t n = 0, partial = 0;
	struct guest *g;
	int result, status;
	pid_t pid;

	for (; argc > 1 && argv[1][0] == '-'; argc--, argv++) {
		keep_going |= !strcmp(argv[1], "-k");
		strict |= !strcmp(argv[1], "-s");
	}
	if (argc != 5) {
		fprintf(stderr, "usage: compare [-k] [-s] SKI PROBE LIMIT PROGRAM\n");
		return 2;
	}
	g = guest_create(argv[4]);
	if (!g)
		return 2;
	pid = start_ski(argv[1], argv[2], argv[3], argv[4], &s.fd);
	if (pid < 0)
		return 2;
	if (!start(g, &s)) {
		fprintf(stderr, "compare: Ski shows no registers\n");
		result = 2;
	} else {
		result = side_by_side(g, &s, argv[4], &n, &partial);
	}
	for (unsigned id = 0; id < ISA_ID_COUNT; id++)
		if (shown[id])
			result = 1;
	close(s.fd);
	waitpid(pid, &status, 0);
	for (unsigned d = 0; defects[d].in; d++)
		if (excused[d])
			printf("  Ski differs in %s, %lu times: %s\n", isa_name(defects[d].id),
			       excused[d], defects[d].reason);
	printf("%lu instructions compared, %lu of them without r32 and up\n", n, partial);
	guest_destroy(g);
	return result;
}
