# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by the suites of pvcheck: ways to run it, and the seeded sources.
#
# `run ARG...` leaves $status, $scratch/out and $scratch/err.

. tests/lib.sh

pvcheck=$PWD/$O/pvcheck
seed=$PWD/tests/pvcheck/seed

[ -x "$pvcheck" ] || { echo "Bail out! no $pvcheck: run make pvcheck"; exit 1; }

run() {
	run_program "$pvcheck" "$@"
}

# compile SOURCE OBJECT [OPTION...]: a source below seed/
compile() {
	compile_from=$seed/$1 compile_to=$2
	shift 2
	"${cross}gcc" -O2 -g -Iisa -Iabi -Ipvops -I"$seed" "$@" -c -o "$compile_to" \
		"$compile_from" 2>"$scratch/cc"
}
