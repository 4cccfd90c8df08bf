#!/bin/sh
# SPDX-License-Identifier: MIT
# compile DIRECTORY: what a compiler's run does to a kernel, with the tools there are:
# each source is looked for in vain in some places, read by one process and given to
# the next through a pipe, worked upon, written, and in the end all is put together.

cd "$1" || exit 1
mkdir obj || exit 1
for source in /bench/run /bench/compile /tests/run /tests/shell; do
	for path in /usr/include /usr/local/include /usr/lib/include . ..; do
		[ ! -f "$path${source}.h" ] || exit 1
	done
	name=obj/${source##*/}${source%/*}
	mkdir -p "${name%/*}"
	cat "$source" "$source" | sh -c 'while read -r line; do echo "$line"; done' >"$name.i" || exit 1
	gunzip -c /tests/run.gz >"$name.o" || exit 1
	mv "$name.o" "$name.obj" && cat "$name.i" "$name.obj" >>obj/all || exit 1
done
[ -s obj/all ] || exit 1
sync
nuke obj
