# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by the suites of several processors.
#
# `guest ON NAME CPUS WORDS ARG...` boots the pv_ops kernel with tests ON native (bare metal),
# audit (there, with every pv operation replaced) or xen (as a guest of the hypervisor, with as
# many virtual processors as the machine has), reports one result, and leaves the console in
# $scratch/text and the counts in $scratch/counts.

. tests/audit/lib.sh

fail_on='pvtest: FAIL|Oops|Kernel panic|BUG:|WARNING:|PANIC'

if [ ! -e "$O/hypervisor" ]; then
	skip "several processors" "needs make hypervisor"
	finish
fi

guest() {
	on=$1 name="$1: $2" cpus=$3 words="panic=1 $4"
	shift 4
	case $on in
	native) set -- -m 512M -append "console=ttyS0,115200 $words" "$@" ;;
	audit) set -- -m 512M -append "console=ttyS0,115200 pv_ops=audit $words" "$@" ;;
	xen) set -- -m 768M -hypervisor "$O/hypervisor" \
		-append "exitdev=0xfed00000 noreboot -- [vcpus=$cpus mem=512M] console=hvc0 $words" "$@" ;;
	esac
	status=0
	timeout -k 5 "${TIMEOUT:-900}" "$machine" -kernel "$vmlinux" -initrd "$initrd" -nographic \
		-no-reboot -smp "$cpus" -stats -expect 'pvtest: PASS' \
		-fail-on "$fail_on" \
		"$@" </dev/null >"$scratch/out" 2>"$scratch/counts" || status=$?
	tr -d '\r' <"$scratch/out" >"$scratch/text"
	case $words in
	*pvtest=smp* | *pvtest) grep -q "^  # processors: $cpus\$" "$scratch/text" ||
		status=${status}-processors ;;
	esac
	[ "$status" = 0 ]
	result $? "$name"
}
