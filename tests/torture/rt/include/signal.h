/* SPDX-License-Identifier: MIT */
#ifndef RT_SIGNAL_H
#define RT_SIGNAL_H

#define SIGILL	4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGBUS	7
#define SIGFPE	8
#define SIGKILL 9
#define SIGSEGV 11
#define SIGALRM 14
#define SIGCHLD 17

#define SIG_DFL ((void (*)(int))0)
#define SIG_IGN ((void (*)(int))1)
#define SIG_ERR ((void (*)(int)) - 1)

typedef int sig_atomic_t;
typedef void (*sighandler_t)(int);

sighandler_t signal(int sig, sighandler_t handler);
int raise(int sig);
int kill(int pid, int sig);

#endif
