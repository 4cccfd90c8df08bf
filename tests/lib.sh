# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced, by way of an area's own lib.sh, by test suites: TAP lines, a scratch directory,
# runs of a program.
#
# $scratch is removed at the end. What a suite runs leaves its output in $scratch/out and
# $scratch/err and its exit status in $status: result shows them when something fails. A
# check that needs what is not there is reported as skipped.

set -u
: "${O:=build}"
test_count=0 test_bad=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 129' HUP INT TERM

# result STATUS NAME: a TAP line
result() {
	test_count=$((test_count + 1))
	if [ "$1" -eq 0 ]; then
		printf 'ok %s - %s\n' "$test_count" "$2"
		return
	fi
	printf 'not ok %s - %s\n' "$test_count" "$2"
	test_bad=1
	sed 's/^/    stderr: /' "$scratch/err" 2>/dev/null | head -n 5
	tr -d '\r' <"$scratch/out" 2>/dev/null | sed 's/^/    stdout: /' | tail -n "${SHOWN:-5}" |
		cut -c 1-200
	echo "    exit status: ${status-}"
}

skip() {
	test_count=$((test_count + 1))
	echo "ok $test_count - $1 # SKIP $2"
}

# finish: the plan; the suite's exit status
finish() {
	echo "1..$test_count"
	exit "$test_bad"
}

# run_program PROGRAM ARG...: with its input closed, for a minute at most
run_program() {
	status=0
	timeout -k 5 60 "$@" </dev/null >"$scratch/out" 2>"$scratch/err" || status=$?
}

# The error output is one line, and it matches a pattern of grep -E.
one_line() {
	[ "$(wc -l <"$scratch/err")" -eq 1 ] && grep -Eq -- "$1" "$scratch/err"
}

# with_files KERNEL-DIRECTORY INITRD LIST: to stdout, INITRD with what LIST says in the words of
# gen_init_cpio, which lies in the directory: a second archive, which starts at a multiple of 4. Nothing of
# this hour goes into it.
with_files() {
	cat "$2"
	head -c $((-$(wc -c <"$2") & 3)) /dev/zero
	"$1/gen_init_cpio" -t 1735689600 "$3"
}

# The cross compiler's prefix, or nothing.
cross=$(cat "$O/cross" 2>/dev/null || :)

have_cross() {
	[ -n "$cross" ] && "${cross}gcc" --version >/dev/null 2>&1
}
