// SPDX-License-Identifier: MIT
/*
 * Files, pipes, sockets and terminals: the paths by which a process blocks and
 * is woken, and job control on a pseudo-terminal.
 */
#include <asm/unistd.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include "asm.h"
#include "ktap.h"

static enum verdict pipe_transfer(void)
{
	enum { TOTAL = 300000 };
	static unsigned char buf[5000];
	int fds[2], got, total = 0;
	bool good = true;

	pipe(fds);
	if (!fork()) {
		close(fds[0]);
		for (int i = 0; i < TOTAL / sizeof buf; i++) {
			memset(buf, i, sizeof buf);
			if (write(fds[1], buf, sizeof buf) != sizeof buf)
				_exit(1);
		}
		_exit(0);
	}
	close(fds[1]);
	while ((got = read(fds[0], buf, 777)) > 0) {
		for (int i = 0; i < got; i++)
			good &= buf[i] == (unsigned char)((total + i) / sizeof buf);
		total += got;
	}
	wait(NULL);
	close(fds[0]);
	return verdict(CHECK(good) & VALUE(total, TOTAL));
}

static enum verdict broken_pipe(void)
{
	int fds[2], status;
	pid_t pid;

	pipe(fds);
	close(fds[0]);
	pid = fork();
	if (!pid) {
		write(fds[1], "x", 1);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	close(fds[1]);
	return verdict(CHECK(WIFSIGNALED(status)) && VALUE(WTERMSIG(status), SIGPIPE));
}

static enum verdict polling(void)
{
	int fds[2];
	struct pollfd p;
	struct timeval tv = { 0, 0 };
	fd_set set;
	bool good;

	pipe(fds);
	p.fd = fds[0];
	p.events = POLLIN;
	good = VALUE(poll(&p, 1, 0), 0);
	if (!fork()) {
		usleep(30000);
		write(fds[1], "x", 1);
		_exit(0);
	}
	good &= VALUE(poll(&p, 1, 5000), 1) & VALUE(p.revents, POLLIN);
	FD_ZERO(&set);
	FD_SET(fds[0], &set);
	good &= VALUE(select(fds[0] + 1, &set, NULL, NULL, &tv), 1) & CHECK(FD_ISSET(fds[0], &set));
	wait(NULL);
	close(fds[1]);
	read(fds[0], &tv, 1);
	good &= VALUE(poll(&p, 1, 0), 1) & CHECK(p.revents & POLLHUP);
	close(fds[0]);
	return verdict(good);
}

static enum verdict files(void)
{
	char buf[16];
	struct iovec v[2] = { { "one", 3 }, { "two", 3 } };
	struct stat st;
	int fd = open("/tmp/file", O_RDWR | O_CREAT | O_TRUNC, 0640);
	bool good = CHECK(fd >= 0) && VALUE(writev(fd, v, 2), 6);

	good &= VALUE(lseek(fd, 1 << 20, SEEK_SET), 1 << 20) & VALUE(write(fd, "end", 3), 3);
	good &= CHECK(fstat(fd, &st) == 0) && VALUE(st.st_size, (1 << 20) + 3);
	good &= VALUE(st.st_mode & 0777, 0640);
	good &= VALUE(pread(fd, buf, 6, 0), 6) & CHECK(!memcmp(buf, "onetwo", 6));
	good &= VALUE(pread(fd, buf, 1, 5000), 1) & VALUE(buf[0], 0);
	good &= CHECK(ftruncate(fd, 4) == 0) & VALUE(pread(fd, buf, 16, 0), 4);
	good &= CHECK(rename("/tmp/file", "/tmp/file2") == 0) &
		CHECK(access("/tmp/file", F_OK) == -1);
	good &= CHECK(link("/tmp/file2", "/tmp/file3") == 0) & CHECK(fstat(fd, &st) == 0) &
		VALUE(st.st_nlink, 2);
	unlink("/tmp/file2");
	unlink("/tmp/file3");
	good &= VALUE(pread(fd, buf, 16, 0), 4);
	close(fd);
	return verdict(good);
}

static enum verdict directories(void)
{
	char name[64], cwd[64];
	bool good = CHECK(mkdir("/tmp/dir", 0700) == 0);

	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "/tmp/dir/%d", i);
		close(open(name, O_CREAT | O_WRONLY, 0600));
	}
	good &= CHECK(chdir("/tmp/dir") == 0) && CHECK(getcwd(cwd, sizeof cwd)) &&
		CHECK(!strcmp(cwd, "/tmp/dir"));
	good &= CHECK(rmdir("/tmp/dir") == -1 && errno == ENOTEMPTY);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "%d", i);
		good &= unlink(name) == 0;
	}
	chdir("/");
	return verdict(CHECK(good) & CHECK(rmdir("/tmp/dir") == 0));
}

static enum verdict mounting(void)
{
	bool good;

	mkdir("/tmp/mnt", 0755);
	good = CHECK(mount("none", "/tmp/mnt", "tmpfs", 0, "size=64k") == 0);
	close(open("/tmp/mnt/x", O_CREAT | O_WRONLY, 0600));
	good &= CHECK(access("/tmp/mnt/x", F_OK) == 0) & CHECK(umount("/tmp/mnt") == 0);
	good &= CHECK(access("/tmp/mnt/x", F_OK) == -1);
	rmdir("/tmp/mnt");
	return verdict(good);
}

static enum verdict copying(void)
{
	int in = open("/bin/sh", O_RDONLY),
	    out = open("/tmp/copy", O_RDWR | O_CREAT | O_TRUNC, 0700);
	struct stat a, b;
	off_t at = 0;
	bool good = CHECK(in >= 0 && out >= 0) && CHECK(fstat(in, &a) == 0);

	while (raw_syscall(__NR_sendfile, out, in, &at, 1L << 20) > 0)
		;
	good &= CHECK(fstat(out, &b) == 0) && VALUE(b.st_size, a.st_size);
	close(in);
	close(out);
	good &= VALUE(system("/tmp/copy -c 'exit 3'"), 3 << 8);
	unlink("/tmp/copy");
	return verdict(good);
}

static enum verdict sockets(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/tmp/socket" };
	int s = socket(AF_UNIX, SOCK_STREAM, 0), c, pair[2];
	char buf[8] = "";
	bool good = CHECK(bind(s, (struct sockaddr *)&un, sizeof un) == 0) && CHECK(!listen(s, 1));

	if (!fork()) {
		c = socket(AF_UNIX, SOCK_STREAM, 0);
		if (connect(c, (struct sockaddr *)&un, sizeof un))
			_exit(1);
		_exit(write(c, "hello", 5) != 5);
	}
	c = accept(s, NULL, NULL);
	good &= VALUE(read(c, buf, sizeof buf), 5) && CHECK(!strcmp(buf, "hello"));
	wait(NULL);
	close(c);
	close(s);
	unlink("/tmp/socket");
	good &= CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0) &&
		VALUE(write(pair[0], "ab", 2), 2);
	good &= VALUE(read(pair[1], buf, sizeof buf), 2);
	close(pair[0]);
	close(pair[1]);
	return verdict(good);
}

/* open_pty() - the master's descriptor; the slave's name in @name */
static int open_pty(char *name, size_t size)
{
	int master = open("/dev/ptmx", O_RDWR), number = 0, unlock = 0;

	if (master < 0)
		return -1;
	ioctl(master, TIOCSPTLCK, &unlock);
	ioctl(master, TIOCGPTN, &number);
	snprintf(name, size, "/dev/pts/%d", number);
	return master;
}

/* on_terminal() - a child in a session of its own, with @name as its terminal */
static pid_t on_terminal(int master, const char *name, int (*job)(int tty))
{
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	close(master);
	setsid();
	fd = open(name, O_RDWR);
	ioctl(fd, TIOCSCTTY, NULL);
	_exit(job(fd));
}

static int line_job(int tty)
{
	char line[64];
	int n = read(tty, line, sizeof line);

	return n == 6 && !memcmp(line, "typed\n", 6) ? 0 : 1;
}

__attribute__((noreturn)) static int spinning_job(int tty)
{
	write(tty, "!", 1);
	for (;;)
		pause();
}

/* A background job that reads the terminal must be stopped. */
static int background_job(int tty)
{
	int status;
	char c;
	pid_t pid = fork();

	if (!pid) {
		setpgid(0, 0);
		read(tty, &c, 1);
		_exit(0);
	}
	setpgid(pid, pid);
	waitpid(pid, &status, WUNTRACED);
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTTIN)
		return 1;
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return tcgetpgrp(tty) == getpgrp() ? 0 : 2;
}

static enum verdict terminal_line(void)
{
	char name[32], echo[32];
	int status, master = open_pty(name, sizeof name), n;
	pid_t pid = on_terminal(master, name, line_job);
	bool good;

	usleep(20000);
	write(master, "typo\177ed\n", 8);
	waitpid(pid, &status, 0);
	n = read(master, echo, sizeof echo);
	good = VALUE(status, 0) & CHECK(n > 5 && !memcmp(echo, "typo", 4));
	close(master);
	return verdict(good);
}

static bool key_signals(char key, int sig)
{
	char name[32], c;
	int status, master = open_pty(name, sizeof name);
	pid_t pid = on_terminal(master, name, spinning_job);
	bool good;

	read(master, &c, 1);
	write(master, &key, 1);
	good = CHECK(waitpid(pid, &status, WUNTRACED) == pid);
	good &= sig == SIGTSTP ? VALUE(WSTOPSIG(status), sig) : VALUE(WTERMSIG(status), sig);
	kill(pid, SIGKILL);
	if (WIFSTOPPED(status))
		waitpid(pid, &status, 0);
	close(master);
	return good;
}

static enum verdict terminal_keys(void)
{
	return verdict(key_signals(3, SIGINT) & key_signals(034, SIGQUIT));
}

static enum verdict terminal_hangup(void)
{
	char name[32], c;
	int status, master = open_pty(name, sizeof name);
	pid_t pid = on_terminal(master, name, spinning_job);

	read(master, &c, 1);
	close(master);
	waitpid(pid, &status, 0);
	return verdict(VALUE(WTERMSIG(status), SIGHUP));
}

static enum verdict terminal_background(void)
{
	char name[32];
	int status, master = open_pty(name, sizeof name);
	pid_t pid = on_terminal(master, name, background_job);

	waitpid(pid, &status, 0);
	close(master);
	return verdict(VALUE(status, 0));
}

static enum verdict devices(void)
{
	char buf[64] = "x";
	int fd = open("/dev/zero", O_RDONLY);
	bool good = VALUE(read(fd, buf, 64), 64) & VALUE(buf[0], 0) & VALUE(buf[63], 0);

	close(fd);
	fd = open("/dev/null", O_RDWR);
	good &= VALUE(write(fd, buf, 64), 64) & VALUE(read(fd, buf, 64), 0);
	close(fd);
	fd = open("/dev/full", O_WRONLY);
	good &= CHECK(write(fd, buf, 1) == -1 && errno == ENOSPC);
	close(fd);
	fd = open("/dev/urandom", O_RDONLY);
	good &= VALUE(read(fd, buf, 64), 64) & CHECK(memcmp(buf, buf + 32, 32));
	close(fd);
	return verdict(good);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "300 KB through a pipe", pipe_transfer },
		{ "SIGPIPE", broken_pipe },
		{ "poll and select", polling },
		{ "files on tmpfs", files },
		{ "directories", directories },
		{ "mount and umount", mounting },
		{ "sendfile, and running the copy", copying },
		{ "Unix sockets", sockets },
		{ "a line typed at a terminal", terminal_line },
		{ "^C and ^\\ at a terminal", terminal_keys },
		{ "hang-up of a terminal", terminal_hangup },
		{ "a background job reads its terminal", terminal_background },
		{ "null, zero, full, urandom", devices },
	};

	return ktap_main(cases, ARRAY_SIZE(cases));
}
