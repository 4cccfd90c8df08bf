#!/bin/sh
# SPDX-License-Identifier: MIT
# bench.sh: what the machine costs, in one run: the boot to the prompt, and what
# programs add to it (each run's counters less those of a boot that powers off
# at once). Counts are exact and repeat; seconds are this host's.
#
# The guest's clock advances by the work done, not by the host's time.

set -eu
export LC_ALL=C
: "${O:=build}"
work=$O/bench
mkdir -p "$work"

# boot NAME WORDS [OPTION...]: leaves NAME.log (console) and NAME.stats.
boot() {
	name=$1 words=$2
	shift 2
	"$O/ia64-machine" -kernel "$O/vmlinux" -initrd "$O/initramfs.cpio.gz" -m 512M -nographic \
		-no-reboot -append "console=ttyS0,115200 panic=5 $words" -timeout 600 -stats "$@" \
		</dev/null >"$work/$name.log" 2>"$work/$name.stats" || {
		tail -n 5 "$work/$name.log" "$work/$name.stats" >&2
		echo "bench: the $name run failed; see $work/$name.log" >&2
		exit 1
	}
}

# counter NAME LABEL: one of the emulator's counters at the end of a run.
counter() {
	sed -n "s/^$2  *//p" "$work/$1.stats" | head -n 1
}

# row TEXT RUN BASE: RUN's instructions, bundles and seconds, less BASE's.
row() {
	awk -v text="$1" -v i="$(counter "$2" instructions)" -v b="$(counter "$2" bundles)" \
		-v s="$(counter "$2" "host seconds")" -v i0="${3:+$(counter "$3" instructions)}" \
		-v b0="${3:+$(counter "$3" bundles)}" -v s0="${3:+$(counter "$3" "host seconds")}" '
	BEGIN {
		i -= i0; b -= b0; s -= s0
		if (s <= 0) s = 0.001
		printf "%-28s %9.1f M %9.1f M %8.2f s %9.1f M/s %8.1f M/s\n", text,
			i / 1e6, b / 1e6, s, i / s / 1e6, b / s / 1e6
	}'
}

boot prompt "" -expect 'poweroff. ends it'
boot idle "quiet pvbench=boot"
for name in compute process syscall; do
	boot "$name" "quiet pvbench=$name"
done

printf '%-28s %11s %11s %10s %13s %12s\n' "" instructions bundles "host time" instructions bundles
row "kernel entry to prompt" prompt ""
row "compute loop" compute idle
row "fork, exec, wait, pipes" process idle
row "system calls, page faults" syscall idle
echo
echo "By the guest's clock (10 ns a bundle):"
sed -n 's/\r$//; s/^bench /  /p' "$work/process.log" "$work/syscall.log"
