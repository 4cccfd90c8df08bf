#!/bin/sh
# SPDX-License-Identifier: MIT
# /bench/run [NAME [COUNT]]: the guest's side of the benchmarks: all workloads of
# bench.def and the compute loop, or one of them ("boot" is nothing but the boot
# itself). The emulator's counters give the exact cost: linux/cost, bench/run.

names=$1 count=$2
[ -n "$names" ] || names="compute null io stat open siginstall signal fault fork exec sh pipe
	switch tick compile shell module"
[ "$names" != boot ] || names=
failed=0
for name in $names; do
	case $name in
	compute) /bench/compute ;;
	*) /bench/bench "$name" $count ;;
	esac
	status=$?
	if [ $status -ne 0 ]; then
		echo "bench: $name failed with $status"
		failed=1
	fi
done
exit $failed
