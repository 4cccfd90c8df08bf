# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by the suites of the command line: ways to run the machine, bare guests.
#
# `run ARG...` runs it with its input closed, and leaves $status, $scratch/out and
# $scratch/err.

. tests/lib.sh

machine=$O/ia64-machine

[ -x "$machine" ] || { echo "Bail out! no $machine: run make machine"; exit 1; }

run() {
	run_program "$machine" "$@"
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
