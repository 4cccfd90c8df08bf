#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# build.sh CROSS-PREFIX [NAME...]: a Linux kernel for IA-64. Debian's linux-source-6.1,
# configured by configs/NAME.config (default: ref), of several by all of them, the last one
# that mentions an option counting; with KERNEL=pv after linux/apply and with configs/pv.config in
# addition, with KERNEL=stock not a byte changed. PVCHECK=FILE, an absolute path, is the checker
# that a pv kernel has to pass.
#
# Prints on stdout the directory of the result, in the user's cache: vmlinux
# (with its symbols), System.map, config, headers/ (for a C library), pv_test.ko (of
# test-module/), modules/ (those of Linux, if the configuration has any), warnings (what the
# compiler, the linker and modpost warned of, without line numbers) and gen_init_cpio (a host
# program that packs an initramfs without root).

AREA=linux
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../scripts/lib.sh"

[ $# -ge 1 ] || die "usage: build.sh CROSS-PREFIX [CONFIG-NAME...]"
cross=$1
shift
[ $# -ge 1 ] || set -- ref
name=$(echo "$*" | tr ' ' -)
kernel=${KERNEL:-stock}
configs=
for config; do
	[ -f "$here/configs/$config.config" ] || die "no configuration $here/configs/$config.config"
	configs="$configs $here/configs/$config.config"
done
archive=/usr/src/linux-source-6.1.tar.xz

compiler=$("${cross}gcc" -dumpfullversion -dumpmachine) || die "cannot run ${cross}gcc"
version=$(package_version linux-source-6.1)

# The recipe: what is built from what, and how. Changing it changes the key.
recipe="vmlinux headers gen_init_cpio pv_test.ko warnings; stamp 4"
module=$here/test-module
case $kernel in
stock)
	# shellcheck disable=SC2086 # file names of ours, without spaces
	final=$(cache_root)/linux-$name-$(hash_of "$recipe" $configs "$version" "$compiler" \
		"$module"/*)
	;;
pv)
	configs="$configs $here/configs/pv.config"
	# shellcheck disable=SC2046,SC2086 # file names of ours, without spaces
	final=$(cache_root)/linux-pv-$name-$(hash_of "$recipe" $configs "$version" "$compiler" \
		"$module"/* "$here/unwind-module"/* $(cd "$here/.." && find "$PWD/isa" "$PWD/abi" "$PWD/pvops" "$PWD/backends" \
			"$PWD/linux/edits" "$PWD/linux/files" -type f | sort))
	;;
*)
	die "KERNEL=$kernel: there are pv and stock"
	;;
esac

# The checker is not part of the key: a kernel that has passed need not be built again for
# a new rule; the tests check it once more.
pvcheck=
if [ "$kernel" = pv ] && [ -n "${PVCHECK:-}" ]; then
	[ -x "$PVCHECK" ] || die "PVCHECK: there is no program $PVCHECK"
	pvcheck="PVCHECK=$PVCHECK"
fi

# A finished kernel needs no lock: it does not wait for one that is being built.
finish_if_built() {
	[ -e "$final/vmlinux" ] || return 0
	printf '%s\n' "$final"
	exit 0
}
finish_if_built
take_lock "linux-$kernel-$name"
finish_if_built

begin_build "$final" "linux-$kernel-$name"
say "building the $kernel Linux (linux-source-6.1 $version) for IA-64, once; kept in $final"

step "$WORK" "unpacking the source" tar -xf "$archive"
src=$(echo "$WORK"/linux-source-*)
build=$WORK/build
mkdir "$build"
[ "$kernel" = stock ] || step "$WORK" "applying pv_ops" "$here/apply" "$src"
# shellcheck disable=SC2086
cat $configs >"$build/.config"

# Nothing of this host or this hour goes into the image: the same sources give
# the same bytes.
export ARCH=ia64 CROSS_COMPILE="$cross"
export KBUILD_BUILD_USER=pv-ia64 KBUILD_BUILD_HOST=localhost
# The result is the same with ccache; only sooner, the second time.
cc=${cross}gcc
! command -v ccache >/dev/null || cc="ccache $cc"
export KBUILD_BUILD_TIMESTAMP='Wed Jan 1 00:00:00 UTC 2025' KBUILD_BUILD_VERSION=1

step "$src" "configuring" make CC="$cc" O="$build" olddefconfig
# A line of ours that the tree does not honour is an error, not a surprise later.
# shellcheck disable=SC2086
awk -F= '/^CONFIG_[^=]*=[ym0-9]/ { last[$1] = $0 } END { for (o in last) print last[o] }' $configs |
	while read -r line; do
		grep -qxF "$line" "$build/.config" || die "$configs: this kernel does not accept $line"
	done

[ "$kernel" = stock ] || [ -n "$pvcheck" ] || say "PVCHECK is not set: nothing checks this kernel"
# shellcheck disable=SC2086 # one word or none
step "$build" "compiling (about 1100 objects)" make CC="$cc" -j"$JOBS" $pvcheck \
	vmlinux modules_prepare
if grep -q '^CONFIG_.*=m$' "$build/.config"; then
	# shellcheck disable=SC2086
	step "$build" "compiling Linux's modules" make CC="$cc" -j"$JOBS" $pvcheck modules
	mkdir "$OUT/modules"
	find "$build" -name '*.ko' -exec cp {} "$OUT/modules/" \;
fi
# What vmlinux exports is all that a module of ours can use.
cp "$build/vmlinux.symvers" "$build/Module.symvers"
cp -r "$module" "$WORK/module"
# shellcheck disable=SC2086
step "$build" "compiling a module" make CC="$cc" $pvcheck M="$WORK/module" modules
if [ "$kernel" = pv ]; then
	cp -r "$here/unwind-module" "$WORK/unwind"
	# shellcheck disable=SC2086
	step "$build" "compiling another" make CC="$cc" $pvcheck M="$WORK/unwind" modules
	cp "$WORK/unwind/pv_unwind.ko" "$OUT/"
fi
step "$build" "installing headers" make CC="$cc" INSTALL_HDR_PATH="$OUT/headers" headers_install
step "$src" "compiling gen_init_cpio" gcc -O1 -o "$OUT/gen_init_cpio" usr/gen_init_cpio.c

cp "$build/vmlinux" "$build/System.map" "$WORK/module/pv_test.ko" "$OUT/"
cp "$build/.config" "$OUT/config"
# Without line numbers: those of an edited file move, its warnings do not.
grep -iE '(^|[: ])warning: ' "$LOG" | grep -v '^\.config:' |
	sed "s,$src/,,; s,$build/,,; s/:[0-9:]*: \([Ww]arning: \)/: \1/" | sort -u >"$OUT/warnings"
[ -z "$pvcheck" ] || cp "$build/arch/ia64/paravirt/contract.o" "$OUT/"
publish
say "done"
printf '%s\n' "$final"
