#!/bin/sh
# SPDX-License-Identifier: MIT
# kernel-tests.sh DIRECTORY [SECONDS]: Linux's own tests on four processors, natively, with every
# pv operation replaced, and as a guest (ON="audit xen": there). DIRECTORY is what linux/build.sh
# made of the configurations ref and kernel-tests. What is built in runs while it boots; then
# userland/extra/ktests.c loads the modules, each kind of torture for SECONDS (15) of virtual time.
# This kernel's processors can be taken off line: /tests/smp and a torture do so.
#
# What measures instead of testing (trees, a hash table) is told to be short.
#
# A test of Linux counts as passed when it says so in the words of the list below; those that are
# silent then (trees, kstrtox, string helpers) warn or tell of what failed; KUnit counts for itself.
# Each environment ends in a line of totals.

. tests/smp/lib.sh

directory=${1:?usage: kernel-tests.sh DIRECTORY [SECONDS]} seconds=${2:-15}
vmlinux=$directory/vmlinux
TIMEOUT=7200
# Of the log not a line is lost, TEST_MEMINIT gets what it tests, and KUnit's test of the calendar
# may compute for long.
needs="log_buf_len=4M init_on_alloc=1 init_on_free=1 rcupdate.rcu_cpu_stall_timeout=300"
brief="rbtree_test.perf_loops=10 interval_tree_test.perf_loops=10"
brief="$brief interval_tree_test.search_loops=10 test_rhashtable.parm_entries=5000"
# The tests of IDA and of reference trackers provoke warnings, which are looked at below.
fail_on='pvtest: FAIL|Oops|Kernel panic|BUG:|INFO: rcu|watchdog:|PANIC'

# A line for each test: what it says when it has passed
cat >"$scratch/tests" <<'END'
atomic64_test: passed
====\[ end of backtrace testing \]====
crc32c: self tests passed
crc32c_combine: [0-9]+ self tests passed
crc32: self tests passed
crc32_combine: [0-9]+ self tests passed
glob: [0-9]+ self-tests passed, 0 failed
IDA: ([0-9]+) of \1 tests passed
prandom: seed boundary self test passed
prandom: [0-9]+ self tests passed
Started [0-9]+ threads, 0 failed, rhltable test returns 0
String selftests succeeded
test_bitmap: all [0-9]+ tests passed
test_div64: Completed 64bit/32bit division and modulo test
test_hexdump: all [0-9]+ tests passed
test_memcat_p: test passed
test_meminit: all [0-9]+ tests passed!
min_heap_test: test passed
test_printf: all [0-9]+ tests passed
test_scanf: all [0-9]+ tests passed
test_siphash: self-tests: pass
test_strscpy: all [0-9]+ tests passed
test_uuid: all [0-9]+ tests passed
XArray: ([0-9]+) of \1 tests passed
END

# The initramfs with the modules and their test; root is not needed.
{
	printf 'dir %s 0755 0 0\n' /lib /lib/modules /lib/modules/tests
	for module in "$directory"/modules/*.ko; do
		echo "file /lib/modules/tests/$(basename "$module") $module 0644 0 0"
	done
	echo "file /tests/ktests $O/userland/extra/ktests 0755 0 0"
} >"$scratch/list"
with_files "$directory" "$initrd" "$scratch/list" >"$scratch/initrd" || exit 1
initrd=$scratch/initrd

# suites: each of KUnit's at the top level, as KTAP of ours; fails if any fails or is missing
suites() {
	planned=$(sed -n '/^KTAP version 1$/{n;s/^1\.\.//p;q}' "$scratch/lines")
	passed=$(grep -Ec '^ok [0-9]+ -? ?[a-z]' "$scratch/kunit")
	cases=$(grep -Ec '^ +ok [0-9]+ ' "$scratch/kunit")
	! grep -E '^ *not ok ' "$scratch/kunit" && [ "${planned:-0}" -gt 10 ] &&
		[ "$passed" -eq "$planned" ]
}

for environment in ${ON:-native audit xen}; do
	guest "$environment" "boots, and modules" 4 "pvtest=ktests torture=$seconds $needs $brief"
	sed 's/^\[[^]]*\] //' "$scratch/text" >"$scratch/lines"
	# Up to where init starts, which has a list of its own.
	sed -n '/^KTAP version 1$/,$p; /^Freeing unused kernel memory/q' "$scratch/lines" \
		>"$scratch/kunit"
	suites
	result $? "$environment: KUnit: $passed of ${planned:-?} suites, $cases cases"
	builtin=0
	while read -r pattern; do
		grep -Eq -- "^$pattern" "$scratch/lines"
		status=$?
		[ "$status" -ne 0 ] || builtin=$((builtin + 1))
		result $status "$environment: $pattern"
	done <"$scratch/tests"
	grep -Eq '^ +ok [0-9]+ a processor goes off line and comes back$' "$scratch/text"
	result $? "$environment: a processor goes off line and comes back"
	grep -E '^  (not )?ok [0-9]+ ' "$scratch/text" | sed "s/^  /# $environment: /"
	! grep -E "^WARNING: |^Test '.*' failed" "$scratch/lines" |
		grep -Ev ' (ida_free|ref_tracker_[a-z_]+)\+' >&2
	result $? "$environment: no warnings but those that two tests provoke"
	echo "# $environment: KUnit $passed suites with $cases cases; $builtin tests while booting;" \
		"$(grep -Ec '^  ok [0-9]+ ' "$scratch/text") after it; failed:" \
		"$(grep -Ec '^ *not ok ' "$scratch/lines")"
done

echo "1..$test_count"
exit "$test_bad"
