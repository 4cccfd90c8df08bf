# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by the suites of the audit backend: finds a pv_ops kernel, boots it.
#
# The kernel is $PV_VMLINUX, or the first in $O that has an audit flavour. `boot FILE
# APPEND ARG...` leaves $status and $scratch/out.

. tests/lib.sh

# shellcheck disable=SC2034 # for result
SHOWN=12
machine=$O/ia64-machine
initrd=$O/initramfs.cpio.gz

vmlinux=
for candidate in ${PV_VMLINUX-} "$O/vmlinux" "$O/vmlinux-pv"; do
	if [ -f "$candidate" ] && grep -q audit_leave_kernel "$candidate"; then
		vmlinux=$candidate
		break
	fi
done
if [ -z "$vmlinux" ] || [ ! -f "$initrd" ]; then
	echo "1..0 # SKIP no pv_ops kernel with the audit backend in $O"
	echo "ok 1 # SKIP no pv_ops kernel with the audit backend in $O"
	exit 0
fi

boot() {
	kernel=$1 append=$2
	shift 2
	status=0
	timeout -k 5 120 "$machine" -kernel "$kernel" -initrd "$initrd" -m 512M -nographic \
		-no-reboot -append "console=ttyS0,115200 panic=1 $append" "$@" </dev/null \
		>"$scratch/out" 2>&1 || status=$?
}
