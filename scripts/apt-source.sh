#!/bin/sh
# SPDX-License-Identifier: MIT
# apt-source.sh PACKAGE DIRECTORY: downloads a Debian source package, verified
# by apt, into DIRECTORY. Needs no root and leaves the system's apt alone.
#
# Debian enables binary packages only. apt's own configuration, whatever its
# servers, is copied with its types turned into deb-src, and used with package
# lists of its own.

AREA=apt-source
. "$(dirname "$0")/lib.sh"

[ $# -eq 2 ] || die "usage: apt-source.sh PACKAGE DIRECTORY"
package=$1
mkdir -p "$2"
dest=$(cd "$2" && pwd)

private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
trap 'exit 130' INT TERM HUP
mkdir -p "$private/parts" "$private/lists/partial" "$private/cache/archives/partial"
log=$private/log

eval "$(apt-config shell list Dir::Etc::sourcelist/f parts Dir::Etc::sourceparts/d)"

# Both formats of apt's sources: one line each (.list), and paragraphs of
# fields (.sources). Options in brackets and keys stay as they are.
: >"$private/sources.list"
for file in "${list:-}" "${parts%/}"/*.list; do
	[ -f "$file" ] || continue
	sed -n 's/^[[:space:]]*deb[[:space:]]/deb-src /p' "$file" >>"$private/sources.list"
done
for file in "${parts%/}"/*.sources; do
	[ -f "$file" ] || continue
	sed 's/^[Tt]ypes:.*/Types: deb-src/' "$file" >"$private/parts/${file##*/}"
done

apt_private() {
	apt-get -q -o Dir::Etc::SourceList="$private/sources.list" \
		-o Dir::Etc::SourceParts="$private/parts" -o Dir::State::Lists="$private/lists" \
		-o Dir::Cache="$private/cache" -o APT::Sandbox::User="$(id -un)" \
		-o APT::Get::Only-Source=true "$@" >>"$log" 2>&1 </dev/null
}

# A third party's server without sources makes the update fail as a whole; what
# counts is whether the package is found.
say "reading the lists of source packages"
apt_private update || :
say "downloading the source of $package"
(cd "$dest" && apt_private source --download-only "$package") || {
	tail -n 15 "$log" >&2
	die "apt cannot get the source package $package"
}
