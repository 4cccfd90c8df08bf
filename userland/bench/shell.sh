#!/bin/sh
# SPDX-License-Identifier: MIT
# shell DIRECTORY: a script's work. It looks for files in vain, starts small programs, and reads
# text a line at a time, for which the shell asks the kernel for each byte: there is little
# work between two system calls. (It is no compiler's work: that is /bench/cc.)

cd "$1" || exit 1
mkdir obj || exit 1
for source in /bench/run /bench/shell /tests/run /tests/shell; do
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
