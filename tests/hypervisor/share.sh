#!/bin/sh
# SPDX-License-Identifier: MIT
# /tests/share, in a guest: every processor has always something to do; how much of a second
# each had, in thousandths: what was not stolen. Linux learns that from the hypervisor's
# runstate. Ticks of user time would not do: one that is late counts in full.

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

# stolen: the time, then ticks of each processor
stolen() {
	uptime
	while read -r cpu _ _ _ _ _ _ _ steal _; do
		case $cpu in cpu[0-9]*) echo "$steal" ;; esac
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
first=$(stolen)
until_uptime "$to"
set -- $(stolen)
until_uptime "$end"
kill $spinning
for before in $first; do
	if [ -z "${time-}" ]; then
		time=$((($1 - before) * 10)) # ms
	else
		echo "share: $((1000 - ($1 - before) * 1000000 / hz / time))"
	fi
	shift
done
