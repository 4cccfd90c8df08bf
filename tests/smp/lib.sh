# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by the suites of several processors.
#
# `guest NAME CPUS WORDS ARG...` boots the pv_ops kernel with tests, reports one result, and
# leaves the console in $scratch/text and the counts in $scratch/counts.

. tests/audit/lib.sh

guest() {
	name=$1 cpus=$2 words=$3
	shift 3
	status=0
	timeout -k 5 900 "$machine" -kernel "$vmlinux" -initrd "$initrd" -m 512M -nographic \
		-no-reboot -append "console=ttyS0,115200 panic=1 $words" -smp "$cpus" -stats \
		-expect 'pvtest: PASS' -fail-on 'pvtest: FAIL|Oops|Kernel panic|BUG:|WARNING:' \
		"$@" </dev/null >"$scratch/out" 2>"$scratch/counts" || status=$?
	tr -d '\r' <"$scratch/out" >"$scratch/text"
	case $words in
	*pvtest*=thread*) ;;
	*) grep -q "^  # processors: $cpus\$" "$scratch/text" || status=${status}-processors ;;
	esac
	[ "$status" = 0 ]
	result $? "$name"
}
