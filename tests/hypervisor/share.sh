#!/bin/sh
# SPDX-License-Identifier: MIT
# /tests/share, in a guest: every processor has always something to do; how much of a second
# each had, in thousandths: what was not stolen, as Linux learns from the hypervisor's runstate;
# and what Linux's ticks say that its tasks and its own work have used.

# 1/100 s after the boot. Guests start one after the other: the last one's second must be over
# before the first one ends.
# shellcheck disable=SC2046,SC2086 # lists of words
from=220 to=320 end=450
hz=250 # of /proc/stat: for ia64 that is the kernel's

uptime() {
	read -r up _ </proc/uptime
	echo "${up%.*}${up#*.}"
}

until_uptime() {
	while [ "$(uptime)" -lt "$1" ]; do sleep 0.02; done
}

# account: the time, then of each processor the ticks stolen and those used
account() {
	uptime
	while read -r cpu user nice system _ _ irq softirq steal _; do
		case $cpu in cpu[0-9]*) echo "$steal $((user + nice + system + irq + softirq))" ;; esac
	done </proc/stat
}

# Two for each processor: with one, Linux may let a processor be idle until it moves one over.
spinning=
for cpu in /sys/devices/system/cpu/cpu[0-9]* /sys/devices/system/cpu/cpu[0-9]*; do
	while :; do :; done &
	spinning="$spinning $!"
done
if [ "$(uptime)" -ge "$from" ]; then
	echo "share: too late: $(uptime)"
	kill $spinning
	exit 1
fi
until_uptime "$from"
first=$(account)
until_uptime "$to"
set -- $(account)
until_uptime "$end"
kill $spinning
what=time
for before in $first; do
	case $what in
	time)
		time=$((($1 - before) * 10)) # ms
		what=stolen
		;;
	stolen)
		echo "share: $((1000 - ($1 - before) * 1000000 / hz / time))"
		what=used
		;;
	used)
		echo "used: $((($1 - before) * 1000000 / hz / time))"
		what=stolen
		;;
	esac
	shift
done
