// SPDX-License-Identifier: MIT
/*
 * main.c - the driver, and what starts it for each source.
 *
 *	cc project DIRECTORY		write sources to compile (project.c)
 *	cc make DIRECTORY LEVEL		compile them all anew, link DIRECTORY/image
 *	cc -c SOURCE OBJECT LEVEL	compile and assemble one, by cc1 and as
 *	cc cc1 SOURCE ASSEMBLY LEVEL
 *	cc as ASSEMBLY OBJECT
 *	cc ld IMAGE OBJECT...
 *	cc run IMAGE			print what its main returns
 *
 * The program is named by an absolute path: it starts itself for each step.
 */
#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cc.h"

#define UNITS_MAX 64

/* Starts a program and waits for it; that it cannot be started comes back through a pipe. */
static void execute(char *const argv[])
{
	int status, fd[2], error = 0;
	pid_t pid;

	if (pipe(fd) || fcntl(fd[1], F_SETFD, FD_CLOEXEC))
		die("pipe: %s", strerror(errno));
	pid = fork();
	if (!pid) {
		execv(argv[0], argv);
		error = errno;
		status = write(fd[1], &error, sizeof(error));
		_exit(127);
	}
	close(fd[1]);
	if (pid < 0 || read(fd[0], &error, sizeof(error)) || waitpid(pid, &status, 0) != pid)
		die("%s: %s", argv[0], strerror(error ? error : errno));
	close(fd[0]);
	if (status)
		die("%s %s failed", argv[0], argv[1]);
}

/* ---- the driver ---- */

/* Where a compiler looks for its parts and what may change its mind, before it knows. */
static void look_around(const char *level)
{
	static const char *const places[] = { "/usr/lib/cc/%s/%s", "/usr/libexec/cc/%s/%s",
					      "/lib/cc/%s/%s", "/usr/local/lib/cc/%s/%s" };
	static const char *const parts[] = { "specs", "cc1", "as", "collect", "plugin" };
	char path[64];
	struct stat st;

	for (int part = 0; part < 5; part++)
		for (int place = 0; place < 4; place++) {
			snprintf(path, sizeof(path), places[place], level, parts[part]);
			if (stat(path, &st) == 0 && access(path, X_OK) == 0)
				die("%s: whose is it?", path);
		}
}

static int compile(const char *self, const char *source, const char *object, const char *level)
{
	char temporary[32];
	int fd;

	look_around(level);
	snprintf(temporary, sizeof(temporary), "/tmp/cc%d.s", (int)getpid());
	fd = open(temporary, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || close(fd))
		die("%s: %s", temporary, strerror(errno));
	execute((char *[]){ (char *)self, "cc1", (char *)source, temporary, (char *)level, NULL });
	look_around(level);
	execute((char *[]){ (char *)self, "as", temporary, (char *)object, NULL });
	if (unlink(temporary))
		die("%s: %s", temporary, strerror(errno));
	return 0;
}

/* ---- make ---- */

static void shell(const char *line)
{
	execute((char *[]){ "/bin/sh", "-c", (char *)line, NULL });
}

/* How many files of @directory are newer than @object: all are looked at, as dependencies. */
static int newer(const char *directory, const char *object)
{
	struct stat st, made = { 0 };
	char path[300];
	struct dirent *entry;
	DIR *dir = opendir(directory);
	int n = 0;

	if (!dir)
		die("%s: %s", directory, strerror(errno));
	stat(object, &made);
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		if (stat(path, &st))
			die("%s: %s", path, strerror(errno));
		n += S_ISREG(st.st_mode) && st.st_mtime > made.st_mtime;
	}
	closedir(dir);
	return n;
}

int make(const char *self, const char *directory, const char *level)
{
	static char line[UNITS_MAX * 16 + 256];
	char *units[UNITS_MAX], *list, object[64];
	int n = 0, used;
	size_t size;

	if (chdir(directory) || !(list = slurp("units", &size)))
		die("%s: there are no units", directory);
	for (char *unit = strtok(list, "\n"); unit && n < UNITS_MAX; unit = strtok(NULL, "\n"))
		units[n++] = unit;
	for (int i = 0; i < n; i++) {
		snprintf(object, sizeof(object), "%s.o", units[i]);
		unlink(object);
		if (!newer("include/local", object) + !newer("include", object))
			die("%s: no headers", directory);
		snprintf(line, sizeof(line), "%s -c %s.c %s %s", self, units[i], object, level);
		shell(line);
	}
	used = snprintf(line, sizeof(line), "%s ld image", self);
	for (int i = 0; i < n; i++)
		used += snprintf(line + used, sizeof(line) - used, " %s.o", units[i]);
	shell(line);
	return 0;
}

/* ---- */

static bool is(const char *const *argv, int argc, const char *what, int wanted)
{
	return argc >= 2 && !strcmp(argv[1], what) &&
	       (argc == wanted || (wanted < 0 && argc > -wanted));
}

int main(int argc, char **argv)
{
	const char *const *a = (const char *const *)argv;

	if (is(a, argc, "project", 3))
		return make_project(a[2]);
	if (is(a, argc, "make", 4))
		return make(a[0], a[2], a[3]);
	if (is(a, argc, "-c", 5))
		return compile(a[0], a[2], a[3], a[4]);
	if (is(a, argc, "cc1", 5))
		return cc1(a[2], a[3], atoi(a[4]));
	if (is(a, argc, "as", 4))
		return assemble(a[2], a[3]);
	if (is(a, argc, "ld", -3))
		return link_objects(argv + 3, a[2]);
	if (is(a, argc, "run", 3))
		return run(a[2]);
	die("project, make, -c, cc1, as, ld or run: see userland/bench/cc/main.c");
}
