#!/bin/sh
# SPDX-License-Identifier: MIT
# compile.sh LEVEL NAME...: builds tests of gcc.c-torture/execute at -LEVEL with the
# flags that GCC's own test suite gives them, into $TORTURE/LEVEL/NAME; what the
# compiler or linker says about one that does not build goes to NAME.log beside it.
# Called by torture.sh, which sets CROSS, TORTURE (the work directory) and HERE.
#
# GCC's lists for other processors are not applied: a `{ target ... }` that could
# mean ia64 is only fpic.

set -u
source=$TORTURE/source
level=$1
shift

# The options in a test's dg-options and dg-additional-options comments.
dg_options() {
	sed -n -E 's/.*\{ *dg-(additional-)?options +(["{] *)+([^"}]*)["}](.*)/\3|\4/p' "$1" |
		while IFS='|' read -r options rest; do
			case $rest in
			*"target fpic"*) printf '%s ' "$options" ;;
			*target*) ;;
			*) printf '%s ' "$options" ;;
			esac
		done
}

# Those that a driver of the test's own (NAME.x) adds whatever the target is.
driver_options() {
	[ ! -f "$1" ] || sed -n -E 's/^(set|lappend) additional_flags (.*)/\2 /p' "$1" |
		tr -d '"' | tr '\n' ' '
}

# An excluded processor list, and a test that wants what another processor has.
wanted() {
	! grep -q 'dg-skip-if "" { ! { i?86' "$1"
}

build() {
	name=$1 out=$TORTURE/$level/$1
	options="-w -$level $(dg_options "$source/$name.c") $(driver_options "$source/$name.x")"
	files=$source/$name.c
	case $name in
	ieee/*) options="$options -fno-inline" ;;
	builtins/*)
		options="$options -fno-tree-dse -fno-tree-loop-distribute-patterns -fno-tracer
			-fno-ipa-ra -fno-inline-functions"
		files="$files $source/$name-lib.c $source/builtins/lib/main.c"
		;;
	esac
	objects=
	for file in $files; do
		object=$out.$(basename "$file" .c).o
		# shellcheck disable=SC2086 # a list of options
		"${CROSS}gcc" $options -isystem "$HERE/rt/include" -c -o "$object" "$file" || return 1
		objects="$objects $object"
	done
	# shellcheck disable=SC2086
	"${CROSS}ld" -static -s -z muldefs -z max-page-size=16384 -o "$out.new" \
		"$TORTURE/rt/start.S.o" $objects --start-group "$TORTURE/rt/librt.a" \
		"$("${CROSS}gcc" -print-libgcc-file-name)" --end-group || return 1
	mv "$out.new" "$out"
}

for name; do
	log=$TORTURE/$level/$name.log
	[ ! -x "$TORTURE/$level/$name" ] && [ ! -s "$log" ] || continue
	if ! wanted "$source/$name.c"; then
		echo "for other processors only" >"$log"
	elif build "$name" >"$log.new" 2>&1; then
		rm -f "$log.new"
	else
		echo "(failed)" >>"$log.new"
		mv "$log.new" "$log"
	fi
	rm -f "$TORTURE/$level/$name".*.o "$TORTURE/$level/$name.new"
done
