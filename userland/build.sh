#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh CROSS-PREFIX LINUX-DIRECTORY KLIBC-DIRECTORY BUILD-DIRECTORY OUTPUT:
# compiles our init, tests and benchmarks, and packs them with klibc's shell and
# tools into an initramfs. No root is needed: gen_init_cpio writes device nodes
# and owners from a list.

AREA=userland
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../scripts/lib.sh"

[ $# -eq 5 ] || die "usage: build.sh CROSS-PREFIX LINUX-DIR KLIBC-DIR BUILD-DIR OUTPUT"
cross=$1 linux=$2 klibc=$3 build=$4 output=$5
mkdir -p "$build/tests" "$build/bench" "$build/extra"
say "compiling init, tests and benchmarks"

gcc_headers=$("${cross}gcc" -print-file-name=include)
cflags="-O2 -std=gnu11 -Wall -Wextra -Werror -Wno-sign-compare -Wno-unused-parameter -fno-math-errno -minline-sqrt-max-throughput -isystem $gcc_headers"
cflags="$cflags $(tr '\n' ' ' <"$klibc/cflags") -I$here/tests"
# The same bytes wherever this lies: costs are compared to the last bundle.
cflags="$cflags -ffile-prefix-map=$here/="

# compile OUTPUT SOURCE...: a static program with klibc.
compile() {
	out=$1
	shift
	objects=
	for source; do
		object=$out.$(basename "$source").o
		# shellcheck disable=SC2086 # a list of flags
		"${cross}gcc" $cflags -c -o "$object" "$source"
		objects="$objects $object"
	done
	# shellcheck disable=SC2086
	"${cross}ld" -static -o "$out" "$klibc/lib/crt0.o" $objects --start-group \
		"$klibc/lib/libc.a" "$klibc/lib/libgcc.a" --end-group
	"${cross}strip" "$out"
}

compile "$build/init" "$here/init.c"
for source in "$here"/tests/t_*.c; do
	name=$(basename "$source" .c)
	compile "$build/tests/${name#t_}" "$source" "$here/tests/asm.S"
done
# What only some tests take along is compiled, but not packed.
for source in "$here"/extra/*.c; do
	compile "$build/extra/$(basename "$source" .c)" "$source" "$here/tests/asm.S"
done
for source in "$here"/bench/*.c; do
	name=$(basename "$source" .c)
	if [ "$name" = compute ]; then
		# Stands alone: it also runs under simulators that know few system calls.
		"${cross}gcc" -O2 -std=gnu11 -Wall -Wextra -Werror -ffreestanding -mno-pic \
			-fno-stack-protector -nostdlib -static -o "$build/bench/$name" "$source" \
			"$here/bench/start.S"
		"${cross}strip" "$build/bench/$name"
	else
		compile "$build/bench/$name" "$source" "$here/tests/asm.S"
	fi
done

compile "$build/bench/cc" "$here"/bench/cc/*.c

# gen_init_cpio takes over a file's time: each is packed from a copy that has a fixed one.
epoch=1735689600
rm -rf "$build/stage"
mkdir -p "$build/stage"
pack() {
	copy=$build/stage/$(echo "$1" | tr / _)
	cp "$2" "$copy"
	touch -d "@$epoch" "$copy"
	echo "file $1 $copy $3 0 0"
}

# Archives for the guest to unpack.
gzip -9n <"$here/tests/run.sh" >"$build/tests/run.gz"
{
	echo "dir sample 0755 0 0"
	pack sample/run "$here/tests/run.sh" 0644
} >"$build/sample.list"
"$linux/gen_init_cpio" -t "$epoch" "$build/sample.list" >"$build/tests/sample.cpio"

# The list for gen_init_cpio: "file NAME SOURCE MODE UID GID".
list=$build/initramfs.list
{
	for dir in bin dev dev/pts proc sys tmp mnt root tests bench; do
		echo "dir /$dir 0755 0 0"
	done
	echo "nod /dev/console 0600 0 0 c 5 1"
	echo "slink /sbin bin 0777 0 0"
	pack /init "$build/init" 0755
	for tool in cat chroot cpio dd dmesg false gunzip gzip halt kill ln losetup ls minips \
		mkdir mkfifo mknod mount mv nuke pivot_root poweroff readlink reboot sh sleep \
		sync true umount uname zcat; do
		pack "/bin/$tool" "$klibc/bin/$tool" 0755
	done
	for file in "$build"/tests/* "$build"/bench/*; do
		case $file in *.o) continue ;; esac
		pack "${file#"$build"}" "$file" 0755
	done
	for file in "$here"/tests/*.sh "$here"/bench/*.sh; do
		name=${file#"$here"}
		pack "${name%.sh}" "$file" 0755
	done
} >"$list"

# A fixed time stamp and no name in the header: the same input, the same archive.
"$linux/gen_init_cpio" -t "$epoch" "$list" >"$output.cpio"
gzip -9n <"$output.cpio" >"$output.new"
rm -f "$output.cpio"
mv -f "$output.new" "$output"
say "$output: $(wc -c <"$output") bytes"
