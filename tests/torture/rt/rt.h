/* SPDX-License-Identifier: MIT */
/*
 * The runtime's system calls (start.S): as in Linux, with -errno for a failure.
 */
#ifndef RT_H
#define RT_H

#include <stddef.h>

/* A FILE; nothing is buffered. */
struct rt_file {
	int fd;
};

_Noreturn void rt_exit(int status);
long rt_read(int fd, void *buf, size_t size);
long rt_write(int fd, const void *buf, size_t size);
long rt_open(const char *path, int flags, int mode);
long rt_close(int fd);
long rt_lseek(int fd, long offset, int whence);
long rt_unlink(const char *path);
long rt_ftruncate(int fd, long size);
long rt_dup2(int from, int to);
long rt_chdir(const char *path);
long rt_brk(void *end);
long rt_mmap(void *where, size_t size, int prot, int flags, int fd, long offset);
long rt_munmap(void *where, size_t size);
long rt_mprotect(void *where, size_t size, int prot);
long rt_getpid(void);
long rt_kill(int pid, int sig);
long rt_sigaction(int sig, const void *action, void *old, size_t mask_size);
long rt_sigprocmask(int how, const void *mask, void *old, size_t mask_size);
long rt_setitimer(int which, const long timer[4], long old[4]);
long rt_clone(unsigned long flags, void *stack);
long rt_execve(const char *path, char *const argv[], char *const envp[]);
long rt_wait4(int pid, int *status, int options, void *usage);
long rt_reboot(unsigned magic1, unsigned magic2, unsigned command, void *arg);

#endif
