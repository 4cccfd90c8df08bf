# SPDX-License-Identifier: MIT
# Sourced by every build script: where slow builds are kept, and how they show
# what they do.
#
# A cached build is a directory named after what it was built from (versions
# and a hash of the recipe). It is made in a temporary directory beside its
# final place and renamed when complete, under a lock: an interrupted build
# leaves nothing that could be taken for a finished one, and the next attempt
# removes its remains.

set -eu
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES CFLAGS CXXFLAGS CPPFLAGS LDFLAGS ARCH CROSS_COMPILE
export LC_ALL=C

: "${AREA:=build}"
START=$(date +%s)
JOBS=${JOBS:-$(nproc)}

say() {
	printf '[%4ds] %s: %s\n' "$(($(date +%s) - START))" "$AREA" "$*" >&2
}

die() {
	printf '%s: %s\n' "$AREA" "$*" >&2
	exit 1
}

# The user's cache directory, created on demand.
cache_root() {
	if [ -n "${XDG_CACHE_HOME:-}" ]; then
		root=$XDG_CACHE_HOME/pv-ia64
	elif [ -n "${HOME:-}" ]; then
		root=$HOME/.cache/pv-ia64
	else
		die "neither XDG_CACHE_HOME nor HOME is set: no place for the build cache"
	fi
	mkdir -p "$root" || die "cannot create the build cache $root"
	printf '%s\n' "$root"
}

# hash_of FILE-OR-STRING...: a short hash of the contents of the files, and of
# the arguments that are no files.
hash_of() {
	for item; do
		if [ -f "$item" ]; then cat "$item"; else printf '%s\n' "$item"; fi
	done | sha256sum | cut -c1-12
}

# The version of an installed Debian package, or failure.
package_version() {
	dpkg-query -W -f '${Version}\n' "$1" 2>/dev/null ||
		die "Debian package $1 is not installed: run scripts/packages.sh"
}

# take_lock NAME: one builder at a time for each kind of output. The lock ends
# with this shell, however it ends.
take_lock() {
	exec 8>"$(cache_root)/.lock-$1"
	if ! flock -n 8; then
		say "another build of $1 is running; waiting for it"
		flock 8
	fi
}

# begin_build FINAL [NAME]: sets WORK (scratch) and OUT (becomes FINAL), removes what
# interrupted attempts left. With NAME the scratch has the same path each time (the caller
# holds a lock of that name): what a compiler cache needs to know an object again.
begin_build() {
	FINAL=$1
	WORK=${2:+$(cache_root)/$2.work}
	WORK=${WORK:-$FINAL.work}
	OUT=$FINAL.partial
	LOG=$FINAL.log
	rm -rf "$WORK" "$OUT"
	mkdir -p "$WORK" "$OUT"
	: >"$LOG"
}

# The build is complete: give it its name, drop the scratch. build-seconds says how long it took,
# by the clock and of processors, and if the compiler was called through ccache.
publish() {
	times >"$WORK/times"
	how=
	case ${cc:-}:${CCACHE_DISABLE:-} in "ccache "*:) how=ccache ;; esac
	echo $(($(date +%s) - START)) "$(awk 'NR == 2 {
		gsub(/[ms]/, " "); print int(60 * ($1 + $3) + $2 + $4 + 0.5) }' "$WORK/times")" $how \
		>"$OUT/build-seconds"
	mv -T "$OUT" "$FINAL"
	say "removing the scratch files"
	rm -rf "$WORK"
	rm -f "$LOG"
}

# How far a build is, as the number of objects compiled below a directory.
count_objects() {
	find "$1" -name '*.o' -newer "$LOG.start" 2>/dev/null | wc -l
}

# step DIR TEXT COMMAND...: run COMMAND in DIR with its output in the log; say
# every ten seconds how many objects there are; on failure show the log's end.
# The command gets a session of its own, so that an interrupt can end all of it.
step() {
	dir=$1 text=$2
	shift 2
	say "$text"
	touch "$LOG.start"
	(cd "$dir" && exec setsid "$@") >>"$LOG" 2>&1 </dev/null 8>&- &
	pid=$!
	(while sleep 10; do say "  ... $(count_objects "$dir") objects"; done) 8>&- &
	beat=$!
	trap 'kill -TERM "-$pid" "$beat" 2>/dev/null; wait; exit 130' INT TERM HUP
	status=0
	wait "$pid" || status=$?
	kill "$beat" 2>/dev/null || :
	wait "$beat" 2>/dev/null || :
	trap - INT TERM HUP
	rm -f "$LOG.start"
	[ "$status" -eq 0 ] && return 0
	say "FAILED: $text; the last lines of $LOG:"
	tail -n 25 "$LOG" >&2
	exit 1
}
