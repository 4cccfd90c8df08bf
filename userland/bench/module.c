// SPDX-License-Identifier: MIT
/* The cost of loading and of unloading a module, if there is one for this kernel. */
#include <asm/unistd.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/time.h>
#include <unistd.h>
#include "../tests/asm.h"

static unsigned long now_us(void)
{
	struct timeval tv;

	gettimeofday(&tv, NULL);
	return tv.tv_sec * 1000000UL + tv.tv_usec;
}

int main(void)
{
	enum { ROUNDS = 20 };
	unsigned long start, loading = 0, unloading = 0;
	int fd = open("/lib/modules/pv_test.ko", O_RDONLY);

	if (fd < 0) {
		printf("bench module-load: no /lib/modules/pv_test.ko, not measured\n");
		return 0;
	}
	for (int i = 0; i < ROUNDS; i++) {
		start = now_us();
		if (raw_syscall(__NR_finit_module, fd, "quick=1", 0))
			return 1;
		loading += now_us() - start;
		start = now_us();
		if (raw_syscall(__NR_delete_module, "pv_test", O_NONBLOCK))
			return 1;
		unloading += now_us() - start;
	}
	printf("bench module-load %lu us\n", loading / ROUNDS);
	printf("bench module-unload %lu us\n", unloading / ROUNDS);
	return 0;
}
