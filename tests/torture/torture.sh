#!/bin/sh
# SPDX-License-Identifier: MIT
# torture.sh [-l LIST] LEVEL...: runs GCC's gcc.c-torture/execute, unmodified from
# Debian's gcc-12-source, compiled at each LEVEL (O0, O2, O3), under Linux on the
# machine. LIST names the tests to take, one a line; all of them if there is none.
#
# A test passes when it exits with 0. expected.txt has those that cannot, each with
# its reason in the compiler or the runtime; a test in it that passes is a failure of
# the list. Output is KTAP, then a count for each level; details are kept below
# $O/torture. Built tests are kept there too, until the compiler, the runtime or the
# flags change.

AREA=torture # for lib.sh
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../../scripts/lib.sh"
: "${O:=build}" "${BATCH:=400}"

list=
if [ "${1-}" = -l ]; then
	list=$2
	shift 2
fi
[ $# -gt 0 ] || set -- O0 O2 O3

tarball=$(echo /usr/src/gcc-12/gcc-*.tar.xz)
if [ ! -f "$tarball" ]; then
	echo "ok 1 - GCC's torture tests # SKIP no gcc-12-source is installed"
	echo "1..1"
	exit 0
fi

CROSS=$(cat "$O/cross")
linux=$(cat "$O/linux.dir")
mkdir -p "$O/torture"
TORTURE=$(cd "$O/torture" && pwd)
export CROSS TORTURE HERE
exec 8>"$TORTURE/.lock"
flock -n 8 || { say "another run is under way; waiting for it"; flock 8; }

# What the built tests depend on. Another key, and they go.
key=$(hash_of "$(command -v "${CROSS}gcc")" "$("${CROSS}gcc" --version)" "$tarball" \
	"$HERE"/compile.sh "$HERE"/rt/*.[chS] "$HERE"/rt/include/*.h "$HERE"/rt/include/sys/*.h)
if [ "$(cat "$TORTURE/key" 2>/dev/null)" != "$key" ]; then
	rm -rf "$TORTURE/rt" "$TORTURE"/O?
fi

unpack() {
	[ ! -f "$TORTURE/source/execute.exp" ] || return 0
	say "unpacking the tests of $(basename "$tarball")"
	rm -rf "$TORTURE/source.new"
	mkdir "$TORTURE/source.new"
	tar -xf "$tarball" -C "$TORTURE/source.new" --wildcards --strip-components=5 \
		'*/testsuite/gcc.c-torture/execute/*'
	rm -rf "$TORTURE/source"
	mv "$TORTURE/source.new" "$TORTURE/source"
}

build_runtime() {
	[ "$(cat "$TORTURE/key" 2>/dev/null)" != "$key" ] || return 0
	mkdir -p "$TORTURE/rt"
	for file in "$HERE"/rt/*.[cS]; do
		"${CROSS}gcc" -O2 -std=gnu11 -Wall -Wextra -Werror -ffreestanding -fno-builtin \
			-fno-tree-loop-distribute-patterns -fno-math-errno \
			-minline-sqrt-max-throughput -isystem "$HERE/rt/include" \
			-I"$linux/headers/include" -c -o "$TORTURE/rt/$(basename "$file").o" "$file"
	done
	for file in string stdlib math printf stdio; do
		echo "$TORTURE/rt/$file.c.o"
	done | xargs "${CROSS}ar" rcs "$TORTURE/rt/librt.a"
	"${CROSS}ld" -static -s -z max-page-size=16384 -o "$TORTURE/rt/init" "$TORTURE/rt/start.S.o" \
		"$TORTURE/rt/init.c.o" --start-group "$TORTURE/rt/librt.a" \
		"$("${CROSS}gcc" -print-libgcc-file-name)" --end-group
	echo "$key" >"$TORTURE/key"
}

all_tests() {
	(cd "$TORTURE/source" && ls -- *.c ieee/*.c builtins/*.c) | grep -v -e '-lib\.c$' | sed 's/\.c$//'
}

# pack LEVEL LIST ARCHIVE: an initramfs with those tests of LIST that were built.
pack() {
	while read -r name; do
		[ ! -x "$TORTURE/$1/$name" ] || echo "$name"
	done <"$2" >"$3.names"
	{
		echo "dir /dev 0755 0 0"
		echo "dir /tmp 01777 0 0"
		echo "dir /t 0755 0 0"
		echo "dir /t/ieee 0755 0 0"
		echo "dir /t/builtins 0755 0 0"
		echo "nod /dev/console 0600 0 0 c 5 1"
		echo "file /init $TORTURE/rt/init 0755 0 0"
		echo "file /list $3.names 0644 0 0"
		while read -r name; do
			echo "file /t/$name $TORTURE/$1/$name 0755 0 0"
		done <"$3.names"
	} >"$3.list"
	"$linux/gen_init_cpio" -t 1735689600 "$3.list" >"$3"
}

# boot ARCHIVE LOG: runs what is in it. Whether it came to the end shows in the log.
boot() {
	nice "$O/ia64-machine" -kernel "$O/vmlinux" -initrd "$1" -m 1G -nographic -no-reboot \
		-append "console=ttyS0,115200 quiet loglevel=1 panic=5" -timeout 1200 \
		</dev/null >"$2" 2>"$2.err" || echo "# the machine ended with status $?" >>"$2"
	rm -f "$1"
}

# report LEVEL LIST LOG...: KTAP for the level.
report() {
	level=$1 tests=$2
	shift 2
	cat "$@" | tr -d '\r' | awk -v level="$level" -v tests="$tests" \
		-v expected="$HERE/expected.txt" -v dir="$TORTURE/$level" '
	function known(name, kind) {
		return (name SUBSEP kind) in reason ? reason[name, kind] : ""
	}
	BEGIN {
		while ((getline line <expected) > 0) {
			if (line ~ /^#/ || split(line, word, /[ \t]+/) < 4) continue
			if (word[1] != "*" && index("," word[1] ",", "," level ",") == 0) continue
			text = line
			sub(/^[^ \t]+[ \t]+[^ \t]+[ \t]+[^ \t]+[ \t]+/, "", text)
			reason[word[3], word[2]] = text
		}
	}
	match($0, /(not )?ok [0-9]+ - /) {
		text = substr($0, RSTART + RLENGTH)
		name = text
		sub(/:.*/, "", name)
		result[name] = /not ok/ ? "not ok" : "ok"
		detail[name] = text
		sub(/^[^:]*:? ?/, "", detail[name])
	}
	END {
		while ((getline name <tests) > 0) {
			n++
			why = ""
			if (system("test -s " dir "/" name ".log") == 0) {
				kind = "build"
				verdict = "not ok"
				why = "does not build, see " dir "/" name ".log"
			} else {
				kind = "run"
				verdict = name in result ? result[name] : "not ok"
				why = name in result ? detail[name] : "no result"
			}
			cause = known(name, kind)
			if (verdict == "ok" && cause != "") {
				fail++
				print "not ok " n " - " level "/" name ": passes, but expected.txt has it"
			} else if (verdict == "ok") {
				pass++
				print "ok " n " - " level "/" name
			} else if (cause != "") {
				count[kind]++
				print "ok " n " - " level "/" name " # SKIP " \
					(kind == "build" ? "not built: " : "fails: ") cause
			} else {
				fail++
				print "not ok " n " - " level "/" name ": " why
			}
		}
		print "1.." n
		printf "# -%s: %d tests, %d passed, %d failed, ", level, n, pass, fail
		printf "%d not built and %d failing for a known reason\n", count["build"], count["run"]
	}'
}

unpack
build_runtime
if [ -n "$list" ]; then cp "$list" "$TORTURE/tests"; else all_tests >"$TORTURE/tests"; fi

for level; do
	mkdir -p "$TORTURE/$level/ieee" "$TORTURE/$level/builtins"
	say "-$level: compiling"
	# Those that take long are spread over the batches by taking turns.
	nice xargs -P "$JOBS" -n 8 "$HERE/compile.sh" "$level" <"$TORTURE/tests" 8>&-
	batches=$((($(wc -l <"$TORTURE/tests") + BATCH - 1) / BATCH))
	rm -f "$TORTURE/$level".batch*
	for i in $(seq "$batches"); do
		awk -v n="$batches" -v i="$i" 'NR % n == i - 1' "$TORTURE/tests" \
			>"$TORTURE/$level.batch$i"
	done
	say "-$level: running"
	running=0
	for i in $(seq "$batches"); do
		work=$TORTURE/$level.batch$i
		{
			pack "$level" "$work" "$work.cpio"
			boot "$work.cpio" "$work.log"
		} 8>&- &
		running=$((running + 1))
		[ $((running % JOBS)) -ne 0 ] || wait
	done
	wait
	echo "KTAP version 1"
	report "$level" "$TORTURE/tests" "$TORTURE/$level".batch*.log | tee "$TORTURE/$level.ktap"
done
for level; do
	tail -n 1 "$TORTURE/$level.ktap" >&2
done
for level; do
	cat "$TORTURE/$level.ktap"
done | { ! grep -q '^not ok'; }
