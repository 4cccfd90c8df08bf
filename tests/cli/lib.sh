# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by the suites of the command line: TAP lines, and ways to run the machine.
#
# `run ARG...` runs it with its input closed, and leaves $status, $scratch/out and
# $scratch/err. A check that needs what is not there is reported as skipped.

set -u
: "${O:=build}"
machine=$O/ia64-machine
test_count=0 test_bad=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 129' HUP INT TERM

[ -x "$machine" ] || { echo "Bail out! no $machine: run make machine"; exit 1; }

# result STATUS NAME: a TAP line
result() {
	test_count=$((test_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $test_count - $2"
	else
		echo "not ok $test_count - $2"
		test_bad=1
		sed 's/^/    stderr: /' "$scratch/err" 2>/dev/null | head -n 5
		sed 's/^/    stdout: /' "$scratch/out" 2>/dev/null | tail -n 5 | cut -c 1-200
		echo "    exit status: ${status-}"
	fi
}

skip() {
	test_count=$((test_count + 1))
	echo "ok $test_count - $1 # SKIP $2"
}

run() {
	status=0
	timeout -k 5 60 "$machine" "$@" </dev/null >"$scratch/out" 2>"$scratch/err" || status=$?
}

# The error output is one line, and it matches a pattern of grep -E.
one_line() {
	[ "$(wc -l <"$scratch/err")" -eq 1 ] && grep -Eq -- "$1" "$scratch/err"
}

# refused NAME PATTERN ARG...: exit status 1, nothing on stdout, one line on stderr
refused() {
	name=$1 pattern=$2
	shift 2
	run "$@"
	[ "$status" -eq 1 ] && [ ! -s "$scratch/out" ] && one_line "$pattern"
	result $? "$name"
}

# ends NAME STATUS ARG...: the exit status
ends() {
	name=$1 want=$2
	shift 2
	run "$@"
	[ "$status" -eq "$want" ]
	result $? "$name"
}

finish() {
	echo "1..$test_count"
	exit "$test_bad"
}

# guest NAME <ASSEMBLY: a bare IA-64 program at 64 MiB, $scratch/NAME. The macros of
# guest.inc are there. Answers 1 without IA-64 binutils.
have_binutils() {
	command -v ia64-linux-gnu-as >/dev/null && command -v ia64-linux-gnu-ld >/dev/null
}

guest() {
	{
		cat tests/cli/guest.inc
		cat
	} >"$scratch/$1.s"
	ia64-linux-gnu-as -o "$scratch/$1.o" "$scratch/$1.s" &&
		ia64-linux-gnu-ld -Ttext=0x4000000 -e _start -nostdlib -o "$scratch/$1" "$scratch/$1.o"
}
