#!/bin/sh
# SPDX-License-Identifier: MIT
# The shell and klibc's tools, used the way scripts use them. Each case is a
# function whose exit status is the result. klibc has no grep, no tr and no
# test tools: the shell's own pattern matching has to do.

dir=/tmp/shell.$$
mkdir $dir && cd $dir || exit 1

n=0
failed=0
t() {
	n=$((n + 1))
	if ("$2"); then
		echo "${KTAP_INDENT}ok $n $1"
	else
		echo "${KTAP_INDENT}not ok $n $1"
		failed=$((failed + 1))
	fi
}

contains() {
	case $1 in *"$2"*) return 0 ;; esac
	echo "${KTAP_INDENT}# no '$2' in '$1'"
	return 1
}

pipeline() {
	x=$(echo a b c | while read -r p q r; do echo "$r$q$p"; done | cat | cat)
	[ "$x" = cba ]
}

long_pipeline() {
	dd if=/dev/zero bs=4096 count=100 2>/dev/null | cat | cat | cat | dd of=out bs=1000 2>/dev/null
	contains "$(dd if=out of=/dev/null bs=4096 2>&1)" "100+0 records in"
}

here_document() {
	v=5
	x=$(cat <<END
one $v
two
END
	)
	[ "$x" = "one 5
two" ]
}

substitution() {
	x=$(for i in 1 2 3; do echo "$i$(echo "$i" | cat)"; done)
	[ "$x" = "11
22
33" ] && y=${x%%2*} && [ "$y" = "11
" ]
}

arithmetic() {
	i=0
	s=0
	while [ $i -lt 1000 ]; do
		i=$((i + 1))
		s=$((s + i * i % 7))
	done
	[ $((0x7fffffff * 2 + 1)) -eq 4294967295 ] && [ $s -eq 2002 ]
}

redirection() {
	echo one >f && echo two >>f && x=$(cat <f) && [ "$x" = "one
two" ] || return 1
	cat /no/such/file 2>err
	[ -s err ]
}

statuses() {
	false
	[ $? -eq 1 ] && ! (exit 3) && (exit 3)
	[ $? -eq 3 ] && sh -c 'kill -9 $$' 2>/dev/null
	[ $? -eq 137 ]
}

traps() {
	x=$(sh -c 'trap "echo caught" USR1; kill -USR1 $$; echo after')
	[ "$x" = "caught
after" ]
}

background() {
	sleep 1 &
	pid=$!
	kill -0 $pid && kill $pid
	wait $pid
	[ $? -eq 143 ]
}

wait_many() {
	for i in 1 2 3 4 5 6 7 8; do (exit $i) & done
	wait
}

subshell_signals() {
	sh -c 'while :; do :; done' &
	pid=$!
	kill -STOP $pid && kill -CONT $pid && kill -TERM $pid
	# on several processors this shell may have seen that it stopped: 128 + SIGSTOP
	while wait $pid; r=$?; [ $r -eq 147 ]; do sleep 1; done
	[ $r -eq 143 ]
}

job_control() {
	x=$(sh -c 'set -m; sleep 5 & kill -STOP %1; sleep 1; jobs; kill -KILL %1' 2>&1)
	contains "$x" topped
}

functions() {
	fact() { [ "$1" -le 1 ] && echo 1 || echo $(($1 * $(fact $(($1 - 1))))); }
	[ "$(fact 10)" = 3628800 ]
}

globbing() {
	mkdir g && : >g/a1 && : >g/a2 && : >g/b && x=$(echo g/a*) && [ "$x" = "g/a1 g/a2" ]
}

# klibc's gzip only unpacks; run.gz is run, packed on the host.
compression() {
	[ "$(zcat /tests/run.gz)" = "$(cat /tests/run)" ] && cat /tests/run.gz >runs.gz && gunzip runs.gz &&
		[ "$(cat runs)" = "$(cat /tests/run)" ]
}

links() {
	echo text >l1 && ln l1 l2 && ln -s l1 l3 && [ "$(cat l3)" = text ] &&
		[ "$(readlink l3)" = l1 ] && mv l1 l4 && [ "$(cat l2)" = text ] && ! cat l3 2>/dev/null
}

nodes() {
	mkfifo fifo && (echo through >fifo &) && [ "$(cat fifo)" = through ] &&
		mknod null c 1 3 && echo x >null && [ -c null ]
}

mounts() {
	mkdir m && mount -t tmpfs none m && : >m/x && contains "$(cat /proc/mounts)" "$dir/m tmpfs" &&
		umount m && ! [ -e m/x ]
}

system() {
	[ "$(uname -m)" = ia64 ] && contains "$(dmesg)" "Linux version" &&
		contains "$(cat /proc/cpuinfo)" "IA-64" && contains "$(minips)" sh
}

removal() {
	mkdir -p r && : >r/x && nuke r && ! [ -e r ] && sync
}

change_root() {
	mkdir root root/bin && mount -o bind /bin root/bin || return 1
	x=$(chroot root /bin/sh -c 'cd / && echo *')
	umount root/bin && [ "$x" = bin ]
}

archive() {
	cpio -i </tests/sample.cpio 2>/dev/null && [ "$(cat sample/run)" = "$(cat /tests/run)" ]
}

fork_many() {
	i=0
	while [ $i -lt 60 ]; do
		true | /bin/true || return 1
		/bin/true || return 1
		i=$((i + 1))
	done
}

echo "${KTAP_INDENT}KTAP version 1"
echo "${KTAP_INDENT}1..23"
t "pipelines" pipeline
t "a pipeline moves 400 KB" long_pipeline
t "here-documents" here_document
t "command substitution" substitution
t "arithmetic" arithmetic
t "redirection" redirection
t "exit statuses" statuses
t "traps" traps
t "background jobs" background
t "waiting for many" wait_many
t "stopping and killing a busy shell" subshell_signals
t "job control" job_control
t "recursive functions" functions
t "globbing" globbing
t "zcat and gunzip" compression
t "links" links
t "fifos and device nodes" nodes
t "mount and umount" mounts
t "uname, dmesg, minips" system
t "nuke and sync" removal
t "chroot" change_root
t "cpio unpacks" archive
t "180 processes" fork_many
cd / && nuke $dir
[ $failed -eq 0 ]
