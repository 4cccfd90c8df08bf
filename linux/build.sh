#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# build.sh CROSS-PREFIX [NAME]: the stock kernel. Debian's linux-source-6.1, not
# a byte changed, configured by configs/NAME.config (default: ref) and compiled
# for IA-64.
#
# Prints on stdout the directory of the result, in the user's cache: vmlinux
# (with its symbols), System.map, config, headers/ (for a C library) and
# gen_init_cpio (a host program that packs an initramfs without root).

AREA=linux
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../scripts/lib.sh"

[ $# -ge 1 ] || die "usage: build.sh CROSS-PREFIX [CONFIG-NAME]"
cross=$1
name=${2:-ref}
config=$here/configs/$name.config
archive=/usr/src/linux-source-6.1.tar.xz

[ -f "$config" ] || die "no configuration $config"
compiler=$("${cross}gcc" -dumpfullversion -dumpmachine) || die "cannot run ${cross}gcc"
version=$(package_version linux-source-6.1)

# The recipe: what is built from what, and how. Changing it changes the key.
recipe="vmlinux headers gen_init_cpio; stamp 2"
final=$(cache_root)/linux-$name-$(hash_of "$recipe" "$config" "$version" "$compiler")

take_lock "linux-$name"
if [ -e "$final/vmlinux" ]; then
	printf '%s\n' "$final"
	exit 0
fi

begin_build "$final"
say "building Linux (linux-source-6.1 $version) for IA-64, once; kept in $final"

step "$WORK" "unpacking the source" tar -xf "$archive"
src=$(echo "$WORK"/linux-source-*)
build=$WORK/build
mkdir "$build"
cp "$config" "$build/.config"

# Nothing of this host or this hour goes into the image: the same sources give
# the same bytes.
export ARCH=ia64 CROSS_COMPILE="$cross"
export KBUILD_BUILD_USER=pv-ia64 KBUILD_BUILD_HOST=localhost
export KBUILD_BUILD_TIMESTAMP='Wed Jan 1 00:00:00 UTC 2025' KBUILD_BUILD_VERSION=1

step "$src" "configuring" make O="$build" olddefconfig
# A line of ours that the tree does not honour is an error, not a surprise later.
while read -r line; do
	case $line in
	CONFIG_*=y | CONFIG_*=[0-9]*)
		grep -qxF "$line" "$build/.config" ||
			die "$name.config: this kernel does not accept $line"
		;;
	esac
done <"$config"

step "$build" "compiling (about 1100 objects)" make -j"$JOBS" vmlinux
step "$build" "installing headers" make INSTALL_HDR_PATH="$OUT/headers" headers_install
step "$src" "compiling gen_init_cpio" gcc -O1 -o "$OUT/gen_init_cpio" usr/gen_init_cpio.c

cp "$build/vmlinux" "$build/System.map" "$OUT/"
cp "$build/.config" "$OUT/config"
publish
say "done"
printf '%s\n' "$final"
