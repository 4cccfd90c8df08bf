# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by the hypervisor's suites: bare guests, boots.

# shellcheck disable=SC2034 # for result: so much of the console is shown
SHOWN=12
. tests/lib.sh

if ! [ -x "$O/ia64-machine" ] || ! have_cross || ! [ -e "$O/hypervisor" ]; then
	skip "the hypervisor on the machine" "needs make machine hypervisor"
	finish
fi
. tests/hypervisor/bare.inc

# boot ARGUMENTS [OPTION...]: the machine with the hypervisor; $status, the console without its
# carriage returns in $scratch/out. The exit device is where machine/memmap.h has it. INPUT: a
# file that is typed.
boot() {
	words=$1
	shift
	status=0
	"$O/ia64-machine" -hypervisor "$O/hypervisor" -nographic -append "exitdev=0xfed00000 $words" \
		-timeout "${TIMEOUT:-600}" "$@" >"$scratch/raw" 2>"$scratch/err" \
		<"${INPUT:-/dev/null}" || status=$?
	tr -d '\r' <"$scratch/raw" >"$scratch/out"
}

# says PATTERN: a line of the console matches (grep -E)
says() {
	grep -aEq -- "$1" "$scratch/out"
}
