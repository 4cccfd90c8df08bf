#!/bin/sh
# SPDX-License-Identifier: MIT
# /bench/run: the guest's side of the benchmarks. Each program prints lines
# "bench NAME VALUE UNIT" by the guest's own clock; the emulator's counters give
# the exact cost of the whole.

echo "KTAP version 1"
echo "1..3"
n=0
failed=0
for name in compute process syscall; do
	n=$((n + 1))
	if /bench/$name; then
		echo "ok $n $name"
	else
		echo "not ok $n $name"
		failed=1
	fi
done
exit $failed
