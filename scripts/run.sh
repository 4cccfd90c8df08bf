#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh native|xen|both: boots the kernel on the machine, itself or as a guest of the
# hypervisor.
#
# native and xen: a shell on the serial console. both: one after the other, each runs the
# guest's tests; what they report is printed side by side, and the exit status is 0 only if
# both passed. The environment says with what: O, MEMORY, APPEND (kernel command line),
# VMLINUX, INITRD; LOGS, where the consoles are kept; TESTS, the word that has the guest run its tests.

set -eu
: "${O:=build}" "${MEMORY:=512M}" "${APPEND:=}"
: "${TESTS:=pvtest}" "${VMLINUX:=$O/vmlinux-pv}" "${INITRD:=$O/initramfs.cpio.gz}"
machine=$O/ia64-machine
exitdev=0xfed00000 # machine/memmap.h, EXITDEV_BASE
timeout=1800
hypervisor= # further words for it

# The console that each environment has.
console_of() {
	case $1 in
	native) echo console=ttyS0,115200 ;;
	xen) echo console=hvc0 ;;
	esac
}

sha256_of() {
	sha256sum <"$VMLINUX" | cut -d' ' -f1
}

# boot ENVIRONMENT WORDS [OPTION...]
boot() {
	on=$1 words="$(console_of "$1") panic=5 $APPEND $2"
	shift 2
	case $on in
	native) "$machine" -kernel "$VMLINUX" -initrd "$INITRD" -m "$MEMORY" -nographic \
		-append "$words" "$@" ;;
	xen) "$machine" -hypervisor "$O/hypervisor" -kernel "$VMLINUX" -initrd "$INITRD" \
		-m "$MEMORY" -nographic -append "exitdev=$exitdev $hypervisor -- $words" "$@" ;;
	esac
}

# value LOG EXPRESSION: the first line that matches, from there on, without its time stamp
value() {
	tr -d '\r' <"$1" | sed -n "s/^\(\[[^]]*\] \)\{0,1\}\($2\)/\2/p" | sed -n 1p
}

# report ENVIRONMENT: boots it with its tests, leaves NAME=value lines in $dir/ENVIRONMENT
report() {
	on=$1 log=$dir/$1.log status=0
	echo "Booting on $on, with the tests ..." >&2
	boot "$on" "$TESTS" -no-reboot --timeout "$timeout" </dev/null >"$log" 2>&1 || status=$?
	verdict=$(value "$log" 'pvtest: .*')
	[ "$status" -eq 0 ] && [ "$verdict" = "pvtest: PASS" ] || failed=1
	{
		echo "vmlinux=sha256 $(sha256_of)"
		echo "kernel=$(value "$log" 'Linux version .*')"
		echo "pv_ops=$(value "$log" 'pv_ops: .*')"
		echo "tests=$(tr -d '\r' <"$log" | grep -c '^ok ') programs passed, $(
			tr -d '\r' <"$log" | grep -c '^not ok ') failed"
		echo "verdict=${verdict:-none: see $log}"
		echo "status=$status"
	} >"$dir/$on"
}

both() {
	failed=0 hypervisor=noreboot
	dir=${LOGS:-$O/run}
	mkdir -p "$dir"
	for on in native xen; do report "$on"; done
	for row in vmlinux kernel pv_ops tests verdict status; do
		for on in native xen; do
			printf '%-8s %-7s %s\n' "$row" "$on" \
				"$(sed -n "s/^$row=//p" "$dir/$on" | cut -c 1-110)"
		done
	done
	return $failed
}

case ${1-} in
native | xen)
	echo "vmlinux: sha256 $(sha256_of)"
	echo 'Booting. `exit` or `poweroff` in the guest ends it, so does Ctrl-A x.'
	boot "$1" ""
	;;
both) both ;;
*)
	echo "usage: run.sh native|xen|both" >&2
	exit 1
	;;
esac
