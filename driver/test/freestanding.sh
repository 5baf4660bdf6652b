#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The core needs nothing but itself: every source compiles freestanding for aarch64 and for the host with warnings as
# errors, and the objects together leave nothing undefined but the four memory functions a compiler may call by itself.
# -mno-outline-atomics: without it gcc calls helpers of its own runtime for C11 atomics on aarch64.
# $LAUNCHER: what the compilers are called through, a cache for example.
# Usage: freestanding.sh ROOT WORKDIR HOST_CC SOURCE...   Exit 77 when the cross compiler is missing (host half passed).
set -eu
root=$1 work=$2 host=$3
shift 3
includes="-I$root/driver/include -I$root/driver/src -I$root/arch/gen -I$root/arch/trace"
flags="-std=c11 -ffreestanding -nostdlib -fno-pic -fno-pie -Os -c -Wall -Wextra -Wconversion -Werror"

check() { # NAME COMPILER EXTRA_FLAGS NM SOURCES...
	name=$1 compiler=$2 extra=$3 nm=$4
	shift 4
	rm -rf "$work/$name"
	mkdir -p "$work/$name"
	for source in "$@"; do
		# shellcheck disable=SC2086
		${LAUNCHER:-} "$compiler" $flags $extra $includes "$root/driver/$source" -o "$work/$name/$(basename "$source" .c).o"
	done
	"$nm" --defined-only --format=posix "$work/$name"/*.o | awk 'NF > 1 { print $1 }' | sort -u > "$work/$name/defined"
	"$nm" --undefined-only --format=posix "$work/$name"/*.o | awk 'NF > 1 { print $1 }' | sort -u > "$work/$name/wanted"
	foreign=$(comm -13 "$work/$name/defined" "$work/$name/wanted" | grep -vxE 'memcpy|memset|memmove|memcmp|_GLOBAL_OFFSET_TABLE_' || true)
	if [ -n "$foreign" ]; then
		echo "$name: the driver core wants symbols from elsewhere:" $foreign >&2
		exit 1
	fi
	if "$nm" --format=posix "$work/$name"/*.o | awk '$2 ~ /^[bBdDC]$/ { bad = 1; print } END { exit !bad }'; then
		echo "$name: the driver core has writable globals (above)" >&2
		exit 1
	fi
	size=$(size -A "$work/$name"/*.o 2>/dev/null | awk '/^\.(text|rodata)/ { n += $2 } END { print n }')      # no unwind tables
	echo "$name: $# sources, .text + .rodata $size bytes"
}

check host "$host" "" nm "$@"
if ! command -v aarch64-linux-gnu-gcc > /dev/null; then
	echo "aarch64-linux-gnu-gcc is not installed: only the host half was checked" >&2
	exit 77
fi
check aarch64 aarch64-linux-gnu-gcc -mno-outline-atomics aarch64-linux-gnu-nm "$@"
