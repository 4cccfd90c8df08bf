#!/bin/sh
# SPDX-License-Identifier: MIT
# The IA-64 cross C compiler with libgcc, from Debian's gcc-12-source and
# binutils-ia64-linux-gnu.
#
# Prints on stdout the command prefix of the tools (".../ia64-linux-gnu-"); all
# progress goes to stderr. An ia64-linux-gnu-gcc or ia64-linux-gcc on PATH is
# used instead of building one. The result is kept in the user's cache
# directory: the first run takes some minutes, the next ones none.
#
# C only, no bootstrap, no LTO, no self-tests, host code at -O1: the compiler
# is needed once for a kernel, not to be fast. No libc exists for it; klibc
# brings its own.

AREA=toolchain
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/scripts/lib.sh"

target=ia64-linux-gnu
source_dir=/usr/src/gcc-12

for name in ia64-linux-gnu- ia64-linux-; do
	if command -v "${name}gcc" >/dev/null 2>&1 && command -v "${name}ld" >/dev/null 2>&1; then
		printf '%s\n' "$name"
		exit 0
	fi
done

version=$(package_version gcc-12-source)
binutils=$(package_version binutils-ia64-linux-gnu)

# The recipe, which with the versions makes the key in the cache.
patches="gcc-gfdl-build.diff"
options="--target=$target --enable-languages=c --without-headers --with-newlib
	--without-isl --without-zstd --with-system-zlib --with-gnu-as --with-gnu-ld
	--enable-checking=release --disable-bootstrap --disable-lto --disable-multilib
	--disable-nls --disable-plugin --disable-shared --disable-threads
	--disable-decimal-float --disable-gcov --disable-libatomic --disable-libgomp
	--disable-libquadmath --disable-libssp --disable-libvtv --disable-libsanitizer
	--disable-libcc1 --disable-libunwind-exceptions"
host_flags="-O1 -w"
target_flags="-O2 -g0"

final=$(cache_root)/gcc-12-$(hash_of "$patches" "$options" "$host_flags" "$target_flags" \
	"$version" "$binutils")

if [ -x "$final/bin/$target-gcc" ]; then
	printf '%s\n' "$final/bin/$target-"
	exit 0
fi

take_lock gcc
if [ -x "$final/bin/$target-gcc" ]; then
	printf '%s\n' "$final/bin/$target-"
	exit 0
fi

# The source package carries no manual, which the Makefile insists on; Debian's
# own patch takes that out. The paths in it start with a/src/.
unpack() {
	tar -xf "$source_dir"/gcc-*.tar.xz -C "$WORK" || return 1
	src=$(echo "$WORK"/gcc-*)
	for diff in $patches; do
		patch -d "$src" -p2 <"$source_dir/patches/$diff" || return 1
	done
}

# GCC looks for tools named as in a plain directory of its own: links to
# binutils' make the compiler independent of PATH.
link_binutils() {
	mkdir -p "$OUT/bin" "$OUT/$target/bin"
	for tool in addr2line ar as c++filt elfedit ld nm objcopy objdump ranlib readelf size \
		strings strip; do
		path=$(command -v "$target-$tool") || die "no $target-$tool on PATH"
		ln -sf "$path" "$OUT/bin/$target-$tool"
		ln -sf "$path" "$OUT/$target/bin/$tool"
	done
}

begin_build "$final"
say "building GCC $version for $target, once; kept in $final"
say "unpacking and patching the source"
unpack >>"$LOG" 2>&1 || die "cannot unpack or patch $source_dir, see $LOG"
link_binutils
mkdir "$WORK/build"

export MAKEINFO=true
# shellcheck disable=SC2086 # a list of options
step "$WORK/build" "configuring" "$src/configure" --prefix="$final" $options \
	--with-as="$(command -v $target-as)" --with-ld="$(command -v $target-ld)" \
	CFLAGS="$host_flags" CXXFLAGS="$host_flags" CFLAGS_FOR_TARGET="$target_flags"
step "$WORK/build" "compiling the compiler (about 500 objects)" \
	make -j"$JOBS" SELFTEST_TARGETS= all-gcc
step "$WORK/build" "compiling libgcc" make -j"$JOBS" all-target-libgcc
step "$WORK/build" "installing" make DESTDIR="$WORK/root" install-gcc install-target-libgcc
cp -a "$WORK/root$final/." "$OUT/"
rm -rf "$OUT/share"

# A compiler that cannot compile is not published.
printf 'int f(long a) { return a / 3; }\n' >"$WORK/try.c"
step "$WORK" "trying it" "$OUT/bin/$target-gcc" -O2 -c try.c -o try.o
publish
say "done"
printf '%s\n' "$final/bin/$target-"
