#!/bin/sh
# SPDX-License-Identifier: MIT
# The Debian packages that the build needs, and the only step that needs root.
#
# As root: installs what is missing. As another user: says what to install and
# fails. Prints nothing when all is there. An IA-64 cross compiler on PATH
# saves the packages that building one takes.

AREA=packages
. "$(dirname "$0")/lib.sh"

host="gcc libc6-dev make binutils-ia64-linux-gnu acpica-tools libelf-dev libdw-dev zlib1g-dev"
kernel="linux-source-6.1 flex bison bc rsync perl python3 xz-utils"
userland="dpkg-dev patch"
checks="libcmocka-dev libmpfr-dev clang clang-format libclang-rt-14-dev valgrind gdb-multiarch e2fsprogs"
plots="gnuplot-nox"
compiler="gcc-12-source g++ libgmp-dev libmpfr-dev libmpc-dev m4 gawk"

wanted="$host $kernel $userland $checks $plots"
if ! command -v ia64-linux-gnu-gcc >/dev/null 2>&1 && ! command -v ia64-linux-gcc >/dev/null 2>&1
then
	wanted="$wanted $compiler"
fi

command -v dpkg-query >/dev/null 2>&1 ||
	die "this is no Debian system; the packages needed there are: $wanted"

missing=
for package in $wanted; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || :)
	[ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
	printf '%s\n' "Some Debian packages are missing. As root, run:" "" \
		"  apt-get update" \
		"  apt-get install --no-install-recommends$missing" "" \
		"and then repeat the command." >&2
	exit 1
fi

export DEBIAN_FRONTEND=noninteractive
say "installing:$missing"
log=$(cache_root)/packages.log
run_apt() {
	apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1 </dev/null
}
: >"$log"
run_apt update || say "apt-get update reports errors (see $log); trying all the same"
# shellcheck disable=SC2086 # a list of words
run_apt install --no-install-recommends $missing || {
	tail -n 20 "$log" >&2
	die "apt-get install failed; its whole output is in $log"
}
say "done"
