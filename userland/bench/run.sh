#!/bin/sh
# SPDX-License-Identifier: MIT
# /bench/run [NAME]: the guest's side of the benchmarks: all, or one ("boot" is
# nothing but the boot itself). Each program prints lines "bench NAME VALUE UNIT"
# by the guest's own clock; the emulator's counters give the cost of the whole.

list=${1:-compute process syscall module}
[ "$list" != boot ] || list=
failed=0
for name in $list; do
	if ! /bench/"$name"; then
		echo "bench: $name failed"
		failed=1
	fi
done
exit $failed
