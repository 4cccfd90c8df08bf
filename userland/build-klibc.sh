#!/bin/sh
# SPDX-License-Identifier: MIT
# build-klibc.sh CROSS-PREFIX LINUX-DIRECTORY: klibc with its shell and tools,
# static, for IA-64, from Debian's source package.
#
# Prints on stdout the directory of the result, in the user's cache: bin/ (sh
# and the tools), include/, lib/crt0.o, lib/libc.a, lib/libgcc.a, and the
# compiler flags that go with them in cflags (the caller adds its compiler's
# own headers). The downloaded source is kept as well.
#
# One line differs from Debian's build: klibc compiles its shell without job
# control, which a shell on a terminal should have.

AREA=klibc
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../scripts/lib.sh"

[ $# -eq 2 ] || die "usage: build-klibc.sh CROSS-PREFIX LINUX-DIRECTORY"
cross=$1
linux=$2
headers=$linux/headers
source=$(cache_root)/klibc-source

take_lock klibc
if ! [ -e "$source/complete" ]; then
	rm -rf "$source"
	"$here/../scripts/apt-source.sh" klibc "$source" >&2
	touch "$source/complete"
fi
dsc=$(echo "$source"/klibc_*.dsc)

recipe="bin include lib cflags; JOBS=1; stamp 4"
compiler=$("${cross}gcc" -dumpfullversion -dumpmachine) || die "cannot run ${cross}gcc"
final=$(cache_root)/klibc-$(hash_of "$recipe" "$dsc" "$compiler" "${linux##*/}")
if [ -e "$final/cflags" ]; then
	printf '%s\n' "$final"
	exit 0
fi

begin_build "$final"
say "building ${dsc##*/} for IA-64; kept in $final"
src=$WORK/klibc
step "$WORK" "unpacking and patching the source" dpkg-source --no-check -x "$dsc" "$src"
sed -i 's/-DJOBS=0/-DJOBS=1/' "$src/usr/dash/Kbuild"
grep -q 'DJOBS=1' "$src/usr/dash/Kbuild" || die "klibc's dash is not configured where it was"

step "$src" "compiling (about 550 objects)" make -j"$JOBS" ARCH=ia64 KLIBCARCH=ia64 \
	CROSS_COMPILE="$cross" KLIBCKERNELSRC="$headers" all

mkdir -p "$OUT/bin" "$OUT/lib"
for dir in dash gzip utils kinit; do
	find "$src/usr/$dir" -path '*/static/*' -o -path "$src/usr/gzip/*" | while read -r file; do
		case $file in *.g | *.o | *.cmd | *.d) continue ;; esac
		head -c 4 "$file" 2>/dev/null | grep -q ELF && cp "$file" "$OUT/bin/"
	done || :
done
[ -x "$OUT/bin/sh" ] || die "klibc's shell was not built, see $LOG"
cp -a "$src/usr/include" "$OUT/include"
cp -a "$headers/include/." "$OUT/include/"
cp "$src/usr/klibc/arch/ia64/crt0.o" "$src/usr/klibc/libc.a" "$OUT/lib/"
cp "$("${cross}gcc" -print-libgcc-file-name)" "$OUT/lib/"

# klibc's own flags (scripts/Kbuild.klibc, arch/ia64/MCONFIG): code without gp,
# since klibc's function pointers are plain addresses.
major=$(cut -d. -f1 "$src/usr/klibc/version")
minor=$(cut -d. -f2 "$src/usr/klibc/version")
cat >"$OUT/cflags" <<END
-isystem $final/include/arch/ia64 -isystem $final/include/bits64 -isystem $final/include
-D__KLIBC__=$major -D__KLIBC_MINOR__=$minor -D_BITSIZE=64
-fno-stack-protector -fwrapv -fno-PIE -fno-builtin-bcmp -fcommon -mno-pic
END
publish
say "done"
printf '%s\n' "$final"
