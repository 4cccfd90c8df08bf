# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by the hypervisor's suites: results, bare guests, boots.

set -u
: "${O:=build}"
n=0 bad=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 129' HUP INT TERM

# result STATUS NAME
result() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n $2"
	else
		echo "not ok $n $2"
		bad=1
		[ -e "$scratch/log" ] && tr -d '\r' <"$scratch/log" | tail -n 12 | cut -c 1-160 |
			sed 's/^/    /'
	fi
}

finish() {
	echo "1..$n"
	exit "$bad"
}

if ! [ -x "$O/ia64-machine" ] || ! [ -s "$O/cross" ] || ! [ -e "$O/hypervisor" ]; then
	echo "ok 1 the hypervisor on the machine # SKIP needs make machine hypervisor"
	echo "1..1"
	exit 0
fi
. tests/hypervisor/bare.inc

# boot ARGUMENTS [OPTION...]: the machine with the hypervisor; $status, $scratch/log. The
# exit device is where machine/memmap.h has it. INPUT: a file that is typed.
boot() {
	words=$1
	shift
	status=0
	"$O/ia64-machine" -hypervisor "$O/hypervisor" -nographic -append "exitdev=0xfed00000 $words" \
		-timeout "${TIMEOUT:-120}" "$@" >"$scratch/log.raw" 2>&1 <"${INPUT:-/dev/null}" || status=$?
	tr -d '\r' <"$scratch/log.raw" >"$scratch/log"
}

# says PATTERN: a line of the log matches (grep -E)
says() {
	grep -Eq -- "$1" "$scratch/log"
}
