#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the driver core costs on a target: bytes of code and constants, the largest stack frames, and that there are no writable
# globals. Not a ctest: nobody fails for being larger; freestanding.sh proves what must hold.
# Usage: size.sh WORKDIR [COMPILER]   COMPILER: default aarch64-linux-gnu-gcc. Exit 0, or 2 when it cannot compile.
set -eu
[ $# -ge 1 ] || { echo "usage: size.sh WORKDIR [COMPILER]" >&2; exit 2; }
cd "$(dirname "$0")/../.."
mkdir -p "$1"
work=$(cd "$1" && pwd) compiler=${2:-aarch64-linux-gnu-gcc}
flags="-std=c11 -Os -ffreestanding -fno-pic -fno-pie -Idriver/include -Idriver/src -Iarch/gen -Iarch/trace -fstack-usage"
case $($compiler -dumpmachine) in aarch64*) flags="$flags -mno-outline-atomics" ;; esac
rm -f "$work"/*.o "$work"/*.su
for source in driver/src/*.c; do
	name=${source##*/}
	# shellcheck disable=SC2086
	${LAUNCHER:-} "$compiler" $flags -c "$source" -o "$work/${name%.c}.o" || exit 2
done
size -A "$work"/*.o | awk '
	/^\.text/ { text += $2 } /^\.rodata/ { rodata += $2 } /^\.data\.rel\.ro/ { relocated += $2 }
	/^\.(data|bss)[ \t]/ { writable += $2 }
	END { printf ".text %d bytes, .rodata %d, .data.rel.ro %d, writable %d\n", text, rodata, relocated, writable }'
echo "largest stack frames:"
cat "$work"/*.su | awk -F '\t' '{ print $2 "\t" $3 "\t" $1 }' | sort -rn | head -n 5
