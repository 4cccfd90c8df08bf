# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by the suites of pvcheck's command line: TAP lines, and ways to run it.
#
# `run ARG...` leaves $status, $scratch/out and $scratch/err.

set -u
: "${O:=build}"
pvcheck=$PWD/$O/pvcheck
seed=$PWD/tests/pvcheck/seed
cross=$(cat "$O/cross" 2>/dev/null || :)
test_count=0 test_bad=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 129' HUP INT TERM

[ -x "$pvcheck" ] || { echo "Bail out! no $pvcheck: run make pvcheck"; exit 1; }

# result STATUS NAME: a TAP line
result() {
	test_count=$((test_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $test_count - $2"
	else
		echo "not ok $test_count - $2"
		test_bad=1
		sed 's/^/    stderr: /' "$scratch/err" 2>/dev/null | head -n 5
		sed 's/^/    stdout: /' "$scratch/out" 2>/dev/null | head -n 5 | cut -c 1-200
		echo "    exit status: ${status-}"
	fi
}

skip() {
	test_count=$((test_count + 1))
	echo "ok $test_count - $1 # SKIP $2"
}

run() {
	status=0
	timeout -k 5 60 "$pvcheck" "$@" </dev/null >"$scratch/out" 2>"$scratch/err" || status=$?
}

have_cross() {
	[ -n "$cross" ] && "${cross}gcc" --version >/dev/null 2>&1
}

# compile SOURCE OBJECT: a source below seed/
compile() {
	"${cross}gcc" -O2 -g -Iisa -Iabi -Ipvops -I"$seed" -c -o "$2" "$seed/$1" 2>"$scratch/cc"
}

# finish: the plan; the suite's exit status
finish() {
	echo "1..$test_count"
	exit "$test_bad"
}
