#!/bin/sh
# SPDX-License-Identifier: MIT
# seeds.sh [FIRST [LAST]]: four processors, each seed from FIRST to LAST (1 to 100), natively,
# with every pv operation replaced, and as a guest (ON="native audit xen": these): all come to the
# same end, by ways of their own.

. tests/smp/lib.sh

first=${1:-1} last=${2:-100}

# The results in their order, without what tells of time
verdicts() {
	grep -E '^ *(ok|not ok|# processors|pvtest:)' "$scratch/text"
}

for environment in ${ON:-native audit xen}; do
	: >"$scratch/ways"
	seed=$first
	while [ "$seed" -le "$last" ]; do
		guest "$environment" "seed $seed" 4 "quiet pvtest=smp" -seed "$seed"
		verdicts >"$scratch/end.$seed"
		cmp "$scratch/end.$first" "$scratch/end.$seed" >&2
		result $? "$environment: seed $seed comes to the same end as seed $first"
		grep '^bundles, all' "$scratch/counts" >>"$scratch/ways"
		seed=$((seed + 1))
	done
	ways=$(sort -u "$scratch/ways" | wc -l)
	echo "# $environment: $((last - first + 1)) seeds, $ways different counts of bundles"
	[ "$first" -eq "$last" ] || [ "$ways" -gt 1 ]
	result $? "$environment: the seeds go different ways"
done

echo "1..$test_count"
exit "$test_bad"
