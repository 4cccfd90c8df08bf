#!/bin/sh
# SPDX-License-Identifier: MIT
# /tests/run [NAME]: runs the test programs in /tests, or one. Prints KTAP: one
# result for each program, its own results nested below it. Exits with 0 if
# nothing failed.

cd /tmp
list="$*"
[ -n "$list" ] || list="process signal memory rse isa fp thread smp time io proc entry shell module pvops"

count=0
for name in $list; do count=$((count + 1)); done

echo "KTAP version 1"
echo "1..$count"
n=0
failed=0
export KTAP_INDENT="  "
for name in $list; do
	n=$((n + 1))
	/tests/"$name"
	status=$?
	case $status in
	0) echo "ok $n $name" ;;
	4) echo "ok $n $name # SKIP" ;;
	*)
		echo "not ok $n $name # exit status $status"
		failed=$((failed + 1))
		;;
	esac
done
echo "# $failed of $count programs failed"
[ "$failed" -eq 0 ]
